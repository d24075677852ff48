"""HTML, Word, OpenDocument and PDF in; hostile and damaged files refused with the reason."""

import io
import zipfile

import pytest
from weasyprint import HTML

from guidelines.documents import files
from guidelines.documents.docx import read_docx
from guidelines.documents.files import DocumentError, read_document
from guidelines.documents.html import read_html
from guidelines.documents.odt import read_odt
from guidelines.documents.outline import MAX_PARTS, Heading, Rule, Unreadable
from guidelines.documents.pdf import read_pdf
from guidelines.documents.reader import answer

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def zipped(parts: dict[str, str | bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content, zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def docx(body: str, **more) -> bytes:
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="{key}"><w:name w:val="{name}"/></w:style>'
        for key, name in [("Tittel", "Title"), ("O1", "heading 1"), ("O2", "heading 2"), ("Inn1", "toc 1")]
    )
    levels = "".join(
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{{kind}}"/></w:lvl>' for level in (0, 1)
    )
    return zipped(
        {
            "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="xml" ContentType="application/xml"/>'
            '<Override PartName="/word/document.xml" ContentType='
            '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
            "_rels/.rels": f'<Relationships xmlns="{RELS}"><Relationship Id="r1" Type="{OFFICE}/officeDocument" '
            'Target="word/document.xml"/></Relationships>',
            "word/_rels/document.xml.rels": f'<Relationships xmlns="{RELS}"><Relationship Id="s" '
            f'Type="{OFFICE}/styles" Target="styles.xml"/><Relationship Id="n" Type="{OFFICE}/numbering" '
            'Target="numbering.xml"/></Relationships>',
            "word/document.xml": f"<w:document {W}><w:body>{body}</w:body></w:document>",
            "word/styles.xml": f"<w:styles {W}>{styles}</w:styles>",
            "word/numbering.xml": f"<w:numbering {W}>"
            f'<w:abstractNum w:abstractNumId="1">{levels.format(kind="decimal")}</w:abstractNum>'
            f'<w:abstractNum w:abstractNumId="2">{levels.format(kind="bullet")}</w:abstractNum>'
            '<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>'
            '<w:num w:numId="2"><w:abstractNumId w:val="2"/></w:num></w:numbering>',
            **more,
        }
    )


def p(text: str, style: str = "", number: int = 0, level: int = 0) -> str:
    numbering = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>' if number else ""
    style = f'<w:pStyle w:val="{style}"/>' if style else ""
    return f"<w:p><w:pPr>{style}{numbering}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


ODF = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in [
        *(("office", "office"), ("text", "text"), ("style", "style"), ("table", "table")),
        *(("fo", "xsl-fo-compatible"), ("number", "datastyle")),
    ]
)


def odt(body: str, styles: str = "") -> bytes:
    return zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "content.xml": f'<office:document-content {ODF} xmlns:xlink="http://www.w3.org/1999/xlink">'
            f"<office:automatic-styles>{styles}</office:automatic-styles>"
            f"<office:body><office:text>{body}</office:text></office:body></office:document-content>",
            "styles.xml": f"<office:document-styles {ODF}></office:document-styles>",
        }
    )


def shape(outline):
    return (
        [(heading.level, heading.text) for heading in outline.headings],
        [(rule.number, rule.text) for rule in outline.rules],
    )


PAGE = """<!DOCTYPE html><html><head><title>Regler</title><style>p{}</style></head><body>
<header><nav><ul><li>Hjem</li></ul></nav></header><script>1. x</script>
<main><h1>Regler for nettet</h1><div class="toc"><ol><li>Svar</li></ol></div>
<h2><b>Svar</b> <i>godt</i></h2><p>Vi svarer <strong>alle</strong> og <em>helst</em>  straks. <img src="x.png">
<a href="https://vikby.example/a">Les mer</a>, <a href="javascript:alert(1)">ikke her</a>, snake_case * 2.</p>
<ol start="3"><li>Svar innen et døgn<ul><li>også i julen</li></ul></li>
<li value="7"><p>Si takk</p><p>Alltid.</p></li></ol>
<ul><li>Hør på folk</li><li>   </li></ul>
<p>1. Skrevet for hånd<br>2. også denne</p><p>• Punkt i avsnitt</p>
<table><tr><th>Hva</th><th>Når</th></tr><tr><td>Ros</td><td>straks</td></tr></table>
<table><tr><td><p>Bare for utseendet</p></td></tr></table>
<dl><dt>Vara</dt><dd>Tar over</dd></dl><p hidden>skjult</p><!-- borte --></main><footer>Bunn</footer></body></html>"""


def test_html_gives_headings_lists_and_inline_marks():
    outline = read_document("regler.html", PAGE.encode())
    markdown = outline.markdown()

    assert shape(outline) == (
        [(1, "Regler for nettet"), (2, "Svar godt")],
        [
            ("3", "Svar innen et døgn"),
            ("7", "Si takk"),
            ("", "Hør på folk"),
            ("1", "Skrevet for hånd"),
            ("2", "også denne"),
            ("", "Punkt i avsnitt"),
        ],
    )
    assert (
        "Vi svarer **alle** og *helst* straks. [Les mer](https://vikby.example/a), ikke her, snake\\_case \\* 2."
        in markdown
    )
    assert "Hva | Når\n\nRos | straks\n\nBare for utseendet\n\nVara\n\nTar over" in markdown
    for gone in ("Hjem", "skjult", "borte", "Bunn", "1. x", "javascript"):
        assert gone not in markdown
    assert read_document("regler", PAGE.encode()) == outline


def test_html_that_spells_what_no_database_keeps():
    page = rb"<meta charset=unicode_escape><h1>Ru\ud800les</h1><ul><li>Answer\x00 fast<p>al\udfffso here</p></li></ul>"

    outline = read_document("rules.html", page)

    assert outline.blocks == [Heading(1, "Rules"), Rule("Answer fast", more=("also here",))]


def test_html_in_another_charset_and_as_a_fragment():
    latin = '<html><head><meta charset="iso-8859-1"></head><body><h1>Råd</h1><p>Hør.</p></body></html>'.encode(
        "latin-1"
    )

    assert read_html(latin).headings[0].text == "Råd"
    assert read_document("a.html", b"<h1>A</h1><p>Hei.</p>").headings[0].text == "A"
    assert read_html(b'<meta charset="nonsense"><h2>B</h2><p>Hei.</p>').headings[0].text == "B"


def test_bold_lines_stand_in_for_headings_where_there_are_none():
    outline = read_html(
        b"<p><b>Svar</b></p><p>Vi svarer alle som spurte.</p><p>Kort linje</p>"
        b"<p>Mer.</p><p><b>Takk</b></p><p>Slutt.</p>"
    )

    assert [heading.text for heading in outline.headings] == ["Svar", "Takk"]


def test_word_gives_headings_by_style_and_rules_by_numbering():
    data = docx(
        p("Regler for nettet", "Tittel")
        + p("Svar\t3", "Inn1")
        + p("Svar", "O1")
        + p("Vi svarer alle.")
        + p("Svar innen et døgn", number=1)
        + p("også i julen", number=1, level=1)
        + p("Si takk", number=1)
        + p("Roller", "O2")
        + p("Leder", number=2)
    )

    outline = read_document("regler.docx", data)

    assert shape(outline) == (
        [(1, "Regler for nettet"), (2, "Svar"), (3, "Roller")],
        [("1", "Svar innen et døgn"), ("2", "Si takk"), ("", "Leder")],
    )
    assert read_docx(data) == outline


def test_opendocument_gives_headings_and_lists():
    styles = (
        '<style:style style:name="B" style:family="text"><style:text-properties fo:font-weight="bold"/></style:style>'
        '<style:style style:name="T" style:parent-style-name="Title"/>'
        '<text:list-style style:name="L1"><text:list-level-style-number text:level="1" style:num-format="1" '
        'text:start-value="2"/></text:list-style>'
        '<text:list-style style:name="L2"><text:list-level-style-bullet text:level="1"/></text:list-style>'
    )
    body = (
        '<text:p text:style-name="T">Regler</text:p>'
        "<text:table-of-content><text:p>Svar 2</text:p></text:table-of-content>"
        '<text:h text:outline-level="2"><text:span text:style-name="B">Svar</text:span></text:h>'
        '<text:p>Vi<text:s/>svarer <text:span text:style-name="B">alle</text:span>.<text:note>'
        "<text:note-citation>1</text:note-citation><text:note-body><text:p>fotnote</text:p></text:note-body>"
        "</text:note> "
        '<text:a xlink:href="https://vikby.example">Les</text:a><text:tab/>a<text:line-break/>b</text:p>'
        '<text:list text:style-name="L1"><text:list-item><text:p>Svar fort</text:p><text:p>Alltid.</text:p>'
        "<text:list><text:list-item><text:p>også i julen</text:p></text:list-item></text:list></text:list-item>"
        '<text:list-item text:start-value="9"><text:p>Si takk</text:p></text:list-item></text:list>'
        '<text:list text:style-name="L1" text:continue-numbering="true"><text:list-item><text:p>Hør</text:p>'
        "</text:list-item></text:list>"
        '<text:list text:style-name="L2"><text:list-item><text:p>Leder</text:p></text:list-item>'
        '<text:list-header><text:h text:outline-level="3">I liste</text:h></text:list-header></text:list>'
        "<text:section><text:p>1. For hånd</text:p></text:section>"
    )

    outline = read_document("regler.odt", odt(body, styles))

    assert shape(outline) == (
        [(1, "Regler"), (2, "Svar"), (3, "I liste")],
        [("2", "Svar fort"), ("9", "Si takk"), ("10", "Hør"), ("", "Leder"), ("1", "For hånd")],
    )
    assert "Vi svarer **alle**.¹ [Les](https://vikby.example) a\\\nb\\\n¹ fotnote" in outline.markdown()


def made_pdf(html: str) -> bytes:
    return HTML(string=html).write_pdf()


def test_pdf_gives_headings_by_size_and_rules_by_their_marks():
    page = (
        '<style>@page{size:A5;@top-center{content:"Regler for Vikby"}@bottom-center{content:"Side " counter(page)}}'
        "body{font-size:11pt}.next{break-before:page}</style><h1>Regler for det store nettet i Vikby kommune</h1>"
        "<p>Formål ........ 2<br>Svar ............. 3</p>"
        "<h2>Formål</h2><p>Vi vil snakke med innbyggerne, "
        "og denne teksten er så lang at den går over flere linjer.</p>"
        '<h2 class="next">Svar</h2><ol><li>Svar innen et døgn, og husk at denne regelen er så lang '
        "at den må brytes.</li>"
        "<li>Si takk</li></ol><p><b>Roller</b></p><p>Leder fordeler arbeidet.</p>"
        '<ul class="next"><li>Hør<ul><li>og lytt</li></ul></li><li>Vis videre</li></ul><p>Slutt.</p>'
    )

    outline = read_document("regler.pdf", made_pdf(page))

    assert shape(outline) == (
        [(1, "Regler for det store nettet i Vikby kommune"), (2, "Formål"), (2, "Svar"), (3, "Roller")],
        [
            ("1", "Svar innen et døgn, og husk at denne regelen er så lang at den må brytes."),
            ("2", "Si takk"),
            ("", "Hør"),
            ("", "Vis videre"),
        ],
    )
    assert "Side" not in outline.markdown()
    assert "Regler for Vikby\n" not in outline.markdown()
    assert "...." not in outline.markdown()


def test_pdf_of_one_size_is_read_like_plain_text():
    outline = read_pdf(
        made_pdf(
            f"<p>Regler for nettet</p><p>{'Vi svarer alle som spør oss om noe. ' * 9}</p><p>1. Svar</p><p>2. Takk</p>"
        )
    )

    assert [heading.text for heading in outline.headings] == ["Regler for nettet"]
    assert [rule.number for rule in outline.rules] == ["1", "2"]


def test_pdf_with_columns_keeps_its_own_order():
    cells = "".join(f"<tr><td>Venstre {at} her</td><td>Høyre {at} der</td></tr>" for at in range(6))

    assert "Venstre 0 her" in read_pdf(made_pdf(f"<table>{cells}</table>")).markdown()


BOMB = b"0" * 70_000_000
EXPANSION = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><w:document xmlns:w="x">&b;</w:document>'


@pytest.mark.parametrize(
    ("name", "make", "says"),
    [
        ("a.docx", lambda: docx(p("x"))[:300], "damaged or only half"),
        ("a.docx", lambda: docx(p("x")).replace(b"PK\x05\x06", b"XXXX"), "damaged or only half"),
        ("a.docx", lambda: docx("", **{"word/media/x.bin": BOMB}), "larger than the 60 MB"),
        ("a.docx", lambda: docx("", **{f"word/x{at}": "" for at in range(MAX_PARTS)}), "larger than the 60 MB"),
        ("a.docx", lambda: docx("", **{"word/document.xml": EXPANSION}), "XML entities"),
        ("a.docx", lambda: docx("", **{"word/document.xml": "<w:document"}), "its XML cannot be read"),
        ("a.docx", lambda: docx("", **{"word/document.xml": f"<w:document {W}/>"}), "Word document is damaged"),
        ("a.docx", lambda: docx(""), "no text in the file"),
        ("a.odt", lambda: odt("<text:p>x</text:p>")[:400], "damaged or only half"),
        ("a.odt", lambda: zipped({"mimetype": "application/vnd.oasis.opendocument.text"}), "“content.xml” is missing"),
        ("a.odt", lambda: odt("</nonsense>"), "its XML cannot be read"),
        ("a.odt", lambda: odt(""), "no text in the file"),
        ("a.odt", lambda: odt("<text:p>" + "x" * 30_000 + "</text:p>"), "30000 characters long"),
        ("a.pdf", lambda: b"%PDF-1.7\nnonsense", "PDF is damaged"),
        ("a.pdf", lambda: made_pdf("<p>x</p>")[:200], "PDF is damaged"),
        ("a.pdf", lambda: made_pdf("<p></p>"), "pictures of pages"),
        ("a.html", lambda: b"<html><p>" + b"<b>" * 200_001, "more than 200000 elements"),
        ("a.html", lambda: b"<html><p>" + b"a" * 1_000_000, "1000000 characters long"),
        ("a.pdf", lambda: b"Bare tekst", "it is not a PDF, or it is damaged"),
        ("a.txt", lambda: b"%PDF-1.7 x", "its content is a PDF"),
        ("a.md", lambda: b"<!doctype html><p>x", "its content is an HTML page"),
        ("a.odt", lambda: docx(p("x")), "its content is a Word document"),
        ("a.docx", lambda: zipped({"content.xml": ""}), "its content is an OpenDocument text"),
        ("a.docx", lambda: zipped({"x": ""}), "neither a Word document nor"),
        ("a.docx", lambda: b"\xd0\xcf\x11\xe0rest", "before 2007"),
        ("a.txt", lambda: rb"{\rtf1 x}", "rich text"),
        ("a.xlsx", lambda: b"PK\x03\x04", "Files named “.xlsx” cannot be read"),
    ],
)
def test_bad_files_are_refused_with_the_reason(name, make, says):
    with pytest.raises(DocumentError, match=says):
        read_document(name, make())


@pytest.mark.parametrize(
    "data", [b"<div>" * 50_000, b"<ul><li>" * 20_000, b"<i>" * 50_000 + b"x", b"<!" * 100_000, b"<a <" * 100_000]
)
def test_deep_and_broken_html_ends_in_good_time(data):
    result = answer("html", b"<html><body><p>Hei" + data)

    assert "blocks" in result or "error" in result


def test_deep_opendocument_ends_in_good_time():
    deep = "<text:section>" * 2_000 + "<text:p>Hei</text:p>" + "</text:section>" * 2_000
    lists = "<text:list><text:list-item>" * 1_000 + "</text:list-item></text:list>" * 1_000

    assert read_odt(odt(deep + lists)).blocks[0].text == "Hei"


def test_the_reading_process_answers_errors_as_data():
    assert answer("pdf", b"nonsense")["error"].startswith("The PDF is damaged")
    assert answer("html", b"<p>Hei.</p>")["blocks"][0][0] == "Paragraph"
    assert "blocks" in answer("docx", docx(p("Hei")))
    assert "blocks" in answer("odt", odt("<text:p>Hei</text:p>"))


def test_a_reader_that_runs_out_of_room_says_so(monkeypatch):
    def too_deep(data):
        raise RecursionError

    monkeypatch.setattr("guidelines.documents.html.read_html", too_deep)

    assert "nested too deeply" in answer("html", b"x")["error"]


def test_time_and_memory_are_bounded(apart, monkeypatch):
    monkeypatch.setattr(files, "MAX_MEMORY_BYTES", 20_000_000)
    with pytest.raises(DocumentError, match=r"time or memory|too large"):
        read_document("a.html", b"<html><p>Hei")

    monkeypatch.setattr(files, "MAX_MEMORY_BYTES", 1_000_000_000)
    monkeypatch.setattr(files, "MAX_SECONDS", -5)
    with pytest.raises(DocumentError, match=r"time or memory|too large"):
        read_document("a.html", b"<html><p>Hei")


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("a.html", lambda: b"<html><h1>Regler</h1><ul><li><p>Svar</p><p>Fort</p></li></ul>"),
        ("a.docx", lambda: docx(p("Regler", "O1") + p("Svar", number=2))),
        ("a.odt", lambda: odt('<text:h text:outline-level="1">Regler</text:h><text:p>- Svar</text:p>')),
        ("a.pdf", lambda: made_pdf("<h1>Regler</h1><ul><li>Svar</li></ul><p>Vi svarer alle som spør oss.</p>")),
    ],
)
def test_a_document_is_read_in_a_process_of_its_own(apart, name, make):
    outline = read_document(name, make())

    assert shape(outline) == ([(1, "Regler")], [("", "Svar")])
    assert hash(outline.blocks[1])


def test_what_is_wrong_is_told_by_the_other_process(apart):
    with pytest.raises(DocumentError, match="The PDF is damaged"):
        read_document("a.pdf", b"%PDF-1.7 nonsense")


def test_errors_carry_their_numbers():
    error = Unreadable("At most %(limit)d.", limit=3)

    assert str(error) == "At most 3."
