"""For Django alone, which looks for an app's models here.

Everybody else imports the room: `guidelines.texts.versions`.
"""

from guidelines.aids.models import AidVersion
from guidelines.documents.models import PendingImport
from guidelines.reading.acknowledgements import Acknowledgement
from guidelines.reading.questions import Note, Question
from guidelines.ready_texts.models import EarlierText, ReadyText
from guidelines.texts.guidelines import Guideline
from guidelines.texts.index import IndexedPassage
from guidelines.texts.links import OutsideLink
from guidelines.texts.plans import Plan
from guidelines.texts.reviews import Review
from guidelines.texts.rounds import Comment, CommentRound
from guidelines.texts.versions import Text, Version

__all__ = [
    "Acknowledgement",
    "AidVersion",
    "Comment",
    "CommentRound",
    "EarlierText",
    "Guideline",
    "IndexedPassage",
    "Note",
    "OutsideLink",
    "PendingImport",
    "Plan",
    "Question",
    "ReadyText",
    "Review",
    "Text",
    "Version",
]
