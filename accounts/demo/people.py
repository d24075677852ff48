"""Fjordvik's units, people, roles and policies."""

import datetime as dt
from types import SimpleNamespace

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from governance.access import Role
from governance.audit.models import record
from governance.calendar.closing_days import ClosingDay
from governance.people import events as people_events
from governance.people.absences import Absence
from governance.people.models import Person, RoleGrant, Substitute
from governance.policy.models import set_policy
from governance.policy.presets import PRESETS
from governance.signin.login import DEMO_DOMAIN, DEMO_PASSWORD
from governance.units import events as units_events
from governance.units.models import Unit
from guidelines.texts.versions import Version

ROOT = "fjordvik"

# code, name, kind, parent, language
UNITS = [
    (ROOT, "Fjordvik fylkeskommune", "central", None, "nn"),
    ("informasjon", "Informasjonsseksjonen", "unit", ROOT, "nn"),
    ("opplaering", "Opplæringsavdelinga", "department", ROOT, "nn"),
    ("nordvik", "Nordvik vidaregåande skule", "school", "opplaering", "nn"),
    ("sorvik", "Sørvik videregående skole", "school", "opplaering", "nb"),
    ("fjellet", "Fjellet videregående skole", "school", "opplaering", "nb"),
    ("nordvik-foto", "Fotoklubben på Nordvik", "club", "nordvik", "nn"),
    ("kulturhuset", "Fjordvik kulturhus", "unit", ROOT, "nb"),
    ("ungdomsskolen", "Skagerrak Ungdomsskole", "school", ROOT, "da"),
]

# key, e-mail name, name, unit, language
PEOPLE = [
    ("employee", "ansatt", "Eli Ansnes", "nordvik", "nb"),
    ("moderator", "moderator", "Mona Moldestad", "nordvik", "nb"),
    ("deputy", "vara", "Vetle Varhaug", "nordvik", "nb"),
    ("principal", "rektor", "Reidun Rekdal", "nordvik", "nb"),
    ("leader", "leder", "Lars Lederud", "kulturhuset", "nb"),
    ("chief", "infosjef", "Ingrid Sjøholt", "informasjon", "nb"),
    ("info", "info", "Ivar Infeld", "informasjon", "nb"),
    ("archivist", "arkiv", "Arne Arkteig", "informasjon", "nb"),
    ("admin", "admin", "Ada Adde", "informasjon", "nb"),
    ("sorvik_head", "rektor.sorvik", "Sigrun Sørbø", "sorvik", "nb"),
    ("fjellet_head", "rektor.fjellet", "Finn Fjellstad", "fjellet", "nb"),
    ("danish_head", "forstander", "Dorthe Damgaard", "ungdomsskolen", "da"),
    ("section_two", "info2", "Guro Grøt", "informasjon", "nn"),
    ("culture_one", "kari", "Kari Konsertvik", "kulturhuset", "nb"),
    ("culture_two", "ola", "Ola Oppsett", "kulturhuset", "nb"),
    ("teacher", "larar", "Torleiv Tavle", "nordvik", "nn"),
    ("sorvik_one", "sunniva", "Sunniva Strand", "sorvik", "nb"),
    ("sorvik_two", "steinar", "Steinar Stad", "sorvik", "nb"),
    ("fjellet_one", "frida", "Frida Foss", "fjellet", "nb"),
    ("danish_one", "mette", "Mette Mikkelsen", "ungdomsskolen", "da"),
    ("danish_two", "jens", "Jens Juul", "ungdomsskolen", "da"),
    ("left", "tidligere", "Pål Paulsen", "nordvik", "nb"),
]

GRANTS = [
    ("principal", Role.PRINCIPAL, "nordvik"),
    ("leader", Role.UNIT_LEADER, "kulturhuset"),
    ("chief", Role.INFORMATION_CHIEF, ROOT),
    ("info", Role.INFORMATION_SECTION, ROOT),
    ("section_two", Role.INFORMATION_SECTION, ROOT),
    ("archivist", Role.ARCHIVIST, ROOT),
    ("admin", Role.ADMINISTRATOR, ROOT),
    ("sorvik_head", Role.PRINCIPAL, "sorvik"),
    ("fjellet_head", Role.PRINCIPAL, "fjellet"),
    ("danish_head", Role.PRINCIPAL, "ungdomsskolen"),
]

POLICIES = [
    (ROOT, PRESETS["more-og-romsdal"] | {"own_domains": [DEMO_DOMAIN]}),
    ("kulturhuset", {"establishment": "notification", "response_target": "same_day"}),
    ("nordvik-foto", {"establishment": "agreement"}),
    ("ungdomsskolen", PRESETS["randers"] | {"response_target": "working_hours", "response_hours": 8}),
]


def load(now: dt.datetime) -> SimpleNamespace:
    """Units, people, grants and policies; a namespace of people by key, and `units` by code."""
    began = now - dt.timedelta(days=400)
    today = timezone.localdate(now)
    units: dict[str, Unit] = {}
    for code, name, kind, parent, language in UNITS:
        units[code] = Unit.objects.create(code=code, name=name, kind=kind, parent=units.get(parent), language=language)
        record(units_events.UNIT_CREATED, units[code], by=None, now=began, after={"name": name, "kind": kind})
    # One hash for all: argon2 is slow by design, and the password is published anyway.
    password = make_password(DEMO_PASSWORD)
    body = SimpleNamespace(units=units)
    for key, email, name, unit, language in PEOPLE:
        person = Person.objects.create(
            email=f"{email}@{DEMO_DOMAIN}",
            name=name,
            unit=units[unit],
            language=language,
            password=password,
            created_at=began,
        )
        record(people_events.PERSON_CREATED, person, by=None, now=began, after={"name": name})
        setattr(body, key, person)
    for key, role, unit in GRANTS:
        person = getattr(body, key)
        RoleGrant.objects.create(
            person=person, role=role, unit=units[unit], starts_on=began.date(), granted_by=body.admin
        )
        after = {"role": role.value, "unit": units[unit].name}
        record(people_events.ROLE_GRANTED, person, by=body.admin, now=began, after=after)
    for key, substitute in [("chief", "info"), ("principal", "deputy")]:
        Substitute.objects.create(
            person=getattr(body, key),
            substitute=getattr(body, substitute),
            starts_on=began.date(),
            appointed_by=body.admin,
        )
    for code, values in POLICIES:
        set_policy(units[code], values, by=body.chief, now=began)
    ClosingDay.objects.create(unit=units[ROOT], day=dt.date(today.year, 12, 24), name="Julaftan")
    # Next week nobody is left at the culture house: the gap that is found before it happens.
    monday = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    monday += dt.timedelta(days=7 - monday.weekday())
    for person in (body.culture_one, body.culture_two, body.leader):
        Absence.objects.create(
            person=person, starts_at=monday, ends_at=monday + dt.timedelta(days=5), registered_by=body.leader
        )
    body.left.is_active, body.left.deactivated_at = False, now - dt.timedelta(days=30)
    body.left.save()
    record(people_events.PERSON_DEACTIVATED, body.left, by=body.admin, now=body.left.deactivated_at)
    return body


def acknowledge(body: SimpleNamespace, now: dt.datetime) -> None:
    """Most have read the guidelines; a few have not, so that there is something to remind them of."""
    late = {body.employee.pk, body.teacher.pk, body.fjellet_one.pk, body.left.pk}
    for version in Version.objects.in_force():
        for person in Person.objects.exclude(pk__in=late):
            version.acknowledge(person, now=now - dt.timedelta(days=200))
