"""A web address as somebody wrote or pasted it, taken apart the way a browser reads it. Knows no platform."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import parse_qsl, unquote_to_bytes, urlsplit

MAX_LENGTH = 2000
# Browsers and word processors put these into what is copied; they show nothing, wherever they stand.
_UNSEEN = re.compile(r"[\u00ad\u200b-\u200f\u2060\ufeff\t\r\n]")
_AROUND = " \u00a0\u202a-\u202e\u2066-\u2069<>\"'“”‘’«»()[]{}|*`"
_BEFORE = re.compile(rf"^[{re.escape(_AROUND).replace(chr(92) + '-', '-')}]+")
_AFTER = re.compile(rf"[{re.escape(_AROUND).replace(chr(92) + '-', '-')}.,;:!?…]+$")
# What is left of them would be sent to the platform as it is, and reorders what the reader sees.
_TWISTING = re.compile(r"[\x00-\x20\x7f\u00a0\u2028-\u202e\u2066-\u2069]")
_LABEL = r"[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?"
_HOST = re.compile(rf"{_LABEL}(\.{_LABEL})*")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)


def tidied(text: str) -> str:
    """Without what pasting leaves around and within a text, in one Unicode form (NFC)."""
    text = _UNSEEN.sub("", text or "")
    return composed(_AFTER.sub("", _BEFORE.sub("", text)))


def composed(text: str) -> str:
    """In NFC; as it is where that would make a plain letter of a sign that only looks like one (that for Kelvin)."""
    if text.isascii() or any(not sign.isascii() and unicodedata.normalize("NFC", sign).isascii() for sign in text):
        return text
    return unicodedata.normalize("NFC", text)


@dataclass(frozen=True)
class Written:
    """Host in lower case; steps of the path decoded, dots resolved; `port` 0 where it is the usual one."""

    host: str
    port: int
    steps: tuple[str, ...]
    query: tuple[tuple[str, str], ...]
    # The path as it was, which is what another address than a platform's opens.
    path: str

    @property
    def server(self) -> str:
        return f"{self.host}:{self.port}" if self.port else self.host

    @classmethod
    @lru_cache(maxsize=1000)  # a list asks for the same address several times in a row
    def read(cls, text: str) -> Written | None:
        """None where it is no web address, or one that opens another place than it seems to."""
        text = tidied(text)
        if not text or len(text) > MAX_LENGTH or _TWISTING.search(text):
            return None
        text = text.replace("\\", "/")  # as browsers do: another host would pass for ours otherwise
        scheme = _SCHEME.match(text)
        if scheme and scheme[0].lower() in ("http:", "https:"):
            text = f"{scheme[0].lower()}//{text[scheme.end() :].lstrip('/')}"
        elif re.match(r"[a-z][a-z0-9+-]*:(?!\d)", text, re.IGNORECASE) or "://" in text.split("?")[0]:
            return None
        else:
            text = f"https://{text.lstrip('/')}"
        try:
            parts = urlsplit(text)
            host, port = parts.hostname or "", parts.port
            if "@" in parts.netloc or unicodedata.normalize("NFKC", parts.netloc) != parts.netloc:
                return None  # a host hidden behind another's name, or letters that only look like a host's
            host = host if host.isascii() else _plain_host(host)
        except ValueError:  # UnicodeError is one too
            return None
        host = host.lower().removesuffix(".")
        if not _HOST.fullmatch(host):
            return None
        path = parts.path
        if parts.fragment.startswith("!/") and path in ("", "/"):  # `#!/name`, as addresses were once written
            path, _mark, more = parts.fragment[1:].partition("?")
            parts = parts._replace(query=more or parts.query)
        steps = _steps(path)
        if steps is None:
            return None
        query = tuple((_key(name), value) for name, value in parse_qsl(parts.query, keep_blank_values=True))
        usual = {"http": 80, "https": 443}[parts.scheme]
        return cls(host, 0 if port in (None, usual) else port, steps, query, "/" + "/".join(steps))


def _plain_host(host: str) -> str:
    """Its ASCII form. UnicodeError where that is another's too: browsers tell `moßby` from `mossby`."""
    plain = host.encode("idna")
    if plain.decode("idna") != re.sub("[\u3002\uff0e\uff61]", ".", host):
        raise UnicodeError(host)
    return plain.decode()


def _key(name: str) -> str:
    """As servers read it: to some ` id`, `id[]` and `ID` are all `id`, and of several they take the last."""
    return re.split(r"[\[\x00]", name.strip().lower(), maxsplit=1)[0]


def _steps(path: str) -> tuple[str, ...] | None:
    """Decoded once, `.` and `..` resolved as a browser would; None where a step holds what no step can."""
    steps: list[str] = []
    for raw in path.split("/"):
        try:
            step = composed(unquote_to_bytes(raw).decode("utf-8"))
        except UnicodeDecodeError:
            return None
        if step == "..":
            steps[-1:] = []
        elif step not in ("", "."):
            if "/" in step or "\\" in step or _TWISTING.search(step.replace(" ", "")) or _UNSEEN.search(step):
                return None
            steps.append(step)
    return tuple(steps)
