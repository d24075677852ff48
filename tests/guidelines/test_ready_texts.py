"""Ready texts: all kinds in all languages, filled without a trace of the braces, edited by the section."""

import datetime as dt
import re

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.urls import reverse

from governance.access import Role
from governance.models import AuditEvent
from guidelines.models import ReadyText
from guidelines.ready_texts import PLACEHOLDERS, ReadyTextConflict, check, ensure_ready_texts, fill, starters
from tests import factories

LANGUAGES = [code for code, _name in settings.LANGUAGES]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_comes_in_every_language_and_can_be_filled(language):
    texts = starters(language)
    assert set(texts) == set(ReadyText.Kind.values)
    for body in texts.values():
        check(body)
        filled = fill(body, {name: name.upper() for name in PLACEHOLDERS})
        assert "{" not in filled
        assert "}" not in filled


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_concern_for_a_child_asks_nothing_and_points_on(language):
    body = starters(language)["child"]
    assert "{child_form}" in body
    assert "?" not in body
    assert "{author}" not in body


@pytest.mark.django_db
def test_the_migration_put_them_in_and_again_changes_nothing(cast, now):
    assert ReadyText.objects.count() == len(LANGUAGES) * len(ReadyText.Kind)
    text = ReadyText.objects.get(kind="thanks", language="da")
    text.write("Tak!", stamp="", by=cast.section, now=now)
    ReadyText.objects.get(kind="formal", language="nb").delete()
    assert ensure_ready_texts() == 1
    assert ensure_ready_texts() == 0
    text.refresh_from_db()
    assert text.body == "Tak!"


def test_values_are_filled_once_and_leave_no_braces():
    values = {"unit": "{account}", "author": "Kari} {x", "account": "Nordvik"}
    assert fill("Hi {author}, from {unit}. {account}", values) == "Hi Kari x, from account. Nordvik"


def test_a_name_that_is_not_known_goes_with_the_space_before_it():
    assert fill("Hi {author}! See you.", {}) == "Hi! See you."


@pytest.mark.parametrize(
    ("body", "left"),
    [
        ("Thanks! You find it here: {web_page} Ask again.", "Thanks! Ask again."),
        ("Thanks! You find it here: {web_page}", "Thanks!"),
        ("You find it here: {web_page}. Ask again.", "Ask again."),
        ("Thanks. Write to {formal_inquiry}, so that it is registered. Bye.", "Thanks. Bye."),
        ("Thanks.\nSee e.g. the news on {web_page}.\nBye.", "Thanks.\n\nBye."),
        ("The facts are: … Read {web_page}", "The facts are: …"),
        ("We answer within {response_time}.", ""),
    ],
)
def test_what_else_is_not_known_goes_with_its_whole_sentence(body, left):
    assert fill(body, {"author": "Kari"}) == left


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_has_a_hole_where_the_body_has_set_no_address(language):
    known = dict.fromkeys(["unit", "account", "platform", "formal_inquiry", "political_contact"], "Nordvik")
    for kind, body in starters(language).items():
        filled = fill(body, known)
        assert filled
        assert not re.search(r":(?! …)|\s[.,]|  |\s$", filled), (kind, filled)
    assert "Nordvik" not in fill(starters(language)["child"], known)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("Hi {name}", "no placeholder {name}"),
        ("Hi {}", "no placeholder {}"),
        ("Hi { unit }", "no placeholder { unit }"),
        ("Hi {unit", "A brace stands alone"),
        ("Hi {{unit}}", "A brace stands alone"),
        ("", "Write the text"),
        ("x" * 2001, "at most 2000"),
    ],
)
def test_what_cannot_be_filled_is_refused_and_the_allowed_are_named(body, said):
    with pytest.raises(ValidationError) as caught:
        check(body)
    [message] = caught.value.message_dict["body"]
    assert said in message
    assert "{formal_inquiry}" in message or "rite" in message


@pytest.mark.django_db
def test_writing_is_audited_once_and_does_not_overwrite_somebody_elses(cast, now):
    text = ReadyText.objects.get(kind="thanks", language="nb")
    assert text.write("Takk fra {unit}!", stamp="", by=cast.section, now=now)
    assert not text.write("Takk fra {unit}!", stamp="", by=cast.section, now=now)
    with pytest.raises(ReadyTextConflict):
        text.write("Tusen takk!", stamp="", by=cast.chief, now=now + dt.timedelta(minutes=1))
    text.refresh_from_db()
    assert (text.body, text.changed_by, text.changed_at) == ("Takk fra {unit}!", cast.section, now)
    [event] = AuditEvent.objects.filter(event="ready_text.changed")
    assert event.after == {"body": "Takk fra {unit}!"}
    assert event.subject_name == "thanks nb"


@pytest.mark.django_db
def test_the_pages(login, cast, django_assert_max_num_queries):
    client = login(cast.section)
    with django_assert_max_num_queries(12):
        listed = client.get(reverse("guidelines:ready_texts")).content.decode()
    assert "Tusen takk for hyggelige ord" in listed
    assert 'lang="nn"' in listed
    text = ReadyText.objects.get(kind="thanks", language="nb")
    url = reverse("guidelines:ready_text", args=[text.pk])
    assert url in listed
    assert "{formal_inquiry}" in client.get(url).content.decode()
    assert "Ready texts" in client.get(reverse("guidelines:guidelines")).content.decode()
    page = client.post(url, {"body": "Takk, {navn}!", "stamp": ""})
    assert page.status_code == 422
    assert "no placeholder {navn}" in page.content.decode()
    assert "Takk, {navn}!" in page.content.decode()
    assert "The text is saved." in client.post(url, {"body": "Takk!", "stamp": ""}, follow=True).content.decode()
    assert "Nothing was changed." in client.post(url, {"body": "Takk!", "stamp": ""}, follow=True).content.decode()


@pytest.mark.django_db
def test_two_who_edit_at_once_see_one_another(login, cast, now):
    text = ReadyText.objects.get(kind="thanks", language="nb")
    text.write("Takk fra oss!", stamp="", by=cast.chief, now=now)
    client, url = login(cast.section), reverse("guidelines:ready_text", args=[text.pk])
    page = client.post(url, {"body": "Takk!", "stamp": ""})
    assert page.status_code == 422
    said = page.content.decode()
    assert "Somebody else has changed this text" in said
    assert "Takk fra oss!" in said
    text.refresh_from_db()
    assert f'value="{text.stamp}"' in said
    assert client.post(url, {"body": "Takk!", "stamp": text.stamp}).status_code == 302


@pytest.mark.django_db
def test_the_texts_are_the_whole_bodys(login, cast, body):
    """Answering for the information of one unit does not reach them."""
    factories.grant(cast.employee, Role.INFORMATION_SECTION, body.nordvik)
    assert login(cast.employee).get(reverse("guidelines:ready_texts")).status_code == 403
    assert "Ready texts" not in login(cast.moderator).get(reverse("guidelines:guidelines")).content.decode()
