"""Who answers for an account: delegated by the head of the unit, accepted by the person (M05, M18, S29)."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.choices import Part
from accounts.models.register import OfficialAccount
from governance.models import Person


class AssignmentQuerySet(models.QuerySet):
    def open(self):
        """Offered or accepted: neither declined nor ended."""
        return self.filter(declined_at=None, ended_at=None)

    def current(self, on: dt.date):
        """Accepted and in force on the day. See also `.is_current()`."""
        return self.open().filter(
            Q(ends_on=None) | Q(ends_on__gte=on), accepted_at__isnull=False, starts_on__lte=on, person__is_active=True
        )

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

    @property
    def unit_id(self) -> int:
        return self.account.unit_id

    def is_current(self, on: dt.date) -> bool:
        return (
            self.accepted_at is not None
            and self.declined_at is None
            and self.ended_at is None
            and self.starts_on <= on
            and (self.ends_on is None or self.ends_on >= on)
            and self.person.is_active
        )
