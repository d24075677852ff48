"""What of a run in several processes (`--dist loadscope`) stays together, and what begins.

One Chromium, one Bluesky and one Mastodon for a whole run: what asks for one of them runs in one process. What takes
longest begins, so that no process is left with it in the end. Told from a test's address, as the process that spreads
them knows no more.
"""

import re

OUTSIDE = "outside"
BROKER = "the broker"
BROWSERS = re.compile(r"tests/(browser|journeys)/|browser\.py::")
SERVERS = re.compile(r"tests/connectors/(test_(bluesky|mastodon)\.py|.*\[.*(bluesky|mastodon))")
WORKERS = re.compile(r"tests/faults/test_(once|fetching)\.py")  # one broker, which they empty
FIRST = [OUTSIDE, BROKER, "tests/governance/operations/test_serve.py", "tests/test_every_form.py"]


def group_of(address: str) -> str:
    """Of `tests/…/test_it.py::test_one[nb]`: what it runs together with, most often its file."""
    if BROWSERS.search(address) or SERVERS.match(address):
        return OUTSIDE
    return BROKER if WORKERS.match(address) else address.partition("::")[0]


def place_of(address: str) -> int:
    group = group_of(address)
    return FIRST.index(group) if group in FIRST else len(FIRST)


def scheduler(config, log):
    from xdist.scheduler import LoadScopeScheduling

    class Spread(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            return group_of(nodeid)

    return Spread(config, log)
