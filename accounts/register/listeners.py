"""What happens in the register and concerns rooms above it, told in the transaction in which it happens.

Rooms add themselves in `accounts.apps`, where all of it stands together (ADR 0009).
"""

from __future__ import annotations

from collections.abc import Callable

# An account was registered or changed: (account, names of the changed fields, by=, now=).
account_written: list[Callable[..., None]] = []
# A pause was planned, ended or cut short: (account, by=, now=).
pauses_changed: list[Callable[..., None]] = []
