"""What people are told of tokens that act for them, and of changes of who may decide."""

from django.utils.translation import gettext_lazy as _

from governance.access import Role
from governance.notices.kinds import NoticeKind

TOKEN_WAITS = NoticeKind(
    "token_waits",
    _("A system asks for access"),
    subject=_("A system asks for access: %(token)s"),
    body=_(
        "%(by)s has made an API token, “%(token)s”, for the accounts of %(unit)s. It is worth nothing until you "
        "agree: you answer for it then."
    ),
)
TOKEN_HANDED_OVER = NoticeKind(
    "token_handed_over",
    _("You answer for an API token now"),
    subject=_("You answer for the API token “%(token)s” now"),
    body=_("%(by)s has handed the API token “%(token)s” over to you. You can revoke it on your own page."),
)

# Somebody must be able to act on these at once: they wait for no morning, and come by mail whatever one has chosen.
WHATS = {
    "granted": _("a role was granted"),
    "ended": _("a role was ended"),
    "substitute": _("appointed as a substitute"),
    "has_substitute": _("a substitute was appointed"),
    "substitute_ended": _("no longer a substitute"),
    "deactivated": _("deactivated"),
    "reactivated": _("reactivated"),
}
_DETAILS = {
    "role": _("The role: %(role)s, %(unit)s."),
    "other": _("The other person: %(other)s."),
}
_WORDS = {"role": dict(Role.choices), "what": WHATS}
ROLE_ASKED_FOR = NoticeKind(
    "role_asked_for",
    _("An administrator asks you to give somebody a role"),
    subject=_("An administrator asks you to give somebody a role"),
    body=_(
        "%(by)s changed the e-mail of %(person)s lately, and may therefore not give them the role: %(role)s. There is "
        "no other administrator. Ask %(person)s whether the address is theirs; then you can give the role."
    ),
    words={"role": dict(Role.choices)},
)
OWN_ADDRESS_CHANGED = NoticeKind(
    "own_address_changed",
    _("Your e-mail address in the portal was changed"),
    subject=_("Your e-mail address in the portal was changed"),
    body=_(
        "%(by)s changed your e-mail address in the portal. You are logged out everywhere, and log in with the new "
        "address. If you did not expect this, tell the information chief or an administrator at once."
    ),
    at_once=True,
)
ADDRESS_CHANGED = NoticeKind(
    "address_changed",
    _("The e-mail address of somebody who may decide was changed"),
    subject=_("The e-mail address of somebody who may decide was changed"),
    body=_(
        "%(by)s changed the e-mail address of %(person)s, who may decide in the portal. Whoever reads mail at the new "
        "address can act as %(person)s. If that is not right, deactivate the person and ask %(by)s."
    ),
    at_once=True,
)
OWN_RIGHTS_CHANGED = NoticeKind(
    "own_rights_changed",
    _("What you may decide was changed"),
    subject=_("What you may decide in the portal was changed"),
    body=_(
        "%(by)s changed what you may decide in the portal: %(what)s. If you did not expect this, tell the information "
        "chief or an administrator."
    ),
    words=_WORDS,
    further=_DETAILS,
    at_once=True,
)
RIGHTS_CHANGED = NoticeKind(
    "rights_changed",
    _("What somebody may decide was changed"),
    subject=_("What somebody may decide in the portal was changed"),
    body=_("%(by)s changed what %(person)s may decide in the portal: %(what)s."),
    words=_WORDS,
    further=_DETAILS,
    at_once=True,
)
