"""What is struck out, deleted, hidden or a comment is left out of the text, whatever the format, and named."""

import pytest

from guidelines.documents.files import read_document
from guidelines.documents.outline import Heading, Paragraph, Rule
from tests.guidelines.documents.test_documents_formats import odt
from tests.guidelines.documents.word_files import level, num, numbering, para, run, style, word

STRUCK, HIDDEN = "<w:strike/>", "<w:vanish/>"
LISTS = numbering(level(0, "%1."))


def left(outline):
    return [(left.why, left.block.text) for left in outline.left_out]


@pytest.mark.parametrize(
    ("properties", "why"),
    [
        (STRUCK, "struck"),
        ("<w:dstrike/>", "struck"),
        (HIDDEN, "hidden"),
        ('<w:rStyle w:val="Strok"/>', "struck"),
        ('<w:rStyle w:val="Skjul"/>', "hidden"),
        ('<w:b/><w:color w:val="FF0000"/><w:strike w:val="1"/>', "struck"),
    ],
)
def test_word_runs(properties, why):
    styles = style("Strok", run=STRUCK, kind="character") + style("Grunn", run=HIDDEN, kind="character")
    styles += style("Skjul", based="Grunn", kind="character")
    body = para(run("1. Vi svarer "), run("aldri ", properties), run("alle.")) + para(run("2. Vi takker."))
    outline = read_document("r.docx", word(body, styles))
    assert outline.blocks == [Rule("Vi svarer alle.", "1"), Rule("Vi takker.", "2")]
    assert left(outline) == [(why, "aldri")]


def test_word_says_that_a_run_is_not_struck_out_though_its_style_is():
    styles = style("Opphevet", run=STRUCK) + style("Bygger", based="Opphevet")
    body = para(run("Borte."), style="Bygger") + para(run("Står.", '<w:strike w:val="0"/>'), style="Opphevet")
    outline = read_document("r.docx", word(body, styles))
    assert (outline.blocks, left(outline)) == ([Paragraph("Står.")], [("struck", "Borte.")])


def test_word_numbers_go_past_what_is_struck_out_and_not_past_what_is_hidden():
    body = (
        para(run("En."), more=num(1))
        + para(run("To.", STRUCK), more=num(1))
        + para(run("Skjult.", HIDDEN), more=num(1))
        + para(run("Tre."), more=num(1))
    )
    outline = read_document("r.docx", word(body, "", LISTS))
    assert outline.rules == [Rule("En.", "1"), Rule("Tre.", "3")]
    assert [(left.why, left.block.text) for left in outline.left_out] == [("struck", "To."), ("hidden", "Skjult.")]
    assert outline.left_out[0].block == Rule("To.", "2")


def test_word_tracked_changes_and_comments():
    deleted = '<w:del w:id="1"><w:r><w:delText xml:space="preserve">{}</w:delText></w:r></w:del>'
    body = (
        para(run("1. Vi svarer "), deleted.format("aldri "), f'<w:ins w:id="2">{run("alltid ")}</w:ins>', run("alle."))
        + para(deleted.format("Hele avsnittet."), more='<w:rPr><w:del w:id="3"/></w:rPr>')
        + para(run("2. Vi takker"), '<w:r><w:commentReference w:id="7"/></w:r>', run("."))
    )
    comments = f'<w:comment w:id="7" w:author="Kari">{para(run("Er dette rett?"))}</w:comment>'
    outline = read_document("r.docx", word(body, comments=comments))
    assert outline.blocks == [Rule("Vi svarer alltid alle.", "1"), Rule("Vi takker.", "2")]
    assert left(outline) == [("deleted", "aldri"), ("deleted", "Hele avsnittet."), ("comment", "Er dette rett?")]


def test_word_text_box_stands_once():
    box = f"<w:txbxContent>{para(run('1. I boksen.'))}</w:txbxContent>"
    mc = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    both = f'<w:r><mc:AlternateContent {mc}><mc:Choice Requires="wps"><w:drawing>{box}</w:drawing></mc:Choice>'
    for rest in (f"<mc:Fallback><w:pict>{box}</w:pict></mc:Fallback>", ""):
        body = para(run("Foran."), f"{both}{rest}</mc:AlternateContent></w:r>") + para(run("Bak."))
        texts = [block.text for block in read_document("r.docx", word(body)).blocks]
        assert texts == ["Foran.", "I boksen.", "Bak."]


ODT_STYLES = (
    '<style:style style:name="S" style:family="text"><style:text-properties style:text-line-through-style="solid"/>'
    '</style:style><style:style style:name="S2" style:family="text" style:parent-style-name="S"/>'
    '<style:style style:name="H" style:family="text"><style:text-properties text:display="none"/></style:style>'
    '<style:style style:name="PS" style:family="paragraph"><style:text-properties '
    'style:text-line-through-type="double"/></style:style>'
    '<style:style style:name="PH" style:family="paragraph" style:parent-style-name="Grunn"/>'
    '<style:style style:name="Grunn" style:family="paragraph"><style:text-properties text:display="none"/>'
    "</style:style>"
)


@pytest.mark.parametrize(
    ("gone", "why"),
    [
        ('<text:span text:style-name="S">aldri </text:span>', "struck"),
        ('<text:span text:style-name="S2">aldri </text:span>', "struck"),
        ('<text:span text:style-name="H">aldri </text:span>', "hidden"),
        ('<text:hidden-text text:condition="x" text:string-value="aldri" text:is-hidden="true"/>', "hidden"),
        ("<office:annotation><text:p>aldri</text:p></office:annotation>", "comment"),
    ],
)
def test_opendocument_stretches(gone, why):
    outline = read_document(
        "r.odt", odt(f"<text:p>1. Vi svarer {gone}alle.</text:p><text:p>2. Takk.</text:p>", ODT_STYLES)
    )
    assert outline.blocks == [Rule("Vi svarer alle.", "1"), Rule("Takk.", "2")]
    assert left(outline) == [(why, "aldri")]


def test_opendocument_paragraphs_sections_and_tracked_changes():
    region = (
        '<text:tracked-changes><text:changed-region text:id="c1"><text:deletion><text:p>Slettet.</text:p>'
        "</text:deletion></text:changed-region></text:tracked-changes>"
    )
    body = (
        f"{region}<text:p>1. En.</text:p>"
        '<text:p text:style-name="PS">2. To.</text:p>'
        '<text:p text:style-name="PH">Skjult.</text:p>'
        '<text:section text:display="none"><text:p>Seksjon.</text:p></text:section>'
        '<text:p>3. Tre.<text:change text:change-id="c1"/></text:p>'
    )
    outline = read_document("r.odt", odt(body, ODT_STYLES))
    assert outline.blocks == [Rule("En.", "1"), Rule("Tre.", "3")]
    assert left(outline) == [("struck", "To."), ("hidden", "Skjult."), ("hidden", "Seksjon."), ("deleted", "Slettet.")]


def test_opendocument_headings_have_the_numbers_of_their_outline():
    outline_style = (
        '<text:outline-style style:name="Outline"><text:outline-level-style text:level="1" style:num-format="1"/>'
        '<text:outline-level-style text:level="2" style:num-format="1" text:display-levels="2"/></text:outline-style>'
        '<style:style style:name="Egen" style:family="paragraph" style:parent-style-name="Heading_20_2"/>'
        '<style:style style:name="Heading_20_2" style:family="paragraph" style:default-outline-level="2"/>'
    )
    body = (
        '<text:h text:outline-level="1">Formål</text:h><text:p text:style-name="Egen">Hvem</text:p>'
        '<text:h text:outline-level="2" text:is-list-header="true">Uten</text:h>'
        '<text:h text:outline-level="1">Svar</text:h><text:p>Tekst.</text:p>'
    )
    assert read_document("r.odt", odt(body, outline_style)).headings == [
        *(Heading(1, "1 Formål"), Heading(2, "1.1 Hvem"), Heading(2, "Uten"), Heading(1, "2 Svar")),
    ]


def test_opendocument_numbers_of_many_levels_and_letters():
    lists = (
        '<text:list-style style:name="L"><text:list-level-style-number text:level="1" style:num-format="1" '
        'style:num-suffix="."/><text:list-level-style-number text:level="2" style:num-format="1" '
        'text:display-levels="2"/><text:list-level-style-number text:level="3" style:num-format="a" '
        'style:num-suffix=")"/></text:list-style>'
    )

    def items(*inner):
        return f"<text:list>{''.join(f'<text:list-item>{item}</text:list-item>' for item in inner)}</text:list>"

    deep = items("<text:p>Bokstav</text:p>", "<text:p>Enda en</text:p>")
    body = items("<text:p>En</text:p>", "<text:p>To</text:p>" + items("<text:p>Under</text:p>" + deep))
    body = body.replace("<text:list>", '<text:list text:style-name="L">', 1)
    rules = [(block.number, block.depth) for block in read_document("r.odt", odt(body, lists)).blocks]
    assert rules == [("1", 0), ("2", 0), ("2.1", 1), ("a)", 2), ("b)", 2)]


@pytest.mark.parametrize(
    ("gone", "why"),
    [
        ("<del>aldri </del>", "struck"),
        ("<s>aldri </s>", "struck"),
        ('<span style="text-decoration: line-through">aldri </span>', "struck"),
        ('<span class="c3">aldri </span>', "struck"),
        ('<span class="skjul">aldri </span>', "hidden"),
        ("<span hidden>aldri </span>", "hidden"),
        ("<span style='display:none;mso-hide:all'>aldri </span>", "hidden"),
        ("<!-- aldri -->", "comment"),
    ],
)
def test_pages(gone, why):
    sheet = ".c3{color:red;text-decoration:line-through} .skjul { display: none } @media print{.p{display:none}}"
    body = f"<p>1. Vi svarer {gone}alle.</p><p class=p>2. Takk.</p>"
    page = f"<html><head><style>{sheet}</style></head><body>{body}</body></html>"
    outline = read_document("r.html", page.encode())
    assert outline.blocks == [Rule("Vi svarer alle.", "1"), Rule("Takk.", "2")]
    assert left(outline) == [(why, "aldri")]


def test_pages_struck_lists_keep_their_numbers_and_what_stands_around_is_named():
    page = """<html><body><nav><a href="/">Hjem</a> <a href="/om">Om</a></nav><h1>Regler</h1>
    <ol><li>En</li><li><s>To</s></li><li>Tre</li></ol><aside><p>Les også</p></aside>
    <img src="a.png" alt="Varsel på telefon"><footer>Vikby</footer></body></html>"""
    outline = read_document("r.html", page.encode())
    assert outline.rules == [Rule("En", "1"), Rule("Tre", "3")]
    assert left(outline) == [
        *(("web-page", "Hjem\nOm"), ("struck", "To"), ("web-page", "Les også"), ("picture", "Varsel på telefon")),
        ("web-page", "Vikby"),
    ]


def test_markdown():
    text = "---\ntitle: Utkast\n---\n# Regler\n\n1. Svar\n2. ~~Slett kritikk~~\n3. Takk ~~ikke~~ alle\n\n"
    text += "<!-- spør Kari -->\n"
    outline = read_document("r.md", text.encode())
    assert outline.rules == [Rule("Svar", "1"), Rule("Takk alle", "3")]
    assert left(outline) == [
        *(("details", "title: Utkast"), ("struck", "Slett kritikk"), ("struck", "ikke"), ("comment", "spør Kari")),
    ]


def test_a_document_of_which_nothing_is_left_says_so():
    from guidelines.documents.files import DocumentError

    with pytest.raises(DocumentError, match="no text"):
        read_document("r.docx", word(para(run("Alt er strøket.", STRUCK))))
