"""Plain functions that make rows for tests. Whoever needs a detail passes it; the rest is believable."""

import datetime as dt
import itertools
from types import SimpleNamespace

from accounts.applications.models import Application, ApplicationPerson
from accounts.inbox.models import Post
from accounts.moderators.models import Assignment
from accounts.platforms.models import Connection
from accounts.register.choices import Part
from accounts.register.models import OfficialAccount
from governance.access import Role
from governance.people.models import Person, RoleGrant
from governance.platforms.models import Platform
from governance.units.models import Unit

PASSWORD = "a-long-test-password"
LONG_AGO = dt.datetime(2025, 1, 15, 12, 0, tzinfo=dt.UTC)
YESTERDAY = dt.datetime(2026, 11, 17, 9, 0, tzinfo=dt.UTC)  # the day before the `now` fixture
_numbers = itertools.count(1)


def unit(code: str, name: str = "", *, kind: str = "unit", parent: Unit | None = None, **fields) -> Unit:
    return Unit.objects.create(code=code, name=name or code.capitalize(), kind=kind, parent=parent, **fields)


def person(name: str = "", *, unit: Unit | None = None, email: str = "", **fields) -> Person:
    number = next(_numbers)
    fields.setdefault("language", "en-gb")
    return Person.objects.create_user(
        email or f"person{number}@fjordvik.example", name or f"Person {number}", PASSWORD, unit=unit, **fields
    )


def grant(person: Person, role: Role, unit: Unit, *, starts_on=dt.date(2025, 1, 1), ends_on=None) -> RoleGrant:
    return RoleGrant.objects.create(person=person, role=role, unit=unit, starts_on=starts_on, ends_on=ends_on)


def body() -> SimpleNamespace:
    central = unit("central", "Fjordvik fylkeskommune", kind="central")
    nordvik = unit("nordvik", "Nordvik vgs", kind="school", parent=central)
    return SimpleNamespace(
        central=central,
        culture=unit("culture", "Kulturhuset", kind="department", parent=central),
        nordvik=nordvik,
        sorvik=unit("sorvik", "Sørvik vgs", kind="school", parent=central),
        klubb=unit("klubb", "Fotoklubben", kind="club", parent=nordvik),
    )


def cast(body) -> SimpleNamespace:
    people = SimpleNamespace(
        employee=person("Eli Ansatt", unit=body.nordvik, email="ansatt@fjordvik.example"),
        moderator=person("Mona Moderator", unit=body.nordvik, email="moderator@fjordvik.example"),
        deputy=person("David Vara", unit=body.nordvik, email="vara@fjordvik.example"),
        principal=person("Reidun Rektor", unit=body.nordvik, email="rektor@fjordvik.example"),
        leader=person("Lars Leder", unit=body.culture, email="leder@fjordvik.example"),
        chief=person("Ingrid Sjef", unit=body.central, email="infosjef@fjordvik.example"),
        section=person("Ivar Info", unit=body.central, email="info@fjordvik.example"),
        archivist=person("Arne Arkiv", unit=body.central, email="arkiv@fjordvik.example"),
        admin=person("Ada Admin", unit=body.central, email="admin@fjordvik.example"),
        stranger=person("Stine Sør", unit=body.sorvik, email="sor@fjordvik.example"),
    )
    grant(people.principal, Role.PRINCIPAL, body.nordvik)
    grant(people.leader, Role.UNIT_LEADER, body.culture)
    grant(people.chief, Role.INFORMATION_CHIEF, body.central)
    grant(people.section, Role.INFORMATION_SECTION, body.central)
    grant(people.archivist, Role.ARCHIVIST, body.central)
    grant(people.admin, Role.ADMINISTRATOR, body.central)
    grant(people.stranger, Role.PRINCIPAL, body.sorvik)
    return people


def platform(code: str = "facebook", name: str = "", **fields) -> Platform:
    # The usual platforms are there from the start.
    return Platform.objects.update_or_create(code=code, defaults={"name": name or code.capitalize(), **fields})[0]


def facebook() -> Platform:
    return platform(
        "facebook", "Facebook", hosts=["facebook.com", "fb.com"], address="https://www.facebook.com/{handle}"
    )


def account(*, unit: Unit, platform: Platform, state: str = "active", handle: str = "", **fields) -> OfficialAccount:
    handle = handle or f"handle{next(_numbers)}"
    fields.setdefault("name", f"{unit.name} on {platform.name}")
    fields.setdefault("url", platform.address_of(handle))
    fields.setdefault("registered_at", LONG_AGO)
    if state != "planned":
        fields.setdefault("opened_at", LONG_AGO)
        fields.setdefault("last_activity_at", YESTERDAY)
    if state == "retired":
        fields.setdefault("retired_at", YESTERDAY)
    return OfficialAccount.objects.create(unit=unit, platform=platform, state=state, handle=handle, **fields)


def assign(
    account: OfficialAccount, person: Person, part: str = Part.LEAD, *, accepted: bool = True, **fields
) -> Assignment:
    fields.setdefault("starts_on", dt.date(2025, 1, 15))
    return Assignment.objects.create(
        account=account, person=person, part=part, accepted_at=LONG_AGO if accepted else None, **fields
    )


def post(account: OfficialAccount, **fields) -> Post:
    number = next(_numbers)
    defaults = {
        "remote_id": f"remote-{number}",
        "source": Post.Source.HAND,
        "author": "A citizen",
        "text": f"When do you open? ({number})",
        "posted_at": YESTERDAY,
        "first_seen_at": fields.get("posted_at", YESTERDAY),
    }
    return Post.objects.create(account=account, **defaults | fields)


def application(*, applicant: Person, unit: Unit, platform: Platform, moderators=(), deputies=(), **fields):
    """A draft whose every question is answered; `status="submitted"` makes one that waits since yesterday."""
    answers = {
        "name": f"Account {next(_numbers)}",
        "goal": "Tell what happens at school",
        "expected_effect": "More know us",
        "purposes": ["inform", "answer"],
        "audience": "Pupils to be",
        "message": "Come and see",
        "communication": "both",
        "platform_reason": "They are there",
        "language": "nb",
        "organisation": "Two of the staff take turns",
        "hours_per_week": 3,
        "absence_plan": "The deputy takes over",
        "answer_mandate": "All may answer about the school",
        "moderation_mode": "along",
        "visibility": "open",
        "pupil_contact": False,
        "alias_profile": False,
        "crisis_use": False,
        "hearing": False,
        "web_page_url": "https://fjordvik.example/nordvik",
        "legal_basis": "A task in the public interest",
        "joint_controller": "The platform's own agreement",
        "archive_routine": "Screenshots into the archive each month",
        "created_at": LONG_AGO,
        "changed_at": YESTERDAY,
        "steps_done": ["purpose", "platform", "people", "openness", "law", "duration"],
    }
    if fields.get("status") == "submitted":
        answers |= {"submitted_at": YESTERDAY, "submission": 1}
    made = Application.objects.create(applicant=applicant, unit=unit, platform=platform, **answers | fields)
    for part, people in ((Part.LEAD, moderators), (Part.DEPUTY, deputies)):
        for named in people:
            ApplicationPerson.objects.create(application=made, person=named, part=part)
    return made


def connection(account: OfficialAccount, by: Person, **fields) -> Connection:
    """A healthy connection whose last fetch knew everything until then."""
    fields.setdefault("external_id", f"remote-{account.pk}")
    fields.setdefault("backfill_since", LONG_AGO)
    fields.setdefault("connected_at", LONG_AGO)
    fields.setdefault("next_fetch_at", YESTERDAY)
    return Connection.objects.create(account=account, connected_by=by, token_key=f"token-{account.pk}", **fields)
