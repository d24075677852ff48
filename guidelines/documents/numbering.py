"""The numbers that Word prints before the paragraphs of its lists.

They stand nowhere in the text: Word counts when it shows the page, over paragraphs and headings in between. So they
are counted here in the same way, and written into the text between two signs, where the reader of lists finds them.
"""

from __future__ import annotations

import io
import re
import zipfile
from xml.etree import ElementTree

from guidelines.documents.zip_files import open_zip, parsed, read_part

OPENS, CLOSES = "\ue000", "\ue001"
MARKED = re.compile(f"^{OPENS}([^{CLOSES}]*){CLOSES}")
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DOCUMENT, _NUMBERING, _STYLES = "word/document.xml", "word/numbering.xml", "word/styles.xml"


def with_numbers(data: bytes) -> bytes:
    """The document with its list numbers in the text; as it was where it has none. Its parts are known to be safe."""
    archive = open_zip(data)
    if not {_DOCUMENT, _NUMBERING} <= set(archive.namelist()):
        return data
    lists = _Lists(parsed(read_part(archive, _NUMBERING)))
    styles = _of_styles(parsed(read_part(archive, _STYLES))) if _STYLES in archive.namelist() else {}
    document = parsed(read_part(archive, _DOCUMENT))
    for paragraph in document.iter(f"{_W}p"):
        properties = paragraph.find(f"{_W}pPr")
        if properties is None:
            continue
        style = styles.get(_value(properties.find(f"{_W}pStyle")), ("", "0"))
        which = _value(properties.find(f"{_W}numPr/{_W}numId")) or style[0]
        level = _value(properties.find(f"{_W}numPr/{_W}ilvl")) or style[1]
        if number := lists.next(which, int(level) if level.isdecimal() else 0):
            run = ElementTree.Element(f"{_W}r")
            ElementTree.SubElement(run, f"{_W}t").text = f"{OPENS}{number}{CLOSES}"
            paragraph.insert(list(paragraph).index(properties) + 1, run)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as changed:
        for name in archive.namelist():
            content = ElementTree.tostring(document) if name == _DOCUMENT else read_part(archive, name)
            changed.writestr(name, content)
    return stream.getvalue()


def _value(element) -> str:
    return "" if element is None else element.get(f"{_W}val", "")


def _of_styles(root) -> dict[str, tuple[str, str]]:
    """Style -> (list, level) of the styles that number their paragraphs, headings left out: those are no rules."""
    found = {}
    for style in root.iter(f"{_W}style"):
        numbering = style.find(f"{_W}pPr/{_W}numPr")
        if numbering is not None and style.find(f"{_W}pPr/{_W}outlineLvl") is None:
            found[style.get(f"{_W}styleId", "")] = (
                _value(numbering.find(f"{_W}numId")),
                _value(numbering.find(f"{_W}ilvl")) or "0",
            )
    return found


class _Lists:
    """Word's lists: what each level looks like, and where its count stands."""

    def __init__(self, root):
        self.abstract = {
            template.get(f"{_W}abstractNumId"): {
                level.get(f"{_W}ilvl"): (
                    _value(level.find(f"{_W}numFmt")),
                    _value(level.find(f"{_W}lvlText")),
                    _value(level.find(f"{_W}start")),
                )
                for level in template.iter(f"{_W}lvl")
            }
            for template in root.iter(f"{_W}abstractNum")
        }
        self.lists = {}  # list -> (its template, level -> the number it is told to begin with)
        for found in root.iter(f"{_W}num"):
            begins = {
                override.get(f"{_W}ilvl"): _value(override.find(f"{_W}startOverride"))
                for override in found.iter(f"{_W}lvlOverride")
            }
            self.lists[found.get(f"{_W}numId")] = (_value(found.find(f"{_W}abstractNumId")), begins)
        self.counts: dict[tuple[str, int], int] = {}  # (template, level) -> the number last given
        self.begun: set[tuple[str, int]] = set()  # (list, level)

    def next(self, which: str, level: int) -> str:
        """The number of the next paragraph of this list, as printed; empty for a bullet and for no list."""
        template, begins = self.lists.get(which, ("", {}))
        kind, shown, start = self.abstract.get(template, {}).get(str(level), ("", "", ""))
        if kind in ("", "bullet", "none"):
            return ""
        count = self.counts.get((template, level))
        told = begins.get(str(level), "")
        if told.isdecimal() and (which, level) not in self.begun:
            count = int(told)
        elif count is None:
            count = int(start) if start.isdecimal() else 1
        else:
            count += 1
        self.begun.add((which, level))
        self.counts[template, level] = count
        for deeper in [key for key in self.counts if key[0] == template and key[1] > level]:
            del self.counts[deeper]
        return self.printed(template, level, shown, kind)

    def printed(self, template: str, level: int, shown: str, kind: str) -> str:
        count = self.counts[template, level]
        if kind == "lowerLetter" and 1 <= count <= 26:
            return chr(ord("a") + count - 1)
        parts = [self.counts.get((template, int(at) - 1)) for at in re.findall(r"%([1-9])", shown)]
        whole = level == 0 or len(parts) > 1  # "2.1" is printed in full, a plain number of a point too
        return ".".join(str(part) for part in parts if part is not None) if parts and whole else str(count)
