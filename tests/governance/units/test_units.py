"""The tree of units: its rules and its pages."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from governance.access import Role
from governance.audit.models import AuditEvent
from governance.units import events
from governance.units.models import Tree, Unit
from tests import factories

pytestmark = pytest.mark.django_db


def typed(**changes):
    return {"code": "ny", "name": "Ny enhet", "kind": "unit", "parent": "", "orgno": "", "language": "nb"} | changes


# --- the rules ----------------------------------------------------------------------------------------------


def test_a_unit_cannot_come_to_lie_below_itself(body, now):
    nordvik = Unit.objects.get(pk=body.nordvik.pk)
    for parent in (body.klubb, body.nordvik):
        nordvik.parent = parent
        with pytest.raises(ValidationError, match="itself or lies below it"):
            nordvik.write(by=None, now=now)


def test_writing_nothing_new_writes_nothing(body, now):
    assert Unit.objects.get(pk=body.nordvik.pk).write(by=None, now=now) is False
    assert not AuditEvent.objects.exists()


def test_a_change_is_audited_with_before_and_after(body, cast, now):
    unit = Unit.objects.get(pk=body.klubb.pk)
    unit.name, unit.parent = "Filmklubben", body.sorvik
    assert unit.write(by=cast.admin, now=now)
    event = AuditEvent.objects.get()
    assert (event.event, event.actor_id, event.at) == (events.UNIT_CHANGED, cast.admin.pk, now)
    assert event.before == {"name": "Fotoklubben", "parent": "Nordvik vgs"}
    assert event.after == {"name": "Filmklubben", "parent": "Sørvik vgs"}


def test_closing_is_refused_while_units_below_are_open(body, now):
    with pytest.raises(ValidationError, match="Fotoklubben"):
        body.nordvik.close(by=None, now=now)
    assert body.klubb.close(by=None, now=now)
    assert not body.klubb.close(by=None, now=now)
    assert body.nordvik.close(by=None, now=now)
    with pytest.raises(ValidationError, match="closed"):
        body.klubb.reopen(by=None, now=now)
    assert body.nordvik.reopen(by=None, now=now)
    assert not body.nordvik.reopen(by=None, now=now)
    assert [event.event for event in AuditEvent.objects.order_by("pk")] == [
        events.UNIT_CLOSED,
        events.UNIT_CLOSED,
        events.UNIT_REOPENED,
    ]


def test_nothing_is_put_below_a_closed_unit(body, now):
    body.klubb.close(by=None, now=now)
    with pytest.raises(ValidationError, match="closed"):
        Unit(code="x", name="X", kind="club", parent=body.klubb).write(by=None, now=now)


def test_one_who_is_second_with_a_code_is_told_so(body, now):
    with pytest.raises(ValidationError, match="with this code already"):
        Unit(code="nordvik", name="X", kind="club", parent=body.central).write(by=None, now=now)


def test_the_tree_follows_what_is_put_into_it(body, now):
    tree = Tree.locked()
    unit = Unit(code="x", name="X", kind="club", parent=body.nordvik)
    unit.write(by=None, now=now, tree=tree)
    assert unit.pk in tree.below(body.central.pk)
    assert tree.roots() == [body.central]
    assert [(unit.code, depth) for unit, depth in Tree.load().in_order()][:2] == [("central", 0), ("culture", 1)]


# --- the list -----------------------------------------------------------------------------------------------


def test_everyone_sees_the_tree(login, cast):
    page = login(cast.employee).get(reverse("units"))
    text = page.content.decode()
    assert text.index("Nordvik vgs") < text.index("Fotoklubben")
    assert "New unit" not in text


def test_logged_out_is_sent_to_log_in(client, body):
    assert client.get(reverse("units")).status_code == 302


def test_the_list_filters_and_hides_closed_units(login, cast, body, now):
    body.klubb.close(by=None, now=now)
    client = login(cast.admin)
    assert "Fotoklubben" not in client.get(reverse("units")).content.decode()
    assert "Fotoklubben" in client.get(reverse("units"), {"closed": "on"}).content.decode()
    text = client.get(reverse("units"), {"q": "vgs", "kind": "school"}).content.decode()
    assert "Nordvik vgs" in text
    assert "Kulturhuset" not in text
    assert "No unit fits" in client.get(reverse("units"), {"q": "zzz"}).content.decode()


def test_the_list_is_paged(login, cast, body):
    Unit.objects.bulk_create(Unit(code=f"u{n}", name=f"U {n:03}", kind="unit", parent=body.central) for n in range(60))
    page = login(cast.employee).get(reverse("units"), {"page": 2})
    assert page.context["page"].paginator.num_pages == 2


@pytest.mark.parametrize("more", [0, 2])
def test_the_list_costs_the_same_queries(login, cast, body, django_assert_num_queries, more):
    for number in range(more):
        factories.unit(f"more{number}", parent=body.nordvik)
    client = login(cast.admin)
    with django_assert_num_queries(7):
        client.get(reverse("units"))


def test_an_empty_portal_says_how_to_begin(login, db):
    assert "There are no units yet" in login(factories.person()).get(reverse("units")).content.decode()


# --- one unit -----------------------------------------------------------------------------------------------


def test_the_page_of_a_unit_shows_heads_policy_and_sources(login, cast, body):
    text = login(cast.employee).get(body.nordvik.get_absolute_url()).content.decode()
    assert "Reidun Rektor" in text
    assert "The portal’s default" in text
    assert "M17" in text
    assert "Change the policy" not in text
    assert "Mona Moderator" not in text  # colleagues are listed for those who lead them


def test_heads_see_their_people(login, cast, body):
    text = login(cast.principal).get(body.nordvik.get_absolute_url()).content.decode()
    assert "Mona Moderator" in text
    assert (
        "Stine Sør" not in login(cast.principal).get(body.sorvik.get_absolute_url()).content.decode().split("Policy")[1]
    )


def test_an_unknown_unit_is_404(login, cast):
    assert login(cast.employee).get(reverse("unit", args=["nowhere"])).status_code == 404


@pytest.mark.parametrize("more", [1, 3])
def test_the_page_costs_the_same_queries(login, cast, body, django_assert_num_queries, more):
    for _number in range(more):
        factories.grant(factories.person(unit=body.nordvik), Role.UNIT_LEADER, body.nordvik)
    client = login(cast.admin)
    with django_assert_num_queries(15):
        client.get(body.nordvik.get_absolute_url())


# --- changing -----------------------------------------------------------------------------------------------


def test_a_new_unit(login, cast, body):
    client = login(cast.admin)
    assert client.get(reverse("unit_new"), {"parent": body.nordvik.pk}).status_code == 200
    page = client.post(reverse("unit_new"), typed(parent=body.nordvik.pk, orgno="974 760 673"))
    unit = Unit.objects.get(code="ny")
    assert page.url == unit.get_absolute_url()
    assert (unit.parent, unit.orgno) == (body.nordvik, "974760673")
    assert AuditEvent.objects.get(event=events.UNIT_CREATED).actor_id == cast.admin.pk


def test_the_same_form_sent_twice_makes_one_unit_and_says_so(login, cast, body):
    client = login(cast.admin)
    client.post(reverse("unit_new"), typed(parent=body.central.pk))
    again = client.post(reverse("unit_new"), typed(parent=body.central.pk))
    assert again.status_code == 422
    assert Unit.objects.filter(code="ny").count() == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"code": "Æ"}, "Use lower-case letters"),
        ({"code": "new"}, "Use lower-case letters"),
        ({"orgno": "123"}, "neither a Norwegian organisation number"),
        ({"name": ""}, "required"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(login, cast, body, changes, said):
    page = login(cast.admin).post(reverse("unit_new"), typed(name="Skrevet navn", parent=body.central.pk) | changes)
    assert page.status_code == 422
    assert said in page.content.decode()
    if "name" not in changes:
        assert "Skrevet navn" in page.content.decode()


def test_editing(login, cast, body):
    client = login(cast.admin)
    url = reverse("unit_edit", args=["klubb"])
    assert "Fotoklubben" in client.get(url).content.decode()
    same = {"name": "Fotoklubben", "kind": "club", "parent": body.nordvik.pk, "orgno": "", "language": "nb"}
    assert "Nothing was changed" in client.post(url, same, follow=True).content.decode()
    client.post(url, same | {"name": "Filmklubben", "code": "other"})
    unit = Unit.objects.get(pk=body.klubb.pk)
    assert (unit.name, unit.code) == ("Filmklubben", "klubb")


def test_editing_into_a_loop_is_refused_beside_the_field(login, cast, body):
    page = login(cast.admin).post(
        reverse("unit_edit", args=["nordvik"]),
        {"name": "Nordvik vgs", "kind": "school", "parent": body.klubb.pk, "orgno": "", "language": "nb"},
    )
    assert page.status_code == 422
    assert "itself or lies below it" in page.content.decode()
    assert Unit.objects.get(code="nordvik").parent == body.central


def test_closing_and_opening_again(login, cast, body):
    client = login(cast.admin)
    url = reverse("unit_close", args=["klubb"])
    assert "Close Fotoklubben" in client.get(url).content.decode()
    client.post(url)
    assert Unit.objects.get(code="klubb").closed_on
    assert "done already" in client.post(url, follow=True).content.decode()
    assert "Open Fotoklubben again" in client.get(url).content.decode()
    assert "open again" in client.post(url, {"reopen": "yes"}, follow=True).content.decode()
    assert Unit.objects.get(code="klubb").closed_on is None
    assert (
        "Units below it are open" in client.post(reverse("unit_close", args=["nordvik"]), follow=True).content.decode()
    )


@pytest.mark.parametrize("who", ["employee", "principal", "section", "chief", "archivist"])
@pytest.mark.parametrize("name", ["unit_new", "unit_edit", "unit_close"])
def test_only_administrators_change_units(login, cast, name, who):
    client = login(getattr(cast, who))
    url = reverse(name, args=[] if name == "unit_new" else ["klubb"])
    assert client.get(url).status_code == 403
    assert client.post(url, typed()).status_code == 403
    assert Unit.objects.get(code="klubb").closed_on is None


def test_an_administrator_of_one_unit_changes_that_one_alone(login, body):
    person = factories.person()
    factories.grant(person, Role.ADMINISTRATOR, body.nordvik)
    client = login(person)
    assert client.get(reverse("unit_edit", args=["klubb"])).status_code == 200
    assert client.get(reverse("unit_edit", args=["sorvik"])).status_code == 403
    assert client.post(reverse("unit_new"), typed(parent=body.sorvik.pk)).status_code == 403
    assert client.post(reverse("unit_new"), typed()).status_code == 403  # a second body beside the first
