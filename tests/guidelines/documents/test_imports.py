"""Bringing in a document: what was recognised is looked over and corrected before it is in the draft."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.sweeps import run
from guidelines.documents.files import read_document
from guidelines.documents.lines import Kind, lines_of, outline_of
from guidelines.documents.models import PendingImport
from guidelines.documents.outline import Heading, Outline, Paragraph, Rule
from guidelines.texts.guidelines import Audience, Guideline
from guidelines.texts.publication import publish

DOCUMENT = b"# Regler\n\nOm dette.\n\n1. Svar fort\n2. Svar pent\n\n- Si takk\n"
UPLOAD, REVIEW = "/guidelines/rules/draft/nb/import/", "/guidelines/rules/draft/nb/import/review/"


@pytest.fixture
def draft(cast, now):
    guideline = Guideline.objects.create(slug="rules", audience=Audience.EMPLOYEES)
    draft = guideline.draft(by=cast.section, now=now)
    draft.save_draft("nb", "Regler for alle", "Gammelt\n", revision=None, by=cast.section, now=now)
    return draft


@pytest.fixture
def section(login, cast, draft):
    return login(cast.section)


def upload(client, content=DOCUMENT, name="regler.md", revision=1):
    return client.post(UPLOAD, {"document": SimpleUploadedFile(name, content), "revision": revision})


def lines(client, **changes):
    """The form as the page shows it, with the changes a person makes."""
    pending = PendingImport.objects.get()
    data = {"import": pending.pk}
    for at, line in enumerate(pending.lines):
        data |= {f"kind-{at}": line["kind"], f"text-{at}": line["text"]}
    return data | {key.replace("_", "-"): value for key, value in changes.items()}


def test_a_document_is_looked_over_before_it_is_in_the_draft(section, draft):
    assert "Read the document" in section.get(UPLOAD).content.decode()

    response = upload(section)

    assert (response.status_code, response["Location"]) == (302, REVIEW)
    html = section.get(REVIEW).content.decode()
    assert "1 heading and 3 rules" in html
    line = " ".join(html.split())
    assert '<option value="heading-1" selected> Heading </option>' in line
    assert '<option value="numbered" selected> Numbered rule 2 </option>' in line
    assert "\nSvar fort</textarea>" in html
    assert draft.texts.get().body == "Gammelt\n"

    done = section.post(REVIEW, lines(section, confirm=""), follow=True).content.decode()

    assert "1 heading and 3 rules were found." in done
    assert draft.texts.get().body == (
        "# Regler {#regler}\n\nOm dette.\n\n1. Svar fort {#svar-fort}\n2. Svar pent {#svar-pent}\n\n"
        "- Si takk {#si-takk}\n"
    )
    assert not PendingImport.objects.exists()


def test_what_was_mistaken_is_corrected(section, draft):
    upload(section)
    changes = {"kind_0": "heading-2", "kind_1": "quote", "text_2": "Svar fortere", "kind_3": "leave-out"}

    saved = section.post(REVIEW, lines(section, **changes, save=""), follow=True).content.decode()

    assert "Your corrections are saved." in saved
    assert '<option value="quote" selected>' in saved
    section.post(REVIEW, lines(section, kind_4="example", confirm=""))
    assert draft.texts.get().body == (
        "## Regler {#regler}\n\n> Om dette.\n\n1. Svar fortere {#svar-fortere}\n\n> Eksempel: Si takk\n"
    )


def test_the_same_document_again_keeps_the_corrections(section, draft):
    upload(section)
    section.post(REVIEW, lines(section, text_2="Mitt", save=""))

    upload(section)
    assert PendingImport.objects.get().lines[2]["text"] == "Mitt"
    assert "Your corrections are kept" in section.get(REVIEW).content.decode()
    section.post(REVIEW, lines(section, text_2="Svar fort", confirm=""))
    upload(section, revision=2)
    again = section.post(REVIEW, lines(section, confirm=""), follow=True).content.decode()
    assert "held this very text already: 1 heading and 3 rules." in again
    assert draft.texts.get().revision == 2


def test_another_document_takes_the_place_of_the_first(section, draft):
    upload(section)
    old = lines(section, text_2="Sent", confirm="")
    upload(section, b"- Annet\n")

    html = section.post(REVIEW, old, follow=True).content.decode()

    assert "You have brought in another document since" in html
    assert draft.texts.get().body == "Gammelt\n"
    assert [line["text"] for line in PendingImport.objects.get().lines] == ["Annet"]


def test_each_person_looks_over_their_own(section, login, cast, draft):
    upload(section)
    client = login(cast.chief)

    assert client.get(REVIEW)["Location"] == UPLOAD
    assert PendingImport.objects.get().person == cast.section


def test_what_somebody_else_saved_meanwhile_is_not_overwritten_unseen(section, cast, draft, now):
    upload(section)
    draft.save_draft("nb", "Regler", "Deres\n", revision=1, by=cast.chief, now=now)

    first = section.post(REVIEW, lines(section, confirm=""), follow=True).content.decode()
    assert "Somebody else has saved this text meanwhile" in first
    assert draft.texts.get().body == "Deres\n"
    section.post(REVIEW, lines(section, confirm=""))
    assert draft.texts.get().body.startswith("# Regler")


def test_a_document_is_put_away(section, draft):
    upload(section)
    assert "regler.md” " not in section.get(UPLOAD).content.decode()
    assert "“regler.md”, brought in" in section.get(UPLOAD).content.decode()

    data = lines(section, cancel="")
    html = section.post(REVIEW, data, follow=True).content.decode()

    assert "The document is put away." in html
    assert draft.texts.get().body == "Gammelt\n"
    assert "No document is waiting" in section.post(REVIEW, data, follow=True).content.decode()


def test_a_document_that_was_left_is_put_away_after_a_month(section, draft):
    upload(section)
    at = PendingImport.objects.get().at

    assert run("guideline_imports", at + dt.timedelta(days=30, seconds=-1)) == {"put away": 0}
    assert run("guideline_imports", at + dt.timedelta(days=30)) == {"put away": 1}
    assert run("guideline_imports", at + dt.timedelta(days=30)) == {"put away": 0}
    assert not PendingImport.objects.exists()


def test_a_long_document_is_looked_over_in_pages(section, draft):
    upload(section, "".join(f"- Regel {number}\n" for number in range(1, 251)).encode())

    html = section.get(REVIEW).content.decode()
    assert "Lines 1 to 100 of 250" in html
    assert html.count("<textarea") == 100
    data = {"import": PendingImport.objects.get().pk, "kind-100": "bullet", "text-100": "Rettet"}
    second = section.post(f"{REVIEW}?page=2", data | {"next": ""})
    assert second["Location"] == f"{REVIEW}?page=3"
    assert "Save and go on" not in section.get(second["Location"]).content.decode()
    # a line of another page than the one sent stays as it is
    section.post(f"{REVIEW}?page=3", data | {"text-100": "Feil side", "confirm": ""})
    body = draft.texts.get().body
    assert "- Rettet {#rettet}" in body
    assert body.count("\n- ") == 249


@pytest.mark.parametrize(
    "changes",
    [
        {"kind_1": "nonsense"},
        {"kind_1": "x" * 100_000},
        {"text_1": "\x00"},
        {"kind_0": "heading-9"},
        {"text_1": "y" * 100_000},
        {"kind_2": "more", "kind_0": "point"},
    ],
)
def test_odd_input_is_never_an_error(section, draft, changes):
    upload(section)

    assert section.post(REVIEW, lines(section, **changes, save="")).status_code == 302
    assert section.get(REVIEW).status_code == 200
    assert section.post(REVIEW, lines(section, confirm="")).status_code == 302
    assert section.post(REVIEW, {"import": "x" * 50}).status_code == 302


def test_what_is_typed_stays_text(section, draft):
    upload(section)
    evil = "<script>alert(1)</script></textarea>"
    html = section.post(REVIEW, lines(section, text_1=evil, save=""), follow=True).content.decode()

    assert evil not in html
    section.post(REVIEW, lines(section, text_0="# En\n# To", kind_1="paragraph", text_1="1. ikke\n- regel", confirm=""))
    rendered = draft.texts.get().rendered()
    assert [rule.text for rule in rendered.rules] == ["Svar fort", "Svar pent", "Si takk"]
    assert [heading.text for heading in rendered.headings] == ["# En # To"]


def test_a_refused_document_is_named_with_the_reason(section, draft):
    for content, name, reason in [
        (b"%PDF-1.4 x", "regler.md", "its content is a PDF"),
        (b"x", "x.xlsx", "cannot be read. Use one of these"),
        (b"", "x.md", "The submitted file is empty."),
    ]:
        response = upload(section, content, name)
        assert response.status_code == 422
        assert reason in response.content.decode()
    assert section.post(UPLOAD, {"revision": 1}).status_code == 422
    assert not PendingImport.objects.exists()


def test_others_do_not_bring_in_documents(login, cast, draft):
    client = login(cast.employee)
    assert client.get(REVIEW).status_code == 403
    assert client.post(UPLOAD, {}).status_code == 403
    assert client.get("/guidelines/rules/draft/xx/import/review/").status_code in (403, 404)


# --- lines and outlines --------------------------------------------------------------------------------


def test_lines_make_the_outline_they_came_from():
    outline = Outline(
        [
            Heading(1, "Regler"),
            Paragraph("Om dette."),
            Rule("Svar", "1", more=("Alltid.", "Straks.")),
            Rule("også i julen", "", 1),
            Rule("To", "2"),
            Rule("Ha", "2.1"),
            Heading(4, "Dypt"),
            Rule("Kule"),
            Paragraph("| a | b |\n|---|---|", verbatim=True),
            Paragraph("Sitat", quote=True),
            Paragraph("Eksempel: slik", quote=True),
        ]
    )
    lines = lines_of(outline)

    assert outline_of(lines, "nb") == outline
    assert {line["kind"] for line in lines} <= set(Kind.values)


@pytest.mark.parametrize(
    "text", ["Eksempel: slik", "**Eksempel:** slik", "Døme 2: slik", "For example: so", "Til dømes: slik"]
)
def test_examples_are_recognised(text):
    assert lines_of(Outline([Paragraph(text)]))[0]["kind"] == "example"


@pytest.mark.parametrize("text", ["Eksempelet viser dette", "Eksempler finnes mange steder", "For eksempel slik"])
def test_what_merely_speaks_of_examples_is_a_paragraph(text):
    assert lines_of(Outline([Paragraph(text)]))[0]["kind"] == "paragraph"


def test_a_line_made_a_numbered_rule_counts_on():
    lines = [
        {"kind": "numbered", "text": "En"},
        {"kind": "numbered", "text": "To", "number": "2", "depth": 0},
        {"kind": "point", "text": "under", "number": "", "depth": 0},
        {"kind": "numbered", "text": "Tre"},
        {"kind": "paragraph", "text": "x"},
        {"kind": "numbered", "text": "Ny"},
    ]

    assert [rule.number for rule in outline_of(lines, "nb").rules] == ["1", "2", "3", "1"]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("x.md", "Før.\n\n> Det er slik\n> at 1. alt\n>\n> - går\n\n1. En\n".encode()),
        (
            "x.html",
            b"<p>A.</p><blockquote><p>Slik<br>at 1. alt</p><p>- det</p></blockquote><ol><li>En</ol>",
        ),
    ],
)
def test_a_quotation_is_no_rule(name, data):
    outline = read_document(name, data)

    assert [rule.text for rule in outline.rules] == ["En"]
    assert [block.quote for block in outline.blocks if isinstance(block, Paragraph)] == [False, True, True]
    assert read_document("again.md", outline.markdown().encode()).rules == outline.rules


def test_a_quotation_around_a_list_is_only_an_indent():
    outline = read_document("x.html", b"<h1>A</h1><blockquote><ol><li>En</li><li>To</li></ol></blockquote>")

    assert len(outline.rules) == 2


def test_a_document_that_waits_survives_publishing(section, cast, draft, now):
    upload(section)
    publish(draft, must_acknowledge=False, by=cast.section, now=now)
    assert section.get(REVIEW).status_code == 404
    draft.guideline.draft(by=cast.section, now=now)

    assert "Svar fort" in section.get(REVIEW).content.decode()


def test_a_revision_beyond_all_counting_is_refused(section, draft):
    assert upload(section, revision=10**12).status_code == 422
    assert not PendingImport.objects.exists()


def test_confirmed_twice_at_once_the_second_changes_nothing(section, draft, monkeypatch):
    upload(section)
    sent = lines(section, confirm="")
    correct = PendingImport.correct

    def after_the_first(pending, changes):
        PendingImport.objects.all().delete()
        return correct(pending, changes)

    monkeypatch.setattr(PendingImport, "correct", after_the_first)
    told = section.post(REVIEW, sent, follow=True)

    assert "No document is waiting" in told.content.decode()
    assert draft.texts.get().body == "Gammelt\n"
