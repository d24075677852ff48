"""What the page of an account shows: its facts, its dates, where it leads, and what the reader may do there.

The page loops over them. Who may what is asked once in the view; `may` is {permission's value: bool}.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.register.confirmation import Confirmers, may_confirm, what_is_seen
from accounts.register.models import OfficialAccount, State
from accounts.register.moves import TRANSITIONS, Verb
from governance.access import Permission
from governance.pages.facts import Action, Fact, Link
from governance.people.models import Person

PAGES = {
    Verb.OPEN: "accounts:account_opening",
    Verb.ABANDON: "accounts:account_abandon",
    Verb.PAUSE: "accounts:pause_new",
    Verb.BEGIN_RETIREMENT: "accounts:account_retire_begin",
    Verb.KEEP: "accounts:account_keep",
    Verb.RETIRE: "accounts:account_retire",
    Verb.DISOWN: "accounts:account_disown",
}


def facts(account: OfficialAccount, may: dict[str, bool]) -> Iterator[Fact]:
    """What is registered about the account. The address it was opened with is for those who open or change it."""
    yield Fact(_("Platform"), account.platform)
    yield Fact(_("Handle"), account.handle)
    if account.external_id:
        yield Fact(_("The platform’s own id"), account.external_id)
    yield Fact(_("Address"), account.url, value_url=account.url)
    all_of_unit = f"{reverse('accounts:accounts')}?unit={account.unit.code}"
    yield Fact(_("Unit"), account.unit, more=Link(_("All its accounts"), all_of_unit))
    yield Fact(_("Kind"), kind_in_words(account))
    yield Fact(_("Purpose"), account.purpose)
    yield Fact(_("Audience"), account.audience)
    yield Fact(_("Information, dialogue or both"), account.get_communication_display())
    yield Fact(_("Language"), account.get_language_display())
    yield Fact(_("Editor"), account.editor)
    yield Fact(_("Moderation"), moderation_in_words(account))
    yield Fact(_("Open or closed"), account.get_visibility_display())
    yield Fact(_("Contact with pupils"), yes_or_no(account.pupil_contact))
    yield Fact(_("Used in a crisis"), yes_or_no(account.crisis_use))
    yield Fact(_("Used for a hearing"), yes_or_no(account.hearing))
    if account.topics_not_commented:
        yield Fact(_("Topics that are not commented"), account.topics_not_commented)
    yield Fact(_("Web page with the same information"), account.web_page_url, value_url=account.web_page_url)
    if may[Permission.OPEN_ACCOUNT] or may[Permission.EDIT_ACCOUNT]:
        yield Fact(_("E-mail the account is opened with"), account.contact_email)


@dataclass(frozen=True)
class Confirmation:
    """What the page says of an account that waits to be confirmed."""

    came_to_be: str  # who registered it how; "" where it came otherwise
    may: bool
    seen: str  # goes with the button
    who: str  # the names of those whom it waits for


def confirmation(account: OfficialAccount, person: Person, now: dt.datetime) -> Confirmation | None:
    """None where nobody needs to confirm the account."""
    if account.unconfirmed_since is None or account.state == State.RETIRED:
        return None
    application = getattr(account, "application", None)
    said = f"{application.came_to_be()}." if application else ""
    who = ", ".join(one.name for one in Confirmers(now).of(account))
    return Confirmation(said, may_confirm(person, account, now), what_is_seen(account), who)


def dates(account: OfficialAccount, open_flags: int) -> Iterator[Fact]:
    yield Fact(_("Registered"), day(account.registered_at))
    if account.confirmed_by:
        yield Fact(_("Confirmed by"), account.confirmed_by.name)
    if account.opened_at:
        yield Fact(_("Opened"), day(account.opened_at))
    yield Fact(
        _("Last activity"), day(account.last_activity_at) if account.last_activity_at else _("None since it was opened")
    )
    if account.retired_at:
        yield Fact(_("Retired"), day(account.retired_at))
    yield Fact(_("Open flags"), str(open_flags))


def links(account: OfficialAccount, application, may: dict[str, bool]) -> Iterator[Link]:
    """application: the one it came of, or None where there is none or it is not for the reader."""
    yield Link(_("Statement for the profile"), reverse("accounts:account_statement", args=[account.pk]))
    if may[Permission.SEE_POSTS]:
        yield Link(_("Its posts"), f"{reverse('accounts:inbox')}?account={account.pk}")
        yield Link(_("Removed posts"), f"{reverse('accounts:removals')}?account={account.pk}")
        yield Link(_("Connection to the platform"), reverse("accounts:connection", args=[account.pk]))
    if application:
        yield Link(_("The application"), application.get_absolute_url())


def actions(account: OfficialAccount, may: dict[str, bool], *, may_say_posted: bool = False) -> list[Action]:
    """The moves the person may make now, those that end it last; the first of all moves stands out unless it ends."""
    moves = [
        (row.verb.label, reverse(PAGES[row.verb], args=[account.pk]), row.target in (State.RETIRING, State.RETIRED))
        for row in TRANSITIONS
        if row.source == account.state
        and row.verb in PAGES
        and may[row.permission]
        and (row.verb != Verb.DISOWN or account.unconfirmed_since)
    ]
    found = []
    if account.state == State.PAUSED and may[Permission.PAUSE_ACCOUNT]:
        found.append(Action(_("Resume"), reverse("accounts:account_resume", args=[account.pk]), posts=True))
    for place, (label, url, ends) in enumerate(moves):
        if not ends:
            found.append(Action(label, url, variant="secondary" if place else "primary"))
    if may_say_posted:
        found.append(Action(_("We posted today"), reverse("accounts:account_posted", args=[account.pk]), posts=True))
    if may[Permission.EDIT_ACCOUNT]:
        found.append(Action(_("Change"), reverse("accounts:account_edit", args=[account.pk])))
    return found + [Action(label, url, variant="tertiary", color="danger") for label, url, ends in moves if ends]


def may_be_paused(account: OfficialAccount, may: dict[str, bool]) -> bool:
    return may[Permission.PAUSE_ACCOUNT] and account.state in (State.ACTIVE, State.PAUSED)


def kind_in_words(account: OfficialAccount) -> str:
    if not account.ends_on:
        return account.get_kind_display()
    until = _("until %(day)s") % {"day": date_format(account.ends_on)}
    return f"{account.get_kind_display()}, {until}"


def moderation_in_words(account: OfficialAccount) -> str:
    limit = "" if account.can_remove else _("We cannot remove what others write there")
    return " · ".join(filter(None, [account.get_moderation_mode_display(), limit]))


def yes_or_no(value: bool) -> str:
    return _("Yes") if value else _("No")


def day(moment) -> str:
    """A moment's day in the body's own time, as the reader's language writes it."""
    return date_format(localtime(moment), "DATE_FORMAT")
