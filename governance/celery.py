"""The Celery app and the whole schedule.

Every entry expires after its own interval: a worker that was away comes back to one tick, not to a pile.
Each task is harmless when run twice, overlapping or killed; the next tick repairs.
"""

import os

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "governance.settings")

app = Celery("talerstol")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

MINUTE = 60
HOUR = 60 * MINUTE


def every(check: str, *, seconds: int) -> dict:
    return {
        "task": "accounts.tasks.sweep",
        "args": [check],
        "schedule": seconds,
        "options": {"expires": seconds},
    }


def daily(check: str, *, at: str) -> dict:
    hour, minute = at.split(":")
    return every(check, seconds=6 * HOUR) | {"schedule": crontab(hour=int(hour), minute=int(minute))}


# Names are those of `accounts.sweeps.SWEEPS`; `manage.py sweep` runs them all by hand. Times are local.
app.conf.beat_schedule = {
    "pauses begin and end": every("pauses", seconds=5 * MINUTE),
    "remind before the deadline": every("remind", seconds=5 * MINUTE),
    "work off webhooks": every("hooks", seconds=MINUTE),
    # Its own queue: the checks never wait for a slow platform.
    "read the platforms": {
        "task": "accounts.tasks.fetch",
        "schedule": MINUTE,
        "options": {"expires": MINUTE, "queue": "fetch"},
    },
    "flag what cannot be read": every("connections", seconds=HOUR),
    "ask servers where their accounts lie": every("servers", seconds=HOUR),
    "flag unanswered posts": every("unanswered", seconds=MINUTE),
    "tell of posts whose answers cannot be seen": every("look_yourself", seconds=HOUR),
    "climb the ladder": every("escalate", seconds=MINUTE),
    "flag what the information section keeps": every("section", seconds=5 * MINUTE),
    # Without a worker the scheduler reads long lists itself: somebody is waiting at the page.
    "read uploaded lists": every("imports", seconds=15),
    "deliver notices": every("deliver", seconds=MINUTE),
    "flag people without a working address": every("unreachable", seconds=HOUR),
    "remind deciders": every("remind_deciders", seconds=HOUR),
    "remind of accounts to confirm": every("remind_confirmers", seconds=HOUR),
    # In the queue of the platforms: it waits for other people's servers too.
    "find dead links in guidelines": every("guideline_links", seconds=HOUR)
    | {"options": {"expires": HOUR, "queue": "fetch"}},
    "publish guidelines as planned": every("guideline_plans", seconds=MINUTE),
    "put away imports that were left": daily("guideline_imports", at="00:30"),
    "remind of guidelines to acknowledge": daily("guideline_readers", at="06:37"),
    "guidelines to look at again": daily("guideline_review", at="06:35"),
    "end assignments": daily("assignments", at="00:10"),
    "expire drafts": daily("expire_drafts", at="00:20"),
    "gather the day's notices": daily("digest", at="07:05"),
    "look ahead for gaps in cover": daily("coverage", at="06:30"),
    "flag inactive accounts": daily("inactive", at="06:40"),
    "notice periods over": daily("inactivity_silence", at="06:45"),
    "campaigns past their end": daily("campaign_over", at="06:50"),
    "evaluations due": daily("evaluation_due", at="06:55"),
}
