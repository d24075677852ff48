"""Ten documents as bodies really have them, in all formats, and what an attacker would send instead.

Each says which headings and rules it has; everything else in it is nothing of the kind.
"""

import io
import time

import pytest
from weasyprint import HTML

from guidelines.documents.files import DocumentError, read_document
from guidelines.documents.intake import take_in
from guidelines.documents.outline import MAX_CHARACTERS, Paragraph
from guidelines.texts.markdown import render, with_anchors
from tests.guidelines.documents.test_documents_formats import docx, odt, p

NOTICE = """\ufeffRETNINGSLINJER FOR SOSIALE MEDIER\r
Vedtatt av kommunestyret 12.03.2026, sak 14/26\r
\r
Innhold\r
1 Formål .................. 2\r
2 Svar på henvendelser …… 3\r
3 Arkiv . . . . . . . . . . 4\r
\f\r
1 Formål\r
\r
Disse retnings-\r
linjene gjelder for ansatte. De er gjort gjeldende fra 1. mai 2026 og\r
erstatter de fra 2019.\r
\r
Side 2 av 4\r
\f\r
2 Svar på henvendelser\r
\r
Vi svarer innen\r
24 timer. Det gjelder:\r
\r
a) spørsmål i inn-\r
   boksen\r
b) kommentarer\r
c) meldinger\r
\r
Side 3 av 4\r
\f\r
3 Arkiv\r
\r
• Journalfør det som har verdi som dokumentasjon, jf. arkivlova § 9.\r
• Ta skjermbilde\r
\r
Side 4 av 4\r
"""

MEMO = """---
title: "Notat"
author: K. Nordmann
---
<!-- utkast: - ikke ferdig -->
Reglar for nettet
=================

Frå: Kari  \\
Til: alle tilsette

Korleis svarer vi?
------------------

* Svar **raskt**
* Svar på *nynorsk*
  når spørsmålet er på nynorsk

> Ver saklege, seier sjefen.
> 1. Dette er berre eit sitat.
> - og dette òg

```
1. kode er ingen regel
# eller overskrift
```

Døme: «Takk for spørsmålet!»

Kva med arkivet?
----------------

 1) Journalfør
 2) Spør ved tvil – 10. etasje

| Kven | Kva |
|------|-----|
| 1. linje | - svarer |
"""

SHOUTED = """VEJLEDNING TIL MEDARBEJDERE

Kære alle

Her er vores regler. De gælder fra i dag.

SVAR

- svar hurtigt - også når det er svært
– svar venligt
· svar på dansk

TAVSHEDSPLIGT

Del aldrig personfølsomme oplysninger.

Med venlig hilsen
Borgmesteren
Rådhuset 1
8900 Randers
"""

PASTED = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><meta charset="windows-1252">
<style>li {x}</style>
</head><body class="MsoNormal"><div class="header"><nav><ul><li>Forside</li><li>Kontakt</li></ul></nav></div>
<p class="MsoToc1"><a href="#_Toc1">Svar<span>.......... 2</span></a></p>
<h1 style='mso-x:y'><o:p></o:p>Regler&nbsp;for <b>nettet</b></h1>
<p class="MsoNormal"><o:p>&nbsp;</o:p></p><h2>Svar</h2><h2>Svar</h2>
<p class="MsoListParagraph">&#8226;&nbsp;&nbsp;Svar fort</p><p class="MsoListParagraph">&#8226; Svar pent</p>
<blockquote><p>Vi svarer alltid.</p></blockquote>
<table><tr><td><p>Ros</p></td><td><p>Takk</p></td></tr></table>
<h3>Arkiv</h3><ol type="a"><li>Journalf&oslash;r<li>Ta skjermbilde<li></ol>
<p onclick="alert(1)">Slutt<script>alert(1)</script></p><footer><ul><li>Personvern</li></ul></footer></body>"""

TABLES = """<p><b>Regler for klubben</b></p><p>Vi er p&aring; nettet for &aring; bli sett.</p>
<p><strong>Svar</strong></p>
<table><tr><th>Tid</th><th>Svar</th></tr><tr><td>1. uke</td><td>- fort</td></tr></table>
<p>1. Svar fort<br>2. Svar pent</p><p><b>Viktig:</b> dette er ingen overskrift.</p>
<p><b>Bilder</b></p><ul><li>Spør f&oslash;rst
<ul><li>ogs&aring; foreldre</li></ul></li></ul>"""


def run(text: str, *looks: str) -> str:
    return (
        f'<w:r><w:rPr>{"".join(f"<w:{look}/>" for look in looks)}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'
    )


WORD = docx(
    p("Retningslinjer", "Tittel")
    + p("Svar\t3", "Inn1")
    + p("Svar", "O1")
    + f"<w:p>{run('Vi svarer ')}{run('al', 'b')}{run('le', 'b')}"
    + "<w:del><w:r><w:delText>ikke</w:delText></w:r></w:del></w:p>"
    + p("Svar fort", number=1)
    + p("Svar pent", number=1)
    + p("Mellom reglene står det noe.")
    + p("Si takk", number=1)
    + p("også i julen", number=1, level=1)
    + p("", number=1)
    + p("", "O1")
    + p("Arkiv", "O2")
    + p("- skrevet for hånd")
    + p("- også denne")
)

WORD_BOLD = docx(
    f"<w:p>{run('Regler for nettet', 'b')}</w:p><w:p>{run('Vi svarer alle som spør oss om noe.')}</w:p>"
    f"<w:p>{run('1. Svar', 'b')}</w:p><w:p>{run('Vi svarer innen et døgn.')}</w:p>"
    f"<w:p>{run('2. Arkiv', 'b')}</w:p><w:p>{run('• Journalfør')}</w:p><w:p>{run('• Spør')}</w:p>"
    f"<w:p>{run('Eksempel: ', 'b')}{run('vi fikk et spørsmål 3. mai.')}</w:p>"
)

OPEN = odt(
    "<text:table-of-content><text:index-body><text:p>Svar<text:tab/>2</text:p></text:index-body></text:table-of-content>"
    '<text:p text:style-name="Title">Reglar</text:p><text:h text:outline-level="1">Svar</text:h>'
    "<text:tracked-changes><text:p>sletta</text:p></text:tracked-changes>"
    '<text:list text:style-name="L1"><text:list-item><text:p>Svar fort</text:p>'
    '<text:list text:style-name="L1"><text:list-item>'
    "<text:p>òg i ferien</text:p></text:list-item></text:list></text:list-item></text:list>"
    "<text:p>Imellom.</text:p>"
    '<text:list text:style-name="L1" text:continue-numbering="true"><text:list-item>'
    "<text:p>Svar pent</text:p></text:list-item></text:list>"
    '<text:p text:style-name="Quotations">1. Eit sitat</text:p><text:h text:outline-level="2">Arkiv</text:h>'
    "<text:p>•<text:tab/>Journalfør</text:p><text:p>Slutt"
    "<text:note><text:note-body><text:p>1. note</text:p></text:note-body></text:note>.</text:p>",
    '<text:list-style style:name="L1"><text:list-level-style-number text:level="1" style:num-format="1"/>'
    '<text:list-level-style-bullet text:level="2"/></text:list-style>',
)


def pdf(body: str, style: str = "") -> bytes:
    style = f"body {{ font: 11pt DejaVu Sans }} {style}"
    page = f"<html lang='nb'><head><title>x</title><style>{style}</style></head><body>{body}"
    return HTML(string=page).write_pdf()


LONG = "Vi svarer på alle henvendelser som kommer inn til oss, også når svaret er at vi ikke vet. " * 4


def layout() -> bytes:
    return pdf(
        f"<h1>Retningslinjer</h1><p class='c'><a href='#a'>Svar</a></p><p class='c'><a href='#b'>Arkiv</a></p>"
        f"<h2 id='a'>Svar</h2><p>{LONG}</p><p>{LONG}</p><ol><li>Svar fort, og det gjelder for absolutt"
        f" alle som har skrevet til oss og venter</li><li>Svar pent</li></ol><p>{LONG * 5}</p>"
        f"<h2 id='b'>Arkiv</h2><p>{LONG}</p>"
        f"<ul><li>Journalfør</li><li>Ta skjermbilde</li></ul><p>{LONG}</p>",
        "@page { size: A5; @top-center { content: 'Vikby kommune' } @bottom-right { content: 'Side ' counter(page) } }"
        " .c a::after { content: leader('.') target-counter(attr(href), page) }"
        " p { hyphens: auto; text-align: justify }",
    )


def scanned_words() -> bytes:
    return pdf(
        f"<p>Regler for nettet</p><p>{LONG}</p><p>1. Svar fort<br>2. Svar pent</p>"
        f"<p>{LONG}</p><p>– Journalfør<br>– Spør</p>"
    )


DOCUMENTS = [
    (
        "vedtak.txt",
        lambda: NOTICE.encode("utf-16"),
        ["RETNINGSLINJER FOR SOSIALE MEDIER", "1 Formål", "2 Svar på henvendelser", "3 Arkiv"],
        [
            ("a)", "spørsmål i innboksen"),
            ("b)", "kommentarer"),
            ("c)", "meldinger"),
            ("", "Journalfør det som har verdi som dokumentasjon, jf. arkivlova § 9."),
            ("", "Ta skjermbilde"),
        ],
    ),
    (
        "notat.md",
        lambda: MEMO.encode(),
        ["Reglar for nettet", "Korleis svarer vi?", "Kva med arkivet?"],
        [
            ("", "Svar **raskt**"),
            ("", "Svar på *nynorsk* når spørsmålet er på nynorsk"),
            ("1", "Journalfør"),
            ("2", "Spør ved tvil – 10. etasje"),
        ],
    ),
    (
        "vejledning.txt",
        lambda: SHOUTED.encode("cp1252"),
        ["VEJLEDNING TIL MEDARBEJDERE", "SVAR", "TAVSHEDSPLIGT"],
        [("", "svar hurtigt - også når det er svært"), ("", "svar venligt"), ("", "svar på dansk")],
    ),
    (
        "side.html",
        lambda: PASTED.encode("cp1252"),
        ["Regler for nettet", "Svar", "Svar", "Arkiv"],
        [("", "Svar fort"), ("", "Svar pent"), ("1", "Journalfør"), ("2", "Ta skjermbilde")],
    ),
    (
        "klubb.htm",
        lambda: TABLES.encode(),
        ["Regler for klubben", "Svar", "Bilder"],
        [("1", "Svar fort"), ("2", "Svar pent"), ("", "Spør først")],
    ),
    (
        "word.docx",
        lambda: WORD,
        ["Retningslinjer", "Svar", "Arkiv"],
        [
            ("1", "Svar fort"),
            ("2", "Svar pent"),
            ("3", "Si takk"),
            ("", "skrevet for hånd"),
            ("", "også denne"),
        ],
    ),
    (
        "fet.docx",
        lambda: WORD_BOLD,
        ["Regler for nettet", "1. Svar", "2. Arkiv"],
        [("", "Journalfør"), ("", "Spør")],
    ),
    (
        "reglar.odt",
        lambda: OPEN,
        ["Reglar", "Svar", "Arkiv"],
        [("1", "Svar fort"), ("2", "Svar pent"), ("", "Journalfør")],
    ),
    (
        "trykk.pdf",
        layout,
        ["Retningslinjer", "Svar", "Arkiv"],
        [
            ("1", "Svar fort, og det gjelder for absolutt alle som har skrevet til oss og venter"),
            ("2", "Svar pent"),
            ("", "Journalfør"),
            ("", "Ta skjermbilde"),
        ],
    ),
    (
        "enkel.pdf",
        scanned_words,
        ["Regler for nettet"],
        [("1", "Svar fort"), ("2", "Svar pent"), ("", "Journalfør"), ("", "Spør")],
    ),
]


@pytest.mark.parametrize(("name", "make", "headings", "rules"), DOCUMENTS, ids=[name for name, *_rest in DOCUMENTS])
def test_a_messy_document_gives_its_headings_and_rules_and_nothing_else(name, make, headings, rules):
    outline = read_document(name, make())

    assert [heading.text for heading in outline.headings] == headings
    assert [(rule.number, rule.text) for rule in outline.rules] == rules
    said = outline.markdown()
    for furniture in ("....", "Side 2", "Innhold", "alert(", "Forside", "Personvern", "ikke ferdig", "Vikby kommune"):
        assert furniture not in said
    rendered = render(with_anchors(said))
    assert len(rendered.headings) == len(headings)
    assert len(rendered.rules) == len(rules)


def test_a_quotation_and_an_example_are_kept_as_such():
    outline = read_document("notat.md", MEMO.encode())

    quotes = [block.text for block in outline.blocks if isinstance(block, Paragraph) and block.quote]
    assert quotes == ["Ver saklege, seier sjefen. 1. Dette er berre eit sitat. - og dette òg"]


# --- hostile -------------------------------------------------------------------------------------------

MUCH = 5_000_000


@pytest.mark.slow
@pytest.mark.no_cover  # counting lines takes longer than running them
@pytest.mark.parametrize(
    "pattern", ["a", "- x\n", "<!--", "1. Svar\n\n", "[a](", "\f", "a\n===\n", "```\n", "> ", "\\"]
)
def test_five_megabytes_of_text_are_refused_soon(pattern):
    began = time.process_time()
    with pytest.raises(DocumentError, match=r"at most \d+ can be taken in"):
        read_document("a.txt", ("Hei. " + pattern * (MUCH // len(pattern))).encode())

    assert time.process_time() - began < 10


@pytest.mark.slow
@pytest.mark.no_cover
@pytest.mark.parametrize("pattern", [". ", "_ ", "…", "* ", "[", "`", "a ", "1.", "<a", "**a", "\\", "- "])
def test_what_is_just_short_enough_ends_in_good_time(apart, pattern):
    """The reading process has its own limit; what comes of the text must then be shown in good time too."""
    paragraph = "Hei " + (pattern * 9_900)[:9_900]
    data = "\n\n".join([paragraph] * 3).encode()

    body = with_anchors(read_document("a.md", data).markdown())
    began = time.process_time()
    render(body)
    assert time.process_time() - began < 10


@pytest.mark.parametrize("name", ["a.md", "a.txt", "a.html", "a.docx", "a.odt", "a.pdf"])
def test_scripts_in_every_field_are_only_words(name, db, now):
    evil = "<script>alert(1)</script><img src=x onerror=alert(1)>[x](javascript:alert(1))"
    escaped = evil.replace("<", "&lt;").replace(">", "&gt;")
    make = {
        "a.html": lambda: f"<html><h1>{evil}</h1><ol><li>{evil} {escaped}</li></ol>".encode(),
        "a.docx": lambda: docx(p(escaped, "O1") + p(escaped, number=1)),
        "a.odt": lambda: odt(f'<text:h text:outline-level="1">{escaped}</text:h><text:p>- {escaped}</text:p>'),
        "a.pdf": lambda: pdf(f"<h1>{escaped}</h1><p>1. {escaped}</p><p>2. Svar</p>"),
    }.get(name, lambda: f"# {evil}\n\n1. {evil}\n".encode())

    imported = take_in(
        read_document(name, make()), title=evil, language="nb", audience="employees", slug="evil", by=None, now=now
    )

    html = imported.text.rendered().html
    assert "<script" not in html
    assert "<img" not in html
    assert 'href="javascript' not in html
    assert len(html) > 20


def test_a_bomb_in_the_list_numbers_of_a_word_document_is_refused():
    bomb = "<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'>]><w:numbering xmlns:w='x'>&a;</w:numbering>"
    with pytest.raises(DocumentError, match="XML entities"):
        read_document("a.docx", docx(p("x", number=1), **{"word/numbering.xml": bomb}))


def test_a_long_document_is_taken_in_whole():
    data = "".join(f"## Del {at}\n\n- Regel {at}\n\n{'Ord her. ' * 20}\n\n" for at in range(1_000)).encode()
    assert len(data) < MAX_CHARACTERS
    outline = read_document("a.md", io.BytesIO(data).read())

    assert (len(outline.headings), len(outline.rules)) == (1_000, 1_000)
