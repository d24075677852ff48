"""An application's way from the first draft to the decision: every change of it goes through here.

`move` makes the legal moves of `TRANSITIONS`: it locks the row, checks the move, who may make it and impartiality,
and writes the new state, the decision with its copy, the account, the audit trail and the notices in one
transaction. Of two who decide at once the second is told who was first.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, cast

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from accounts.applications import events, notices
from accounts.applications.answers import in_all_languages, snapshot
from accounts.applications.deciders import Deciding, Routing
from accounts.applications.establishment import establish, registers_at_once
from accounts.applications.models import (
    OUTCOME_VERBS,
    Actor,
    Application,
    ApplicationPerson,
    Comment,
    Decision,
    Status,
    Transition,
    Verb,
    transition,
)
from accounts.applications.requirements import Problem, Surroundings, problems
from accounts.register.confirmation import Confirmers, own_word_is_enough
from accounts.register.models import OfficialAccount
from governance.access import Permission, can
from governance.audit.models import record
from governance.notices.models import Notice, notices_for, tell, tell_all
from governance.people.models import Person
from governance.policy.models import Policies
from governance.units.models import Unit

OUTCOMES = {verb: outcome for outcome, verb in OUTCOME_VERBS.items()}


class Incomplete(ValidationError):
    """It cannot be sent yet: `problems` say what is missing or wrong, and where."""

    def __init__(self, found: list[Problem]):
        self.problems = found
        super().__init__(_("The application is not complete yet. What is missing stands below."))


# --- The draft ---------------------------------------------------------------------------------------------


def start(*, unit: Unit, kind: str, name: str, token: uuid.UUID, by: Person, now: dt.datetime) -> Application:
    """Begin a draft. The same form sent twice gives the draft there is; PermissionDenied where it is another's."""
    with transaction.atomic():
        application, created = Application.objects.get_or_create(
            form_token=token,
            defaults={
                "applicant": by,
                "unit": unit,
                "kind": kind,
                "name": name,
                "language": unit.language,
                "created_at": now,
                "changed_at": now,
            },
        )
        if application.applicant_id != by.pk:
            raise PermissionDenied
        if created:
            record(events.APPLICATION_STARTED, application, by=by, now=now, after={"unit": unit.name, "kind": kind})
    return application


def save_step(
    application: Application,
    step: str,
    values: dict[str, Any],
    people: dict[str, list[Person]],
    *,
    done: bool,
    by: Person,
    now: dt.datetime,
) -> Application:
    """Keep what one step says: `values` by field, `people` by part. `done`: nothing in the step is left open.

    Raises ValidationError where the application can no longer be changed, PermissionDenied for anybody but the
    applicant.
    """
    with transaction.atomic():
        locked = _lock(application)
        if locked.applicant_id != by.pk:
            raise PermissionDenied
        if not locked.editable:
            raise ValidationError(why_not(locked, now))
        for field, value in values.items():
            setattr(locked, field, value)
        others = [known for known in locked.steps_done if known != step]
        locked.steps_done, locked.changed_at = [*others, step] if done else others, now
        locked.save(update_fields=[*values, "steps_done", "changed_at"])
        if people:
            ApplicationPerson.objects.filter(application=locked, part__in=people).delete()
            ApplicationPerson.objects.bulk_create(
                ApplicationPerson(application=locked, person=person, part=part)
                for part, named in people.items()
                for person in named
            )
    return locked


def _lock(application: Application) -> Application:
    rows = Application.objects.select_for_update(of=("self",)).select_related("unit", "platform", "applicant")
    return rows.get(pk=application.pk)


def why_not(application: Application, now: dt.datetime) -> str:
    """Why the application cannot be changed or decided in its present state, for whoever just tried."""
    decision = application.decisions.select_related("decided_by").first()
    if decision and application.status in (Status.APPROVED, Status.REJECTED, Status.RETURNED):
        at = timezone.localtime(decision.decided_at)
        words = {
            "name": decision.decided_by.name,
            "time": at.strftime("%H:%M"),
            "date": formats.date_format(at, "DATE_FORMAT"),
            "outcome": decision.get_outcome_display(),
        }
        if at.date() == timezone.localdate(now):
            return _("%(name)s decided this at %(time)s: %(outcome)s.") % words
        return _("%(name)s decided this on %(date)s: %(outcome)s.") % words
    return {
        Status.DRAFT: _("This is a draft and has not been sent."),
        Status.SUBMITTED: _("This application is sent and waits for a decision. It cannot be changed meanwhile."),
        Status.REGISTERED: _("The account is registered already."),
        Status.WITHDRAWN: _("This application is withdrawn."),
        Status.EXPIRED: _("This draft has expired. Nothing is lost: take it up again to go on."),
    }.get(Status(application.status), _("This is not possible now."))


# --- The moves ---------------------------------------------------------------------------------------------


def send(application: Application, *, by: Person, now: dt.datetime) -> Application:
    """Send it for a decision or, where policy asks for none of this person, register at once (K1). See `move`."""
    at_once = registers_at_once(by, application.unit, Policies.of(application.unit), now)
    verb = Verb.REGISTER if at_once else Verb.SUBMIT
    return move(application, verb, by=by, now=now)


def move(
    application: Application,
    verb: Verb,
    *,
    by: Person | None,
    now: dt.datetime,
    text: str = "",
    submission: int | None = None,
) -> Application:
    """Make one legal move and return the application as it then is.

    `text` holds conditions, what is missing, or grounds. `submission` is the one the decider read: a decision about
    another is refused. `by` None is the portal itself. Raises ValidationError with a message for the person where
    the state does not allow the move or somebody was first, Incomplete where something is not answered yet,
    PermissionDenied where the move is not theirs.
    """
    with transaction.atomic():
        locked = _lock(application)
        step = transition(locked.status, verb)
        if step is None:
            raise ValidationError(why_not(locked, now))
        routing = Routing.load(now)
        deciding = _demand_actor(locked, step, by, routing)
        fields = {"status": step.target, "changed_at": now}
        if verb in OUTCOMES:
            # Not None for a decision: whoever has no part in it was refused above.
            fields |= _decide(locked, verb, cast(Deciding, deciding), text=text.strip(), submission=submission, now=now)
        elif step.target in (Status.SUBMITTED, Status.REGISTERED):
            fields |= _send(locked, verb, by=cast(Person, by), now=now)
        # Where the database knows no row locks, this is what lets one of two win.
        if not Application.objects.filter(pk=locked.pk, status=step.source).update(**fields):
            raise ValidationError(_("Somebody else was first. Look at the application again."))
        locked = _lock(locked)
        record(
            step.event,
            locked,
            by=by,
            now=now,
            before={"status": step.source.value},
            after={"status": step.target.value}
            | ({"text": text.strip()} if text.strip() else {})
            | ({"on_behalf_of": deciding.on_behalf_of.name} if deciding and deciding.on_behalf_of else {}),
        )
        tell_all(_notices(locked, step, by, routing))
    return locked


def _demand_actor(application: Application, step: Transition, by: Person | None, routing: Routing) -> Deciding | None:
    """As what `by` decides, where the move is a decision. Raises where the move is not theirs to make."""
    if step.actor == Actor.PORTAL:
        if by is not None:
            raise PermissionDenied
        return None
    if by is None or (step.actor == Actor.APPLICANT and application.applicant_id != by.pk):
        raise PermissionDenied
    if step.actor == Actor.APPLICANT:
        return None
    if application.applicant_id == by.pk:
        raise ValidationError(impartiality(routing.deciders(application)))
    deciding = routing.deciding(application, by)
    if deciding is None:
        raise PermissionDenied
    return deciding


def impartiality(deciders: list[Deciding]) -> str:
    """What an applicant is told who tries to decide (D68)."""
    if not deciders:
        return _("Nobody decides on their own application (impartiality).")
    names = ", ".join(row.person.name for row in deciders)
    return _("Nobody decides on their own application (impartiality). This one is with %(names)s.") % {"names": names}


def _send(application: Application, verb: Verb, *, by: Person, now: dt.datetime) -> dict[str, Any]:
    Unit.objects.select_for_update().get(pk=application.unit_id)  # of two sent at once, the second counts the first
    surroundings = Surroundings.of(application, now)
    found = problems(application, application.named(), surroundings)
    if found:
        raise Incomplete(found)
    policy, unit = surroundings.policy, application.unit
    # Of the applicant as just read: `by` may have been moved to another unit meanwhile.
    if (verb == Verb.REGISTER) != registers_at_once(application.applicant, unit, policy, now):
        raise ValidationError(
            _("The policy of the unit, or what you are there, changed just now. Send the application again.")
        )
    fields = {"submitted_at": now, "submission": application.submission + 1, "decided_at": None}
    if verb == Verb.REGISTER:
        delegates = by if can(by, Permission.DELEGATE, unit, now=now) else None
        unconfirmed = not own_word_is_enough(by, unit, policy, now)
        fields["establishment"] = policy.establishment
        fields["account"] = establish(
            application, surroundings, by=by, delegated_by=delegates, now=now, unconfirmed=unconfirmed
        )
    return fields


def _decide(
    application: Application, verb: Verb, deciding: Deciding, *, text: str, submission: int | None, now: dt.datetime
) -> dict[str, Any]:
    if submission is not None and submission != application.submission:
        raise ValidationError(
            _("The application was sent again after you opened this page. Read it once more before you decide.")
        )
    outcome = OUTCOMES[verb]
    if outcome != Decision.Outcome.APPROVED and not text:
        raise ValidationError({"text": text_demanded(outcome)})
    Unit.objects.select_for_update().get(pk=application.unit_id)
    surroundings = Surroundings.of(application, now)
    by, behalf = deciding.person, deciding.on_behalf_of
    fields: dict[str, Any] = {"decided_at": now, "establishment": surroundings.policy.establishment}
    decided = {
        "outcome": outcome.value,
        "words": in_all_languages(lambda: str(outcome.label)),
        "text": text,
        "decided_by": by.name,
        "on_behalf_of": behalf.name if behalf else None,
        "decided_at": now.isoformat(),
    }
    Decision.objects.create(
        application=application,
        outcome=outcome,
        text=text,
        decided_by=by,
        on_behalf_of=behalf,
        decided_at=now,
        snapshot=snapshot(application, application.named(), surroundings, decided),
    )
    if outcome in (Decision.Outcome.APPROVED, Decision.Outcome.CONDITIONS):
        fields["account"] = establish(application, surroundings, by=by, delegated_by=by, now=now)
    return fields


def text_demanded(outcome: Decision.Outcome) -> str:
    return {
        Decision.Outcome.CONDITIONS: _("Write which conditions hold."),
        Decision.Outcome.RETURNED: _("Write what is missing, so that the applicant can mend it."),
        Decision.Outcome.REJECTED: _("Write the grounds for the rejection."),
    }[outcome]


def _notices(application: Application, step: Transition, by: Person | None, routing: Routing) -> list[Notice]:
    facts = {"application": application.name, "unit": application.unit.name}
    about: dict[str, Any] = {"about": application, "once": application.submission, "now": routing.now, **facts}
    if step.target == Status.SUBMITTED:
        return routing.notices_of_waiting(application)
    if step.verb in OUTCOMES:
        outcome = OUTCOMES[step.verb].value
        return notices_for(
            [application.applicant_id], notices.APPLICATION_DECIDED, **about, outcome=outcome, by=cast(Person, by).name
        )
    if step.target == Status.REGISTERED:
        return _notices_of_registered(application, routing, about)
    return []


def _notices_of_registered(application: Application, routing: Routing, about: dict[str, Any]) -> list[Notice]:
    """The head and the section are told at once, in every mode; those who may confirm it are asked to."""
    account, applicant = cast(OfficialAccount, application.account), application.applicant
    confirmers = Confirmers(routing.now, routing.policies)
    asked = confirmers.notices_at_once(account, applicant) if account.unconfirmed_since else []
    already = {applicant.pk, *(row.person_id for row in asked)}
    told = [row for row in confirmers.informed(application.unit_id) if row.pk not in already]
    path = account.get_absolute_url()
    return [*asked, *notices_for(told, notices.APPLICATION_NOTIFIED, path=path, **about, by=applicant.name)]


# --- The comments beside it -----------------------------------------------------------------------------------


def comment(application: Application, text: str, *, token: uuid.UUID, by: Person, now: dt.datetime) -> bool:
    """Say something beside the application, and tell the others. False where this very form was sent before."""
    with transaction.atomic():
        row, created = Comment.objects.get_or_create(
            form_token=token, defaults={"application": application, "author": by, "text": text, "created_at": now}
        )
        if not created:
            return False
        record(events.APPLICATION_COMMENTED, application, by=by, now=now)
        others = {application.applicant_id}
        others |= set(Comment.objects.filter(application=application).values_list("author", flat=True))
        others |= set(Decision.objects.filter(application=application).values_list("decided_by", flat=True))
        if application.status == Status.SUBMITTED:
            others |= {decider.person.pk for decider in Routing.load(now).deciders(application)}
        told = Person.objects.filter(pk__in=others - {by.pk}, is_active=True).values_list("pk", flat=True)
        path = f"{application.get_absolute_url()}#comment-{row.pk}"
        facts = {"application": application.name, "person": by.name}
        tell(told, notices.APPLICATION_COMMENTED, about=row, path=path, now=now, **facts)
    return True
