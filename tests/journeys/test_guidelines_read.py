"""A reader's way through the guidelines in Chromium, and a guideline on paper.

What waits on home is read, a link between rules followed, a rule found in spite of a slip of the finger; the text is
acknowledged, and when it comes anew the reader sees what has changed; a question is asked, answered and made a note;
a decision aid leads to a rule. Every page on the way is checked by axe.
"""

import datetime as dt
from io import BytesIO
from typing import NamedTuple

import pytest
from django.utils import timezone
from pypdf import PdfReader

from guidelines import demo
from guidelines.reading.acknowledgements import Acknowledgement
from guidelines.reading.questions import Question
from guidelines.texts import publication
from guidelines.texts.guidelines import Audience, Guideline
from tests.journeys.walking import LOOKS, Walk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DRONES, CONSENT = "rule-drones", "rule-ask-before-pictures"
PICTURES = "/guidelines/pictures-online/"


class Words(NamedTuple):
    """A guideline in one language: how it begins, its rule on drones, what somebody types who looks for that."""

    title: str
    consent: str
    drones: str
    typed: str
    note: str


WORDS = {
    "nb": Words("Bilder på nett", "regelen om samtykke", "Meld fra før droneopptak.", "droneoptakk", "Spør lederen."),
    "nn": Words("Bilete på nett", "regelen om samtykke", "Meld frå før droneopptak.", "droneoptakk", "Spør leiaren."),
    "da": Words(
        "Billeder på nettet", "reglen om samtykke", "Giv besked før droneoptagelser.", "droneoptaglser", "Ja da."
    ),
    "en-gb": Words("Pictures online", "rule on consent", "Ask before drone photography.", "fotography", "Yes, ask."),
}


def publish(body: str, *, by, now, **fields):
    """The guideline on pictures anew in each language; `body` has gaps for that language's words."""
    guideline, _new = Guideline.objects.get_or_create(
        slug="pictures-online", defaults={"audience": Audience.EMPLOYEES, "created_at": now}
    )
    draft = guideline.draft(by=by, now=now)
    for language, words in WORDS.items():
        standing = draft.texts.filter(language=language).first()
        revision = standing.revision if standing else 0
        draft.save_draft(language, words.title, body.format(w=words), revision=revision, by=by, now=now)
    publication.publish(draft, must_acknowledge=True, by=by, now=now, **fields)
    return guideline


FIRST = (
    "1. {w.drones} {{#drones}}\n1. {w.title}: [{w.consent}](rule:employees-online#ask-before-pictures) {{#consent}}\n"
)
SECOND = FIRST.replace("{w.drones}", "{w.drones} 2027.") + "1. {w.note} {{#third}}\n"


@pytest.mark.parametrize(("language", "browser"), LOOKS)
def test_a_reader(language, browser, visit, cast):
    walk = Walk(visit, language, browser)
    ago = timezone.now() - dt.timedelta(days=40)
    demo.load(cast.section, ago)
    guideline = publish(FIRST, by=cast.section, now=ago)
    reader = walk.as_(cast.employee)

    _reads_and_finds(reader, WORDS[language])
    reader.click('form[action$="/acknowledge/"] button')
    assert reader.main('.messages [data-color="success"]').is_visible()
    assert reader.main("form.acknowledge").count() == 0
    assert Acknowledgement.objects.filter(person=cast.employee, version=guideline.in_force()).count() == 1
    reader.go("/")
    assert reader.main(f'a[href="{PICTURES}"]').count() == 0

    yesterday = timezone.now() - dt.timedelta(days=1)
    publish(SECOND, by=cast.section, now=yesterday, change_note="From 2027.", acknowledge_why="The law is new.")
    _sees_what_changed(reader)
    question = _asks(reader, cast.employee)
    _answers(walk.as_(cast.section), question, WORDS[language].note)
    _reads_the_answer(reader, question, WORDS[language].note)
    _takes_the_aid(reader)


def _reads_and_finds(reader, words):
    reader.go("/")
    reader.follow(PICTURES)
    assert words.title in reader.page.locator("h1").inner_text()
    reader.click(f'article a[href="/guidelines/employees-online/#{CONSENT}"]')
    assert reader.page.locator(f"#{CONSENT}:target").is_visible()
    # Looked for with a slip of the finger, and still found; the page says what was searched for instead.
    reader.go("/guidelines/")
    reader.fill("q", words.typed)
    reader.click("form.search button")
    assert reader.main('.ds-alert[role="status"]').is_visible()
    assert reader.main(".hit mark").first.inner_text().casefold() in words.drones.casefold()
    reader.click(".hit a")
    assert reader.page.url.endswith(f"{PICTURES}#{DRONES}")
    assert reader.page.locator(f"#{DRONES}:target").is_visible()


def _sees_what_changed(reader):
    reader.go("/")
    reader.follow(PICTURES)
    changes = reader.main('section[aria-labelledby="since"]')
    assert "From 2027." in changes.inner_text()
    assert "The law is new." in changes.inner_text()
    reader.click('section[aria-labelledby="since"] a')
    rows = reader.main(".changes-table tbody tr")
    # The rule that stayed as it was is not among them.
    assert [row.get_attribute("data-state") for row in rows.all()] == ["changed", "added"]
    assert rows.first.locator("ins").inner_text().strip() == "2027."


def _asks(reader, person) -> Question:
    reader.go(PICTURES)
    reader.click('a[href^="/guidelines/ask/"]')
    reader.main("[name=rule]").select_option("drones")
    reader.fill("text", "And kites?")
    reader.click("form.stack [type=submit]")
    question = Question.objects.get(asked_by=person)
    assert reader.page.url.endswith(question.get_absolute_url())
    assert question.anchor == "drones"
    return question


def _answers(section, question, note):
    section.go("/")
    section.follow(question.get_absolute_url())
    section.fill("answer", "Kites as well.")
    section.click('form[action$="/answer/"] [type=submit]')
    section.follow(f"{question.get_absolute_url()}note/")
    assert section.main("[name=place]").input_value() == "pictures-online#drones"
    section.fill("answer", note)
    section.click("form.stack [type=submit]")
    assert section.page.url.endswith(f"{PICTURES}#notes")


def _reads_the_answer(reader, question, note):
    reader.go("/notices/")
    reader.click(".timeline a:has(strong)")
    assert reader.page.url.endswith(question.get_absolute_url())
    assert "Kites as well." in reader.page.locator("main").inner_text()
    reader.follow(f"{PICTURES}#notes")
    standing = reader.main(".notes details")
    standing.locator("summary").click()
    standing.get_by_text(note, exact=True).wait_for()
    assert standing.locator(f'a[href="#{DRONES}"]').is_visible()


def _takes_the_aid(reader):
    reader.go("/guidelines/")
    reader.follow("/guidelines/aids/")
    reader.follow("/guidelines/aids/may-i-post/")
    for _step in range(6):
        if reader.main(".aid-choices").count() == 0:
            break
        reader.click(".aid-choices li:last-child a")
    assert reader.main("#answer").is_visible()
    reader.click('section[aria-labelledby="rules"] li a')
    assert reader.page.locator("article :target").is_visible()


@pytest.mark.parametrize("dark", [False, True])
def test_a_guideline_on_paper_looks_like_a_document(dark, visit, cast, now):
    demo.load(cast.section, now)
    visitor = visit(cast.section, dark=dark)
    page = visitor.go("/guidelines/employees-online/")
    page.emulate_media(media="print")
    rules = page.locator("article.prose li").all_inner_texts()

    # Nothing to press, follow or go elsewhere by; the text itself, dark on white.
    for away in ("header", "footer", "nav", "button", "input", ".anchor", ".ds-skip-link", ".messages"):
        assert [one for one in page.locator(away).all() if one.is_visible()] == [], away
    for there in ("h1", "article.prose h2", "article.prose li"):
        assert all(one.is_visible() for one in page.locator(there).all()), there
    colours = "element => [getComputedStyle(element).color, getComputedStyle(document.body).backgroundColor]"
    for part in ("h1", "main .subtle", "article.prose h2", "article.prose li"):
        ink, paper = page.locator(part).first.evaluate(colours)
        assert paper == "rgb(255, 255, 255)"
        assert max(int(number) for number in ink[4:-1].split(",")) < 100, (part, ink)

    sheets = PdfReader(BytesIO(page.pdf(prefer_css_page_size=True))).pages
    printed = " ".join(" ".join(sheet.extract_text() for sheet in sheets).split())
    assert 1 < len(sheets) < 6
    assert [sheet.mediabox.width > 590 for sheet in sheets] == [True] * len(sheets)  # A4, not Letter's 612
    assert "Employees online" in printed
    missing = [rule for rule in rules if "".join(rule.split())[:60] not in "".join(printed.split())]
    assert missing == []
    assert "Write the next version" not in printed
