"""Search: what is in force, in the reader's language, by rule, with slips forgiven."""

from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

import guidelines.starter
from governance.languages import STEMMERS
from guidelines.reading.search import search
from guidelines.texts import publication
from guidelines.texts.guidelines import Audience, Guideline
from guidelines.texts.index import LONGEST_HEADING, IndexedPassage, fields_of, index_version
from guidelines.texts.markdown import MAX_LENGTH
from guidelines.texts.passages import passages_of
from guidelines.texts.words import nearest_word, stem, with_marks, words_of

STARTER = Path(guidelines.starter.__file__).parent
BODY = """Om dette.

# Svar {#svar}

Vi er høflige.

1. Alle henvendelser besvares innen et døgn {#dogn}
   - også i feriene
2. Ikke del taushetsbelagte opplysninger {#taushet}

Etter listen.

## Arkiv {#arkiv}

- Journalfør det som har verdi som dokumentasjon {#journal}

# Takk {#takk}
"""


@pytest.fixture
def published(db, cast, now):
    """What `published(slug, nb=…, da=…)` puts in force."""

    def make(slug, *, audience=Audience.EMPLOYEES, title="Regler", **bodies):
        guideline, _new = Guideline.objects.get_or_create(slug=slug, defaults={"audience": audience})
        draft = guideline.draft(by=cast.section, now=now)
        for language, body in bodies.items():
            draft.save_draft(language.replace("_", "-"), title, body, revision=None, by=cast.section, now=now)
        publication.publish(draft, must_acknowledge=False, change_note="x", by=cast.section, now=now)
        return draft

    return make


def found(query, by, language="nb", **more):
    return [passage.anchor for passage in search(query, by=by, language=language, **more).hits]


def test_a_text_in_passages():
    passages = passages_of(BODY)

    assert [(p.anchor, p.is_rule, p.trail, p.text) for p in passages] == [
        ("", False, (), "Om dette."),
        ("svar", False, ("Svar",), "Vi er høflige. Etter listen."),
        ("dogn", True, ("Svar",), "Alle henvendelser besvares innen et døgn også i feriene"),
        ("taushet", True, ("Svar",), "Ikke del taushetsbelagte opplysninger"),
        ("arkiv", False, ("Svar", "Arkiv"), ""),
        ("journal", True, ("Svar", "Arkiv"), "Journalfør det som har verdi som dokumentasjon"),
        ("takk", False, ("Takk",), ""),
    ]


def test_a_rule_is_found_by_another_form_of_its_words(published, cast):
    published("regler", nb=BODY)

    assert found("henvendelsen", cast.employee) == ["dogn"]
    assert found("DØGNET", cast.employee) == ["dogn"]
    assert found("opplysning taushet", cast.employee) == ["taushet"]
    assert found("arkivet dokumentasjon", cast.employee) == ["journal"]
    assert found("henvendelse dokumentasjon", cast.employee) == []


@pytest.mark.parametrize(
    ("code", "rule", "query"),
    [
        ("nn", "- Kommentarane skal få svar {#a}\n", "kommentarar"),
        ("da", "- Medarbejderne overvejer deres venskaber {#a}\n", "venskab medarbejderen"),
        ("en_gb", "- Replies are archived {#a}\n", "reply archive"),
    ],
)
def test_each_language_has_its_own_endings(published, cast, code, rule, query):
    published("regler", **{code: rule})

    assert found(query, cast.employee, code.replace("_", "-")) == ["a"]


def test_each_guideline_is_searched_in_the_nearest_language_only(published, cast):
    published("begge", nb="- Svar fort {#nb}\n", da="- Svar hurtigt {#da}\n")
    published("dansk", da="- Svar venligt {#dansk}\n")

    assert sorted(found("svar", cast.employee, "nb")) == ["dansk", "nb"]
    assert sorted(found("svar", cast.employee, "da")) == ["da", "dansk"]
    assert found("hurtigt", cast.employee, "nb") == []


@pytest.mark.parametrize("slip", ["henvendleser", "henvendelsr", "henvedelser", "hennvendelser"])
def test_a_slip_of_the_finger_is_forgiven(published, cast, slip):
    published("regler", nb=BODY)

    result = search(slip, by=cast.employee, language="nb")

    assert [passage.anchor for passage in result.hits] == ["dogn"]
    assert result.corrected
    assert result.words == ["henvendelser"]


def test_what_nobody_wrote_finds_nothing(published, cast):
    published("regler", nb=BODY)

    assert found("badekar", cast.employee) == []
    assert found("", cast.employee) == []
    assert found("!! & | :* ' \\ %", cast.employee) == []


def test_only_what_is_in_force_is_found(published, cast, now):
    published("regler", nb="- Svar med brev {#brev}\n")
    second = published("regler", nb="- Svar med hjerte {#hjerte}\n")
    draft = second.guideline.draft(by=cast.section, now=now)
    draft.save_draft("nb", "Regler", "- Svar med hemmeligheter {#hemmelig}\n", revision=None, by=None, now=now)

    for reader in (cast.employee, cast.section):
        assert found("brev", reader) == []
        assert found("hjertet", reader) == ["hjerte"]
        assert found("hemmeligheter", reader) == []


def test_indexing_twice_changes_nothing(published):
    version = published("regler", nb=BODY)
    fields = ("language", "position", "anchor", "words", "stems")
    before = list(IndexedPassage.objects.values_list(*fields))

    index_version(version)

    assert list(IndexedPassage.objects.values_list(*fields)) == before
    assert len(before) == 7


def test_the_longest_text_can_be_published(published, cast):
    """PostgreSQL refuses to index what is too long in one piece."""
    words = " ".join(f"{number:x}z" for number in range(70_000))[: MAX_LENGTH - 6_000]
    published("langt", nb=f"{words}\n\n- {'x' * 5000}\n- Slutt {{#slutt}}\n")

    assert found("slutten", cast.employee) == ["slutt"]


# --- the page ------------------------------------------------------------------------------------------


def page(client, query):
    with override("en-gb"):
        response = client.get("/guidelines/search/", query)
    assert response.status_code == 200
    return response.content.decode()


def test_the_page_marks_what_was_found_and_leads_to_the_rule(login, cast, published):
    published("regler", nb=BODY + "\n- Alle henvendelser <script>alert(1)</script> & mer {#x}\n")

    html = page(login(cast.employee), {"q": "henvendelse"})

    assert "2 places found" in html
    assert 'href="/guidelines/regler/#rule-dogn"' in html
    assert "Alle <mark>henvendelser</mark> besvares" in html
    assert "Regler › Svar" in html
    assert "<script>alert" not in html
    assert "&lt;script&gt;" in html
    assert "Journalfør" not in html


def test_the_page_says_what_it_searched_for_instead(login, cast, published):
    published("regler", nb=BODY)

    html = page(login(cast.employee), {"q": "henvendleser<b>"})
    assert "Nothing holds “henvendleser&lt;b&gt;”." in html
    html = page(login(cast.employee), {"q": "henvendleser"})
    assert "Nothing holds “henvendleser”. Shown is what was found for “henvendelser”." in html
    assert "No guideline says anything about this" in page(login(cast.employee), {"q": "badekar"})
    assert "Write one or more words" in page(login(cast.employee), {})


def test_the_page_can_be_narrowed_to_an_audience(login, cast, published):
    published("ansatte", nb="- Svar fort {#alle}\n")
    published("lærere".replace("æ", "ae"), audience=Audience.TEACHERS, nb="- Svar eleven {#elev}\n")
    client = login(cast.employee)

    html = page(client, {"q": "svar", "audience": "teachers"})
    assert "#rule-elev" in html
    assert "#rule-alle" not in html
    assert '<option value="teachers" selected>' in html
    assert "2 places found" in page(client, {"q": "svar", "audience": "nonsense"})


def test_the_page_is_paged_and_asks_as_much_for_many_hits_as_for_one(login, cast, published):
    client = login(cast.employee)
    published("en", nb="- Svar fort\n")
    page(client, {"q": "svar"})

    def queries():
        with CaptureQueriesContext(
            connection,
        ) as context:
            page(client, {"q": "svar"})
        return len(context)

    few = queries()
    for number in range(3):
        published(f"regler-{number}", nb="".join(f"- Svar {n}\n" for n in range(10)))
    assert queries() == few
    assert "Page 2 of 2" in page(client, {"q": "svar", "page": "2"})
    assert "Page 2 of 2" in page(client, {"q": "svar", "page": "999"})


@pytest.mark.parametrize("query", ["\x00", "a" * 100_000, "💥", "'; DROP TABLE x --", "<>&|!():*"])
def test_odd_queries_are_answered(login, cast, published, query):
    published("regler", nb=BODY)

    page(login(cast.employee), {"q": query})


def test_strangers_do_not_search(client):
    response = client.get("/guidelines/search/", {"q": "svar"})
    assert response.status_code == 302
    assert "/login/" in response["Location"]


def test_the_list_has_a_search_box(login, cast, published):
    published("regler", nb=BODY)

    html = login(cast.employee).get("/guidelines/").content.decode()
    assert 'action="/guidelines/search/"' in html


# --- words ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "forms"),
    [
        ("nb", "kommentar kommentaren kommentarer kommentarene kommentarenes"),
        ("nn", "elev eleven elevar elevane elevanes"),
        ("da", "medarbejder medarbejdere medarbejderen medarbejderne medarbejdernes"),
        ("en-gb", "reply replies replied replying"),
        ("nb", "sak saken saker sakene"),
        ("nb", "leder lederen ledere lederne ledernes"),
        ("nn", "lærar læraren lærarar lærarane lærarens"),
        ("nn", "innbyggjar innbyggjarar innbyggjarane"),
        ("da", "opslag opslaget opslagene opslagenes"),
    ],
)
def test_forms_of_a_word_have_one_stem(language, forms):
    assert len({stem(form, language) for form in forms.split()}) == 1


@pytest.mark.postgresql
@pytest.mark.parametrize(("language", "config"), STEMMERS.items())
def test_what_postgresql_finds_is_found_elsewhere_too(db, language, config):
    """Of all words of the starter texts in this language."""
    words = sorted({word for path in STARTER.glob(f"*/{language}.md") for word in words_of(path.read_text())})
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT word, ts_lexize(%s::regdictionary, word) FROM unnest(%s::text[]) AS word",
            [f"{config}_stem", words],
        )
        # No lexeme: a stop word. Two letters: "going" among good and goals; newer versions of Snowball cut less of it.
        theirs = {word: lexemes[0] for word, lexemes in cursor.fetchall() if lexemes and len(lexemes[0]) > 2}

    assert len(theirs) > 200
    assert [
        (asked, word)
        for asked in theirs
        for word in theirs
        if theirs[word].startswith(theirs[asked]) and not stem(word, language).startswith(stem(asked, language))
    ] == []


def test_the_nearest_word_is_near():
    vocabulary = {"svar", "arkiv", "taushetsplikt"}

    assert nearest_word("svra", vocabulary) == "svar"
    assert nearest_word("tausetsplikt", vocabulary) == "taushetsplikt"
    assert nearest_word("badekar", vocabulary) is None
    assert nearest_word("sva", vocabulary) is None


def test_marks_are_cut_to_what_can_be_read():
    long = f"{'ord ' * 300}Svar &{' ord' * 300}"
    marked = with_marks(long, ["svar"], "nb")

    assert "<mark>Svar</mark> &amp; ord" in marked
    assert marked.startswith("… ")
    assert marked.endswith(" …")
    assert len(marked) < 400
    assert with_marks("", ["svar"], "nb") == ""
    assert with_marks("x" * 1000, [], "nb") == f"{'x' * 320} …"


@pytest.mark.postgresql
def test_postgresql_uses_the_index(published, cast):
    version = published("regler", nb=BODY, da=BODY, en_gb=BODY)
    IndexedPassage.objects.bulk_create(
        IndexedPassage(version=version, language=code, position=at, is_rule=True, words=f"ord{at}", stems="")
        for code in ("nb", "da", "en-gb")
        for at in range(100, 3100)
    )
    with connection.cursor() as cursor:
        for config in ("norwegian", "danish", "english"):  # what waits to be merged into an index makes it look dear
            cursor.execute("SELECT gin_clean_pending_list(%s)", [f"guidelines_passage_{config}"])
        cursor.execute("ANALYZE guidelines_indexedpassage")
    for code, config in [("nb", "norwegian"), ("da", "danish"), ("en-gb", "english")]:
        plan = search("ord500", by=cast.employee, language=code).hits.explain()
        assert f"guidelines_passage_{config}" in plan, plan


def test_a_page_made_a_heading_by_mistake_is_not_repeated_with_each_rule():
    page = "ord " * 2_000 + "sist"

    first, *rules = fields_of("Regler", f"# {page}\n\n" + "- Svar\n" * 50, "nb")

    assert first["words"].endswith("ord sist")  # the heading itself is found by all its words
    assert len(rules) == 50
    assert all(len(row["words"]) < LONGEST_HEADING + 20 and "svar" in row["words"] for row in rules)
    assert all(len(row["trail"][0]) == LONGEST_HEADING for row in rules)
