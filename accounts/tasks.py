"""What Celery runs for accounts: the checks of `accounts.sweeps`, by name."""

from celery import shared_task
from django.utils import timezone

from accounts import sweeps


@shared_task
def sweep(name: str) -> None:
    """One check, now."""
    sweeps.run(name, timezone.now())
