"""Word: numbers and headings that stand in styles, in styles based on those, and in lists of many levels."""

import pytest

from guidelines.documents.files import read_document
from guidelines.documents.outline import Heading, Paragraph, Rule
from tests.guidelines.documents.word_files import level, num, numbering, para, run, style, word

HEADINGS = level(0, "%1") + level(1, "%1.%2") + level(2, "%1.%2.%3")
BY_STYLE = (
    style("Normal")
    + style("H1", "heading 1", "Normal", num(1) + '<w:outlineLvl w:val="0"/>')
    + style("H2", "heading 2", "Normal", num(1, 1) + '<w:outlineLvl w:val="1"/>')
    + style("Egen", "Kommunens overskrift", "H2")
    + style("EgnesEgen", "Avdelingens overskrift", "Egen")
    + style("Uten", "Overskrift uten nummer", "H1", num(0))
    + style("Liste", "List Number", "Normal", num(2))
    + style("Regel", "Regel", "Liste")
    + style("Underpunkt", "Underpunkt", "Regel", num(2, 1))
)
LISTS = numbering(HEADINGS, level(0, "%1.") + level(1, "%2)", "lowerLetter"))


def read(body, styles=BY_STYLE, lists=LISTS, **parts):
    return read_document("regler.docx", word(body, styles, lists, **parts))


def printed(outline):
    return [(rule.number, rule.text, rule.depth) for rule in outline.blocks if isinstance(rule, Rule)]


def test_headings_have_the_numbers_and_levels_of_the_styles_theirs_are_based_on():
    outline = read(
        para(run("Formål"), style="H1")
        + para(run("Hvem"), style="Egen")
        + para(run("Hva"), style="EgnesEgen")
        + para(run("Vedlegg"), style="Uten")
        + para(run("Regler"), style="H1")
        + para(run("Svar"), style="H2")
        + para(run("Tekst"))
    )
    assert [(heading.level, heading.text) for heading in outline.headings] == [
        *((1, "1 Formål"), (2, "1.1 Hvem"), (2, "1.2 Hva"), (1, "Vedlegg"), (1, "2 Regler"), (2, "2.1 Svar")),
    ]


def test_rules_have_the_numbers_of_the_styles_theirs_are_based_on():
    outline = read(
        para(run("Svar"), style="H1")
        + para(run("Svar fort"), style="Liste")
        + para(run("Svar pent"), style="Regel")
        + para(run("på nynorsk"), style="Underpunkt")
        + para(run("på bokmål"), style="Underpunkt")
        + para(run("Si takk"), style="Regel")
        + para(run("Uten nummer"), style="Regel", more=num(0))
    )
    assert printed(outline) == [
        *(("1", "Svar fort", 0), ("2", "Svar pent", 0), ("a)", "på nynorsk", 1), ("b)", "på bokmål", 1)),
        ("3", "Si takk", 0),
    ]
    assert Paragraph("Uten nummer") in outline.blocks


@pytest.mark.parametrize(
    ("template", "places", "numbers"),
    [
        (level(0, "§ %1."), [0, 0], ["§ 1.", "§ 2."]),
        (level(0, "%1)", "lowerLetter"), [0, 0, 0], ["a)", "b)", "c)"]),
        (level(0, "(%1)", "lowerRoman"), [0, 0, 0, 0], ["i)", "ii)", "iii)", "iv)"]),
        (
            level(0, "%1.", "upperRoman") + level(1, "%1.%2", more="<w:isLgl/>"),
            [0, 0, 1, 1],
            ["I)", "II)", "2.1", "2.2"],
        ),
        (HEADINGS, [0, 1, 1, 2, 0, 1], ["1", "1.1", "1.2", "1.2.1", "2", "2.1"]),
        (level(0, "%1") + level(1, "%1.%2", more='<w:lvlRestart w:val="0"/>'), [0, 1, 0, 1], ["1", "1.1", "2", "2.2"]),
        (level(0, "%1", "decimalZero"), [0, 0], ["01", "02"]),
    ],
)
def test_numbers_are_printed_as_word_prints_them(template, places, numbers):
    body = "".join(para(run(f"Regel {at}"), more=num(1, place)) for at, place in enumerate(places))
    outline = read(body, lists=numbering(template), styles="")
    assert [number for number, _text, _depth in printed(outline)] == numbers


def test_a_list_that_begins_anew_one_that_goes_on_and_one_with_a_look_of_its_own():
    more = (
        '<w:num w:numId="5"><w:abstractNumId w:val="1"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/>'
        '</w:lvlOverride></w:num><w:num w:numId="6"><w:abstractNumId w:val="1"/></w:num><w:num w:numId="7">'
        '<w:abstractNumId w:val="1"/><w:lvlOverride w:ilvl="0">'
        f"{level(0, '%1)', 'lowerLetter')}</w:lvlOverride></w:num>"
    )
    lists = numbering(level(0, "%1."), more=more)
    body = "".join(para(run(f"Regel {which}"), more=num(which)) for which in (1, 1, 6, 5, 5))
    assert [number for number, *_rest in printed(read(body, lists=lists, styles=""))] == ["1", "2", "3", "1", "2"]
    own = read(para(run("Egen"), more=num(7)), lists=lists, styles="")
    assert [number for number, *_rest in printed(own)] == ["a)"]


def test_a_list_that_takes_its_look_from_a_style_of_lists():
    lists = numbering('<w:numStyleLink w:val="Regelliste"/>', level(0, "%1."))
    styles = style("Regelliste", paragraph=num(2), kind="numbering")
    outline = read(para(run("En"), more=num(1, 0)) + para(run("To"), more=num(1, 0)), styles, lists)
    assert printed(outline) == [("1", "En", 0), ("2", "To", 0)]


def test_an_outline_level_on_the_paragraph_itself_and_one_taken_away():
    outline = read(
        para(run("Svar"), more='<w:outlineLvl w:val="1"/>')
        + para(run("Ingen overskrift"), style="H1", more='<w:outlineLvl w:val="9"/>' + num(0))
    )
    assert outline.blocks == [Heading(2, "Svar"), Paragraph("Ingen overskrift")]


def test_styles_in_a_circle_and_lists_that_are_missing_do_no_harm():
    styles = style("A", based="B") + style("B", based="A", paragraph=num(9))
    outline = read(para(run("Tekst."), style="A") + para(run("Mer."), style="Finnes ikke", more=num(77)), styles)
    assert outline.blocks == [Paragraph("Tekst."), Paragraph("Mer.")]


def test_a_document_written_by_python_docx():
    import io

    from docx import Document
    from docx.enum.style import WD_STYLE_TYPE

    document = Document()
    own = document.styles.add_style("Kommunens regel", WD_STYLE_TYPE.PARAGRAPH)
    own.base_style = document.styles["List Number"]
    title = document.styles.add_style("Kommunens overskrift", WD_STYLE_TYPE.PARAGRAPH)
    title.base_style = document.styles["Heading 2"]
    document.add_heading("Retningslinjer", 0)
    document.add_paragraph("Svar", style=title)
    document.add_paragraph("Svar fort", style=own)
    document.add_paragraph("Svar pent", style="List Number")
    document.add_paragraph("Husk", style="List Bullet")
    document.sections[0].header.paragraphs[0].text = "Vikby kommune"
    stream = io.BytesIO()
    document.save(stream)

    outline = read_document("regler.docx", stream.getvalue())

    assert [(heading.level, heading.text) for heading in outline.headings] == [(1, "Retningslinjer"), (3, "Svar")]
    assert printed(outline) == [("1", "Svar fort", 0), ("2", "Svar pent", 0), ("", "Husk", 0)]
    assert [(left.why, left.block.text) for left in outline.left_out] == [("page-edge", "Vikby kommune")]
