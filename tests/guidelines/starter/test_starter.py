"""The starter set: every rule of the catalogue that words answer, in four languages, as each preset has it."""

import re
import tomllib
from itertools import pairwise

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from governance.audit.models import AuditEvent
from governance.languages import LANGUAGES
from governance.policy.models import Policies, set_policy
from governance.policy.presets import PRESETS, apply_preset, nearest_preset
from guidelines.starter import texts as starter_texts
from guidelines.texts.guidelines import Guideline
from guidelines.texts.markdown import render, with_anchors
from guidelines.texts.versions import Version

SLUGS = list(starter_texts.AUDIENCES)


def _catalogue() -> list[str]:
    said = tomllib.loads((starter_texts.FOLDER / "catalogue.toml").read_text("utf-8"))
    return [rule for ids in said.values() for rule in ids]


def _of_all_guidelines(preset: str) -> set[str]:
    return {
        rule
        for slug in SLUGS
        for said in starter_texts.rules(slug).values()
        if not preset or said.is_for(preset)
        for rule in said.ids
    }


def test_no_rule_of_the_catalogue_that_words_answer_is_missing():
    wanted = _catalogue()
    assert len(wanted) == len(set(wanted)) == 95
    assert set(wanted) - _of_all_guidelines("") == set()


# The letter before a body's own rules in the catalogue.
LETTERS = {"buskerud": "B", "more-og-romsdal": "M", "sel": "S", "difi": "D", "randers": "R"}


@pytest.mark.parametrize("preset", PRESETS)
def test_each_body_finds_every_rule_of_its_own_in_its_own_variant(preset):
    own = {rule for rule in _catalogue() if rule.startswith(LETTERS[preset])}
    assert own
    assert own - _of_all_guidelines(preset) == set()


@pytest.mark.parametrize("slug", SLUGS)
def test_sources_are_ids_and_variants_name_every_preset_once(slug):
    groups: dict[str, list[str]] = {}
    for anchor, rule in starter_texts.rules(slug).items():
        assert rule.ids, anchor
        assert all(re.fullmatch(r"[BMSDR]\d{2,3}", one) for one in rule.ids), anchor
        assert bool(rule.presets) == bool(rule.differs), anchor
        if rule.differs:
            groups.setdefault(rule.differs, []).extend(rule.presets)
    for differs, presets in groups.items():
        assert sorted(presets) == sorted(PRESETS), differs


def test_they_differ_in_every_way_the_five_bodies_do():
    answered = {
        rule.differs.split()[0] for slug in SLUGS for rule in starter_texts.rules(slug).values() if rule.differs
    }
    assert answered == {f"K{number}" for number in range(1, 21)}


@pytest.mark.parametrize("slug", SLUGS)
def test_the_same_rules_have_the_same_anchors_in_each_language(slug):
    expected = None
    for language in LANGUAGES:
        title, _line, body = (starter_texts.FOLDER / slug / f"{language}.md").read_text("utf-8").partition("\n")
        assert title.startswith("# ")
        places = render(body).places
        assert [place.anchor for place in places if not place.level] == list(starter_texts.rules(slug))
        expected = expected or [(place.anchor, place.level) for place in places]
        assert [(place.anchor, place.level) for place in places] == expected


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("slug", SLUGS)
def test_a_presets_text_is_numbered_through_and_has_no_empty_heading(slug, preset):
    texts = starter_texts.texts(slug, preset)
    assert set(texts) == set(LANGUAGES)
    for title, body in texts.values():
        assert title
        assert with_anchors(body) == body
        numbers = [int(number) for number in re.findall(r"^(\d+)\. ", body, re.MULTILINE)]
        assert numbers == list(range(1, len(numbers) + 1))
        places = render(body).places
        assert not any(here.level and after.level for here, after in pairwise(places))
        assert not places[-1].level
        anchors = [place.anchor for place in places if not place.level]
        assert anchors == [anchor for anchor, rule in starter_texts.rules(slug).items() if rule.is_for(preset)]


@pytest.mark.django_db
@pytest.mark.parametrize("preset", PRESETS)
def test_a_body_is_nearest_to_its_own_preset_also_when_it_has_changed_something(preset, body, now):
    apply_preset(preset, body.central, by=None, now=now)
    set_policy(body.central, {"inactivity_days": 7, "minimum_moderators": 3}, by=None, now=now)
    assert nearest_preset(Policies.of(body.central)) == preset
    assert starter_texts.preset_of_the_body() == preset


@pytest.mark.django_db
def test_drafts_are_made_once_and_never_over_what_stands(login, cast, body, now):
    apply_preset("sel", body.central, by=None, now=now)
    client, url = login(cast.chief), reverse("guidelines:starter")
    shown = client.get(url).content.decode()
    assert "Sel kommune" in shown
    assert "may open an account itself" in shown
    assert "Apply before you open" not in shown

    page = client.post(url, {"preset": "sel", "slug": "crisis"}, follow=True)
    assert page.redirect_chain[-1][0] == reverse("guidelines:draft", args=["crisis"])
    draft = Guideline.objects.get(slug="crisis").open_draft()
    draft.save_draft("nb", "Vårt eget", "1. Ring oss.", revision=None, by=cast.chief, now=now)

    assert "5 drafts have been made" in client.post(url, {"preset": "sel"}, follow=True).content.decode()
    before = AuditEvent.objects.count()
    assert "Nothing was changed" in client.post(url, {"preset": "randers"}, follow=True).content.decode()
    assert "Nothing was changed" in client.post(url, {"preset": "sel", "slug": "crisis"}, follow=True).content.decode()
    assert AuditEvent.objects.count() == before
    assert Version.objects.drafts().count() == Version.objects.count() == 6
    assert draft.texts.get(language="nb").title == "Vårt eget"
    assert "is among your guidelines" in client.get(url).content.decode()


@pytest.mark.django_db
def test_another_preset_can_be_looked_at_and_nonsense_is_refused(login, cast):
    client, url = login(cast.chief), reverse("guidelines:starter")
    assert "may open an account themselves" in client.get(url, {"preset": "randers"}).content.decode()
    assert client.get(url, {"preset": "nowhere"}).status_code == 422
    assert client.post(url, {"preset": "nowhere"}).status_code == 422
    assert client.post(url, {"preset": "sel", "slug": "../moderators"}).status_code == 404
    assert not Guideline.objects.exists()
    assert login(cast.moderator).post(url, {"preset": "sel"}).status_code == 403


@pytest.mark.django_db
def test_the_command_makes_the_drafts_once(body, now, capsys):
    apply_preset("randers", body.central, by=None, now=now)
    call_command("starter_guidelines")
    assert capsys.readouterr().out.count("a draft as in randers") == 6
    call_command("starter_guidelines", "--preset", "sel")
    assert capsys.readouterr().out.count("left as it is") == 6
    assert "skærpet pligt" in Guideline.objects.get(slug="employees-online").open_draft().text_in("da").body
    with pytest.raises(CommandError, match="no preset “nowhere”"):
        call_command("starter_guidelines", "--preset", "nowhere")
