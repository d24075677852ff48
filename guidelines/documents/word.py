"""A guideline as a Word document: real headings, real numbered lists, quotations, tables, the language set.

The title and the line below it have styles of their own, by which our own import knows them again. What python-docx
has no words for (links, lists that begin where the rules do, the head of a table, a page's number) is put in as
elements of the standard, ECMA-376.
"""

from __future__ import annotations

import io
import re

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.oxml.numbering import CT_Num
from docx.shared import Mm, Pt, RGBColor, Twips
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from governance.languages import LANGUAGES
from governance.pages.exports import NOT_IN_XML
from guidelines.documents.outline import TITLE_STYLES
from guidelines.texts.markdown import shown_tokens

_LEVELS = 9  # of lists in one another: Word knows no more
_BULLETS = 1  # the number under which all bulleted lists run
_HEADING_SIZES = (18, 15, 13, 12, 11, 11)  # points
_NOT_WANTED = ("/thumbnail", "/stylesWithEffects", "/customXml")  # of the template's parts
_BODY, _CODE = "Calibri", "Courier New"


def word_document(*, title: str, about: str, body: str, language: str, site: str) -> bytes:
    """`about` is the line below the title: which version, for whom. `site` goes before the portal's own addresses."""
    document = Document()
    _set_up(document, title, LANGUAGES[language].locale)
    writer = _Writer(document)
    for text, style in zip((title, about), TITLE_STYLES, strict=True):
        writer.text(writer.paragraph(style), text)
    writer.blocks(shown_tokens(body, top=1, site=site)[0])
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


class _Writer:
    """Markdown's tokens become paragraphs of the document's body."""

    def __init__(self, document):
        self.document = document
        self.style_ids = {style.name: style.style_id for style in document.styles}
        self.end = document.element.body.sectPr
        self.numbering = document.part.numbering_part.element
        self.numbers = _BULLETS  # the last that a list has
        self.lists: list[dict] = []  # around: which numbering, the number to come, whether a marker is due
        self.style = ""  # of a heading around
        self.quotes = 0
        self.in_table = False
        self.rows: list[list] = []  # of the table: its cells' tokens

    def blocks(self, tokens) -> None:
        for token in tokens:
            kind = token.type
            if kind == "heading_open":
                self.style = f"Heading {token.tag[1]}"
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
                    self.text(self.paragraph("Code"), line)
            elif kind == "table_open":
                self.in_table, self.rows = True, []
            elif kind == "table_close":
                self.in_table = False
                self.table()
            elif kind == "tr_open":
                self.rows.append([])
            elif kind == "inline" and self.in_table:
                self.rows[-1].append(token)
            elif kind == "inline":
                self.inline(token)

    def item(self, token) -> None:
        around = self.lists[-1]
        around["due"] = True
        if not around["ordered"]:
            around["number"] = _BULLETS
            return
        wanted = int(token.info or around["next"])
        if around["number"] is None or wanted != around["next"]:  # Word counts on by itself; a leap is a new list
            around["number"] = self.begin_list(wanted)
        around["next"] = wanted + 1

    def begin_list(self, start: int) -> int:
        self.numbers += 1
        listed = CT_Num.new(self.numbers, 2)
        self.numbering.append(listed)
        for level in range(_LEVELS):
            listed.add_lvlOverride(level).add_startOverride(start)
        return self.numbers

    def inline(self, token) -> None:
        paragraph = self.paragraph(self.style or ("Quote" if self.quotes else "List Paragraph" if self.lists else ""))
        if self.lists:
            around, level = self.lists[-1], min(len(self.lists), _LEVELS) - 1
            if around["due"]:
                numbered = paragraph._p.get_or_add_pPr().get_or_add_numPr()
                numbered.get_or_add_ilvl().val = level
                numbered.get_or_add_numId().val = around["number"]
                around["due"] = False
            else:  # a further paragraph of the same rule
                paragraph.paragraph_format.left_indent = _indent(level)
        self.runs(paragraph, token.children)

    def paragraph(self, style: str):
        """One at the end. For each, python-docx itself would look through all paragraphs and styles there are."""
        element = OxmlElement("w:p")
        self.end.addprevious(element)
        if style:
            element.style = self.style_ids[style]
        return Paragraph(element, self.document._body)

    def table(self) -> None:
        """The first row is the head: Markdown has no table without one."""
        table = self.document.add_table(len(self.rows), len(self.rows[0]), style="Table Grid")
        table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
        for row, tokens in zip(table.rows, self.rows, strict=True):
            for cell, token in zip(row.cells, tokens, strict=True):
                self.runs(cell.paragraphs[0], token.children)
        self.paragraph("")

    def runs(self, paragraph, children) -> None:
        bold, italic, link = 0, 0, None
        for child in children or []:
            if child.type in ("strong_open", "strong_close"):
                bold += child.nesting
            elif child.type in ("em_open", "em_close"):
                italic += child.nesting
            elif child.type == "link_open" and re.match(r"(?:https?|mailto):", child.attrGet("href") or "", re.I):
                link = self.link(paragraph, child.attrGet("href"))
            elif child.type == "link_close":
                link = None
            elif child.type == "hardbreak":
                paragraph.add_run().add_break()
            elif child.type == "softbreak":
                self.text(paragraph, " ", link)
            elif child.content:
                run = self.text(paragraph, child.content, link)
                run.bold, run.italic = bold > 0 or None, italic > 0 or None
                if child.type == "code_inline":
                    run.font.name = _CODE

    def text(self, paragraph, text: str, link=None) -> Run:
        run = paragraph.add_run(NOT_IN_XML.sub("", text))
        if link is not None:
            run._r.style = self.style_ids["Hyperlink"]
            link.append(run._r)
        return run

    def link(self, paragraph, address: str):
        address = NOT_IN_XML.sub("", address)
        link = OxmlElement("w:hyperlink")
        link.set(qn("r:id"), self.document.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
        paragraph._p.append(link)
        return link


def _indent(level: int) -> Twips:
    return Twips(454 * (level + 1))


def _set_up(document, title: str, locale: str) -> None:
    """The page, the styles, the numbering; python-docx's own template says too much of itself and looks too old."""
    core = document.core_properties
    for row in list(core._element):
        core._element.remove(row)
    for relations in (document.part.package.rels, document.part.rels):
        for key in [key for key, relation in relations.items() if relation.reltype.endswith(_NOT_WANTED)]:
            del relations[key]
    document.settings.element.find(qn("w:themeFontLang")).set(qn("w:val"), locale)
    core.title, core.language = NOT_IN_XML.sub("", title)[:255], locale
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(23)
    section.header_distance = section.footer_distance = Mm(11)
    footer = section.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    footer._p.append(parse_xml(f'<w:fldSimple {nsdecls("w")} w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple>'))
    _style(document.styles, locale)
    numbering = document.part.numbering_part.element
    for definition in list(numbering):
        numbering.remove(definition)
    numbering.append(_levels(1, "bullet", lambda level: "•–"[level % 2]))
    numbering.append(_levels(2, "decimal", lambda level: f"%{level + 1}."))
    numbering.append(CT_Num.new(_BULLETS, 1))


def _style(styles, locale: str) -> None:
    for style in [*styles]:
        if style.type == WD_STYLE_TYPE.TABLE and style.name not in ("Normal Table", "Table Grid"):
            style.delete()  # a hundred, which nobody asked for
    defaults = styles.element.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}")
    for row in list(defaults):
        defaults.remove(row)
    fonts = f'<w:rFonts w:ascii="{_BODY}" w:hAnsi="{_BODY}" w:cs="{_BODY}"/>'
    language = f'<w:sz w:val="22"/><w:lang w:val="{locale}"/>'
    defaults.append(parse_xml(f"<w:rPr {nsdecls('w')}>{fonts}{language}</w:rPr>"))
    for level, size in enumerate(_HEADING_SIZES, 1):
        heading = _looks(styles[f"Heading {level}"], size=size, bold=True)
        heading.font.italic = False
        heading.paragraph_format.space_before, heading.paragraph_format.space_after = Pt(14), Pt(4)
    cover, line = (styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH) for name in TITLE_STYLES)
    _looks(cover, size=22, bold=True).paragraph_format.space_after = Pt(3)
    _looks(line, colour="444444").paragraph_format.space_after = Pt(18)
    _looks(styles.add_style("Code", WD_STYLE_TYPE.PARAGRAPH), size=10).font.name = _CODE
    quote = _looks(styles["Quote"]).paragraph_format
    quote.left_indent = quote.right_indent = Mm(10)
    _looks(styles.add_style("Hyperlink", WD_STYLE_TYPE.CHARACTER), colour="0B5394").font.underline = True


def _looks(style, *, size: int | None = None, bold: bool | None = None, colour: str = "000000"):
    """The style in one face and with enough contrast, whatever the template's theme says."""
    style.element.get_or_add_rPr()._remove_rFonts()
    style.font.size, style.font.bold = size and Pt(size), bold
    style.font.color.rgb = RGBColor.from_string(colour)
    return style


def _levels(number: int, kind: str, shown):
    levels = "".join(
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{shown(level)}"/>'
        f'<w:lvlJc w:val="left"/><w:pPr><w:ind w:left="{_indent(level).twips}" w:hanging="454"/></w:pPr></w:lvl>'
        for level in range(_LEVELS)
    )
    return parse_xml(
        f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{number}"><w:multiLevelType w:val="multilevel"/>'
        f"{levels}</w:abstractNum>"
    )
