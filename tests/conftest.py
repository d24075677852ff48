"""The named cast, a fixed clock, and no network beyond this machine."""

import datetime as dt
import time

import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.core.cache import cache
from django.db import connection
from django.test import override_settings
from django.utils import translation

from governance.audit.append_only import append_only_sql, drop_append_only_sql
from guidelines.ready_texts.models import ensure_ready_texts
from guidelines.texts.frozen import drop_frozen_sql, frozen_sql
from tests import factories
from tests.chromium import chromium, visit  # noqa: F401 - fixtures
from tests.connectors.worlds.bluesky import bluesky, bluesky_network  # noqa: F401 - fixtures
from tests.scene import scene  # noqa: F401 - fixture

APPEND_ONLY_TABLES = ["governance_auditevent", "accounts_decision"]


def pytest_collection_modifyitems(config, items):
    """What needs PostgreSQL is left out elsewhere, not skipped: SQLite promises nothing of the kind."""
    from django.conf import settings

    if "postgresql" not in settings.DATABASES["default"]["ENGINE"]:
        left_out = [item for item in items if item.get_closest_marker("postgresql")]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


@pytest.fixture(autouse=True)
def _plain_settings():
    """The tests' own environment, whatever stands in a developer's .env."""
    with override_settings(
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        STORAGES={
            "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
            "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
        },
        SECURE_SSL_REDIRECT=False,
        SESSION_COOKIE_SECURE=False,
        CSRF_COOKIE_SECURE=False,
        DEBUG=False,
        DEMO=False,
        BODY_NAME="Fjordvik fylkeskommune",
        SITE_URL="http://testserver",
        LANGUAGE_CODE="en-gb",
        TIME_ZONE="Europe/Oslo",
    ):
        cache.clear()
        # A page in another language leaves it active in this thread; the next test starts in English all the same.
        with translation.override("en-gb"):
            yield


@pytest.fixture(scope="session", autouse=True)
def _flush_despite_append_only():
    """Tests with real transactions end by emptying all tables, which the append-only triggers rightly refuse.

    Here alone they step aside for it. What the migrations put in is there again for whichever test comes next.
    """
    operations = type(connection.ops)
    original = operations.execute_sql_flush

    def execute_sql_flush(self, sql_list):
        vendor = self.connection.vendor
        drop = [statement for table in APPEND_ONLY_TABLES for statement in drop_append_only_sql(vendor, table)]
        create = [statement for table in APPEND_ONLY_TABLES for statement in append_only_sql(vendor, table)]
        original(self, [*drop, *drop_frozen_sql(vendor), *sql_list, *create, *frozen_sql(vendor)])
        ensure_ready_texts()

    operations.execute_sql_flush = execute_sql_flush
    yield
    operations.execute_sql_flush = original


@pytest.fixture
def now() -> dt.datetime:
    """Wednesday 18 November 2026, 10:00 in Oslo: no holiday, no change of clocks near."""
    return dt.datetime(2026, 11, 18, 9, 0, tzinfo=dt.UTC)


@pytest.fixture
def body(db):
    """A small county: `central`, `culture` (department), the schools `nordvik` and `sorvik`, `klubb` (in nordvik)."""
    return factories.body()


@pytest.fixture
def cast(body):
    """The named cast: employee, moderator, deputy, principal, leader, chief, section, archivist, admin, stranger.

    `principal` leads nordvik, `leader` leads culture, `stranger` is the principal of sorvik. All log in with
    `factories.PASSWORD`; `moderator` and `deputy` hold no assignment until a test gives them one.
    """
    return factories.cast(body)


@pytest.fixture
def login(client):
    """`login(person)` gives a client logged in as that person a moment ago, whose interface is English.

    `fresh=False`: the log-in is not of the last minutes, so that what needs a fresh one asks for the password.
    """

    def enter(person, *, fresh: bool = True):
        client.force_login(person)
        if fresh:
            session = client.session
            session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "password", "at": time.time()}]
            session["account_authentication_methods_user"] = str(person.pk)
            session.save()
        return client

    return enter


@pytest.fixture
def facebook(db):
    return factories.platform(
        "facebook", "Facebook", hosts=["facebook.com", "fb.com"], address="https://www.facebook.com/{handle}"
    )


@pytest.fixture
def account(body, facebook):
    """An active account of nordvik, opened long ago, with activity yesterday."""
    return factories.account(unit=body.nordvik, platform=facebook)
