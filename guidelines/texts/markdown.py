"""Guideline texts: Markdown with an anchor on every heading and every rule.

An anchor stands in the text itself, as `{#answer-within-a-day}` at the end of a heading or of a rule (a list
item at top level). So it survives edits, translations and moves, and a link to a rule keeps leading to it.
`with_anchors` writes those that are missing, `render` makes links of them. See docs/adr/0003.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

import nh3
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt
from markdown_it.token import Token

from guidelines.texts.targets import ID_PREFIX, Target, address_of, target_of, version_in_words

MAX_LENGTH = 400_000  # characters of one text in one language
# Each run of spaces is tried once, from its start: a line of nothing but spaces would otherwise hold up the page.
ANCHOR = re.compile(r"(?<![ \t])[ \t]*\{#(?P<anchor>[a-z0-9][a-z0-9-]{0,59})\}[ \t]*$")
_CLOSING_SIGNS = re.compile(r"(?<![ \t])[ \t]+#+$")
_ANCHOR_LENGTH = 48
_LETTERS = str.maketrans({"æ": "ae", "ø": "o", "å": "a", "ß": "ss", "đ": "d", "ð": "d", "þ": "th", "ł": "l"})

_markdown = MarkdownIt("commonmark", {"html": False, "linkify": False, "maxNesting": 20}).enable("table")
_markdown.disable("image")

_TAGS = {"h2", "h3", "h4", "h5", "h6", "p", "ul", "ol", "li", "a", "em", "strong", "code", "pre", "blockquote"}
_TAGS |= {"hr", "br", "table", "thead", "tbody", "tr", "th", "td"}
_HEADING_ATTRIBUTES = {level: {"id", "class"} for level in ("h2", "h3", "h4", "h5", "h6")}
_ATTRIBUTES = {
    **_HEADING_ATTRIBUTES,
    "li": {"id", "value"},
    "ol": {"start", "class"},
    "ul": {"class"},
    "a": {"href", "title", "class", "aria-label"},
    "table": {"class"},
}


@dataclass(frozen=True)
class Place:
    """A heading or a rule that can be linked to."""

    anchor: str
    text: str
    level: int  # of a heading as shown (2 to 6); 0 for a rule

    @property
    def id(self) -> str:
        return ID_PREFIX + self.anchor


@dataclass(frozen=True)
class Rendered:
    html: SafeString
    places: list[Place]

    @property
    def headings(self) -> list[Place]:
        return [place for place in self.places if place.level]

    @property
    def rules(self) -> list[Place]:
        return [place for place in self.places if not place.level]


def slug_of(text: str, otherwise: str) -> str:
    """A readable anchor from the first words of a text."""
    text = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    words = re.findall(r"[a-z0-9]+", "".join(c for c in text if not unicodedata.combining(c)))
    slug = ""
    for word in words[:8]:
        if len(slug) + len(word) + 1 > _ANCHOR_LENGTH:
            break
        slug = f"{slug}-{word}" if slug else word
    return slug or (words[0][:_ANCHOR_LENGTH] if words else otherwise)


def with_anchors(body: str, before: str = "") -> str:
    """The text with an anchor on every heading and rule. Anchors that stand stay; a second use gets a new one.

    A heading or rule that has lost its anchor, but says what one of `before` said, has that one's anchor again.
    """
    body = body.replace("\r\n", "\n").replace("\r", "\n")
    lines = body.split("\n")
    tokens = _markdown.parse(body)
    spots = list(_spots(tokens))
    taken = {_anchor(inline) for _opening, inline in spots} - {""}
    lost = _lost(before, taken)
    used: set[str] = set()
    numbers: dict[str, int] = {}  # the last that was tried for each
    for opening, inline in spots:
        anchor = _anchor(inline)
        if anchor and anchor not in used:
            used.add(anchor)
            continue
        found = None if anchor else lost.get((opening.type, _plain(inline)))
        base = slug_of(_plain(inline), "heading" if opening.type == "heading_open" else "rule")
        new = found.pop(0) if found else base
        while new in taken or new in used:
            numbers[base] = numbers.get(base, 1) + 1
            new = f"{base}-{numbers[base]}"
        used.add(new)
        last = inline.map[1] - 1
        line = lines[last].rstrip()
        if opening.type == "heading_open" and opening.markup.startswith("#"):
            line = _CLOSING_SIGNS.sub("", line)
        lines[last] = f"{ANCHOR.sub('', line)} {{#{new}}}"
    return "\n".join(lines)


def _lost(before: str, taken: set[str]) -> dict[tuple[str, str], list[str]]:
    """(kind, words) of an earlier text's headings and rules -> those of their anchors that are not in use."""
    lost: dict[tuple[str, str], list[str]] = {}
    for opening, inline in _spots(_markdown.parse(before)):
        anchor = _anchor(inline)
        if anchor and anchor not in taken:
            lost.setdefault((opening.type, _plain(inline)), []).append(anchor)
    return lost


@dataclass(frozen=True)
class Spot:
    """Where a heading or rule stands in the source: lines `first` to `end`, its anchor in line `last`."""

    anchor: str
    number: str
    level: int  # of a heading as written; 0 for a rule
    first: int
    last: int
    end: int


def plain_spots(body: str) -> list[Spot]:
    """Each heading and rule of the text, in order. An anchor counts where it stands first."""
    spots, seen = [], set()
    for opening, inline in _spots(parsed(body)):
        anchor = _anchor(inline)
        level = int(opening.tag[1]) if opening.type == "heading_open" else 0
        number = (opening.info.lstrip("0") or "0") if opening.info and not level else ""
        first, end = opening.map
        spots.append(Spot("" if anchor in seen else anchor, number, level, first, inline.map[1] - 1, end))
        seen.add(anchor)
    return spots


def render(body: str, *, site: str = "", signs: bool = True) -> Rendered:
    """Sanitised HTML. Headings begin below the page's own h1; each heading and rule has its id and a link to it.

    A file that leaves the portal has neither: `signs` leaves the links out, `site` goes before the portal's addresses.
    """
    tokens, found = shown_tokens(body, site=site)
    for place, inline in found if signs else []:
        inline.children.append(_link_to(place))
    html = _markdown.renderer.render(tokens, _markdown.options, {})
    clean = nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener nofollow",
        strip_comments=True,
    )
    return Rendered(mark_safe(clean), [place for place, _inline in found])


def shown_tokens(body: str, *, top: int = 2, site: str = "") -> tuple[list[Token], list[tuple[Place, Token]]]:
    """The text as readers see it: anchors made ids, links leading where they name, the first heading at level `top`.

    With it each place that can be linked to, and its inline token.
    """
    tokens = parsed(body)
    shift = top - min((int(token.tag[1]) for token in tokens if token.type == "heading_open"), default=top)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(6, int(token.tag[1]) + shift)}"
        if token.type in ("bullet_list_open", "ordered_list_open"):
            token.attrSet("class", "ds-list")
        elif token.type == "table_open":
            token.attrSet("class", "ds-table")
        elif token.type == "list_item_open" and token.info:
            token.attrSet("value", token.info.lstrip("0") or "0")
        _design_links(token, site)
    found: list[tuple[Place, Token]] = []
    seen: set[str] = set()
    for opening, inline in _spots(tokens):
        anchor = _anchor(inline)
        if not anchor:
            continue
        _strip_anchor(inline)
        if anchor in seen:
            continue
        seen.add(anchor)
        level = int(opening.tag[1]) if opening.type == "heading_open" else 0
        place = Place(anchor, _plain(inline), level)
        opening.attrSet("id", place.id)
        found.append((place, inline))
    return tokens, found


def parsed(body: str) -> list[Token]:
    """The text in tokens. A list that repeats one number, as Markdown allows (1. 1. 1.), is counted on from it."""
    tokens = _markdown.parse(body)
    around: list[list[Token]] = []  # the items of each list that is open, outermost first
    for token in tokens:
        if token.type in ("bullet_list_open", "ordered_list_open"):
            around.append([])
        elif token.type == "list_item_open":
            around[-1].append(token)
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            items = around.pop()
            if items[0].info and len({item.info for item in items}) == 1:
                for number, item in enumerate(items, int(items[0].info)):
                    item.info = str(number)
    return tokens


def spots_in(tokens: list[Token]):
    """(opening token, its inline token, anchor, words) of each heading and each rule."""
    for opening, inline in _spots(tokens):
        yield opening, inline, _anchor(inline), _plain(inline)


def _spots(tokens: list[Token]):
    """(opening token, its inline token) of each heading and each rule: those at the document's top level."""
    for at, token in enumerate(tokens):
        if token.type == "heading_open" and token.level == 0:
            yield token, tokens[at + 1]
        elif token.type == "list_item_open" and token.level == 1:
            following = tokens[at + 1 : at + 3]
            if len(following) == 2 and following[0].type == "paragraph_open" and following[1].type == "inline":
                yield token, following[1]


def _anchor(inline: Token) -> str:
    last = inline.children[-1] if inline.children else None
    match = ANCHOR.search(last.content) if last is not None and last.type == "text" else None
    return match["anchor"] if match else ""


def _strip_anchor(inline: Token) -> None:
    inline.children[-1].content = ANCHOR.sub("", inline.children[-1].content)


def _plain(inline: Token) -> str:
    parts = [
        " " if child.type in ("softbreak", "hardbreak") else child.content
        for child in inline.children or []
        if child.type in ("text", "code_inline", "softbreak", "hardbreak", "text_special")
    ]
    return ANCHOR.sub("", "".join(parts)).strip()


def links_of(body: str) -> list[Target]:
    """What the text links to, each once, in order."""
    hrefs = (
        child.attrGet("href")
        for token in _markdown.parse(body)
        for child in token.children or []
        if child.type == "link_open"
    )
    return [target for href in dict.fromkeys(hrefs) if (target := target_of(href))]


def _design_links(token: Token, site: str) -> None:
    """Links lead where they name; one that leads nowhere is plain text. An outside source says which state is meant."""
    children, said = [], ""
    for child in token.children or []:
        children.append(child)
        if child.type == "link_open":
            href, title = child.attrGet("href"), child.attrGet("title")
            target = target_of(href)
            address, said = address_of(href), ""
            if address and address.startswith("/"):
                address = site + address
            child.attrs = {"href": address, "class": "ds-link"} if address else {}
            if title and target and target.outside:
                said = version_in_words(title)
            elif title and address:
                child.attrSet("title", title)
        elif child.type == "link_close" and said:
            children.append(Token("text", "", 0, content=said))
            said = ""
    if token.children:
        token.children = children


def _link_to(place: Place) -> Token:
    token = Token("html_inline", "", 0)
    # The accessible name says where the link leads; the sign alone would be read as "paragraph sign".
    label = _("Link to “%(text)s”") % {"text": place.text[:80]}
    token.content = format_html(' <a class="anchor" href="#{}" aria-label="{}">#</a>', place.id, label)
    return token
