"""The demo body's accounts."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts import demo
from accounts.duty.models import Shift, TakeOver
from accounts.duty.roster import on_duty
from accounts.duty.rule import Why
from accounts.platforms.models import Connection
from accounts.register.models import OfficialAccount
from governance.people.models import Person

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


def test_its_first_minute_shows_a_rota_and_somebody_who_has_taken_over(login):
    now = timezone.now()
    demo.load(now)
    rota = OfficialAccount.objects.get(pk=Shift.objects.values_list("account", flat=True).distinct().get())
    assert {shift.person.name for shift in rota.shifts.all()} == {"Mona Moldestad", "Vetle Varhaug"}
    taken = TakeOver.objects.standing(now).get()
    assert on_duty(taken.account, now).why == Why.TAKEN_OVER
    page = login(Person.objects.get(email__startswith="rektor@")).get(reverse("accounts:duty"))
    weeks = [week for row in page.context["rows"] for week in row["weeks"]]
    parts = [part for week in weeks for day in week if day for part in day.parts]
    assert "Vetle Varhaug" in {part.duty.person.name for part in parts if part.duty.why == Why.SHIFT}
    page = login(taken.person).get(taken.account.get_absolute_url()).content.decode()
    assert reverse("accounts:account_give_back", args=[taken.account.pk]) in page
