"""What is measured, in which order: the small body first, then more accounts, then more posts."""

import datetime as dt
import time
from collections.abc import Callable
from statistics import median

from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.inbox.incoming import Incoming
from accounts.inbox.intake import ingest
from accounts.inbox.models import Post
from accounts.inbox.sweeps import unanswered
from accounts.register.models import OfficialAccount
from tests.bench import rivals
from tests.bench.filling import Body

RUNS = 15
# Every list, by its address's name and what the address asks for.
LISTS = [
    ("accounts:home", ""),
    ("accounts:inbox", "scope=all"),
    ("accounts:inbox", "scope=mine"),
    ("accounts:inbox", "scope=all&state=all"),
    ("accounts:inbox", "scope=all&state=closed"),
    ("accounts:inbox", "scope=all&state=overdue"),
    ("accounts:removals", ""),
    ("accounts:accounts", ""),
    ("accounts:accounts", "lacking=moderator"),
    ("accounts:connections", ""),
    ("accounts:duty", ""),
    ("accounts:flags", ""),
    ("accounts:applications", ""),
    ("accounts:work_use", ""),
    ("accounts:public_register", ""),
    ("accounts:ready_texts", ""),
    ("guidelines:guidelines", ""),
    ("guidelines:questions", ""),
    ("guidelines:acknowledgements", ""),
    ("people", ""),
    ("units", ""),
    ("audit", ""),
    ("notices", ""),
]


def seconds(*works: Callable[[], object], runs: int = RUNS) -> list[float]:
    """The median of some runs of each, one after the other in turns, so that a slow moment hits all alike."""
    spent: list[list[float]] = [[] for _work in works]
    for work in works:
        work()
    for _run in range(runs):
        for place, work in enumerate(works):
            start = time.perf_counter()
            work()
            spent[place].append(time.perf_counter() - start)
    return [median(times) for times in spent]


class RolledBack(Exception):
    pass


def undone(work: Callable[[], object]) -> None:
    """Do it for real and take it back, so that the next one finds the same rows."""
    try:
        with transaction.atomic():
            work()
            raise RolledBack
    except RolledBack:
        pass


class Bench:
    def __init__(self, now: dt.datetime, size: int):
        """`size`: 1 for the whole, 10 for a tenth of it."""
        self.now, self.size = now, size
        self.missed = 0
        self.clients: dict[int, Client] = {}
        self.yardstick = 0.0

    def run(self) -> int:
        """Prints the table; how many bars were missed."""
        self.body = Body(self.now)
        for person in (self.body.chief, self.body.moderator):
            self.clients[person.pk] = Client()
            self.clients[person.pk].force_login(person)
        start = time.perf_counter()
        self.body.grow_accounts(1000 // self.size)
        self.body.grow_posts(100_000 // self.size)
        small = self.lists()
        self.body.grow_accounts(10_000 // self.size)
        many_accounts = self.lists()
        self.body.grow_posts(1_000_000 // self.size)
        large = self.lists()
        print(f"{self.body.accounts:,} accounts, {self.body.posts:,} posts; {time.perf_counter() - start:.0f} s so far")
        print(f"{'what':<44} {'ours':>12} {'rival':>12}  {'ratio':>7} {'bar':>10}")
        self.pages()
        self.flagging()
        self.ingest()
        for what, before, after, bar in (
            (f"from {1000 // self.size:,} to {self.body.accounts:,} accounts", small, many_accounts, 1.2),
            (f"from {100_000 // self.size:,} to {self.body.posts:,} posts", many_accounts, large, 1.1),
        ):
            print(what)
            for name in before:
                self.at_most(f"  {name}", after[name], before[name], bar)
        return self.missed

    # --- one line ---

    def _line(self, what: str, ours: str, rival: str, ratio: float, bar: str, holds: bool) -> None:
        self.missed += not holds
        said = "ok" if holds else "MISSED"
        print(f"{what:<44} {ours:>12} {rival:>12}  {ratio:>6.2f}× {bar:>10} {said}", flush=True)

    def at_least(self, what: str, ours: float, rival: float, bar: float) -> None:
        """So many times as fast as the rival."""
        ratio = rival / ours
        self._line(what, _ms(ours), _ms(rival), ratio, f"≥ {bar:g}×", ratio >= bar)

    def at_most(self, what: str, ours: float, rival: float, bar: float) -> None:
        """So many times the rival's time."""
        ratio = ours / rival
        self._line(what, _ms(ours), _ms(rival), ratio, f"≤ {bar:g}×", ratio <= bar)

    # --- what is measured ---

    def get(self, path: str, person=None) -> Callable[[], None]:
        """A look at the page, as the chief where nobody else is said."""
        return self._look(self.clients[(person or self.body.chief).pk], path)

    @staticmethod
    def _look(client: Client, path: str) -> Callable[[], None]:

        def work():
            assert client.get(path).status_code == 200, path

        return work

    def lists(self) -> dict[str, float]:
        """Seconds of home and each list, as the chief, who sees everything; home and inbox as a moderator too."""
        paths = [reverse(name) + (f"?{query}" if query else "") for name, query in LISTS]
        works = {path: self.get(path) for path in paths}
        works |= {f"{path} (moderator)": self.get(path, self.body.moderator) for path in ("/", "/inbox/")}
        # In turns with a page that no size touches: what slowed that one down was the machine.
        yardstick, *spent = seconds(self.get(reverse("guidelines:aids")), *works.values())
        self.yardstick = self.yardstick or yardstick
        return {name: one * self.yardstick / yardstick for name, one in zip(works, spent, strict=True)}

    def pages(self) -> None:
        admin = "/rival/accounts/officialaccount/"
        ours, rival = seconds(self.get("/accounts/"), self.get(admin))
        self.at_least("register, beside the admin's list", ours, rival, 4)
        posts = "/rival/accounts/post/"
        everything, mine, rival = seconds(
            self.get("/inbox/?scope=all"), self.get("/inbox/", self.body.moderator), self.get(posts)
        )
        self.at_least("inbox of the chief, beside the admin's list", everything, rival, 3)
        self.at_least("inbox of a moderator, beside the admin's list", mine, rival, 3)
        for word in ("Bench 0791", "School 17", "nowhere"):
            ours, rival = seconds(self.get(f"/accounts/?q={word}"), self.get(f"{admin}?q={word}"))
            self.at_least(f"register search “{word}”, beside the admin's", ours, rival, 1)
        url = "https://bench.example/bench500"
        citizen = Client()
        ours, rival = seconds(
            self._look(citizen, f"{reverse('accounts:verify')}?url={url}"),
            self._look(citizen, f"/rival/verify/?url={url}"),
        )
        self.at_least("verify, beside a bare one-query view", ours, rival, 0.5)
        for what, path in (
            ("register", "/accounts/?page=%d"),
            ("inbox, open", "/inbox/?scope=all&page=%d"),
            ("inbox, all", "/inbox/?scope=all&state=all&page=%d"),
        ):
            last, first = seconds(self.get(path % (400 // self.size)), self.get(path % 1))
            self.at_most(f"{what}: page {400 // self.size}, beside page 1", last, first, 2)

    def flagging(self) -> None:
        number = 5000 // self.size
        some = Post.objects.open().filter(remote_id__startswith="bench-").order_by("pk")[:number]
        Post.objects.filter(pk__in=list(some.values_list("pk", flat=True))).update(answer_due_at=self.now)
        ours, rival = seconds(
            lambda: undone(lambda: unanswered(self.now)),
            lambda: undone(lambda: rivals.flag_in_one_statement(self.now)),
            runs=3,
        )
        self.at_most(f"flagging {number:,} posts, beside one statement", ours, rival, 3)

    def ingest(self) -> None:
        number = 10_000 // self.size
        account = OfficialAccount.objects.select_related("platform").get(handle="bench7")
        batch = [
            Incoming(f"new-{n}", text=f"When do you open on Sunday? {n}", author="A citizen", posted_at=self.now)
            for n in range(number)
        ]
        rows = [
            Post(
                account=account,
                remote_id=item.remote_id,
                source=Post.Source.API,
                text=item.text,
                author=item.author,
                posted_at=self.now,
                first_seen_at=self.now,
                answer_due_at=self.now + dt.timedelta(days=1),
            )
            for item in batch
        ]
        columns, text = rivals.copied(rows)

        def ours():
            results = ingest(account, batch, source=Post.Source.API, now=timezone.now())
            assert all(result.result == "created" for result in results)

        new, copy = seconds(lambda: undone(ours), lambda: undone(lambda: rivals.copy(columns, text)), runs=5)
        ours()
        [again] = seconds(lambda: ingest(account, batch, source=Post.Source.API, now=timezone.now()), runs=3)
        per = f"{number / new:,.0f}/s", f"{number / copy:,.0f}/s"
        self._line(f"ingest of {number:,}, beside COPY", *per, copy / new, "≥ 0.3×", copy / new >= 0.3)
        print(f"{'the same again':<44} {f'{number / again:,.0f}/s':>12}")
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE accounts_post")


def _ms(value: float) -> str:
    return f"{value * 1000:.1f} ms"
