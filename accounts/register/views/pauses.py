"""Pauses of an account: planned, running, ended early."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.register.forms import PauseForm
from accounts.register.models import Pause
from accounts.register.moves import end_pause, plan_pause, resume
from accounts.register.views.register import account_or_404, crumbs, tell_errors
from governance.access import Permission, demand, requires
from governance.pages.forms import add_errors, form_page, posted


@requires(Permission.SEE_REGISTER)
@require_http_methods(["GET", "HEAD", "POST"])
def pause_new(request, pk):
    """Close the account for a while, with a reason and an end (M19, M20)."""
    now, account = timezone.now(), account_or_404(request, pk)
    demand(request.user, Permission.PAUSE_ACCOUNT, account, now=now)
    form = PauseForm(posted(request), now=now)
    if request.method == "POST" and form.is_valid():
        try:
            plan_pause(account, by=request.user, now=now, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("The pause is registered. Put the notice below on the account."))
            return redirect(account.get_absolute_url() + "#pauses")
    return form_page(
        request,
        form,
        title=_("Pause the account"),
        lead=_("While it is paused, no answer time runs. The portal writes the notice for you to put on the account."),
        crumbs=crumbs(account),
        cancel=account.get_absolute_url(),
        submit=_("Register the pause"),
    )


@requires(Permission.SEE_REGISTER)
@require_POST
def pause_end(request, pk):
    now = timezone.now()
    pause = get_object_or_404(Pause.objects.select_related("account"), pk=pk)
    demand(request.user, Permission.PAUSE_ACCOUNT, pause.account, now=now)
    if end_pause(pause, by=request.user, now=now):
        messages.success(request, _("The pause is over. Take the notice off the account."))
    else:
        messages.info(request, _("The pause was over already."))
    return redirect(pause.account.get_absolute_url() + "#pauses")


@requires(Permission.SEE_REGISTER)
@require_POST
def account_resume(request, pk):
    """Back in use, whether or not the pause is of record (an import may say that an account is paused)."""
    now, account = timezone.now(), account_or_404(request, pk)
    demand(request.user, Permission.PAUSE_ACCOUNT, account, now=now)
    try:
        resumed = resume(account, by=request.user, now=now)
    except ValidationError as error:
        tell_errors(request, error)
    else:
        if resumed:
            messages.success(request, _("The account is in use again. Take the notice off it."))
        else:
            messages.info(request, _("The account is in use already."))
    return redirect(account)
