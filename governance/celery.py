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


def every(task: str, *, seconds: int, expires: int | None = None) -> dict:
    return {"task": task, "schedule": seconds, "options": {"expires": expires or seconds}}


def daily(task: str, *, hour: int, minute: int = 0) -> dict:
    return {"task": task, "schedule": crontab(hour=hour, minute=minute), "options": {"expires": 6 * HOUR}}
