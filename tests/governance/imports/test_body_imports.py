"""Units and people from files."""

import datetime as dt

import pytest

from governance.access import Role
from governance.audit.models import AuditEvent
from governance.people.imports import PersonImporter
from governance.people.models import Person, RoleGrant
from governance.units import events
from governance.units.imports import UnitImporter
from governance.units.models import Unit
from tests import factories

pytestmark = pytest.mark.django_db


def units(text, now, **options):
    return UnitImporter(now=now, **options).run(text.encode(), "units.csv")


def people(text, now, **options):
    return PersonImporter(now=now, **options).run(text.encode(), "people.csv")


def rejected(report):
    return [(result.row, result.field) for result in report.rejected]


# --- units --------------------------------------------------------------------------------------------------


def test_parents_may_come_later_in_the_file(db, now):
    report = units(
        "code,name,kind,parent,orgno,language\n"
        "klubb,Klubben,club,skole,,\n"
        "skole,Skolen,school,fk,974 760 673,nn\n"
        "fk,Fylket,central,,,en\n",
        now,
    )
    assert report.counts["accepted"] == 3
    assert Unit.objects.get(code="klubb").parent.parent.code == "fk"
    assert Unit.objects.get(code="skole").orgno == "974760673"
    assert [unit.language for unit in Unit.objects.order_by("code")] == ["en-gb", "nb", "nn"]


def test_only_what_differs_is_changed_and_empty_cells_say_nothing(body, now):
    report = units("code,name,kind,parent\nklubb,Filmklubben,club,\nnordvik,Nordvik vgs,school,central\n", now)
    assert [result.outcome for result in report.results] == ["changed", "unchanged"]
    assert Unit.objects.get(code="klubb").parent == body.nordvik
    assert AuditEvent.objects.get(event=events.UNIT_CHANGED).after == {"name": "Filmklubben"}


def test_loops_are_refused(body, now):
    text = "code,name,kind,parent\na,A,unit,b\nb,B,unit,c\nc,C,unit,b\nnordvik,Nordvik vgs,school,klubb\n"
    report = units(text, now)
    assert rejected(report) == [(2, "parent"), (3, "parent"), (4, "parent"), (5, "parent")]
    assert "no unit “b”" in report.rejected[0].reason
    assert "belong to one another" in report.rejected[1].reason
    assert "below it" in report.rejected[3].reason


def test_two_units_may_change_places(body, now):
    report = units("code,name,kind,parent\nnordvik,N,school,klubb\nklubb,K,club,central\n", now)
    assert report.written
    assert Unit.objects.get(code="nordvik").parent == body.klubb


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ("x,X,castle,central,,", "kind"),
        ("x,X,unit,nowhere,,", "parent"),
        ("x,X,unit,central,123456789,", "orgno"),
        ("x,X,unit,central,,fi", "language"),
        ("Æ x,X,unit,central,,", "code"),
        (f"x,{'X' * 300},unit,central,,", "name"),
    ],
)
def test_each_mistake_names_its_field(body, now, row, field):
    report = units(f"code,name,kind,parent,orgno,language\n{row}\n", now)
    assert rejected(report) == [(2, field)]


@pytest.mark.parametrize("more", [1, 20])
def test_rows_without_changes_cost_no_query_each(body, now, django_assert_max_num_queries, more):
    for number in range(more):
        factories.unit(f"u{number:02}", "U", parent=body.central)
    rows = "".join(f"u{number:02},U,unit,central\n" for number in range(more))
    with django_assert_max_num_queries(8 + 4 * more):  # two savepoints a row and no more
        assert units("code,name,kind,parent\n" + rows, now).counts["unchanged"] == more


# --- people -------------------------------------------------------------------------------------------------


def test_people_with_roles(body, now):
    text = (
        "email;name;unit;roles;language\n"
        'New@Fjordvik.example;Ny;nordvik;"principal@nordvik; archivist@central";en\n'
        "other@fjordvik.example;Annen;;;\n"
    )
    assert people(text, now).counts["accepted"] == 2
    person = Person.objects.get(email="new@fjordvik.example")
    assert (person.unit, person.language, person.has_usable_password()) == (body.nordvik, "en-gb", False)
    assert {(grant.role, grant.unit.code, grant.starts_on) for grant in person.grants.all()} == {
        ("principal", "nordvik", dt.date(2026, 11, 18)),
        ("archivist", "central", dt.date(2026, 11, 18)),
    }
    again = people(text, now)
    assert again.counts == {"accepted": 0, "changed": 0, "unchanged": 2, "rejected": 0}
    assert RoleGrant.objects.count() == 2


def test_people_and_roles_that_the_file_does_not_name_stay(cast, body, now):
    report = people("email,name,roles\nrektor@fjordvik.example,Reidun Rektor,unit_leader@klubb\n", now)
    assert report.counts["changed"] == 1
    assert cast.principal.grants.count() == 2
    assert Person.objects.active().count() == 10


def test_one_who_is_deactivated_is_named(body, now):
    factories.person("Gone", email="gone@fjordvik.example", is_active=False, deactivated_at=now)
    report = people("email,name\ngone@fjordvik.example,Gone\n", now)
    assert rejected(report) == [(2, "email")]
    assert "deactivated" in report.rejected[0].reason


@pytest.mark.parametrize(
    ("row", "field", "said"),
    [
        ("x,X,,,", "email", "valid email"),
        ("x@y.no,X,nowhere,,", "unit", "no unit “nowhere”"),
        ("x@y.no,X,,mayor@central,", "roles", "“mayor” is not one of: Unit leader"),
        ("x@y.no,X,,employee@central,", "roles", "is not one of"),
        ("x@y.no,X,,principal,", "roles", "role@unit-code"),
        ("x@y.no,X,,principal@nowhere,", "roles", "no unit"),
        ("x@y.no,X,,,fi", "language", "is not one of: Norwegian bokmål"),
        ("#N/A,X,,,", "email", "shows the error #N/A"),
    ],
)
def test_each_mistake_names_its_field_and_reason(body, now, row, field, said):
    report = people(f"email,name,unit,roles,language\n{row}\n", now)
    assert rejected(report) == [(2, field)]
    assert said in report.rejected[0].reason
    assert not Person.objects.exists()


def test_a_rejected_role_leaves_no_half_made_person(body, now):
    people("email,name,roles\na@y.no,A,\nx@y.no,X,archivist@central;mayor@central\n", now, keep_going=True)
    assert list(Person.objects.values_list("email", flat=True)) == ["a@y.no"]
    assert not RoleGrant.objects.filter(role=Role.ARCHIVIST).exists()
