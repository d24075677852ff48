"""How the portal reads an account's platform: credentials, where it has read to, how it goes. And limits, and hooks.

A connection states what a fetch found; what that means for posts and flags is said by `accounts.platforms.fetches`,
`accounts.inbox` and the sweeps. Secrets are sealed (`governance.secrets`).
"""

from __future__ import annotations

import base64
import datetime as dt
import secrets

from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.connectors.base import RemoteState
from accounts.connectors.errors import ErrorCode
from accounts.platforms import events
from accounts.register.models import LONGEST_ID, OfficialAccount
from governance.audit.models import record
from governance.people.models import Person
from governance.secrets import SealedField, seal
from governance.signin.tokens import ApiToken


class ConnectionQuerySet(models.QuerySet):
    def running(self):
        """Neither paused nor stopped for want of valid credentials."""
        return self.filter(paused_at=None, stopped_at=None)

    def due(self, now: dt.datetime):
        """To be fetched now, and in no other worker's hands."""
        free = Q(leased_until=None) | Q(leased_until__lte=now)
        return self.running().filter(free, next_fetch_at__lte=now)


class Connection(models.Model):
    """One account's access to its platform, made by a person. At most one an account."""

    account = models.OneToOneField(OfficialAccount, models.CASCADE, related_name="connection")
    settings = models.JSONField(default=dict)  # what was filled in and is no secret, by Credential.name
    secrets = SealedField()
    # The platform's own id of the account that the credentials were checked for.
    external_id = models.CharField(max_length=LONGEST_ID)
    # Whose limits count: accounts read with the same token share them.
    token_key = models.CharField(max_length=64)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    connected_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    connected_at = models.DateTimeField(default=timezone.now)
    resumed_at = models.DateTimeField(null=True, blank=True)  # or connected anew: what was not read before is no delay

    paused_at = models.DateTimeField(null=True, blank=True)  # by a person
    paused_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    stopped_at = models.DateTimeField(null=True, blank=True)  # by a permanent error; connecting anew starts it again

    next_fetch_at = models.DateTimeField(default=timezone.now)
    leased_until = models.DateTimeField(null=True, blank=True)
    last_fetch_at = models.DateTimeField(null=True, blank=True)  # when the last one began, whatever came of it
    # Until when everything is known: the beginning of the last fetch that read all there was.
    complete_until = models.DateTimeField(null=True, blank=True)
    reread_at = models.DateTimeField(null=True, blank=True)  # when all open posts were last read anew
    # The first of the fetches in a row that met no error, and yet did not read all there was.
    incomplete_since = models.DateTimeField(null=True, blank=True)
    activity_until = models.DateTimeField(null=True, blank=True)  # likewise, of when the account last published
    shared_at = models.DateTimeField(null=True, blank=True)  # when the account last shared something of others
    failures = models.PositiveIntegerField(default=0)  # in a row
    last_error = models.CharField(max_length=20, choices=ErrorCode, blank=True)
    last_error_detail = models.CharField(max_length=300, blank=True)
    last_error_at = models.DateTimeField(null=True, blank=True)

    remote_state = models.CharField(max_length=10, choices=RemoteState, default=RemoteState.ACTIVE)
    remote_handle = models.CharField(max_length=200, blank=True)
    # Canonical, as OfficialAccount.handle_key: the account is found by the handle that the platform says it has now.
    remote_key = models.CharField(max_length=200, blank=True, db_index=True)
    # The first fetch reads back to here, page by page.
    backfill_since = models.DateTimeField()
    backfill_posts = models.PositiveIntegerField(default=0)  # read so far
    backfilled_at = models.DateTimeField(null=True, blank=True)

    objects = ConnectionQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["next_fetch_at"], condition=Q(paused_at=None, stopped_at=None), name="connection_to_fetch"
            )
        ]

    def __str__(self):
        return str(self.account)

    def get_absolute_url(self):
        return reverse("accounts:connection", args=[self.account_id])

    @property
    def unit_id(self) -> int:
        return self.account.unit_id


class Cursor(models.Model):
    """Where a stream of a connection was read to: opaque, the platform's own."""

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="cursors")
    stream = models.CharField(max_length=30)
    value = models.TextField(blank=True)
    # A walk through a stream that has more pages; null: the last walk reached the end.
    walking_since = models.DateTimeField(null=True, blank=True)
    whole = models.BooleanField(default=True)  # whether everything of this walk could be read so far

    class Meta:
        constraints = [models.UniqueConstraint(fields=["connection", "stream"], name="cursor_once")]


class TokenLimit(models.Model):
    """What a platform lets one token do: until when it must rest, and what paid calls it made this month."""

    platform = models.CharField(max_length=30)
    token_key = models.CharField(max_length=64)
    blocked_until = models.DateTimeField(null=True, blank=True)
    month = models.DateField(null=True, blank=True)  # its first day
    units_used = models.PositiveIntegerField(default=0)  # in that month

    class Meta:
        constraints = [models.UniqueConstraint(fields=["platform", "token_key"], name="token_limit_once")]


class HookSource(models.Model):
    """Another system that hands in posts by signed calls, for the accounts of a unit and those below it.

    What it may do, who answers for it and how long it holds is its token's; only that the secret is never sent, it
    signs.
    """

    token = models.OneToOneField(ApiToken, models.PROTECT, related_name="hook_source")
    secret = SealedField()

    def __str__(self):
        return str(self.token)

    @property
    def trail_name(self) -> str:
        return self.token.name

    @property
    def unit_id(self) -> int:
        return self.token.unit_id

    @classmethod
    def issue(cls, *, by: Person, now: dt.datetime, **fields) -> tuple[HookSource, str]:
        """A new source and its secret (https://www.standardwebhooks.com), which is not to be had again.

        `fields` are those of `ApiToken.issue`: where `by` may not answer posts there, it waits for somebody who may.
        """
        secret = "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
        with transaction.atomic():
            token, _sent_with_no_call = ApiToken.issue(
                by=by, now=now, scopes=[ApiToken.Scope.POSTS_WRITE.value], **fields
            )
            source = cls.objects.create(token=token, secret=seal({"secret": secret}))
            record(events.HOOK_CREATED, source, by=by, now=now, after={"unit": token.unit.name})
        return source, secret

    def is_valid(self, now: dt.datetime) -> bool:
        """Whether its calls are heard: agreed to, neither over nor revoked, and its owner may still answer there."""
        token, owner = self.token, self.token.owner
        may = owner is not None and owner.is_active and token.owner_holds(ApiToken.Scope.POSTS_WRITE, now)
        return may and token.is_valid(now)

    def revoke(self, *, by: Person, now: dt.datetime) -> bool:
        """Its calls are refused from now on, its secret is forgotten. Returns False where it was revoked already."""
        with transaction.atomic():
            if not self.token.revoke(by=by, now=now):
                return False
            HookSource.objects.filter(pk=self.pk).update(secret="")
            record(events.HOOK_REVOKED, self, by=by, now=now, after={"revoked_at": now.isoformat()})
        return True


class HookDelivery(models.Model):
    """One call of a webhook, verified and kept until it is worked off; then only that it was there (no replays)."""

    platform = models.CharField(max_length=30)
    delivery_id = models.CharField(max_length=100)  # the sender's own, or the digest of signature and body
    source = models.ForeignKey(HookSource, models.CASCADE, null=True, blank=True, related_name="deliveries")
    body = models.TextField(blank=True)  # emptied once worked off
    received_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    result = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["platform", "delivery_id"], name="hook_delivery_once")]
        indexes = [models.Index(fields=["received_at"], condition=Q(done_at=None), name="hook_to_work_off")]
