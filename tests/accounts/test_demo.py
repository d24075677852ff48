"""The demo body's accounts."""

import datetime as dt

import pytest
from django.utils import timezone

from accounts import demo
from accounts.models import Connection

pytestmark = pytest.mark.django_db


def test_its_connections_call_nobody(login):
    now = timezone.now()
    demo.load(now)
    shown = {connection.account.platform.code: connection for connection in Connection.objects.all()}
    assert set(shown) == {"bluesky", "facebook"}
    assert not [one for one in shown.values() if one.secrets]
    assert not Connection.objects.due(now + dt.timedelta(days=300)).exists()
    facebook = shown["facebook"]
    page = login(facebook.connected_by).get(facebook.get_absolute_url())
    assert page.context["health"].name == "STOPPED"
