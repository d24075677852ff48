"""The words of notices, in the language that is active when they are read or sent."""

from dataclasses import dataclass

from governance.models import Notice


@dataclass(frozen=True)
class NoticeText:
    subject: str
    body: str


def notice_text(notice: Notice) -> NoticeText:
    return NoticeText(subject=notice.get_event_display(), body="")
