"""The table of advice: whole for every preset, its rules known to the catalogue, the urgent first."""

import itertools

import pytest
from django.conf import settings

from accounts.inbox.advice import OUTCOMES, TEXTS, TEXTS_TO, URGENT_FIRST, advise, filled_texts, language_of
from accounts.inbox.models import Post
from governance.policy.advice import DEFAULT, ROWS, TABLES, Action, key_of, rules_behind, value_of
from governance.policy.models import Policies, PolicyValue, set_policy
from governance.policy.presets import PRESET_NAMES, apply_preset
from guidelines.ready_texts.models import ReadyText
from tests import factories

Tone, Concern, Kind = Post.Tone, Post.Concern, ReadyText.Kind

# Every rule of the five bodies that a table of advice may rest on.
CATALOGUE = {
    *("B11", "B19", "B25", "B28", "B31", "B37"),
    *("M17", "M21", "M22", "M23", "M24", "M26", "M27", "M28", "M29", "M30"),
    *("S26", "S52", "S54", "S55", "S56", "S57", "S58", "S59", "S60", "S61", "S62", "S65", "S66"),
    *("D22", "D37", "D53", "D57", "D64", "D68", "D69", "D96", "D99", "D101", "D117", "D118", "D119", "D120"),
    *("R19", "R20", "R21"),
}

# Copied on other occasions than when somebody has written.
NOT_FOR_POSTS = {
    *(Kind.DECLINE, Kind.DISCLAIMER, Kind.PICTURE, Kind.PROFILE, Kind.HOUSE_RULES, Kind.SAFE, Kind.PAUSED, Kind.BACK),
    *(Kind.CRISIS_FIRST, Kind.CRISIS_REFER, Kind.CRISIS_RUMOUR, Kind.CRISIS_OVER),
}


def test_the_rows_are_what_the_triage_asks_for():
    assert list(ROWS) == [*Tone.values, *Concern.values]
    assert [str(label) for label in ROWS.values()] == [*map(str, Tone.labels), *map(str, Concern.labels)]
    assert set(URGENT_FIRST) == set(ROWS) == set(DEFAULT)
    assert len(URGENT_FIRST) == len(ROWS)
    assert set(TABLES) == set(PRESET_NAMES)


def test_every_action_leads_somewhere():
    """Each has an outcome, but for those whose end is open, and texts of its own or by what is answered."""
    assert set(Action) - set(OUTCOMES) == {Action.BULLYING, Action.REPORT}
    assert set(TEXTS_TO) == set(Tone)
    offered = {kind for kinds in [*TEXTS.values(), *TEXTS_TO.values()] for kind in kinds}
    assert offered == set(Kind) - NOT_FOR_POSTS


@pytest.mark.parametrize("name", [None, *PRESET_NAMES])
def test_every_tone_and_concern_gets_advice_with_its_rules(name, body, now):
    if name:
        apply_preset(name, body.central, by=None, now=now)
    policy = Policies.of(body.klubb)
    concerns = ["", *Concern.values]
    for tone, one, other in itertools.product(Tone.values, concerns, concerns):
        advice = advise(tone, {one, other} - {""}, policy)
        assert advice, (tone, one, other)
        for row in advice:
            assert row.rules
            assert set(row.rules) <= CATALOGUE
            assert row.words
            assert row.about_words
        places = [URGENT_FIRST.index(row.about) for row in advice]
        assert places == sorted(places)
        assert {row.about for row in advice} >= {one, other} - {""}


@pytest.mark.parametrize(
    ("name", "row", "action", "rule"),
    [
        ("buskerud", "neutral", Action.ANSWER, "B25"),  # K9: all input
        ("buskerud", "case", Action.FORMAL, "B19"),
        ("more-og-romsdal", "positive", Action.THANK, "M21"),
        ("more-og-romsdal", "neutral", Action.MAY_ANSWER, "M22"),
        ("more-og-romsdal", "negative", Action.TRY, "M23"),
        ("more-og-romsdal", "political", Action.POLITICAL, "M27"),
        ("more-og-romsdal", "reputation", Action.SECTION, "M29"),
        ("sel", "factual_error", Action.CORRECT, "S59"),
        ("sel", "malicious_link", Action.REMOVE_AND_WARN, "S62"),
        ("difi", "negative", Action.ANSWER, "D120"),
        ("difi", "offensive", Action.REMOVE, "D118"),
        ("difi", "hearing", Action.JOURNAL, "D37"),
        ("randers", "child", Action.REPORT, "R21"),
    ],
)
def test_the_presets_say_what_the_five_bodies_say(name, row, action, rule, body, now):
    apply_preset(name, body.central, by=None, now=now)
    tone, concerns = (row, []) if row in Tone.values else ("neutral", [row])
    first = advise(tone, concerns, Policies.of(body.nordvik))[0]
    assert (first.about, first.action) == (row, action)
    assert rule in first.rules


def test_nothing_is_advised_before_it_is_said_what_it_is(body):
    assert advise("", [], Policies.of(body.nordvik)) == []


def test_concerns_go_before_the_tone_and_may_settle_it(body):
    policy = Policies.of(body.nordvik)
    order = [row.about for row in advise("question", ["hearing", "bullying"], policy)]
    assert order == ["bullying", "hearing", "question"]
    order = [row.about for row in advise("question", ["case", "child", "political"], policy)]
    assert order == ["child", "political", "case"]


def test_a_unit_overrides_one_row_and_inherits_the_rest(body, cast, now):
    cell = {"action": "leave", "rules": rules_behind("negative", "leave")}
    set_policy(body.nordvik, {"advice_negative": cell}, by=cast.section, now=now)
    [own] = advise("negative", [], Policies.of(body.klubb))
    assert (own.action, own.outcome, own.rules) == (Action.LEAVE, "no_answer_needed", ("S55", "D119"))
    [other] = advise("negative", [], Policies.of(body.sorvik))
    assert other.action == Action.TRY
    assert advise("positive", [], Policies.of(body.klubb))[0].action == Action.THANK


def test_a_hearing_is_journalled_when_the_policy_says_so(body, cast, now):
    assert advise("neutral", ["hearing"], Policies.of(body.nordvik))[0].outcome == "journalled"
    set_policy(body.central, {"hearing_journals_all": False}, by=cast.section, now=now)
    assert advise("neutral", ["hearing"], Policies.of(body.nordvik))[0].outcome == ""


def test_a_body_that_goes_its_own_way_has_no_rules_for_it():
    assert rules_behind("positive", "remove") == []
    assert rules_behind("positive", "thank") == ["M21", "S60", "B25", "B11", "D120"]
    for row, cell in DEFAULT.items():
        assert set(value_of(cell)["rules"]) <= set(rules_behind(row, cell[0]))


def test_a_preset_leaves_the_bodys_own_addresses_alone(body, cast, now):
    set_policy(body.central, {"political_contact": "politikk@fjordvik.example"}, by=cast.admin, now=now)
    apply_preset("sel", body.central, by=None, now=now)
    assert Policies.of(body.klubb).political_contact == "politikk@fjordvik.example"
    assert PolicyValue.objects.filter(key=key_of("political")).exists()


# --- the texts ---


@pytest.mark.parametrize(
    ("said", "language"),
    [("nb", "nb"), ("no", "nb"), ("nn-NO", "nn"), ("da", "da"), ("en-US", "en-gb"), ("EN", "en-gb"), ("pl", "nn")],
)
def test_the_posts_language_else_the_accounts(body, facebook, said, language):
    account = factories.account(unit=body.nordvik, platform=facebook, language="nn")
    assert language_of(factories.post(account, language=said)) == language


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_every_text_is_filled_whole(account, language):
    post = factories.post(account, author="{Kari}")
    texts = filled_texts(post, list(Kind), language, Policies.of(account.unit))
    assert [text.kind for text in texts] == list(Kind)
    for text in texts:
        assert "{" not in text.filled
        assert "}" not in text.filled
        assert "  " not in text.filled


def test_the_tone_is_chosen(login, account, cast):
    factories.assign(account, cast.moderator)
    post = factories.post(account, tone="positive", language="nb")
    client, url = login(cast.moderator), post.get_absolute_url()
    assert "Tusen takk for hyggelige ord" in client.get(url).content.decode()
    formal = client.get(url, {"language": "nb", "tone": "formal"}).content.decode()
    assert "Nordvik vgs takker for tilbakemeldingen" in formal
    assert "Tusen takk for hyggelige ord" not in formal


def test_addresses_come_from_the_policy_else_the_unit_stands_for_them(account, body, cast, now):
    post = factories.post(account)
    [text] = filled_texts(post, [Kind.FORMAL], "nb", Policies.of(account.unit))
    assert "henvendelse til Nordvik vgs" in text.filled
    address = {"formal_inquiry_address": "post@fjordvik.example"}
    set_policy(body.central, address, by=cast.admin, now=now)
    [text] = filled_texts(post, [Kind.FORMAL], "nb", Policies.of(account.unit))
    assert "henvendelse til post@fjordvik.example" in text.filled


def test_an_address_that_is_not_known_leaves_its_sentence_out_and_says_so(login, account, cast, now):
    factories.assign(account, cast.moderator)
    post = factories.post(account, tone="question", concerns=["child"])
    url = post.get_absolute_url() + "?language=en-gb"
    page = login(cast.moderator).get(url).content.decode()
    assert "Thank you for caring. If it is urgent, call" in page
    assert "its sentence is left out: the address of the form for a concern for a child." in page
    set_policy(account.unit, {"child_concern_url": "https://fjordvik.example/barn"}, by=cast.admin, now=now)
    page = login(cast.moderator).get(url).content.decode()
    assert "you can report it here: https://fjordvik.example/barn If it is urgent" in page
    assert "left out" not in page


def test_a_text_of_the_body_may_name_everything(account, cast, now):
    text = ReadyText.objects.get(kind="thanks", language="en-gb", tone="friendly")
    text.write("{author}, {account}, {platform}: {response_time}", stamp="", by=cast.section, now=now)
    [filled] = filled_texts(factories.post(account), [Kind.THANKS], "en-gb", Policies.of(account.unit))
    assert filled.filled == "A citizen, Nordvik vgs on Facebook, Facebook: We answer within 24 hours."
