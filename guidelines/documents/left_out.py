"""Why a part of a document is not in its text, in words: for whoever looks the document over, and for the command."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from guidelines.documents import outline
from guidelines.documents.outline import Outline, Rule


@dataclass(frozen=True)
class Reason:
    name: Promise  # of one such part
    count: Promise  # so many of them
    why: Promise


REASONS = {
    outline.STRUCK: Reason(
        _("Struck out"),
        ngettext_lazy("%(count)d passage that is struck out", "%(count)d passages that are struck out", "count"),
        _("What is struck out no longer holds."),
    ),
    outline.DELETED: Reason(
        _("Deleted, with changes tracked"),
        ngettext_lazy("%(count)d tracked deletion", "%(count)d tracked deletions", "count"),
        _("Somebody has deleted it; the file still keeps it."),
    ),
    outline.HIDDEN: Reason(
        _("Hidden"),
        ngettext_lazy("%(count)d hidden passage", "%(count)d hidden passages", "count"),
        _("Whoever reads the document does not see it."),
    ),
    outline.COMMENT: Reason(
        _("Comment"),
        ngettext_lazy("%(count)d comment", "%(count)d comments", "count"),
        _("It is a remark about the text, not a part of it."),
    ),
    outline.CONTENTS: Reason(
        _("Table of contents"),
        ngettext_lazy("%(count)d line of a table of contents", "%(count)d lines of a table of contents", "count"),
        _("The portal makes a table of contents itself."),
    ),
    outline.PAGE_EDGE: Reason(
        _("Page header or footer"),
        ngettext_lazy(
            "%(count)d line at the top or foot of a page", "%(count)d lines at the top or foot of pages", "count"
        ),
        _("Page numbers and what is repeated on the pages belong to the paper."),
    ),
    outline.WEB_PAGE: Reason(
        _("Menu, side column or foot of the web page"),
        ngettext_lazy("%(count)d part around the text", "%(count)d parts around the text", "count"),
        _("It belongs to the web page, not to the text."),
    ),
    outline.OWN_COVER: Reason(
        _("Title page"),
        ngettext_lazy("%(count)d line of the title page", "%(count)d lines of the title page", "count"),
        _("The portal writes it on every guideline that is downloaded."),
    ),
    outline.DETAILS: Reason(
        _("Details about the file"),
        ngettext_lazy("%(count)d line about the file", "%(count)d lines about the file", "count"),
        _("It is for programs, not for readers."),
    ),
    outline.PICTURE: Reason(
        _("Picture"),
        ngettext_lazy("%(count)d picture", "%(count)d pictures", "count"),
        _("A guideline holds text alone. Write down what the picture says."),
    ),
}


def summary(parts: list[tuple[str, int]]) -> list[dict]:
    """What was left out, by reason, from (reason, how many): {"code", "count" (in words), "why"}."""
    counts: dict[str, int] = {}
    for code, times in parts:
        counts[code] = counts.get(code, 0) + times
    return [
        {"code": code, "count": reason.count % {"count": counts[code]}, "why": reason.why}
        for code, reason in REASONS.items()
        if code in counts
    ]


def described(found: Outline) -> list[dict]:
    """Each part left out, for a program: {"why", "text", "times", "after"}.

    `after` is the text it stood below, empty at the start.
    """
    return [
        {
            "why": left.why,
            "text": _as_printed(left.block),
            "times": left.times,
            "after": found.blocks[left.at - 1].text if left.at else "",
        }
        for left in found.left_out
    ]


def _as_printed(block) -> str:
    number = f"{block.number} " if isinstance(block, Rule) and block.number else ""
    more = block.more if isinstance(block, Rule) else ()
    return "\n".join([number + block.text, *more])
