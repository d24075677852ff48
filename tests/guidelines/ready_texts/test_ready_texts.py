"""Ready texts: all kinds in all languages, filled without a trace of the braces, edited by the section."""

import datetime as dt
import re

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.urls import reverse

from governance.access import Role
from governance.audit.models import AuditEvent
from guidelines.ready_texts.models import (
    PLACEHOLDERS,
    ReadyText,
    ReadyTextConflict,
    check,
    ensure_ready_texts,
    fill,
    fill_or_mark,
    starters,
)
from tests import factories
from tests.sending import filled

LANGUAGES = [code for code, _name in settings.LANGUAGES]


@pytest.mark.parametrize("tone", ReadyText.Tone.values)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_comes_in_every_language_and_tone_and_can_be_filled(language, tone):
    texts = starters(language, tone)
    assert set(texts) == set(ReadyText.Kind.values)
    for body in texts.values():
        check(body)
        filled = fill(body, {name: name.upper() for name in PLACEHOLDERS})
        assert "{" not in filled
        assert "}" not in filled


def _marks(body: str) -> list[str]:
    return sorted(re.findall(r"\{\w+\}", body))


@pytest.mark.parametrize("tone", ReadyText.Tone.values)
def test_every_language_fills_in_the_same_and_leaves_the_same_to_fill_in_by_hand(tone):
    def marks(language):
        return {
            kind: (sorted(re.findall(r"\{\w+\}", body)), body.count("…"))
            for kind, body in starters(language, tone).items()
        }

    for language in LANGUAGES:
        assert marks(language) == marks("nb"), language


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_tones_differ(language):
    friendly, formal = starters(language, "friendly"), starters(language, "formal")
    assert [kind for kind in friendly if friendly[kind] == formal[kind]] == []
    assert not any("!" in body for body in formal.values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_profile_says_what_people_must_know_and_a_teacher_says_no_politely(language):
    for tone in ReadyText.Tone.values:
        texts = starters(language, tone)
        assert {"{response_time}", "{opening_hours}", "{formal_inquiry}"} <= set(
            re.findall(r"\{\w+\}", texts["profile"])
        )
        assert {"{platform}", "{unit}"} <= set(re.findall(r"\{\w+\}", texts["decline"]))
        assert {"{starts}", "{ends}", "{reason}"} <= set(re.findall(r"\{\w+\}", texts["paused"]))


@pytest.mark.parametrize("tone", ReadyText.Tone.values)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_concern_for_a_child_asks_nothing_and_points_on(language, tone):
    body = starters(language, tone)["child"]
    assert "{child_form}" in body
    assert "?" not in body
    assert "{author}" not in body


@pytest.mark.django_db
def test_the_migration_put_them_in_and_again_changes_nothing(cast, now):
    assert ReadyText.objects.count() == len(LANGUAGES) * len(ReadyText.Kind) * len(ReadyText.Tone)
    text = ReadyText.objects.get(kind="thanks", language="da", tone="friendly")
    text.write("Tak!", stamp="", by=cast.section, now=now)
    ReadyText.objects.get(kind="formal", language="nb", tone="formal").delete()
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


# What is said to somebody who has written.
ANSWERS = ReadyText.Kind.values[: ReadyText.Kind.values.index("hearing") + 1]


@pytest.mark.parametrize("tone", ReadyText.Tone.values)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_answer_has_a_hole_where_the_body_has_set_no_address(language, tone):
    known = dict.fromkeys(["unit", "account", "platform", "formal_inquiry", "political_contact"], "Nordvik")
    texts = starters(language, tone)
    for kind in ANSWERS:
        filled = fill(texts[kind], known)
        assert filled
        assert not re.search(r":(?! …)|\s[.,]|  |\s$", filled), (kind, filled)
    assert "Nordvik" not in fill(texts["child"], known)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("Hi {nobody}", "no placeholder {nobody}"),
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
    text = ReadyText.objects.get(kind="thanks", language="nb", tone="friendly")
    assert text.write("Takk fra {unit}!", stamp="", by=cast.section, now=now)
    assert not text.write("Takk fra {unit}!", stamp="", by=cast.section, now=now)
    with pytest.raises(ReadyTextConflict):
        text.write("Tusen takk!", stamp="", by=cast.chief, now=now + dt.timedelta(minutes=1))
    text.refresh_from_db()
    assert (text.body, text.changed_by, text.changed_at) == ("Takk fra {unit}!", cast.section, now)
    [event] = AuditEvent.objects.filter(event="ready_text.changed")
    assert event.before["version"] == 1
    assert event.after == {"version": 2, "body": "Takk fra {unit}!"}
    assert event.subject_name == "thanks nb friendly"


@pytest.mark.django_db
def test_editing(login, cast):
    client = login(cast.section)
    text = ReadyText.objects.get(kind="thanks", language="nb", tone="friendly")
    url = reverse("guidelines:ready_text", args=[text.pk])
    assert "{formal_inquiry}" in client.get(url).content.decode()
    page = client.post(url, {"body": "Takk, {navn}!", "stamp": ""})
    assert page.status_code == 422
    assert "no placeholder {navn}" in page.content.decode()
    assert "Takk, {navn}!" in page.content.decode()
    saved = client.post(url, {"body": "Takk!", "stamp": ""}, follow=True)
    assert "The text is saved." in saved.content.decode()
    assert saved.redirect_chain[-1][0].endswith("?language=nb&tone=friendly#kind-thanks")
    assert "Nothing was changed." in client.post(url, {"body": "Takk!", "stamp": ""}, follow=True).content.decode()


@pytest.mark.django_db
def test_what_a_text_said_is_kept_and_can_be_brought_back(login, cast, now):
    text = ReadyText.objects.get(kind="thanks", language="nb", tone="friendly")
    first = text.body
    for hour, said in enumerate(["Takk!", "Tusen takk!"]):
        text.write(said, stamp=text.stamp, by=cast.chief, now=now + dt.timedelta(hours=hour))
        text.refresh_from_db()
    client, page = login(cast.section), reverse("guidelines:ready_text", args=[text.pk])
    shown = client.get(page).content.decode()
    assert "Version 3 stands now." in shown
    assert "Ingrid Sjef" in shown
    assert "As it came with the portal" in shown
    assert first in shown

    back = reverse("guidelines:ready_text_back", args=[text.pk, 1])
    stale = client.post(back, {"stamp": ""}, follow=True).content.decode()
    assert "Somebody else has changed this text" in stale
    assert "Version 1 is brought back." in client.post(back, {"stamp": text.stamp}, follow=True).content.decode()
    text.refresh_from_db()
    assert (text.body, text.number, text.changed_by) == (first, 4, cast.section)
    assert [row.number for row in text.earlier.all()] == [3, 2, 1]
    assert "Version 1 stands already." in client.post(back, {"stamp": text.stamp}, follow=True).content.decode()
    assert AuditEvent.objects.filter(event="ready_text.changed").count() == 3
    assert client.post(reverse("guidelines:ready_text_back", args=[text.pk, 9])).status_code == 404
    assert login(cast.moderator).post(back, {"stamp": text.stamp}).status_code == 403


def test_whoever_goes_through_it_sees_what_to_put_by_hand():
    said = fill_or_mark("Stengt fra {starts}, {unit}.", {"unit": "Nordvik vgs", "starts": ""}, "en-gb")
    assert said == "Stengt fra [date from], Nordvik vgs."


@pytest.mark.django_db
def test_two_who_edit_at_once_see_one_another(login, cast, now):
    text = ReadyText.objects.get(kind="thanks", language="nb", tone="friendly")
    client, url = login(cast.section), reverse("guidelines:ready_text", args=[text.pk])
    opened = filled(client.get(url))
    text.write("Takk fra oss!", stamp="", by=cast.chief, now=now)
    page = client.post(url, opened | {"body": "Takk!"})
    assert page.status_code == 422
    assert page.context["form"].meanwhile == {"body": "Takk fra oss!"}
    assert "Ingrid Sjef" in page.content.decode()
    assert client.post(url, filled(page)).status_code == 302
    text.refresh_from_db()
    assert (text.body, text.number) == ("Takk!", 3)


@pytest.mark.django_db
def test_the_texts_are_the_whole_bodys(login, cast, body):
    """Answering for the information of one unit does not reach them."""
    factories.grant(cast.employee, Role.INFORMATION_SECTION, body.nordvik)
    url = reverse("guidelines:ready_text", args=[ReadyText.objects.first().pk])
    assert login(cast.employee).get(url).status_code == 403


@pytest.mark.django_db
def test_a_text_that_came_and_went_between_is_read_anew(login, cast, now, monkeypatch):
    """What the form compares is the same again; the text itself says that it was written meanwhile."""
    text, write = ReadyText.objects.first(), ReadyText.write
    meanwhile = [ReadyTextConflict("meanwhile")]

    def once_refused(self, *args, **kwargs):
        if meanwhile:
            raise meanwhile.pop()
        return write(self, *args, **kwargs)

    monkeypatch.setattr(ReadyText, "write", once_refused)
    answer = login(cast.section).post(reverse("guidelines:ready_text", args=[text.pk]), {"body": "Hello again."})
    assert answer.status_code == 302
    text.refresh_from_db()
    assert text.body == "Hello again."
