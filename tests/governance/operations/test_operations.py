import datetime as dt

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from governance.operations.models import JobRun


@pytest.fixture
def scheduler_seen(db):
    return JobRun.objects.create(name="overdue_posts", finished_at=timezone.now())


@pytest.fixture(autouse=True)
def _no_broker(settings):
    settings.REDIS_URL = ""


def test_healthz_asks_no_database(client):
    # The db fixture is not asked for: any query would fail the test.
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json() == {"status": "up"}
    assert not answer.cookies


@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
def test_probes_are_not_sent_to_https_and_change_nothing(client, settings, scheduler_seen, address):
    settings.SECURE_SSL_REDIRECT = True
    assert client.get(address).status_code == 200
    assert client.post(address).status_code == 405


def test_ready_names_each_thing(client, scheduler_seen):
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ready",
        "checks": {"database": "ok", "broker": "not used", "scheduler": "ok"},
    }
    assert not answer.cookies
    assert "no-store" in answer["Cache-Control"]


def test_not_ready_before_the_scheduler_was_seen(client, db):
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["scheduler"] == "not seen yet"


def test_not_ready_when_the_scheduler_fell_silent(client, scheduler_seen):
    JobRun.objects.update(finished_at=timezone.now() - dt.timedelta(minutes=6))
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["scheduler"] == "silent"


def test_not_ready_without_the_broker(client, settings, scheduler_seen):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"] == {"database": "ok", "broker": "failed", "scheduler": "ok"}


def test_not_ready_without_the_database(client, db):
    def down(*args):
        raise OperationalError("gone")

    with connection.execute_wrapper(down):
        answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["status"] == "not ready"
    assert answer.json()["checks"] == {"database": "failed", "broker": "not used", "scheduler": "unknown"}
