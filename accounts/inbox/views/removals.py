"""The log of what was removed (D53, D118): who, when, why, and how often for each reason."""

import datetime as dt

from django.db.models import Count, QuerySet
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.inbox.forms.post import RemovalFilter
from accounts.inbox.models import Post, Removal
from accounts.register.models import OfficialAccount
from governance.access import signed_in
from governance.calendar.hours import midnight
from governance.pages.exports import csv_response
from governance.pages.lists import page_of

REMOVALS_A_PAGE = 25


@signed_in
@require_safe
def removals(request):
    form, found = _chosen(request)
    page = page_of(request, found, REMOVALS_A_PAGE)
    counted = found.order_by().values("reason").annotate(posts=Count("pk")).order_by("-posts", "reason")
    context = {
        "title": _("Removed posts"),
        "form": form,
        "page": page,
        "counts": [(Removal.Reason(row["reason"]).label, row["posts"]) for row in counted],
        "narrowed": any(form.cleaned_data.values()) if form.is_valid() else False,
    }
    return render(request, "accounts/inbox/removals.html", context)


@signed_in
@require_safe
def removals_csv(request):
    _form, found = _chosen(request)
    headings = [_("Account"), _("Kind"), _("Posted"), _("Removed"), _("By"), _("Why"), _("In your own words")]
    rows = (
        (
            row.account.name,
            Post.Kind(row.kind).label,
            _moment(row.posted_at),
            _moment(row.removed_at),
            row.removed_by.name,
            row.get_reason_display(),
            row.note,
        )
        for row in found.iterator(chunk_size=500)
    )
    return csv_response("removals", headings, rows)


def _chosen(request) -> tuple[RemovalFilter, QuerySet]:
    """The filter, and what it leaves of the removals on accounts whose posts the person may see."""
    now = timezone.now()
    form = RemovalFilter(request.GET, person=request.user, now=now)
    chosen = form.cleaned_data if form.is_valid() else {}
    visible = OfficialAccount.objects.posts_visible_to(request.user, now=now)
    found = Removal.objects.filter(account__in=visible.values("pk")).select_related("account", "removed_by")
    if chosen.get("account"):
        found = found.filter(account=chosen["account"])
    if chosen.get("reason"):
        found = found.filter(reason=chosen["reason"])
    if chosen.get("since"):
        found = found.filter(removed_at__gte=midnight(chosen["since"]))
    if chosen.get("until"):
        found = found.filter(removed_at__lt=midnight(chosen["until"] + dt.timedelta(days=1)))
    return form, found


def _moment(moment) -> str:
    return date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT")
