"""API tokens: shown once, stored hashed, scoped to a unit, expiring, revocable."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from governance.audit.models import record
from governance.signin import events


def digest(secret: str) -> str:
    # The secret is 256 random bits, so a plain hash is enough: there is nothing to guess.
    return hashlib.sha256(secret.encode()).hexdigest()


class ApiTokenQuerySet(models.QuerySet):
    def valid(self, now: dt.datetime):
        """Neither revoked nor expired. See also `.is_valid()`."""
        return self.filter(revoked_at=None, expires_at__gt=now)


class ApiToken(models.Model):
    class Scope(models.TextChoices):
        POSTS_WRITE = "posts:write", _("bring in posts")
        POSTS_READ = "posts:read", _("read posts")
        POSTS_CLOSE = "posts:close", _("close posts")

    name = models.CharField(_("name"), max_length=100)
    # A person's token can never do more than the person; an integration's follows its unit alone.
    person = models.ForeignKey(
        "Person", models.CASCADE, null=True, blank=True, related_name="tokens", verbose_name=_("person")
    )
    unit = models.ForeignKey("Unit", models.PROTECT, related_name="+", verbose_name=_("covers the accounts of"))
    scopes = models.JSONField(_("what it may do"), default=list)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey("Person", models.PROTECT, related_name="+")
    expires_at = models.DateTimeField(_("expires"))
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self):
        return self.name

    @classmethod
    def issue(cls, *, by, now: dt.datetime, **fields) -> tuple[ApiToken, str]:
        """A new token and its secret, which is not to be had again."""
        secret = f"tst_{secrets.token_urlsafe(32)}"
        with transaction.atomic():
            token = cls.objects.create(digest=digest(secret), created_by=by, created_at=now, **fields)
            record(
                events.TOKEN_CREATED,
                token,
                by=by,
                now=now,
                after={
                    "person": token.person.name if token.person else None,
                    "unit": token.unit.name,
                    "scopes": token.scopes,
                    "expires_at": token.expires_at.isoformat(),
                },
            )
        return token, secret

    @classmethod
    def holding(cls, secret: str, now: dt.datetime) -> ApiToken | None:
        """The valid token with this secret, or None."""
        return (
            cls.objects.valid(now)
            .select_related("person", "unit")
            .filter(digest=digest(secret))
            .exclude(person__is_active=False)
            .first()
        )

    def is_valid(self, now: dt.datetime) -> bool:
        return self.revoked_at is None and self.expires_at > now

    def revoke(self, *, by, now: dt.datetime) -> bool:
        """Worthless from now on. Returns False where it was revoked already."""
        with transaction.atomic():
            if not ApiToken.objects.filter(pk=self.pk, revoked_at=None).update(revoked_at=now):
                return False
            self.revoked_at = now
            record(events.TOKEN_REVOKED, self, by=by, now=now, after={"revoked_at": now.isoformat()})
        return True

    @property
    def scopes_in_words(self) -> str:
        return ", ".join(str(self.Scope(scope).label) for scope in self.scopes)
