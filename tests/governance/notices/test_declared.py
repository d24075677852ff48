"""A new notice, or event, is one declaration in a room: nothing else knows of it beforehand, and nothing migrates."""

import copy
import datetime as dt
import pickle
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.urls import reverse

from governance.audit.events import Event
from governance.audit.models import AuditEvent, record
from governance.declared import load_rooms
from governance.notices.delivery import deliver
from governance.notices.kinds import NoticeKind
from governance.notices.models import Notice, key_of, notices_for, tell, tell_all
from governance.notices.texts import notice_text
from governance.trail.forms import AuditFilter
from tests import factories

NOTICES = """
from governance.notices.kinds import Group, NoticeKind

KETTLE_BOILS = NoticeKind(
    "kettle_boils",
    "The kettle boils",
    subject="The kettle boils: %(place)s",
    body="It is %(state)s in %(place)s.",
    group=Group.POSTS,
    words={"state": {"hot": "very hot"}},
    further={"boils_on": "It began on %(boils_on)s."},
)
"""
EVENTS = """
from governance.audit.events import Event

KETTLE_PUT_ON = Event("kettle.put_on", "Kettle put on")
"""


@pytest.fixture
def kettle(tmp_path, monkeypatch):
    """An app with one room, `kitchen`, loaded as at start; (its notice, its event)."""
    room = tmp_path / "teahouse/kitchen"
    room.mkdir(parents=True)
    (room.parent / "__init__.py").touch()
    (room / "__init__.py").touch()
    (room / "notices.py").write_text(NOTICES)
    (room / "events.py").write_text(EVENTS)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(NoticeKind, "known", dict(NoticeKind.known))
    monkeypatch.setattr(Event, "known", dict(Event.known))
    load_rooms("teahouse")
    yield NoticeKind.known["kettle_boils"], Event.known["kettle.put_on"]
    for name in [name for name in sys.modules if name.split(".")[0] == "teahouse"]:
        del sys.modules[name]


@pytest.mark.django_db
def test_a_declared_notice_is_told_read_and_mailed(kettle, client, body, now, mailoutbox):
    boils, _put_on = kettle
    person = factories.person("Mona Moderator", email="moderator@fjordvik.example")
    tell([person, person.pk], boils, about=body.nordvik, now=now, place="Nordvik", state="hot", boils_on="2026-11-18")
    tell([person], boils, about=body.nordvik, now=now, place="Nordvik", state="hot")  # told once
    assert deliver(now)["sent"] == 1
    (mail,) = mailoutbox
    assert mail.subject == "The kettle boils: Nordvik"
    assert "It is very hot in Nordvik. It began on 18 November 2026." in mail.body
    assert body.nordvik.get_absolute_url() in mail.body
    client.force_login(person)
    assert "The kettle boils: Nordvik" in client.get(reverse("notices")).content.decode()
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.django_db
def test_a_declared_event_is_written_filtered_and_shown(kettle, body, now):
    _boils, put_on = kettle
    record(put_on, body.nordvik, by=None, now=now)
    assert AuditEvent.objects.get(event=put_on).event_label == "Kettle put on"
    assert ("kettle.put_on", "Kettle put on") in AuditFilter().fields["event"].choices
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_a_code_is_declared_once(kettle):
    with pytest.raises(ImproperlyConfigured, match="kettle_boils"):
        NoticeKind("kettle_boils", "Again", subject="", body="")


def test_a_copy_is_the_very_same(kettle):
    for one in kettle:
        assert copy.deepcopy(one) is one
        assert pickle.loads(pickle.dumps(one)) is one


def test_what_is_declared_no_longer_breaks_no_page():
    old = Notice(event="kettle_cools", params={"place": "Nordvik"})
    assert notice_text(old).subject == old.event_label == "kettle_cools"
    assert AuditEvent(event="kettle.sold").event_label == "kettle.sold"


# --- once only ---


@pytest.mark.django_db
def test_once_a_person_matter_and_occasion(kettle, body, now):
    boils, _put_on = kettle
    one, other = factories.person("Ola En"), factories.person("Kari To")
    later = now + dt.timedelta(microseconds=1)
    for once in [
        (),
        (),
        now,
        now.astimezone(dt.timezone(dt.timedelta(hours=9))),
        later,
        (now, 1),
        (now, 2),
        now.date(),
    ]:
        tell([one, other], boils, about=body.nordvik, once=once, now=now)
    tell([one], boils, about=body.sorvik, now=now)
    assert one.notices.count() == 7
    assert other.notices.count() == 6


@pytest.mark.django_db
def test_of_two_kinds_that_stand_for_each_other_one_is_told(kettle, body, now):
    boils, _put_on = kettle
    sings = NoticeKind("kettle_sings", "It sings", subject="It sings", body="It sings.", once_with=boils)
    assert key_of(sings, body.nordvik) == key_of(boils, body.nordvik) == f"kettle_boils:unit:{body.nordvik.pk}"
    person = factories.person("Ola En")
    tell([person], boils, about=body.nordvik, now=now)
    tell([person], sings, about=body.nordvik, now=now)
    assert [row.event for row in person.notices.all()] == [boils]


@pytest.mark.django_db
def test_many_are_told_in_one_statement(kettle, body, now, django_assert_num_queries):
    boils, _put_on = kettle
    people = [factories.person(f"Person {number}") for number in range(5)]
    with django_assert_num_queries(1):
        tell_all(row for unit in (body.nordvik, body.sorvik) for row in notices_for(people, boils, about=unit, now=now))
    assert Notice.objects.count() == 10
