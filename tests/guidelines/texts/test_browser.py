"""Guidelines in a real browser: light and dark, on a phone, without JavaScript, checked by axe on each page."""

import datetime as dt

import pytest
from django.utils import timezone

from guidelines import demo
from guidelines.texts.guidelines import Guideline
from guidelines.texts.publication import publish
from guidelines.texts.reviews import Review
from guidelines.texts.rounds import CommentRound

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(("dark", "width", "javascript"), [(False, 1280, True), (True, 360, True)])
def test_reading_and_acknowledging(visit, cast, now, dark, width, javascript):
    demo.load(cast.chief, now)
    visitor = visit(cast.employee, dark=dark, width=width, javascript=javascript)
    visitor.go("/guidelines/")
    page = visitor.press("Employees online")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.get_by_role("link", name="Link to “Rather ask").click()
    assert page.url.endswith("#rule-ask")
    visitor.press("I have read and understood this")
    page.get_by_text("It is noted that you have read this.").wait_for()
    visitor.go("/guidelines/employees-online/?language=nb")
    visitor.go("/guidelines/employees-online/versions/")


def test_the_preview_follows_the_writing(visit, cast, now):
    guideline = Guideline.objects.create(slug="rules", audience="employees")
    draft = guideline.draft(by=cast.section, now=now)
    draft.save_draft("en-gb", "Rules", "1. Answer fast\n", revision=0, by=cast.section, now=now)
    visitor = visit(cast.section)
    page = visitor.go("/guidelines/rules/draft/en-gb/")
    shown = page.get_by_role("region", name="Preview")
    shown.get_by_text("Answer fast").wait_for()

    page.get_by_label("Text", exact=True).fill("1. Answer <kindly>\n")

    shown.get_by_text("Answer <kindly>").wait_for()
    assert shown.get_by_text("Answer fast").count() == 0
    assert draft.texts.get().body == "1. Answer fast {#answer-fast}\n"
    visitor.settle()


def test_writing_and_publishing(visit, cast, now, tmp_path):
    document = tmp_path / "regler.md"
    document.write_text("# Regler\n\n1. Svar fort\n2. Svar pent\n\n## Mer\n\n- Si takk\n")
    visitor = visit(cast.section)
    visitor.go("/guidelines/")
    visitor.press("New guideline")
    visitor.page.get_by_label("Title").fill("Rules online")
    visitor.press("Go on")
    visitor.page.get_by_label("Text").fill("# Answering\n\n1. Answer fast\n")
    page = visitor.press("Preview")
    page.get_by_text("not saved yet").wait_for()
    visitor.press("Save the draft")
    visitor.press("Import a document in Norwegian bokmål")
    page.get_by_label("Document").set_input_files(document)
    visitor.press("Read the document")
    page.get_by_label("Kind of line 2", exact=True).select_option("bullet")
    page.get_by_label("Text of line 5", exact=True).fill("Si alltid takk")
    visitor.press("Save and put into the draft")
    page.get_by_text("2 headings and 3 rules were found").wait_for()
    visitor.go("/guidelines/rules-online/draft/")
    visitor.press("Go on to publish")
    visitor.press("Publish")
    page.get_by_label("Yes: everyone").check()
    visitor.press("Publish")
    page.get_by_text("is in force").wait_for()
    visitor.press("Who has acknowledged")
    visitor.go("/guidelines/rules-online/")
    visitor.press("Write the next version")
    visitor.press("Discard the draft")


@pytest.mark.parametrize(("dark", "width"), [(False, 1280), (True, 360)])
def test_drafts_from_the_starter_set(visit, cast, dark, width):
    visitor = visit(cast.section, dark=dark, width=width)
    visitor.go("/guidelines/")
    page = visitor.press("Starter set")
    page.get_by_text("What it contains").first.click()
    page.get_by_text("These guidelines help us speak as one body").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    visitor.press("Make drafts of all 6 that are missing")
    page.get_by_text("6 drafts have been made.").wait_for()


@pytest.mark.parametrize(("width", "javascript"), [(1280, True), (360, True), (1280, False)])
def test_a_ready_text_is_copied_edited_and_brought_back(visit, cast, width, javascript):
    visitor = visit(cast.section, width=width, javascript=javascript)
    visitor.go("/guidelines/")
    page = visitor.press("Ready texts")
    page.get_by_label("Kind").select_option("decline")
    visitor.press("Show")
    assert "Ivar Info" in page.locator("textarea").input_value()
    assert page.get_by_role("button", name="Copy").count() == int(javascript)
    visitor.press("Edit “Declines")
    page.get_by_label("Text").fill("Hello! I am afraid I cannot.")
    visitor.press("Save")
    visitor.press("Edit “Declines")
    page = visitor.press("Bring back")
    page.get_by_text("Version 1 is brought back.").wait_for()


@pytest.mark.parametrize(
    ("dark", "width", "javascript"), [(False, 1280, True), (True, 360, True), (False, 1280, False)]
)
def test_comparing_discussing_and_reviewing(visit, cast, dark, width, javascript):
    wall = timezone.now()
    guideline = Guideline.objects.create(slug="rules", audience="employees")
    for body in (
        "# Answers {#a}\n\n1. Answer fast {#fast}\n2. Old {#old}\n",
        "# Answers {#a}\n\n1. Answer soon {#fast}\n",
    ):
        draft = guideline.draft(by=cast.section, now=wall)
        draft.save_draft("en-gb", "Rules", body, revision=None, by=cast.section, now=wall)
        draft.save_draft("nb", "Regler", "# Svar {#a}\n", revision=None, by=cast.section, now=wall)
        publish(draft, must_acknowledge=False, change_note="x", by=cast.section, now=wall)
    draft = guideline.draft(by=cast.section, now=wall)
    link = '- [Nothing](rule:nowhere) {#link}\n- [Guide](https://guide.example/ "2026-03-01")\n'
    draft.save_draft("en-gb", "Rules", link, revision=None, by=cast.section, now=wall)
    CommentRound.open_for(draft, until=wall + dt.timedelta(days=7), by=cast.section, now=wall)
    Review.ask(draft, cast.employee, by=cast.section, now=wall)

    visitor = visit(cast.employee, dark=dark, width=width, javascript=javascript)
    page = visitor.go("/guidelines/rules/compare/?older=1&newer=2&language=en-gb")
    page.get_by_text("2 changes").wait_for()
    visitor.go("/guidelines/rules/versions/2/languages/")
    if javascript:
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    visitor.go("/guidelines/rules/discussion/")
    page.get_by_label("Your comment").fill("Which guide?")
    visitor.press("Send the comment")
    page.get_by_text("Which guide?").wait_for()
    visitor.go("/guidelines/rules/review/")
    page.get_by_label("It must be changed").check()
    page.get_by_label("Comment").fill("The link leads nowhere")
    visitor.press("Answer")

    visitor = visit(cast.section, dark=dark, width=width, javascript=javascript)
    page = visitor.go("/guidelines/rules/draft/")
    page.get_by_text("The link leads nowhere").wait_for()
    visitor.press("Go on to publish")
    page.get_by_label("No: ").check()
    page.get_by_label("What has changed").fill("A link.")
    page.get_by_label("Publish at").fill("31.12.2099 08:00")
    visitor.press("Publish")
    visitor.press("Call it off")
    visitor.go("/guidelines/links/")
    visitor.go("/guidelines/rules/draft/en-gb/")
