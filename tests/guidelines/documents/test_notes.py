"""Footnotes stay with the rule they belong to, whatever program wrote them."""

import pytest
from weasyprint import HTML

from guidelines.documents.files import read_document
from guidelines.documents.outline import Heading, Paragraph, Rule
from tests.guidelines.documents.test_documents_formats import odt
from tests.guidelines.documents.word_files import level, num, numbering, para, run, word

RULE = Rule("Vi svarer innen ett døgn¹.", "1", 0, ("¹ Gjelder ikke i juli.",))


def reference(number: int, kind: str = "footnote") -> str:
    return f'<w:r><w:{kind}Reference w:id="{number}"/></w:r>'


def note(number: int, text: str, kind: str = "footnote") -> str:
    return f'<w:{kind} w:id="{number}">{para(run(text))}</w:{kind}>'


def test_word_footnotes_and_endnotes():
    body = (
        para(run("Retningslinjer", "<w:b/>"))
        + para(run("Vi svarer innen ett døgn"), reference(2), run("."), more=num(1))
        + para(run("Vi takker"), reference(3, "endnote"), run(" alltid"), reference(4), run("."), more=num(1))
        + para(run("Et avsnitt"), reference(5), run(" med mer."))
    )
    notes = note(2, "Gjelder ikke i juli.") + note(4, "Også om natten.") + note(5, "Se § 3.")
    outline = read_document(
        "r.docx",
        word(body, "", numbering(level(0, "%1.")), footnotes=notes, endnotes=note(3, "Kort.", "endnote")),
    )
    assert outline.blocks == [
        Heading(1, "Retningslinjer"),
        RULE,
        Rule("Vi takker² alltid³.", "2", 0, ("² Kort.", "³ Også om natten.")),
        Paragraph("Et avsnitt⁴ med mer.\n⁴ Se § 3."),
    ]
    assert not outline.left_out


def test_word_note_of_a_heading_and_of_what_is_struck_out():
    body = para(run("Svar"), reference(2), more='<w:outlineLvl w:val="0"/>') + para(
        run("2. Opphevet", "<w:strike/>"),
        '<w:r><w:rPr><w:strike/></w:rPr><w:footnoteReference w:id="3"/></w:r>',
    )
    outline = read_document(
        "r.docx", word(body + para(run("3. Står.")), footnotes=note(2, "Nytt.") + note(3, "Borte."))
    )
    assert outline.blocks == [Heading(1, "Svar¹"), Paragraph("¹ Nytt."), Rule("Står.", "3")]
    [left] = outline.left_out
    assert (left.why, left.block.number, "Borte." in left.block.text) == ("struck", "2", True)


def test_opendocument_notes():
    def noted(kind, mark, text):
        return (
            f'<text:note text:note-class="{kind}"><text:note-citation>{mark}</text:note-citation>'
            f"<text:note-body><text:p>{text}</text:p></text:note-body></text:note>"
        )

    styles = (
        '<text:list-style style:name="L"><text:list-level-style-number text:level="1" style:num-format="1"/>'
        "</text:list-style>"
    )
    first, second = noted("footnote", "1", "Gjelder ikke i juli."), noted("endnote", "i", "Kort.")
    body = (
        f'<text:list text:style-name="L"><text:list-item><text:p>Vi svarer innen ett døgn{first}.</text:p>'
        f"</text:list-item><text:list-item><text:p>Vi takker{second}</text:p></text:list-item></text:list>"
        f"<text:h text:outline-level='2'>Arkiv{noted('footnote', '2', 'Se loven.')}</text:h>"
    )
    assert read_document("r.odt", odt(body, styles)).blocks == [
        RULE,
        Rule("Vi takker(i)", "2", 0, ("(i) Kort.",)),
        Heading(2, "Arkiv²"),
        Paragraph("² Se loven."),
    ]


WORD_PAGE = """<a href="#_ftn1" name="_ftnref1"><span class=MsoFootnoteReference>[1]</span></a>.</p>
<div><br clear=all><hr size=1><div id="ftn1"><p class=MsoFootnoteText>
<a href="#_ftnref1" name="_ftn1">[1]</a> Gjelder ikke i juli.</p></div></div>"""
LIBRE_OFFICE = """<sup><a class="sdfootnoteanc" name="sdfootnote1anc" href="#sdfootnote1sym">1</a></sup>.</p>
<div id="sdfootnote1"><p><a class="sdfootnotesym" name="sdfootnote1sym" href="#sdfootnote1anc">1</a>Gjelder ikke i
juli.</p></div>"""
PANDOC = """<a href="#fn1" id="fnref1" role="doc-noteref"><sup>1</sup></a>.</p><section class="footnotes"><hr><ol>
<li id="fn1"><p>Gjelder ikke i juli.<a href="#fnref1" role="doc-backlink">↩︎</a></p></li></ol></section>"""
GOOGLE = """<sup><a href="#ftnt1" id="ftnt_ref1">[1]</a></sup>.</p><hr><div><p><a href="#ftnt_ref1" id="ftnt1">[1]</a>
<span>Gjelder ikke i juli.</span></p></div>"""


@pytest.mark.parametrize(
    "rest", [WORD_PAGE, LIBRE_OFFICE, PANDOC, GOOGLE], ids=["word", "libreoffice", "pandoc", "google"]
)
def test_pages_that_programs_write(rest):
    page = f"<html><body><h1>Retningslinjer</h1><p>1. Vi svarer innen ett døgn{rest}</body></html>"
    assert read_document("r.html", page.encode()).blocks == [Heading(1, "Retningslinjer"), RULE]


def test_links_within_a_page_are_no_notes():
    page = """<html><body><h1 id="top">Regler</h1><p><a href="#a">Svar</a></p><h2 id="a"><a href="#top">Svar</a></h2>
    <p id="b">Les <a href="#c" id="x">videre</a>.</p><p id="c">Slutt.</p></body></html>"""
    texts = [block.text for block in read_document("r.html", page.encode()).blocks]
    assert texts == ["Regler", "Svar", "Svar", "Les videre.", "Slutt."]


def test_markdown_notes():
    text = (
        "# Regler\n\n1. Vi svarer innen ett døgn[^a].\n2. Vi takker[^2]\n\n[^a]: Gjelder ikke i juli.\n\n[^9]: Ingen.\n"
    )
    assert read_document("r.md", text.encode()).blocks == [
        Heading(1, "Regler"),
        Rule("Vi svarer innen ett døgn(a).", "1", 0, ("(a) Gjelder ikke i juli.",)),
        Rule("Vi takker[^2]", "2"),
        Paragraph("[^9]: Ingen."),
    ]


def test_pdf_notes():
    page = """<html lang="nb"><style>.n { float: footnote; font-size: 8pt } body { font-size: 11pt }</style>
    <h1>Retningslinjer</h1><p>1. Vi svarer innen ett døgn<span class="n">Gjelder ikke i juli.</span>.</p>
    <p>2. Vi takker<span class="n">Også for kritikk som er lang nok til at fotnoten går over mer enn én linje nederst
    på siden der den står, slik fotnoter kan gjøre.</span> alltid.</p><p>3. Vi lytter.</p></html>"""
    blocks = read_document("r.pdf", HTML(string=page).write_pdf()).blocks
    assert blocks[:2] == [Heading(1, "Retningslinjer"), RULE]
    assert blocks[2].text == "Vi takker² alltid."
    assert blocks[2].more[0].startswith("² Også for kritikk")
    assert blocks[2].more[0].endswith("slik fotnoter kan gjøre.")
    assert blocks[3:] == [Rule("Vi lytter.", "3")]


def test_a_note_that_two_marks_lead_to_is_said_once():
    page = """<html><body><h1>Regler</h1><p>1. Svar<a href="#n" id="r">1</a></p><p>2. Takk<a href="#n">1</a></p>
    <ol><li id="n">Helst straks. <a href="#r">opp</a></li></ol></body></html>"""
    assert read_document("r.html", page.encode()).rules == [
        Rule("Svar¹", "1", 0, ("¹ Helst straks.",)),
        Rule("Takk¹", "2"),
    ]
