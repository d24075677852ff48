"""API tokens: shown once, stored hashed, scoped to a unit, expiring, revocable, and somebody's.

A token can do no more than its owner. An integration's owner is whoever holds the permissions at its unit and agreed
to it; it acts under its own name in the trail. A person's token acts as that person, who alone can agree to it.
Whoever makes a token and holds what it may do is its owner at once; else it is worth nothing until it is approved.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
import uuid
from collections.abc import Collection, Iterable

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from governance.access import ROLE_PERMISSIONS, Permission, Role, can, holders
from governance.audit.models import record
from governance.notices.models import tell
from governance.people.models import RoleGrant
from governance.signin import events, notices
from governance.units.models import Tree


def digest(secret: str) -> str:
    # The secret is 256 random bits, so a plain hash is enough: there is nothing to guess.
    return hashlib.sha256(secret.encode()).hexdigest()


class ApiTokenQuerySet(models.QuerySet):
    def standing(self, now: dt.datetime):
        """Neither revoked nor expired, approved or not."""
        return self.filter(revoked_at=None, expires_at__gt=now)

    def valid(self, now: dt.datetime):
        """Standing and approved. See also `.is_valid()`."""
        return self.standing(now).filter(approved_at__isnull=False)

    def owned_by(self, people: Collection):
        """Those that act as one of these people, or for which one of them answers."""
        return self.filter(Q(person__in=people) | Q(owner__in=people))


class ApiToken(models.Model):
    class Scope(models.TextChoices):
        POSTS_WRITE = "posts:write", _("bring in posts")
        POSTS_READ = "posts:read", _("read posts")
        POSTS_CLOSE = "posts:close", _("close posts")

        @property
        def permission(self) -> Permission:
            return Permission.SEE_POSTS if self == self.POSTS_READ else Permission.ANSWER_POSTS

    name = models.CharField(_("name"), max_length=100)
    # As whom it acts; none for an integration's.
    person = models.ForeignKey(
        "Person", models.CASCADE, null=True, blank=True, related_name="tokens", verbose_name=_("person")
    )
    owner = models.ForeignKey("Person", models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    unit = models.ForeignKey("Unit", models.PROTECT, related_name="+", verbose_name=_("covers the accounts of"))
    scopes = models.JSONField(_("what it may do"), default=list)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey("Person", models.PROTECT, related_name="+")
    expires_at = models.DateTimeField(_("expires"))
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    form_token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)  # sent twice, issued once

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(owner=None, approved_at=None) | Q(owner__isnull=False, approved_at__isnull=False),
                name="token_approved_by_owner",
            ),
            models.CheckConstraint(
                condition=Q(person=None) | Q(owner=None) | Q(owner=models.F("person")), name="token_of_the_person"
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("token_approve", args=[self.pk])

    @classmethod
    def issue(cls, *, by, now: dt.datetime, **fields) -> tuple[ApiToken, str]:
        """A new token and its secret, which is not to be had again. Where `by` may not agree to it, it waits."""
        secret = f"tst_{secrets.token_urlsafe(32)}"
        with transaction.atomic():
            token = cls(digest=digest(secret), created_by=by, created_at=now, **fields)
            if token.may_approve(by, now):
                token.owner, token.approved_at = by, now
            token.save(force_insert=True)
            record(
                events.TOKEN_CREATED,
                token,
                by=by,
                now=now,
                after={
                    "person": token.person.name if token.person else None,
                    "owner": token.owner.name if token.owner else None,
                    "unit": token.unit.name,
                    "scopes": token.scopes,
                    "expires_at": token.expires_at.isoformat(),
                },
            )
            if not token.approved_at:
                facts = {"token": token.name, "unit": token.unit.name, "by": by.name}
                tell(token.who_may_approve(now), notices.TOKEN_WAITS, about=token, now=now, **facts)
        return token, secret

    @classmethod
    def holding(cls, secret: str, now: dt.datetime) -> ApiToken | None:
        """The valid token with this secret, or None."""
        return (
            cls.objects.valid(now)
            .select_related("person", "owner", "unit")
            .filter(digest=digest(secret), owner__is_active=True)
            .first()
        )

    def is_valid(self, now: dt.datetime) -> bool:
        return self.approved_at is not None and self.is_standing(now)

    def is_standing(self, now: dt.datetime) -> bool:
        return self.revoked_at is None and self.expires_at > now

    # --- whose it is ---

    @property
    def permissions(self) -> set[Permission]:
        return {self.Scope(scope).permission for scope in self.scopes}

    def may_approve(self, who, now: dt.datetime) -> bool:
        """The person it acts as; for an integration, whoever holds all of what it may do at its unit."""
        if self.person_id:
            return who.pk == self.person_id
        return all(can(who, permission, self.unit, now=now) for permission in self.permissions)

    def who_may_approve(self, now: dt.datetime) -> list:
        """Whom to ask: the person, or those nearest up the tree."""
        if self.person:
            return [self.person]
        needed = Permission.ANSWER_POSTS if Permission.ANSWER_POSTS in self.permissions else Permission.SEE_POSTS
        levels = (holders(needed, [step], timezone.localdate(now)) for step in Tree.load().path_up(self.unit_id))
        return next(filter(None, map(list, levels)), [])

    def owner_holds(self, scope: Scope, now: dt.datetime) -> bool:
        """Whether the owner holds today what this scope takes. A person’s token is narrowed account by account."""
        return self.person_id is not None or can(self.owner, scope.permission, self.unit, now=now)

    def approve(self, *, by, now: dt.datetime) -> bool:
        """Agree to it and answer for it. False where that was done; PermissionDenied where it is not theirs to do."""
        if not self.may_approve(by, now):
            raise PermissionDenied
        with transaction.atomic():
            waiting = ApiToken.objects.standing(now).filter(pk=self.pk, approved_at=None)
            if not waiting.update(owner=by, approved_at=now):
                return False
            self.owner, self.approved_at = by, now
            record(events.TOKEN_APPROVED, self, by=by, now=now, after={"owner": by.name, "scopes": self.scopes})
        return True

    def hand_over(self, to, *, by, now: dt.datetime) -> bool:
        """Another owner, who is told. ValidationError where they do not hold what it may do.

        Returns False where it is theirs already or no longer valid.
        """
        if self.person_id or not to.is_active or not self.may_approve(to, now):
            words = {"name": to.name, "token": self.name}
            raise ValidationError(_("%(name)s may not do what the token “%(token)s” does."), params=words)
        with transaction.atomic():
            if not ApiToken.objects.valid(now).filter(pk=self.pk).exclude(owner=to).update(owner=to):
                return False
            before, self.owner = self.owner, to
            names = {"before": {"owner": before.name}, "after": {"owner": to.name}}
            record(events.TOKEN_HANDED_OVER, self, by=by, now=now, **names)
            if to != by:
                facts = {"token": self.name, "by": by.name, "path": reverse("me")}
                tell([to], notices.TOKEN_HANDED_OVER, about=self, once=now, now=now, **facts)
        return True

    def revoke(self, *, by, now: dt.datetime) -> bool:
        """Worthless from now on. Returns False where it was revoked already."""
        with transaction.atomic():
            if not ApiToken.objects.filter(pk=self.pk, revoked_at=None).update(revoked_at=now):
                return False
            self.revoked_at = now
            record(events.TOKEN_REVOKED, self, by=by, now=now, after={"revoked_at": now.isoformat()})
        return True

    def note_use(self, now: dt.datetime) -> None:
        # Once a minute is near enough, and spares a write for each call.
        if self.last_used_at is None or self.last_used_at < now - dt.timedelta(minutes=1):
            ApiToken.objects.filter(pk=self.pk).update(last_used_at=now)

    @property
    def scopes_in_words(self) -> str:
        return ", ".join(str(self.Scope(scope).label) for scope in self.scopes)


def without_rights(tokens: Iterable[ApiToken], now: dt.datetime) -> set[int]:
    """Ids of the integrations' tokens whose owner holds no longer what they may do. Two queries for all of them."""
    owned = [token for token in tokens if token.owner_id and not token.person_id]
    grants = RoleGrant.objects.current(timezone.localdate(now)).filter(person__in={token.owner_id for token in owned})
    tree, held = Tree.load(), list(grants.filter(person__is_active=True))

    def holds(token: ApiToken, permission: Permission) -> bool:
        return any(
            grant.person_id == token.owner_id
            and permission in ROLE_PERMISSIONS[Role(grant.role)]
            and token.unit_id in tree.below(grant.unit_id)
            for grant in held
        )

    return {token.pk for token in owned if not all(holds(token, one) for one in token.permissions)}


def token_rows(tokens, now: dt.datetime) -> list[dict]:
    """What the tables of tokens show: {"token", "standing", "waiting", "lost"}, however many in the same queries."""
    tokens = list(tokens)
    lost = without_rights(tokens, now)
    return [
        {
            "token": token,
            "standing": token.is_standing(now),
            "waiting": token.is_standing(now) and token.approved_at is None,
            "lost": token.pk in lost,
        }
        for token in tokens
    ]


def places_of_owners(people: Collection[int], now: dt.datetime) -> set[int]:
    """The units whose posts these people’s tokens reach."""
    return set(ApiToken.objects.standing(now).owned_by(people).values_list("unit", flat=True))
