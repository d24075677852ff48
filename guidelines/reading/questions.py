"""“In doubt? Ask the information section” (M53): questions, their answers, and notes beside the rules."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from governance.access import Permission, can, holders
from governance.audit.models import record
from governance.notices.models import tell
from governance.people.models import Person
from governance.units.models import Tree
from guidelines.reading import events, notices
from guidelines.texts.errors import GuidelineError
from guidelines.texts.guidelines import Guideline

TEXT_CAP = 4000


class QuestionQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        """One's own; those who answer for the body see all."""
        return self if can(person, Permission.PUBLISH_GUIDELINES) else self.filter(asked_by=person)

    def open(self):
        return self.filter(answered_at=None)


class Question(models.Model):
    """A question to the information section. Only whoever asked and the section read it."""

    asked_by = models.ForeignKey(Person, models.CASCADE, related_name="questions")
    asked_at = models.DateTimeField(default=timezone.now)
    # Of the form it was sent with: the same form sent twice asks once.
    key = models.CharField(max_length=40)
    text = models.TextField(gettext_lazy("question"), max_length=TEXT_CAP)
    path = models.CharField(gettext_lazy("asked from"), max_length=300, blank=True)  # a page of the portal
    guideline = models.ForeignKey(Guideline, models.SET_NULL, null=True, blank=True, related_name="questions")
    anchor = models.CharField(max_length=60, blank=True)  # of the rule in the guideline that it is about
    answer = models.TextField(gettext_lazy("answer"), max_length=TEXT_CAP, blank=True)
    answered_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["asked_by", "key"], name="question_once"),
            models.CheckConstraint(
                condition=Q(answered_at=None, answered_by=None, answer="")
                | (Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(answer="")),
                name="question_answered_whole",
            ),
        ]
        indexes = [models.Index(fields=["asked_at"], condition=Q(answered_at=None), name="question_open")]

    def __str__(self):
        return self.text[:60]

    def get_absolute_url(self):
        return reverse("guidelines:question", args=[self.pk])

    @property
    def trail_name(self) -> str:
        """Not what was asked: that is between two."""
        return str(self.pk)

    @property
    def stamp(self) -> str:
        """Tells one answer from the next."""
        return self.answered_at.isoformat() if self.answered_at else ""

    def give_answer(self, answer: str, *, seen: str = "", by: Person, now: dt.datetime) -> bool:
        """Answer, or mend the answer; whoever asked is told. False where it says that already.

        `seen` is the stamp of the answer it was begun from. Raises GuidelineError where the question was withdrawn, or
        somebody else has answered meanwhile.
        """
        answer = answer.replace("\r\n", "\n").strip()
        with transaction.atomic():
            standing = Question.objects.select_for_update().filter(pk=self.pk).first()
            if standing is None:
                raise GuidelineError(_("The question has been withdrawn. Nobody waits for an answer any more."))
            if standing.answer == answer:
                return False
            if standing.stamp != seen:
                raise GuidelineError(
                    _("%(person)s has answered in the meantime. Look at that answer before you change it.")
                    % {"person": standing.answered_by}
                )
            self.answer, self.answered_by, self.answered_at = answer, by, now
            self.save(update_fields=["answer", "answered_by", "answered_at"])
            record(events.QUESTION_ANSWERED, self, by=by, now=now)
            tell([self.asked_by_id], notices.QUESTION_ANSWERED, about=self, once=now, now=now)
        return True

    def withdraw(self, *, by: Person, now: dt.datetime) -> None:
        """Take back a question that nobody has answered; nothing of it stays. Raises GuidelineError."""
        with transaction.atomic():
            if not Question.objects.select_for_update().open().filter(pk=self.pk).exists():
                raise GuidelineError(_("The question has been answered already."))
            record(events.QUESTION_WITHDRAWN, self, by=by, now=now)
            self.delete()


def ask(
    person: Person, text: str, *, key: str, path: str, guideline: Guideline | None, anchor: str, now: dt.datetime
) -> Question:
    """Put a question to the information section, which is told. The same form sent again finds the question."""
    try:
        with transaction.atomic():
            question = Question.objects.create(
                asked_by=person, asked_at=now, key=key, text=text, path=path, guideline=guideline, anchor=anchor
            )
            record(events.QUESTION_ASKED, question, by=person, now=now)
            others = [one for one in section(now) if one.pk != person.pk]
            tell(others, notices.QUESTION_ASKED, about=question, now=now)
    except IntegrityError:
        return Question.objects.get(asked_by=person, key=key)
    return question


def section(now: dt.datetime):
    """Those who answer for the whole body."""
    roots = [root.pk for root in Tree.load().roots()]
    return holders(Permission.PUBLISH_GUIDELINES, roots, timezone.localdate(now))


class NoteQuerySet(models.QuerySet):
    def standing(self):
        return self.filter(removed_at=None)


class Note(models.Model):
    """A question and its answer that everybody may read beside the rule; it names nobody who asked."""

    guideline = models.ForeignKey(Guideline, models.CASCADE, related_name="notes")
    anchor = models.CharField(max_length=60, blank=True)  # "": about the text as a whole
    language = models.CharField(gettext_lazy("language"), max_length=5, choices=settings.LANGUAGES)
    question = models.CharField(gettext_lazy("question"), max_length=300)
    answer = models.TextField(gettext_lazy("answer"), max_length=TEXT_CAP)
    # The question it came from. One question makes one note, however often the form is sent.
    came_from = models.OneToOneField(Question, models.SET_NULL, null=True, blank=True, related_name="note")
    published_at = models.DateTimeField(default=timezone.now)
    published_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")

    objects = NoteQuerySet.as_manager()

    class Meta:
        ordering = ["published_at", "pk"]

    def __str__(self):
        return self.question

    @property
    def trail_name(self) -> str:
        return f"{self.guideline.slug}#{self.anchor} {self.pk}"

    def remove(self, *, by: Person, now: dt.datetime) -> bool:
        """Take the note off the page; it is kept. False where that was done."""
        with transaction.atomic():
            if not Note.objects.standing().filter(pk=self.pk).update(removed_at=now, removed_by=by):
                return False
            record(events.NOTE_REMOVED, self, by=by, now=now)
        return True


def publish_note(
    source: Question, guideline: Guideline, *, anchor: str, language: str, question: str, answer: str, by, now
) -> tuple[Note, bool]:
    """Publish a question and its answer beside a rule: (note, whether anything changed).

    Words that changed replace those of the question's note, and a note that was removed stands again.
    """
    words = {
        "guideline": guideline,
        "anchor": anchor,
        "language": language,
        "question": question,
        "answer": answer,
        "removed_at": None,
        "removed_by": None,
    }
    with transaction.atomic():
        Question.objects.select_for_update().get(pk=source.pk)
        note = Note.objects.filter(came_from=source).first()
        if note and all(getattr(note, name) == value for name, value in words.items()):
            return note, False
        before = {"question": note.question, "answer": note.answer} if note else None
        note, _created = Note.objects.update_or_create(
            came_from=source, defaults={**words, "published_by": by, "published_at": now}
        )
        after = {"question": question, "answer": answer, "language": language}
        record(events.NOTE_PUBLISHED, note, by=by, now=now, before=before, after=after)
    return note, True
