"""Where a link in a text leads: to another rule, to a page of the portal, or to an outside source.

`[as the rule says](rule:official-accounts#few-accounts)` leads to a rule of another guideline,
`(rule:#few-accounts)` to one of the same text, `(page:inbox)` to the portal's own page of that name. The title of a
link to an outside source is its version or date, and is shown: `[The guide](https://example.org/ "2026-03-01")`.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

RULE = re.compile(r"rule:(?P<slug>[a-z0-9-]{0,80})(?:#(?P<anchor>[a-z0-9][a-z0-9-]{0,59}))?")
ID_PREFIX = "rule-"  # an anchor is never mistaken for another id of the page

# The portal's own pages by the name that texts use. A test holds that each is there.
PAGES = {
    "home": "accounts:home",
    "inbox": "accounts:inbox",
    "apply": "accounts:application_new",
    "applications": "accounts:applications",
    "accounts": "accounts:accounts",
    "flags": "accounts:flags",
    "crisis": "accounts:crisis",
    "guidelines": "guidelines:guidelines",
    "ready-texts": "accounts:ready_texts",
    "aids": "guidelines:aids",
    "ask": "guidelines:ask",
    "duty": "accounts:duty",
    "absence": "absence_new",
    "people": "people",
    "units": "units",
    "my-page": "me",
    "notices": "notices",
    "public-register": "accounts:public_register",
    "verify": "accounts:verify",
    "report": "accounts:report",
    "accessibility": "accounts:accessibility",
}


@dataclass(frozen=True)
class Target:
    """What a text links to: one of `rule` (slug and anchor, either may be ""), `page`, or `outside`."""

    href: str
    rule: tuple[str, str] | None = None
    page: str = ""
    outside: str = ""


def target_of(href: str) -> Target | None:
    """None for what is none of the three: an address by mail, a place on the page."""
    if href.startswith("rule:"):
        found = RULE.fullmatch(href)
        return Target(href, rule=(found["slug"], found["anchor"] or "") if found else ("", ""))
    if href.startswith("page:"):
        return Target(href, page=href.removeprefix("page:"))
    if re.match(r"https?://", href, re.IGNORECASE):
        return Target(href, outside=href)
    return None


def address_of(href: str) -> str | None:
    """The address as a browser follows it; None where a rule's or a page's name leads nowhere."""
    target = target_of(href)
    if target is None or target.outside:
        return href
    if target.rule is None:
        return reverse(PAGES[target.page]) if target.page in PAGES else None
    slug, anchor = target.rule
    place = f"#{ID_PREFIX}{anchor}" if anchor else ""
    return (reverse("guidelines:guideline", args=[slug]) if slug else "") + place or None


def version_in_words(title: str) -> str:
    """What stands after a link to an outside source: which state of it is meant."""
    try:
        day = dt.date.fromisoformat(title)
    except ValueError:
        return f" ({title})"
    return " (" + _("as of %(date)s") % {"date": date_format(day)} + ")"
