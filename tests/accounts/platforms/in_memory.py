"""A platform in memory, and one fetch of the account that is connected to it."""

import datetime as dt

from accounts.connectors.base import (
    Activity,
    Capability,
    Checked,
    Connector,
    Credential,
    FetchedPost,
    Guide,
    Page,
    RemoteAccount,
)
from accounts.platforms import fetches as fetching
from accounts.platforms.health import Health, with_health
from accounts.platforms.models import Connection

MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)


class Platform(Connector):
    """A platform in memory. `pages` are those of its one stream; `faults` are raised at the call of that name."""

    platform = "facebook"
    capabilities = frozenset({Capability.ACTIVITY, Capability.COMMENTS, Capability.OWN_REPLIES, Capability.STATE})
    answers_seen = frozenset({"comment"})
    credentials = (Credential("page", "Page"), Credential("token", "Token", secret=True))
    guide = Guide(steps=("Make a token",))
    streams = ("comments",)
    reread_at_most = 10

    known = RemoteAccount("100", "nordvik")
    pages: list = []
    faults: dict = {}
    asked: list = []
    units = 0

    def _do(self, call):
        self.asked.append(call)
        self.http.spend(self.units)
        if call in self.faults:
            raise self.faults[call]

    def check(self):
        self._do("check")
        return Checked(self.known)

    def account(self):
        self._do("account")
        return self.known

    def activity(self):
        self._do("activity")
        return Activity(self.access.now - HOUR)

    def fetch(self, stream, cursor, *, since):
        place = int(cursor or 0)
        self._do(f"page {place}")
        more = place + 1 < len(self.pages)
        posts = self.pages[place] if self.pages else ()
        return Page(posts, str(place + 1) if more else "", more)

    def reread(self, posts):
        self._do("reread")
        return Page()


def said(number, now):
    return FetchedPost(f"c{number}", "comment", now - HOUR, text=f"Question {number}")


def read(now):
    [claimed] = fetching.claim(now)
    return fetching.fetch_one(claimed, now)


def read_again(connection, now):
    Connection.objects.update(next_fetch_at=now)
    done = read(now)
    connection.refresh_from_db()
    return done


def health_of(connection, now):
    return Health(with_health(Connection.objects.filter(pk=connection.pk), now).get().health)
