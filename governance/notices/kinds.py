"""What a notice is. Each room declares its own in `notices.py`, with all their words.

The subject never names a person. A notice's `params` hold what its text names: names of accounts, units and people,
and codes, whose words the kind brings along. Moments are ISO 8601 in params ending in `_at`, days in those ending
in `_on` or `_by`; they are shown in the reader's form.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from governance.declared import Declared


class Group(models.TextChoices):
    """What a person chooses a channel for. Deadlines, a crisis and one's own role always come by mail."""

    POSTS = "posts", _("Posts that come in, reminders and hand-overs")
    APPLICATIONS = "applications", _("Applications")
    DUTY = "duty", _("Roles on accounts, and who takes over")
    FLAGS = "flags", _("Flags and accounts that have gone quiet")
    GUIDELINES = "guidelines", _("Guidelines")


class NoticeKind(Declared):
    """What people are told.

    `label`: a short line for those who administer notices. `group`: what a person chooses a channel for; None where
    it always comes by mail. `words`: {param: {code: words}}. `further`: {param: a sentence that follows the body
    where the notice has that param}. `once_with`: whoever was told that kind of the same matter is not told this.
    `at_once`: the mail waits for no morning.
    """

    def __init__(
        self,
        code: str,
        label: Any,
        *,
        subject: Any,
        body: Any,
        group: Group | None = None,
        words: dict[str, dict[str, Any]] | None = None,
        further: dict[str, Any] | None = None,
        once_with: NoticeKind | None = None,
        at_once: bool = False,
    ):
        self.subject, self.body, self.group = subject, body, group
        self.words, self.further = words or {}, further or {}
        self.once_with, self.at_once = once_with, at_once
