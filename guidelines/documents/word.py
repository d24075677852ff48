"""A guideline as a Word document: real headings, real numbered lists, quotations, tables, the language set.

The file is written part by part as the standard (ECMA-376) lays them out; there is little in it, so it needs no
library. The title and the line below it have styles of their own, by which our own import knows them again.
"""

from __future__ import annotations

import io
import re
import zipfile
from xml.sax.saxutils import escape, quoteattr

from governance.languages import LANGUAGES
from guidelines.documents.outline import TITLE_STYLES
from guidelines.texts.markdown import shown_tokens

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml."
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LEVELS = 9  # of lists in one another: Word knows no more
_BULLETS = 1  # the number under which all bulleted lists run


def word_document(*, title: str, about: str, body: str, language: str, site: str) -> bytes:
    """`about` is the line below the title: which version, for whom. `site` goes before the portal's own addresses."""
    writer = _Writer()
    writer.paragraph(_run(title), "CoverTitle")
    writer.paragraph(_run(about), "CoverLine")
    writer.blocks(shown_tokens(body, top=1, site=site)[0])
    locale = LANGUAGES[language].locale
    parts = {
        "[Content_Types].xml": _content_types(),
        "_rels/.rels": _relationships(
            [("officeDocument", f"{_OFFICE}/officeDocument", "word/document.xml", ""), _core_relationship()]
        ),
        "docProps/core.xml": '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/'
        'core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{_text(title)}</dc:title><dc:language>{locale}</dc:language></cp:coreProperties>",
        "word/_rels/document.xml.rels": _relationships(
            [
                ("styles", f"{_OFFICE}/styles", "styles.xml", ""),
                ("numbering", f"{_OFFICE}/numbering", "numbering.xml", ""),
                ("footer", f"{_OFFICE}/footer", "footer.xml", ""),
                *((key, f"{_OFFICE}/hyperlink", url, "External") for url, key in writer.links.items()),
            ]
        ),
        "word/document.xml": f'<w:document xmlns:w="{_W}" xmlns:r="{_OFFICE}"><w:body>{"".join(writer.parts)}'
        '<w:sectPr><w:footerReference w:type="default" r:id="footer"/><w:pgSz w:w="11906" w:h="16838"/>'
        '<w:pgMar w:top="1304" w:right="1304" w:bottom="1304" w:left="1304" w:header="624" w:footer="624"'
        ' w:gutter="0"/></w:sectPr></w:body></w:document>',
        "word/styles.xml": _styles(locale),
        "word/numbering.xml": _numbering(writer.starts),
        "word/footer.xml": f'<w:ftr xmlns:w="{_W}"><w:p><w:pPr><w:jc w:val="right"/></w:pPr>'
        '<w:fldSimple w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple></w:p></w:ftr>',
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), _HEAD + content, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


class _Writer:
    """Markdown's tokens become paragraphs of the document's body."""

    def __init__(self):
        self.parts: list[str] = []
        self.links: dict[str, str] = {}  # address -> its relationship
        self.starts: list[int] = []  # of each numbered list: where it begins
        self.lists: list[dict] = []  # around: which numbering, the number to come, whether a marker is due
        self.style = ""  # of a heading or quotation around
        self.quotes = 0
        self.cell = self.in_head = False  # of a table

    def blocks(self, tokens) -> None:
        for token in tokens:
            kind = token.type
            if kind == "heading_open":
                self.style = f"Heading{token.tag[1]}"
            elif kind == "heading_close":
                self.style = ""
            elif kind in ("blockquote_open", "blockquote_close"):
                self.quotes += token.nesting
            elif kind in ("bullet_list_open", "ordered_list_open"):
                start = int(token.attrGet("start") or 1) if kind[0] == "o" else None
                self.lists.append({"ordered": kind[0] == "o", "next": start, "number": None, "due": False})
            elif kind in ("bullet_list_close", "ordered_list_close"):
                self.lists.pop()
            elif kind == "list_item_open":
                self.item(token)
            elif kind in ("fence", "code_block"):
                for line in token.content.rstrip("\n").split("\n"):
                    self.paragraph(_run(line), "Code")
            elif kind == "inline":
                self.inline(token)
            else:
                self.table(token)

    def item(self, token) -> None:
        around = self.lists[-1]
        around["due"] = True
        if not around["ordered"]:
            around["number"] = _BULLETS
            return
        wanted = int(token.info or around["next"])
        if around["number"] is None or wanted != around["next"]:  # Word counts on by itself; a leap is a new list
            self.starts.append(wanted)
            around["number"] = _BULLETS + len(self.starts)
        around["next"] = wanted + 1

    def inline(self, token) -> None:
        runs = self.runs(token.children)
        if self.cell:
            self.parts.append(f"<w:p>{runs}</w:p>")
            return
        numbering = ""
        if self.lists:
            around, level = self.lists[-1], min(len(self.lists), _LEVELS) - 1
            if around["due"]:
                numbering = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{around["number"]}"/></w:numPr>'
                around["due"] = False
            else:  # a further paragraph of the same rule
                numbering = f'<w:ind w:left="{_indent(level)}"/>'
        style = self.style or ("Quote" if self.quotes else "ListParagraph" if self.lists else "")
        self.paragraph(runs, style, numbering)

    def paragraph(self, runs: str, style: str = "", properties: str = "") -> None:
        style = f'<w:pStyle w:val="{style}"/>' if style else ""
        self.parts.append(f"<w:p><w:pPr>{style}{properties}</w:pPr>{runs}</w:p>")

    def table(self, token) -> None:
        kind = token.type
        if kind == "table_open":
            borders = "".join(
                f'<w:{side} w:val="single" w:sz="4" w:color="666666"/>'
                for side in ("top", "left", "bottom", "right", "insideH", "insideV")
            )
            self.parts.append(f'<w:tbl><w:tblPr><w:tblW w:w="0" w:type="auto"/><w:tblBorders>{borders}</w:tblBorders>')
            self.parts.append('<w:tblLook w:firstRow="1"/></w:tblPr><w:tblGrid/>')
        elif kind == "table_close":
            self.parts.append("</w:tbl><w:p/>")
        elif kind == "tr_open":
            self.parts.append("<w:tr>" + ("<w:trPr><w:tblHeader/></w:trPr>" if self.in_head else ""))
        elif kind == "tr_close":
            self.parts.append("</w:tr>")
        elif kind in ("thead_open", "thead_close"):
            self.in_head = kind == "thead_open"
        elif kind in ("th_open", "td_open"):
            self.cell = True
            self.parts.append('<w:tc><w:tcPr><w:tcW w:w="0" w:type="auto"/></w:tcPr>')
        elif kind in ("th_close", "td_close"):
            self.cell = False
            self.parts.append("</w:tc>")

    def runs(self, children) -> str:
        parts, bold, italic, link = [], 0, 0, False
        for child in children or []:
            if child.type in ("strong_open", "strong_close"):
                bold += child.nesting
            elif child.type in ("em_open", "em_close"):
                italic += child.nesting
            elif child.type == "link_open" and re.match(r"(?:https?|mailto):", child.attrGet("href") or "", re.I):
                link = True
                parts.append(f"<w:hyperlink r:id={quoteattr(self.link(child.attrGet('href')))}>")
            elif child.type == "link_close" and link:
                link = False
                parts.append("</w:hyperlink>")
            elif child.type == "hardbreak":
                parts.append("<w:r><w:br/></w:r>")
            elif child.type == "softbreak":
                parts.append(_run(" "))
            elif child.content:
                parts.append(
                    _run(child.content, bold=bold > 0, italic=italic > 0, link=link, code=child.type == "code_inline")
                )
        return "".join(parts)

    def link(self, address: str) -> str:
        return self.links.setdefault(address, f"link{len(self.links) + 1}")


def _text(text: str) -> str:
    return escape(_NOT_IN_XML.sub("", text))


def _run(text: str, *, bold=False, italic=False, link=False, code=False) -> str:
    looks = {
        '<w:rStyle w:val="Hyperlink"/>': link,
        '<w:rFonts w:ascii="Courier New" w:hAnsi="Courier New"/>': code,
        "<w:b/>": bold,
        "<w:i/>": italic,
    }
    look = "".join(look for look, wanted in looks.items() if wanted)
    return f'<w:r><w:rPr>{look}</w:rPr><w:t xml:space="preserve">{_text(text)}</w:t></w:r>'


def _indent(level: int) -> int:
    return 454 * (level + 1)


def _relationships(rows) -> str:
    relations = "".join(
        f"<Relationship Id={quoteattr(key)} Type={quoteattr(kind)} Target={quoteattr(_NOT_IN_XML.sub('', target))}"
        f"{f' TargetMode={quoteattr(mode)}' if mode else ''}/>"
        for key, kind, target, mode in rows
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{relations}</Relationships>'


def _core_relationship():
    return "core", f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml", ""


def _content_types() -> str:
    overrides = {
        "/word/document.xml": f"{_WORD}document.main+xml",
        "/word/styles.xml": f"{_WORD}styles+xml",
        "/word/numbering.xml": f"{_WORD}numbering+xml",
        "/word/footer.xml": f"{_WORD}footer+xml",
        "/docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
    }
    return (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        + "".join(f'<Override PartName="{name}" ContentType="{kind}"/>' for name, kind in overrides.items())
        + "</Types>"
    )


def _styles(locale: str) -> str:
    def style(key, name, look="", paragraph="", after=""):
        default, based = (' w:default="1"', "") if key == "Normal" else ("", '<w:basedOn w:val="Normal"/>')
        return (
            f'<w:style w:type="paragraph"{default} w:styleId="{key}"><w:name w:val="{name}"/>{based}{after}<w:qFormat/>'
            f"<w:pPr>{paragraph}</w:pPr><w:rPr>{look}</w:rPr></w:style>"
        )

    sizes = [36, 30, 26, 24, 22, 22]
    headings = "".join(
        style(
            f"Heading{level}",
            f"heading {level}",
            f'<w:b/><w:sz w:val="{size}"/>',
            f'<w:keepNext/><w:keepLines/><w:spacing w:before="280" w:after="80"/><w:outlineLvl w:val="{level - 1}"/>',
            after='<w:next w:val="Normal"/>',
        )
        for level, size in enumerate(sizes, 1)
    )
    return (
        f'<w:styles xmlns:w="{_W}"><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Calibri" w:hAnsi="Calibri"'
        f' w:cs="Calibri"/><w:sz w:val="22"/><w:lang w:val="{locale}"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr>'
        '<w:spacing w:after="120" w:line="276" w:lineRule="auto"/></w:pPr></w:pPrDefault></w:docDefaults>'
        + style("Normal", "Normal")
        + style("CoverTitle", TITLE_STYLES[0], '<w:b/><w:sz w:val="44"/>', paragraph='<w:spacing w:after="60"/>')
        + style("CoverLine", TITLE_STYLES[1], '<w:color w:val="444444"/>', paragraph='<w:spacing w:after="360"/>')
        + headings
        + style("ListParagraph", "List Paragraph")
        + style("Quote", "Quote", "<w:i/>", paragraph='<w:ind w:left="567" w:right="567"/>')
        + style("Code", "Code", '<w:rFonts w:ascii="Courier New" w:hAnsi="Courier New"/><w:sz w:val="20"/>')
        + '<w:style w:type="character" w:styleId="Hyperlink"><w:name w:val="Hyperlink"/>'
        '<w:rPr><w:color w:val="0B5394"/><w:u w:val="single"/></w:rPr></w:style></w:styles>'
    )


def _numbering(starts: list[int]) -> str:
    def levels(kind, shown):
        return "".join(
            f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{shown(level)}"/>'
            f'<w:lvlJc w:val="left"/><w:pPr><w:ind w:left="{_indent(level)}" w:hanging="454"/></w:pPr></w:lvl>'
            for level in range(_LEVELS)
        )

    lists = "".join(
        f'<w:num w:numId="{_BULLETS + at}"><w:abstractNumId w:val="2"/>'
        + "".join(
            f'<w:lvlOverride w:ilvl="{level}"><w:startOverride w:val="{start}"/></w:lvlOverride>'
            for level in range(_LEVELS)
        )
        + "</w:num>"
        for at, start in enumerate(starts, 1)
    )
    kinds = [("bullet", lambda level: "•–"[level % 2]), ("decimal", lambda level: f"%{level + 1}.")]
    templates = "".join(
        f'<w:abstractNum w:abstractNumId="{at}"><w:multiLevelType w:val="multilevel"/>{levels(*kind)}</w:abstractNum>'
        for at, kind in enumerate(kinds, 1)
    )
    bullets = f'<w:num w:numId="{_BULLETS}"><w:abstractNumId w:val="1"/></w:num>'
    return f'<w:numbering xmlns:w="{_W}">{templates}{bullets}{lists}</w:numbering>'
