"""A post dealt with in a real browser: on a phone, in the dark, without JavaScript."""

import pytest

from tests import factories

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def post(account, cast, now):
    factories.assign(account, cast.moderator)
    return factories.post(account, text="https://evil.example/" + "x" * 200, language="nn", answer_due_at=now)


def fits(page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize(("dark", "width"), [(False, 320), (True, 1280)])
def test_from_the_questions_to_the_log(visit, cast, post, dark, width):
    visitor = visit(cast.moderator, dark=dark, width=width)
    page = visitor.go(post.get_absolute_url())
    assert fits(page)
    page.get_by_label("Negative").check()
    page.get_by_label("Suspected malicious link").check()
    visitor.press("Save the triage")
    assert fits(page)
    page.get_by_text("Remove it at once and warn IT security").wait_for()
    page.get_by_label("Language of the texts").select_option("da")
    visitor.press("Show")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy", exact=True).click()
    page.get_by_role("button", name="Copied").wait_for()
    assert "Vi har fjernet en kommentar her, fordi" in page.evaluate("navigator.clipboard.readText()")
    page.get_by_label("Why is it removed?").select_option("malicious_link")
    visitor.press("Log the removal")
    page.get_by_text("The removal is logged").wait_for()
    assert "evil.example" not in page.content()
    visitor.press("Removed posts")
    assert fits(page)


def test_without_javascript(visit, cast, post):
    visitor = visit(cast.moderator, width=320, javascript=False)
    page = visitor.go(post.get_absolute_url())
    page.get_by_label("Question", exact=True).check()
    visitor.press("Save the triage")
    page.get_by_text("What the guidelines say").wait_for()
    assert page.get_by_label("Points to the official information").input_value().startswith("Takk for spørsmålet")
    visitor.press("A holding reply is sent")
    page.get_by_text("A holding reply was sent on").wait_for()
    visitor.press("Give it to the information section")
    page.get_by_text("With the information section since").wait_for()
    visitor.press("Close the post")
    page.get_by_text("The post is closed.").wait_for()


def test_the_texts_and_the_table_of_advice(visit, cast, body):
    visitor = visit(cast.section, width=320)
    visitor.go("/guidelines/")
    page = visitor.press("Ready texts")
    assert fits(page)
    visitor.click(page.get_by_role("link", name="Edit “Thanks”"))
    page.get_by_label("Text").fill("Takk, {navn}!")
    visitor.press("Save")
    page.get_by_text("There is no placeholder {navn}").first.wait_for()
    page.get_by_label("Text").fill("Takk, {author}!")
    visitor.press("Save")
    page.get_by_text("The text is saved.").wait_for()
    visitor.go("/units/nordvik/policy/")
    assert fits(page)
    page.get_by_label("What to do with a post: Negative").select_option("leave")
    visitor.press("Save")
    page.get_by_text("1 setting was changed").wait_for()
