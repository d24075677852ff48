"""What applicants and deciders are told."""

from django.utils.translation import gettext_lazy as _

from governance.notices.kinds import Group, NoticeKind

OUTCOMES = {
    "approved": _("approved"),
    "conditions": _("approved with conditions"),
    "returned": _("sent back, because something is missing"),
    "rejected": _("rejected"),
}

APPLICATION_WAITS = NoticeKind(
    "application_waits",
    _("An application waits for you"),
    subject=_("An application waits for your decision: %(application)s"),
    body=_("The application “%(application)s” from %(unit)s waits for your decision."),
    group=Group.APPLICATIONS,
)
APPLICATION_SLOW = NoticeKind(
    "application_slow",
    _("An application still waits for you"),
    subject=_("An application still waits for your decision: %(application)s"),
    body=_("The application “%(application)s” from %(unit)s has waited for %(days)s days for your decision."),
    group=Group.APPLICATIONS,
)
APPLICATION_SUBSTITUTE = NoticeKind(
    "application_substitute",
    _("An application waits for you as substitute"),
    subject=_("An application waits for you as substitute: %(application)s"),
    body=_(
        "The application “%(application)s” from %(unit)s waits for a decision. You may decide it in place of "
        "%(in_place_of)s."
    ),
    once_with=APPLICATION_WAITS,
)
APPLICATION_STUCK = NoticeKind(
    "application_stuck",
    _("Nobody may decide an application"),
    subject=_("Nobody may decide an application: %(application)s"),
    body=_(
        "For the application “%(application)s” from %(unit)s there is nobody who may decide. Give somebody the "
        "role, or appoint a substitute."
    ),
)
APPLICATION_NOTIFIED = NoticeKind(
    "application_notified",
    _("An account was registered without a decision"),
    subject=_("An account was registered: %(application)s"),
    body=_("%(by)s has registered the account “%(application)s” for %(unit)s, where the policy asks for no decision."),
    group=Group.APPLICATIONS,
)
APPLICATION_DECIDED = NoticeKind(
    "application_decided",
    _("Your application is decided"),
    subject=_("Your application is decided: %(application)s"),
    body=_("Your application “%(application)s” is decided: %(outcome)s."),
    group=Group.APPLICATIONS,
    words={"outcome": OUTCOMES},
)
APPLICATION_COMMENTED = NoticeKind(
    "application_commented",
    _("A comment on an application"),
    subject=_("A comment on an application: %(application)s"),
    body=_("%(person)s has commented on the application “%(application)s”."),
    group=Group.APPLICATIONS,
)
APPLICATION_EXPIRING = NoticeKind(
    "application_expiring",
    _("Your draft expires soon"),
    subject=_("Your draft expires soon: %(application)s"),
    body=_("Your draft “%(application)s” has not been touched for a while. It expires on %(expires_on)s."),
    group=Group.APPLICATIONS,
)
