"""A crisis: one row that the clock, duty and delivery read (B33, M49). Opened and closed by whom policy names."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.crisis import events, notices
from accounts.moderators.models import Assignment
from governance.access import Permission, can, holders
from governance.audit.models import record
from governance.notices.kinds import NoticeKind
from governance.notices.models import tell
from governance.people.models import Person
from governance.policy.models import Policies
from governance.policy.settings import CrisisOwner
from governance.units.models import Tree, Unit


class CrisisQuerySet(models.QuerySet):
    def at(self, moment: dt.datetime):
        """Those in force at the moment."""
        return self.filter(Q(ended_at=None) | Q(ended_at__gt=moment), started_at__lte=moment)


class CrisisPeriod(models.Model):
    title = models.CharField(_("what has happened"), max_length=200)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("holds for"))
    # Clock hours to answer within while it lasts, for posts that come in meanwhile; null: as always.
    response_hours = models.PositiveSmallIntegerField(_("hours to answer within"), null=True, blank=True)
    started_at = models.DateTimeField(default=timezone.now)
    started_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")

    objects = CrisisQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at", "-pk"]

    def __str__(self):
        return self.title

    def close(self, *, by: Person, now: dt.datetime) -> bool:
        """It is over; everyone whom it concerns by now is told so. Returns False where it was over already."""
        demand_lead(by, self.unit, now)
        with transaction.atomic():
            if not CrisisPeriod.objects.filter(pk=self.pk, ended_at=None).update(ended_at=now, ended_by=by):
                return False
            self.ended_at, self.ended_by = now, by
            record(events.CRISIS_CLOSED, self, by=by, now=now, after={"ended_at": now.isoformat()})
            self._tell(notices.CRISIS_CLOSED, now)
        return True

    def _tell(self, kind: NoticeKind, now: dt.datetime) -> None:
        concerned = people_concerned([self], now)
        tell(concerned, kind, about=self, path=reverse("accounts:crisis"), now=now, title=self.title)


def open_crisis(
    title: str, unit: Unit, *, response_hours: int | None = None, by: Person, now: dt.datetime
) -> CrisisPeriod:
    """From now on the crisis holds for the unit and those below it; all who answer there are told (B33, M49).

    The very same one again gives the one there is. Raises PermissionDenied for whom policy does not name,
    ValidationError where another crisis holds for the very same unit.
    """
    demand_lead(by, unit, now)
    with transaction.atomic():
        Unit.objects.select_for_update().get(pk=unit.pk)
        standing = CrisisPeriod.objects.filter(unit=unit, ended_at=None).first()
        if standing and standing.title == title:
            return standing
        if standing:
            raise ValidationError(
                _("The crisis “%(title)s” holds for this unit already. Close it first."),
                params={"title": standing.title},
            )
        crisis = CrisisPeriod.objects.create(
            title=title, unit=unit, response_hours=response_hours, started_at=now, started_by=by
        )
        record(events.CRISIS_OPENED, crisis, by=by, now=now, after={"title": title, "response_hours": response_hours})
        crisis._tell(notices.CRISIS_OPENED, now)
    return crisis


def may_lead(person: Person, unit: Unit, now: dt.datetime) -> bool:
    """Whether policy names the person as leading in a crisis there: the information section, or the chief (K8)."""
    chief_alone = Policies.of(unit).crisis_owner == CrisisOwner.INFORMATION_CHIEF
    return can(person, Permission.DECIDE_AS_CHIEF if chief_alone else Permission.LEAD_IN_CRISIS, unit, now=now)


def demand_lead(person: Person, unit: Unit, now: dt.datetime) -> None:
    if not may_lead(person, unit, now):
        raise PermissionDenied


def people_concerned(crises: list[CrisisPeriod], now: dt.datetime) -> set[int]:
    """Ids of those who answer for accounts where the crises hold, the heads there, and the information section."""
    if not crises:
        return set()
    tree, on, people = Tree.load(), timezone.localdate(now), set()
    for crisis in crises:
        below, path = tree.below(crisis.unit_id), tree.path_up(crisis.unit_id)
        people |= set(Assignment.objects.current(on).filter(account__unit__in=below).values_list("person", flat=True))
        for permission in (Permission.DECIDE_AS_HEAD, Permission.LEAD_IN_CRISIS):
            people |= set(holders(permission, [*path, *below], on).values_list("pk", flat=True))
    return people


def awake(now: dt.datetime) -> set[int]:
    """Ids of people who are told at night and on holidays too, because of a crisis."""
    return people_concerned(list(CrisisPeriod.objects.at(now)), now)
