"""`import_guideline`: a document into a draft, repeatable, with a clear message when it cannot be read."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from guidelines.texts.guidelines import Guideline
from guidelines.texts.publication import publish
from guidelines.texts.versions import Text

DOCUMENT = "# Regler\n\n## Svar\n\n1. Fort\n2. Pent\n\n- Takk\n"


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "regler.md"
    path.write_text(DOCUMENT)
    return path


def run(file, *more, language="nb", audience="employees", title="Regler for alle"):
    out = StringIO()
    options = ["--title", title, "--language", language, "--audience", audience]
    call_command("import_guideline", str(file), *options, *more, stdout=out)
    return out.getvalue()


def test_a_document_becomes_a_draft_and_a_second_run_changes_nothing(db, file):
    assert run(file) == "Saved in the draft of regler-for-alle, version 1, nb: 2 headings, 3 rules.\n"
    assert run(file) == "Nothing has changed in regler-for-alle, version 1, nb: 2 headings, 3 rules.\n"

    text = Text.objects.get()
    assert text.revision == 1
    assert text.body == "# Regler {#regler}\n\n## Svar {#svar}\n\n1. Fort {#fort}\n2. Pent {#pent}\n\n- Takk {#takk}\n"


def test_english_is_british_and_other_languages_join_the_same_draft(db, file):
    run(file)
    result = json.loads(run(file, "--json", "--slug", "regler-for-alle", language="en", title="Rules for all"))

    assert result == {
        "slug": "regler-for-alle",
        "version": 1,
        "language": "en-gb",
        "changed": True,
        "headings": 2,
        "rules": 3,
        "left_out": [],
    }
    assert set(Text.objects.values_list("language", flat=True)) == {"nb", "en-gb"}


def test_what_is_in_force_already_opens_no_draft_and_a_change_does(db, file, now):
    run(file)
    publish(Guideline.objects.get().open_draft(), must_acknowledge=False, by=None, now=now)

    assert "Nothing has changed" in run(file)
    assert Guideline.objects.get().open_draft() is None
    file.write_text(DOCUMENT + "- Smil\n")
    assert "version 2, nb: 2 headings, 4 rules" in run(file)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"language": "de"}, "“de” is not a language of the portal"),
        ({"audience": "dogs"}, "“dogs” is not an audience"),
        ({"title": " "}, "The title must have"),
        ({"more": ["--slug", "Æ Ø"]}, "cannot be used"),
        ({"content": b"%PDF-1.7"}, "its content is a PDF"),
        ({"content": b""}, "The file is empty"),
        ({"missing": True}, "No such file or directory"),
    ],
)
def test_bad_input_is_refused_and_nothing_is_saved(db, file, options, says):
    if "content" in options:
        file.write_bytes(options.pop("content"))
    if options.pop("missing", False):
        file.unlink()

    with pytest.raises(CommandError, match=says) as error:
        run(file, *options.pop("more", []), **options)

    assert error.value.returncode == 1
    assert not Guideline.objects.exists()


def test_an_address_that_belongs_to_others_is_refused(db, file):
    run(file)

    with pytest.raises(CommandError, match="another audience"):
        run(file, audience="moderators")
