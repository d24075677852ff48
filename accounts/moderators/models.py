"""Who answers for an account: delegated by the head of the unit, accepted by the person (M05, M18, S29)."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Max, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.moderators import events, listeners, notices
from accounts.register import events as register_events
from accounts.register.choices import Part
from accounts.register.holders import current_roles, open_roles
from accounts.register.models import OfficialAccount
from governance.access import HEADS, Permission, can, units_where
from governance.audit.events import Event
from governance.audit.models import AuditEvent, audit_row, record
from governance.notices.kinds import NoticeKind
from governance.notices.models import tell
from governance.people.models import Person, RoleGrant
from governance.rows import AT_ONCE


class AssignmentQuerySet(models.QuerySet):
    def visible_to(self, person: Person, *, now: dt.datetime | None = None):
        """One's own; those one delegated; and those of the units where one delegates."""
        units = units_where(person, Permission.DELEGATE, now=now)
        return self.filter(Q(person=person) | Q(delegated_by=person) | Q(account__unit__in=units))

    def open(self):
        """Offered or accepted: neither declined nor ended."""
        return self.filter(open_roles())

    def current(self, on: dt.date):
        """Accepted and in force on the day. See also `.is_current()`."""
        return self.filter(current_roles(on))

    def waiting_for(self, person: Person):
        """Offered to the person, who has not answered yet."""
        return self.open().filter(person=person, accepted_at=None)


class Assignment(models.Model):
    account = models.ForeignKey(OfficialAccount, models.CASCADE, related_name="assignments")
    person = models.ForeignKey(Person, models.PROTECT, related_name="assignments", verbose_name=_("person"))
    part = models.CharField(_("role"), max_length=10, choices=Part)
    # The order in which deputies are asked; leads come before all deputies.
    rank = models.PositiveSmallIntegerField(_("order"), default=1)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)
    delegated_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    delegated_at = models.DateTimeField(default=timezone.now)
    accepted_at = models.DateTimeField(null=True, blank=True)
    declined_at = models.DateTimeField(null=True, blank=True)
    decline_reason = models.CharField(max_length=300, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    end_reason = models.CharField(max_length=300, blank=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        ordering = ["account", "-part", "rank", "starts_on", "pk"]  # "lead" before "deputy"
        constraints = [
            models.UniqueConstraint(
                fields=["account", "person"], condition=Q(ended_at=None, declined_at=None), name="assignment_open_once"
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="assignment_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(declined_at=None), name="assignment_accepted_or_declined"
            ),
        ]
        indexes = [
            models.Index(fields=["person"], condition=Q(ended_at=None, declined_at=None), name="assignment_of_person"),
            models.Index(fields=["ends_on"], condition=Q(ended_at=None, declined_at=None), name="assignment_to_end"),
        ]

    def __str__(self):
        return f"{self.person}, {self.get_part_display()}, {self.account}"

    def get_absolute_url(self):
        return reverse("accounts:assignment", args=[self.pk])

    @property
    def unit_id(self) -> int:
        return self.account.unit_id

    @property
    def standing(self) -> str:
        """Where it stands: "offered", "accepted", "declined" or "ended"."""
        if self.ended_at:
            return "ended"
        if self.declined_at:
            return "declined"
        return "accepted" if self.accepted_at else "offered"

    def get_standing_display(self):
        return STANDINGS[self.standing]

    def is_current(self, on: dt.date) -> bool:
        return (
            self.accepted_at is not None
            and self.declined_at is None
            and self.ended_at is None
            and self.starts_on <= on
            and (self.ends_on is None or self.ends_on >= on)
            and self.person.is_active
        )

    def accept(self, *, by: Person, now: dt.datetime) -> bool:
        """The person says yes. False where they had already; ValidationError where the offer stands no more."""
        if self.ends_on and self.ends_on < timezone.localdate(now):
            raise ValidationError(_("The offer ran out on its last day."))
        with transaction.atomic():
            if not self._claim(accepted_at=now):
                return self._answered_already("accepted")
            self._answered(events.ASSIGNMENT_ACCEPTED, "accepted", by, now)
            for listener in listeners.role_held:
                listener(self.account, by=by, now=now)
        return True

    def decline(self, *, reason: str, by: Person, now: dt.datetime) -> bool:
        """The person says no, with or without a reason. False where they had already."""
        with transaction.atomic():
            if not self._claim(declined_at=now, decline_reason=reason):
                return self._answered_already("declined")
            self._answered(events.ASSIGNMENT_DECLINED, "declined", by, now)
        return True

    def end(self, *, reason: str, by: Person, now: dt.datetime) -> bool:
        """Revoked, or laid down where `by` is the person. False where it was over already."""
        with transaction.atomic():
            OfficialAccount.objects.select_for_update().get(pk=self.account_id)
            if not Assignment.objects.open().filter(pk=self.pk).update(ended_at=now, ended_by=by, end_reason=reason):
                return False
            self.ended_at, self.ended_by, self.end_reason = now, by, reason
            record(
                events.ASSIGNMENT_ENDED,
                self.account,
                by=by,
                now=now,
                before=self._in_trail(),
                after={"person": self.person.name, "reason": reason},
            )
            if by == self.person:
                self._tell_delegator("laid_down", now, reason)
            else:
                self._tell(self.person_id, notices.ASSIGNMENT_ENDED, now, reason=reason)
            if self.accepted_at:
                for listener in listeners.roles_ended:
                    listener([self], by=by, now=now)
        return True

    def _claim(self, **answer) -> bool:
        """Compare-and-swap: only an offer that is still open takes an answer."""
        open_offer = Assignment.objects.open().filter(pk=self.pk, accepted_at=None)
        if not open_offer.update(**answer):
            return False
        for field, value in answer.items():
            setattr(self, field, value)
        return True

    def _answered_already(self, wanted: str) -> bool:
        self.refresh_from_db()
        if self.standing == wanted:
            return False
        raise ValidationError(
            _("This offer is no longer open: it is %(standing)s."), params={"standing": self.get_standing_display()}
        )

    def _answered(self, event: Event, answer: str, by: Person, now: dt.datetime) -> None:
        record(
            event,
            self.account,
            by=by,
            now=now,
            after=self._in_trail() | ({"reason": self.decline_reason} if self.decline_reason else {}),
        )
        self._tell_delegator(answer, now, self.decline_reason)

    def _tell_delegator(self, answer: str, now: dt.datetime, reason: str = "") -> None:
        if self.delegated_by_id and self.delegated_by_id != self.person_id:
            kind, told = notices.ASSIGNMENT_ANSWERED, {"answer": answer, "reason": reason}
            self._tell(self.delegated_by_id, kind, now, once=answer, **told)

    def _in_trail(self) -> dict:
        return {
            "person": self.person.name,
            "part": self.part,
            "starts_on": self.starts_on.isoformat(),
            "ends_on": self.ends_on.isoformat() if self.ends_on else None,
        }

    def _tell(self, person_id: int, kind: NoticeKind, now: dt.datetime, **params) -> None:
        facts = {"account": self.account.name, "person": self.person.name, "part": self.part}
        tell([person_id], kind, about=self, now=now, **facts, **params)


STANDINGS = {
    "offered": _("Waiting for an answer"),
    "accepted": _("Accepted"),
    "declined": _("Declined"),
    "ended": _("Ended"),
}


def demand_active(person: Person) -> None:
    """Raises ValidationError where the person may not log in."""
    if not person.is_active:
        raise ValidationError(_("%(name)s may no longer log in. Choose somebody else."), params={"name": person.name})


def demand_same(standing: Assignment, part: Part) -> None:
    """Raises ValidationError where the role that stands is another one: nobody holds two on one account."""
    if standing.part != part:
        raise ValidationError(
            _("%(name)s is %(part)s here already. End that role before you give another one."),
            params={"name": standing.person.name, "part": standing.get_part_display()},
        )


def delegate(
    account: OfficialAccount,
    person: Person,
    part: Part,
    *,
    by: Person | None,
    now: dt.datetime,
    starts_on: dt.date,
    ends_on: dt.date | None = None,
    accepted: bool = False,
) -> Assignment:
    """Offer a role on an account to a person, who is asked to accept (M05). A deputy comes after those there are.

    `accepted` states a fact somebody else vouches for (an import): no offer is sent. The same offer twice gives
    the one that stands. Raises ValidationError where the person may not log in, where they hold another role on
    the account, or where the account is retired.
    """
    demand_active(person)
    if ends_on and ends_on < timezone.localdate(now):
        raise ValidationError(_("The last day has passed already."))
    with transaction.atomic():
        locked = OfficialAccount.objects.select_for_update().get(pk=account.pk)
        if locked.state == "retired":
            raise ValidationError(_("The account is retired; nobody answers for it any more."))
        standing = Assignment.objects.open().select_related("account", "person").filter(account=account, person=person)
        for old in standing:
            demand_same(old, part)
            return old
        highest = Assignment.objects.open().filter(account=account, part=part).aggregate(last=Max("rank"))["last"]
        assignment = Assignment.objects.create(
            account=account,
            person=person,
            part=part,
            rank=(highest or 0) + 1,
            starts_on=starts_on,
            ends_on=ends_on,
            delegated_by=by,
            delegated_at=now,
            accepted_at=now if accepted else None,
        )
        _tell_of_new([assignment], by=by, now=now)
        if accepted:
            for listener in listeners.role_held:
                listener(account, by=by, now=now)
    return assignment


def delegate_at_start(assignments: list[Assignment], *, by: Person | None, now: dt.datetime) -> None:
    """`delegate` for accounts that were registered in this transaction: many roles in few statements.

    Nobody else knows of such an account, so no role stands there and nobody waits for a holder. The assignments are
    whole but unsaved, each of a person who may log in, none on a retired account.
    """
    Assignment.objects.bulk_create(assignments, batch_size=AT_ONCE)
    _tell_of_new(assignments, by=by, now=now)


def _tell_of_new(assignments: list[Assignment], *, by: Person | None, now: dt.datetime) -> None:
    """The trail of new roles, and an offer to whoever is asked."""
    rows = []
    for one in assignments:
        rows.append(audit_row(events.ASSIGNMENT_DELEGATED, one.account, by=by, now=now, after=one._in_trail()))
        if one.accepted_at:
            rows.append(audit_row(events.ASSIGNMENT_ACCEPTED, one.account, by=by, now=now, after=one._in_trail()))
        else:
            one._tell(one.person_id, notices.ASSIGNMENT_OFFERED, now, by=by.name if by else "")
    AuditEvent.objects.bulk_create(rows, batch_size=AT_ONCE)


def change_order(assignment: Assignment, *, earlier: bool, by: Person, now: dt.datetime) -> bool:
    """Swap a deputy with the one before or after. False at the end of the line."""
    with transaction.atomic():
        line = list(
            Assignment.objects.open()
            .select_for_update()
            .filter(account=assignment.account_id, part=assignment.part)
            .order_by("rank", "starts_on", "pk")
        )
        place = next((index for index, row in enumerate(line) if row.pk == assignment.pk), None)
        other = None if place is None else place + (-1 if earlier else 1)
        if other is None or not 0 <= other < len(line):
            return False
        before = [row.person_id for row in line]
        line[place], line[other] = line[other], line[place]
        for rank, row in enumerate(line, 1):
            row.rank = rank
        Assignment.objects.bulk_update(line, ["rank"])
        record(
            register_events.ACCOUNT_CHANGED,
            assignment.account,
            by=by,
            now=now,
            before={"order": before},
            after={"order": [row.person_id for row in line]},
        )
    return True


def may_end(person: Person, assignment: Assignment, *, now: dt.datetime) -> bool:
    """The person lays down their own role; whoever delegates there may revoke it."""
    return assignment.person_id == person.pk or can(person, Permission.DELEGATE, assignment, now=now)


def who_answers(now: dt.datetime) -> models.QuerySet[Person]:
    """Everyone who answers for some account, or is asked to; and the heads, who are on duty when nobody else is."""
    on = timezone.localdate(now)
    assigned = Assignment.objects.open().exclude(account__state="retired").values("person")
    heads = RoleGrant.objects.current(on).filter(role__in=HEADS).values("person")
    return Person.objects.filter(Q(pk__in=assigned) | Q(pk__in=heads))


def with_people(accounts: models.QuerySet) -> models.QuerySet:
    """The accounts with platform, unit, editor and `open_roles` (offered or accepted, leads first): three queries."""
    roles = Assignment.objects.open().select_related("person").order_by("-part", "rank", "starts_on", "pk")
    return accounts.select_related("platform", "unit", "editor").prefetch_related(
        models.Prefetch("assignments", roles, to_attr="open_roles")
    )
