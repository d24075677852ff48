"""What Celery runs for accounts: the checks of `accounts.sweeps`, by name, and reading from the platforms."""

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from accounts import fetching, sweeps
from governance.models import JobRun

# A tick is a minute: what is not read in time is gone on with at the next. Without a broker all share one process.
SECONDS, SECONDS_IN_ONE_PROCESS = 50, 10


@shared_task
def sweep(name: str) -> None:
    """One check, now."""
    sweeps.run(name, timezone.now())


@shared_task
def fetch() -> None:
    """One task for each platform with accounts to read, so that a slow one holds up no other."""
    for platform in fetching.platforms_due(timezone.now()):
        fetch_platform.apply_async([platform], queue="fetch", expires=60)


@shared_task(soft_time_limit=120, time_limit=150)
def fetch_platform(platform: str) -> None:
    """The platform's due accounts, for a minute at the most."""
    seconds = SECONDS_IN_ONE_PROCESS if settings.CELERY_TASK_ALWAYS_EAGER else SECONDS
    JobRun.keep(f"fetch {platform}", lambda: fetching.fetch_due(platform, timezone.now(), seconds=seconds))
