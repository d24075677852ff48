"""Footnotes of a page: a mark in the text that leads to a note, and the note that leads back.

So it is in what Word, LibreOffice, Google Docs, Pandoc and mammoth write, whatever names each has for it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bs4 import BeautifulSoup
from bs4.element import Tag

from guidelines.documents.inline import raised

_HOLDS_A_NOTE = ("p", "li", "div", "aside", "dd", "section")
_MOST = 5_000  # links within the page that are looked at
_HEADINGS = re.compile(r"h[1-6]$")


@dataclass
class Note:
    mark: str  # as it stands in the text
    block: Tag  # what the note says
    told: bool = False  # a second mark leads to the same note: it is said once


def take_notes(soup: BeautifulSoup) -> dict[int, Note]:
    """The notes by the mark's element (its `id()`); they are taken out of where they stood."""
    named: dict[str, Tag] = {}
    links: list[Tag] = []
    for tag in soup.find_all(True):
        for name in (tag.get("id"), tag.get("name") if tag.name == "a" else None):
            if name:
                named.setdefault(str(name), tag)
        if tag.name == "a" and str(tag.get("href", "")).startswith("#"):
            links.append(tag)
    found: dict[int, Note] = {}
    notes: dict[int, Note] = {}  # by the note's block
    backs: set[int] = set()
    for link in links[:_MOST]:
        target = named.get(str(link["href"])[1:])
        if target is None or id(link) in backs or target.find_parent(_HEADINGS) or _HEADINGS.match(target.name):
            continue
        block = _block_of(target)
        if block is None or any(around is block for around in link.parents):
            continue
        if id(block) not in notes:
            back = _way_back(link, target, block)
            if back is None:
                continue
            notes[id(block)] = Note(raised(link.get_text()), block)
            backs.add(id(back))
        found[id(link)] = notes[id(block)]
    for tag in [link for link in links if id(link) in backs]:
        tag.decompose()
    for note in notes.values():
        note.block.extract()
    return found


def _block_of(target: Tag) -> Tag | None:
    block = target if target.name in _HOLDS_A_NOTE else target.find_parent(_HOLDS_A_NOTE)
    around = block.parent if block is not None else None
    if block is not None and block.name == "p" and around is not None and around.name in ("li", "div", "aside"):
        return around if around.get("id") else block
    return block


def _way_back(link: Tag, target: Tag, block: Tag) -> Tag | None:
    """The link in the note that leads to the mark."""
    names = {str(tag.get(key)) for tag in (link, link.parent) for key in ("id", "name") if tag and tag.get(key)}
    inside = [target] if target.name == "a" else []
    for back in [*inside, *block.find_all("a", href=True, limit=20)]:
        if str(back.get("href", ""))[:1] == "#" and str(back["href"])[1:] in names:
            return back
    return None
