"""What belongs to the paper and not to the text: page numbers, and lines that run through the pages."""

from __future__ import annotations

import re
from collections import Counter

from guidelines.documents.outline import PAGE_EDGE
from guidelines.documents.pieces import ITEM, LEFT_OUT, PAGE_NUMBER, TEXT, Piece, marked


def as_left_out(lines: list[str]) -> list[Piece]:
    """Lines that were taken away, each once, with how often it was there."""
    first: dict[str, str] = {}
    times = Counter(_alike(line) for line in lines)
    for line in lines:
        first.setdefault(_alike(line), line.strip())
    return [Piece(LEFT_OUT, line, why=PAGE_EDGE, times=times[alike]) for alike, line in first.items()]


def _alike(line: str) -> str:
    """A line by which it is known again on the next page, whatever number it bears; a rule is another one there."""
    found = marked(line.strip())
    if found.kind != TEXT and (found.kind == ITEM or found.style):
        return line.strip()
    return re.sub(r"\d+", "#", line).strip().casefold()


def without_page_furniture(
    pages: list[list], *, text=str, look=lambda line: "", apart=lambda page, at: True
) -> tuple[list[list], list[str]]:
    """(pages without their numbers and the headers and footers that run through them, the words of those).

    Lines may be anything: `text` gives a line's words, `look` what else tells a header from a title, `apart` whether
    a line stands apart from the text. On the first page a repeated line stays where nothing else can be the title.
    """

    def key(line):
        return _alike(text(line)), look(line)

    edges = [[at for at in _edges(page, text) if apart(page, at)] for page in pages]
    seen: Counter = Counter()  # on all pages, and on those of the right and of the left hand
    for number, (page, places) in enumerate(zip(pages, edges, strict=True)):
        for found in {key(page[at]) for at in places}:
            seen[found] += 1
            seen[found, number % 2] += 1
    enough, enough_of_a_side = max(3, (len(pages) + 1) // 2), max(3, (len(pages) + 3) // 4)
    kept, gone = [], []
    for number, (page, places) in enumerate(zip(pages, edges, strict=True)):
        drop = {at for at in places if len(pages) > 1 and PAGE_NUMBER.match(text(page[at]).strip())}
        often = [(at, key(page[at])) for at in places]
        running = {at for at, found in often if seen[found] >= enough or seen[found, number % 2] >= enough_of_a_side}
        if number == 0 and not look(page[0]):
            running -= set(places[:1])  # plain text: the first line of all is the title
        kept.append([line for at, line in enumerate(page) if at not in drop | running])
        gone += [text(page[at]) for at in sorted(drop | running)]
    return kept, gone


def _edges(page: list, text) -> list[int]:
    """Places of the first two and last two lines that hold anything."""
    filled = [at for at, line in enumerate(page) if text(line).strip()]
    return filled if len(filled) <= 4 else filled[:2] + filled[-2:]


def without_lone_page_numbers(lines: list[str]) -> tuple[list[str], list[str]]:
    """(lines, page numbers on lines of their own and the repeated line beside one: a running header)."""
    often: dict[str, int] = {}
    for line in lines:
        key = line.strip()
        if key and len(key) < 100:
            often[key] = often.get(key, 0) + 1
    keep = [True] * len(lines)
    filled = [at for at, line in enumerate(lines) if line.strip()]
    for place, at in enumerate(filled):
        alone = not lines[at - 1].strip() if at else True
        alone = alone and (at + 1 == len(lines) or not lines[at + 1].strip())
        if not PAGE_NUMBER.match(lines[at].strip()):
            continue
        neighbours = [filled[other] for other in (place - 1, place + 1) if 0 <= other < len(filled)]
        running = [other for other in neighbours if often.get(lines[other].strip(), 0) > 2]
        if alone or running:
            keep[at] = False
            for other in running:
                keep[other] = False
    both = list(zip(lines, keep, strict=True))
    return [line for line, kept in both if kept], [line for line, kept in both if not kept]
