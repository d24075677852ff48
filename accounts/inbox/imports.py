"""Posts in from a file: the same `inbox.ingest` as everywhere, one batch an account."""

from __future__ import annotations

from collections import defaultdict

from django.utils.translation import gettext_lazy as _lazy

from accounts.inbox.deadlines import Clock
from accounts.inbox.incoming import Incoming
from accounts.inbox.intake import Result, ingest
from accounts.inbox.models import Post
from accounts.register.lookup import UnknownAccount, resolve
from accounts.register.models import OfficialAccount
from governance.imports.importer import Importer
from governance.imports.report import Outcome
from governance.imports.rows import Row, RowError, parse_moment
from governance.imports.words import named, read_choice

# How lists here call what sort of post it is, by `governance.imports.words.bare`.
KINDS = {
    Post.Kind.COMMENT: "kommentarer comments",
    Post.Kind.MENTION: "nevnt nemnd nævnt tagget",
    Post.Kind.MESSAGE: "direktemelding dm privatmelding besked privatbesked directmessage innboks",
    Post.Kind.REVIEW: "vurdering tilbakemelding",
    Post.Kind.REPLY: "svarpåkommentar",
}
OUTCOMES = {
    Result.CREATED: Outcome.ACCEPTED,
    Result.CHANGED: Outcome.CHANGED,
    Result.UNCHANGED: Outcome.UNCHANGED,
}


class PostImporter(Importer):
    kind = "posts"
    columns = (
        "account",
        "remote_id",
        "kind",
        "author",
        "text",
        "url",
        "posted_at",
        "answered_at",
        "thread_id",
        "parent_id",
    )
    required = ("account", "remote_id")

    free_text = ("text", "author")
    labels = {
        "account": _lazy("Account"),
        "remote_id": _lazy("The post’s id on the platform"),
        "kind": _lazy("Kind"),
        "author": _lazy("Author"),
        "text": _lazy("Text"),
        "url": _lazy("Address"),
        "posted_at": _lazy("Posted"),
        "answered_at": _lazy("Answered"),
        "thread_id": _lazy("Id of the thread"),
        "parent_id": _lazy("Id of the post it answers"),
    }
    headings = {
        "account": "konto kanal side profil page profile channel",
        "remote_id": "id innleggsid innleggid postid opslagsid kommentarid meldingsid messageid commentid eksternid",
        "kind": "type slag slags art",
        "author": "forfatter forfattar avsender avsendar afsender fra frå navn namn bruker brukar bruger from user",
        "text": "tekst innhold innhald indhold innlegg opslag melding kommentar besked message comment content",
        "url": "lenke lenkje link adresse nettadresse permalink permalenke",
        "posted_at": "publisert publiceret postet posta skrevet skrive tidspunkt dato tid opprettet oppretta oprettet "
        "date time created createdat",
        "answered_at": "besvart besvaret svart svartdato svardato answered",
        "thread_id": "tråd trådid thread",
        "parent_id": "svarpå svartil svarpåid foreldreid inreplyto replyto parent",
    }

    def holds_ids(self, column: str) -> bool:
        return column.endswith("_id")

    def key_of(self, row: Row) -> str:
        return f"{row.get('account')} {row.get('remote_id')}".strip()

    def handle_rows(self, rows: list[Row]) -> None:
        known = resolve((row.get("account") for row in rows), OfficialAccount.objects.all())
        by_account: dict[OfficialAccount, list[tuple[Row, Incoming]]] = defaultdict(list)
        kinds = named(Post.Kind, KINDS)
        for row in rows:
            account = known[row.get("account")]
            try:
                if isinstance(account, UnknownAccount):
                    raise RowError("account", str(account))
                by_account[account].append((row, _incoming(row, kinds)))
            except RowError as error:
                self.reject(row, error)
        clock = Clock(by_account)
        for account, taken in by_account.items():
            items = [item for _row, item in taken]
            results = ingest(account, items, source=Post.Source.IMPORT, now=self.now, clock=clock)
            for (row, _item), result in zip(taken, results, strict=True):
                if result.result == Result.REJECTED:
                    self.reject(row, RowError(result.field, result.reason))
                else:
                    self.note(row, OUTCOMES[result.result])


def _incoming(row: Row, kinds: dict[str, str]) -> Incoming:
    """Raises RowError."""
    text = row.get("kind")
    kind = read_choice("kind", text, kinds, dict(Post.Kind.choices)) if text else Post.Kind.COMMENT.value
    moments = {name: parse_moment(name, row.get(name)) if row.get(name) else None for name in MOMENTS}
    return Incoming(kind=kind, **moments, **{name: row.get(name) for name in PLAIN})


MOMENTS = ("posted_at", "answered_at")
PLAIN = ("remote_id", "author", "text", "url", "thread_id", "parent_id")
