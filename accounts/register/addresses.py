"""Addresses of accounts as people write and paste them: brought to one form, and matched to the register.

Robust to scheme, `www` and mobile hosts, case, a trailing slash and tracking parameters, and to the tricks by which
another address is made to look like ours. What says which page it is (such as `?id=`) stays.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from accounts.register.models import OfficialAccount, State
from governance.platforms.models import Platform

MAX_LENGTH = 2000
_INVISIBLE = re.compile(r"[\x00-\x20\x7f\u00ad\u200b-\u200f\u2028-\u202e\u2060\ufeff]")
_HOST = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)+", re.IGNORECASE)
_HOST_PREFIX = re.compile(r"^(www\d?|m|mobile|mbasic|touch|[a-z]{2}-[a-z]{2})\.(?=[^.]+\.)")
_TRACKING = re.compile(
    r"^(utm_.*|fbclid|gclid|igsh|igshid|mc_[ce]id|mibextid|si|ref|ref_.*|refsrc|__.*|_rdr|hl|lang|locale|s|t|feature|trk"
    r"|src|source|originalsubdomain)$",
    re.IGNORECASE,
)


def normalise(url: str, same_hosts: Mapping[str, str] | None = None) -> str:
    """`host/path?what=matters`, lower-case, without scheme; "" where the text is no web address.

    Two addresses of the same profile give the same text, which is for comparing, not for opening.
    `same_hosts` maps hosts to the one they stand for.
    """
    # Browsers read a backslash as a slash; taking it otherwise would let another host pass for ours.
    text = _INVISIBLE.sub("", url or "").replace("\\", "/")
    if not text or len(text) > MAX_LENGTH:
        return ""
    if "://" not in text:
        if text.startswith(("mailto:", "tel:")):
            return ""
        text = f"https://{text.lstrip('/')}"
    try:
        parts = urlsplit(text)
        host, port = (parts.hostname or "").rstrip("."), parts.port
        host = host if host.isascii() else host.encode("idna").decode()
    except ValueError:  # UnicodeError is one too
        return ""
    if parts.scheme.lower() not in ("http", "https") or not _HOST.fullmatch(host):
        return ""
    host = _HOST_PREFIX.sub("", host.lower())
    host = (same_hosts or {}).get(host, host)
    if port not in (None, 80, 443):
        host = f"{host}:{port}"
    query = sorted((key.lower(), value) for key, value in parse_qsl(parts.query) if not _TRACKING.match(key))
    return host + _path(parts.path) + (f"?{urlencode(query).casefold()}" if query else "")


def _path(path: str) -> str:
    """Lower-case, decoded, `..` resolved as a browser would, no empty parts and no `@` before names."""
    steps: list[str] = []
    for step in unquote(path).casefold().split("/"):
        if step == "..":
            steps[-1:] = []
        elif step.lstrip("@") not in ("", "."):
            steps.append(step.lstrip("@"))
    return "".join(f"/{step}" for step in steps)


def find_account(url: str) -> OfficialAccount | None:
    """The account that an address belongs to: its profile, or a page below it. Planned accounts are not ours yet.

    Where a running and a retired account share an address, the running one.
    """
    of_each = [platform.all_hosts for platform in Platform.objects.all()]
    same_hosts = {host: hosts[0] for hosts in of_each for host in hosts}
    wanted = normalise(url, same_hosts)
    if not wanted:
        return None
    matches = []
    for account in _candidates(wanted, same_hosts):
        for address in (account.url, account.platform.address_of(account.handle) if account.handle else ""):
            known = normalise(address, same_hosts)
            if known and (wanted == known or wanted.startswith((f"{known}/", f"{known}?"))):
                # The closest address wins; at the same address, the account that is still in use.
                matches.append((len(known), account.state != State.RETIRED, account.pk, account))
    return max(matches)[-1] if matches else None


def _candidates(wanted: str, platform_hosts: Mapping[str, str]) -> list[OfficialAccount]:
    """Accounts whose handle stands in the wanted address, or whose own address may be a beginning of it.

    Few, to be compared exactly, and each found by an index: the address itself and every beginning of it that ends
    with a whole step, on each host that stands for the same; and whoever has one of its steps as a handle.
    """
    page, _mark, query = wanted.partition("?")
    host, *steps = page.split("/")
    hosts = {host, *(other for other, first in platform_hosts.items() if first == platform_hosts.get(host))}
    rests = [wanted.removeprefix(host), *("".join(f"/{step}" for step in steps[:end]) for end in range(len(steps) + 1))]
    handles = [*steps, *(value.lower() for _key, value in parse_qsl(query))]
    accounts = OfficialAccount.objects.exclude(state=State.PLANNED).select_related("platform", "unit")
    # Two questions: an OR of both would have every account looked at.
    keys = {f"{one}{rest}"[:400] for one in hosts for rest in rests}
    by_address = accounts.filter(url_key__in=keys).exclude(url_key="")
    by_handle = accounts.alias(low_handle=Lower("handle")).filter(low_handle__in=handles).exclude(handle="")
    found = {account.pk: account for rows in (by_address, by_handle) for account in rows.order_by("pk")[:500]}
    return list(found.values())


class UnknownAccount(Exception):
    """No account is meant by a text, or more than one; the message says which of the two."""


def resolve(texts: Iterable[str], among: QuerySet) -> dict[str, OfficialAccount | UnknownAccount]:
    """Which account each text means: a handle, `platform:handle` or an address. Handles cost one query for all."""
    texts = set(texts)
    handles = {text: _handle_in(text) for text in texts if not _is_address(text)}
    by_handle = defaultdict(list)
    wanted = {handle.lower() for _platform, handle in handles.values()}
    for account in among.alias(low=Lower("handle")).filter(low__in=wanted).select_related("platform"):
        by_handle[account.handle.lower()].append(account)
    found: dict[str, OfficialAccount | UnknownAccount] = {}
    for text in texts:
        if text in handles:
            platform, handle = handles[text]
            matches = [row for row in by_handle[handle.lower()] if platform in ("", row.platform.code)]
        else:
            account = find_account(text)
            matches = [account] if account and among.filter(pk=account.pk).exists() else []
        if len(matches) == 1:
            found[text] = matches[0]
        elif matches:
            found[text] = UnknownAccount(
                _("Several accounts are called “%(name)s”. Write platform:handle or the address.") % {"name": text}
            )
        else:
            found[text] = UnknownAccount(_("There is no account “%(name)s”.") % {"name": text})
    return found


def _is_address(text: str) -> bool:
    return "/" in text


def _handle_in(text: str) -> tuple[str, str]:
    """(platform code or "", handle) of `handle`, `@handle` or `platform:handle`."""
    platform, separator, handle = text.rpartition(":")
    return (platform.strip().lower() if separator else ""), handle.strip().lstrip("@")
