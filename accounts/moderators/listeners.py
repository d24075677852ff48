"""What happens to roles on accounts and concerns rooms above, told in the transaction in which it happens.

Rooms add themselves in `accounts.apps`, where all of it stands together (ADR 0009).
"""

from __future__ import annotations

from collections.abc import Callable

# Accepted roles have ended: (assignments, by=, now=); how many new holders are asked for.
roles_ended: list[Callable[..., int]] = []
# Somebody holds a role from now on: (account, by=, now=).
role_held: list[Callable[..., None]] = []
