"""What a Word document says beside its words, written into it where mammoth finds it.

mammoth looks at a paragraph's own style alone, knows no hidden text and prints no numbers. So each paragraph gets one
of a few styles that are resolved here, its number stands in its text, and each run that is hidden, struck out or
deleted, each comment, table of contents, header and footer is marked as such.
"""

from __future__ import annotations

import io
import re
import zipfile
from xml.etree import ElementTree

from guidelines.documents.docx_styles import Styles, W, value, why_of_run
from guidelines.documents.numbering import Lists, mark
from guidelines.documents.outline import COMMENT, CONTENTS, DELETED, HIDDEN, OWN_COVER, PAGE_EDGE
from guidelines.documents.zip_files import open_zip, parsed, read_part

HEADING, TITLE, QUOTE, TEXT, LEFT = "portal-h", "portal-title", "portal-quote", "portal-text", "portal-left-"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_DOCUMENT = "word/document.xml"
_NOTES = ("word/footnotes.xml", "word/endnotes.xml")
_EDGES = re.compile(r"word/(?:header|footer)\d*\.xml$")
_BREAKS = {f"{W}{name}" for name in ("p", "tab", "br", "cr")}
_LONGEST_HEADING = 250  # what a paragraph's own outline level makes a heading of


def with_marks(data: bytes) -> bytes:
    """The document with its marks; as it was where it has no text part. Its parts are known to be safe."""
    archive = open_zip(data)
    names = archive.namelist()
    if _DOCUMENT not in names:
        return data

    def part(name: str):
        return parsed(read_part(archive, name)) if name in names else None

    changed = {name: part(name) for name in (_DOCUMENT, *_NOTES) if name in names}
    marker = _Marker(Styles(part("word/styles.xml")), part("word/numbering.xml"), part("word/comments.xml"))
    for root in changed.values():
        marker.mark(root)
    edges = [part(name) for name in names if _EDGES.match(name)]
    marker.add_at_end(changed[_DOCUMENT], edges)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as copy:
        for name in dict.fromkeys(names):
            copy.writestr(name, ElementTree.tostring(changed[name]) if name in changed else read_part(archive, name))
    return stream.getvalue()


class _Marker:
    def __init__(self, styles: Styles, numbering, comments):
        self.styles = styles
        self.lists = Lists(numbering, styles)
        self.around: list[int] = []  # levels of the list paragraphs above: a level further in is a point
        self.fields: list[str] = []  # instructions of the fields that are open
        self.comments = {
            comment.get(f"{W}id"): _said(comment)
            for comment in ([] if comments is None else comments.iter(f"{W}comment"))
        }

    def mark(self, root) -> None:
        _once(root)
        deleted = _deletions_in_place(root)
        contents = {
            id(paragraph)
            for block in root.iter(f"{W}sdt")
            if "table of contents" in value(block.find(f"{W}sdtPr/{W}docPartObj/{W}docPartGallery")).lower()
            for paragraph in block.iter(f"{W}p")
        }
        for paragraph in root.iter(f"{W}p"):
            in_field = self.inside_contents(paragraph)
            self.paragraph(paragraph, deleted, in_contents=in_field or id(paragraph) in contents)

    def inside_contents(self, paragraph) -> bool:
        """Whether the paragraph belongs to a field that makes a table of contents, over however many it goes."""
        found = any(_is_contents(field) for field in self.fields)
        for element in paragraph.iter():
            if element.tag == f"{W}fldSimple":
                found = found or _is_contents(element.get(f"{W}instr", ""))
            elif element.tag == f"{W}instrText" and self.fields:
                self.fields[-1] += element.text or ""
                found = found or _is_contents(self.fields[-1])
            elif element.tag == f"{W}fldChar":
                kind = element.get(f"{W}fldCharType")
                if kind == "begin":
                    self.fields.append("")
                elif kind == "end" and self.fields:
                    self.fields.pop()
        return found

    def paragraph(self, paragraph, deleted: set[int], *, in_contents: bool) -> None:
        properties = paragraph.find(f"{W}pPr")
        if properties is None:
            properties = ElementTree.Element(f"{W}pPr")
            paragraph.insert(0, properties)
        style = value(properties.find(f"{W}pStyle")) or self.styles.default
        own = properties.find(f"{W}numPr")
        gone = self.runs(paragraph, style, deleted)
        role = CONTENTS if in_contents else self.styles.role(style)
        level = self.heading(paragraph, properties, style)
        for name in ("pStyle", "numPr"):
            if (element := properties.find(f"{W}{name}")) is not None:
                properties.remove(element)
        marks = properties.find(f"{W}rPr")
        if gone and marks is not None and marks.find(f"{W}del") is not None:
            marks.remove(marks.find(f"{W}del"))  # deleted as a whole, it stays a paragraph, which is left out
        if role in (CONTENTS, OWN_COVER):
            name = LEFT + role
        elif role == "title":
            name = TITLE
        else:
            name = f"{HEADING}{min(level, 6)}" if level else QUOTE if role == "quote" else TEXT
        properties.insert(0, _element("pStyle", name))
        if role in (CONTENTS, OWN_COVER) or gone:
            return  # Word gives such a paragraph no number
        number, depth = self.number(style, own, heading=bool(level))
        if number is not None and _said(paragraph):
            printed = (f"{number} " if number else "") if level or role == "title" else mark(number, depth)
            paragraph.insert(list(paragraph).index(properties) + 1, _run(printed))

    def heading(self, paragraph, properties, style: str) -> int:
        own = value(properties.find(f"{W}outlineLvl"))
        if own.isdecimal() and len(_said(paragraph)) <= _LONGEST_HEADING:
            return 0 if int(own) > 8 else int(own) + 1
        return self.styles.heading(style)

    def number(self, style: str, own, *, heading: bool) -> tuple[str | None, int]:
        which, level = self.lists.place(style, own)
        number = self.lists.next(which, level)
        if heading:
            self.around = []
        elif number is not None:
            self.around = [*(above for above in self.around if above < level), level]
        return number, max(0, len(self.around) - 1)

    def runs(self, paragraph, style: str, deleted: set[int]) -> bool:
        """Marks the runs that are left out. Whether Word shows nothing of it in the end: all is hidden or deleted."""
        above = self.styles.why(style)
        seen = gone = False
        for run in paragraph.iter(f"{W}r"):
            for reference in run.findall(f"{W}commentReference"):
                if said := self.comments.pop(reference.get(f"{W}id"), ""):
                    run.append(_text(said))
                    _set_style(run, LEFT + COMMENT)
            properties = run.find(f"{W}rPr")
            why = why_of_run(properties)
            if why is None and properties is not None:
                why = self.styles.why(value(properties.find(f"{W}rStyle")))
            why = DELETED if id(run) in deleted else above if why is None else why
            if any((text.text or "").strip() for text in run.findall(f"{W}t")) and not run.findall(
                f"{W}commentReference"
            ):
                seen, gone = seen or why not in (HIDDEN, DELETED), gone or why in (HIDDEN, DELETED)
            if why:
                _set_style(run, LEFT + why)
        return gone and not seen

    def add_at_end(self, document, edges: list) -> None:
        """Headers and footers, each once, and comments that no place in the text leads to."""
        body = document.find(f"{W}body")
        if body is None:
            return
        lines = dict.fromkeys(map(_said, edges))
        left = [(PAGE_EDGE, line) for line in lines] + [(COMMENT, said) for said in self.comments.values()]
        for why, said in left:
            if said:
                paragraph = ElementTree.SubElement(body, f"{W}p")
                ElementTree.SubElement(paragraph, f"{W}pPr").append(_element("pStyle", LEFT + why))
                paragraph.append(_run(said))


def _once(root) -> None:
    """Of what stands in the file twice, for older and newer programs, one is kept: the text of a box, not its twin."""
    for around in list(root.iter()):
        for twin in around.findall(f"{_MC}AlternateContent"):
            boxes = [twin.find(f"{_MC}{name}//{W}txbxContent") for name in ("Choice", "Fallback")]
            if (box := boxes[0] if boxes[0] is not None else boxes[1]) is not None:
                kept = ElementTree.Element(f"{W}pict")  # mammoth puts what stands in one below the paragraph
                kept.append(box)
                around[list(around).index(twin)] = kept


def _deletions_in_place(root) -> set[int]:
    """Puts what was deleted with changes tracked among the other runs. The `id()` of its runs."""
    found: set[int] = set()
    for around in list(root.iter()):
        for gone in around.findall(f"{W}del"):
            if around.tag in (f"{W}rPr", f"{W}trPr"):
                continue
            at = list(around).index(gone)
            around.remove(gone)
            for run in reversed(list(gone)):
                around.insert(at, run)
            found |= {id(run) for run in gone.iter(f"{W}r")}
        if around.tag == f"{W}tr" and (mark := around.find(f"{W}trPr/{W}del")) is not None:
            around.find(f"{W}trPr").remove(mark)
            found |= {id(run) for run in around.iter(f"{W}r")}
    for text in root.iter(f"{W}delText"):
        text.tag = f"{W}t"
    return found


def _is_contents(instruction: str) -> bool:
    return bool(re.match(r"\s*TOC\b", instruction, re.IGNORECASE))


def _said(element) -> str:
    """What stands in an element, on one line."""
    nodes = element.iter()
    parts = [(node.text or "") if node.tag == f"{W}t" else " " * (node.tag in _BREAKS) for node in nodes]
    return " ".join("".join(parts).split())


def _element(name: str, said: str):
    return ElementTree.Element(f"{W}{name}", {f"{W}val": said})


def _text(said: str):
    text = ElementTree.Element(f"{W}t")
    text.text = said
    return text


def _run(said: str):
    run = ElementTree.Element(f"{W}r")
    run.append(_text(said))
    return run


def _set_style(run, name: str) -> None:
    """The run with this style and nothing else of its looks."""
    if (properties := run.find(f"{W}rPr")) is not None:
        run.remove(properties)
    properties = ElementTree.Element(f"{W}rPr")
    properties.append(_element("rStyle", name))
    run.insert(0, properties)
