"""The checklists for opening and for retiring an account, and who attested what when."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.register import events
from accounts.register.models import OfficialAccount, State
from governance.access import Permission
from governance.audit.models import record
from governance.people.models import Person


class Check(models.Model):
    """One ticked item of a checklist (opening or retirement); who ticked it and when is the attestation."""

    class Item(models.TextChoices):
        OWN_PASSWORD = "own_password", _("The account has a strong password of its own")
        TWO_STEP = "two_step", _("Two-step sign-in is on")
        SHARED_EMAIL = "shared_email", _("It is opened with a shared e-mail address that the body owns")
        RECOVERY = "recovery", _("It is written down who holds the recovery codes, not the codes themselves")
        STATEMENT = "statement", _("The profile statement is published on the account")
        RECORDS_EXPORTED = "records_exported", _("What must be kept is exported")
        NOTICE_POSTED = "notice_posted", _("A last notice on the account says that it closes and where to turn")
        HANDLE_HELD = (
            "handle_held",
            _("The handle is held: the profile stays, emptied, or the platform keeps it from others"),
        )
        SIGN_IN_HANDED_OVER = "sign_in", _("The sign-in is handed over to the information section")

        @property
        def is_opening(self) -> bool:
            return self in OPENING_ITEMS

        @property
        def permission(self) -> Permission:
            return Permission.OPEN_ACCOUNT if self.is_opening else Permission.EDIT_ACCOUNT

    account = models.ForeignKey(OfficialAccount, models.CASCADE, related_name="checks")
    item = models.CharField(max_length=20, choices=Item)
    note = models.CharField(_("note"), max_length=300, blank=True)
    done_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    done_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "item"], name="check_once")]


# B32; two-step sign-in; M52; recovery; D94 to D98.
OPENING_ITEMS = (
    Check.Item.OWN_PASSWORD,
    Check.Item.TWO_STEP,
    Check.Item.SHARED_EMAIL,
    Check.Item.RECOVERY,
    Check.Item.STATEMENT,
)
RETIREMENT_ITEMS = (
    Check.Item.RECORDS_EXPORTED,
    Check.Item.NOTICE_POSTED,
    Check.Item.HANDLE_HELD,
    Check.Item.SIGN_IN_HANDED_OVER,
)


def set_check(
    account: OfficialAccount, item: Check.Item, *, done: bool, note: str, by: Person, now: dt.datetime
) -> bool:
    """Tick or untick one item. Returns whether anything changed; the first who ticks stands as the attestation.

    Raises ValidationError where the item does not belong to the account's state, or its fact is missing.
    """
    if account.state == State.RETIRED or (not item.is_opening and account.state != State.RETIRING):
        raise ValidationError(
            _("This cannot be ticked now: the account is %(state)s."),
            params={"state": account.get_state_display().lower()},
        )
    if done and item == Check.Item.SHARED_EMAIL and not account.contact_email:
        raise ValidationError(_("Register the e-mail address the account is opened with first."))
    with transaction.atomic():
        old = Check.objects.select_for_update().filter(account=account, item=item).first()
        if (not done and old is None) or (done and old and note == old.note):
            return False
        if done:
            Check.objects.update_or_create(
                account=account, item=item, defaults={"note": note, "done_by": by, "done_at": now}
            )
        elif old:
            old.delete()
        record(
            events.ACCOUNT_CHECKED,
            account,
            by=by,
            now=now,
            before={item.value: old.note or True} if old else {},
            after={item.value: (note or True) if done else False},
        )
    return True
