"""PDF and pasted text: contents pages, columns and side boxes, what runs through the pages, words torn at line ends,
titles directly above their text."""

import pytest
from weasyprint import HTML

from guidelines.documents.files import read_document
from guidelines.documents.outline import Heading, Paragraph, Rule
from guidelines.documents.scan import joined

RULE = "Regel nummer {} som er ganske lang og går over flere linjer i spalten sin, slik at rekkefølgen merkes."


def pdf(body: str, style: str = ""):
    page = f'<html lang="nb"><style>body {{ font-size: 11pt }} {style}</style><body>{body}</body></html>'
    return read_document("r.pdf", HTML(string=page).write_pdf())


def left(outline):
    return {left.why: left.block.text for left in outline.left_out}


# --- columns and boxes ---


@pytest.mark.parametrize("columns", [2, 3])
def test_rules_in_columns_stand_on_their_own_level(columns):
    items = "".join(f"<li>{RULE.format(at)}</li>" for at in range(1, 16))
    outline = pdf(
        f"<h1>Regler</h1><div><ol>{items}</ol></div><p>Slutt på reglene.</p>", f"div {{ columns: {columns} }}"
    )
    assert [(rule.number, rule.depth) for rule in outline.rules] == [(str(at), 0) for at in range(1, 16)]
    assert outline.rules[0].text == RULE.format(1)
    assert outline.blocks[-1] == Paragraph("Slutt på reglene.")


def test_rules_in_columns_over_many_pages_lose_no_line():
    items = "".join(f"<p>{at}. {RULE.format(at)}</p>" for at in range(1, 61))
    outline = pdf(f"<h1>Regler</h1><div>{items}</div>", "div { columns: 2 } @page { size: A5 }")
    assert [(rule.number, rule.text) for rule in outline.rules] == [(str(at), RULE.format(at)) for at in range(1, 61)]


@pytest.mark.parametrize("side", ["left", "right"])
def test_a_box_beside_the_text_is_read_for_itself(side):
    text = "Den løpende teksten forteller hva vi gjør når noen spør oss om noe, og den er lang nok til å gå forbi. "
    box = "<div class=box><b>Råd:</b><br>Skriv aldri om andre enn deg selv når du svarer som ansatt hos oss.</div>"
    style = f".box {{ float: {side}; width: 4.5cm; margin: 0 5mm; font-size: 14pt }}"
    outline = pdf(f"<h1>Regler</h1><p>Først dette.</p>{box}<p>{text * 5}</p><h2>Etter</h2><p>Slutt.</p>", style)
    texts = [block.text for block in outline.blocks]
    assert any((text * 5).strip() in said for said in texts)
    assert any("Skriv aldri om andre enn deg selv når du svarer som ansatt hos oss." in said for said in texts)
    assert [heading.text for heading in outline.headings if heading.level < 3] == ["Regler", "Etter"]


# --- contents and what runs through the pages ---

TITLES = ["Formål", "Hvem reglene gjelder for og hvem de ikke gjelder for, slik kommunestyret har vedtatt det", "Arkiv"]
CONTENTS = (
    "<h1>Retningslinjer</h1><div class=toc><p><b>{title}</b></p>"
    + "".join(f'<p><a href="#t{at}">{at} {title}</a></p>' for at, title in enumerate(TITLES, 1))
    + "</div>"
    + "".join(f"<h2 id=t{at}>{at} {title}</h2><ul><li>Regel {at}</li></ul>" for at, title in enumerate(TITLES, 1))
)
PAGES = """@page { size: A5; @top-center { content: "Vikby kommune" } @bottom-center { content: counter(page) } }
h2 { break-before: page }"""


@pytest.mark.parametrize(
    "leaders",
    [
        '.toc a::after { content: leader(".") target-counter(attr(href url), page) }',
        '.toc a::after { content: " " target-counter(attr(href url), page) }',
        '.toc { columns: 2 } .toc a::after { content: " …… " target-counter(attr(href url), page) }',
    ],
)
@pytest.mark.parametrize("title", ["Innhold", "Indhold", "Innhaldsliste"])
def test_a_contents_page_is_no_rules(leaders, title):
    outline = pdf(CONTENTS.replace("{title}", title), PAGES + leaders)
    assert [heading.text for heading in outline.headings] == [
        "Retningslinjer",
        *(f"{at} {title}" for at, title in enumerate(TITLES, 1)),
    ]
    assert [rule.text for rule in outline.rules] == ["Regel 1", "Regel 2", "Regel 3"]
    gone = left(outline)
    assert gone["contents"].startswith(title)
    assert "Arkiv" in gone["contents"]
    assert gone["page-edge"] == "Vikby kommune\n1"


def test_a_contents_list_of_word_is_left_out_by_its_field_its_style_and_its_frame():
    from tests.guidelines.documents.word_files import para, run, style, word

    field = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    instruction = '<w:r><w:instrText xml:space="preserve"> TOC \\o "1-3" \\h </w:instrText></w:r>'
    body = (
        para(run("Innhold"), style="TocH")
        + para(field.format("begin"), instruction, field.format("separate"), run("Svar 1"))
        + para(run("Arkiv 2"))
        + para(field.format("end"))
        + para(run("Bilder 3"), style="Egen")
        + "<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val='Table of Contents'/></w:docPartObj></w:sdtPr>"
        + f"<w:sdtContent>{para(run('Vedlegg 4'))}</w:sdtContent></w:sdt>"
        + para(run("Svar"), more='<w:outlineLvl w:val="0"/>')
        + para(run("1. Svar fort."))
    )
    styles = style("TocH", "TOC Heading") + style("T1", "toc 1") + style("Egen", based="T1")
    outline = read_document("r.docx", word(body, styles))
    assert outline.blocks == [Heading(1, "Svar"), Rule("Svar fort.", "1")]
    assert left(outline) == {"contents": "Innhold\nSvar 1\nArkiv 2\nBilder 3\nVedlegg 4"}


def test_running_heads_of_left_and_right_pages_are_left_out():
    style = '@page :left { @top-left { content: "Vikby" } }'
    style += '@page :right { @top-right { content: "Regler " counter(page) } }'
    body = "<h1>Regler</h1>" + "".join(f"<h2>Del {at}</h2><p>Teksten i del {at}.</p>" for at in "abcdef")
    outline = pdf(body, "h2 { break-before: page } " + style)
    assert [block.text for block in outline.blocks if isinstance(block, Paragraph)] == [
        f"Teksten i del {at}." for at in "abcdef"
    ]
    assert left(outline)["page-edge"].split("\n") == ["Regler 1", "Vikby"]


# --- words torn at line ends ---


@pytest.mark.parametrize(
    ("lines", "whole"),
    [
        (["kommu-", "nikasjon"], "kommunikasjon"),
        (["kommu\u2010", "nikasjon"], "kommunikasjon"),
        (["informasjons-", "og arkivplan"], "informasjons- og arkivplan"),
        (["send en e-", "post"], "send en e-post"),
        (["spør IKT-", "ansvarlig"], "spør IKT-ansvarlig"),
        (["Møre-", "Romsdal"], "Møre-Romsdal"),
        (["1990-", "tallet"], "1990- tallet"),
        (["dette –", "og mer"], "dette – og mer"),
    ],
)
def test_torn_words(lines, whole):
    assert joined(lines) == whole


def test_a_word_that_the_document_itself_writes_with_a_hyphen_keeps_it():
    text = "Kontakt web-redaktør Kari når noe er feil på nettsiden vår.\n\nTil slutt skriver du til web-\nredaktør.\n"
    assert "til web-redaktør." in read_document("r.txt", text.encode()).markdown()


def test_soft_hyphens_and_the_hyphens_of_a_pdf():
    text = "<p style='width: 3.6cm; hyphens: manual'>Vi er til&shy;gjengelige for kommu&shy;nikasjon med alle.</p>"
    outline = pdf(f"<h1>Regler</h1>{text}<p>En linje til, som er lang nok til å vise hvor tett linjene står her.</p>")
    assert outline.blocks[1] == Paragraph("Vi er tilgjengelige for kommunikasjon med alle.")
    page = "<html><body><h1>R</h1><p>Til&shy;gjengelig.</p></body></html>"
    assert read_document("r.html", page.encode()).blocks[1] == Paragraph("Tilgjengelig.")


# --- titles directly above pasted text ---

PASTED = """Retningslinjer for nettet

Ansvar og drift
Tjenesteleder har ansvar for driften av den enkelte konto.
Lederen peker ut en vara.
Ytringer
Alle ytringer skal være politisk nøytrale.

Formålet med Facebook
• Dele nyheter
• Svare på spørsmål
Formålet med Instagram
• Dele bilder
Arkiv
Det som har verdi, tas vare på.
"""


def test_titles_directly_above_pasted_text():
    outline = read_document("r.txt", PASTED.encode())
    assert [heading.text for heading in outline.headings] == [
        *("Retningslinjer for nettet", "Ansvar og drift", "Ytringer"),
        *("Formålet med Facebook", "Formålet med Instagram", "Arkiv"),
    ]
    assert [rule.text for rule in outline.rules] == ["Dele nyheter", "Svare på spørsmål", "Dele bilder"]


@pytest.mark.parametrize(
    "text",
    [
        "Vi svarer alle som skriver til oss i sosiale medier, også dem\nsom er sinte. Det gjelder hele døgnet.\n",
        "Kari Nordmann\nStorgata 1\n0001 Vikby\n",
        "- Svar alle som skriver til oss i sosiale medier, også dem fra\nOslo. Det gjelder hele døgnet.\n",
        "Vi svarer alle.\nDet gjelder hele døgnet, alle dager i uken og også i ferien.\n",
    ],
)
def test_text_that_was_merely_wrapped_has_no_titles(text):
    outline = read_document("r.txt", f"Regler\n\n{text}".encode())
    assert [heading.text for heading in outline.headings] == ["Regler"]


def test_titles_above_a_numbered_list_and_in_danish():
    text = "Retningslinjer\n\nSvar\n1. Svar hurtigt\n2. Svar venligt\nBilleder\n1. Spørg først\n"
    text += "Kontakt\nSkriv til os på siden her.\n"
    outline = read_document("r.txt", text.encode())
    assert [heading.text for heading in outline.headings] == ["Retningslinjer", "Svar", "Billeder", "Kontakt"]
    assert [rule.number for rule in outline.rules] == ["1", "2", "1"]
