"""Texts people read: guidelines in versions that never change once published, and who has acknowledged them."""

from guidelines.models.acknowledgements import (
    Acknowledgement,
    acknowledged_person_ids,
    demanded,
    has_acknowledged,
    outstanding,
)
from guidelines.models.errors import EditConflict, Frozen, GuidelineError
from guidelines.models.guidelines import Audience, Guideline
from guidelines.models.imports import PendingImport
from guidelines.models.links import OutsideLink
from guidelines.models.plans import Plan
from guidelines.models.reviews import Review
from guidelines.models.rounds import Comment, CommentRound
from guidelines.models.search import IndexedPassage
from guidelines.models.versions import NEAREST, Text, Version
from guidelines.ready_texts import ReadyText

__all__ = [
    "NEAREST",
    "Acknowledgement",
    "Audience",
    "Comment",
    "CommentRound",
    "EditConflict",
    "Frozen",
    "Guideline",
    "GuidelineError",
    "IndexedPassage",
    "OutsideLink",
    "PendingImport",
    "Plan",
    "ReadyText",
    "Review",
    "Text",
    "Version",
    "acknowledged_person_ids",
    "demanded",
    "has_acknowledged",
    "outstanding",
]
