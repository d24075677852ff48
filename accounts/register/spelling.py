"""Addresses of accounts as people write and paste them, brought to one form.

Robust to scheme, `www` and mobile hosts, case, a trailing slash and tracking parameters, and to the tricks by which
another address is made to look like ours. What says which page it is (such as `?id=`) stays.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

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
