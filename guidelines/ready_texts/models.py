"""Ready texts: short texts that somebody copies, adapts and posts; one a kind, language and tone.

They start from the files beside this one, a folder a tone, and the information section edits them; what a text said
before is kept. Placeholders such as `{unit}` are filled for the post or person at hand; whoever fills them passes the
values.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from governance.audit.models import record
from governance.people.models import Person
from guidelines.ready_texts import events

FOLDER = Path(__file__).parent
BODY_CAP = 2000
# Each with what is to be put by hand where the portal does not know it.
PLACEHOLDERS = {
    "unit": gettext_lazy("name of the unit"),
    "account": gettext_lazy("name of the account"),
    "platform": gettext_lazy("platform"),
    "author": gettext_lazy("who wrote"),
    "formal_inquiry": gettext_lazy("where to send it"),
    "political_contact": gettext_lazy("whom to contact"),
    "child_form": gettext_lazy("address of the form"),
    "web_page": gettext_lazy("address of the web page"),
    "response_time": gettext_lazy("when we answer"),
    "body": gettext_lazy("name of the body"),
    "name": gettext_lazy("your name"),
    "opening_hours": gettext_lazy("opening hours"),
    "reason": gettext_lazy("reason"),
    "starts": gettext_lazy("date from"),
    "ends": gettext_lazy("date until"),
}
_PLACEHOLDER = re.compile(r"( ?)\{([^{}]*)\}")
# Up to a full stop or the like, or a placeholder, that something follows which begins anew.
_SENTENCE = re.compile(r".+?(?:[.!?…](?=\s+[^a-zæøå]|\s*$)|\}(?=\s+[A-ZÆØÅ])|$)\s*")


class ReadyTextConflict(Exception):
    """Somebody else has changed the text in the meantime. Nothing was changed."""


class ReadyText(models.Model):
    class Kind(models.TextChoices):
        THANKS = "thanks", gettext_lazy("Thanks")
        NEGATIVE = "negative", gettext_lazy("Answer to a negative comment")
        CORRECTION = "correction", gettext_lazy("Correction of an error")
        HOLDING = "holding", gettext_lazy("Holding reply")
        OFFICIAL = "official", gettext_lazy("Points to the official information")
        FORMAL = "formal", gettext_lazy("Asks for a formal inquiry")
        POLITICAL = "political", gettext_lazy("Refers to the political level")
        SECTION = "section", gettext_lazy("Passed on to the information section")
        CONFIDENTIAL = "confidential", gettext_lazy("Not to be dealt with here")
        REMOVED = "removed", gettext_lazy("Removed because of the rules")
        BULLYING = "bullying", gettext_lazy("Help against bullying")
        CHILD = "child", gettext_lazy("Concern for a child")
        HEARING = "hearing", gettext_lazy("Thanks for input to a hearing")
        DECLINE = "decline", gettext_lazy("Declines a pupil’s contact request")
        DISCLAIMER = "disclaimer", gettext_lazy("Says that you speak for yourself")
        PICTURE = "picture", gettext_lazy("Asks for consent to a picture")
        PROFILE = "profile", gettext_lazy("What the account says about itself")
        HOUSE_RULES = "house_rules", gettext_lazy("House rules")
        SAFE = "safe", gettext_lazy("How to reach us safely")
        PAUSED = "paused", gettext_lazy("Closed for a time")
        BACK = "back", gettext_lazy("Back again")
        CRISIS_FIRST = "crisis_first", gettext_lazy("Crisis: the first message")
        CRISIS_REFER = "crisis_refer", gettext_lazy("Crisis: refers to the official information")
        CRISIS_RUMOUR = "crisis_rumour", gettext_lazy("Crisis: corrects a rumour")
        CRISIS_OVER = "crisis_over", gettext_lazy("Crisis: it is over")

    class Tone(models.TextChoices):
        FRIENDLY = "friendly", gettext_lazy("Friendly")
        FORMAL = "formal", gettext_lazy("Formal")

    kind = models.CharField(gettext_lazy("kind"), max_length=20, choices=Kind)
    language = models.CharField(gettext_lazy("language"), max_length=5, choices=settings.LANGUAGES)
    tone = models.CharField(gettext_lazy("tone"), max_length=10, choices=Tone, default=Tone.FRIENDLY)
    number = models.PositiveIntegerField(default=1)  # of the version that stands
    body = models.TextField(gettext_lazy("text"))
    changed_at = models.DateTimeField(null=True, blank=True)  # null: as it came with the portal
    changed_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "language", "tone"], name="ready_text_once")]

    def __str__(self):
        return f"{self.get_kind_display()}, {self.get_language_display()}, {self.get_tone_display()}"

    @property
    def trail_name(self) -> str:
        """In no language."""
        return f"{self.kind} {self.language} {self.tone}"

    @property
    def stamp(self) -> str:
        """Tells one state of the text from the next."""
        return self.changed_at.isoformat() if self.changed_at else ""

    def write(self, body: str, *, stamp: str, by: Person, now: dt.datetime) -> bool:
        """Put another text in place of the one that `stamp` names, which is kept. False where it says that already.

        Raises ValidationError ({field: message}); ReadyTextConflict where another text stands by now.
        """
        body = body.replace("\r\n", "\n").strip()
        check(body)
        with transaction.atomic():
            text = ReadyText.objects.select_for_update().get(pk=self.pk)
            if text.body == body:
                return False
            if text.stamp != stamp:
                raise ReadyTextConflict(_("Somebody else has changed this text since you opened it. Look at it again."))
            text.earlier.create(
                number=text.number, body=text.body, changed_at=text.changed_at, changed_by=text.changed_by
            )
            before = {"version": text.number, "body": text.body}
            text.number += 1
            text.body, text.changed_at, text.changed_by = body, now, by
            text.save(update_fields=["number", "body", "changed_at", "changed_by"])
            after = {"version": text.number, "body": body}
            record(events.READY_TEXT_CHANGED, text, by=by, now=now, before=before, after=after)
        return True


class EarlierText(models.Model):
    """What a ready text said before. It is never changed; to bring it back is to write the same words anew."""

    text = models.ForeignKey(ReadyText, models.CASCADE, related_name="earlier")
    number = models.PositiveIntegerField()
    body = models.TextField()
    changed_at = models.DateTimeField(null=True)  # null: as it came with the portal
    changed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["text", "-number"]
        constraints = [models.UniqueConstraint(fields=["text", "number"], name="earlier_text_once")]

    def __str__(self):
        return f"{self.text.trail_name} {self.number}"


def check(body: str) -> None:
    """Raises ValidationError ({"body": message}) where a text could not be filled, or says nothing."""
    if not body:
        raise ValidationError({"body": _("Write the text.")})
    if len(body) > BODY_CAP:
        raise ValidationError({"body": _("Write at most %(most)s characters.") % {"most": BODY_CAP}})
    unknown = [name for name in placeholders(body) if name not in PLACEHOLDERS]
    stray = re.search(r"[{}]", _PLACEHOLDER.sub("", body))
    if unknown or stray:
        allowed = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
        if unknown:
            said = _("There is no placeholder {%(name)s}. You may use: %(allowed)s.")
            raise ValidationError({"body": said % {"name": unknown[0], "allowed": allowed}})
        said = _("A brace stands alone. Braces only mark placeholders: %(allowed)s.")
        raise ValidationError({"body": said % {"allowed": allowed}})


def fill(body: str, values: Mapping[str, str]) -> str:
    """The text with its placeholders filled, in one pass: what a value holds is never filled again.

    One without a value takes its sentence along (see `missing`); a name only the space before it. No brace is left.
    """
    absent = set(missing(body, values))

    def keep(found: re.Match) -> str:
        return "" if absent.intersection(placeholders(found[0])) else found[0]

    def put(found: re.Match) -> str:
        space, name = found.groups()
        value = _value(values, name)
        return space + value if value else ""

    kept = "\n".join(_SENTENCE.sub(keep, line).rstrip() for line in body.split("\n"))
    return re.sub(r"[{}]", "", _PLACEHOLDER.sub(put, kept))


def missing(body: str, values: Mapping[str, str]) -> list[str]:
    """The placeholders of the text that have no value and so leave their sentence out."""
    return [name for name in dict.fromkeys(placeholders(body)) if name != "author" and not _value(values, name)]


def placeholders(body: str) -> list[str]:
    return [name for _space, name in _PLACEHOLDER.findall(body)]


def _value(values: Mapping[str, str], name: str) -> str:
    return re.sub(r"[{}]", "", values.get(name) or "").strip()


def fill_or_mark(body: str, values: Mapping[str, str], language: str) -> str:
    """The text for somebody who goes through it before using it: what is not known is named in square brackets."""
    with translation.override(language):
        holes = {name: f"[{hole}]" for name, hole in PLACEHOLDERS.items()}
    return fill(body, holes | {name: value for name, value in values.items() if value})


def starters(language: str, tone: str) -> dict[str, str]:
    """Kind -> body of the texts that come with the portal."""
    found: dict[str, str] = {}
    for part in (FOLDER / tone / f"{language}.md").read_text("utf-8").split("\n# "):
        kind, _line, body = part.removeprefix("# ").partition("\n")
        found[kind.strip()] = body.strip()
    return found


def ensure_ready_texts(model: type[models.Model] = ReadyText) -> int:
    """Add the texts that are missing; what a body has changed stays. Returns how many were added.

    A migration hands in its own historical `model`.
    """
    known = set(model.objects.values_list("kind", "language", "tone"))
    rows = [
        model(kind=kind, language=language, tone=tone, body=body)
        for language, _name in settings.LANGUAGES
        for tone in ReadyText.Tone.values
        for kind, body in starters(language, tone).items()
        if (kind, language, tone) not in known
    ]
    model.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)
