"""The pages of log-in and password, and API tokens: issued by administrators, agreed to by who answers for them."""

from allauth.account import views as allauth
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from governance.access import Permission, demand_place, requires, signed_in
from governance.operations.views.settings import settings_crumbs
from governance.pages.forms import form_page, posted
from governance.signin.forms import TokenForm
from governance.signin.fresh import demand_fresh
from governance.signin.login import DEMO_PASSWORD, DEMO_PEOPLE
from governance.signin.tokens import ApiToken, token_rows
from governance.units.models import Unit

TOKENS_A_PAGE = 50


@requires(Permission.EDIT_SETTINGS)
@require_safe
def tokens(request):
    demand_place(request.user, Permission.EDIT_SETTINGS, None)
    found = ApiToken.objects.select_related("unit", "person", "owner").order_by("revoked_at", "-created_at", "-pk")
    page = Paginator(found, TOKENS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "title": _("API tokens"),
        "crumbs": settings_crumbs(),
        "page": page,
        "tokens": token_rows(page, timezone.now()),
    }
    return render(request, "governance/signin/tokens.html", context)


def _crumbs() -> list[tuple]:
    return [*settings_crumbs(), (_("API tokens"), reverse("tokens"))]


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


class ReauthenticateView(AnswersUnprocessable, allauth.ReauthenticateView):
    """The password once more, before what takes a fresh log-in."""


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
    now, token = timezone.now(), None
    with transaction.atomic():
        if request.method == "POST":
            # The same form sent twice at once: the second waits here, and then finds the token.
            Unit.objects.select_for_update().filter(parent=None).order_by("pk").first()
        form = TokenForm(posted(request), now=now)
        if request.method == "POST" and form.sent_before():
            messages.info(request, _("That was done already. The token was shown then, and is not shown again."))
            return redirect("tokens")
        if request.method == "POST" and form.is_valid():
            token, secret = ApiToken.issue(by=request.user, now=now, **form.issued())
    if token:
        asked = [] if token.approved_at else token.who_may_approve(now)
        context = {"title": _("The new token"), "crumbs": _crumbs(), "token": token, "secret": secret, "asked": asked}
        response = render(request, "governance/signin/token.html", context)
        response["Cache-Control"] = "no-store"
        return response
    return form_page(
        request,
        form,
        title=_("New API token"),
        lead=_("The token is shown once. Keep it where the other system reads it, never in an e-mail."),
        crumbs=_crumbs(),
        cancel=reverse("tokens"),
        submit=_("Issue the token"),
    )


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def token_approve(request, pk):
    """Whoever is asked for a token agrees to it, or refuses it for good."""
    now = timezone.now()
    token = get_object_or_404(ApiToken.objects.select_related("unit", "person", "owner", "created_by"), pk=pk)
    if not token.may_approve(request.user, now):
        raise Http404
    if request.method == "POST":
        if "refuse" in request.POST and token.approved_at is None:
            done = token.revoke(by=request.user, now=now)
        else:
            demand_fresh(request)
            done = token.approve(by=request.user, now=now)
        if not done:
            messages.info(request, _("That was done already."))
        elif token.revoked_at:
            messages.success(request, _("The token “%(name)s” is revoked.") % {"name": token})
        else:
            messages.success(request, _("The token “%(name)s” is valid now.") % {"name": token})
        return redirect("me")
    context = {
        "title": _("A system asks for access: %(name)s") % {"name": token},
        "crumbs": [(request.user.name, reverse("me"))],
        "token": token,
        "waiting": token.is_standing(now) and token.approved_at is None,
    }
    return render(request, "governance/signin/token_approve.html", context)


@signed_in
@require_POST
def token_revoke(request, pk):
    """By administrators, and by the token's owner or the person it acts as."""
    token = ApiToken.objects.filter(pk=pk).first()
    own = token is not None and request.user.pk in (token.owner_id, token.person_id)
    if not own:
        demand_place(request.user, Permission.EDIT_SETTINGS, None)
    if token is None:
        raise Http404
    if token.revoke(by=request.user, now=timezone.now()):
        messages.success(request, _("The token “%(name)s” is revoked.") % {"name": token})
    else:
        messages.info(request, _("That was done already."))
    return redirect("me" if own else "tokens")
