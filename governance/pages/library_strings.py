"""Words of Django and allauth that people meet here and that those lack in bokmål, nynorsk or Danish.

allauth has no nynorsk at all, and Django's Norwegian catalogues lag behind its code. What a library lacks would come
out in English, or in bokmål on a page in nynorsk. Standing here, the words are found by `makemessages`, are translated
with our own, and win over those of the libraries. Nothing imports this module. When a library changes its English
wording, the line here has to change with it.
"""

from django.utils.translation import gettext_noop as _
from django.utils.translation import ngettext_lazy

ALLAUTH = [
    # logging in
    _("Email"),
    _("Password"),
    _("Remember Me"),
    _("Forgot your password?"),
    _("The email address and/or password you specified are not correct."),
    _("Too many failed login attempts. Try again later."),
    _("This account is currently inactive."),
    # changing the password
    _("Current Password"),
    _("New Password"),
    _("New Password (again)"),
    _("Please type your current password."),
    _("You must type the same password each time."),
    _("Password successfully changed."),
    # a forgotten password: the pages, and the mail with the link
    _("Email address"),
    _("The email address is not assigned to any user account."),
    _("The password reset token was invalid."),
    _("Password Reset Email"),
    _("Hello from %(site_name)s!"),
    _(
        "You're receiving this email because you or someone else has requested a password reset for your user account."
        "\nIt can be safely ignored if you did not request a password reset. Click the link below to reset your "
        "password."
    ),
    _("Thank you for using %(site_name)s!\n%(site_domain)s"),
]

DJANGO = [
    ngettext_lazy(
        "This password is too short. It must contain at least %d character.",
        "This password is too short. It must contain at least %d characters.",
        "number",
    ),
    _("Constraint “%(name)s” is violated."),
]
