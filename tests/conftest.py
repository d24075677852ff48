"""The named cast, a fixed clock, and no network beyond this machine."""

import datetime as dt
import time
from unittest.mock import patch

import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.core.cache import cache
from django.test import TransactionTestCase, override_settings
from django.utils import translation

from tests import factories
from tests.chromium import chromium, visit  # noqa: F401 - fixtures
from tests.connectors.worlds.bluesky import bluesky, bluesky_network  # noqa: F401 - fixtures
from tests.embedded import promised_on_sqlite, tried_on_sqlite_only
from tests.emptying import empty_database
from tests.scene import scene, standing  # noqa: F401 - fixtures
from tests.spread import OUTSIDE, group_of, place_of, scheduler


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(config, items):
    """Marks what runs where, leaves out what cannot, and says what runs one after the other, in which order.

    What needs the other database is left out, not skipped: this one promises nothing of the kind.
    """
    from django.conf import settings

    on_postgresql = "postgresql" in settings.DATABASES["default"]["ENGINE"]
    left_out = [item for item in items if _is_of_the_other(item, on_postgresql)]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]
    for item in items:
        outside = {"chromium", "bluesky_network", "mastodon_server"} & _fixtures(item)
        assert not outside or group_of(item.nodeid) == OUTSIDE, f"{item.nodeid}: tests/spread.py does not know it"
        if outside - {"chromium"}:
            item.add_marker("servers")
        if promised_on_sqlite(item.path):
            item.add_marker("embedded")
    yield  # shuffled, and chosen by -m and -k
    items.sort(key=lambda item: place_of(item.nodeid))


def _is_of_the_other(item, on_postgresql: bool) -> bool:
    return tried_on_sqlite_only(item.path) if on_postgresql else bool(item.get_closest_marker("postgresql"))


def _fixtures(item) -> set[str]:
    """What a test asks for, the server behind its world of a connector among it."""
    params = item.callspec.params if hasattr(item, "callspec") else {}
    return {*item.fixturenames, getattr(params.get("world"), "server", "")}


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    return scheduler(config, log) if config.getoption("dist") == "loadscope" else None


@pytest.fixture(autouse=True)
def _plain_settings():
    """The tests' own environment, whatever stands in a developer's .env."""
    with override_settings(
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        STORAGES={
            "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
            "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
        },
        WHITENOISE_AUTOREFRESH=True,  # or each client would look through all static files
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
def _emptied_our_way():
    """See tests/emptying.py."""
    with patch.object(TransactionTestCase, "_fixture_teardown", lambda test: empty_database()):
        yield


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
    return factories.facebook()


@pytest.fixture
def account(body, facebook):
    """An active account of nordvik, opened long ago, with activity yesterday."""
    return factories.account(unit=body.nordvik, platform=facebook)
