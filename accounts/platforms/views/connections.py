"""Connecting an account to its platform, and how reading it goes. Secrets go in here, and never come out."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.connectors.base import Capability
from accounts.connectors.errors import ConnectorError
from accounts.inbox.intake import TAKES_POSTS
from accounts.platforms.connections import (
    connect,
    connector_of,
    disconnect,
    fetch_soon,
    is_another,
    pause,
    resume,
    try_access,
)
from accounts.platforms.forms import BACKFILL, ConnectForm, ConnectionFilter
from accounts.platforms.health import TROUBLED, Health, in_words, with_health
from accounts.platforms.models import Connection
from accounts.register.models import OfficialAccount
from accounts.register.views.register import crumbs
from governance.access import Permission, can, demand, signed_in
from governance.pages.forms import add_errors, form_page, posted
from governance.pages.lists import page_of

PER_PAGE = 25


def _account(request, pk: int, *, act: bool = False) -> OfficialAccount:
    """404 for those who may not see its posts; 403, where something is to be done, for those who may only see."""
    visible = OfficialAccount.objects.posts_visible_to(request.user).select_related("platform", "unit")
    account = get_object_or_404(visible, pk=pk)
    if act:
        demand(request.user, Permission.CONNECT_ACCOUNT, account)
    return account


def _crumbs(account: OfficialAccount) -> list[tuple]:
    return [*crumbs(account), (_("Connection"), reverse("accounts:connection", args=[account.pk]))]


@signed_in
@require_safe
def connections(request):
    """Those of the accounts whose posts the person may see, the most troubled first."""
    now, form = timezone.now(), ConnectionFilter(request.GET)
    visible = OfficialAccount.objects.posts_visible_to(request.user, now=now)
    found = with_health(Connection.objects.filter(account__in=visible.values("pk")), now)
    only_trouble = form.is_valid() and form.cleaned_data["trouble"]
    if only_trouble:
        found = found.filter(health__in=TROUBLED)
    found = found.select_related("account__platform", "account__unit", "paused_by")
    page = page_of(request, found.order_by("health", "account__name", "pk"), PER_PAGE)
    context = {
        "title": _("Connections"),
        "crumbs": crumbs(),
        "form": form,
        "page": page,
        "rows": [(connection, Health(connection.health), in_words(connection)) for connection in page],
        "only_trouble": only_trouble,
        "unconnected": visible.filter(state__in=TAKES_POSTS, connection=None).count(),
    }
    return render(request, "accounts/platforms/connections.html", context)


@signed_in
@require_safe
def connection(request, pk):
    now, account = timezone.now(), _account(request, pk)
    found = with_health(Connection.objects.filter(account=account), now)
    found = found.select_related("paused_by", "connected_by").first()
    connector = connector_of(account)
    capabilities = connector.capabilities if connector else frozenset()
    context = {
        "title": _("Connection of %(account)s") % {"account": account},
        "crumbs": crumbs(account),
        "account": account,
        "connection": found,
        "health": Health(found.health) if found else None,
        "words": in_words(found) if found else "",
        "stands_still": found and (found.paused_at or found.stopped_at),
        "can_be_read": connector is not None,
        "is_read": [one.label for one in Capability if one in capabilities],
        "not_measurable": [one.label for one in Capability if one not in capabilities],
        "may_connect": can(request.user, Permission.CONNECT_ACCOUNT, account, now=now),
        "may_register": can(request.user, Permission.ANSWER_POSTS, account, now=now),
        "takes_posts": account.state in TAKES_POSTS,
    }
    return render(request, "accounts/platforms/connection.html", context)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(no_store=True)
@sensitive_post_parameters()
@sensitive_variables()
def connection_new(request, pk):
    """Try what was filled in, and keep it where it opens the account; the platform is asked outside a transaction."""
    now, account = timezone.now(), _account(request, pk, act=True)
    connector = connector_of(account)
    if not connector or account.state not in TAKES_POSTS:
        messages.info(request, _("This account cannot be connected."))
        return redirect("accounts:connection", pk=account.pk)
    form = ConnectForm(posted(request), connector=connector)
    if request.method == "POST" and form.is_valid() and _connected(request, account, form, now):
        return redirect("accounts:connection", pk=account.pk)
    context = {
        "title": _("Connect %(account)s") % {"account": account},
        "crumbs": _crumbs(account),
        "account": account,
        "guide": connector.guide,
        "form": form,
    }
    return render(request, "accounts/platforms/connection_new.html", context, status=422 if form.errors else 200)


@sensitive_variables()
def _connected(request, account: OfficialAccount, form: ConnectForm, now) -> bool:
    """Whether the account is connected; otherwise the form says why not."""
    try:
        checked, credentials = try_access(account, form.credentials(), now)
    except ConnectorError as error:
        form.add_error(None, f"{error.code.label} ({error.detail})" if error.detail else str(error.code.label))
        return False
    confirmed = form.confirms(checked)
    if is_another(account, checked) and not can(request.user, Permission.EDIT_ACCOUNT, account, now=now):
        form.refuse_another(account, checked)
        return False
    if is_another(account, checked) and not confirmed:
        form.ask_whether_same(account, checked)
        return False
    try:
        days = form.cleaned_data[BACKFILL]
        connect(account, credentials, checked, backfill_days=days, confirmed=confirmed, by=request.user, now=now)
    except ValidationError as error:
        add_errors(form, error)
        return False
    messages.success(request, _("The account is connected. It is read in a moment."))
    if checked.missing_rights:
        rights = ", ".join(checked.missing_rights)
        messages.warning(request, _("The access lacks these rights: %(rights)s") % {"rights": rights})
    return True


def _to_act_on(request, pk: int) -> tuple[OfficialAccount, Connection | None]:
    account = _account(request, pk, act=True)
    found = Connection.objects.select_related("account").filter(account=account).first()
    if not found:
        messages.info(request, _("The account is not connected."))
    return account, found


@signed_in
@require_POST
def connection_read(request, pk):
    now, (account, found) = timezone.now(), _to_act_on(request, pk)
    if found and (found.paused_at or found.stopped_at):
        messages.info(request, _("Nothing is read while it is paused or stopped. Resume it first."))
    elif found:
        fetch_soon(found, now)
        messages.success(request, _("The account is read in a moment."))
    return redirect("accounts:connection", pk=account.pk)


@signed_in
@require_POST
def connection_pause(request, pk):
    now, (account, found) = timezone.now(), _to_act_on(request, pk)
    if found and pause(found, by=request.user, now=now):
        messages.success(request, _("Reading is paused."))
    elif found:
        messages.info(request, _("That was done already."))
    return redirect("accounts:connection", pk=account.pk)


@signed_in
@require_POST
def connection_resume(request, pk):
    now, (account, found) = timezone.now(), _to_act_on(request, pk)
    if found and resume(found, by=request.user, now=now):
        messages.success(request, _("Reading goes on from where it was left."))
    elif found:
        messages.info(request, _("That was done already."))
    return redirect("accounts:connection", pk=account.pk)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def connection_disconnect(request, pk):
    now, (account, found) = timezone.now(), _to_act_on(request, pk)
    if found and request.method != "POST":
        return form_page(
            request,
            Form(),
            title=_("Disconnect %(account)s") % {"account": account},
            lead=_(
                "The portal forgets its access to the platform for good. The posts stay, and are closed by hand from "
                "now on."
            ),
            crumbs=_crumbs(account),
            cancel=found.get_absolute_url(),
            submit=_("Disconnect"),
            danger=True,
        )
    if found:
        disconnect(found, by=request.user, now=now)
        messages.success(request, _("The account is disconnected. Its secrets are gone."))
    return redirect("accounts:connection", pk=account.pk)
