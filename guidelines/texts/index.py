"""The index that search reads: each passage of the versions in force, in each of their languages."""

from __future__ import annotations

from django.conf import settings
from django.db import models, transaction

from guidelines.texts.passages import passages_of
from guidelines.texts.words import stem, words_of

# Each rule is indexed with the headings above it: a whole page that was made a heading by mistake is not repeated so.
LONGEST_HEADING = 300


class IndexedPassage(models.Model):
    """A rule, or a heading with the prose below it, as search sees it. Made by `index_version`, never by hand."""

    version = models.ForeignKey("guidelines.Version", models.CASCADE, related_name="+")
    language = models.CharField(max_length=5, choices=settings.LANGUAGES)
    position = models.PositiveIntegerField()
    anchor = models.CharField(max_length=60, blank=True)
    is_rule = models.BooleanField()
    trail = models.JSONField(default=list)  # the headings above, outermost first
    text = models.TextField(blank=True)
    words = models.TextField()  # title, headings and text in small letters, without signs
    stems = models.TextField()  # the same words without endings, each with a space before it

    class Meta:
        ordering = ["version", "language", "position"]
        constraints = [models.UniqueConstraint(fields=["version", "language", "position"], name="indexed_passage_once")]


def fields_of(title: str, body: str, language: str) -> list[dict]:
    """What the index says of a text, a row a passage."""
    rows = []
    for position, passage in enumerate(passages_of(body)):
        trail = [heading[:LONGEST_HEADING] for heading in passage.trail]
        own = "" if passage.is_rule else " ".join(passage.trail[-1:])[LONGEST_HEADING:]
        words = words_of(" ".join([title, *trail]) + own + " " + passage.text)
        rows.append(
            {
                "language": language,
                "position": position,
                "anchor": passage.anchor,
                "is_rule": passage.is_rule,
                "trail": trail,
                "text": passage.text,
                "words": " ".join(words),
                "stems": "".join(f" {stem(word, language)}" for word in words),
            }
        )
    return rows


def index_version(version) -> None:
    """Search finds this version from now on, and none before it. Doing it twice changes nothing."""
    with transaction.atomic():
        IndexedPassage.objects.filter(version__guideline=version.guideline_id).delete()
        IndexedPassage.objects.bulk_create(
            (
                IndexedPassage(version=version, **fields)
                for text in version.texts.all()
                for fields in fields_of(text.title, text.body, text.language)
            ),
            batch_size=500,
        )
