"""Two people, one form: the second to save sees both values and chooses, and nothing is lost."""

import datetime as dt
from dataclasses import dataclass

import pytest
from django.test import Client
from django.urls import reverse

from accounts.register.choices import Part
from accounts.register.models import OfficialAccount
from governance.audit.models import AuditEvent
from governance.people.models import Person
from governance.policy.models import PolicyValue
from governance.units.models import Unit
from tests import factories
from tests.sending import filled

SAVED = "Saved meanwhile:"


@dataclass
class Case:
    """A form that two have open: `one` is what both change, `other` what the first changes alone."""

    url: str
    first: Person
    second: Person
    one: str
    theirs: str
    mine: str
    words: str  # the first one's value, for people to read
    other: str
    other_value: str
    stands: object  # () -> {field: value as it is sent}
    event: str = ""

    def __post_init__(self):
        self.clients = [Client(), Client()]
        for client, person in zip(self.clients, (self.first, self.second), strict=True):
            client.force_login(person)

    def open(self, number: int = 1) -> dict:
        return filled(self.clients[number].get(self.url))

    def send(self, data: dict, number: int = 1, **changes):
        return self.clients[number].post(self.url, data | changes)

    def first_saves(self, **changes):
        assert self.send(self.open(0), 0, **changes).status_code == 302

    def value(self, name: str):
        return self.stands().get(name)

    def saved(self) -> int:
        return AuditEvent.objects.filter(event=self.event).count() if self.event else 0


@pytest.fixture(params=["account", "person", "unit", "step", "policy"])
def case(request, cast, body, account, facebook):
    another_admin = factories.person("Åse Admin", unit=body.central)
    factories.grant(another_admin, "administrator", body.central)

    def row(model, pk, *names):
        return lambda: {name: str(value) for name, value in model.objects.values(*names).get(pk=pk).items()}

    if request.param == "account":
        url, names = reverse("accounts:account_edit", args=[account.pk]), ("name", "audience")
        data = ("name", "Theirs", "Mine", "Theirs", "audience", "Pupils\nto be")
        return Case(url, cast.section, cast.chief, *data, row(OfficialAccount, account.pk, *names), "account.changed")
    if request.param == "person":
        pk = cast.employee.pk
        data = ("unit", "Sørvik vgs (sorvik)", "Kulturhuset (culture)", "Sørvik vgs (sorvik)", "name", "Eli Ny")
        code = dict(Unit.objects.values_list("pk", "code"))

        def stands():
            person = Person.objects.get(pk=pk)
            return {"unit": f"{person.unit.name} ({code[person.unit_id]})", "name": person.name}

        url = reverse("person_edit", args=[pk])
        return Case(url, cast.admin, another_admin, *data, stands, "person.changed")
    if request.param == "unit":
        pk, url = body.nordvik.pk, reverse("unit_edit", args=["nordvik"])
        data = ("kind", "club", "unit", "Club", "name", "Nordvik skole")
        return Case(url, cast.admin, another_admin, *data, row(Unit, pk, "kind", "name"), "unit.changed")
    if request.param == "policy":
        url = reverse("unit_policy", args=["nordvik"])
        data = ("deputy_required", "no", "yes", "No", "political_contact", "The mayor")

        def decided():
            own = dict(PolicyValue.objects.filter(unit=body.nordvik).values_list("key", "value"))
            return own | {"deputy_required": {True: "yes", False: "no"}.get(own.get("deputy_required"), "")}

        return Case(url, cast.section, cast.chief, *data, decided, "policy.changed")
    application = factories.application(
        applicant=cast.employee,
        unit=body.nordvik,
        platform=facebook,
        moderators=[cast.moderator],
        deputies=[cast.deputy],
    )

    def answers():
        application.refresh_from_db()
        named = application.named()[Part.LEAD]
        return {"moderators": "\n".join(person.email for person in named), "organisation": application.organisation}

    url = reverse("accounts:application_step", args=[application.pk, "people"])
    data = ("moderators", cast.leader.email, cast.principal.email, "Lars Leder (leder@fjordvik.example)")
    return Case(url, cast.employee, cast.employee, *data, "organisation", "Both do", answers)


def test_the_second_sees_both_values_and_keeps_the_own(case):
    page = case.open()
    case.first_saves(**{case.one: case.theirs})
    asked = case.send(page, **{case.one: case.mine})
    said = asked.content.decode()
    assert asked.status_code == 422
    assert SAVED in said
    assert case.words in said
    assert f"changed by {case.first.name} on" in said
    assert f'href="#id_{case.one}' in said
    again = filled(asked)
    assert again[case.one] == [case.mine]
    assert case.value(case.one) == case.theirs
    assert case.send(again).status_code == 302
    assert case.value(case.one) == case.mine
    assert case.saved() == (2 if case.event else 0)


def test_the_second_takes_what_the_first_saved(case):
    page = case.open()
    case.first_saves(**{case.one: case.theirs})
    asked = case.send(page, **{case.one: case.mine})
    assert case.send(filled(asked), theirs=case.one).status_code == 302
    assert case.value(case.one) == case.theirs
    assert case.saved() == (1 if case.event else 0)


def test_what_the_second_left_alone_stays_as_the_first_saved_it(case):
    page = case.open()
    case.first_saves(**{case.other: case.other_value})
    assert case.send(page, **{case.one: case.mine}).status_code == 302
    assert (case.value(case.one), case.value(case.other)) == (case.mine, case.other_value)


def test_what_was_merged_is_not_reverted_when_the_form_is_sent_again(case):
    page = case.open()
    case.first_saves(**{case.one: case.theirs, case.other: case.other_value})
    asked = case.send(page, **{case.one: case.mine})
    assert case.send(filled(asked)).status_code == 302
    assert (case.value(case.one), case.value(case.other)) == (case.mine, case.other_value)


def test_the_same_twice_asks_nobody(case):
    page = case.open()
    case.first_saves(**{case.one: case.theirs})
    assert case.send(page, **{case.one: case.theirs}).status_code == 302
    assert case.saved() == (1 if case.event else 0)


@pytest.mark.parametrize("choice", ["mine", "theirs"])
def test_a_third_save_asks_again(case, choice):
    page, first = case.open(), case.value(case.one)
    case.first_saves(**{case.one: case.theirs})
    again = filled(case.send(page, **{case.one: case.mine}))
    case.first_saves(**{case.one: page[case.one][0]})
    asked = case.send(again, **({"theirs": case.one} if choice == "theirs" else {}))
    assert asked.status_code == 422
    assert SAVED in asked.content.decode()
    assert filled(asked)[case.one] == [case.mine]
    assert case.value(case.one) == first
    assert case.send(filled(asked)).status_code == 302
    assert case.value(case.one) == case.mine


def test_a_third_save_of_what_was_merged_is_merged_too(case):
    page = case.open()
    case.first_saves(**{case.one: case.theirs, case.other: case.other_value})
    again = filled(case.send(page, **{case.one: case.mine}))
    case.first_saves(**{case.other: "Once more"})
    assert case.send(again).status_code == 302
    assert (case.value(case.one), case.value(case.other)) == (case.mine, "Once more")


def test_without_a_revision_it_counts_as_opened_now(case):
    page = case.open()
    case.first_saves(**{case.one: case.theirs})
    del page["revision"]
    assert case.send(page, **{case.one: case.mine}).status_code == 302
    assert case.value(case.one) == case.mine


@pytest.mark.parametrize("revision", ["", "?", "=", "name", "\x00", "nonsense=12 =", "one=" * 5000])
def test_a_revision_of_nonsense_is_none(case, revision):
    case.first_saves(**{case.one: case.theirs})
    page = case.open()
    assert case.send(page, revision=revision, theirs="nonsense", **{case.one: case.mine}).status_code == 302
    assert case.value(case.one) == case.mine


def test_a_forged_revision_asks_oneself(case):
    page = case.open()
    page["revision"] = [f"{case.one}=0000"]
    assert case.send(page, **{case.one: case.mine}).status_code == 422


def test_looking_and_sending_the_same_changes_nothing(case):
    before = case.stands()
    assert case.send(case.open()).status_code == 302
    assert case.stands() == before
    assert case.saved() == 0


def test_a_refused_form_still_knows_what_it_was_opened_with(login, cast, account):
    """Something else to be mended, then somebody saves: the conflict is seen all the same."""
    client, url = login(cast.section), reverse("accounts:account_edit", args=[account.pk])
    page = filled(client.get(url))
    refused = client.post(url, page | {"name": "Mine", "ends_on": "31.02.2027"})
    assert refused.status_code == 422
    assert SAVED not in refused.content.decode()
    OfficialAccount.objects.filter(pk=account.pk).update(name="Theirs", hearing=True)
    asked = client.post(url, filled(refused) | {"ends_on": ""})
    assert asked.status_code == 422
    assert "Theirs" in asked.content.decode()
    assert client.post(url, filled(asked)).status_code == 302
    account.refresh_from_db()
    assert (account.name, account.hearing) == ("Mine", True)


def test_values_are_told_in_words(login, cast, account, body):
    client, url = login(cast.section), reverse("accounts:account_edit", args=[account.pk])
    page = filled(client.get(url))
    OfficialAccount.objects.filter(pk=account.pk).update(
        hearing=True, ends_on=dt.date(2027, 3, 4), editor=cast.deputy, communication="dialogue", audience="All"
    )
    sent = {"ends_on": "05.03.2027", "editor": cast.moderator.email, "communication": "information", "audience": "Few"}
    asked = client.post(url, page | sent)
    assert asked.context["form"].meanwhile == {
        "ends_on": "04.03.2027",
        "editor": "David Vara (vara@fjordvik.example)",
        "communication": "Dialogue",
        "audience": "All",
    }
    assert filled(asked)["hearing"] == ["on"]


def test_a_box_both_have_set_otherwise_is_told_as_yes_or_no(login, cast, account):
    """A box has two sides: who changed it meanwhile is asked only where it was changed and changed back."""
    client, url = login(cast.section), reverse("accounts:account_edit", args=[account.pk])
    page = filled(client.get(url))
    assert "can_remove" in page
    page["revision"] = [page["revision"][0].replace("can_remove=", "can_remove=0")]
    del page["can_remove"]
    asked = client.post(url, page)
    assert asked.context["form"].meanwhile == {"can_remove": "Yes"}
    assert client.post(url, filled(asked)).status_code == 302
    account.refresh_from_db()
    assert account.can_remove is False


def test_it_is_part_of_the_fields_description(login, cast, account):
    client, url = login(cast.section), reverse("accounts:account_edit", args=[account.pk])
    page = filled(client.get(url))
    OfficialAccount.objects.filter(pk=account.pk).update(handle="theirs", name="<b>Theirs</b>")
    said = client.post(url, page | {"handle": "mine", "name": "Mine"}).content.decode()
    assert 'aria-describedby="id_handle_helptext id_handle_error id_handle_saved"' in said
    assert 'id="id_handle_saved"' in said
    assert "&lt;b&gt;Theirs" in said
    assert "<b>Theirs" not in said


def test_an_application_sent_meanwhile_keeps_what_was_typed(login, cast, body, facebook, now):
    application = factories.application(applicant=cast.employee, unit=body.nordvik, platform=facebook)
    client = login(cast.employee)
    url = reverse("accounts:application_step", args=[application.pk, "purpose"])
    page = filled(client.get(url))
    type(application).objects.filter(pk=application.pk).update(status="submitted", submitted_at=now, submission=1)
    late = client.post(url, page | {"message": "What I typed"})
    assert late.status_code == 422
    assert "cannot be changed meanwhile" in late.content.decode()
    assert filled(late)["message"] == ["What I typed"]


def test_a_step_saved_in_part_is_not_asked_about_itself(login, cast, body, facebook):
    """What is refused keeps nothing from being saved, and what was saved is one's own."""
    application = factories.application(applicant=cast.employee, unit=body.nordvik, platform=facebook)
    client = login(cast.employee)
    url = reverse("accounts:application_step", args=[application.pk, "purpose"])
    refused = client.post(url, filled(client.get(url)) | {"message": "First", "audience": ""})
    assert refused.status_code == 422
    application.refresh_from_db()
    assert application.message == "First"
    assert client.post(url, filled(refused) | {"message": "Second", "audience": "All"}).status_code == 302
    application.refresh_from_db()
    assert application.message == "Second"


def test_an_account_opened_meanwhile_keeps_the_address_that_was_typed(login, cast, body, facebook, now):
    planned = factories.account(unit=body.nordvik, platform=facebook, state="planned")
    client, url = login(cast.section), reverse("accounts:account_opening", args=[planned.pk])
    page = filled(client.get(url))
    OfficialAccount.objects.filter(pk=planned.pk).update(state="active", opened_at=now)
    late = client.post(url, page | {"web_page_url": "https://fjordvik.example/typed"})
    assert late.status_code == 422
    assert "The account is open already." in late.content.decode()
    assert "https://fjordvik.example/typed" in late.content.decode()
