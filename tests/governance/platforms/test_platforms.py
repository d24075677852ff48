"""The platforms and what units have decided about them."""

import datetime as dt

import pytest
from django.apps.registry import Apps
from django.urls import reverse

from governance.audit.models import AuditEvent
from governance.platforms import events
from governance.platforms.models import Platform, PlatformAssessment, assess
from governance.platforms.usual import ensure_platforms
from governance.units.models import Tree

pytestmark = pytest.mark.django_db


def decided(**changes):
    return {"stance": "not_allowed", "conditions": "", "reference": "", "assessed_on": None} | changes


# --- the rules ----------------------------------------------------------------------------------------------


def test_the_usual_platforms_are_added_once_and_changes_stay(db):
    ensure_platforms()
    assert Platform.objects.count() >= 16
    Platform.objects.filter(code="x").update(name="Twitter")
    Platform.objects.filter(code="vimeo").delete()
    assert ensure_platforms() == 1
    assert Platform.objects.get(code="x").name == "Twitter"


def test_going_back_to_before_the_first_migration_there_is_no_table(db):
    assert ensure_platforms(apps=Apps()) == 0


def test_a_host_that_became_known_later_needs_no_new_row(body, facebook):
    assert "fb.watch" not in facebook.hosts
    assert facebook.owns("https://fb.watch/abc")
    assert facebook.all_hosts[: len(facebook.hosts)] == facebook.hosts
    assert Platform(code="own", hosts=["own.example"]).all_hosts == ["own.example"]


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("https://twitter.com/sel", "x"),
        ("https://mobile.twitter.com/sel", "x"),
        ("https://m.facebook.com/sel", "facebook"),
        ("https://fb.com/sel", "facebook"),
        ("https://youtu.be/abc", "youtube"),
        ("https://WWW.Instagram.com./sel", "instagram"),
        ("https://notfacebook.com/sel", None),
    ],
)
def test_addresses_belong_to_one_platform_at_most(db, url, code):
    ensure_platforms()
    assert [platform.code for platform in Platform.objects.all() if platform.owns(url)] == ([code] if code else [])


def test_the_nearest_and_latest_decision_stands(body, cast, facebook, now):
    tree = Tree.load()

    def stance_at(unit):
        standing = PlatformAssessment.objects.standing_for(tree.path_up(unit.pk)).get(facebook.pk)
        return standing and standing.stance

    assert stance_at(body.klubb) is None
    assess(facebook, body.central, by=cast.section, now=now, **decided(stance="conditions"))
    assess(facebook, body.nordvik, by=cast.section, now=now, **decided())
    later = now + dt.timedelta(hours=1)
    assess(facebook, body.central, by=cast.section, now=later, **decided(stance="allowed"))
    assert stance_at(body.klubb) == "not_allowed"
    assert stance_at(body.sorvik) == "allowed"


def test_the_same_decision_twice_is_one(body, cast, facebook, now):
    assert assess(facebook, body.central, by=cast.section, now=now, **decided())
    assert not assess(facebook, body.central, by=cast.section, now=now, **decided())
    assert PlatformAssessment.objects.count() == 1
    event = AuditEvent.objects.get(event=events.PLATFORM_ASSESSED)
    assert (event.unit_id, event.after["stance"]) == (body.central.pk, "not_allowed")


# --- a unit's page ------------------------------------------------------------------------------------------


def test_everyone_sees_what_is_allowed_and_who_said_so(login, cast, body, facebook, now):
    assess(facebook, body.central, by=cast.section, now=now, **decided(reference="DPIA 12"))
    text = login(cast.employee).get(reverse("unit_platforms", args=["klubb"])).content.decode()
    assert "Not allowed" in text
    assert "DPIA 12" in text
    assert reverse("unit_platforms", args=["central"]) in text
    assert reverse("unit_platform", args=["klubb", "facebook"]) not in text


@pytest.mark.parametrize("decisions", [1, 3])
def test_the_page_costs_the_same_queries(login, cast, body, now, django_assert_num_queries, decisions):
    ensure_platforms()
    for platform in Platform.objects.all()[:decisions]:
        assess(platform, body.central, by=cast.section, now=now, **decided())
    client = login(cast.employee)
    with django_assert_num_queries(9):
        client.get(reverse("unit_platforms", args=["klubb"]))


def test_deciding(login, cast, body, facebook):
    client = login(cast.section)
    url = reverse("unit_platform", args=["nordvik", "facebook"])
    assert client.get(url).status_code == 200
    typed = {"stance": "conditions", "conditions": "No pupils", "reference": "12", "assessed_on": "31.02.2026"}
    page = client.post(url, typed)
    assert page.status_code == 422
    assert "No pupils" in page.content.decode()
    typed["assessed_on"] = "01.03.2026"
    assert "is saved" in client.post(url, typed, follow=True).content.decode()
    assert "Nothing was changed" in client.post(url, typed, follow=True).content.decode()
    assert "No pupils" in client.get(url).content.decode()


@pytest.mark.parametrize("who", ["employee", "principal", "archivist"])
def test_who_may_not_decide(login, cast, facebook, who):
    client = login(getattr(cast, who))
    for url in [
        reverse("unit_platform", args=["nordvik", "facebook"]),
        reverse("platform_new"),
        reverse("platform_edit", args=["facebook"]),
    ]:
        assert client.get(url).status_code == 403


# --- the body's list ----------------------------------------------------------------------------------------


def test_a_new_platform(login, cast):
    client = login(cast.admin)
    url = reverse("platform_new")
    assert client.get(url).status_code == 200
    typed = {"code": "pixelfed", "name": "Pixelfed", "hosts": "https://pixelfed.no", "address": "", "retired_on": ""}
    assert "is not a host" in client.post(url, typed).content.decode()
    typed |= {"hosts": "pixelfed.no, Pixelfed.dk\npixelfed.no", "address": "https://pixelfed.no/x"}
    assert "{handle}" in client.post(url, typed).content.decode()
    typed["address"] = "https://pixelfed.no/{handle}"
    client.post(url, typed)
    platform = Platform.objects.get(code="pixelfed")
    assert platform.hosts == ["pixelfed.no", "pixelfed.dk"]
    assert platform.address_of("sel") == "https://pixelfed.no/sel"
    assert client.post(url, typed).status_code == 422
    assert client.post(url, typed | {"code": "new"}).status_code == 422


def test_editing_and_retiring(login, cast, facebook):
    client = login(cast.section)
    url = reverse("platform_edit", args=["facebook"])
    assert "facebook.com" in client.get(url).content.decode()
    typed = {"name": "Facebook", "hosts": "facebook.com\nfb.com", "address": facebook.address, "retired_on": ""}
    assert "Nothing was changed" in client.post(url, typed, follow=True).content.decode()
    client.post(url, typed | {"retired_on": "01.03.2026"})
    assert facebook not in Platform.objects.in_use()
    event = AuditEvent.objects.get(event=events.PLATFORM_CHANGED)
    assert (event.before, event.after) == ({"retired_on": None}, {"retired_on": "2026-03-01"})
