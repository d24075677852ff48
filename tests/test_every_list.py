"""Every page reads a page, never a table: as many queries for hundreds of rows as for a few, and rows within bounds.

Goes to every address of the project, so that a new list is among them the day it has an address. What hands out
everything on purpose is named here, and why.
"""

import copy
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.applications.models import Application, Status
from accounts.flags.models import Flag
from accounts.inbox.models import Post, Removal
from accounts.moderators.models import Assignment
from accounts.platforms.models import Connection, HookSource
from accounts.register.models import OfficialAccount
from accounts.work_use.models import Site, WorkUse
from governance.access import Role
from governance.audit.models import AuditEvent
from governance.notices.models import Notice
from governance.people.models import Person
from governance.signin.tokens import ApiToken
from guidelines.reading.questions import Question
from tests import factories
from tests.rows import counted
from tests.test_every_address import ROWS

FEW, MANY = 3, 400
AT_MOST = 250  # more rows than with a few: a page of 50, each with what belongs to it
WHOLE = {
    # Files of everything, streamed or written row by row.
    "accounts:accounts_export",
    "accounts:removals_csv",
    "audit_csv",
    "people_csv",
    "guidelines:readers_export",
    "guidelines:export",
    "accounts:duty_calendar",
    # For machines: every account in use, as the convention has it.
    "accounts:trust_txt",
    "accounts:trust_txt_well_known",
}
# The lists themselves: that these answer is part of the promise.
LISTS = {
    "accounts:home",
    "accounts:inbox",
    "accounts:removals",
    "accounts:accounts",
    "accounts:connections",
    "accounts:duty",
    "accounts:flags",
    "accounts:applications",
    "accounts:work_use",
    "accounts:work_use_of_unit",
    "accounts:sites",
    "accounts:public_register",
    "accounts:hook_sources",
    "guidelines:guidelines",
    "guidelines:questions",
    "guidelines:acknowledgements",
    "guidelines:readers",
    "guidelines:versions",
    "people",
    "person",
    "units",
    "unit",
    "audit",
    "notices",
}


def crowd(body, chief, start: int, end: int) -> None:
    """Copies of one of each kind that a body has many of, with numbers from `start` up to `end`."""
    numbers = range(start, end)

    def copies(model, first=None, **different):
        row = first or model.objects.order_by("pk").first()
        made = []
        for n in numbers:
            one = copy.copy(row)
            one.pk, one._state = None, copy.copy(row._state)
            one._state.adding = True
            for name, value in different.items():
                setattr(one, name, value(n) if callable(value) else value)
            made.append(one)
        return model.objects.bulk_create(made)

    now = timezone.now()

    def named(n):
        return f"Crowd {n}"

    def keyed(n):
        return f"crowd{n}"

    def mailed(n):
        return f"crowd{n}@fjordvik.example"

    people = copies(Person, email=mailed, name=named, unit=body.nordvik, calendar_key="")
    running = {"state": "active", "opened_at": factories.LONG_AGO, "unit": body.nordvik}
    url = "https://www.facebook.com/crowd{}".format
    accounts = copies(OfficialAccount, handle=keyed, url=url, external_id="", name=named, **running)
    one_each = dict(zip(numbers, accounts, strict=True)).get
    person_each = dict(zip(numbers, people, strict=True)).get
    accepted = {"accepted_at": factories.LONG_AGO, "ended_at": None, "declined_at": None}
    copies(Assignment, account=one_each, **accepted)
    copies(Post, remote_id="open{}".format, account=one_each, outcome="", closed_at=None, answer_due_at=now)
    copies(Post, remote_id="thread{}".format, thread_id="one")
    copies(Post, remote_id="closed{}".format, account=one_each, outcome="answered", closed_at=now)
    copies(Flag, account=one_each, closed_at=None)
    copies(Notice, person=chief, key=keyed)
    copies(AuditEvent)
    # Drafts: of those that wait, whoever may decide is worked out one by one, and few wait at once.
    draft = Application.objects.filter(status=Status.DRAFT).first()
    copies(Application, draft, account=None, name=named, applicant=person_each, form_token=lambda n: uuid.uuid4())
    copies(WorkUse, person=person_each)
    copies(Site, url="https://crowd{}.example/".format)
    tokens = copies(ApiToken, name=named, digest=keyed, form_token=lambda n: uuid.uuid4())
    copies(HookSource, token=dict(zip(numbers, tokens, strict=True)).get)
    copies(Question, asked_by=person_each, key=keyed, answered_at=None, answered_by=None, answer="")
    connection = Connection.objects.first() or factories.connection(OfficialAccount.objects.first(), chief)
    copies(Connection, connection, account=one_each, external_id=keyed, token_key=keyed)
    Removal.objects.bulk_create(
        Removal(account=one, kind="comment", posted_at=now, reason="offensive", removed_by=chief) for one in accounts
    )


@pytest.fixture
def everywhere(cast, body):
    """Somebody who may go nearly everywhere: the information chief, who administers and leads as well."""
    for role in (Role.ADMINISTRATOR, Role.UNIT_LEADER):
        factories.grant(cast.chief, role, body.central)
    return cast.chief


def asked_of(client, scene) -> dict[str, tuple[int, int]]:
    """(queries, rows) of every address that shows a page, looked at for the second time."""
    found = {}
    for name in sorted(set(ROWS) - WHOLE):
        place = ROWS[name][0]
        url = reverse(name, kwargs=scene[place] if place else {})
        if client.get(url).status_code != 200:
            continue
        with counted() as asked:
            client.get(url)
        found[name] = (asked.queries, asked.rows)
    return found


@pytest.mark.slow
def test_every_page_reads_a_page(scene, body, everywhere, client):
    client.force_login(everywhere)
    crowd(body, everywhere, 0, FEW)
    few = asked_of(client, scene)
    crowd(body, everywhere, FEW, MANY)
    many = asked_of(client, scene)
    assert LISTS - set(many) == set(), "these show no page"
    more_queries = {name: (few[name][0], many[name][0]) for name in few if many[name][0] != few[name][0]}
    unbounded = {name: (few[name][1], many[name][1]) for name in few if many[name][1] - few[name][1] > AT_MOST}
    assert unbounded == {}, "rows with a few, and with many"
    assert more_queries == {}, "queries with a few, and with many"
