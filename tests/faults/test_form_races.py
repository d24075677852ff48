"""Two who send the same form in the same moment, on PostgreSQL: exactly one of them is asked."""

import threading

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse

from governance.audit.models import AuditEvent
from tests.sending import filled

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
TIMES = 8


def send_at_once(url: str, field: str, values: list[tuple]) -> list[int]:
    """The answers' statuses; `values`: (who, what they write into the field) of each."""
    gate, answers = threading.Barrier(len(values)), [0] * len(values)
    ready = []
    for person, value in values:
        client = Client()
        client.force_login(person)
        ready.append((client, filled(client.get(url)) | {field: value}))

    def send(place, client, data):
        try:
            gate.wait(timeout=20)
            answers[place] = client.post(url, data).status_code
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send, args=(place, *pair)) for place, pair in enumerate(ready)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return sorted(answers)


@pytest.mark.parametrize(
    ("form", "field"),
    [("account", "name"), ("unit", "name"), ("policy", "political_contact")],
)
def test_exactly_one_is_asked(form, field, cast, account):
    name, args, event = {
        "account": ("accounts:account_edit", [account.pk], "account.changed"),
        "unit": ("unit_edit", ["nordvik"], "unit.changed"),
        "policy": ("unit_policy", ["nordvik"], "policy.changed"),
    }[form]
    people = (cast.admin, cast.admin) if form == "unit" else (cast.section, cast.chief)
    for number in range(TIMES):
        sent = [(person, f"{number} {place}") for place, person in enumerate(people)]
        assert send_at_once(reverse(name, args=args), field, sent) == [302, 422]
        assert AuditEvent.objects.filter(event=event).count() == number + 1


def test_two_who_change_different_fields_both_get_through(cast, account):
    url = reverse("accounts:account_edit", args=[account.pk])
    clients = [Client(), Client()]
    for client, person in zip(clients, (cast.section, cast.chief), strict=True):
        client.force_login(person)
    for number in range(TIMES):
        name, audience = f"Name {number}", f"Audience {number}"
        page = filled(clients[0].get(url))
        sent = [page | {"name": name}, page | {"audience": audience}]
        gate, answers = threading.Barrier(2), []

        def send(client, data, gate=gate, answers=answers):
            try:
                gate.wait(timeout=20)
                answers.append(client.post(url, data).status_code)
            finally:
                connections.close_all()

        threads = [threading.Thread(target=send, args=pair) for pair in zip(clients, sent, strict=True)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=60)
        assert answers == [302, 302]
        account.refresh_from_db()
        assert (account.name, account.audience) == (name, audience)
