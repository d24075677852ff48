"""What the trail keeps of questions and notes."""

from django.utils.translation import gettext_lazy as _

from governance.audit.events import Event

QUESTION_ASKED = Event("question.asked", _("Question asked"))
QUESTION_ANSWERED = Event("question.answered", _("Question answered"))
QUESTION_WITHDRAWN = Event("question.withdrawn", _("Question withdrawn"))
NOTE_PUBLISHED = Event("note.published", _("Note published beside a rule"))
NOTE_REMOVED = Event("note.removed", _("Note removed"))
