"""Benchmarks: `make bench`, or `python tests/bench/run.py`. Prints a table of figures and ratios.

Runs on a database of its own on the server of DATABASE_URL (or SQLite), which it removes again. Absolute figures
are this machine's; the ratios say whether the promises hold.
"""

import datetime as dt
import os
import sys
import time
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "governance.settings")

POSTS = 20_000
TIMES = 10


def setup():
    import django
    from django.conf import settings
    from django.test.utils import setup_test_environment

    django.setup()
    settings.SECURE_SSL_REDIRECT = False
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    setup_test_environment(debug=False)


def seconds(work, runs: int = 5) -> float:
    """The median of some runs."""
    spent = []
    for _run in range(runs):
        start = time.perf_counter()
        work()
        spent.append(time.perf_counter() - start)
    return median(spent)


class Bench:
    def __init__(self):
        from accounts.register.choices import Part
        from tests import factories

        self.now = dt.datetime(2026, 11, 18, 9, 0, tzinfo=dt.UTC)
        body = factories.body()
        cast = factories.cast(body)
        self.person = cast.moderator
        platform = factories.platform(
            "bench", "Bench", hosts=["bench.example"], address="https://bench.example/{handle}"
        )
        self.accounts = [factories.account(unit=body.nordvik, platform=platform) for _number in range(20)]
        for account in self.accounts:
            factories.assign(account, cast.moderator, Part.LEAD)
        self.rows: list[tuple[str, str, str]] = []

    def show(self, what: str, figure: str, ratio: str = "") -> None:
        self.rows.append((what, figure, ratio))
        print(f"{what:<58} {figure:>14}  {ratio}", flush=True)

    def fill(self, number: int) -> None:
        """Bring the table to that many posts: a tenth open, none due yet."""
        from django.db import connection

        from accounts.inbox.models import Post

        there = Post.objects.count()
        for start in range(there, number, 5000):
            Post.objects.bulk_create(
                [
                    Post(
                        account=self.accounts[place % len(self.accounts)],
                        remote_id=f"bench-{place}",
                        source="api",
                        text="When do you open on Sunday?",
                        posted_at=self.now - dt.timedelta(minutes=place % 1000),
                        answer_due_at=self.now + dt.timedelta(days=1, seconds=place % 5000),
                        **({} if place % 10 == 0 else {"outcome": "answered", "closed_at": self.now}),
                    )
                    for place in range(start, min(start + 5000, number))
                ]
            )
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")

    def run(self) -> None:
        from django.test import Client

        from accounts.inbox.sweeps import escalate, unanswered

        client = Client()
        client.force_login(self.person)

        def idle_sweep():
            unanswered(self.now)
            escalate(self.now)

        def inbox():
            assert client.get("/inbox/").status_code == 200

        measured = {}
        for number in (POSTS, POSTS * TIMES):
            self.fill(number)
            idle_sweep()
            inbox()
            measured[number] = seconds(idle_sweep), seconds(inbox)
        for place, what in enumerate(("sweep with nothing to do", "inbox page")):
            small, large = (measured[number][place] for number in (POSTS, POSTS * TIMES))
            self.show(f"{what}, {POSTS:,} posts", f"{small * 1000:.1f} ms")
            self.show(
                f"{what}, {POSTS * TIMES:,} posts", f"{large * 1000:.1f} ms", f"{large / small:.1f} × the smaller"
            )
        self.due()
        self.ingest()
        self.take_in()

    def due(self) -> None:
        from accounts.inbox.models import Post
        from accounts.inbox.sweeps import unanswered

        some = list(Post.objects.open().order_by("pk").values_list("pk", flat=True)[:1100])
        Post.objects.filter(pk__in=some[:100]).update(answer_due_at=self.now)
        hundred = seconds(lambda: unanswered(self.now), runs=1)
        Post.objects.filter(pk__in=some[100:]).update(answer_due_at=self.now)
        thousand = seconds(lambda: unanswered(self.now), runs=1)
        self.show("sweep that flags 100 posts", f"{hundred * 1000:.0f} ms")
        self.show(
            "sweep that flags 1,000 posts", f"{thousand * 1000:.0f} ms", f"{thousand / hundred:.1f} × for 10 × as many"
        )

    def ingest(self) -> None:
        from accounts.inbox.intake import ingest
        from accounts.inbox.models import Post
        from accounts.inbox.store import Incoming

        account = self.accounts[0]
        number = 2000
        batch = [Incoming(f"batch-{place}", text="Hello") for place in range(number)]
        spent = seconds(lambda: ingest(account, batch, source=Post.Source.API, now=self.now), runs=1)
        again = seconds(lambda: ingest(account, batch, source=Post.Source.API, now=self.now), runs=1)
        few = number // 20

        def one_by_one():
            for place in range(few):
                ingest(account, [Incoming(f"loop-{place}", text="Hello")], source=Post.Source.API, now=self.now)

        loop = seconds(one_by_one, runs=1) / few * number
        self.show("ingest, a batch of 2,000", f"{number / spent:,.0f} a second")
        self.show("ingest, the same batch again", f"{number / again:,.0f} a second")
        self.show(
            "ingest, one call a post", f"{number / loop:,.0f} a second", f"the batch is {loop / spent:.0f} × as fast"
        )

    def take_in(self) -> None:
        from accounts.connectors.base import FetchedPost
        from accounts.inbox.intake import take_in

        number, asked_at, kinds = 10_000, self.now - dt.timedelta(hours=2), frozenset({"comment", "reply"})
        posts = []
        for place in range(number // 2):
            posts.append(FetchedPost(f"asked-{place}", "comment", asked_at, text="When do you open?"))
            posts.append(FetchedPost(f"said-{place}", "reply", self.now, parent_id=f"asked-{place}", own=True))

        def take():
            take_in(self.accounts[1], posts, answers_seen=kinds, now=self.now)

        first, again = seconds(take, runs=1), seconds(take, runs=1)
        self.show("take in 10,000 fetched: questions and their answers", f"{number / first:,.0f} a second")
        self.show("take in the same 10,000 again", f"{number / again:,.0f} a second", f"{first / again:.1f} × as fast")


def main() -> int:
    setup()
    from django.db import connection
    from django.test.utils import teardown_test_environment

    keep_name = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        print(f"{connection.vendor}, {os.cpu_count()} processors")
        Bench().run()
    finally:
        connection.creation.destroy_test_db(keep_name, verbosity=0)
        teardown_test_environment()
    return 0


if __name__ == "__main__":
    sys.exit(main())
