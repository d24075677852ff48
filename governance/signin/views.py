"""The pages of log-in and password, and API tokens, which administrators issue and revoke."""

import datetime as dt

from allauth.account import views as allauth
from django.conf import settings
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from governance.access import Permission, demand_place, requires
from governance.calendar.hours import midnight
from governance.operations.views.settings import settings_crumbs
from governance.pages.forms import form_page, posted
from governance.signin.forms import TokenForm
from governance.signin.login import DEMO_PASSWORD, DEMO_PEOPLE
from governance.signin.tokens import ApiToken


class AnswersUnprocessable:
    """allauth shows a bad form again with 200; here, as everywhere in the portal, the answer says that it is bad."""

    def form_invalid(self, form):
        response = super().form_invalid(form)
        response.status_code = 422
        return response


class PasswordChangeView(AnswersUnprocessable, allauth.PasswordChangeView):
    pass


class PasswordResetView(AnswersUnprocessable, allauth.PasswordResetView):
    pass


class PasswordResetFromKeyView(AnswersUnprocessable, allauth.PasswordResetFromKeyView):
    pass


class LoginView(AnswersUnprocessable, allauth.LoginView):
    """allauth's page; where demo data is on it tells who can log in."""

    def get_context_data(self, **kwargs):
        demo = {"demo_people": [(email, role.label) for email, role in DEMO_PEOPLE], "demo_password": DEMO_PASSWORD}
        return super().get_context_data(**kwargs) | (demo if settings.DEMO else {})


@requires(Permission.EDIT_SETTINGS)
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_variables("secret")
def token_new(request):
    demand_place(request.user, Permission.EDIT_SETTINGS, None)
    now = timezone.now()
    form = TokenForm(posted(request), now=now)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        token, secret = ApiToken.issue(
            by=request.user,
            now=now,
            name=chosen["name"],
            scopes=chosen["scopes"],
            unit=chosen["unit"],
            person=chosen["person"],
            expires_at=midnight(chosen["expires_on"] + dt.timedelta(days=1)),
        )
        context = {"title": _("The new token"), "crumbs": settings_crumbs(), "token": token, "secret": secret}
        response = render(request, "governance/signin/token.html", context)
        response["Cache-Control"] = "no-store"
        return response
    return form_page(
        request,
        form,
        title=_("New API token"),
        lead=_("The token is shown once. Keep it where the other system reads it, never in an e-mail."),
        crumbs=settings_crumbs(),
        cancel=reverse("settings"),
        submit=_("Issue the token"),
    )


@requires(Permission.EDIT_SETTINGS)
@require_POST
def token_revoke(request, pk):
    demand_place(request.user, Permission.EDIT_SETTINGS, None)
    token = get_object_or_404(ApiToken, pk=pk)
    if token.revoke(by=request.user, now=timezone.now()):
        messages.success(request, _("The token “%(name)s” is revoked.") % {"name": token})
    else:
        messages.info(request, _("That was done already."))
    return redirect("settings")
