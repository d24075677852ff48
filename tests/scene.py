"""One of everything, for tests that go to every address."""

import datetime as dt
from dataclasses import dataclass, field
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client, override_settings
from django.utils import translation

from accounts.applications.models import Status, Verb
from accounts.applications.moves import move
from accounts.cover import notices
from accounts.crisis.models import CrisisPeriod
from accounts.duty.models import Shift
from accounts.flags.models import Flag
from accounts.inbox.models import SavedView
from accounts.platforms.models import HookSource
from accounts.register.choices import Part
from accounts.register.models import Pause
from accounts.work_use.models import Site, WorkUse
from governance.calendar.closing_days import ClosingDay
from governance.imports.models import ImportFile
from governance.notices.models import Notice, key_of, tell
from governance.people.absences import Absence
from governance.people.models import RoleGrant, Substitute
from governance.signin.tokens import ApiToken
from governance.units.imports import UnitImporter
from guidelines.reading.questions import ask, publish_note
from guidelines.ready_texts.models import ReadyText
from guidelines.texts.guidelines import Audience, Guideline
from guidelines.texts.publication import publish
from guidelines.texts.reviews import Review
from guidelines.texts.rounds import CommentRound
from tests import factories


@pytest.fixture
def scene(body, cast, account, now):
    """One of everything at Nordvik: which arguments each address takes, by what it is called in the tables."""
    return places_at(body, cast, account, now)


@dataclass
class Standing:
    """`scene` with its cast and body. `sessions`: by role, the key of a session in which that one is logged in."""

    body: SimpleNamespace
    cast: SimpleNamespace
    places: dict[str, dict]
    sessions: dict[str, str]
    # One for all: each loads the middleware anew, which takes longer than most pages.
    _client: Client = field(default_factory=Client)

    def client(self, role: str) -> Client:
        """A browser of one of the cast, or of nobody, until the next is asked for."""
        self._client.cookies.clear()
        if role in self.sessions:
            self._client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[role]
        return self._client


@pytest.fixture(scope="module")
def standing(django_db_setup, django_db_blocker):
    """Built once for a file whose tests keep nothing of what they write."""
    now = dt.datetime(2026, 11, 18, 9, 0, tzinfo=dt.UTC)
    plain = override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"])
    # Each test's own transaction lies within this one.
    with django_db_blocker.unblock(), plain, translation.override("en-gb"), transaction.atomic():
        body = factories.body()
        cast = factories.cast(body)
        places = places_at(body, cast, factories.account(unit=body.nordvik, platform=factories.facebook()), now)
        yield Standing(body, cast, places, {role: _session_of(person) for role, person in vars(cast).items()})
        transaction.set_rollback(True)


def _session_of(person) -> str:
    client = Client()
    client.force_login(person)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def places_at(body, cast, account, now) -> dict[str, dict]:
    facebook = account.platform
    factories.assign(account, cast.moderator)
    factories.assign(account, cast.deputy, Part.DEPUTY)
    offered = factories.assign(account, cast.employee, Part.DEPUTY, accepted=False)
    post = factories.post(account)
    flag = Flag.objects.create(account=account, reason=Flag.Reason.INACTIVE)
    crisis = CrisisPeriod.objects.create(title="Storm", unit=body.central, started_at=now, started_by=cast.section)
    planned = factories.account(unit=body.nordvik, platform=facebook, state="planned", editor=cast.employee)
    retiring = factories.account(unit=body.nordvik, platform=facebook, state="retiring")
    paused = factories.account(unit=body.nordvik, platform=facebook, state="paused")
    unconfirmed = factories.account(unit=body.nordvik, platform=facebook, unconfirmed_since=now)
    long_from_now = now + dt.timedelta(days=900)
    pause = Pause.objects.create(
        account=account, starts_at=now, ends_at=long_from_now, reason="Holiday", created_by=cast.moderator
    )
    of_employee = {"applicant": cast.employee, "unit": body.nordvik, "platform": facebook}
    application = factories.application(**of_employee, status=Status.SUBMITTED)
    draft = factories.application(**of_employee)
    expired = factories.application(**of_employee, status=Status.EXPIRED)
    decided = factories.application(**of_employee, status=Status.SUBMITTED)
    move(decided, Verb.SEND_BACK, by=cast.principal, now=now, text="Say more.")
    absence = Absence.objects.create(
        person=cast.employee, starts_at=now, ends_at=long_from_now, registered_by=cast.employee
    )
    tell([cast.employee], notices.HANDOVER, about=None, once="one", path="/me/", now=now)
    guideline = Guideline.objects.create(slug="moderating", audience=Audience.MODERATORS)
    version = guideline.draft(by=cast.section, now=now)
    version.save_draft(
        "en-gb", "Moderating", "# Answer\n\n1. Answer within a day.", revision=0, by=cast.section, now=now
    )
    publish(version, must_acknowledge=True, by=cast.section, now=now)
    written = guideline.draft(by=cast.section, now=now)
    Review.ask(written, cast.employee, by=cast.section, now=now)
    CommentRound.open_for(written, until=long_from_now, by=cast.section, now=now)
    token, _secret = ApiToken.issue(
        name="Import", unit=body.central, scopes=[], by=cast.admin, now=now, expires_at=long_from_now
    )
    asked, _secret = ApiToken.issue(
        name="Robot",
        unit=body.nordvik,
        scopes=[],
        person=cast.employee,
        by=cast.admin,
        now=now,
        expires_at=long_from_now,
    )
    factories.connection(account, cast.moderator)
    hook_source, _secret = HookSource.issue(
        name="Chat", unit=body.central, by=cast.section, now=now, expires_at=long_from_now
    )
    grant = RoleGrant.objects.get(person=cast.leader)
    shift = Shift.objects.create(
        account=account,
        person=cast.moderator,
        weekday=0,
        starts=dt.time(8),
        ends=dt.time(12),
        created_by=cast.principal,
    )
    cast.employee.calendar_key = "k" * 43
    cast.employee.save()
    substitute = Substitute.objects.create(person=cast.chief, substitute=cast.section, starts_on=now.date())
    question = ask(cast.employee, "May I?", key="one", path="", guideline=guideline, anchor="", now=now)
    question.give_answer("You may.", by=cast.section, now=now)
    words = {"anchor": "", "language": "nb", "question": "May one?", "answer": "One may."}
    note, _new = publish_note(question, guideline, **words, by=cast.section, now=now)
    work_use = WorkUse.objects.create(person=cast.employee, network="X", profile="own", purpose="News")
    site = Site.objects.create(
        unit=body.nordvik,
        title="Blog",
        url="https://a.example/",
        made_by="pupils",
        purpose="News",
        added_by=cast.employee,
    )
    view = SavedView.objects.create(person=cast.employee, name="Late", query="state=overdue")
    day = ClosingDay.objects.create(unit=body.nordvik, day=now.date(), name="Closed")
    ready_text = ReadyText.objects.first()
    ready_text.write("Hello.", stamp="", by=cast.chief, now=now)
    rows = b"code,name,kind,parent\nnytt,Nytt hus,unit,central\n"
    tried = UnitImporter(by=cast.admin, now=now, dry_run=True).run(rows, "units.csv")
    imported = ImportFile.begin("units", name="units.csv", data=rows, by=cast.admin, now=now, rows=1)
    ImportFile.objects.filter(pk=imported.pk).update(state=ImportFile.State.TRIED, report=tried.as_dict())
    return {
        "unit": {"code": "nordvik"},
        "account": {"pk": account.pk},
        "planned": {"pk": planned.pk},
        "unconfirmed": {"pk": unconfirmed.pk},
        "retiring": {"pk": retiring.pk},
        "paused": {"pk": paused.pk},
        "offer": {"pk": offered.pk},
        "pause": {"pk": pause.pk},
        "post": {"pk": post.pk},
        "flag": {"pk": flag.pk},
        "crisis": {"pk": crisis.pk},
        "application": {"pk": application.pk},
        "draft": {"pk": draft.pk},
        "step": {"pk": draft.pk, "step": "purpose"},
        "expired": {"pk": expired.pk},
        "decided": {"pk": decided.pk},
        "person": {"pk": cast.employee.pk},
        "absence": {"pk": absence.pk},
        "shift": {"pk": shift.pk},
        "calendar": {"key": cast.employee.calendar_key},
        "notice": {"pk": Notice.objects.get(person=cast.employee, key=key_of(notices.HANDOVER, None, "one")).pk},
        "guideline": {"slug": guideline.slug},
        "readers export": {"slug": guideline.slug, "number": version.number, "kind": "csv"},
        "version": {"slug": guideline.slug, "number": version.number},
        "token": {"pk": token.pk},
        "token asked for": {"pk": asked.pk},
        "hook source": {"pk": hook_source.pk},
        "grant": {"pk": grant.pk},
        "substitute": {"pk": substitute.pk},
        "closing day": {"code": "nordvik", "pk": day.pk},
        "view": {"pk": view.pk},
        "platform": {"code": facebook.code},
        "export": {"kind": "csv"},
        "import": {"kind": "units"},
        "import file": {"kind": "units", "pk": imported.pk},
        "work use": {"pk": work_use.pk},
        "site": {"pk": site.pk},
        "question": {"pk": question.pk},
        "note": {"pk": note.pk},
        "aid": {"slug": "picture"},
        "aid text": {"slug": "picture", "language": "en-gb"},
        "ready text": {"pk": ready_text.pk},
        "earlier text": {"pk": ready_text.pk, "number": 1},
        "draft text": {"slug": guideline.slug, "language": "en-gb"},
        "draft file": {"slug": guideline.slug, "language": "en-gb", "kind": "md"},
        "version file": {"slug": guideline.slug, "number": version.number, "language": "en-gb", "kind": "md"},
        "password link": {"uidb36": "1", "key": "set-password"},
        "unit platform": {"code": "nordvik", "platform": facebook.code},
    }
