"""A large body in the database, filled by statements over whole sets: minutes become seconds.

Every row is a copy of one the ORM wrote, apart from what the SQL expressions say; `n` counts the copies.
"""

import datetime as dt

from django.db import connection, models

from accounts.flags.models import Flag
from accounts.inbox import notices
from accounts.inbox.models import Post
from accounts.moderators.models import Assignment
from accounts.register import events
from accounts.register.choices import Part
from accounts.register.models import OfficialAccount
from governance.access import Role
from governance.audit.models import AuditEvent, record
from governance.notices.models import Notice
from governance.people.models import Person, RoleGrant
from governance.units.models import Unit
from tests import factories

SCHOOLS = 200
OPEN = 10  # one post in so many waits for an answer


def multiply(model: type[models.Model], like: models.Model, first: int, last: int, **expressions: str) -> None:
    """Copies of a row, one for each number from `first` up to but not including `last`."""
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    expressions.setdefault("form_token", "gen_random_uuid()")  # no two rows come from one form
    values = [expressions.get(field.column, f't."{field.column}"') for field in fields]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {model._meta.db_table} ({columns}) SELECT {', '.join(values)} "
            f"FROM generate_series({first}, {last - 1}) AS n, {model._meta.db_table} AS t WHERE t.id = {like.pk}"
        )


def one_of(table: str, condition: str, n: str = "n") -> str:
    """SQL: the id of the n-th row, from the start again after the last. Ids of copies follow one another."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT min(id), count(*) FROM {table} WHERE {condition}")
        first, count = cursor.fetchone()
    return f"({first} + {n} % {count})"


def _id(table: str, **where: str) -> int:
    [(column, value)] = where.items()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM {table} WHERE {column} = %s", [value])
        return cursor.fetchone()[0]


class Body:
    """A county of 200 schools. `moderator` answers for five accounts, `chief` for the whole body."""

    def __init__(self, now: dt.datetime):
        self.now = now
        self.units = factories.body()
        self.cast = factories.cast(self.units)
        self.moderator, self.chief = self.cast.moderator, self.cast.chief
        factories.grant(self.chief, Role.ADMINISTRATOR, self.units.central)
        self.platform = factories.platform(
            "bench", "Bench", hosts=["bench.example"], address="https://bench.example/{handle}"
        )
        self.accounts = self.posts = 0
        school = factories.unit("school", "School", kind="school", parent=self.units.central)
        multiply(Unit, school, 1, SCHOOLS, code="'school-' || n", name="'School ' || n")
        head = factories.person("Head", unit=school)
        multiply(Person, head, 1, SCHOOLS, email="'head' || n || '@fjordvik.example'", name="'Head ' || n")
        heads = one_of("governance_person", "name LIKE 'Head%'")
        grant = factories.grant(head, Role.PRINCIPAL, school)
        schools = one_of("governance_unit", "code LIKE 'school%'")
        multiply(RoleGrant, grant, 1, SCHOOLS, person_id=heads, unit_id=schools)
        self.schools = schools
        self.first_person = factories.person("Colleague", unit=school)
        self.first_account = factories.account(unit=school, platform=self.platform, handle="bench", name="Bench")
        self.role = factories.assign(self.first_account, self.first_person)
        self.post = factories.post(
            self.first_account, source=Post.Source.API, posted_at=now, outcome="answered", closed_at=now
        )
        for _number in range(5):
            own = factories.account(unit=self.units.nordvik, platform=self.platform)
            factories.assign(own, self.moderator)
            for _post in range(20):
                factories.post(own, posted_at=now, answer_due_at=now + dt.timedelta(hours=20))
        self.flag = Flag.objects.create(
            account=self.first_account, post=self.post, reason="unanswered", raised_at=now, closed_at=now
        )
        self.notice = Notice.objects.create(
            person=self.chief, event=notices.POST_ARRIVED, key="bench", path="/", params={"account": "Bench"}
        )
        self.event = record(events.ACCOUNT_CHANGED, self.first_account, by=self.chief, now=now)

    def grow_accounts(self, number: int) -> None:
        """Up to so many accounts, each with a lead and a deputy; half as many people."""
        start, self.accounts = self.accounts + 1, number
        multiply(
            Person,
            self.first_person,
            (start + 1) // 2,
            number // 2,
            email="'colleague' || n || '@fjordvik.example'",
            name="'Colleague ' || n",
            unit_id=self.schools,
        )
        multiply(
            OfficialAccount,
            self.first_account,
            start,
            number,
            unit_id=self.schools,
            handle="'bench' || n",
            url="'https://bench.example/bench' || n",
            handle_key="'bench' || n",
            name="'Bench ' || lpad((n * 7919 % 100000)::text, 5, '0')",
        )
        account = f"({_id('accounts_officialaccount', handle=f'bench{start}')} - {start} + n)"
        for part, place in ((Part.LEAD, "n"), (Part.DEPUTY, "(n + 1)")):
            person = one_of("governance_person", "name LIKE 'Colleague%'", place)
            multiply(Assignment, self.role, start, number, account_id=account, part=f"'{part}'", person_id=person)
        self._analyse()

    def grow_posts(self, number: int) -> None:
        """Up to so many posts over all accounts, one in ten of them open; the trail, flags and notices with them."""
        start, self.posts = self.posts + 1, number
        account = one_of("accounts_officialaccount", "handle LIKE 'bench%'")
        closed = f"n % {OPEN} <> 0"
        moment = "t.posted_at - n * interval '20 seconds'"
        multiply(
            Post,
            self.post,
            start,
            number,
            account_id=account,
            remote_id="'bench-' || n",
            thread_id="'thread-' || n / 5",
            text="'When do you open on Sunday? ' || n",
            posted_at=moment,
            first_seen_at=moment,
            answer_due_at="t.posted_at + interval '1 day' + n % 5000 * interval '1 second'",
            outcome=f"CASE WHEN {closed} THEN 'answered' ELSE '' END",
            closed_at=f"CASE WHEN {closed} THEN {moment} + interval '1 hour' END",
        )
        few, until = max(start // 10, 1), number // 10
        post = f"({_id('accounts_post', remote_id='bench-1')} + n * 10)"
        multiply(Flag, self.flag, few, until, account_id=account, post_id=post)
        multiply(AuditEvent, self.event, few, until, at="t.at - n * interval '1 minute'")
        multiply(Notice, self.notice, few // 10 + 1, until // 10, key="'bench-' || n", read_at="t.created_at")
        self._analyse()

    def _analyse(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
