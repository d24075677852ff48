"""Whom changes of people's rights concern further up. Wired in `governance.apps` (ADR 0009).

Each function is called in the transaction of the change, takes `by=` (None: the portal itself) and `now=`, and may
refuse it with a ValidationError.
"""

from collections.abc import Callable

address_changed: list[Callable] = []  # (person, old address)
role_granted: list[Callable] = []  # (grant)
role_ended: list[Callable] = []  # (grant)
substitute_appointed: list[Callable] = []  # (substitute)
substitute_ended: list[Callable] = []  # (substitute)


def call(listeners: list[Callable], *about, by, now) -> None:
    for listener in listeners:
        listener(*about, by=by, now=now)
