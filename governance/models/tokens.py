"""API tokens: shown once, stored hashed, scoped to a unit, expiring, revocable."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


def digest(secret: str) -> str:
    # The secret is 256 random bits, so a plain hash is enough: there is nothing to guess.
    return hashlib.sha256(secret.encode()).hexdigest()


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
    scopes = models.JSONField(_("may"), default=list)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey("Person", models.PROTECT, related_name="+")
    expires_at = models.DateTimeField(_("expires"))
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self):
        return self.name

    @classmethod
    def issue(cls, **fields) -> tuple[ApiToken, str]:
        """A new token and its secret, which is not to be had again."""
        secret = f"tst_{secrets.token_urlsafe(32)}"
        return cls.objects.create(digest=digest(secret), **fields), secret

    @classmethod
    def holding(cls, secret: str, now: dt.datetime) -> ApiToken | None:
        """The valid token with this secret, or None."""
        return (
            cls.objects.select_related("person", "unit")
            .filter(digest=digest(secret), revoked_at=None, expires_at__gt=now)
            .exclude(person__is_active=False)
            .first()
        )
