"""A text in pieces that can each be found and linked to: every rule, and every heading with the prose below it."""

from __future__ import annotations

from dataclasses import dataclass, field

from guidelines.texts.markdown import ANCHOR, parsed, spots_in


@dataclass
class Passage:
    anchor: str  # empty for what stands before the first heading or rule
    trail: tuple[str, ...]  # the headings it stands under, outermost first
    is_rule: bool
    parts: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join(self.parts)


def passages_of(body: str) -> list[Passage]:
    """All of a text's words, each in one passage, in order."""
    tokens = parsed(body)
    spots = {id(inline): (opening, anchor, text) for opening, inline, anchor, text in spots_in(tokens)}
    section = Passage("", (), is_rule=False)
    found, current = [section], section
    headings: list[tuple[str, str]] = []  # (tag, text) of the headings around
    for token in tokens:
        if token.level == 0 and token.nesting >= 0 and token.type not in ("inline", "heading_open"):
            current = section  # whatever begins at the top level is not part of the rule above
        if token.type in ("fence", "code_block"):
            current.parts.append(token.content)
        if token.type != "inline":
            continue
        opening, anchor, text = spots.get(id(token), (None, "", ""))
        if opening is None:
            current.parts.append(_words_of(token))
        elif opening.type == "heading_open":
            headings = [heading for heading in headings if heading[0] < opening.tag]
            headings.append((opening.tag, text))
            section = current = Passage(anchor, tuple(text for _tag, text in headings), is_rule=False)
            found.append(section)
        else:
            current = Passage(anchor, section.trail, is_rule=True, parts=[text])
            found.append(current)
    return [passage for passage in found if passage.parts or (passage.trail and not passage.is_rule)]


def _words_of(inline) -> str:
    kinds = ("text", "code_inline", "text_special")
    words = "".join(child.content if child.type in kinds else " " * (not child.nesting) for child in inline.children)
    return ANCHOR.sub("", words).strip()
