"""“We posted today”, with one click."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.inactivity.moves import posted_today
from accounts.register.views.register import account_or_404, tell_errors
from governance.access import Permission, demand, requires


@requires(Permission.SEE_REGISTER)
@require_POST
def account_posted(request, pk):
    now, account = timezone.now(), account_or_404(request, pk)
    demand(request.user, Permission.ANSWER_POSTS, account, now=now)
    try:
        noted = posted_today(account, by=request.user, now=now)
    except ValidationError as error:
        tell_errors(request, error)
    else:
        if noted:
            messages.success(request, _("It is noted that you posted today."))
        else:
            messages.info(request, _("It was noted already that you posted today."))
    return redirect(account)
