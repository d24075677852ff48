"""Words that an application and the account it becomes share."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What sort of account it is (D07, D16, D61, D88 to D92)."""

    ORDINARY = "ordinary", _("Ordinary account")
    PROJECT = "project", _("Project or campaign, with an end date")
    TRIAL = "trial", _("Trial, with an end date and labelled as a trial")
    PERSONAL_OFFICE = "personal_office", _("A leader’s account, tied to the office")


class Purpose(models.TextChoices):
    """What the account is for (M02, S11 to S13, R02). Several may hold."""

    INFORM = "inform", _("Tell about services and decisions")
    ANSWER = "answer", _("Answer questions")
    LISTEN = "listen", _("Gather advice and ideas")
    MONITOR = "monitor", _("Follow what people think")
    DEBATE = "debate", _("Debate with inhabitants")
    REPUTATION = "reputation", _("Reputation and recruitment")
    MARKETING = "marketing", _("Tell a young audience what we offer")
    EXPERT = "expert", _("Share expertise")


class Communication(models.TextChoices):
    INFORMATION = "information", _("Information")
    DIALOGUE = "dialogue", _("Dialogue")
    BOTH = "both", _("Both")


class ModerationMode(models.TextChoices):
    """Decided before establishing (D104)."""

    MONITOR = "monitor", _("Monitor: everything stands, we watch")
    ALONG = "along", _("Moderate along the way")
    APPROVE_FIRST = "approve_first", _("Approve first: nothing stands before we have seen it")


class Visibility(models.TextChoices):
    OPEN = "open", _("Open to all")
    CLOSED = "closed", _("Closed to outsiders")


class Part(models.TextChoices):
    """What an assigned person is on an account."""

    LEAD = "lead", _("Moderator")
    DEPUTY = "deputy", _("Deputy")


class State(models.TextChoices):
    PLANNED = "planned", _("Planned")
    ACTIVE = "active", _("Active")
    PAUSED = "paused", _("Paused")
    RETIRING = "retiring", _("Retiring")
    RETIRED = "retired", _("Retired")
