"""What Celery runs for the body."""

from celery import shared_task
from django.utils import timezone

from governance.imports import jobs


@shared_task
def run_import(pk: int) -> None:
    """An uploaded list's trial run, or its rows for good."""
    jobs.run(pk, timezone.now())
