"""The register asked for an identity: equality decides. And what comes near, which is never the answer."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.db.models.functions import Length
from django.utils.translation import gettext as _

from accounts.connectors.written import tidied
from accounts.register.identity import Identity, Known, Reading, readings
from accounts.register.models import OfficialAccount, State
from accounts.register.refusals import NoProfile, Wrong

MOST_COMPARED = 2000
MOST_NEAR = 3
_LOOKALIKE = str.maketrans(
    {
        "0": "o",
        "1": "l",
        "i": "l",
        "ı": "l",
        "|": "l",
        "5": "s",
        ".": "",
        "_": "",
        "-": "",
        "а": "a",
        "е": "e",
        "о": "o",
    }
    | {"р": "p", "с": "c", "у": "y", "х": "x", "і": "l", "ј": "j", "ѕ": "s", "к": "k", "м": "m", "т": "t", "в": "b"}
    | {"н": "h", "α": "a", "ο": "o", "ρ": "p", "ν": "v", "κ": "k", "ø": "o", "æ": "ae"}
)


@dataclass(frozen=True)
class Match:
    account: OfficialAccount
    reading: Reading
    # It is by a handle that the account had before.
    former: bool = False
    # It is by the handle that the platform says the account has now; nobody has confirmed it.
    renamed: bool = False


def of(identity: Identity, *, prefix: str = "") -> Q:
    """Rows that are this identity, by any of what identifies them. `prefix` leads to the account, as `account__`."""
    same = Q()
    if identity.handle_key:
        same |= Q(**{f"{prefix}handle_key": identity.handle_key}) | Q(**{f"{prefix}address_key": identity.handle_key})
    if identity.external_id:
        same |= Q(**{f"{prefix}external_id": identity.external_id})
    if identity.address:
        same |= Q(**{f"{prefix}address_key__in": _addresses(identity)})
    return same & Q(**{f"{prefix}platform__code": identity.platform})


def _addresses(identity: Identity) -> list[str]:
    """The address, and its host: whoever has a host to themselves has all of its pages."""
    host = identity.address.split("/")[0].split("?")[0]
    return list(dict.fromkeys([identity.address, host]))


def match(found: Iterable[Reading], among: QuerySet | None = None) -> Match | None:
    """The account that one of these readings names, in one query. Planned accounts are not ours yet.

    An account that has the handle comes before one that had it, one in use before a retired one.
    """
    found = list(found)
    own, had, told = Q(), Q(), Q()
    for reading in found:
        own |= of(reading.identity)
        if key := reading.identity.handle_key:
            had |= Q(former_handles__handle_key=key, platform__code=reading.identity.platform)
            told |= Q(connection__remote_key=key, platform__code=reading.identity.platform)
    # One by one: of what is said of three tables, no index can find the accounts.
    ways = [OfficialAccount.objects.filter(way).order_by().values("pk") for way in (own, had, told) if way]
    if not ways:
        return None
    accounts = OfficialAccount.objects.all() if among is None else among
    meant = accounts.filter(pk__in=ways[0].union(*ways[1:], all=True)).exclude(state=State.PLANNED)
    rows = meant.select_related("platform", "unit", "connection").order_by("pk")
    matches = [_matched(account, found) for account in rows]
    return min(matches, key=_rank) if matches else None


def _rank(one: Match) -> tuple:
    return one.former, one.renamed, one.account.state == State.RETIRED, -len(one.account.address_key), one.account.pk


def _matched(account: OfficialAccount, found: list[Reading]) -> Match:
    best = None
    for reading in found:
        named = reading.identity
        if named.platform != account.platform.code:
            continue
        by_address = named.address and account.address_key in _addresses(named)
        if by_address and account.address_key != named.address:
            reading = Reading(named, reading.handle, reading.url, is_post=True)
        keys = {account.handle_key, account.address_key} - {""}
        if by_address or named.handle_key in keys or (named.external_id and named.external_id == account.external_id):
            return Match(account, reading)
        renamed = bool(named.handle_key) and named.handle_key == _remote_key(account)
        best = best or Match(account, reading, former=not renamed, renamed=renamed)
    return best


def _remote_key(account: OfficialAccount) -> str:
    connection = getattr(account, "connection", None)
    return connection.remote_key if connection else ""


class UnknownAccount(Exception):
    """No account is meant by a text, or more than one; the message says which of the two."""


def resolve(texts: Iterable[str], among: QuerySet) -> dict[str, OfficialAccount | UnknownAccount]:
    """Which account each text means: a handle, `platform:handle` or an address. One query for all of them.

    The address of a post means the account that it names, because it is said where posts are handed in.
    """
    known, wanted, asked = Known.load(), Q(pk=None), {}
    for text in set(texts):
        identities = _meant(text, known)
        asked[text] = identities
        for identity in identities:
            wanted |= of(identity)
    rows = list(among.filter(wanted).select_related("platform").distinct()) if asked else []
    return {text: _one(text, identities, rows) for text, identities in asked.items()}


def _meant(text: str, known: Known) -> list[Identity]:
    try:
        return [reading.identity for reading in readings(text, known=known)]
    except NoProfile as problem:
        if problem.wrong != Wrong.PLATFORM:
            return []
    # A name alone: whichever account of ours has it.
    name = tidied(text).removeprefix("@")
    return [Identity(facts.code, handle=facts.key(name)) for facts in known.facts.values() if not facts.own_servers]


def _one(text: str, identities: list[Identity], rows: list[OfficialAccount]) -> OfficialAccount | UnknownAccount:
    matches = [row for row in rows if any(_is(row, identity) for identity in identities)]
    if len(matches) == 1:
        return matches[0]
    if matches:
        return UnknownAccount(
            _("Several accounts are called “%(name)s”. Write platform:handle or the address.") % {"name": text}
        )
    return UnknownAccount(_("There is no account “%(name)s”.") % {"name": text})


def _is(row: OfficialAccount, identity: Identity) -> bool:
    keys = {row.handle_key, row.address_key} - {""}
    same = identity.handle_key in keys or (identity.address and row.address_key in _addresses(identity))
    return row.platform.code == identity.platform and bool(
        same or (identity.external_id and row.external_id == identity.external_id)
    )


# --- what comes near -------------------------------------------------------------------------------------------


def near(names: Iterable[tuple[str, str]], accounts: QuerySet) -> list[OfficialAccount]:
    """Accounts whose handle is a slip, or a look-alike letter, away from one of these (platform code or "", name).

    Two queries, of which the first compares no more than MOST_COMPARED handles of like length.
    """
    names = [(code, name.lower().strip("@")) for code, name in names if 2 < len(name) < 100]
    if not names:
        return []
    like = Q()
    for code, name in names:
        lengths = Q(key_length__range=(len(name) - 3, len(name) + 3)) | Q(handle_key__startswith=f"{name[:3]}")
        like |= lengths & Q(platform__code=code) if code else lengths
    from_register = (
        accounts.exclude(handle_key="")
        .alias(key_length=Length("handle_key"))
        .filter(like)
        .values_list("pk", "platform__code", "handle_key")
    )
    scored = []
    for pk, code, key in from_register.order_by("pk")[:MOST_COMPARED]:
        distances = [_apart(key, name) for wanted, name in names if wanted in ("", code)]
        distance = min((one for one in distances if one is not None), default=None)
        if distance is not None:
            scored.append((distance, pk))
    found = accounts.select_related("platform", "unit").in_bulk([pk for _distance, pk in sorted(scored)[:MOST_NEAR]])
    return [found[pk] for _distance, pk in sorted(scored)[:MOST_NEAR] if pk in found]


def _apart(one: str, other: str) -> int | None:
    """How many slips lie between two handles; None where they are simply two. The servers of names are left out."""
    one_name, other_name = one.partition("@")[0], other.partition("@")[0]
    if _skeleton(one_name) == _skeleton(other_name):
        return 0
    most = 1 if min(len(one_name), len(other_name)) < 6 else 2
    distance = _slips(one_name, other_name, most)
    return distance if distance <= most else None


def _skeleton(name: str) -> str:
    """What a reader sees at a glance: signs left out, letters that look alike made one."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", name.lower()) if not unicodedata.combining(sign))
    return plain.translate(_LOOKALIKE).replace("rn", "m").replace("vv", "w").replace("cl", "d")


def _slips(one: str, other: str, most: int) -> int:
    """Letters added, left out, exchanged or swapped (Damerau–Levenshtein); `most` + 1 where there are more."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before, last = [], list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        line = [row]
        for column, against in enumerate(other, 1):
            cost = min(last[column] + 1, line[-1] + 1, last[column - 1] + (letter != against))
            if row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == against:
                cost = min(cost, before[column - 2] + 1)
            line.append(cost)
        if min(line) > most:
            return most + 1
        before, last = last, line
    return last[-1]


def names_in(problem: NoProfile | None, found: list[Reading]) -> list[tuple[str, str]]:
    """(platform code or "", name) to look for nearby where the register knows none of what a text names."""
    named = [(reading.identity.platform, reading.identity.handle_key) for reading in found if reading.identity.handle]
    if problem and problem.raw:
        named.append((problem.platform, problem.raw))
    return [(code, name) for code, name in named if name]
