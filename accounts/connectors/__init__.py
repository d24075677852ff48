"""The platforms: what is known of each, and what reads those that can be read. Nothing in this package imports models.

A platform is one module here: its facts, and its connector where there is one. It is found by being here.
"""

from __future__ import annotations

import pkgutil
from importlib import import_module
from inspect import isclass

from accounts.connectors.base import Connector
from accounts.connectors.facts import Facts
from accounts.connectors.known import KNOWN


def _connectors() -> list[type[Connector]]:
    """Whatever states its facts; what several share states none."""
    modules = [import_module(f"{__name__}.{module.name}") for module in pkgutil.iter_modules(__path__)]
    kinds = [kind for module in modules for kind in vars(module).values() if isclass(kind)]
    return [kind for kind in kinds if issubclass(kind, Connector) and "facts" in vars(kind)]


# By the platform's code.
REGISTRY: dict[str, type[Connector]] = {connector.platform: connector for connector in _connectors()}
FACTS: dict[str, Facts] = {facts.code: facts for facts in (*(kind.facts for kind in REGISTRY.values()), *KNOWN)}
