"""The platforms that every portal knows from the start. Who knows their facts hands them in, in its `ready()`.

The rows come into being with the tables, without a migration of their own: a platform that a later version knows is
there after its `migrate`. A row that is there is never written over, because it is the body's from then on.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from django.apps import apps as all_apps
from django.db import DEFAULT_DB_ALIAS


class UsualPlatform(NamedTuple):
    code: str
    name: str
    hosts: list[str]  # old and short ones too; hosts below them count
    address: str  # of a profile, with {handle}; empty where none follows
    readers: int  # how many processes may read it at the same time; 0: nothing reads it


_usual: dict[str, UsualPlatform] = {}


def usual_platforms_are(platforms: Iterable[UsualPlatform]) -> None:
    _usual.update((platform.code, platform) for platform in platforms)


def with_known_hosts(code: str, hosts: list[str]) -> list[str]:
    """The hosts, and those known of the platform besides. The first stands for all of them."""
    known = _usual[code].hosts if code in _usual else []
    return [*hosts, *(host for host in known if host not in hosts)]


def readers() -> int:
    """How many processes are busy when there is something to read on every platform."""
    return sum(platform.readers for platform in _usual.values())


def ensure_platforms(apps=all_apps, using: str = DEFAULT_DB_ALIAS, **kwargs) -> int:
    """Add the usual platforms that are missing. Returns how many were added. Listens to `post_migrate`.

    `apps` are those of the state that was migrated to: going back to before the first migration there is no table.
    """
    try:
        rows = apps.get_model("governance", "Platform").objects.using(using)
    except LookupError:
        return 0
    known = set(rows.values_list("code", flat=True))
    new = [
        rows.model(code=code, name=platform.name, hosts=platform.hosts, address=platform.address)
        for code, platform in _usual.items()
        if code not in known
    ]
    # Two that migrate at once do not fall over each other.
    rows.bulk_create(new, ignore_conflicts=True)
    return len(new)
