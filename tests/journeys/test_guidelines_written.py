"""An author's way in Chromium: from the starter set, and from a document that somebody sent, to what is in force.

A text is previewed and held against the other languages; a document is looked over before it is in a draft; two who
write at once see each other's text; a second person approves; publishing waits for its time, and says why the text
must be acknowledged again. Every page on the way is checked by axe.
"""

import datetime as dt

import pytest
from django.core.management import call_command
from django.utils import timezone

from governance.access import Role
from governance.policy.models import set_policy
from guidelines.reading.acknowledgements import demanded
from guidelines.texts.guidelines import Guideline
from guidelines.texts.plans import Plan
from guidelines.texts.versions import Text
from tests import factories
from tests.journeys.walking import LOOKS, Walk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SLUG = "pictures-online"
DRAFT = f"/guidelines/{SLUG}/draft/"


@pytest.mark.parametrize(("language", "browser"), LOOKS)
def test_from_the_starter_set(language, browser, visit, cast):
    walk = Walk(visit, language, browser)
    author = walk.as_(cast.section)
    author.go("/guidelines/")
    author.follow("/guidelines/starter/")
    author.click("form.actions:not(:has([name=slug])) [type=submit]")
    assert Guideline.objects.count() == 6

    author.go("/guidelines/employees-online/draft/")
    author.follow(f"/guidelines/employees-online/draft/{language}/")
    author.fill("body", author.main("[name=body]").input_value() + "\n1. Mind the cat {#cat}\n")
    preview = author.main(".preview-text")
    if walk.javascript:
        preview.locator("#rule-cat").wait_for()  # without a key more
    else:
        author.click("[name=preview]")
    assert preview.locator("#rule-cat").inner_text().startswith("Mind the cat")
    assert not Text.objects.filter(body__contains="Mind the cat").exists()
    author.click("#writing [type=submit]:not([name])")

    # The other languages lack the rule: it is said, and shown beside them.
    warning = author.main('[aria-labelledby="differences"]')
    assert "#cat" in warning.inner_text()
    author.click('[aria-labelledby="differences"] a')
    remarks = [remark.strip() for remark in author.main(".beside tbody td:last-child").all_inner_texts()]
    assert len([remark for remark in remarks if remark]) == 1
    assert "Mind the cat" in author.main(".beside tbody tr").last.inner_text()


@pytest.mark.parametrize(("language", "browser"), LOOKS)
def test_from_a_document_to_force(language, browser, visit, body, cast, tmp_path):
    colleague = factories.person("Kari Kollega", unit=body.central)
    factories.grant(colleague, Role.INFORMATION_SECTION, body.central)
    walk = Walk(visit, language, browser)
    author = walk.as_(cast.section)

    _brings_in(author, tmp_path, language)
    _writes_at_once(author, walk.as_(colleague), language)
    author.go(DRAFT)
    author.follow(f"{DRAFT}publish/")
    author.main("[name=must_acknowledge][value=yes]").check()
    author.click("form.stack [type=submit]")
    guideline = Guideline.objects.get(slug=SLUG)
    assert guideline.in_force().number == 1
    guideline.in_force().acknowledge(cast.employee, now=timezone.now())

    set_policy(body.central, {"guideline_review": True}, by=cast.chief, now=timezone.now())
    _asks_for_a_review(author, cast.leader, language)
    _reviews(walk.as_(cast.leader))
    _plans(author, timezone.localtime() + dt.timedelta(days=2))
    assert guideline.in_force().number == 1
    later = timezone.now() + dt.timedelta(days=2, hours=1)
    for _twice in range(2):
        call_command("sweep", only="guideline_plans", at=later.isoformat())
    assert guideline.in_force().number == 2
    assert demanded(later) == {guideline.pk: 2}

    _takes_away_as_files(author)


def _brings_in(author, folder, language):
    document = folder / "regler.md"
    document.write_text("# Bilete\n\n1. Spør fyrst\n2. Slett sidan\n\n- Takk\n", encoding="utf-8")
    author.go("/guidelines/")
    author.follow("/guidelines/new/")
    author.fill("title", "Pictures online")
    author.main("[name=audience]").select_option("employees")
    author.click("form.stack [type=submit]")
    author.go(DRAFT)
    author.follow(f"{DRAFT}{language}/import/")
    author.main("[name=document]").set_input_files(document)
    author.click("form.stack [type=submit]")
    assert not Text.objects.filter(body__contains="Slett").exists()
    author.main("[name=text-1]").fill("Spør alltid fyrst")
    author.main("[name=kind-3]").select_option("bullet")
    author.click("[name=confirm]")
    assert "Spør alltid fyrst" in author.main("[name=body]").input_value()


def _writes_at_once(author, colleague, language):
    """Both have the text open. Whoever saves last sees what the other saved, and both rules end up in the draft."""
    for person in (author, colleague):
        person.go(f"{DRAFT}{language}/")
    before = author.main("[name=body]").input_value()
    colleague.fill("body", before + "\n- Mind the cat\n")
    colleague.click("#writing [type=submit]:not([name])")
    mine = f"{before}\n- Mind the dog"
    author.fill("body", mine)
    author.click("#writing [type=submit]:not([name])")
    assert author.main('[role="alert"]').first.is_visible()
    assert "Mind the cat" in author.main("pre.source").inner_text()
    assert author.main("[name=body]").input_value() == mine
    assert {row.get_attribute("data-state") for row in author.main(".changes-table tbody tr").all()} >= {
        "added",
        "removed",
    }
    author.fill("body", f"{mine}\n- Mind the cat")
    author.click("#writing [type=submit]:not([name])")
    saved = Text.objects.get(version__guideline__slug=SLUG, language=language).body
    assert "Mind the cat" in saved
    assert "Mind the dog" in saved


def _asks_for_a_review(author, reviewer, language):
    author.go(f"/guidelines/{SLUG}/")
    author.click('form[action$="/draft/begin/"] [type=submit]')
    author.follow(f"{DRAFT}{language}/")
    author.fill("body", author.main("[name=body]").input_value() + "\n- Mind the horse\n")
    author.click("#writing [type=submit]:not([name])")
    # Nobody has approved it: the page says so beforehand, and the deed is refused.
    author.go(f"{DRAFT}publish/")
    author.main("[name=must_acknowledge][value=no]").check()
    author.fill("change_note", "The horse is new.")
    assert author.main(f'[data-color="danger"] a[href="{DRAFT}review/"]').is_visible()
    author.click("form.stack [type=submit]")
    assert author.main('.messages [data-color="danger"]').is_visible()
    author.follow(f"{DRAFT}review/")
    author.fill("reviewer", reviewer.email)
    author.click("form.stack [type=submit]")
    assert reviewer.name in author.main('[aria-labelledby="others"]').inner_text()


def _reviews(reviewer):
    reviewer.go("/")
    reviewer.follow(f"/guidelines/{SLUG}/review/")
    assert "Mind the horse" in reviewer.main("article").inner_text()
    reviewer.main("[name=outcome][value=approved]").check()
    reviewer.click("form.stack [type=submit]")


def _plans(author, at):
    author.go(f"{DRAFT}publish/")
    author.main("[name=must_acknowledge][value=yes]").check()
    author.fill("change_note", "The horse is new.")
    author.fill("publish_at", f"{at:%d.%m.%Y %H:%M}")
    # Whoever has acknowledged it before is owed a reason.
    author.click("form.stack [type=submit]")
    assert author.main(".ds-error-summary").is_visible()
    assert author.main("[name=change_note]").input_value() == "The horse is new."
    author.fill("acknowledge_why", "There was an accident.")
    author.click("form.stack [type=submit]")
    assert author.main('form[action$="/plan/cancel/"] button').is_visible()
    assert Plan.objects.get().acknowledge_why == "There was an accident."


def _takes_away_as_files(author):
    author.go(f"/guidelines/{SLUG}/")
    links = author.main(".downloads a")
    files = {path.rstrip("/").rpartition("/")[2]: author.file(path) for path in _addresses(links)}
    assert set(files) == {"pdf", "docx", "html", "md"}
    assert files["pdf"].startswith(b"%PDF")
    assert files["docx"].startswith(b"PK")
    for kind in ("html", "md"):
        assert "Mind the horse" in files[kind].decode()


def _addresses(links) -> list[str]:
    return [link.get_attribute("href") for link in links.all()]
