"""For whoever watches the machine: is the process up, and can it do its work."""

import datetime as dt
import logging

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import Max
from django.http import JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from governance.access import public
from governance.operations.models import JobRun

logger = logging.getLogger(__name__)

# The shortest interval of the schedule is a minute; this many minutes of silence are no hiccup.
SCHEDULER_SEEN_WITHIN = dt.timedelta(minutes=5)


@public
@never_cache
@require_safe
def healthz(request):
    """The process answers. Asks nothing else, so a database that is down does not get the web restarted."""
    return JsonResponse({"status": "up"})


@public
@never_cache
@require_safe
def readyz(request):
    """Each thing the portal leans on, by name; 503 where one has failed."""
    checks = {"database": database(), "broker": broker(), "scheduler": scheduler(timezone.now())}
    ready = all(state in ("ok", "not used") for state in checks.values())
    return JsonResponse({"status": "ready" if ready else "not ready", "checks": checks}, status=200 if ready else 503)


def database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        logger.exception("The database does not answer")
        return "failed"
    return "ok"


def broker() -> str:
    if not settings.REDIS_URL:
        return "not used"
    try:
        with redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=2, socket_timeout=2) as client:
            client.ping()
    except redis.RedisError:
        logger.exception("The broker does not answer")
        return "failed"
    return "ok"


def scheduler(now: dt.datetime) -> str:
    """By what its jobs left behind, so it also tells of a worker that is gone."""
    try:
        seen = JobRun.objects.aggregate(seen=Max("finished_at"))["seen"]
    except DatabaseError:
        return "unknown"
    if seen is None:
        return "not seen yet"
    return "ok" if now - seen <= SCHEDULER_SEEN_WITHIN else "silent"
