"""What was recognised in a document, line by line, so that a person can look it over and correct it.

A line is a dictionary, since it lies as JSON in the import that waits: `kind`, `text`, and for rules `number` (as
printed) and `depth` (of a point under a rule). What the document holds and its text does not has a line too, with
`why` (see `left_out.py`), `times` (in how many lines or places) and `as`, the kind it has once somebody takes it in.
"""

from __future__ import annotations

import re

from django.db import models
from django.utils.translation import gettext_lazy as _

from governance.languages import LANGUAGES
from guidelines.documents.outline import MAX_BLOCK_CHARACTERS, Heading, Outline, Paragraph, Rule

_EXAMPLE = re.compile(
    r"^(?:\*{1,3}|_{1,3})?(?:for )?(?:eksempel|eksempler|døme|til dømes|example|examples)(?: ?\d+)?\b.{0,3}:",
    re.IGNORECASE,
)


class Kind(models.TextChoices):
    HEADING_1 = "heading-1", _("Heading")
    HEADING_2 = "heading-2", _("Heading, level 2")
    HEADING_3 = "heading-3", _("Heading, level 3")
    HEADING_4 = "heading-4", _("Heading, level 4")
    HEADING_5 = "heading-5", _("Heading, level 5")
    HEADING_6 = "heading-6", _("Heading, level 6")
    NUMBERED = "numbered", _("Numbered rule")
    BULLET = "bullet", _("Bulleted rule")
    POINT = "point", _("Point under the rule above")
    MORE = "more", _("More of the rule above")
    PARAGRAPH = "paragraph", _("Paragraph")
    QUOTE = "quote", _("Quotation")
    EXAMPLE = "example", _("Example")
    VERBATIM = "verbatim", _("Table or code, as it stands")
    LEAVE_OUT = "leave-out", _("Leave out")


def lines_of(outline: Outline) -> list[dict]:
    """The outline's blocks, a line each; a rule's further paragraphs have lines of their own."""
    lines: list[dict] = []
    left_out = sorted(outline.left_out, key=lambda left: left.at)
    for at, block in enumerate([None, *outline.blocks]):
        lines += _lines_of(block) if block else []
        while left_out and left_out[0].at <= at:
            left = left_out.pop(0)
            first, *further = _lines_of(left.block)
            more = isinstance(block, Rule) and first["kind"] == Kind.PARAGRAPH  # inside a rule, or below it
            first |= {"as": Kind.MORE if more else first["kind"], "times": left.times}
            lines += [
                {"as": line["kind"], "times": 0, **line, "kind": Kind.LEAVE_OUT, "why": left.why}
                for line in (first, *further)
            ]
    return [{key: str(value) if isinstance(value, Kind) else value for key, value in line.items()} for line in lines]


def _lines_of(block: Heading | Rule | Paragraph) -> list[dict]:
    if isinstance(block, Heading):
        return [{"kind": Kind(f"heading-{block.level}"), "text": block.text}]
    if isinstance(block, Rule):
        kind = Kind.POINT if block.depth else Kind.NUMBERED if block.number else Kind.BULLET
        rule = {"kind": kind, "text": block.text, "number": block.number, "depth": block.depth}
        return [rule, *({"kind": Kind.MORE, "text": more} for more in block.more)]
    return [{"kind": _kind_of(block), "text": block.text}]


def _kind_of(paragraph: Paragraph) -> Kind:
    if paragraph.verbatim:
        return Kind.VERBATIM
    if _EXAMPLE.match(paragraph.text):
        return Kind.EXAMPLE
    return Kind.QUOTE if paragraph.quote else Kind.PARAGRAPH


def corrected(line: dict, kind: str, text: str) -> dict:
    """The line as the person left it; what no form can have sent is not taken over."""
    text = re.sub(r"\r\n?", "\n", text).replace("\x00", "").strip("\n")[:MAX_BLOCK_CHARACTERS]
    return {**line, "kind": kind if kind in Kind.values else line["kind"], "text": text}


def outline_of(lines: list[dict], language: str) -> Outline:
    """The document that the lines make. Lines that are left out or empty are not in it."""
    blocks: list = []
    for line in lines:
        kind, text = line["kind"], line["text"].strip()
        if kind == Kind.LEAVE_OUT or not text:
            continue
        above = blocks[-1] if blocks and isinstance(blocks[-1], Rule) else None
        if kind.startswith("heading-"):
            blocks.append(Heading(int(kind[-1]), " ".join(text.split())))
        elif kind == Kind.NUMBERED:
            blocks.append(Rule(text, line.get("number") or _next_number(blocks)))
        elif kind == Kind.BULLET:
            blocks.append(Rule(text))
        elif kind == Kind.POINT and above:
            blocks.append(Rule(text, line.get("number", ""), max(1, line.get("depth", 0))))
        elif kind == Kind.POINT:
            blocks.append(Rule(text, line.get("number", "")))
        elif kind == Kind.MORE and above:
            blocks[-1] = Rule(above.text, above.number, above.depth, (*above.more, text))
        elif kind == Kind.VERBATIM:
            blocks.append(Paragraph(line["text"], verbatim=True))
        elif kind == Kind.EXAMPLE:
            said = text if _EXAMPLE.match(text) else f"{LANGUAGES[language].example}: {text}"
            blocks.append(Paragraph(said, quote=True))
        else:
            blocks.append(Paragraph(text, quote=kind == Kind.QUOTE))
    return Outline(blocks)


def _next_number(blocks: list) -> str:
    """The number of a rule whose line was made a numbered one by hand: it counts on from the rule above."""
    for block in reversed(blocks):
        if not isinstance(block, Rule):
            break
        if not block.depth:
            return str(int(block.number) + 1) if block.number.isdecimal() else "1"
    return "1"
