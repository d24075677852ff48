"""What people are told of flags."""

from django.utils.translation import gettext_lazy as _

from governance.notices.kinds import Group, NoticeKind

REASONS = {
    "unanswered": _("Unanswered post"),
    "inactive": _("No activity"),
    "campaign_over": _("Past its end date"),
    "evaluation_due": _("Evaluation due"),
    "coverage_gap": _("Nobody on duty"),
    "handover": _("Needs a new holder"),
    "connection": _("The platform cannot be read"),
    "platform": _("Changed on the platform"),
    "section": _("Waits for the information section"),
    "no_address": _("Cannot be reached by mail"),
}
DECISIONS = {"keep": _("the account is kept"), "retire": _("the account is to be retired")}

FLAG_RAISED = NoticeKind(
    "flag_raised",
    _("A flag waits for you"),
    subject=_("%(reason)s: %(account)s"),
    body=_("A flag on “%(account)s” waits for you: %(reason)s."),
    group=Group.FLAGS,
    words={"reason": REASONS},
    further={"starts_at": _("No moderator and no deputy is on duty (from %(starts_at)s).")},
)
FLAG_DECIDED = NoticeKind(
    "flag_decided",
    _("A flag was decided"),
    subject=_("A flag was decided: %(account)s"),
    body=_("The information section has decided about “%(account)s” (%(reason)s): %(decision)s."),
    group=Group.FLAGS,
    words={"reason": REASONS, "decision": DECISIONS},
)
