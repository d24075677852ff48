"""What a document holds and its text does not is named, with the reason and the place, and can be taken in."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command

from guidelines.documents.files import read_document
from guidelines.documents.models import PendingImport
from guidelines.texts.guidelines import Audience, Guideline

UPLOAD, REVIEW = "/guidelines/rules/draft/nb/import/", "/guidelines/rules/draft/nb/import/review/"
PAGE = b"""<!DOCTYPE html><html><body><h1>Regler</h1>
<p>1. Vi svarer alle<del>, unntatt presse</del>.</p><p><del>2. Vi sletter kritikk.</del></p><p>3. Vi takker.</p>
<p style="display: none">Bare for oss</p></body></html>"""


@pytest.fixture
def draft(cast, now):
    draft = Guideline.objects.create(slug="rules", audience=Audience.EMPLOYEES).draft(by=cast.section, now=now)
    draft.save_draft("nb", "Regler for alle", "Gammelt\n", revision=None, by=cast.section, now=now)
    return draft


def left(outline):
    return [(left.why, left.block.text, left.at) for left in outline.left_out]


def test_what_is_struck_out_or_hidden_is_left_out_and_the_numbers_stay():
    outline = read_document("regler.html", PAGE)

    assert [(rule.number, rule.text) for rule in outline.rules] == [("1", "Vi svarer alle."), ("3", "Vi takker.")]
    assert left(outline) == [
        ("struck", ", unntatt presse", 2),
        ("struck", "Vi sletter kritikk.", 2),
        ("hidden", "Bare for oss", 3),
    ]


def test_the_review_says_what_was_left_out_and_takes_it_in_by_a_tick(login, cast, draft):
    client = login(cast.section)
    client.post(UPLOAD, {"document": SimpleUploadedFile("regler.html", PAGE), "revision": 1})

    html = " ".join(client.get(REVIEW).content.decode().split())

    assert "2 passages that are struck out</a>. What is struck out no longer holds." in html
    assert "1 hidden passage</a>. Whoever reads the document does not see it." in html
    assert 'href="?page=1#line-3"' in html
    assert html.count('name="take-') == 3

    pending = PendingImport.objects.get()
    data = {"import": pending.pk, "take-3": "on", "confirm": ""}
    for at, line in enumerate(pending.lines):
        data |= {f"kind-{at}": line["kind"], f"text-{at}": line["text"]}
    client.post(REVIEW, data)
    assert draft.texts.get().body == (
        "# Regler {#regler}\n\n1. Vi svarer alle. {#vi-svarer-alle}\n2. Vi sletter kritikk. {#vi-sletter-kritikk}\n"
        "3. Vi takker. {#vi-takker}\n"
    )


def test_the_command_prints_what_was_left_out(db, tmp_path, capsys):
    file = tmp_path / "regler.html"
    file.write_bytes(PAGE)
    arguments = ("import_guideline", file, "--title=Regler", "--language=nb", "--audience=employees")

    call_command(*arguments)
    said = capsys.readouterr().out
    assert "Left out: 2 passages that are struck out. What is struck out no longer holds." in said
    assert "  below “Vi svarer alle.”: “2 Vi sletter kritikk.”" in said

    call_command(*arguments, "--json")
    answer = json.loads(capsys.readouterr().out)
    assert not answer["changed"]
    assert answer["left_out"][2] == {"why": "hidden", "text": "Bare for oss", "times": 1, "after": "Vi takker."}
