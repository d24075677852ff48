"""Versions: drafts that notice each other, publishing that freezes, acknowledgements that still count."""

import datetime as dt
import threading

import pytest
from django.db import DatabaseError, connection, transaction

from governance.audit.models import AuditEvent
from governance.notices.models import Notice
from guidelines.reading.acknowledgements import Acknowledgement, acknowledged_person_ids, has_acknowledged
from guidelines.reading.follow_up import to_acknowledge, with_acknowledgement
from guidelines.texts import publication
from guidelines.texts.errors import Frozen, GuidelineError
from guidelines.texts.guidelines import Audience, Guideline
from guidelines.texts.markdown import MAX_LENGTH
from guidelines.texts.readers import readers_are, readers_of
from guidelines.texts.versions import EditConflict, Text, Version
from tests import factories


def events():
    return list(AuditEvent.objects.order_by("pk").values_list("event", flat=True))


@pytest.fixture
def guideline(db, now):
    return Guideline.objects.create(slug="rules", audience=Audience.EMPLOYEES, created_at=now)


def write(guideline, body="1. Answer\n", *, by, now, language="en-gb", title="Rules"):
    draft = guideline.draft(by=by, now=now)
    draft.save_draft(language, title, body, revision=None, by=by, now=now)
    return draft


def publish(guideline, *, by, now, must=True, body="1. Answer\n", note="New"):
    draft = write(guideline, body, by=by, now=now)
    publication.publish(draft, must_acknowledge=must, change_note=note, by=by, now=now)
    return draft


def test_a_draft_is_saved_with_anchors_and_audited(guideline, cast, now):
    draft = guideline.draft(by=cast.section, now=now)

    text, changed = draft.save_draft("nb", " Regler ", "# Svar\n\n1. Fort\n", revision=0, by=cast.section, now=now)

    assert changed
    assert (text.title, text.body, text.revision) == ("Regler", "# Svar {#svar}\n\n1. Fort {#fort}\n", 1)
    assert draft.save_draft("nb", "Regler", text.body, revision=0, by=cast.section, now=now) == (text, False)
    assert guideline.draft(by=cast.section, now=now) == draft
    assert events() == ["guideline.drafted", "guideline.drafted"]


def test_a_text_that_is_too_long_is_refused_whole(guideline, cast, now):
    draft = guideline.draft(by=cast.section, now=now)

    with pytest.raises(GuidelineError, match="too long"):
        draft.save_draft("nb", "Regler", "a " * MAX_LENGTH, revision=0, by=cast.section, now=now)

    assert not draft.texts.exists()


def test_two_editors_notice_each_other_and_nothing_is_lost(guideline, cast, now):
    draft = guideline.draft(by=cast.section, now=now)
    draft.save_draft("nb", "Regler", "1. En\n", revision=0, by=cast.section, now=now)
    draft.save_draft("nb", "Regler", "1. To\n", revision=1, by=cast.section, now=now)

    with pytest.raises(EditConflict) as conflict:
        draft.save_draft("nb", "Regler", "1. Tre\n", revision=1, by=cast.chief, now=now)

    assert conflict.value.theirs.body == "1. To {#to}\n"
    assert conflict.value.theirs.revision == 2
    draft.save_draft("nb", "Regler", "1. Tre\n", revision=2, by=cast.chief, now=now)
    assert draft.texts.get().body == "1. Tre {#tre}\n"


def test_publishing_freezes_tells_everyone_and_audits(guideline, cast, now):
    factories.person("Gone", is_active=False, deactivated_at=now)
    version = publish(guideline, by=cast.chief, now=now)

    assert version.is_frozen
    assert guideline.in_force() == version
    assert guideline.open_draft() is None
    assert Notice.objects.filter(event="guideline_published").count() == 10
    assert Notice.objects.first().path == "/guidelines/rules/"
    assert events()[-1] == "guideline.published"
    text = version.texts.get()
    for change in (
        lambda: version.save_draft("nb", "x", "y", revision=None, by=cast.chief, now=now),
        lambda: publication.publish(version, must_acknowledge=True, by=cast.chief, now=now),
        lambda: version.discard(by=cast.chief, now=now),
        version.save,
        version.delete,
        text.save,
        text.delete,
        lambda: Text(version=version, language="da", title="x", body="y").save(),
    ):
        with pytest.raises(Frozen):
            change()


@pytest.mark.parametrize(
    "change",
    [
        lambda version: Version.objects.filter(pk=version.pk).update(change_note="other"),
        lambda version: Version.objects.filter(pk=version.pk).update(published_at=None),
        lambda version: Text.objects.filter(version=version).update(body="other"),
        lambda version: Text.objects.filter(version=version)._raw_delete("default"),
        lambda version: Text.objects.bulk_create([Text(version=version, language="da", title="x", body="y")]),
        lambda version: Guideline.objects.filter(pk=version.guideline_id).delete(),
    ],
)
def test_the_database_refuses_what_goes_round_the_model(guideline, cast, now, change):
    version = publish(guideline, by=cast.chief, now=now)

    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        change(version)

    version.refresh_from_db()
    assert (version.change_note, version.texts.get().body) == ("New", "1. Answer {#answer}\n")


def test_the_database_refuses_to_replace_or_empty_what_is_published(guideline, cast, now):
    version = publish(guideline, by=cast.chief, now=now)
    columns = [field.column for field in Version._meta.fields]
    changed = ", ".join("'other'" if column == "change_note" else column for column in columns)
    statement = (
        "TRUNCATE guidelines_version CASCADE"
        if connection.vendor == "postgresql"
        else f"REPLACE INTO guidelines_version ({', '.join(columns)}) SELECT {changed} FROM guidelines_version"
    )
    connection.check_constraints()  # PostgreSQL empties no table while it owes a check of a row
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    version.refresh_from_db()
    assert version.change_note == "New"


def test_texts_of_a_draft_do_not_move_into_a_published_version(guideline, cast, now):
    version = publish(guideline, by=cast.chief, now=now)
    draft = write(guideline, "1. Other\n", by=cast.chief, now=now, language="da")

    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        Text.objects.filter(version=draft, language="da").update(version=version)


def test_an_empty_draft_is_not_published(guideline, cast, now):
    draft = guideline.draft(by=cast.chief, now=now)
    with pytest.raises(GuidelineError, match="Write the text"):
        publication.publish(draft, must_acknowledge=True, by=cast.chief, now=now)
    draft.save_draft("nb", "Regler", "", revision=None, by=cast.chief, now=now)
    with pytest.raises(GuidelineError, match="Write the text"):
        publication.publish(draft, must_acknowledge=True, by=cast.chief, now=now)


def test_the_next_draft_begins_as_a_copy_and_a_change_that_needs_no_word_tells_nobody(guideline, cast, now):
    publish(guideline, by=cast.chief, now=now)
    told = Notice.objects.count()

    draft = guideline.draft(by=cast.chief, now=now)
    assert (draft.number, draft.texts.get().body) == (2, "1. Answer {#answer}\n")
    publication.publish(draft, must_acknowledge=False, change_note="Typo", by=cast.chief, now=now)

    assert Notice.objects.count() == told
    assert list(Version.objects.in_force()) == [draft]


def test_discarding_a_draft_keeps_what_is_in_force(guideline, cast, now):
    version = publish(guideline, by=cast.chief, now=now)
    write(guideline, "1. Other\n", by=cast.chief, now=now).discard(by=cast.chief, now=now)

    assert list(guideline.versions.all()) == [version]
    other = Guideline.objects.create(slug="other", audience=Audience.TEACHERS)
    write(other, by=cast.chief, now=now).discard(by=cast.chief, now=now)
    assert not Guideline.objects.filter(slug="other").exists()
    assert events()[-1] == "guideline.discarded"


def test_acknowledging_twice_is_once(guideline, cast, now):
    version = publish(guideline, by=cast.chief, now=now)

    assert version.acknowledge(cast.employee, now=now)
    assert not version.acknowledge(cast.employee, now=now)

    assert Acknowledgement.objects.count() == 1
    assert events().count("guideline.acknowledged") == 1


def test_an_outdated_version_is_not_acknowledged(guideline, cast, now):
    old = publish(guideline, by=cast.chief, now=now)
    publish(guideline, by=cast.chief, now=now, body="1. Other\n")
    draft = guideline.draft(by=cast.chief, now=now)

    for version in (old, draft):
        with pytest.raises(GuidelineError, match="newer version"):
            version.acknowledge(cast.employee, now=now)


def test_an_older_acknowledgement_counts_until_a_new_one_is_demanded(guideline, cast, now):
    employees = Audience.EMPLOYEES
    assert acknowledged_person_ids(employees, now) is None
    assert has_acknowledged(cast.employee, employees, now)

    publish(guideline, by=cast.chief, now=now).acknowledge(cast.employee, now=now)
    assert acknowledged_person_ids(employees, now) == {cast.employee.pk}
    assert not has_acknowledged(cast.deputy, employees, now)

    publish(guideline, by=cast.chief, now=now, must=False, body="1. B\n").acknowledge(cast.deputy, now=now)
    assert acknowledged_person_ids(employees, now) == {cast.employee.pk, cast.deputy.pk}

    later = now + dt.timedelta(days=1)
    publish(guideline, by=cast.chief, now=later, body="1. C\n")
    assert acknowledged_person_ids(employees, later) == set()
    assert acknowledged_person_ids(employees, now) == {cast.employee.pk, cast.deputy.pk}
    assert acknowledged_person_ids(Audience.MODERATORS, later) is None


def test_all_guidelines_of_an_audience_must_be_acknowledged(guideline, cast, now):
    other = Guideline.objects.create(slug="other", audience=Audience.EMPLOYEES)
    first, second = publish(guideline, by=cast.chief, now=now), publish(other, by=cast.chief, now=now)
    first.acknowledge(cast.employee, now=now)
    assert acknowledged_person_ids(Audience.EMPLOYEES, now) == set()
    assert [version.guideline.slug for version in to_acknowledge(cast.employee, now)] == ["other"]

    second.acknowledge(cast.employee, now=now)

    assert acknowledged_person_ids(Audience.EMPLOYEES, now) == {cast.employee.pk}
    assert not to_acknowledge(cast.employee, now)


def test_an_audience_may_be_narrower_than_everyone(guideline, cast, now, monkeypatch):
    Guideline.objects.filter(pk=guideline.pk).update(audience=Audience.MODERATORS)
    guideline.refresh_from_db()
    monkeypatch.setattr("guidelines.texts.readers._readers", {})
    readers_are(Audience.MODERATORS, lambda now: type(cast.moderator).objects.filter(pk=cast.moderator.pk))

    version = publish(guideline, by=cast.chief, now=now)

    assert [notice.person for notice in Notice.objects.all()] == [cast.moderator]
    assert [waiting.pk for waiting in to_acknowledge(cast.moderator, now)] == [version.pk]
    assert not to_acknowledge(cast.employee, now)
    assert list(readers_of(Audience.MODERATORS, now)) == [cast.moderator]


def test_who_has_acknowledged_counts_older_versions_that_still_hold(guideline, cast, now):
    publish(guideline, by=cast.chief, now=now).acknowledge(cast.employee, now=now)
    second = publish(guideline, by=cast.chief, now=now, must=False, body="1. B\n")

    people = {person.pk: person.has_acknowledged for person in with_acknowledgement(second, now)}

    assert people[cast.employee.pk]
    assert not people[cast.deputy.pk]


@pytest.mark.parametrize(
    ("wanted", "there", "shown"),
    [
        ("nb", {"nn", "en-gb"}, "nn"),
        ("nb", {"da", "en-gb"}, "da"),
        ("nn", {"nb", "da"}, "nb"),
        ("da", {"nn", "en-gb"}, "nn"),
        ("en-gb", {"da", "nn"}, "nn"),
        ("de", {"en-gb", "nb"}, "nb"),
        ("nn", {"nb", "nn"}, "nn"),
    ],
)
def test_the_nearest_language_is_shown(guideline, cast, now, wanted, there, shown):
    for language in there:
        draft = write(guideline, by=cast.chief, now=now, language=language)

    assert draft.text_in(wanted).language == shown


def test_names(guideline, cast, now):
    version = publish(guideline, by=cast.chief, now=now)

    assert (str(guideline), str(version), str(version.texts.get())) == ("rules", "rules 1", "Rules")
    assert version.get_absolute_url() == "/guidelines/rules/versions/1/"
    assert version.texts.get().rendered().rules[0].anchor == "answer"


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_begin_and_publish_at_once_and_one_wins(now):
    chief = factories.person("Chief")
    guideline = Guideline.objects.create(slug="rules", audience=Audience.EMPLOYEES)
    results = []

    def both():
        try:
            draft = write(Guideline.objects.get(pk=guideline.pk), by=chief, now=now)
            publication.publish(draft, must_acknowledge=True, by=chief, now=now)
            results.append("published")
        except GuidelineError:
            results.append("late")
        finally:
            connection.close()

    threads = [threading.Thread(target=both) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(results) == 4
    published = Version.objects.published().count()
    assert results.count("published") == published
    assert Version.objects.drafts().count() <= 1
