"""Asking the information section (M53): from any page, answered in the portal, published beside the rule."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from governance.audit.models import AuditEvent
from governance.notices.models import Notice
from guidelines.reading import notices
from guidelines.reading.questions import Note, Question, ask, publish_note
from guidelines.texts.errors import GuidelineError
from guidelines.texts.guidelines import Guideline
from guidelines.texts.publication import publish
from tests.sending import filled


@pytest.fixture
def guideline(cast, now):
    guideline = Guideline.objects.create(slug="employees-online", audience="employees")
    draft = guideline.draft(by=cast.section, now=now)
    rules = "1. Keep silent. {#confidential}\n2. Ask. {#ask}"
    draft.save_draft("en-gb", "For employees", rules, revision=None, by=cast.section, now=now)
    publish(draft, must_acknowledge=False, by=cast.section, now=now)
    return guideline


@pytest.fixture
def question(cast, guideline, now):
    return ask(cast.employee, "May I tell?", key="one", path="/inbox/", guideline=guideline, anchor="ask", now=now)


def url(name, *args):
    return reverse(f"guidelines:{name}", args=args)


def post(client, name, *args, **data):
    return client.post(url(name, *args), data)


@pytest.mark.django_db
def test_every_page_leads_to_asking_about_it(login, cast):
    client = login(cast.employee)
    assert f"{url('ask')}?from=%2Funits%2F" in client.get("/units/").content.decode()
    form = client.get(url("ask"), {"from": "/units/"}).context["form"]
    assert form["path"].value() == "/units/"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["//evil.example/", "https://evil.example/", "/nowhere/", "/\\evil.example", "x" * 400]
)
def test_only_pages_of_the_portal_are_named(login, cast, path):
    client = login(cast.employee)
    assert client.get(url("ask"), {"from": path}).context["form"]["path"].value() == ""
    post(client, "ask", text="May I?", key="k", path=path[:300])
    assert Question.objects.get().path == ""


@pytest.mark.django_db
def test_the_same_form_sent_twice_asks_once_and_tells_the_section_once(login, cast, guideline):
    client = login(cast.employee)
    sent = {"text": "May I tell?", "key": "k" * 32, "path": "/units/", "guideline": guideline.slug, "rule": "ask"}
    for _time in range(2):
        answer = post(client, "ask", **sent)
        assert answer.status_code == 302
    asked = Question.objects.get()
    assert (asked.guideline, asked.anchor, asked.path) == (guideline, "ask", "/units/")
    told = Notice.objects.filter(event=notices.QUESTION_ASKED)
    assert {notice.person for notice in told} == {cast.chief, cast.section}
    assert AuditEvent.objects.filter(event="question.asked").count() == 1
    assert "May I tell" not in str(AuditEvent.objects.filter(event="question.asked").values())


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("data", "said"),
    [({"text": ""}, "required"), ({"text": "x" * 5000}, "at most"), ({"text": "Hm", "rule": "none"}, "valid choice")],
)
def test_a_bad_question_keeps_what_was_typed(login, cast, guideline, data, said):
    answer = post(login(cast.employee), "ask", key="k", guideline=guideline.slug, **data)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert data["text"] in answer.content.decode()
    assert not Question.objects.exists()


@pytest.mark.django_db
def test_only_the_section_and_whoever_asked_read_it(login, cast, question):
    assert login(cast.employee).get(question.get_absolute_url()).status_code == 200
    assert login(cast.section).get(question.get_absolute_url()).status_code == 200
    assert login(cast.principal).get(question.get_absolute_url()).status_code == 404
    assert "May I tell" not in login(cast.principal).get(url("questions")).content.decode()
    assert post(login(cast.employee), "question_answer", question.pk, answer="Yes").status_code == 403


@pytest.mark.django_db
def test_an_answer_reaches_whoever_asked_and_the_same_again_is_harmless(login, cast, question):
    client = login(cast.section)
    for _time in range(2):
        assert post(client, "question_answer", question.pk, answer="Yes, you may.").status_code == 302
    assert "Yes, you may." in login(cast.employee).get(question.get_absolute_url()).content.decode()
    assert Notice.objects.filter(event=notices.QUESTION_ANSWERED, person=cast.employee).count() == 1


@pytest.mark.django_db
def test_two_who_answer_do_not_overwrite_one_another(login, cast, question, now):
    client = login(cast.section)
    opened = filled(client.get(question.get_absolute_url()))
    question.give_answer("No.", by=cast.chief, now=now)
    late = post(client, "question_answer", question.pk, **opened | {"answer": "Yes."})
    assert late.status_code == 422
    assert late.context["form"].meanwhile == {"answer": "No."}
    assert "Yes." in late.content.decode()
    assert "Ingrid Sjef" in late.content.decode()
    assert post(client, "question_answer", question.pk, **filled(late)).status_code == 302
    question.refresh_from_db()
    assert question.answer == "Yes."


@pytest.mark.django_db
def test_a_question_is_withdrawn_while_nobody_has_answered(login, cast, question, now):
    assert post(login(cast.stranger), "question_withdraw", question.pk).status_code == 404
    kept = ask(cast.employee, "And?", key="two", path="", guideline=None, anchor="", now=now)
    kept.give_answer("So.", by=cast.section, now=now)
    client = login(cast.employee)
    post(client, "question_withdraw", question.pk)
    post(client, "question_withdraw", kept.pk)
    assert list(Question.objects.all()) == [kept]
    with pytest.raises(GuidelineError, match="withdrawn"):
        question.give_answer("Yes", by=cast.section, now=now)


@pytest.mark.django_db
def test_a_good_answer_becomes_a_note_beside_the_rule(login, cast, question, guideline, now):
    assert login(cast.section).get(url("note", question.pk)).status_code == 404  # no answer yet
    question.give_answer("Yes, Eli, you may.", by=cast.section, now=now)
    client = login(cast.section)
    form = client.get(url("note", question.pk)).context["form"]
    assert form["place"].value() == "employees-online#ask"
    assert "Yes, Eli" in form["answer"].value()
    sent = {"place": "employees-online#ask", "language": "en-gb", "question": "May one tell?", "answer": "One may."}
    for _time in range(2):
        assert post(client, "note", question.pk, **sent).status_code == 302
    assert Note.objects.count() == 1
    page = login(cast.stranger).get(guideline.get_absolute_url()).content.decode()
    assert "May one tell?" in page
    assert "Eli" not in page.partition("<main")[2]
    post(login(cast.section), "note", question.pk, **sent | {"answer": "One may, with care."})
    assert Note.objects.get().answer == "One may, with care."


@pytest.mark.django_db
def test_a_removed_note_is_gone_from_the_page_and_may_come_back(login, cast, question, guideline, now):
    question.give_answer("Yes.", by=cast.section, now=now)
    words = {"anchor": "ask", "language": "nb", "question": "Får jeg?", "answer": "Ja."}
    note, changed = publish_note(question, guideline, **words, by=cast.section, now=now)
    assert changed
    assert post(login(cast.employee), "note_remove", note.pk).status_code == 403
    client = login(cast.section)
    for _time in range(2):
        post(client, "note_remove", note.pk)
    assert AuditEvent.objects.filter(event="note.removed").count() == 1
    assert "Får jeg?" not in client.get(guideline.get_absolute_url()).content.decode()
    publish_note(question, guideline, **words, by=cast.section, now=now + dt.timedelta(hours=1))
    assert "Får jeg?" in client.get(guideline.get_absolute_url()).content.decode()


@pytest.mark.django_db
def test_a_note_to_a_rule_that_is_gone_is_still_read(login, cast, question, guideline, now):
    question.give_answer("Yes.", by=cast.section, now=now)
    words = {"anchor": "old", "language": "nb", "question": "Får jeg?", "answer": "Ja."}
    publish_note(question, guideline, **words, by=cast.section, now=now)
    assert "Får jeg?" in login(cast.employee).get(guideline.get_absolute_url()).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_the_database_the_same_however_many_there_are(login, cast, guideline, now, count):
    for number in range(count):
        ask(cast.employee, f"No. {number}?", key=str(number), path="", guideline=guideline, anchor="ask", now=now)
    client = login(cast.section)
    client.get(url("questions"))
    with CaptureQueriesContext(
        connection,
    ) as queries:
        page = client.get(url("questions")).content.decode()
    assert page.count("No. ") == count
    assert len(queries) == 9, [query["sql"] for query in queries]


@pytest.mark.django_db
def test_home_shows_the_section_what_waits(login, cast, question):
    assert "May I tell?" in login(cast.section).get("/").content.decode()
    assert "May I tell?" not in login(cast.employee).get("/").content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["guideline=%00", "guideline=x%00&rule=%00&from=%00", "from=/%00inbox/", "rule=%00"])
def test_an_odd_address_asks_all_the_same(login, cast, query):
    assert login(cast.employee).get(f"{url('ask')}?{query}").status_code == 200
