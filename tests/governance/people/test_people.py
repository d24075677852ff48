"""People, roles, substitutes: the rules and the pages."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from governance.access import Role
from governance.audit.models import AuditEvent
from governance.people import events
from governance.people.models import Person, RoleGrant, Substitute
from tests import factories
from tests.rows import linked

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 11, 18)


def today():
    from django.utils import timezone

    return timezone.localdate()


def written(day):
    return day.strftime("%d.%m.%Y")


def new_grant(person, role, unit, **fields):
    return RoleGrant(person=person, role=role, unit=unit, **{"starts_on": TODAY} | fields)


# --- grants -------------------------------------------------------------------------------------------------


def test_granting_is_audited(cast, body, now):
    new_grant(cast.employee, Role.ARCHIVIST, body.central).give(by=cast.admin, now=now)
    event = AuditEvent.objects.get(event=events.ROLE_GRANTED)
    assert event.actor_name == "Ada Admin"
    assert event.after == {
        "person": "Eli Ansatt",
        "role": "archivist",
        "unit": "Fjordvik fylkeskommune",
        "starts_on": "2026-11-18",
        "ends_on": None,
    }


def test_the_same_role_is_not_granted_twice_at_the_same_time(cast, body, now):
    end = TODAY + dt.timedelta(days=10)
    new_grant(cast.employee, Role.ARCHIVIST, body.central, ends_on=end).give(by=cast.admin, now=now)
    with pytest.raises(ValidationError, match="already holds"):
        new_grant(cast.employee, Role.ARCHIVIST, body.central, starts_on=end).give(by=cast.admin, now=now)
    later = new_grant(cast.employee, Role.ARCHIVIST, body.central, starts_on=end + dt.timedelta(days=1))
    later.give(by=cast.admin, now=now)


def test_nobody_grants_themselves(cast, body, now):
    with pytest.raises(ValidationError, match="Nobody grants roles to themselves"):
        new_grant(cast.admin, Role.INFORMATION_CHIEF, body.central).give(by=cast.admin, now=now)


def test_a_deactivated_person_gets_no_role(body, now):
    gone = factories.person(is_active=False, deactivated_at=now)
    with pytest.raises(ValidationError, match="may not log in"):
        new_grant(gone, Role.ARCHIVIST, body.central).give(by=None, now=now)


def test_ending_a_role(cast, body, now):
    grant = RoleGrant.objects.get(person=cast.principal)
    assert grant.end(TODAY, reason="New post", by=cast.admin, now=now)
    assert not grant.end(TODAY, reason="New post", by=cast.admin, now=now)
    event = AuditEvent.objects.get(event=events.ROLE_ENDED)
    assert event.before["ends_on"] is None
    assert event.after == {"person": "Reidun Rektor", "ends_on": "2026-11-18", "reason": "New post"}


def test_a_role_that_never_began_is_taken_back_whole(cast, body, now):
    grant = new_grant(cast.employee, Role.ARCHIVIST, body.central, starts_on=TODAY + dt.timedelta(days=5))
    grant.give(by=cast.admin, now=now)
    assert grant.end(TODAY, reason="A mistake", by=cast.admin, now=now)
    assert not RoleGrant.objects.filter(pk=grant.pk).exists()
    assert AuditEvent.objects.get(event=events.ROLE_ENDED).subject_id == str(grant.pk)


def test_the_last_administrator_keeps_the_role(cast, body, now):
    grant = RoleGrant.objects.get(person=cast.admin)
    with pytest.raises(ValidationError, match="last administrator"):
        grant.end(TODAY, reason="", by=None, now=now)
    another = new_grant(cast.employee, Role.ADMINISTRATOR, body.central, starts_on=TODAY)
    another.give(by=cast.admin, now=now)
    assert grant.end(TODAY, reason="", by=None, now=now)


# --- substitutes --------------------------------------------------------------------------------------------


def test_substitutes(cast, now):
    row = Substitute(person=cast.chief, substitute=cast.section, starts_on=TODAY).appoint(by=cast.admin, now=now)
    with pytest.raises(ValidationError, match="substitute already"):
        Substitute(person=cast.chief, substitute=cast.section, starts_on=TODAY).appoint(by=cast.admin, now=now)
    assert row.end(TODAY + dt.timedelta(days=1), by=cast.admin, now=now)
    assert not row.end(TODAY + dt.timedelta(days=1), by=cast.admin, now=now)
    assert row.end(TODAY - dt.timedelta(days=1), by=cast.admin, now=now)
    assert not Substitute.objects.exists()
    assert AuditEvent.objects.filter(event__in=[events.SUBSTITUTE_APPOINTED, events.SUBSTITUTE_ENDED]).count() == 3


# --- the list -----------------------------------------------------------------------------------------------


def test_the_list_shows_people_and_their_roles(login, cast):
    text = login(cast.admin).get(reverse("people")).content.decode()
    assert "Reidun Rektor" in text
    assert "Principal, Nordvik vgs" in text


@pytest.mark.parametrize("who", ["employee", "principal", "section", "chief"])
@pytest.mark.parametrize("name", ["people", "people_csv", "person_new"])
def test_only_administrators_manage_people(login, cast, who, name):
    assert login(getattr(cast, who)).get(reverse(name)).status_code == 403


def test_filters(login, cast, body, now):
    factories.person("Gone Borte", is_active=False, deactivated_at=now)
    client = login(cast.admin)

    def names(**chosen):
        shown = linked(client.get(reverse("people"), chosen).context["table"])
        return {name.removesuffix(" (deactivated)") for name in shown}

    assert names(q="rektor@") == {"Reidun Rektor"}
    assert names(role="principal") == {"Reidun Rektor", "Stine Sør"}
    assert names(unit=body.culture.pk) == {"Lars Leder"}
    assert names(state="deactivated") == {"Gone Borte"}
    assert "Gone Borte" in names(state="all")
    assert "Gone Borte" not in names()
    assert "Nobody fits" in client.get(reverse("people"), {"q": "zzz"}).content.decode()


def test_sorting_and_paging(login, cast):
    for number in range(30):
        factories.person(f"Zz {number:02}")
    client = login(cast.admin)
    first = client.get(reverse("people"), {"sort": "-name"}).context["table"]
    assert linked(first)[0] == "Zz 29"
    assert client.get(reverse("people"), {"page": 2}).context["table"].page.number == 2


@pytest.mark.parametrize("query", ["per_page=-1", "per_page=100000", "page=-1&per_page=0"])
def test_a_bent_address_still_shows_one_page(login, cast, query):
    response = login(cast.admin).get(f"{reverse('people')}?{query}")
    assert response.status_code == 200
    assert response.context["table"].page.paginator.per_page == 25


@pytest.mark.parametrize("more", [1, 3])
def test_the_list_costs_the_same_queries(login, cast, body, django_assert_num_queries, more):
    for _number in range(more):
        factories.grant(factories.person(unit=body.nordvik), Role.ARCHIVIST, body.nordvik)
    client = login(cast.admin)
    with django_assert_num_queries(9):
        client.get(reverse("people"))


def test_csv_can_be_read_by_the_import_again(login, cast, now):
    from governance.people.imports import PersonImporter

    factories.person("=cmd()", email="formula@fjordvik.example")
    response = login(cast.admin).get(reverse("people_csv"))
    data = b"".join(response.streaming_content)
    assert b"'=cmd()" in data
    report = PersonImporter(now=now, dry_run=True).run(data, "people.csv")
    assert report.counts == {"accepted": 0, "changed": 1, "unchanged": 10, "rejected": 0}  # the formula, defused


# --- one person ---------------------------------------------------------------------------------------------


def test_who_sees_a_person(login, cast):
    url = cast.moderator.get_absolute_url()
    for who in (cast.admin, cast.principal, cast.moderator, cast.section):
        assert login(who).get(url).status_code == 200
    for who in (cast.employee, cast.stranger, cast.leader, cast.archivist):
        assert login(who).get(url).status_code == 404


def test_heads_see_no_buttons_they_may_not_use(login, cast):
    text = login(cast.principal).get(cast.moderator.get_absolute_url()).content.decode()
    assert "Register absence" in text
    assert "Deactivate" not in text
    assert "Grant a role" not in text


def test_a_new_person(login, cast, body):
    client = login(cast.admin)
    assert client.get(reverse("person_new")).status_code == 200
    typed = {"name": "Ny Person", "email": " NY@Fjordvik.example ", "unit": body.nordvik.pk, "language": "nn"}
    client.post(reverse("person_new"), typed)
    person = Person.objects.get(email="ny@fjordvik.example")
    assert not person.has_usable_password()
    again = client.post(reverse("person_new"), typed)
    assert again.status_code == 422
    assert "here already" in again.content.decode()
    assert AuditEvent.objects.filter(event=events.PERSON_CREATED).count() == 1


def test_one_who_is_second_with_an_e_mail_is_told_so(cast, now):
    with pytest.raises(ValidationError, match="here already"):
        Person(name="Eli", email="ansatt@fjordvik.example").write(by=cast.admin, now=now)
    assert not AuditEvent.objects.filter(event=events.PERSON_CREATED).exists()


def test_editing_a_person(login, cast, body):
    client = login(cast.admin)
    url = reverse("person_edit", args=[cast.employee.pk])
    typed = {"name": "Eli Ansatt", "email": "ansatt@fjordvik.example", "unit": body.nordvik.pk, "language": "en-gb"}
    assert client.get(url).status_code == 200
    assert "Nothing was changed" in client.post(url, typed, follow=True).content.decode()
    client.post(url, typed | {"name": "Eli Berg", "unit": body.culture.pk})
    event = AuditEvent.objects.get(event=events.PERSON_CHANGED)
    assert (event.before, event.after) == (
        {"name": "Eli Ansatt", "unit": "Nordvik vgs"},
        {"name": "Eli Berg", "unit": "Kulturhuset"},
    )


def test_who_belongs_to_a_closed_unit_still_does_after_an_edit(login, cast, body, now):
    body.klubb.closed_on = now.date() - dt.timedelta(days=30)
    body.klubb.save()
    person = factories.person("Kim Klubb", unit=body.klubb, email="kim@fjordvik.example")
    client = login(cast.admin)
    form = client.get(f"/people/{person.pk}/edit/").context["form"]
    shown = {name: form[name].value() for name in form.fields}
    assert "Fotoklubben" in form.as_p()
    sent = {**shown, "unit": form.fields["unit"].prepare_value(shown["unit"]), "name": "Kim Klubben"}
    assert client.post(f"/people/{person.pk}/edit/", sent).status_code == 302
    person.refresh_from_db()
    assert (person.name, person.unit) == ("Kim Klubben", body.klubb)
    # Nobody else is put there.
    other = client.post(f"/people/{cast.employee.pk}/edit/", {**sent, "email": cast.employee.email})
    assert other.status_code == 422


def test_granting_and_ending_through_the_pages(login, cast, body):
    client = login(cast.admin)
    url = reverse("grant_new", args=[cast.employee.pk])
    assert client.get(url).status_code == 200
    typed = {"role": "unit_leader", "unit": body.klubb.pk, "starts_on": written(today()), "ends_on": ""}
    assert client.post(url, typed | {"starts_on": "31.02.2026"}).status_code == 422
    before = written(today() - dt.timedelta(days=1))
    assert "end comes before" in client.post(url, typed | {"ends_on": before}).content.decode()
    client.post(url, typed)
    assert "already holds" in client.post(url, typed).content.decode()
    grant = RoleGrant.objects.get(person=cast.employee)

    end = reverse("grant_end", args=[grant.pk])
    assert client.get(end).status_code == 200
    assert client.post(end, {"last_day": written(today())}).status_code == 422  # no reason
    long_ago = written(today() - dt.timedelta(days=9))
    assert "earliest is yesterday" in client.post(end, {"last_day": long_ago, "reason": "x"}).content.decode()
    last = {"last_day": written(today()), "reason": "Moved"}
    assert "The role ends" in client.post(end, last, follow=True).content.decode()
    assert "no later already" in client.post(end, last, follow=True).content.decode()


def test_the_last_administrator_cannot_end_the_own_role(login, cast):
    grant = RoleGrant.objects.get(person=cast.admin)
    url = reverse("grant_end", args=[grant.pk])
    page = login(cast.admin).post(url, {"last_day": written(today()), "reason": "Tired"})
    assert page.status_code == 422
    assert "last administrator" in page.content.decode()


def test_substitutes_through_the_pages(login, cast):
    client = login(cast.admin)
    url = reverse("substitute_new", args=[cast.chief.pk])
    assert "Ivar Info" in client.get(url).content.decode()  # suggested: the same unit
    typed = {"substitute": "Ivar Info", "starts_on": written(today()), "ends_on": ""}
    for wrong, said in [("nobody@x.no", "Nobody who may log in"), ("infosjef@fjordvik.example", "for themselves")]:
        page = client.post(url, typed | {"substitute": wrong})
        assert page.status_code == 422
        assert said in page.content.decode()
    client.post(url, typed)
    assert "substitute already" in client.post(url, typed).content.decode()
    row = Substitute.objects.get()
    assert "Ivar Info stands in for Ingrid Sjef" in client.get(cast.chief.get_absolute_url()).content.decode()
    end = reverse("substitute_end", args=[row.pk])
    assert client.get(end).status_code == 200
    client.post(end, {"last_day": written(today())})
    assert "done already" in client.post(end, {"last_day": written(today())}, follow=True).content.decode()


def test_two_people_of_one_name_are_told_apart_by_e_mail(login, cast):
    factories.person("Ivar Info")
    url = reverse("substitute_new", args=[cast.chief.pk])
    page = login(cast.admin).post(url, {"substitute": "ivar info", "starts_on": written(today())})
    assert "Several have that name" in page.content.decode()


def test_an_administrator_of_one_unit_reaches_no_further(login, cast, body):
    local = factories.person("Lokal Admin", unit=body.nordvik)
    factories.grant(local, Role.ADMINISTRATOR, body.nordvik)
    nowhere = factories.person("Uten Enhet")
    client = login(local)
    names = set(linked(client.get(reverse("people")).context["table"]))
    assert "Mona Moderator" in names
    assert not {"Stine Sør", "Ada Admin", "Uten Enhet"} & names
    for stranger in (cast.admin, cast.stranger, nowhere):
        for name in ("person_edit", "grant_new", "substitute_new", "person_deactivate", "person_reactivate"):
            assert client.post(reverse(name, args=[stranger.pk])).status_code == 404
    assert client.post(reverse("grant_end", args=[RoleGrant.objects.get(person=cast.chief).pk])).status_code == 403

    grant = {"role": "information_chief", "unit": body.central.pk, "starts_on": written(today()), "ends_on": ""}
    assert client.post(reverse("grant_new", args=[cast.moderator.pk]), grant).status_code == 403
    assert (
        client.post(reverse("grant_new", args=[cast.moderator.pk]), grant | {"unit": body.klubb.pk}).status_code == 302
    )
    typed = {"name": "Ny", "email": "ny@fjordvik.example", "unit": body.sorvik.pk, "language": ""}
    assert client.post(reverse("person_new"), typed).status_code == 403
    assert client.post(reverse("person_new"), typed | {"unit": ""}).status_code == 403
    assert client.post(reverse("person_new"), typed | {"unit": body.nordvik.pk}).status_code == 302
    row = Substitute.objects.create(person=cast.chief, substitute=cast.section, starts_on=TODAY)
    assert client.post(reverse("substitute_end", args=[row.pk])).status_code == 403


def test_an_administrator_of_one_unit_does_not_become_somebody_with_a_role_elsewhere(login, cast, body):
    local = factories.person("Lokal Admin", unit=body.nordvik)
    factories.grant(local, Role.ADMINISTRATOR, body.nordvik)
    chief = factories.person("Sjef På Nordvik", unit=body.nordvik)
    factories.grant(chief, Role.INFORMATION_CHIEF, body.central)
    client = login(local)
    typed = {"name": chief.name, "email": "mine@example.org", "unit": body.nordvik.pk, "language": "en-gb"}
    assert client.post(reverse("person_edit", args=[chief.pk]), typed).status_code == 403
    chosen = {"substitute": cast.employee.email, "starts_on": written(today()), "ends_on": ""}
    assert client.post(reverse("substitute_new", args=[chief.pk]), chosen).status_code == 403
    assert client.post(reverse("person_deactivate", args=[chief.pk])).status_code == 403
    assert not Substitute.objects.filter(person=chief).exists()

    other_name = typed | {"name": "Sjef Nordvik", "email": chief.email}
    assert client.post(reverse("person_edit", args=[chief.pk]), other_name).status_code == 302
    chief.refresh_from_db()
    assert (chief.name, chief.email != "mine@example.org", chief.is_active) == ("Sjef Nordvik", True, True)
    assert client.post(reverse("person_deactivate", args=[cast.principal.pk])).status_code == 302


def test_nobody_appoints_themselves_as_substitute(login, cast):
    chosen = {"substitute": cast.admin.email, "starts_on": written(today()), "ends_on": ""}
    response = login(cast.admin).post(reverse("substitute_new", args=[cast.principal.pk]), chosen)
    assert response.status_code == 422
    assert "Nobody grants roles to themselves" in response.content.decode()
    assert not Substitute.objects.exists()
