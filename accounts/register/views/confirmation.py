"""Whoever is responsible says of an account that came without a decision: it is ours, or it is not."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.register.confirmation import confirm
from accounts.register.moves import disown
from accounts.register.views.register import account_or_404, ending_page, tell_errors
from governance.access import Permission, requires


@requires(Permission.SEE_REGISTER)
@require_POST
def account_confirm(request, pk):
    """One click; `seen` says what stood on the page on which it was made."""
    now, found = timezone.now(), account_or_404(request, pk)
    try:
        confirmed = confirm(found, by=request.user, now=now, seen=request.POST.get("seen"))
    except ValidationError as error:
        tell_errors(request, error)
    else:
        if confirmed:
            messages.success(
                request, _("The account is confirmed. Once it is open, the public is told that it is ours.")
            )
        else:
            messages.info(request, _("That was done already."))
    return redirect(found)


@requires(Permission.SEE_REGISTER)
@require_http_methods(["GET", "HEAD", "POST"])
def account_disown(request, pk):
    return ending_page(
        request,
        pk,
        disown,
        title=_("This is not ours"),
        lead=_("The account leaves the register, and whoever registered it is told why. Its handle is free again."),
        done=_("The account is out of the register."),
        permission=Permission.CONFIRM_ACCOUNT,
    )
