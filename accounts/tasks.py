"""What Celery runs for accounts: the checks of `accounts.sweeps`, by name, and reading from the platforms."""

import datetime as dt
import time

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from accounts import sweeps
from accounts.connectors import FACTS
from accounts.platforms import fetches as fetching
from governance.operations.models import JobRun

# A tick is a minute: what is not read in time is gone on with at the next. Without a broker the scheduler itself reads,
# and nothing else is done meanwhile: then all platforms together have so long.
SECONDS, SECONDS_IN_ONE_PROCESS = 50, 10
SOFT_LIMIT, LIMIT = 120, 150
# What began longer ago was killed.
LONGEST = dt.timedelta(seconds=LIMIT)


@shared_task
def sweep(name: str) -> None:
    """One check, now."""
    sweeps.run(name, timezone.now())


@shared_task
def fetch() -> None:
    """A task for each platform with accounts to read, so that a slow one holds up no other; or as many as it bears."""
    platforms, seconds = fetching.platforms_due(timezone.now()), SECONDS
    end = time.monotonic() + SECONDS_IN_ONE_PROCESS
    for place, platform in enumerate(platforms):
        if settings.CELERY_TASK_ALWAYS_EAGER:
            seconds = (end - time.monotonic()) / (len(platforms) - place)
            if seconds <= 0:
                break
        # One process reads nothing at the same time.
        alone = settings.CELERY_TASK_ALWAYS_EAGER or platform not in FACTS
        readers = 1 if alone else FACTS[platform].readers
        for reader in range(1, readers + 1):
            fetch_platform.apply_async([platform, seconds, reader], queue="fetch", expires=60)


@shared_task(soft_time_limit=SOFT_LIMIT, time_limit=LIMIT)
def fetch_platform(platform: str, seconds: float, reader: int = 1) -> None:
    """The platform's due accounts, for so many seconds; nothing where another process is this reader just now."""
    JobRun.keep_alone(
        f"fetch {platform}" if reader == 1 else f"fetch {platform} {reader}",
        lambda: fetching.fetch_due(platform, timezone.now(), seconds=seconds),
        longest=LONGEST,
    )
