"""A text taken apart, and two languages held against one another."""

from hypothesis import given
from hypothesis import strategies as st

from guidelines.texts.markdown import with_anchors
from guidelines.texts.parts import differences, in_order, parts_of, side_by_side

NB = "# Svar {#svar}\n\nVi svarer.\n\n1. Fort {#fort}\n2. Pent\n   - og vennlig {#pent}\n\nTil slutt.\n"


def test_a_text_is_taken_apart_in_order():
    found = [(part.kind, part.anchor, part.number, part.source) for part in parts_of(NB.replace("\n   - og", "\n og"))]

    assert found == [
        ("heading", "svar", "", "# Svar"),
        ("text", "", "", "Vi svarer."),
        ("rule", "fort", "1", "1. Fort"),
        ("rule", "pent", "2", "2. Pent\n og vennlig"),
        ("text", "", "", "Til slutt."),
    ]


@given(st.text(alphabet="ab {}#-*_`>1.\n[]()\\=:|", max_size=120))
def test_no_line_of_a_text_is_lost(text):
    body = with_anchors(text)
    shown = "".join(part.source + (f"{{#{part.anchor}}}" if part.anchor else "") for part in parts_of(body))

    # An anchor may stand elsewhere in its part, but every sign is there once.
    assert sorted(shown.replace("\n", "").replace(" ", "")) == sorted(body.replace("\n", "").replace(" ", ""))


def test_what_has_moved_is_as_little_as_can_be():
    assert in_order([]) == set()
    assert in_order([0, 1, 2]) == {0, 1, 2}
    assert in_order([3, 0, 1, 2]) == {1, 2, 3}


def test_two_languages_stand_beside_one_another_by_anchor():
    english = "# Answers {#svar}\n\nWe answer.\n\n1. Kindly {#pent}\n2. Fast {#fort}\n3. More {#mer}\n"
    norwegian = "# Svar {#svar}\n\nVi svarer.\n\n1. Fort {#fort}\n2. Pent {#pent}\n3. Bare her {#her}\n"

    rows = side_by_side(norwegian, english)

    assert [(row.left and row.left.source, row.right and row.right.source) for row in rows] == [
        ("# Svar", "# Answers"),
        ("Vi svarer.", "We answer."),
        ("1. Fort", "2. Fast"),
        ("2. Pent", "1. Kindly"),
        ("3. Bare her", None),
        (None, "3. More"),
    ]
    assert [row.moved for row in rows].count(True) == 1
    assert [row.renumbered for row in rows] == [False, False, True, True, False, False]


def test_the_languages_are_held_against_the_first_that_is_there():
    bodies = {
        "en-gb": "1. Kindly {#pent}\n2. Fast {#fort}\n3. More {#mer}\n",
        "nb": "1. Fort {#fort}\n2. Pent {#pent}\n3. Bare her {#her}\n",
        "nn": "1. Fort {#fort}\n2. Pent {#pent}\n3. Berre her {#her}\n",
    }

    (found,) = differences(bodies, ["nb", "nn", "da", "en-gb"])

    assert (found.language, found.against) == ("en-gb", "nb")
    assert [part.anchor for part in found.missing] == ["her"]
    assert [part.anchor for part in found.extra] == ["mer"]
    assert len(found.moved) == 1
    assert [part.anchor for part in found.renumbered] == ["pent", "fort"]
    assert differences({"nb": bodies["nb"]}, ["nb", "nn"]) == []


def test_a_rule_that_lost_its_anchor_has_it_again():
    before = "# Svar {#s}\n\n- Fort {#in-time}\n- Pent {#kindly}\n- Fort {#again}\n"

    after = with_anchors("# Svar\n\n- Pent\n- Ny\n- Fort\n- Fort\n- Fort\n", before)

    assert after == "# Svar {#s}\n\n- Pent {#kindly}\n- Ny {#ny}\n- Fort {#in-time}\n- Fort {#again}\n- Fort {#fort}\n"
    assert with_anchors("- Kind\n- Other {#kindly}\n", "- Kind {#kindly}\n") == "- Kind {#kind}\n- Other {#kindly}\n"
    assert with_anchors("# Fort\n", "- Fort {#in-time}\n") == "# Fort {#fort}\n"
