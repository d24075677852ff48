"""The audit trail: not to be changed, and readable."""

import datetime as dt

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from governance.access import Role
from governance.audit.models import AuditEvent, record
from governance.people import events as people_events
from governance.policy import events as policy_events
from governance.policy.models import set_policy
from governance.trail.words import SUBJECTS, in_words
from governance.units import events as units_events
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def events(cast, body, now):
    """Three events, an hour apart: nordvik renamed by the admin, a grant at culture, the portal itself on sorvik."""
    hour = dt.timedelta(hours=1)
    return [
        record(
            units_events.UNIT_CHANGED,
            body.nordvik,
            by=cast.admin,
            now=now,
            before={"name": "Nordvik", "kind": "unit"},
            after={"name": "Nordvik vgs", "kind": "school"},
        ),
        record(
            people_events.ROLE_GRANTED,
            cast.leader.grants.get(),
            by=cast.section,
            now=now + hour,
            after={"role": "unit_leader", "starts_on": "2026-11-18", "ends_on": None},
        ),
        record(units_events.UNIT_CLOSED, body.sorvik, by=None, now=now + 2 * hour, after={"closed_on": "2026-11-18"}),
    ]


# --- not to be changed --------------------------------------------------------------------------------------


ALL_AS_NOBODYS = (
    "SELECT id, at, event, actor_id, 'Nobody', subject_type, subject_id, subject_name, unit_id, before, after "
    "FROM governance_auditevent"
)


def refused(work):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        work()


def test_update_and_delete_are_refused_by_the_orm_and_by_sql(events):
    refused(lambda: AuditEvent.objects.update(actor_name="Nobody"))
    refused(lambda: AuditEvent.objects.filter(pk=events[0].pk).delete())
    refused(lambda: events[0].save())
    refused(lambda: AuditEvent.objects.all()._raw_delete("default"))
    for statement in [
        "UPDATE governance_auditevent SET actor_name = 'Nobody'",
        "DELETE FROM governance_auditevent",
        # SQLite has no TRUNCATE; a bare DELETE is the same to it, trigger or not.
        "TRUNCATE governance_auditevent" if connection.vendor == "postgresql" else "DELETE FROM governance_auditevent",
        *([] if connection.vendor == "postgresql" else ["REPLACE INTO governance_auditevent " + ALL_AS_NOBODYS]),
    ]:

        def execute(statement=statement):
            with connection.cursor() as cursor:
                cursor.execute(statement)

        refused(execute)
    assert AuditEvent.objects.count() == 3
    assert not AuditEvent.objects.filter(actor_name="Nobody").exists()


# --- in words -----------------------------------------------------------------------------------------------


def test_changes_are_put_into_words(events, body, now):
    assert in_words(events[0]) == [
        {"label": "Name", "before": "Nordvik", "after": "Nordvik vgs"},
        {"label": "Kind", "before": "Unit", "after": "School"},
    ]
    assert in_words(events[1]) == [
        {"label": "Role", "before": "", "after": "Unit leader"},
        {"label": "From", "before": "", "after": "18/11/2026"},
        {"label": "Until", "before": "", "after": "–"},
    ]
    set_policy(body.central, {"response_hours": 8, "deputy_required": False}, by=None, now=now)
    words = in_words(AuditEvent.objects.get(event=policy_events.POLICY_CHANGED))
    assert words == [
        {"label": "Hours to answer", "before": "–", "after": "8 hours"},
        {"label": "A deputy is required", "before": "–", "after": "No"},
    ]


def test_what_is_no_field_of_the_subject_has_words_too(body, cast, now):
    after = {"due_at": "2026-11-18", "falls_to": None, "two_step": True}
    event = record(units_events.UNIT_CHANGED, body.nordvik, by=cast.admin, now=now, after=after)
    assert [row["label"] for row in in_words(event)] == ["Answer due", "Who takes over", "Two-step sign-in is on"]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (True, "Yes"),
        (3, "3"),
        (["a", "b"], "a, b"),
        ({"a": 1}, "a: 1"),
        ("2026-11-18T09:00:00+00:00", "18/11/2026 10:00"),
        ("2026-99-99", "2026-99-99"),
        ("only-a-word-long-enough", "only-a-word-long-enough"),
        ("", "–"),
    ],
)
def test_values(value, words):
    event = AuditEvent(event=units_events.UNIT_CHANGED, subject_type="gone_from_the_code", after={"some_field": value})
    assert in_words(event) == [{"label": "Some field", "before": "", "after": words}]


def test_what_another_model_calls_by_that_name_is_used_where_the_subject_has_no_such_field():
    event = AuditEvent(event=units_events.UNIT_CHANGED, subject_type="unit", after={"starts_on": "2026-11-18"})
    assert in_words(event) == [{"label": "From", "before": "", "after": "18/11/2026"}]


def test_a_policy_value_that_the_setting_no_longer_knows_is_shown_as_it_stands():
    event = AuditEvent(event=policy_events.POLICY_CHANGED, subject_type="unit", after={"establishment": "castle"})
    assert in_words(event)[0]["after"] == "castle"


# --- the page -----------------------------------------------------------------------------------------------


def shown(client, **chosen):
    return [row["event"].pk for row in client.get(reverse("audit"), chosen).context["rows"]]


def test_newest_first_with_who_and_what(login, cast, events):
    text = login(cast.admin).get(reverse("audit")).content.decode().partition("<tbody>")[2]
    assert text.index("Unit closed") < text.index("Role granted") < text.index("Unit changed")
    assert "Ada Admin" in text
    assert "The portal" in text
    assert "<del>Nordvik</del> → Nordvik vgs" in " ".join(text.split())


def test_filters(login, cast, body, events):
    client = login(cast.section)
    changed, granted, closed = (event.pk for event in events)
    assert shown(client) == [closed, granted, changed]
    assert shown(client, who="ada") == shown(client, who="admin@fjordvik") == [changed]
    assert shown(client, who="nobody at all") == []
    assert shown(client, event="role.granted") == [granted]
    assert shown(client, subject="unit") == [closed, changed]
    assert shown(client, subject="unit", id=body.sorvik.pk) == [closed]
    assert shown(client, unit=body.culture.pk) == [granted]
    assert shown(client, unit=body.central.pk) == [closed, granted, changed]
    assert shown(client, since="18.11.2026", until="18.11.2026") == [closed, granted, changed]
    assert shown(client, since="19.11.2026") == shown(client, until="17.11.2026") == []
    page = client.get(reverse("audit"), {"since": "31.02.2026"})
    assert "31.02.2026" in page.content.decode()
    assert "Nothing fits" in page.content.decode()


def test_paging_by_key_misses_and_doubles_nothing(login, cast, body, now):
    AuditEvent.objects.bulk_create(
        AuditEvent(
            at=now + dt.timedelta(seconds=number // 3),  # several at the same moment
            event=units_events.UNIT_CHANGED,
            subject_type="unit",
            subject_id="1",
            subject_name="x",
            unit_id=body.central.pk,
        )
        for number in range(120)
    )
    client, seen, chosen = login(cast.admin), [], {"event": "unit.changed"}
    for _page in range(4):
        context = client.get(reverse("audit"), chosen).context
        seen += [row["event"].pk for row in context["rows"]]
        if not context["older"]:
            break
        chosen["before"] = context["older"]
    assert len(seen) == len(set(seen)) == 120
    assert seen == list(AuditEvent.objects.values_list("pk", flat=True))


@pytest.mark.parametrize(
    "mark", ["x", "2026-11-18~1", "2026-11-18T09:00:00+00:00~x", "~", "2026-11-18T09:00:00+00:00~"]
)
def test_a_bent_mark_shows_the_first_page(login, cast, events, mark):
    assert len(shown(login(cast.admin), before=mark)) == 3


@pytest.mark.parametrize("more", [1, 3])
def test_the_page_never_counts_and_costs_the_same_queries(
    login, cast, body, now, django_assert_num_queries, more, django_assert_max_num_queries
):
    for _number in range(more):
        record(units_events.UNIT_CHANGED, body.nordvik, by=cast.admin, now=now, after={"name": "x"})
    client = login(cast.admin)
    with django_assert_num_queries(8) as captured:
        client.get(reverse("audit"))
    trail = [query["sql"] for query in captured if "governance_auditevent" in query["sql"]]
    assert len(trail) == 1
    assert "COUNT(" not in trail[0]


@pytest.mark.parametrize("who", ["employee", "principal", "leader", "archivist"])
def test_who_may_not_look(login, cast, who):
    client = login(getattr(cast, who))
    assert client.get(reverse("audit")).status_code == 403
    assert client.get(reverse("audit_csv")).status_code == 403


def test_an_administrator_of_one_unit_sees_what_belongs_to_it(login, body, events):
    person = factories.person()
    factories.grant(person, Role.ADMINISTRATOR, body.nordvik)
    assert shown(login(person)) == [events[0].pk]


def test_it_cannot_be_posted_to(login, cast):
    assert login(cast.admin).post(reverse("audit")).status_code == 405


def test_csv(login, cast, events):
    response = login(cast.admin).get(reverse("audit_csv"), {"event": "unit.changed"})
    assert response.streaming
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    headings, row = text.splitlines()
    assert headings == "When;Who;What happened;To what;Name;Changes"
    assert row.startswith("2026-11-18T10:00:00+01:00;Ada Admin;Unit changed;Unit;Nordvik vgs;")
    assert row.endswith('"Name: Nordvik → Nordvik vgs; Kind: Unit → School"')


def test_the_menu_of_subjects_names_what_the_code_records():
    """Whatever `record` is called with has a label here: model names of the three apps, and imports."""
    from django.apps import apps

    models = {
        model._meta.model_name
        for label in ("governance", "accounts", "guidelines")
        for model in apps.get_app_config(label).get_models()
    }
    assert set(SUBJECTS) - {"import"} <= models
