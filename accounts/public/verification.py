"""Is this account really ours? One answer for the page and the API, from the register and what the platform said "
"last."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, TextChoices
from django.utils.translation import gettext_lazy as _

from accounts.connectors.base import RemoteState
from accounts.flags.models import Flag
from accounts.register.identity import Known, readings
from accounts.register.lookup import match, names_in, near
from accounts.register.models import OfficialAccount, State
from accounts.register.refusals import NoProfile, Wrong


class Status(TextChoices):
    OFFICIAL = "official", _("Yes, this is our account")
    FORMERLY = "formerly_official", _("This was our account, but is no longer")
    UNKNOWN = "unknown", _("We do not know this account")


class Doubt(TextChoices):
    """Why it is no unreserved yes: nobody responsible has seen the account, or the platform has said something of it
    and nobody has decided what that means."""

    UNCONFIRMED = (
        "unconfirmed",
        _(
            "This account has been registered, but nobody responsible has confirmed it yet. Until somebody has, do not "
            "trust that it is ours."
        ),
    )
    RENAMED = (
        "renamed",
        _(
            "The platform says that our account now has another handle. Until somebody here has looked into it, "
            "trust neither the old one nor the new one."
        ),
    )
    GONE = (
        "gone",
        _(
            "The platform says that our account is not there any more. Until somebody here has looked into it, do "
            "not trust what stands there."
        ),
    )
    SUSPENDED = (
        "suspended",
        _(
            "The platform has suspended our account. Until somebody here has looked into it, do not trust what "
            "stands there."
        ),
    )
    CHANGED = (
        "changed",
        _(
            "The platform says that something about our account has changed. Until somebody here has looked into "
            "it, do not trust what stands there."
        ),
    )


@dataclass(frozen=True)
class Answer:
    """`account` is the one that is meant, also where the answer is no unreserved yes; `near` are others, never "
    "meant."""

    status: Status
    account: OfficialAccount | None = None
    of: str = "profile"  # or "post": whose it is, the address cannot show
    in_doubt: Doubt | None = None
    near: list[OfficialAccount] = field(default_factory=list)
    # Why the text names no profile.
    problem: NoProfile | None = None
    asked: str = ""  # the handle, as the portal writes it


def answer(text: str) -> Answer:
    """Three queries at the most, of which the account costs one; near ones two more. Never a call to a platform."""
    known, found, problem = Known.load(), [], None
    try:
        found = readings(text, known=known)
    except NoProfile as error:
        problem = error
    register = OfficialAccount.objects.exclude(state=State.PLANNED).annotate(flagged=_flagged(OuterRef("pk")))
    matched = match(found, register) if found else None
    of = "post" if (problem and problem.wrong == Wrong.POST) or (found and found[0].is_post) else "profile"
    asked = next((reading.handle for reading in found if reading.handle), "")
    if matched is None:
        close = near(names_in(problem, found), OfficialAccount.objects.public())
        return Answer(Status.UNKNOWN, of=of, near=close, problem=problem, asked=asked)
    account, of = matched.account, "post" if matched.reading.is_post else "profile"
    if account.unconfirmed_since and account.state == State.RETIRED and not matched.former:
        return Answer(Status.UNKNOWN, of=of, asked=asked)  # nobody ever said that it was ours
    if account.state == State.RETIRED or matched.former:
        return Answer(Status.FORMERLY, account, of, asked=asked)
    if account.unconfirmed_since:
        return Answer(Status.UNKNOWN, account, of, Doubt.UNCONFIRMED, asked=asked)
    doubt = Doubt.RENAMED if matched.renamed else in_doubt(account)
    if doubt:
        return Answer(Status.UNKNOWN, account, of, doubt, asked=asked)
    return Answer(Status.OFFICIAL, account, of, asked=asked)


def in_doubt(account: OfficialAccount) -> Doubt | None:
    """Nobody has confirmed it; or what the platform said of it and nobody has decided yet: an open flag, or a
    connection to what is not there.

    With `flagged` (`with_doubts`) and its connection joined it asks nothing.
    """
    if account.unconfirmed_since:
        return Doubt.UNCONFIRMED
    connection = getattr(account, "connection", None)
    if connection and connection.remote_state != RemoteState.ACTIVE:
        return Doubt.SUSPENDED if connection.remote_state == RemoteState.SUSPENDED else Doubt.GONE
    if not account.flagged:
        return None
    keys = (account.handle_key, account.address_key, "")
    return Doubt.RENAMED if connection and connection.remote_key not in keys else Doubt.CHANGED


def with_doubts(accounts):
    """Each with what `in_doubt` asks."""
    return accounts.select_related("platform", "unit", "connection").annotate(flagged=_flagged(OuterRef("pk")))


def _flagged(account) -> Exists:
    return Exists(Flag.objects.open().filter(account=account, reason=Flag.Reason.PLATFORM))
