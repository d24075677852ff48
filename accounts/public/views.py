"""What everyone may see without logging in: the register, whether an address is ours, and how to report."""

import datetime as dt

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.public.verification import answer, in_doubt, with_doubts
from accounts.register.forms import PublicFilter
from accounts.register.models import OfficialAccount, State
from accounts.register.statement import profile_statement
from accounts.register.tables import name_cell
from governance.access import public
from governance.pages.lists import Column, table_of
from governance.templatetags.talerstol import state_tag

A_PAGE = 25
COLUMNS = [
    Column(gettext_lazy("Account")),
    Column(gettext_lazy("Platform")),
    Column(gettext_lazy("Unit")),
    Column(gettext_lazy("State")),
]
SECURITY_TXT_DAYS = 180


@public
@require_safe
def register(request):
    """The public register (S27, B22): what citizens can meet now, and what was ours."""
    form = PublicFilter(request.GET)
    table = table_of(
        request,
        form.narrow(with_doubts(OfficialAccount.objects.public())).order_by("name", "pk"),
        COLUMNS,
        _cells,
        per_page=A_PAGE,
        caption=_("Our official accounts"),
        empty_text=_("No account fits the search. Clear the filters to see all."),
    )
    context = {"title": _("Our official accounts"), "form": form, "table": table}
    return render(request, "accounts/public/register.html", context)


def _cells(page: QuerySet) -> list[list[str]]:
    labels = {**dict(State.choices), State.RETIRED: _("Formerly ours")}
    tags = {state: state_tag(state, label) for state, label in labels.items()}
    rows = []
    for account in page:
        stands, doubt = tags[account.state], in_doubt(account)
        if doubt and account.state != State.RETIRED:
            stands = format_html('{}<br><span class="subtle">{}</span>', stands, doubt.label)
        url = reverse("accounts:public_account", args=[account.pk])
        rows.append([name_cell(url, account.name, account.handle), account.platform, account.unit, stands])
    return rows


@public
@require_safe
def register_account(request, pk):
    now = timezone.now()
    account = get_object_or_404(with_doubts(OfficialAccount.objects.with_a_public_page()), pk=pk)
    confirmed = account.unconfirmed_since is None
    context = {
        "title": account.name,
        "account": account,
        "retired": account.state == State.RETIRED,
        "confirmed": confirmed,
        "doubt": in_doubt(account),
        # What says how we answer there says that it is ours.
        "statement": (
            profile_statement(account, get_language()) if confirmed and account.state != State.RETIRED else None
        ),
        "pause": account.pauses.running(now).first(),
    }
    return render(request, "accounts/public/account.html", context)


@public
@require_safe
def verify(request):
    """Is this account really ours? Official, formerly official, or unknown, for any address someone pastes."""
    url = request.GET.get("url", "").strip()[:2000]
    context = {"title": _("Is this account really ours?"), "url": url, "answer": answer(url) if url else None}
    return render(request, "accounts/public/verify.html", context)


@public
@require_safe
def report(request):
    """How to report unlawful content or an account that passes itself off as ours."""
    context = {"title": _("Report unlawful content"), "contact": settings.SECURITY_CONTACT}
    return render(request, "accounts/public/report.html", context)


@public
@require_safe
def accessibility(request):
    if settings.ACCESSIBILITY_STATEMENT_URL:
        return redirect(settings.ACCESSIBILITY_STATEMENT_URL)
    context = {"title": _("Accessibility"), "contact": settings.SECURITY_CONTACT}
    return render(request, "accounts/public/accessibility.html", context)


def _text(lines: list[str]) -> HttpResponse:
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")


@public
@require_safe
def trust_txt(request):
    """The body's own list of its social accounts, for machines (trust.txt by JournalList)."""
    running = with_doubts(OfficialAccount.objects.running().exclude(url="")).order_by("platform__name", "url")
    urls = [account.url for account in running if not in_doubt(account)]
    return _text([f"# {settings.BODY_NAME}", *(f"social={url}" for url in urls)])


@public
@require_safe
def security_txt(request):
    """RFC 9116. Expires well within a year, and is written anew at each request."""
    expires = timezone.now() + dt.timedelta(days=SECURITY_TXT_DAYS)
    contact = settings.SECURITY_CONTACT or settings.SITE_URL + reverse("accounts:report")
    if "@" in contact and ":" not in contact:
        contact = f"mailto:{contact}"
    return _text(
        [
            f"Contact: {contact}",
            f"Expires: {expires.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}",
            "Preferred-Languages: nb, nn, da, en",
            f"Canonical: {settings.SITE_URL}{reverse('accounts:security_txt')}",
        ]
    )


@public
@require_safe
def robots_txt(request):
    """Search engines may read the public pages; the rest asks for log-in anyway."""
    allowed = [reverse(f"accounts:{name}") for name in ("public_register", "verify", "report", "accessibility")]
    return _text(["User-agent: *", *(f"Allow: {path}" for path in allowed), "Allow: /.well-known/", "Disallow: /"])
