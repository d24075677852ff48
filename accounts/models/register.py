"""The official account: what it is, in which state, what opening it takes, and when it is paused."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.choices import Communication, Kind, ModerationMode, Part, Visibility
from governance.access import Permission, Role, units_where
from governance.models import Person, Platform, Unit


class State(models.TextChoices):
    PLANNED = "planned", _("Planned")
    ACTIVE = "active", _("Active")
    PAUSED = "paused", _("Paused")
    RETIRING = "retiring", _("Retiring")
    RETIRED = "retired", _("Retired")


class OfficialAccountQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        """Every employee sees the register (S27, B22): transparency is its point."""
        return self.all()

    def held_by(self, person: Person, on: dt.date):
        """Accounts on which the person has an accepted, current assignment."""
        from accounts.models.moderators import Assignment

        return self.filter(pk__in=Assignment.objects.current(on).filter(person=person).values("account"))

    def posts_visible_to(self, person: Person, *, now: dt.datetime | None = None):
        """Accounts whose posts the person may see: their own, and those of the units they answer for."""
        units = units_where(person, Permission.SEE_POSTS, now=now)
        own = self.held_by(person, timezone.localdate(now)).values("pk")
        return self.filter(Q(unit__in=units) | Q(pk__in=own))

    def running(self):
        """Accounts that citizens can meet: not planned, not retired."""
        return self.filter(state__in=[State.ACTIVE, State.PAUSED, State.RETIRING])


class OfficialAccount(models.Model):
    platform = models.ForeignKey(Platform, models.PROTECT, related_name="accounts", verbose_name=_("platform"))
    handle = models.CharField(_("handle"), max_length=100, blank=True)
    external_id = models.CharField(_("the platform’s own id"), max_length=100, blank=True)
    url = models.URLField(_("address"), max_length=300, blank=True)
    name = models.CharField(_("name"), max_length=200)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="accounts", verbose_name=_("unit"))
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.ORDINARY)
    purpose = models.TextField(_("purpose"), blank=True)
    audience = models.TextField(_("audience"), blank=True)
    communication = models.CharField(
        _("information or dialogue"), max_length=20, choices=Communication, default=Communication.BOTH
    )
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES, default="nb")
    # The editor in the sense of B23 and D28: answers for the whole, need not answer posts.
    editor = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="edits", verbose_name=_("editor")
    )
    contact_email = models.EmailField(_("e-mail the account is opened with"), blank=True)
    web_page_url = models.URLField(_("web page with the same information"), max_length=300, blank=True)
    moderation_mode = models.CharField(
        _("moderation"), max_length=20, choices=ModerationMode, default=ModerationMode.ALONG
    )
    visibility = models.CharField(_("open or closed"), max_length=10, choices=Visibility, default=Visibility.OPEN)
    pupil_contact = models.BooleanField(_("contact with pupils"), default=False)
    crisis_use = models.BooleanField(_("used in a crisis"), default=False)
    hearing = models.BooleanField(_("used for a hearing"), default=False)
    topics_not_commented = models.TextField(_("topics that are not commented"), blank=True)
    ends_on = models.DateField(_("ends on"), null=True, blank=True)

    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PLANNED)
    registered_at = models.DateTimeField(default=timezone.now)
    opened_at = models.DateTimeField(null=True, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)
    # The newest sign of life we know of; null: none known yet, which is not the same as silence.
    last_activity_at = models.DateTimeField(_("last activity"), null=True, blank=True)

    objects = OfficialAccountQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            # A retired account keeps its handle, because freed handles get taken over by impostors.
            models.UniqueConstraint(
                "platform",
                Lower("handle"),
                condition=~Q(handle=""),
                name="account_handle_once",
            ),
            models.UniqueConstraint(
                fields=["platform", "external_id"], condition=~Q(external_id=""), name="account_external_id_once"
            ),
            models.CheckConstraint(
                condition=~Q(state="retired") | Q(retired_at__isnull=False), name="account_retired_since"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["planned", "retired"]) | Q(opened_at__isnull=False), name="account_opened_since"
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "state"], name="account_by_unit"),
            models.Index(
                fields=["last_activity_at"], condition=Q(state__in=["active", "paused"]), name="account_activity"
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("accounts:account", args=[self.pk])

    def roles_of(self, person: Person, on: dt.date) -> set[Role]:
        """For `access.can`: the roles the person holds on this very account."""
        from accounts.models.moderators import Assignment

        parts = Assignment.objects.current(on).filter(account=self, person=person).values_list("part", flat=True)
        return {Role.MODERATOR if part == Part.LEAD else Role.DEPUTY for part in parts}


class OpeningCheck(models.Model):
    """One ticked item of the opening checklist; who ticked it and when is the attestation."""

    class Item(models.TextChoices):
        OWN_PASSWORD = "own_password", _("The account has a strong password of its own")
        TWO_STEP = "two_step", _("Two-step sign-in is on")
        SHARED_EMAIL = "shared_email", _("It is opened with a shared e-mail address that the body owns")
        RECOVERY = "recovery", _("It is written down who holds the recovery codes, not the codes themselves")
        STATEMENT = "statement", _("The profile statement is published on the account")

    account = models.ForeignKey(OfficialAccount, models.CASCADE, related_name="opening_checks")
    item = models.CharField(max_length=20, choices=Item)
    note = models.CharField(_("note"), max_length=300, blank=True)
    done_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    done_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "item"], name="opening_check_once")]


class PauseQuerySet(models.QuerySet):
    def standing(self):
        """Pauses that count: planned, running or over, unless ended before they began."""
        return self.exclude(ended_at__lte=F("starts_at"))


class Pause(models.Model):
    """The account is closed for a while, with a reason and an end (M19, M20, S63, S64). Stops the response clock."""

    account = models.ForeignKey(OfficialAccount, models.CASCADE, related_name="pauses")
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    reason = models.CharField(_("reason, as the public will read it"), max_length=300)
    created_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)  # ended before its time
    ended_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")

    objects = PauseQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at"]
        constraints = [models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="pause_ends_after_start")]

    @property
    def over_at(self) -> dt.datetime:
        """When the pause is, or was, really over."""
        return min(self.ended_at, self.ends_at) if self.ended_at else self.ends_at
