"""The pages of guidelines: reading, acknowledging, writing, publishing."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from governance.access import Role
from guidelines.reading.acknowledgements import Acknowledgement
from guidelines.texts import publication
from guidelines.texts.guidelines import Audience, Guideline
from guidelines.texts.versions import Version
from tests import factories

BODY = (
    "# Svar\n\n1. Svar **fort** {#fort}\n2. Svar pent\n\n## Takk\n\n- Si takk\n\n## Mer\n\nSlutt <script>x</script>.\n"
)


@pytest.fixture
def guideline(db, now):
    return Guideline.objects.create(slug="rules", audience=Audience.EMPLOYEES, created_at=now)


@pytest.fixture
def draft(guideline, cast, now):
    draft = guideline.draft(by=cast.section, now=now)
    draft.save_draft("nb", "Regler for alle", BODY, revision=None, by=cast.section, now=now)
    return draft


@pytest.fixture
def published(draft, cast, now):
    draft.save_draft("en-gb", "Rules for all", "1. Answer {#fort}\n", revision=None, by=cast.section, now=now)
    publication.publish(draft, must_acknowledge=True, change_note="About answering.", by=cast.section, now=now)
    return draft


def url(name, *args):
    return reverse(f"guidelines:{name}", args=args)


def page(client, address, status=200):
    response = client.get(address)
    assert response.status_code == status, address
    return response.content.decode()


# --- reading -------------------------------------------------------------------------------------------


def test_the_list_shows_what_waits_on_top_and_nobody_elses_drafts(login, cast, published, now):
    other = Guideline.objects.create(slug="secret", audience=Audience.TEACHERS)
    other.draft(by=cast.section, now=now).save_draft("nb", "Hemmelig", "x", revision=None, by=None, now=now)

    mine = page(login(cast.employee), url("guidelines"))
    assert "Waiting for you to read" in mine
    assert mine.count("Rules for all") == 2
    assert "Hemmelig" not in mine
    assert "New guideline" not in mine
    section = page(login(cast.section), url("guidelines"))
    assert "Go on with the draft of “Hemmelig”" in section
    assert "New guideline" in section


def test_the_list_is_empty_at_first(login, cast):
    assert "No guideline has been published yet." in page(login(cast.employee), url("guidelines"))


def test_the_list_asks_the_database_as_often_whatever_its_length(login, cast, now, published):
    client = login(cast.employee)
    client.get(url("guidelines"))
    with CaptureQueriesContext(connection) as with_one:
        client.get(url("guidelines"))
    for number in range(2):
        guideline = Guideline.objects.create(slug=f"more-{number}", audience=Audience.EMPLOYEES)
        draft = guideline.draft(by=cast.section, now=now)
        draft.save_draft("nb", f"Mer {number}", "1. Mer\n", revision=None, by=None, now=now)
        publication.publish(draft, must_acknowledge=True, by=cast.section, now=now)

    with CaptureQueriesContext(connection) as with_three:
        assert "Mer 1" in page(client, url("guidelines"))

    assert len(with_three) == len(with_one)


def test_a_guideline_is_read_with_contents_anchors_and_its_language(login, cast, published):
    client = login(cast.employee)

    english = page(client, url("guideline", "rules"))
    assert "Rules for all" in english
    assert "About answering." in english
    assert 'id="rule-fort"' in english

    norwegian = page(client, url("guideline", "rules") + "?language=nb")
    assert '<article class="prose" lang="nb"' in norwegian
    assert 'href="#rule-takk"' in norwegian
    assert "&lt;script&gt;" in norwegian
    assert "nearest one" not in norwegian

    danish = page(client, url("guideline", "rules") + "?language=da")
    assert "nearest one: Norwegian bokmål" in danish
    assert "Rules for all" not in danish.split("<main")[1].split("<article")[1]
    assert page(client, url("guideline", "rules") + "?language=xx")


def test_a_draft_is_no_strangers_business(login, cast, draft):
    client = login(cast.employee)
    for name, args in [("guideline", ["rules"]), ("versions", ["rules"]), ("version", ["rules", 1])]:
        page(client, url(name, *args), 404)
    for name in ("draft", "publish", "draft_discard"):
        page(client, url(name, "rules"), 403)
    page(client, url("new"), 403)
    page(client, url("draft_edit", "rules", "nb"), 403)
    page(client, url("draft_import", "rules", "nb"), 403)

    section = login(cast.section)
    assert section.get(url("guideline", "rules")).url == url("draft", "rules")
    page(section, url("version", "rules", 1), 404)
    assert "No version has been published yet." in page(section, url("versions", "rules"))


def test_acknowledging_once_and_again(login, cast, published):
    client = login(cast.employee)
    assert "I have read and understood this" in page(client, url("guideline", "rules"))
    assert client.get(url("acknowledge", "rules")).status_code == 405

    first = client.post(url("acknowledge", "rules"), {"version": "1"}, follow=True).content.decode()
    again = client.post(url("acknowledge", "rules"), {"version": "1"}, follow=True).content.decode()

    assert "It is noted that you have read this." in first
    assert "You acknowledged version 1" in first
    assert "I have read and understood" not in first
    assert "You had already acknowledged this." in again
    assert Acknowledgement.objects.count() == 1
    assert client.post(url("acknowledge", "rules"), {"version": "x"}).status_code == 404
    assert "Waiting for you" not in page(client, url("guidelines"))


@pytest.mark.parametrize("number", ["", "x", "0", "-1", "²", "9" * 20, "9" * 5000])
def test_acknowledging_a_version_that_never_was(login, cast, published, number):
    assert login(cast.employee).post(url("acknowledge", "rules"), {"version": number}).status_code == 404
    assert not Acknowledgement.objects.exists()


def test_an_information_section_of_one_unit_publishes_nothing_for_all(login, cast, body, draft):
    local = factories.person("Lokal Info", unit=body.nordvik)
    factories.grant(local, Role.INFORMATION_SECTION, body.nordvik)
    client = login(local)
    for name in ("draft", "publish", "draft_discard", "draft_begin"):
        assert client.post(url(name, "rules")).status_code == 403
    assert client.get(url("new")).status_code == 403
    assert client.get(url("guideline", "rules")).status_code == 404


def test_acknowledging_what_a_newer_version_has_replaced(login, cast, published, guideline, now):
    new = guideline.draft(by=cast.section, now=now)
    new.save_draft("nb", "Regler", "1. Nytt\n", revision=None, by=None, now=now)
    publication.publish(new, must_acknowledge=True, change_note="New rule.", by=cast.section, now=now)

    told = login(cast.employee).post(url("acknowledge", "rules"), {"version": "1"}, follow=True).content.decode()

    assert "A newer version has come" in told
    assert "What has changed" in told
    assert not Acknowledgement.objects.exists()


def test_older_versions_are_kept_and_labelled(login, cast, published, guideline, now):
    publication.publish(
        guideline.draft(by=None, now=now), must_acknowledge=False, change_note="Typo.", by=None, now=now
    )
    client = login(cast.employee)

    listed = page(client, url("versions", "rules"))
    assert "Not in force" in listed
    assert "Typo." in listed
    old = page(client, url("version", "rules", 1))
    assert "It is no longer in force." in old
    assert "I have read" not in old
    assert "no longer in force" not in page(client, url("version", "rules", 2))
    page(client, url("version", "rules", 3), 404)


# --- writing --------------------------------------------------------------------------------------------


def test_a_new_guideline_begins_with_its_text(login, cast):
    client = login(cast.section)
    page(client, url("new"))
    data = {"title": "Regler på nett", "audience": "moderators", "language": "nb"}

    response = client.post(url("new"), data)

    assert response.url == url("draft_edit", "regler-pa-nett", "nb")
    assert "There is a guideline with this title already" in client.post(url("new"), data).content.decode()
    assert "cannot be used: write other words" in client.post(url("new"), data | {"title": "New"}).content.decode()
    assert Guideline.objects.get().audience == "moderators"


def test_the_draft_is_written_previewed_and_saved(login, cast, draft):
    client = login(cast.section)
    assert "Norwegian nynorsk" in page(client, url("draft", "rules"))
    form = page(client, url("draft_edit", "rules", "nn"))
    assert "Below stands the text in Norwegian bokmål" in form
    page(client, url("draft_edit", "rules", "xx"), 404)
    page(client, url("draft_edit", "nothing", "nb"), 404)
    data = {"title": "Reglar", "body": "1. Svar <b>fort</b>\n", "revision": "0"}

    shown = client.post(url("draft_edit", "rules", "nn"), data | {"preview": "1"}).content.decode()
    assert "Preview: not saved yet" in shown
    assert "Svar &lt;b&gt;fort&lt;/b&gt;" in shown
    assert draft.texts.count() == 1

    client.post(url("draft_edit", "rules", "nn"), data)
    assert draft.texts.get(language="nn").body == "1. Svar <b>fort</b> {#svar-b-fort-b}\n"
    again = client.post(url("draft_edit", "rules", "nn"), data, follow=True).content.decode()
    assert "Nothing had changed." in again
    assert "Mend this to go on" in client.post(url("draft_edit", "rules", "nn"), data | {"title": ""}).content.decode()


def test_what_is_being_written_is_shown_and_kept_nowhere(login, cast, draft):
    client = login(cast.section)
    address = url("preview", "rules", "nn")
    data = {"title": "", "body": "1. Svar <b>fort</b>\n", "revision": "x"}

    shown = client.post(address, data).content.decode()

    assert "<html" not in shown
    assert "Svar &lt;b&gt;fort&lt;/b&gt;" in shown
    assert draft.texts.count() == 1
    assert client.post(address).status_code == 200
    assert client.get(address).status_code == 405
    assert client.post(url("preview", "rules", "xx"), data).status_code == 404
    assert login(cast.employee).post(address, data).status_code == 403


def test_two_who_edit_at_once_see_each_other(login, cast, draft, now):
    client = login(cast.section)
    draft.save_draft("nb", "Regler", "1. Deres\n", revision=1, by=cast.chief, now=now)
    data = {"title": "Regler", "body": "1. Mitt\n", "revision": "1"}

    response = client.post(url("draft_edit", "rules", "nb"), data)

    shown = response.content.decode()
    assert response.status_code == 422
    assert "Somebody else has saved this text" in shown
    assert "1. Deres {#deres}" in shown
    assert "1. Mitt" in shown
    assert 'name="revision" value="2"' in shown
    client.post(url("draft_edit", "rules", "nb"), data | {"revision": "2"})
    assert draft.texts.get().body == "1. Mitt {#mitt}\n"


def test_who_still_writes_when_the_draft_is_published_loses_nothing(login, cast, published, guideline):
    client = login(cast.section)
    data = {"title": "Regler", "body": "1. Mitt\n", "revision": "1"}

    told = client.post(url("draft_edit", "rules", "nb"), data, follow=True).content.decode()

    assert "What you wrote is in a new draft." in told
    assert guideline.open_draft().text_in("nb").body == "1. Mitt {#mitt}\n"
    assert "1. Svar **fort**" in published.text_in("nb").body
    assert client.post(url("draft_edit", "nothing", "nb"), data).status_code == 404


def test_a_text_too_long_with_all_its_addresses_is_refused_and_stands_in_the_form(login, cast, draft):
    body = "- Answer\n" * 20_000
    client = login(cast.section)

    response = client.post(url("draft_edit", "rules", "nn"), {"title": "Reglar", "body": body, "revision": "0"})

    assert response.status_code == 422
    assert "divide it into several guidelines" in response.content.decode()
    assert "- Answer\r\n- Answer" in response.content.decode() or "- Answer\n- Answer" in response.content.decode()
    assert draft.texts.count() == 1


# --- publishing -----------------------------------------------------------------------------------------


def test_publishing_asks_first_and_a_second_time_is_harmless(login, cast, draft):
    client = login(cast.section)
    assert "10 people" in page(client, url("publish", "rules"))
    assert "Mend this" in client.post(url("publish", "rules"), {"number": "1"}).content.decode()
    data = {"number": "1", "must_acknowledge": "yes", "change_note": ""}

    first = client.post(url("publish", "rules"), data, follow=True).content.decode()
    again = client.post(url("publish", "rules"), data, follow=True).content.decode()

    assert "Version 1 is in force." in first
    assert "The version was published already." in again
    assert Version.objects.published().count() == 1
    page(client, url("publish", "rules"), 404)


def test_a_later_version_says_what_has_changed(login, cast, published, guideline):
    client = login(cast.section)
    assert client.get(url("draft_begin", "rules")).status_code == 405
    client.post(url("draft_begin", "rules"))
    assert client.post(url("draft_begin", "rules")).url == url("draft", "rules")
    data = {"number": "2", "must_acknowledge": "no", "change_note": ""}

    assert "Mend this" in client.post(url("publish", "rules"), data).content.decode()
    outdated = client.post(url("publish", "rules"), data | {"number": "1", "change_note": "x"}, follow=True)
    assert "Another draft has been opened since" in outdated.content.decode()
    client.post(url("publish", "rules"), data | {"change_note": "A typo."})

    current = guideline.in_force()
    assert (current.number, current.must_acknowledge, current.change_note) == (2, False, "A typo.")


def test_an_empty_draft_is_not_published(login, cast, guideline, now):
    guideline.draft(by=None, now=now)
    data = {"number": "1", "must_acknowledge": "yes"}

    told = login(cast.section).post(url("publish", "rules"), data, follow=True).content.decode()

    assert "Write the text before you publish it" in told


def test_discarding_asks_first(login, cast, published, guideline):
    client = login(cast.section)
    client.post(url("draft_begin", "rules"))
    asked = page(client, url("draft_discard", "rules"))
    sent = {"draft": guideline.open_draft().pk}
    assert "Discard the draft?" in asked
    assert f'value="{sent["draft"]}"' in asked

    gone = client.post(url("draft_discard", "rules"), sent, follow=True).content.decode()

    assert "The draft is discarded." in gone
    assert guideline.versions.count() == 1
    again = client.post(url("draft_discard", "rules"), sent, follow=True).content.decode()
    assert "There is no draft any more." in again


def test_a_draft_that_was_opened_since_is_not_discarded_unseen(login, cast, published, guideline, now):
    client = login(cast.section)
    asked = guideline.draft(by=cast.section, now=now)
    known = asked.pk
    asked.discard(by=cast.chief, now=now)
    theirs = guideline.draft(by=cast.chief, now=now)

    for sent in ({"draft": known}, {"draft": "x"}, {"other": "1"}):
        told = client.post(url("draft_discard", "rules"), sent, follow=True).content.decode()
        assert "Another draft has been opened since" in told

    assert guideline.open_draft() == theirs


def test_discarding_the_only_version_leaves_nothing(login, cast, draft):
    response = login(cast.section).post(url("draft_discard", "rules"), {"draft": draft.pk})

    assert response.url == url("guidelines")
    assert not Guideline.objects.exists()


@pytest.mark.parametrize("show", ["", "yes", "no"])
def test_who_has_acknowledged(login, cast, published, now, show):
    published.acknowledge(cast.employee, now=now)

    shown = page(login(cast.section), url("readers", "rules", 1) + f"?show={show}")

    assert "Acknowledged: 1. Not yet: 9." in shown
    assert ("Eli Ansatt</th>" in shown) == (show != "no")
    assert ("David Vara</th>" in shown) == (show != "yes")
    page(login(cast.employee), url("readers", "rules", 1), 404)
    page(login(cast.section), url("readers", "rules", 2), 404)


def test_without_login_one_is_sent_to_log_in(client, published):
    for address in (url("guidelines"), url("guideline", "rules"), url("new")):
        assert "/login/" in client.get(address).url
