"""Two texts rule by rule: nothing is lost, and what changed is marked to the word."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidelines.texts.comparison import compare, marked
from guidelines.texts.guidelines import Audience, Guideline
from guidelines.texts.markdown import with_anchors
from guidelines.texts.parts import parts_of
from guidelines.texts.publication import publish
from tests.guidelines.texts.test_views import page, url

OLD = (
    "# Svar {#svar}\n\nVi svarer alle.\n\n1. Svar innen et døgn {#fort}\n2. Svar pent {#pent}\n"
    "3. Si takk {#takk}\n\nSlutt.\n"
)
NEW = (
    "# Svar {#svar}\n\nVi svarer de fleste.\n\n1. Si takk {#takk}\n2. Svar innen to døgn {#fort}\n"
    "3. Ny regel {#ny}\n\nSlutt.\n"
)


def test_versions_are_compared_rule_by_rule():
    rows = [(row.state.value, row.anchor, row.moved) for row in compare(OLD, NEW)]

    assert rows == [
        ("same", "svar", False),
        ("changed", "", False),
        ("changed", "takk", True),
        ("changed", "fort", False),
        ("removed", "pent", False),
        ("added", "ny", False),
        ("same", "", False),
    ]


def test_changed_words_are_marked_and_nothing_gets_through():
    assert marked("Svar innen et døgn", "Svar innen to døgn") == "Svar innen<del> et</del><ins> to</ins> døgn"
    assert marked("a <b>", "a <script>") == "a<del> &lt;b&gt;</del><ins> &lt;script&gt;</ins>"
    assert marked("", "new") == "<ins>new</ins>"
    assert marked("same", "same") == "same"


texts = st.text(alphabet="ab {}#-*_>1.\n:", max_size=80)


@given(texts, texts)
def test_both_texts_are_there_whole(before, after):
    before, after = with_anchors(before), with_anchors(after)

    rows = compare(before, after)

    assert sorted(row.before.source for row in rows if row.before) == sorted(part.source for part in parts_of(before))
    assert [row.after for row in rows if row.after] == parts_of(after)
    assert all(row.state == "same" and not row.moved for row in compare(after, after))


def test_a_long_text_is_compared_in_good_time():
    long = with_anchors(
        "".join(f"- Rule {number} says much\n" for number in range(3000)) + "\n# More\n\n" + "word " * 40_000
    )
    began = time.monotonic()

    rows = compare(long, long.replace(" says ", " said ").replace("word ", "other "))
    shown = [row.marked for row in rows]

    assert len(shown) == 3002
    assert time.monotonic() - began < 10


@pytest.fixture
def guideline(db, cast, now):
    guideline = Guideline.objects.create(slug="rules", audience=Audience.EMPLOYEES, created_at=now)
    for body in (OLD, NEW):
        draft = guideline.draft(by=cast.section, now=now)
        draft.save_draft("nb", "Regler", body, revision=None, by=cast.section, now=now)
        draft.save_draft("en-gb", "Rules", "# Answers {#svar}\n", revision=None, by=cast.section, now=now)
        publish(draft, must_acknowledge=False, change_note="New", by=cast.section, now=now)
    return guideline


def test_any_two_versions_are_compared(login, cast, guideline, now):
    client = login(cast.employee)

    shown = page(client, url("compare", "rules") + "?language=nb")
    assert "From version 1 to version 2: 5 changes." in shown
    assert "<del> et</del><ins> to</ins>" in shown
    assert "Slutt." not in shown
    assert "Slutt." in page(client, url("compare", "rules") + "?language=nb&show=all")
    assert "0 changes" in page(client, url("compare", "rules") + "?language=en-gb")
    assert "0 changes" in page(client, url("compare", "rules") + "?older=2&newer=2&language=nb")
    danish = page(client, url("compare", "rules") + "?language=da")
    assert "Version 1 does not exist in this language." in danish
    for bad in ("?older=9&newer=x&language=zz", "?older=" + "9" * 5000, "?older=-1"):
        assert client.get(url("compare", "rules") + bad).status_code == 200


def test_a_draft_is_compared_by_those_who_write_alone(login, cast, guideline, now):
    draft = guideline.draft(by=cast.section, now=now)
    draft.save_draft("nb", "Regler", "- Hemmelig\n", revision=None, by=cast.section, now=now)

    assert "Hemmelig" in page(login(cast.section), url("compare", "rules") + "?language=nb")
    assert "Hemmelig" not in page(login(cast.employee), url("compare", "rules") + "?language=nb&newer=3")
    page(login(cast.employee), url("languages", "rules", 3), 404)
    assert "3 (draft)" in page(login(cast.section), url("compare", "rules"))


def test_two_languages_stand_side_by_side(login, cast, guideline):
    client = login(cast.employee)

    shown = page(client, url("languages", "rules", 2) + "?left=nb&right=en-gb")

    assert 'lang="en-gb"> <span class="source"># Answers</span>' in " ".join(shown.split())
    assert shown.count("Missing in English") == 5
    assert "has to be written in both" in page(client, url("languages", "rules", 2) + "?left=nb&right=nb")
    for bad in ("?left=xx", "?left=da&right=nn", "?right="):
        assert client.get(url("languages", "rules", 2) + bad).status_code == 200


def test_the_draft_and_publishing_warn_of_languages_that_differ(login, cast, guideline, now):
    guideline.draft(by=cast.section, now=now)
    client = login(cast.section)

    for address in (url("draft", "rules"), url("publish", "rules")):
        shown = page(client, address)
        assert "The languages do not hold the same rules" in shown
        assert "<code>#takk</code>" in shown
    guideline.open_draft().save_draft("en-gb", "Rules", NEW, revision=None, by=cast.section, now=now)
    assert "do not hold the same" not in page(client, url("publish", "rules"))


def test_a_conflict_is_shown_rule_by_rule(login, cast, guideline, now):
    draft = guideline.draft(by=cast.section, now=now)
    draft.save_draft("nb", "Regler", "- Svar sent {#fort}\n- Deres\n", revision=1, by=cast.chief, now=now)
    data = {"title": "Regler", "body": "- Svar fort {#fort}\n- Mitt\n", "revision": "1"}

    shown = login(cast.section).post(url("draft_edit", "rules", "nb"), data).content.decode()

    assert "<del> sent</del><ins> fort</ins>" in shown
    assert "<del>- Deres</del>" in shown
    assert "<ins>- Mitt</ins>" in shown


def test_a_long_table_of_the_same_signs_is_compared_line_by_line():
    before, after = "| a | b |\n" * 200, "| a | b |\n" * 190 + "| a | x |\n"

    begun = time.process_time()
    shown = marked(before, after)

    assert "<ins>| a | x |\n</ins>" in shown
    assert "<del>| a | b |\n" in shown
    assert shown.startswith("| a | b |")
    assert time.process_time() - begun < 3


def test_where_even_the_lines_are_too_many_all_of_it_went_and_came():
    assert marked("a\n" * 300, "a\n" * 299) == "<del>" + "a\n" * 300 + "</del><ins>" + "a\n" * 299 + "</ins>"
