"""Addresses of accounts as people write and paste them: brought to one form, and matched to the register.

Robust to scheme, `www` and mobile hosts, case, a trailing slash and tracking parameters, and to the tricks by which
another address is made to look like ours. What says which page it is (such as `?id=`) stays.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from django.db.models import Q
from django.db.models.functions import Lower

from accounts.models import OfficialAccount
from accounts.models.register import State
from governance.models import Platform

MAX_LENGTH = 2000
_INVISIBLE = re.compile(r"[\x00-\x20\x7f\u00ad\u200b-\u200f\u2028-\u202e\u2060\ufeff]")
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
    if parts.scheme.lower() not in ("http", "https") or "." not in host:
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
    same_hosts = {host: hosts[0] for hosts in Platform.objects.values_list("hosts", flat=True) for host in hosts}
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
    """Accounts whose handle or address has a piece of the wanted one: few, to be compared exactly."""
    host, *steps = wanted.split("?")[0].split("/")
    values = [value.lower() for _key, value in parse_qsl(wanted.partition("?")[2])]
    near = Q(low_handle__in=[*steps, *values])
    if host not in platform_hosts:
        near |= Q(url__icontains=host)
    for step in [*steps, *values][:4]:
        near |= Q(url__icontains=step)
    accounts = OfficialAccount.objects.exclude(state=State.PLANNED).alias(low_handle=Lower("handle")).filter(near)
    return list(accounts.select_related("platform", "unit").order_by("pk")[:500])
