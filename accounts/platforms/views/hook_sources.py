"""Settings: the webhooks by which other systems hand in posts, and the addresses that Meta asks for."""

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.platforms.forms import HookSourceForm
from accounts.platforms.models import HookSource
from accounts.platforms.webhooks import META
from governance.access import Permission, demand_place, requires
from governance.pages.forms import form_page, posted
from governance.pages.lists import page_of
from governance.platforms.models import Platform
from governance.units.models import Unit

PER_PAGE = 50


@requires(Permission.EDIT_SETTINGS)
@require_safe
def hook_sources(request):
    demand_place(request.user, Permission.EDIT_SETTINGS, None)
    sources = HookSource.objects.select_related("token__unit", "token__created_by")
    rows = sources.order_by("token__revoked_at", "-token__created_at", "-pk")
    context = {
        "title": _("Webhooks"),
        "crumbs": _crumbs()[:1],
        "page": page_of(request, rows, PER_PAGE),
        "origin": settings.SITE_URL,
        "meta": [
            (platform.name, _address("hook_meta", platform.code)) for platform in Platform.objects.filter(code__in=META)
        ],
        "meta_ready": bool(settings.META_APP_SECRET and settings.META_VERIFY_TOKEN),
    }
    return render(request, "accounts/platforms/hook_sources.html", context)


@requires(Permission.EDIT_SETTINGS)
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_variables("secret")
def hook_source_new(request):
    demand_place(request.user, Permission.EDIT_SETTINGS, None)
    now, source = timezone.now(), None
    with transaction.atomic():
        if request.method == "POST":
            # The same form sent twice at once: the second waits here, and then finds the name taken.
            Unit.objects.select_for_update().filter(parent=None).first()
        form = HookSourceForm(posted(request), now=now)
        if request.method == "POST" and form.sent_before():
            messages.info(request, _("That was done already. The secret was shown then, and is not shown again."))
            return redirect("accounts:hook_sources")
        if request.method == "POST" and form.is_valid():
            source, secret = HookSource.issue(by=request.user, now=now, **form.issued())
    if source:
        context = {
            "title": _("The new webhook"),
            "crumbs": _crumbs(),
            "source": source,
            "asked": [] if source.token.approved_at else source.token.who_may_approve(now),
            "secret": secret,
            "address": _address("hook_generic", source.pk),
        }
        response = render(request, "accounts/platforms/hook_source.html", context)
        response["Cache-Control"] = "no-store"
        return response
    return form_page(
        request,
        form,
        title=_("New webhook"),
        lead=_("The secret is shown once. Keep it where the other system reads it, never in an e-mail."),
        crumbs=_crumbs(),
        cancel=reverse("accounts:hook_sources"),
        submit=_("Create the webhook"),
    )


@requires(Permission.EDIT_SETTINGS)
@require_POST
def hook_source_revoke(request, pk):
    demand_place(request.user, Permission.EDIT_SETTINGS, None)
    source = get_object_or_404(HookSource.objects.select_related("token"), pk=pk)
    if source.revoke(by=request.user, now=timezone.now()):
        messages.success(request, _("The webhook “%(name)s” is revoked.") % {"name": source})
    else:
        messages.info(request, _("That was done already."))
    return redirect("accounts:hook_sources")


def _crumbs() -> list[tuple]:
    return [(_("Settings"), reverse("settings")), (_("Webhooks"), reverse("accounts:hook_sources"))]


def _address(name: str, argument) -> str:
    return settings.SITE_URL + reverse(name, args=[argument])
