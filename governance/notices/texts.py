"""A notice in words, in the language that is active when it is read or sent. See `governance.notices.kinds`."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format

from governance.notices.kinds import NoticeKind
from governance.notices.models import Notice


@dataclass(frozen=True)
class NoticeText:
    subject: str
    body: str


class _Params(dict):
    """What a text names and the notice lacks shows as a dash: an old row must never break a page."""

    def __missing__(self, key):
        return "–"


def notice_text(notice: Notice) -> NoticeText:
    kind = NoticeKind.known.get(notice.event)
    if kind is None:  # declared no longer: its link still leads to the matter
        return NoticeText(subject=notice.event, body="")
    params = _Params({name: _in_words(kind, name, value) for name, value in notice.params.items()})
    said = [kind.body, *(text for name, text in kind.further.items() if notice.params.get(name))]
    return NoticeText(subject=str(kind.subject) % params, body=" ".join(str(text) % params for text in said))


def _in_words(kind: NoticeKind, name: str, value: Any) -> str:
    if value in (None, ""):
        return "–"
    if name in kind.words:
        return str(kind.words[name].get(value, value))
    try:
        if name.endswith("_at"):
            return date_format(timezone.localtime(dt.datetime.fromisoformat(value)), "DATETIME_FORMAT")
        if name.endswith(("_on", "_by")):
            return (
                date_format(timezone.localtime(dt.datetime.fromisoformat(value)), "DATE_FORMAT")
                if "T" in value
                else (date_format(dt.date.fromisoformat(value), "DATE_FORMAT"))
            )
    except (TypeError, ValueError):
        pass
    return str(value)
