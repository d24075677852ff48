"""A role for one unit, in every form there is: never a 500, and nothing of another unit is written."""

import pytest
from django.db import transaction
from django.urls import reverse

from governance.access import Role
from governance.audit.models import AuditEvent
from governance.units.models import Unit
from tests import factories
from tests.test_every_address import ROWS

pytestmark = pytest.mark.django_db

GRANTED = [role for role in Role if role.granted]


def filled(form, unit) -> dict:
    """Something believable in every field of a form: another unit where one is asked for."""
    typed = {}
    for name, field in form.fields.items():
        key = form.add_prefix(name)
        choices = getattr(field, "choices", None)
        queryset = getattr(field, "queryset", None)
        if queryset is not None and queryset.model is Unit:
            typed[key] = unit.pk
        elif name == "unit":
            typed[key] = next((str(value) for value, label in _flat(choices or ()) if unit.name in str(label)), unit.pk)
        elif choices:
            options = [(str(value), str(label)) for value, label in _flat(choices) if str(value)]
            facebook = [value for value, label in options if label == "Facebook"]  # as the address says
            typed[key] = [*facebook, *(value for value, _label in options), ""][0]
        else:
            typed[key] = _text(name, field)
    return typed


def _flat(choices):
    for value, label in choices:
        if isinstance(label, list | tuple):
            yield from label
        else:
            yield value, label


def _text(name, field) -> str:
    kind = type(field).__name__
    if "URL" in kind or name.endswith("url"):
        return "https://www.facebook.com/another.unit"
    if "Email" in kind or "email" in name:
        return "felles@fjordvik.example"
    if "Date" in kind or name.endswith(("_on", "_day")):
        return "24.12.2027"
    if "Moment" in kind or name.endswith("_at"):
        return "24.12.2027 12:00"
    if "Integer" in kind:
        return "3"
    if "UUID" in kind:
        return "7b0c1f4e-0000-4000-8000-000000000001"
    if "Person" in kind:
        return "ansatt@fjordvik.example"
    return "another-unit"


@pytest.mark.slow
@pytest.mark.parametrize("role", GRANTED)
def test_a_role_for_one_unit_gets_no_500(standing, client, role):
    """Each form of the house, filled with another unit by somebody whose role is for Fotoklubben alone."""
    body = standing.body
    person = factories.person(unit=body.klubb)
    factories.grant(person, role, body.klubb)
    client.force_login(person)
    client.raise_request_exception = False
    broken = []
    for name, (place, _allowed) in ROWS.items():
        if name == "readyz":  # says by 503 that a service is missing
            continue
        url = reverse(name, kwargs=standing.places[place] if place else {})
        with transaction.atomic():
            page = client.get(url)
            form = page.context.get("form") if page.context is not None else None
            # Where no form is shown, what a form of the register asks is sent all the same.
            typed = filled(form, body.sorvik) if hasattr(form, "fields") else {"unit": body.sorvik.pk}
            answers = [page, client.post(url, typed)]
            transaction.set_rollback(True)
        client.force_login(person)
        broken += [(name, answer.status_code) for answer in answers if answer.status_code >= 500]
    assert not broken


@pytest.mark.parametrize("role", GRANTED)
def test_nothing_of_another_unit_is_written(standing, client, role):
    body = standing.body
    person = factories.person(unit=body.klubb)
    factories.grant(person, role, body.klubb)
    client.force_login(person)
    before = AuditEvent.objects.count()
    forms = ["accounts:account_new", "person_new", "unit_new", "token_new", "accounts:hook_source_new"]
    forms += ["accounts:crisis_open"]
    for name in forms:
        page = client.get(reverse(name))
        if page.status_code != 200:
            assert page.status_code == 403, name
            continue
        typed = filled(page.context["form"], body.sorvik) | {"parent": body.sorvik.pk}
        assert client.post(reverse(name), typed).status_code in (403, 422), name
    assert AuditEvent.objects.count() == before
