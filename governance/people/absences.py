"""When people are away. Absences are facts; `accounts.duty` alone interprets them."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.expressions import RawSQL
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.audit.models import json_value, record
from governance.people import events
from governance.people.models import Person


class AbsenceQuerySet(models.QuerySet):
    def standing(self):
        """Not called off."""
        return self.filter(cancelled_at=None)

    def at(self, moment: dt.datetime):
        return self.standing().filter(starts_at__lte=moment, ends_at__gt=moment)

    def overlapping(self, start: dt.datetime, end: dt.datetime):
        return self.standing().filter(starts_at__lt=end, ends_at__gt=start)

    def of_chains_from(self, people: Collection[int]):
        """Of these people, and of all who take over for them along the chain of replacements. Costs no query."""
        if not people:
            return self.none()
        away = self.order_by().values_list("person", "replacement")
        begin = Person.objects.filter(pk__in=people).order_by().values_list("pk")
        away_sql, away_params = away.query.sql_with_params()
        begin_sql, begin_params = begin.query.sql_with_params()
        chain = (
            f"WITH RECURSIVE away (person, replacement) AS ({away_sql}), chain (person) AS ({begin_sql} "
            "UNION SELECT away.replacement FROM away JOIN chain ON away.person = chain.person "
            "WHERE away.replacement IS NOT NULL) SELECT person FROM chain"
        )
        return self.filter(person__in=RawSQL(chain, (*away_params, *begin_params)))


class Absence(models.Model):
    """From when to when somebody is away. Never why: that would be personal data we do not need."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="absences", verbose_name=_("person"))
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    replacement = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("who takes over")
    )
    registered_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    registered_at = models.DateTimeField(default=timezone.now)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at"]
        indexes = [models.Index(fields=["person", "ends_at"], condition=Q(cancelled_at=None), name="absence_standing")]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="absence_ends_after_start"),
            models.CheckConstraint(
                condition=Q(replacement=None) | ~Q(replacement=F("person")), name="absence_replacement_is_another"
            ),
        ]

    def __str__(self):
        # The audit trail keeps it, so it is in no language.
        days = (timezone.localdate(moment).isoformat() for moment in (self.starts_at, self.ends_at))
        return f"{self.person} {'–'.join(days)}"

    @property
    def in_words(self) -> str:
        start, end = timezone.localtime(self.starts_at), timezone.localtime(self.ends_at)
        if start.time() == end.time() == dt.time():
            first, last = start.date(), end.date() - dt.timedelta(days=1)
            if first == last:
                return gettext("Away on %(day)s") % {"day": _day(first)}
            return gettext("Away from %(start)s to %(end)s inclusive") % {"start": _day(first), "end": _day(last)}
        return gettext("Away from %(start)s until %(end)s") % {
            "start": _local(self.starts_at),
            "end": _local(self.ends_at),
        }

    @property
    def unit_id(self) -> int | None:
        return self.person.unit_id

    @property
    def cancel_url(self) -> str:
        return reverse("absence_cancel", args=[self.pk])

    def register(self, *, by: Person, now: dt.datetime) -> Absence:
        """Write this new absence. One that has begun may be registered late.

        Raises ValidationError where it is over already, overlaps another of the person, or names a replacement who in
        that time is away and represented, along the chain, by this very person.
        """
        with transaction.atomic():
            # Both, in order: two who name each other at the same moment wait for one another here.
            concerned = [self.person_id, *([self.replacement_id] if self.replacement_id else [])]
            list(Person.objects.select_for_update().filter(pk__in=concerned).order_by("pk"))
            if self.ends_at <= now:
                raise ValidationError({"ends_at": _("This time is over already.")})
            other = Absence.objects.filter(person=self.person_id).overlapping(self.starts_at, self.ends_at).first()
            if other:
                raise ValidationError(
                    _("An absence is registered already in that time: %(absence)s. Call that off first."),
                    params={"absence": other.in_words},
                )
            self._demand_no_loop()
            self.registered_by, self.registered_at = by, now
            self.save(force_insert=True)
            record(
                events.ABSENCE_REGISTERED,
                self,
                by=by,
                now=now,
                after={
                    name: json_value(getattr(self, name)) for name in ("person", "starts_at", "ends_at", "replacement")
                },
            )
        return self

    def _demand_no_loop(self) -> None:
        """Follow the replacement along the chain, as far as the times overlap."""
        if not self.replacement_id:
            return
        standing = defaultdict(list)
        overlapping = Absence.objects.overlapping(self.starts_at, self.ends_at).exclude(replacement=None)
        for row in overlapping.order_by("pk"):
            standing[row.person_id].append(row)
        # Each: who is reached, in which time, along which chain.
        waiting = [(self.replacement_id, self.starts_at, self.ends_at, [self.person_id, self.replacement_id])]
        while waiting:
            reached, start, end, chain = waiting.pop()
            for row in standing[reached]:
                begins, ends = max(start, row.starts_at), min(end, row.ends_at)
                if begins >= ends:
                    continue
                if row.replacement_id == self.person_id:
                    names = Person.objects.in_bulk(chain)
                    circle = " → ".join(names[pk].name for pk in [*chain, self.person_id])
                    message = _("In that time these would replace each other in a circle: %(circle)s.")
                    raise ValidationError({"replacement": ValidationError(message, params={"circle": circle})})
                if row.replacement_id not in chain:
                    waiting.append((row.replacement_id, begins, ends, [*chain, row.replacement_id]))

    def call_off(self, *, by: Person, now: dt.datetime) -> bool:
        """The person is here after all. One that has begun ends now: it stays a fact that they were away until then.

        Returns False where it was over or called off already.
        """
        with transaction.atomic():
            standing = Absence.objects.standing().filter(pk=self.pk, ends_at__gt=now)
            before = {"person": self.person.name, "ends_at": self.ends_at.isoformat()}
            if standing.filter(starts_at__lt=now).update(ends_at=now):
                self.ends_at, after = now, {"ends_at": now.isoformat()}
            elif standing.update(cancelled_at=now, cancelled_by=by):
                self.cancelled_at, self.cancelled_by, after = now, by, {"cancelled_at": now.isoformat()}
            else:
                return False
            record(events.ABSENCE_CANCELLED, self, by=by, now=now, before=before, after=after)
        return True


def _day(day: dt.date) -> str:
    return formats.date_format(day, "SHORT_DATE_FORMAT")


def _local(moment: dt.datetime) -> str:
    return formats.date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT")


def represented_by(person: Person, start: dt.datetime, end: dt.datetime) -> RawSQL:
    """Ids of the person, and of everyone away at some time in the window whose chain of replacements leads to them.

    For a subquery: costs none by itself. One list of people to look up, where an OR would have every row looked at.
    """
    away = Absence.objects.overlapping(start, end).order_by().values_list("person", "replacement")
    sql, params = away.query.sql_with_params()
    represented = (
        f"WITH RECURSIVE away (person, replacement) AS ({sql}), "
        "represented (person) AS (SELECT CAST(%s AS bigint) "
        "UNION SELECT away.person FROM away JOIN represented ON away.replacement = represented.person) "
        "SELECT person FROM represented"
    )
    return RawSQL(represented, (*params, person.pk))
