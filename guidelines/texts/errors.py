"""What a rule of state says when it says no."""

from django.utils.translation import gettext_lazy as _


class GuidelineError(Exception):
    """A rule of state says no; the message tells the person why and what to do."""


class Frozen(GuidelineError):
    def __init__(self):
        super().__init__(_("A published version never changes. Start a new draft instead."))
