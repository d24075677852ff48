"""The official account: what it is, in which state, what opening it takes, and when it is paused."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.register import events, listeners
from accounts.register.choices import Communication, Kind, ModerationMode, Part, State, Visibility
from accounts.register.confirmation import look_again
from accounts.register.former import forget_former, keep_former
from accounts.register.holders import held_by
from accounts.register.identity import Identity, Known, of_row, settle
from accounts.register.queries import OfficialAccountQuerySet
from accounts.register.refusals import NoProfile
from governance.access import Permission, Role, covers_body
from governance.audit.models import AuditEvent, audit_row, changes, json_value, record
from governance.languages import DEFAULT
from governance.people.models import Person
from governance.platforms.models import Platform
from governance.rows import AT_ONCE
from governance.units.models import Unit

LONGEST_ID = 200  # of an account, in the platform's own words


def on_reached(rows: models.QuerySet, person: Person, permission: Permission, *, now: dt.datetime | None = None):
    """Of rows that have an `account`, those whose account the person reaches (`reached_by`)."""
    if covers_body(person, permission, now=now):
        return rows.all()
    return rows.filter(account__in=OfficialAccount.objects.reached_by(person, permission, now=now).values("pk"))


MADE_OF = {"platform", "handle", "url", "external_id", "address_server"}


class CanonicalKey(models.CharField):
    """Made of the row’s identity (`accounts.register.identity`) whenever it is saved, also many at once."""

    def pre_save(self, instance, add):
        instance.set_keys()
        return getattr(instance, self.attname)


class OfficialAccount(models.Model):
    platform = models.ForeignKey(Platform, models.PROTECT, related_name="accounts", verbose_name=_("platform"))
    handle = models.CharField(_("handle"), max_length=200, blank=True)
    external_id = models.CharField(_("the platform’s own id"), max_length=LONGEST_ID, blank=True)
    url = models.URLField(_("address"), max_length=300, blank=True)
    # What identities are compared by; never shown.
    handle_key = CanonicalKey(max_length=200, blank=True, default="", editable=False)
    # Where addresses lie elsewhere than the handle says: the address of a site; `name@host` for a server that serves
    # handles of another domain.
    address_key = CanonicalKey(max_length=400, blank=True, default="", editable=False)
    # The server at which the addresses of the handle's server lie, once it was asked; null: not asked yet.
    address_server = models.CharField(max_length=255, null=True, blank=True, editable=False)  # noqa: DJ001
    name = models.CharField(_("name"), max_length=200)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="accounts", verbose_name=_("unit"))
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.ORDINARY)
    purpose = models.TextField(_("purpose"), blank=True)
    audience = models.TextField(_("audience"), blank=True)
    communication = models.CharField(
        _("information or dialogue"), max_length=20, choices=Communication, default=Communication.BOTH
    )
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES, default=DEFAULT)
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
    # The answer for one's own posts is one thing, for what others write in one's channel another (D45).
    can_remove = models.BooleanField(_("we can remove what others write there"), default=True)
    topics_not_commented = models.TextField(_("topics that are not commented"), blank=True)
    ends_on = models.DateField(_("ends on"), null=True, blank=True)

    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PLANNED)
    registered_at = models.DateTimeField(default=timezone.now)
    opened_at = models.DateTimeField(null=True, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)
    # Came without a decision, and nobody responsible has said yet that it is ours. Null: somebody has, or need not.
    unconfirmed_since = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    # The newest sign of life we know of; null: none since it was opened.
    last_activity_at = models.DateTimeField(_("last activity"), null=True, blank=True)

    objects = OfficialAccountQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            # A retired account keeps its handle, because freed handles get taken over by impostors.
            models.UniqueConstraint(
                fields=["platform", "handle_key"], condition=~Q(handle_key=""), name="account_handle_once"
            ),
            models.UniqueConstraint(
                fields=["platform", "address_key"], condition=~Q(address_key=""), name="account_address_once"
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
            models.CheckConstraint(
                condition=Q(unconfirmed_since=None) | Q(confirmed_by=None), name="account_confirmed_or_not"
            ),
        ]
        indexes = [
            models.Index(fields=["name", "id"], name="account_by_name"),
            models.Index(fields=["handle_key"], condition=~Q(handle_key=""), name="account_by_handle"),
            models.Index(fields=["address_key"], condition=~Q(address_key=""), name="account_by_address"),
            models.Index(fields=["unit", "state"], name="account_by_unit"),
            models.Index(
                fields=["unconfirmed_since"],
                condition=Q(unconfirmed_since__isnull=False),
                name="account_unconfirmed",
            ),
            models.Index(
                fields=["last_activity_at"], condition=Q(state__in=["active", "paused"]), name="account_activity"
            ),
        ]

    def __str__(self):
        return self.name

    def save(self, *args, update_fields=None, **kwargs):
        if update_fields is not None and MADE_OF & set(update_fields):
            update_fields = {*update_fields, "handle_key", "address_key"}
        super().save(*args, update_fields=update_fields, **kwargs)

    def get_absolute_url(self):
        return reverse("accounts:account", args=[self.pk])

    @property
    def identity(self) -> Identity:
        return of_row(self.platform, self.handle, self.external_id, self.url)

    def set_keys(self) -> None:
        identity = self.identity
        self.handle_key, self.address_key = identity.handle_key, identity.address
        if identity.server and self.address_server not in (None, "", identity.server):
            self.address_key = f"{identity.handle}@{self.address_server}"

    def lock(self) -> None:
        """Until the transaction ends others who lock this account wait; who only points at it (a new post) does not.

        Whoever locks posts or the connection too locks the account first, or two would wait for each other.
        """
        list(OfficialAccount.objects.select_for_update(no_key=True).filter(pk=self.pk).values_list("pk"))

    AUDITED = [
        "platform",
        "handle",
        "external_id",
        "url",
        "name",
        "unit",
        "kind",
        "purpose",
        "audience",
        "communication",
        "language",
        "editor",
        "contact_email",
        "web_page_url",
        "moderation_mode",
        "visibility",
        "pupil_contact",
        "crisis_use",
        "hearing",
        "can_remove",
        "topics_not_commented",
        "ends_on",
        "last_activity_at",
    ]

    def facts(self) -> dict:
        """{field: value} of what is audited, for `write` to compare with. Joins platform, unit and editor."""
        return {name: getattr(self, name) for name in self.AUDITED}

    def write(
        self, *, by: Person | None, now: dt.datetime, old: dict | None = None, said_by_platform: bool = False
    ) -> bool:
        """Register the account, or write what differs from `old` (its `facts()`). Returns whether anything was.

        `said_by_platform`: that it is the very account that was registered; nobody needs to look at it again.

        What an application decided stays in the decision's own copy; this is what holds today. The state is
        another matter: `accounts.register.moves.move` alone changes it. Rooms above are told (`listeners`).
        """
        if old is None:
            register_all([self], by=by, now=now)
            return True
        before, after = changes(self, self.AUDITED, old)
        if not after:
            return False
        with transaction.atomic():
            self._ask_another_server_anew(old)
            self.save(update_fields=[*after, "address_server"])
            keep_former(self, old, now=now)
            record(events.ACCOUNT_CHANGED, self, by=by, now=now, before=before, after=after)
            if not said_by_platform:
                look_again(self, old, by=by, now=now)
            forget_former(self)
            for listener in listeners.account_written:
                listener(self, set(after), by=by, now=now)
        return True

    def _ask_another_server_anew(self, old: dict) -> None:
        """Where its addresses lie is what one handle's server has said, and of nobody else's handles."""
        before = of_row(old["platform"], old["handle"], old["external_id"], old["url"])
        if before.server and before.server != self.identity.server:
            known = OfficialAccount.objects.filter(pk=self.pk).values_list("address_server", flat=True).first()
            if self.address_server == known:
                self.address_server = None

    def clean(self):
        """What holds for one account beside the others. Raises ValidationError ({field: message})."""
        if self.platform_id:
            self._settle()
        self.contact_email = self.contact_email.strip().lower()
        errors = {}
        for field, other in self.others().items():
            errors[field] = already_registered(other)
        if self.contact_email and Person.objects.filter(email=self.contact_email).exists():
            errors["contact_email"] = ValidationError(
                _("“%(email)s” is a person’s own address. Use a shared address that the body owns."),
                params={"email": self.contact_email},
            )
        if self.kind in (Kind.PROJECT, Kind.TRIAL) and not self.ends_on:
            errors["ends_on"] = _("A project, campaign or trial has an end date.")
        if errors:
            raise ValidationError(errors)

    def _settle(self) -> None:
        """Handle, id and address in their best form. Raises ValidationError where they name no profile, or several."""
        try:
            given = {name: getattr(self, name) or "" for name in ("handle", "url", "external_id", "address_server")}
            settled = settle(self.platform, known=Known.load(), **given)
        except NoProfile as problem:
            raise ValidationError({problem.field: str(problem)}) from None
        self.handle, self.external_id, self.url = settled.handle, settled.external_id, settled.url

    def others(self) -> dict[str, OfficialAccount]:
        """{field: the account that is the same one by it}."""
        if not self.platform_id:
            return {}
        self.set_keys()
        same = {"handle": ("handle_key", self.handle_key), "external_id": ("external_id", self.external_id)}
        same["url"] = ("address_key", self.address_key)
        found = {}
        for field, (column, value) in same.items():
            if value:
                rows = OfficialAccount.objects.filter(platform_id=self.platform_id, **{column: value})
                if other := rows.exclude(pk=self.pk).first():
                    found[field] = other
        return found

    @property
    def was_ours(self) -> bool:
        """Retired, and met by citizens before: what is given up, or never confirmed, keeps nothing to know it by."""
        return self.state == State.RETIRED and bool(self.handle or self.external_id or self.url)

    def roles_of(self, person: Person, on: dt.date) -> set[Role]:
        """For `access.can`: the roles the person holds on this very account, in their own right or as stand-in."""
        parts = self.assignments.filter(held_by(person, on)).values_list("part", flat=True)
        roles = {Role.MODERATOR if part == Part.LEAD else Role.DEPUTY for part in parts}
        if person.pk == self.editor_id or self._applied_for_by(person):
            roles.add(Role.EDITOR)
        return roles

    def _applied_for_by(self, person: Person) -> bool:
        own = OfficialAccount.objects.filter(pk=self.pk, state=State.PLANNED, application__applicant=person)
        return self.state == State.PLANNED and own.exists()


def register_all(accounts: list[OfficialAccount], *, by: Person | None, now: dt.datetime) -> None:
    """Register new accounts, with their trail, in few statements. Rooms above are told (`listeners`)."""
    with transaction.atomic():
        for account in accounts:
            account.registered_at = now
        OfficialAccount.objects.bulk_create(accounts, batch_size=AT_ONCE)
        rows = []
        for account in accounts:
            known = {name: json_value(value) for name, value in account.facts().items() if value not in (None, "")}
            after = known | {"state": account.state}
            rows.append(audit_row(events.ACCOUNT_REGISTERED, account, by=by, now=now, after=after))
            for listener in listeners.account_written:
                listener(account, set(known), by=by, now=now)
        AuditEvent.objects.bulk_create(rows, batch_size=AT_ONCE)


def already_registered(other: OfficialAccount) -> ValidationError:
    """The message that names the account which has the handle, id or address already."""
    if other.state == State.RETIRED:
        return ValidationError(
            _("It belongs to “%(name)s” (%(unit)s), formerly ours. Its handle is held so that nobody else takes it."),
            params={"name": other.name, "unit": other.unit.name},
        )
    return ValidationError(
        _("It is registered already: “%(name)s” (%(unit)s)."), params={"name": other.name, "unit": other.unit.name}
    )


class PauseQuerySet(models.QuerySet):
    def standing(self):
        """Pauses that count: planned, running or over, unless ended before they began."""
        return self.exclude(ended_at__lte=F("starts_at"))

    def running(self, now: dt.datetime):
        """In force at this moment. See also `.over_at`."""
        return self.filter(starts_at__lte=now, ends_at__gt=now).exclude(ended_at__lte=now)

    def overlapping(self, start: dt.datetime, end: dt.datetime):
        """Standing pauses that share time with the span, counted to when they really ended."""
        return self.standing().filter(starts_at__lt=end, ends_at__gt=start).exclude(ended_at__lte=start)


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
