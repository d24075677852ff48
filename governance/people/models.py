"""People, the roles they are granted and who stands in for them."""

from __future__ import annotations

import datetime as dt
import uuid

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import Exists, F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.access import Permission, Reach, Role, units_where
from governance.audit.models import changes, json_value, record
from governance.people import events, listeners
from governance.people.emails import as_typed
from governance.units.models import Unit


class PersonQuerySet(models.QuerySet):
    def active(self):
        return self.filter(is_active=True)

    def visible_to(self, person: Person):
        """Oneself; the people of their units to those who manage people there, to heads and to the section.

        Who belongs to no unit is visible to those who manage the people of the whole body.
        """
        managed = units_where(person, Permission.EDIT_PEOPLE)
        whole_body = Exists(Unit.objects.filter(parent=None, pk__in=managed))
        return self.filter(
            Q(pk=person.pk)
            | Q(unit__in=managed | units_where(person, Permission.ARRANGE_COVER))
            | Q(whole_body, unit=None)
        )


class PersonManager(BaseUserManager.from_queryset(PersonQuerySet)):
    def create_user(self, email: str, name: str, password: str | None = None, **fields) -> Person:
        person = self.model(email=as_typed(email), name=name, **fields)
        person.set_password(password)
        person.save()
        return person

    def get_by_natural_key(self, email):
        return self.get(email__iexact=as_typed(email))


class Person(AbstractBaseUser):
    """An employee. Logs in by e-mail. Never deleted while history names them: deactivated."""

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=150)
    unit = models.ForeignKey(
        "Unit", models.PROTECT, null=True, blank=True, related_name="people", verbose_name=_("unit")
    )
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES, blank=True, default="")
    is_active = models.BooleanField(_("may log in"), default=True)
    deactivated_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    # Part of the secret address of one's calendar of duties; a new one makes the old address worthless.
    calendar_key = models.CharField(max_length=43, blank=True, default="")

    objects = PersonManager()
    _reach: Reach | None = None  # remembered by `governance.access.reach`

    AUDITED = ["email", "name", "unit", "language"]

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(Lower("email"), name="person_email_once"),
            models.UniqueConstraint(
                fields=["calendar_key"], condition=~Q(calendar_key=""), name="person_calendar_key_once"
            ),
            models.CheckConstraint(
                condition=Q(is_active=True, deactivated_at=None) | Q(is_active=False, deactivated_at__isnull=False),
                name="person_inactive_since",
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("person", args=[self.pk])

    def _get_session_auth_hash(self, secret=None):
        """Django's, over the e-mail too: a new address ends every session there is, as a new password does."""
        salt = "governance.people.models.Person.session"
        return salted_hmac(salt, f"{self.password}\n{self.email}", secret=secret, algorithm="sha256").hexdigest()

    def clean(self):
        self.email = as_typed(self.email)

    def write(self, *, by, now: dt.datetime, old: Person | None = None) -> bool:
        """Create the person (who sets a password through “forgotten password”), or write what differs from `old`.

        `old` is the row as it was read. Returns whether anything was written. Raises ValidationError where somebody
        else has just taken the e-mail.
        """
        try:
            return self._write(by, now, old)
        except IntegrityError:
            raise ValidationError({"email": _("Somebody with this e-mail is here already.")}) from None

    def set_calendar_key(self, key: str, *, by: Person, now: dt.datetime) -> bool:
        """Another secret address of the calendar of duties, or none (""). The trail says that, never the address.

        Returns whether anything changed.
        """
        with transaction.atomic():
            locked = Person.objects.select_for_update().get(pk=self.pk)
            if locked.calendar_key == key:
                return False
            before, self.calendar_key = locked.calendar_key, key
            self.save(update_fields=["calendar_key"])
            record(
                events.CALENDAR_ADDRESS_CHANGED,
                self,
                by=by,
                now=now,
                before={"calendar_address": bool(before)},
                after={"calendar_address": bool(key)},
            )
        return True

    def _write(self, by, now: dt.datetime, old: Person | None) -> bool:
        with transaction.atomic():
            if old is None:
                self.set_unusable_password()
                self.created_at = now
                self.save(force_insert=True)
                after = {name: json_value(getattr(self, name)) for name in self.AUDITED if getattr(self, name)}
                record(events.PERSON_CREATED, self, by=by, now=now, after=after)
                return True
            before, after = changes(self, self.AUDITED, {name: getattr(old, name) for name in self.AUDITED})
            if after:
                self.save(update_fields=list(after))
                record(events.PERSON_CHANGED, self, by=by, now=now, before=before, after=after)
                if "email" in after:
                    listeners.call(listeners.address_changed, self, old.email, by=by, now=now)
            return bool(after)


class CurrentOnQuerySet(models.QuerySet):
    """Rows with an inclusive period of dates: `starts_on`, `ends_on` (open where null)."""

    def current(self, on: dt.date):
        """See also `.is_current()` on the instance."""
        return self.unended(on).filter(starts_on__lte=on)

    def unended(self, on: dt.date):
        """In force on the day or from a later one."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=on))

    def overlapping(self, starts_on: dt.date, ends_on: dt.date | None):
        found = self.unended(starts_on)
        return found.filter(starts_on__lte=ends_on) if ends_on else found


class RoleGrant(models.Model):
    """A role, for a unit and all below it, from one date to another (inclusive)."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="grants", verbose_name=_("person"))
    role = models.CharField(_("role"), max_length=30, choices=[(role, role.label) for role in Role if role.granted])
    unit = models.ForeignKey("Unit", models.PROTECT, related_name="grants", verbose_name=_("unit"))
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)
    granted_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    form_token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)  # sent twice, granted once

    objects = CurrentOnQuerySet.as_manager()

    class Meta:
        ordering = ["unit__name", "role", "person__name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="grant_ends_after_start"
            ),
            # One open-ended grant of the same thing; dated ones may follow one another.
            models.UniqueConstraint(
                fields=["person", "role", "unit"], condition=Q(ends_on=None), name="grant_open_once"
            ),
        ]

    def __str__(self):
        return f"{self.get_role_display()}, {self.unit}"

    @property
    def trail_name(self) -> str:
        """In no language; the role stands among what changed."""
        return f"{self.person}, {self.unit}"

    def is_current(self, on: dt.date) -> bool:
        return self.starts_on <= on and (self.ends_on is None or self.ends_on >= on)

    def give(self, *, by: Person | None, now: dt.datetime) -> RoleGrant:
        """Write this new grant, or return the one that this very form made before.

        Raises ValidationError where the person holds the same at the same time, may not log in, or would grant
        themselves (the administrator decides nothing by virtue of that role).
        """
        with transaction.atomic():
            holder = Person.objects.select_for_update().get(pk=self.person_id)
            if not holder.is_active:
                raise ValidationError(_("%(name)s may not log in."), params={"name": holder})
            if by == holder:
                raise ValidationError(_("Nobody grants roles to themselves. Ask another administrator."))
            if sent_before := RoleGrant.objects.filter(form_token=self.form_token, person=holder).first():
                return sent_before
            same = RoleGrant.objects.filter(person=holder, role=self.role, unit=self.unit_id)
            if same.overlapping(self.starts_on, self.ends_on).exists():
                raise ValidationError(
                    _("%(name)s already holds this role there in that period."), params={"name": holder}
                )
            self.granted_by, self.created_at = by, now
            self.save(force_insert=True)
            record(events.ROLE_GRANTED, self, by=by, now=now, after=self._as_audited())
            listeners.call(listeners.role_granted, self, by=by, now=now)
        return self

    def end(self, last_day: dt.date, *, reason: str, by: Person | None, now: dt.datetime) -> bool:
        """The role is held for the last time on `last_day`; one that would end before it began is taken back whole.

        Returns False where it ended no later already. Raises ValidationError where nobody would be left to
        administer the portal.
        """
        with transaction.atomic():
            if self.role == Role.ADMINISTRATOR and self.person.is_active:
                # First of all: it locks the grants of all administrators in one order.
                RoleGrant.demand_another_administrator(self.person, timezone.localdate(now), besides=self)
            grant = RoleGrant.objects.select_for_update(of=("self",)).filter(pk=self.pk).first()
            if grant is None or (grant.ends_on and grant.ends_on <= last_day):
                return False
            if last_day < grant.starts_on:
                RoleGrant.objects.filter(pk=self.pk).delete()
            else:
                RoleGrant.objects.filter(pk=self.pk).update(ends_on=last_day)
                self.ends_on = last_day
            after = {"person": self.person.name, "ends_on": last_day.isoformat(), "reason": reason}
            record(events.ROLE_ENDED, grant, by=by, now=now, before=grant._as_audited(), after=after)
            listeners.call(listeners.role_ended, grant, by=by, now=now)
        return True

    def _as_audited(self) -> dict:
        names = ("person", "role", "unit", "starts_on", "ends_on")
        return {name: json_value(getattr(self, name)) for name in names}

    @classmethod
    def demand_another_administrator(cls, person: Person, on: dt.date, *, besides: RoleGrant | None = None) -> None:
        """Raise ValidationError where the person is the last who administers the portal.

        `besides` looks away from one grant alone: the person may hold another. Only grants without an end count.
        Call it in a transaction; the rows stay locked, so that two cannot drop each other.
        """
        lasting = list(
            cls.objects.select_for_update(of=("self",))
            .current(on)
            .filter(role=Role.ADMINISTRATOR, ends_on=None, person__is_active=True)
            .order_by("pk")
        )
        if besides:
            holds, left = besides in lasting, [grant for grant in lasting if grant != besides]
        else:
            holds = any(grant.person_id == person.pk for grant in lasting)
            left = [grant for grant in lasting if grant.person_id != person.pk]
        if holds and not left:
            raise ValidationError(
                _("%(name)s is the last administrator. Grant somebody else the role first."), params={"name": person}
            )


class SubstituteQuerySet(CurrentOnQuerySet):
    def naming(self, person: Person):
        return self.filter(Q(person=person) | Q(substitute=person))


class Substitute(models.Model):
    """Who stands in for a decider who is away, partial or slow (D68)."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="substitutes", verbose_name=_("stands in for"))
    substitute = models.ForeignKey(Person, models.PROTECT, related_name="substitutes_for", verbose_name=_("substitute"))
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)
    appointed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    form_token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)  # sent twice, appointed once

    objects = SubstituteQuerySet.as_manager()

    class Meta:
        ordering = ["starts_on", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(person=F("substitute")), name="substitute_is_another"),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="substitute_ends_after_start"
            ),
        ]

    def __str__(self):
        return f"{self.substitute} → {self.person}"  # the audit trail keeps it, so it is in no language

    @property
    def in_words(self) -> str:
        return gettext("%(substitute)s stands in for %(person)s") % {
            "substitute": self.substitute,
            "person": self.person,
        }

    def appoint(self, *, by: Person | None, now: dt.datetime) -> Substitute:
        """Write this new row, or return the one that this very form made before.

        Raises ValidationError where the same stands already in that period, or where somebody would appoint themselves.
        """
        if by is not None and by.pk == self.substitute_id:
            raise ValidationError(_("Nobody grants roles to themselves. Ask another administrator."))
        with transaction.atomic():
            Person.objects.select_for_update().get(pk=self.person_id)
            if sent_before := Substitute.objects.filter(form_token=self.form_token, person=self.person_id).first():
                return sent_before
            same = Substitute.objects.filter(person=self.person_id, substitute=self.substitute_id)
            if same.overlapping(self.starts_on, self.ends_on).exists():
                raise ValidationError(
                    _("%(name)s is the substitute already in that period."), params={"name": self.substitute}
                )
            self.appointed_by = by
            self.save(force_insert=True)
            record(events.SUBSTITUTE_APPOINTED, self, by=by, now=now, after=self._as_audited())
            listeners.call(listeners.substitute_appointed, self, by=by, now=now)
        return self

    def end(self, last_day: dt.date, *, by: Person | None, now: dt.datetime) -> bool:
        """Stands in for the last time on `last_day`. Returns False where it ended no later already."""
        with transaction.atomic():
            row = Substitute.objects.select_for_update().filter(pk=self.pk).first()
            if row is None or (row.ends_on and row.ends_on <= last_day):
                return False
            if last_day < row.starts_on:
                Substitute.objects.filter(pk=self.pk).delete()
            else:
                Substitute.objects.filter(pk=self.pk).update(ends_on=last_day)
                self.ends_on = last_day
            after = {"ends_on": last_day.isoformat()}
            record(events.SUBSTITUTE_ENDED, row, by=by, now=now, before=row._as_audited(), after=after)
            listeners.call(listeners.substitute_ended, row, by=by, now=now)
        return True

    def _as_audited(self) -> dict:
        return {name: json_value(getattr(self, name)) for name in ("person", "substitute", "starts_on", "ends_on")}
