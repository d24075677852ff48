"""What a rule of state says when it says no."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from guidelines.texts.versions import Text


class GuidelineError(Exception):
    """A rule of state says no; the message tells the person why and what to do."""


class Frozen(GuidelineError):
    def __init__(self):
        super().__init__(_("A published version never changes. Start a new draft instead."))


class EditConflict(GuidelineError):
    """Somebody else saved this text after it was opened here; `theirs` is what now stands (None: removed)."""

    def __init__(self, theirs: Text | None):
        super().__init__(
            _(
                "Somebody else has saved this text since you opened it. "
                "Nothing of yours is lost: compare the two and save again."
            )
        )
        self.theirs = theirs
