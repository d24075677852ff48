"""Two people, one form: one conflict in each of the other forms that edit something."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.inbox.moves import triage
from governance.notices.kinds import Group
from governance.notices.models import choices_of, choose
from governance.platforms.models import PlatformAssessment, assess
from guidelines.reading.questions import Note, ask, publish_note
from guidelines.texts.guidelines import Audience, Guideline
from guidelines.texts.plans import Plan
from guidelines.texts.publication import publish
from guidelines.texts.rounds import CommentRound
from tests import factories
from tests.sending import filled

SAVED = "Saved meanwhile:"


def asked(client, url: str, meanwhile, post_to: str = "", **mine) -> None:
    """Open, let another save (`meanwhile`), send: asked; sent again, one's own is saved."""
    page = filled(client.get(url), next(name for name in ("revision", "triage-revision") if _has(client, url, name)))
    meanwhile()
    refused = client.post(post_to or url, page | mine)
    assert refused.status_code == 422
    assert SAVED in refused.content.decode()
    again = filled(refused, "triage-revision" if "triage-revision" in page else "revision")
    assert client.post(post_to or url, again).status_code == 302


def _has(client, url: str, name: str) -> bool:
    return f'name="{name}"' in client.get(url).content.decode()


def test_a_platform(login, cast, facebook):
    url = reverse("platform_edit", args=["facebook"])
    asked(
        login(cast.admin),
        url,
        lambda: type(facebook).objects.filter(pk=facebook.pk).update(hosts=["facebook.com", "fb.me"]),
        hosts="facebook.com",
    )
    facebook.refresh_from_db()
    assert facebook.hosts == ["facebook.com"]


@pytest.mark.parametrize("decided_before", [False, True])
def test_a_decision_about_a_platform(decided_before, login, cast, body, facebook, now):
    def decide(stance, conditions):
        return lambda: assess(
            facebook,
            body.nordvik,
            by=cast.chief,
            now=timezone.now(),
            stance=stance,
            conditions=conditions,
            reference="",
            assessed_on=None,
        )

    if decided_before:
        decide("allowed", "")()
    url = reverse("unit_platform", args=["nordvik", "facebook"])
    asked(login(cast.section), url, decide("not_allowed", "Never"), stance="conditions", conditions="With care")
    assert PlatformAssessment.objects.first().conditions == "With care"


def test_ones_own_choices_in_two_windows(login, cast, now):
    client, url = login(cast.employee), reverse("notice_choices")
    group = next(iter(Group)).value
    asked(
        client,
        url,
        lambda: choose(cast.employee, choices_of(cast.employee) | {group: "digest"}, by=cast.employee, now=now),
        **{group: "portal"},
    )
    assert choices_of(cast.employee)[group] == "portal"


def test_what_a_post_is(login, cast, account, now):
    factories.assign(account, cast.moderator)
    post = factories.post(account)
    url = reverse("accounts:post", args=[post.pk])
    said = {"tone": "negative", "concerns": []}
    asked(
        login(cast.moderator),
        url,
        lambda: triage(post, **said, by=cast.deputy, now=now),
        reverse("accounts:post_triage", args=[post.pk]),
        **{"triage-tone": "question"},
    )
    post.refresh_from_db()
    assert post.tone == "question"


def test_the_plans_of_a_guideline(login, cast, now):
    guideline = Guideline.objects.create(slug="x", audience=Audience.MODERATORS)
    draft = guideline.draft(by=cast.section, now=now)
    draft.save_draft("en-gb", "X", "Text", revision=None, by=cast.section, now=now)
    client, year = login(cast.section), timezone.now().year + 1

    def on(month):
        return dt.datetime(year, month, 1, 12, tzinfo=dt.UTC)

    asked(
        client,
        reverse("guidelines:review_date", args=["x"]),
        lambda: guideline.set_review_on(on(2).date(), by=cast.chief, now=now),
        review_on=f"01.03.{year}",
    )
    asked(
        client,
        reverse("guidelines:round", args=["x"]),
        lambda: CommentRound.open_for(draft, until=on(2), by=cast.chief, now=now),
        until=f"01.03.{year} 12:00",
    )
    asked(
        client,
        reverse("guidelines:publish", args=["x"]),
        lambda: Plan.make(draft, publish_at=on(2), must_acknowledge=True, change_note="Y", by=cast.chief, now=now),
        publish_at=f"01.03.{year} 12:00",
        must_acknowledge="yes",
    )
    assert Plan.objects.get().publish_at == dt.datetime(year, 3, 1, 11, tzinfo=dt.UTC)


def test_a_note_beside_a_rule(login, cast, now):
    guideline = Guideline.objects.create(slug="x", audience=Audience.MODERATORS)
    draft = guideline.draft(by=cast.section, now=now)
    draft.save_draft("en-gb", "X", "# A\n\n1. Rule", revision=None, by=cast.section, now=now)
    publish(draft, must_acknowledge=False, by=cast.section, now=now)
    question = ask(cast.employee, "May I?", key="k", path="", guideline=guideline, anchor="", now=now)
    question.give_answer("You may.", by=cast.section, now=now)
    words = {"anchor": "", "language": "en-gb", "question": "May I?", "answer": "One may."}
    asked(
        login(cast.section),
        reverse("guidelines:note", args=[question.pk]),
        lambda: publish_note(question, guideline, **words, by=cast.chief, now=now),
        answer="You may, with care.",
    )
    assert Note.objects.get().answer == "You may, with care."
