"""Servers that anyone may run are asked once where the addresses of their handles lie; what they said is kept.

A sweep does it, and whoever registers an account waits for nothing. Verification never asks.
"""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, transaction

from accounts.connectors import FACTS
from accounts.connectors.errors import ConnectorError
from accounts.connectors.http import Http
from accounts.connectors.webfinger import Finger, ask
from accounts.register.identity import Known, read
from accounts.register.models import OfficialAccount, State
from accounts.register.refusals import NoProfile
from governance.platforms.models import Platform

MOST_A_RUN = 20


def ask_servers(now: dt.datetime) -> dict[str, int]:
    """Ask for the accounts that were never asked for. A server that cannot be reached is asked again.

    Nothing is held locked while a server takes its time.
    """
    counts = {"asked": 0, "elsewhere": 0}
    codes = [code for code, facts in FACTS.items() if facts.own_servers]
    waiting = OfficialAccount.objects.filter(platform__code__in=codes, address_server=None).exclude(handle_key="")
    waiting = waiting.exclude(state=State.RETIRED).select_related("platform", "unit", "editor")
    for account in waiting.order_by("?")[:MOST_A_RUN]:
        with Http(now) as http:
            try:
                said = ask(account.handle, http)
            except ConnectorError:
                continue
        counts["asked"] += 1
        counts["elsewhere"] += keep(account, said, now)
    return counts


def address_server(platform: Platform, handle: str, url: str, now: dt.datetime) -> str:
    """The server at which the address lies, where it and the handle's server say that both are one; otherwise "".

    What was said of an account of ours is not asked again.
    """
    known = Known.load()
    try:
        named, at = read(handle, platform, known=known).identity, read(url, platform, known=known).identity
    except NoProfile:
        return ""
    if not named.server or named.handle != at.handle or named.server == at.server:
        return ""
    same = OfficialAccount.objects.filter(platform=platform, handle_key=named.handle_key).first()
    if same and same.address_server is not None:
        return at.server if same.address_server == at.server else ""
    with Http(now) as http:
        try:
            said = ask(named.handle_key, http)
        except ConnectorError:
            return ""
    confirmed = said.server == at.server and said.handle.lower() == named.handle_key
    return at.server if confirmed else ""


def keep(account: OfficialAccount, said: Finger, now: dt.datetime) -> bool:
    """Write down what the server said. Returns whether its addresses lie elsewhere than its handles say."""
    try:
        reading = read(said.handle, account.platform, known=Known.load())
    except NoProfile:
        return False
    elsewhere = said.server != reading.identity.server
    try:
        with transaction.atomic():
            account = OfficialAccount.objects.select_for_update(of=("self",)).get(pk=account.pk)
            if account.address_server is not None:
                return False
            old = account.facts()
            account.address_server = said.server if elsewhere else ""
            if elsewhere:
                account.handle = reading.handle
                account.url = f"{said.url.split('://')[0]}://{said.server}/@{reading.handle.partition('@')[0]}"
            account.save(update_fields=["address_server"])
            account.write(by=None, now=now, old=old)
    except IntegrityError:  # another account of ours is that one already; a person finds out which
        OfficialAccount.objects.filter(pk=account.pk).update(address_server="")
        return False
    return elsewhere
