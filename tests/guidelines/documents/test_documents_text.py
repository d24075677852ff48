"""Plain text and Markdown as bodies write them: headings and rules out, furniture gone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from guidelines.documents.files import DocumentError, read_document
from guidelines.documents.outline import (
    MAX_BLOCK_CHARACTERS,
    MAX_BLOCKS,
    MAX_BYTES,
    MAX_CHARACTERS,
    Heading,
    Paragraph,
    Rule,
)


def read(text, name="rules.txt"):
    return read_document(name, text.encode() if isinstance(text, str) else text)


def headings(outline):
    return [(heading.level, heading.text) for heading in outline.headings]


def rules(outline):
    return [(rule.number, rule.text) for rule in outline.rules]


def test_headings_of_plain_text_are_short_lines_of_their_own():
    outline = read(
        """
        Regler for nettet i Vikby

        Hva gjelder reglene?

        De gjelder alle som svarer på vegne av kommunen, og de gjelder hele døgnet.

        Svar, takk m.m.

        - Svar fort
        - Svar høflig – og helst samme dag
        """.replace("        ", "")
    )

    assert headings(outline) == [(1, "Regler for nettet i Vikby"), (2, "Hva gjelder reglene?"), (2, "Svar, takk m.m.")]
    assert rules(outline) == [("", "Svar fort"), ("", "Svar høflig – og helst samme dag")]


def test_numbers_inside_bullets_are_the_rules_numbers():
    outline = read(
        "Reglar\n\n- 1 Ver til stades.\n- 2 Svar innan eit døgn. Er du borte, svarar ein annan.\n- 3 Sei takk! :)\n"
    )

    assert [number for number, _ in rules(outline)] == ["1", "2", "3"]
    assert rules(outline)[2][1] == "Sei takk! :)"


def test_bullets_that_merely_begin_with_a_number_are_bullets():
    outline = read("Frister\n\n- 24 timer for spørsmål\n- 3 dager for klager\n")

    assert rules(outline) == [("", "24 timer for spørsmål"), ("", "3 dager for klager")]


NUMBERED_CHAPTERS = """Veileder for nettet

Etaten for alt

Innhold

Forord.....\t2
1 Hvorfor.....   3
2 Hvordan ............ 12

Forord

Denne veilederen er skrevet for dem som skal svare.

1 Hvorfor

Fordi innbyggerne spør, og fordi vi har svar å gi.

1.1 Fordeler

Vi når flere, og de når oss.

1 - Når vi er raske

Rask hjelp er god hjelp.

Et eksempel

Kommunen svarte på en time.

2 - Når vi er tydelige

Tydelige svar gir færre spørsmål.

1.2 Ulemper

Det tar tid:

1. tid til å lese
2. tid til å svare

12

2 Hvordan

Alle gjør sitt.

- **Leder**
Fordeler arbeidet.
- **Vara**
Tar over.

Klar...

- Les
- Svar

Oslo, mai 2024

Kari Nordmann
direktør
"""


def test_numbered_chapters_are_headings_and_the_contents_go():
    outline = read(NUMBERED_CHAPTERS, "guide.md")

    assert headings(outline) == [
        (1, "Veileder for nettet"),
        (2, "Forord"),
        (2, "1 Hvorfor"),
        (3, "1.1 Fordeler"),
        (4, "1 - Når vi er raske"),
        (5, "Et eksempel"),
        (4, "2 - Når vi er tydelige"),
        (3, "1.2 Ulemper"),
        (2, "2 Hvordan"),
        (3, "Klar..."),
    ]
    assert rules(outline) == [
        ("1", "tid til å lese"),
        ("2", "tid til å svare"),
        ("", "**Leder**\nFordeler arbeidet."),
        ("", "**Vara**\nTar over."),
        ("", "Les"),
        ("", "Svar"),
    ]
    texts = [block.text for block in outline.blocks if isinstance(block, Paragraph)]
    assert "12" not in texts
    assert not any("...." in text for text in texts)
    assert "Kari Nordmann\ndirektør" in texts


@pytest.mark.parametrize(
    "contents",
    [
        "Innhald\n\nFormål 3\nSvar 4\n",
        "Indholdsfortegnelse\n\n- [Formål](#formal)\n- [Svar](#svar)\n",
        "Contents:\n\nFormål\n\nSvar\n",
        "Formål ....... 3\nSvar . . . . . . 4\n",
        "Formål……3\nSvar _______ 4\n",
    ],
)
def test_a_table_of_contents_goes_whatever_its_shape(contents):
    body = "\n\nFormål\n\nVi vil svare folk.\n\nSvar\n\n- Svar fort\n- Svar pent\n"

    outline = read("Reglar for nettet\n\n" + contents + body)

    assert [text for _, text in headings(outline)] == ["Reglar for nettet", "Formål", "Svar"]
    assert len(outline.rules) == 2
    assert len(outline.blocks) == 6


def test_markdown_headings_are_believed_and_bold_paragraphs_are_not_headings():
    outline = read(
        "# Regler ##\n\n## **Svar**\n\n**NB: Ikke i arbeidstiden**\n\n***Svar alltid*** ved feil.\n\nMerk\n\nSlutt.\n\n"
        "Takk\n===\n\nEtterord\n---\n\n* en\n+ to\n",
        "a.md",
    )

    assert headings(outline) == [(1, "Regler"), (2, "Svar"), (1, "Takk"), (2, "Etterord")]
    assert [rule.text for rule in outline.rules] == ["en", "to"]


def test_a_date_or_a_sentence_that_begins_with_a_number_is_no_rule():
    outline = read("17. mai er fri.\n\n24 timer er fristen for å svare på spørsmål.\n\n1. juni begynner sommeren.\n")

    assert not outline.rules
    assert not outline.headings


def test_rules_a_blank_line_apart_stay_rules_and_headings_with_text_below_become_headings():
    wide = read(
        "Regler\n\n1. Svar innen et døgn\n\n2. Si takk for ros\n\n3. Vis videre til arkivet\n\nHusk dette alltid.\n"
    )
    chapters = read(
        "Regler\n\n1. Formål\n\nVi vil svare folk.\n\n1. Hør på folk.\n2. Svar folk.\n\n"
        "2. Roller\n\nLeder fordeler alt.\n\n"
        "3. Kontakt\n\nSpør oss gjerne.\n"
    )

    assert [number for number, _ in rules(wide)] == ["1", "2", "3"]
    assert headings(chapters) == [(1, "Regler"), (2, "1. Formål"), (2, "2. Roller"), (2, "3. Kontakt")]
    assert rules(chapters) == [("1", "Hør på folk."), ("2", "Svar folk.")]


def test_other_ways_to_number():
    outline = read(
        "Regler\n\n(1) Hør på folk.\n(2) Svar folk.\n\na) Ring først.\nb) Skriv så.\n\n"
        "1.1 Svar skal være korte og gis samme dag som spørsmålet kom.\n"
        "1.2 Svar skal være høflige, også når spørsmålet ikke er det.\n\n"
        "4. Dette er den fjerde.\n5. Dette er den femte.\n"
    )

    assert [number for number, _ in rules(outline)] == ["1", "2", "a)", "b)", "1.1", "1.2", "4", "5"]
    assert "- 1.1 Svar skal" in outline.markdown()
    assert "- a) Ring" in outline.markdown()


def test_rules_in_rules_and_further_paragraphs_belong_to_their_rule():
    outline = read(
        "# Regler\n\n1. Svar\n   innen et døgn\n\n   Også om sommeren.\n   - og i julen\n2. Takk\n\nSlutt.\n", "a.md"
    )

    assert outline.blocks == [
        Heading(1, "Regler"),
        Rule("Svar innen et døgn", "1", 0, ("Også om sommeren.",)),
        Rule("og i julen", "", 1),
        Rule("Takk", "2"),
        Paragraph("Slutt."),
    ]
    assert len(outline.rules) == 2
    assert outline.markdown() == (
        "# Regler\n\n1. Svar innen et døgn\n\n   Også om sommeren.\n\n   - og i julen\n2. Takk\n\nSlutt.\n"
    )


def test_words_divided_at_line_ends_become_whole():
    outline = read(
        "Dette handler om all den kommunika-\nsjonen vi driver hver dag, med informasjons-\nog arkivplikt "
        "og alt annet.\n"
    )

    assert outline.blocks[0].text == (
        "Dette handler om all den kommunikasjonen vi driver hver dag, med informasjons- og arkivplikt og alt annet."
    )


def test_page_numbers_and_running_headers_go():
    pages = [
        f"Regler for Vikby\n\n{text}\n\nSide {at} av 4\n"
        for at, text in enumerate(
            ["Formål\n\nVi vil svare godt.", "Vi svarer alle.", "Vi svarer straks.", "Vi sier takk."], 1
        )
    ]

    with_breaks = read("\f".join(pages))
    without = read("\n".join(pages).replace("Side ", "- ").replace(" av 4", " -"))

    for outline in (with_breaks, without):
        shown = outline.markdown()
        assert "Side" not in shown
        assert "- 2 -" not in shown
        assert "Vi svarer straks." in shown
        assert shown.count("Regler for Vikby") == 1


def test_bullets_of_every_kind_and_bullets_left_alone():
    outline = read(
        "Regler\n\n  • Svar\n  ▪ Takk\n– Hør\n\uf0b7 Vis\no\tLes\n•\nSkriv\n\n"
        "Vi svarer – og det\n– vet alle – hver eneste dag hele året rundt.\n"
    )

    assert [rule.text for rule in outline.rules] == ["Svar", "Takk", "Hør", "Vis", "Les", "Skriv"]


def test_code_tables_and_quotes_are_kept_as_they_are():
    outline = read(
        "# A\n\n```\n1. ikke en regel\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n> Sagt av noen\n\n---\n\nSlutt.\n",
        "a.md",
    )

    assert not outline.rules
    assert [block.verbatim for block in outline.blocks[1:]] == [True, True, False, False]
    assert outline.blocks[3].text == "Sagt av noen"


def test_front_matter_comments_and_tags_go_but_angle_brackets_in_prose_stay():
    outline = read("---\ntitle: x\n---\n# A\n\n<!-- B12 -->Takk <b>for</b> sist på <sett inn skole>!<br>Hei.\n", "a.md")

    assert (
        outline.blocks[1].text == "Takk for sist på <sett inn skole>!\nHei."
        or "<sett inn skole>" in outline.blocks[1].text
    )
    assert "B12" not in outline.markdown()
    assert "title" not in outline.markdown()


def test_links_to_nowhere_become_text():
    assert read("Les\n\n- [Statens regler](#)\n- [Vår side](https://vikby.example)\n").markdown() == (
        "# Les\n\n- Statens regler\n- [Vår side](https://vikby.example)\n"
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_every_usual_encoding_is_read(encoding):
    outline = read("Råd på nett\r\n\r\n- Spør om hjælp\r\n- Svar på spørsmål\r\n".encode(encoding))

    assert outline.headings[0].text == "Råd på nett"
    assert [rule.text for rule in outline.rules] == ["Spør om hjælp", "Svar på spørsmål"]


def test_other_line_ends_and_invisible_characters():
    outline = read("Rå\u00add\u200b\r\r- Én\u00a0ting\r- To\u2028\x07\r")

    assert outline.headings[0].text == "Råd"
    assert [rule.text for rule in outline.rules] == ["Én ting", "To"]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf \r\n", "empty"),
        (b"\xff\xfe", "empty"),
        ("Råd på".encode()[:-1], "cut off"),
        ("Råd og svar på alt ".encode() * 3 + "på nett".encode("cp1252"), "mixes two encodings"),
        (b"\xff\xfeR\x00\xe5", "UTF-16-LE, but is cut off or damaged at byte 2"),
        (b"GIF89a\x00\x01\x02\x03\x00\x00", "not text"),
        (bytes(range(1, 9)) * 20 + b"text", "not text"),
        (b"<!-- only a comment -->", "no text in the file"),
        (b"x" * (MAX_BYTES + 1), "at most 10 MB"),
        (b"a" * 1_000_000, "The text is 1000000 characters long"),
        (b"- a\n" * (MAX_BLOCKS + 1), "at most 20000"),
        (
            (b"a" * (MAX_BLOCK_CHARACTERS - 1) + b"\n\n") * (MAX_CHARACTERS // MAX_BLOCK_CHARACTERS + 2),
            "characters long; at most",
        ),
    ],
)
def test_bad_text_is_refused_with_the_reason(data, says):
    with pytest.raises(DocumentError, match=says):
        read(data)


@given(
    st.lists(
        st.one_of(
            st.builds(Heading, st.integers(1, 6), st.from_regex(r"[A-Z][a-z]{2,8}( [a-z]{2,8}){0,3}", fullmatch=True)),
            st.builds(Rule, st.from_regex(r"[A-Z][a-z ]{1,30}[a-z]\.", fullmatch=True)),
            st.builds(Paragraph, st.from_regex(r"[A-Z][a-z ]{1,60}[a-z]\.", fullmatch=True)),
        ),
        min_size=1,
        max_size=12,
    )
)
def test_what_was_written_out_reads_back_the_same(blocks):
    outline = read_document("a.md", (b"# T\n\n"))
    outline.blocks.extend(blocks)
    text = outline.markdown()

    again = read(text, "a.md")

    squeezed = [type(block)(**{**vars(block), "text": " ".join(block.text.split())}) for block in outline.blocks]
    assert [type(block)(**{**vars(block), "text": " ".join(block.text.split())}) for block in again.blocks] == squeezed
    tokens = MarkdownIt("commonmark").parse(text)
    assert sum(token.type == "heading_open" for token in tokens) == len(outline.headings)
    assert sum(token.type == "list_item_open" for token in tokens) == len(outline.rules)


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused(text):
    try:
        outline = read(text.encode("utf-8", "surrogatepass"))
    except DocumentError:
        return
    assert outline.blocks
    assert read(outline.markdown().encode("utf-8", "surrogatepass"))


def test_paragraphs_that_look_like_markers_are_no_rules_when_written_out():
    outline = read("# A\n\nSett\n\n17. mai er fri.\n", "a.md")

    tokens = MarkdownIt("commonmark").parse(outline.markdown())
    assert not any(token.type == "list_item_open" for token in tokens)
