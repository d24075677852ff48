"""The worlds by platform code, one for each connector (see tests/connectors/world.py): found in `on_….py` here."""

import pkgutil
from importlib import import_module
from inspect import isclass

import pytest

from tests.connectors import worlds
from tests.connectors.world import World

_modules = [module.name for module in pkgutil.iter_modules(worlds.__path__) if module.name.startswith("on_")]
WORLDS: dict[str, type[World]] = {
    kind.platform: kind
    for name in _modules
    for kind in vars(import_module(f"{worlds.__name__}.{name}")).values()
    if isclass(kind) and issubclass(kind, World) and "platform" in vars(kind)
}


def on_all(*knowing: str, **being: object):
    """Try this in every world that knows all that, such as `on_all("hide")`, and is so (`backdates=True`)."""
    fitting = {
        code: kind
        for code, kind in WORLDS.items()
        if kind.knows(*knowing) and all(getattr(kind, name) == value for name, value in being.items())
    }
    params = [pytest.param(kind, id=code, marks=kind.marks) for code, kind in fitting.items()]
    return pytest.mark.parametrize("world", params, indirect=True)
