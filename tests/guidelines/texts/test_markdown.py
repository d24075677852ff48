"""Anchors on every heading and rule, and HTML that nothing hostile gets through."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidelines.texts.markdown import MAX_LENGTH, render, slug_of, with_anchors


def test_headings_and_rules_at_top_level_get_anchors():
    body = with_anchors(
        "# Svar på spørsmål ##\n\nTekst.\n\nTakk\n----\n\n1. Svar **fort**\n   innen et døgn\n2. Si takk\n"
        "   - ikke denne\n\n> - heller ikke denne\n\n- \n- ```\n  kode\n  ```\n"
    )

    assert body == (
        "# Svar på spørsmål {#svar-pa-sporsmal}\n\nTekst.\n\nTakk {#takk}\n----\n\n"
        "1. Svar **fort**\n   innen et døgn {#svar-fort-innen-et-dogn}\n2. Si takk {#si-takk}\n   - ikke denne\n\n"
        "> - heller ikke denne\n\n- \n- ```\n  kode\n  ```\n"
    )


def test_anchors_survive_a_rewrite_and_are_unique():
    body = with_anchors("- Helt nye ord {#svar}\n- Svar\n- Kopi {#svar}\n- Svar\n- 🙂\n")

    assert body == "- Helt nye ord {#svar}\n- Svar {#svar-2}\n- Kopi {#kopi}\n- Svar {#svar-3}\n- 🙂 {#rule}\n"


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Ærlig, ÅPEN & øm!", "aerlig-apen-om"),
        ("café ß", "cafe-ss"),
        ("???", "x"),
        ("a" * 60, "a" * 48),
        ("one two three four five six seven eight nine", "one-two-three-four-five-six-seven-eight"),
    ],
)
def test_slugs(text, slug):
    assert slug_of(text, "x") == slug


def test_places_have_ids_links_and_a_level_below_the_page():
    shown = render("### Svar {#svar}\n\n4. Fort {#fort}\n6. Pent\n\n##### Mer {#mer}\n\n## Over {#fort}\n")

    assert [(place.anchor, place.level, place.text) for place in shown.places] == [
        ("svar", 3, "Svar"),
        ("fort", 0, "Fort"),
        ("mer", 5, "Mer"),
    ]
    assert [place.id for place in shown.rules] == ["rule-fort"]
    assert [place.anchor for place in shown.headings] == ["svar", "mer"]
    assert '<h3 id="rule-svar">Svar <a class="anchor" href="#rule-svar" aria-label="Link to “Svar”"' in shown.html
    assert '<li value="4" id="rule-fort">' in shown.html
    assert "<h2>Over" in shown.html
    assert "<h1" not in shown.html
    assert "{#" not in shown.html


@pytest.mark.slow
@pytest.mark.no_cover  # counting lines takes longer than running them
@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "[x](vbscript:x)",
        "<a href='javascript:alert(1)'>x</a>",
        '<img src=x onerror="alert(1)">',
        "![x](https://spy.example/pixel.png)",
        '<https://x.example/"onmouseover=alert(1)>',
        '[x](https://x.example "\\" onclick=\\"alert(1)")',
        "<style>*{display:none}</style>",
        "<iframe src='https://x.example'></iframe>",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "# <svg onload=alert(1)> {#x}",
        '- a {#x" onclick=alert(1)}',
        "`<script>`{#<script>}",
        '# "><script>alert(1)</script> {#a}',
    ],
)
def test_nothing_hostile_gets_through(hostile):
    html = render(with_anchors(hostile)).html.lower()

    for tag in ("<script", "<img", "<iframe", "<style", "<svg", 'href="javascript', 'href="data', 'href="vbscript'):
        assert tag not in html
    for tag in re.findall(r"<[a-z][^>]*>", html):
        bare = re.sub(r'"[^"]*"', '""', tag)
        assert not re.search(r"\son\w+|style", bare), tag


@pytest.mark.slow
@pytest.mark.no_cover  # counting lines takes longer than running them
@pytest.mark.parametrize(
    "hostile",
    [
        *(
            ">" * 100_000,
            "- " * 50_000,
            "[" * 50_000,
            "*a_ " * 30_000,
            "[a](" * 30_000,
            "<a " * 50_000,
            "a**b" * 30_000,
        ),
        "\n".join("  " * depth + "- x" for depth in range(300)),
        "".join("`" * length + " " for length in range(500)),
        "|a" * 900 + "\n" + "|-" * 900 + "\n" + "|\n" * 900,
    ],
    ids=lambda text: text[:6].replace("\n", " "),
)
def test_huge_and_nested_text_is_shown_in_good_time(hostile):
    began = time.monotonic()

    render(with_anchors(hostile[:MAX_LENGTH]))

    assert time.monotonic() - began < 20


@given(st.text(alphabet="ab {}#-*_`>1.\n[]()\\\t=+|~", max_size=120))
def test_anchors_once_written_stay(text):
    once = with_anchors(text)

    assert with_anchors(once) == once
    places = render(once).places
    assert len({place.anchor for place in places}) == len(places)


def test_a_list_that_repeats_one_number_is_counted_on():
    shown = render("3. Svar\n3. Spør\n   1. Lederen\n   1. Rektor\n3. Takk\n\n- Så\n- Der\n").html
    assert re.findall(r'<li value="(\d+)">\s*(?:<p>)?(\w+)', shown) == [
        ("3", "Svar"),
        ("4", "Spør"),
        ("1", "Lederen"),
        ("2", "Rektor"),
        ("5", "Takk"),
    ]
    # Numbers that somebody chose stand as they are.
    assert re.findall(r'value="(\d+)"', render("2. Svar\n2. Spør\n7. Takk\n").html) == ["2", "2", "7"]


@pytest.mark.parametrize(
    "body",
    [f"- a{' ' * 30_000}b", f"# a{' ' * 30_000}b", "- a\n" * 6_000],
    ids=["spaces in a rule", "spaces in a heading", "the same words over and over"],
)
def test_an_odd_text_takes_no_longer_than_another(body):
    begun = time.process_time()

    render(with_anchors(body))

    assert time.process_time() - begun < 12
