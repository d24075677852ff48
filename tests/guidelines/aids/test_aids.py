"""Decision aids: how they are written, walked, edited; those that come with the portal are whole in each language."""

import datetime as dt

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.urls import reverse

from governance.audit.models import AuditEvent
from governance.policy.models import Policies, set_policy
from guidelines.aids.models import AidConflict, AidSlug, AidVersion, standing, starter, unlike, write
from guidelines.aids.script import MAX_LENGTH, MOST_QUESTIONS, Aid, parse, way_of
from guidelines.starter import texts
from guidelines.texts import publication

LANGUAGES = [code for code, _name in settings.LANGUAGES]
SCRIPT = """# A title
What for.

## start: One?
- Yes -> two
- No -> end

## two: Two?
Think.
- Yes {journal_rule=or,and} -> end
- Yes {journal_rule=redirect,redirect_assess} -> stop
- No -> stop

## end = yes: Go on
rules: M37 employees-online#confidential

## stop = no: Stop
rules: B31
"""


def ways(aid: Aid, policy, way=()):
    """Every way through: (positions, the answer reached)."""
    _answered, step = aid.walk(way, policy)
    if step.verdict:
        yield way, step
    for position, choice in enumerate(step.choices, 1):
        if choice.open_under(policy):
            yield from ways(aid, policy, (*way, position))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("slug", AidSlug.values)
def test_what_comes_with_the_portal_is_sound_and_alike_in_every_language(slug, language):
    aid = parse(starter(slug, language))
    assert aid.shape == parse(starter(slug, "en-gb")).shape
    assert aid.lead
    for step in aid.steps.values():
        assert step.rules == parse(starter(slug, "en-gb")).steps[step.key].rules


@pytest.mark.parametrize("slug", AidSlug.values)
def test_the_rules_it_leads_to_stand_in_the_starter_set(slug):
    aid = parse(starter(slug, "nb"))
    cited = {place for step in aid.steps.values() for place in step.cited}
    known = {(folder, anchor) for folder in texts.AUDIENCES for anchor in texts.rules(folder)}
    assert cited <= known, cited - known


@pytest.mark.django_db
@pytest.mark.parametrize("slug", AidSlug.values)
def test_every_way_ends_in_an_answer_with_rules_under_every_policy(slug, body, now):
    aid, reached = parse(starter(slug, "nb")), set()
    for rule in ("or", "and", "redirect", "redirect_assess"):
        for hearing in (True, False):
            for contact in ("closed", "own_judgement"):
                set_policy(
                    body.central,
                    {"journal_rule": rule, "hearing_journals_all": hearing, "pupil_contact": contact},
                    by=None,
                    now=now,
                )
                found = list(ways(aid, Policies.of(body.nordvik)))
                assert all(len(way) <= MOST_QUESTIONS and step.catalogue_ids for way, step in found)
                reached |= {step.key for _way, step in found}
    assert reached == {step.key for step in aid.steps.values() if step.verdict}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("rule", "both", "either"),
    [("or", "journal", "journal"), ("and", "journal", "archive"), ("redirect", "redirect", "redirect")],
)
def test_the_journal_follows_the_policy(rule, both, either, body, now):
    """K5: B28, D74 to D76, M26."""
    set_policy(body.central, {"journal_rule": rule, "hearing_journals_all": True}, by=None, now=now)
    aid, policy = parse(starter("journal", "da")), Policies.of(body.nordvik)
    ends = {
        tuple(answer.choice.words for answer in aid.walk(way, policy)[0]): step.key for way, step in ways(aid, policy)
    }
    assert ends["Ja",] == "journal-hearing"
    assert ends["Nej", "Nej", "Nej"] == "nothing"
    assert ends["Nej", "Nej", "Ja"] == either
    assert ends.get(("Nej", "Ja", "Ja"), ends.get(("Nej", "Ja"))) == both


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("# A title", "", "Begin with a line"),
        ("-> two", "-> nowhere", "leads to “nowhere”"),
        ("rules: B31", "", "name its rules"),
        ("rules: B31", "rules: Bxx", "“Bxx” is no rule"),
        ("= yes:", "= maybe:", "an answer is one of"),
        ("- No -> end\n", "", "it needs two choices"),
        ("- No -> stop\n", "", "whatever the policy"),
        ("journal_rule=or,and", "journal_rule=never", "no such value"),
        ("journal_rule=or,and", "weather=rain", "no such value"),
        ("## two:", "## end:", "stands twice"),
        ("- No -> end", "- No -> start", "in a circle"),
        ("-> two", "-> end", "Nothing leads to “two”"),
        ("## start: One?", "## start One?", "write “## key: question”"),
        ("- Yes -> two", "- Yes, two", "write “- what is chosen -> key”"),
    ],
)
def test_a_fault_is_named(old, new, said):
    with pytest.raises(ValidationError) as caught:
        parse(SCRIPT.replace(old, new, 1))
    assert said in " ".join(caught.value.messages)


def test_more_questions_than_a_minute_holds_are_refused():
    steps = "".join(f"## q{n}: Again?\n- Yes -> q{n + 1}\n- No -> end\n" for n in range(MOST_QUESTIONS + 1))
    script = f"# Long\n{steps}## q{MOST_QUESTIONS + 1} = no: No\nrules: M37\n## end = yes: Yes\nrules: M37\n"
    with pytest.raises(ValidationError, match="within a minute"):
        parse(script)


@pytest.mark.parametrize("text", ["", "x", "1.x.2", "-1", "²", "1" * 5000, "999.1", "1..2"])
def test_any_way_in_the_address_is_read(text):
    assert all(isinstance(position, int) for position in way_of(text))


@pytest.mark.django_db
def test_a_way_that_fits_no_longer_ends_where_it_stops_fitting(body, now):
    set_policy(body.central, {"journal_rule": "or"}, by=None, now=now)
    answered, step = parse(SCRIPT).walk([1, 2], Policies.of(body.central))
    assert [answer.step.key for answer in answered] == ["start"]
    assert step.key == "two"


@pytest.mark.django_db
def test_answering_a_question_leads_to_the_answer_and_keeps_nothing(client, cast):
    client.force_login(cast.employee)
    page = client.get(reverse("guidelines:aid", args=["may-i-post"]), {"way": "1.1"})
    assert page.context["step"].key == "stop-confidential"
    assert "M37" in page.content.decode()
    assert not AidVersion.objects.exists()
    assert not AuditEvent.objects.filter(event__startswith="aid").exists()


@pytest.mark.django_db
def test_an_answer_leads_to_the_rules_in_force(client, cast, now, published):
    published(cast, now)
    client.force_login(cast.employee)
    page = client.get(reverse("guidelines:aid", args=["may-i-post"]), {"way": "1.1"}).content.decode()
    assert "/guidelines/employees-online/#rule-confidential" in page
    assert "Keep silent." in page


@pytest.fixture
def published():
    def publish(cast, now):
        from guidelines.texts.guidelines import Guideline

        guideline = Guideline.objects.create(slug="employees-online", audience="employees")
        draft = guideline.draft(by=cast.section, now=now)
        body = "1. Keep silent. {#confidential}"
        draft.save_draft("en-gb", "For employees", body, revision=None, by=cast.section, now=now)
        publication.publish(draft, must_acknowledge=False, by=cast.section, now=now)

    return publish


@pytest.mark.django_db
def test_somebody_without_a_unit_follows_the_body(client, cast, body, now):
    set_policy(body.central, {"journal_rule": "and"}, by=None, now=now)
    cast.employee.unit = None
    cast.employee.save(update_fields=["unit"])
    client.force_login(cast.employee)
    assert client.get(reverse("guidelines:aid", args=["journal"]), {"way": "3.4.1"}).context["step"].key == "value"


@pytest.mark.django_db
def test_writing_makes_a_version_and_the_same_again_none(cast, now):
    assert write("picture", "nb", SCRIPT, number=0, by=cast.section, now=now)
    assert not write("picture", "nb", SCRIPT, number=0, by=cast.section, now=now)
    [row] = standing("nb", "picture")
    assert (row.number, row.aid.title) == (1, "A title")
    assert standing("da", "picture")[0].number == 0
    assert AuditEvent.objects.filter(event="aid.changed").count() == 1
    assert unlike("picture", "nb") == ["Norwegian nynorsk", "Danish", "English"]
    with pytest.raises(AidConflict):
        write("picture", "nb", SCRIPT.replace("One?", "Other?"), number=0, by=cast.chief, now=now + dt.timedelta(1))


@pytest.mark.django_db
def test_the_section_edits_and_a_fault_keeps_what_was_typed(client, cast):
    client.force_login(cast.section)
    address = reverse("guidelines:aid_edit", args=["picture", "en-gb"])
    bad = client.post(address, {"body": SCRIPT.replace("-> two", "-> nowhere"), "number": 0})
    assert bad.status_code == 422
    assert "nowhere" in bad.content.decode()
    assert client.post(address, {"body": SCRIPT, "number": 0}).status_code == 302
    late = client.post(address, {"body": SCRIPT.replace("One?", "Mine?"), "number": 0})
    assert late.status_code == 422
    page = late.content.decode()
    assert late.context["form"]["body"].value().startswith("# A title")
    assert "Mine?" in page
    assert "What now stands" in page
    again = client.post(
        address, {"body": SCRIPT.replace("One?", "Mine?"), "number": late.context["form"]["number"].value()}
    )
    assert again.status_code == 302
    assert "Mine?" in client.get(reverse("guidelines:aid", args=["picture"])).content.decode()
    assert "Did you make it yourself" in client.get(address, {"version": "0"}).content.decode()
    assert "One?" in client.get(address, {"version": "1"}).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("number", ["9", "99999"])
def test_a_version_that_is_not_there_is_not_found(client, cast, number):
    client.force_login(cast.section)
    address = reverse("guidelines:aid_edit", args=["picture", "en-gb"])
    assert client.get(address, {"version": number}).status_code == 404


@pytest.mark.django_db
def test_employees_may_not_edit_and_what_is_no_aid_is_not_found(client, cast):
    client.force_login(cast.employee)
    assert client.get(reverse("guidelines:aid_edit", args=["picture", "nb"])).status_code == 403
    assert client.get(reverse("guidelines:aid", args=["weather"])).status_code == 404
    client.force_login(cast.section)
    assert client.get(reverse("guidelines:aid_edit", args=["picture", "xx"])).status_code == 404


def test_a_script_as_long_as_may_be_is_judged_in_good_time():
    steps = [f"## s{number}: Q\n- a -> s{number + 1}\n- b -> s{number + 1}" for number in range(500)]
    chain = "\n".join(["# T", *steps, "## s500 = yes: End\nrules: M37"])
    with pytest.raises(ValidationError, match="One way through has 500 questions"):
        parse(chain)
    with pytest.raises(ValidationError, match="what is chosen -> key"):
        parse("# T\n## a: Q\n- Yes" + " " * (MAX_LENGTH - 100) + "maybe")
