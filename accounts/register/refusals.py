"""Why a text names no profile, in words that say what to paste instead."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from accounts.connectors.facts import Facts
from accounts.connectors.written import Written


class Wrong(TextChoices):
    """Why a text names no profile, and what to paste instead. `%(example)s` is an address of the platform’s "
    "profiles."""

    EMPTY = "empty", _("Nothing is written here. Paste the address of the profile.")
    NO_ADDRESS = "no_address", _("This is no web address that can be opened. Copy it from the address bar.")
    BARE_HOST = (
        "bare_host",
        _("This is the address of a whole platform, not of an account. Paste the profile’s own, such as %(example)s."),
    )
    SHARE = (
        "share",
        _(
            "This is a link made for sharing, which does not say whose it is. Open it, and paste the address of "
            "the profile, such as %(example)s."
        ),
    )
    LOGIN = (
        "login",
        _("This address leads to a log-in. Log in, open the profile, and paste its address, such as %(example)s."),
    )
    GROUP = (
        "group",
        _("This is a group or an event, not a profile. Paste the address of the profile, such as %(example)s."),
    )
    HASHTAG = (
        "hashtag",
        _("This is a hashtag, under which anybody writes. Paste the address of the profile, such as %(example)s."),
    )
    SEARCH = (
        "search",
        _("This is a search. Open the profile among what it finds, and paste its address, such as %(example)s."),
    )
    POST = (
        "post",
        _(
            "This is the address of a single post. Open the profile that wrote it, and paste its address, such as "
            "%(example)s."
        ),
    )
    PAGE = "page", _("No profile can be told from this address. Paste the profile’s own, such as %(example)s.")
    HANDLE = (
        "handle",
        _("No handle on %(platform)s looks like this. Paste the address of the profile, such as %(example)s."),
    )
    SERVER = (
        "server",
        _("On %(platform)s the server is part of the name. Write name@server, such as fjordvik@snabelen.no."),
    )
    PLATFORM = (
        "platform",
        _("A name alone does not say on which platform. Paste the address of the profile, or write platform:name."),
    )
    ELSEWHERE = "elsewhere", _("This is not an address on %(platform)s. Its addresses are at %(hosts)s.")
    OTHER = "other", _("This is an address on %(found)s, but the account is on %(platform)s.")
    DIFFER = "differ", _("The address names “%(one)s”, but “%(other)s” is written as the handle. Which one is it?")
    IDS_DIFFER = "ids_differ", _("The address names the id %(one)s, but %(other)s is written. Which one is it?")


class NoProfile(Exception):
    """The text names no profile. `field` is whose value is wrong where several were given."""

    def __init__(self, wrong: Wrong, facts: Facts | None = None, *, field: str = "url", raw: str = "", **said: str):
        self.wrong, self.field, self.raw = wrong, field, raw
        self.platform = facts.code if facts else ""
        self.said = {"platform": facts.name if facts else "", "example": _example(facts)} | said
        super().__init__(wrong.value)

    def __str__(self) -> str:
        return str(self.wrong.label) % self.said


def _example(facts: Facts | None) -> str:
    if facts and facts.own_servers:
        return "https://snabelen.no/@fjordvik"
    return (facts.profile if facts and facts.profile else "https://www.facebook.com/{handle}").replace(
        "{handle}", "fjordvik.no" if facts and facts.code == "bluesky" else "fjordvik"
    )


_FIRST_STEPS = {
    Wrong.SHARE: {"share", "share.php", "sharer", "sharer.php", "t", "s", "l.php", "sharearticle", "intent"},
    Wrong.LOGIN: {
        "login",
        "login.php",
        "log_in",
        "signin",
        "signup",
        "accounts",
        "oauth",
        "authwall",
        "uas",
        "checkpoint",
        "auth",
        "r.php",
        "reg",
        "recover",
        "logout",
    },
    Wrong.GROUP: {"groups", "group", "communities", "events", "event", "lists"},
    Wrong.HASHTAG: {"hashtag", "tags", "tag", "explore", "discover"},
    Wrong.SEARCH: {"search", "results", "find", "search.php"},
    Wrong.POST: {"media", "photo", "photos", "watch", "video", "reel", "stories", "album", "playlist", "statuses"},
}


def wrong_page(written: Written, facts: Facts) -> Wrong:
    if not written.steps and not written.query:
        return Wrong.SHARE if facts.is_short(written.host) else Wrong.BARE_HOST
    if facts.is_short(written.host):
        return Wrong.SHARE
    first = written.steps[0].lower() if written.steps else ""
    words = {step.lower() for step in written.steps[:3]} if first == "i" else {first}
    if len(written.steps) == 1 and not written.query and first in _FIRST_STEPS[Wrong.POST]:
        return Wrong.PAGE  # where all posts or pictures are
    return next((wrong for wrong, steps in _FIRST_STEPS.items() if words & steps), Wrong.PAGE)
