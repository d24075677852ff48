"""All applications one may see: those that wait for one's decision first, then the whole list."""

from __future__ import annotations

import datetime as dt

from django import forms
from django.db.models import Q, QuerySet
from django.shortcuts import render
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.applications.deciders import waiting_for_decision
from accounts.applications.models import Application, Status
from governance.access import signed_in
from governance.pages.lists import Column, table_of
from governance.templatetags.talerstol import state_tag
from governance.units.fields import UnitChoiceField
from governance.units.models import Unit

ROWS_A_PAGE = 25
COLUMNS = [
    Column(capfirst(_("name of the account")), "name", ["name"]),
    Column(_("Unit"), "unit", ["unit__name"]),
    Column(_("Platform"), "platform", ["platform__name"]),
    Column(_("Applicant"), "applicant", ["applicant__name"]),
    Column(capfirst(_("status")), "status", ["status"]),
    Column(_("Sent"), "submitted_at", ["submitted_at"]),
    Column(_("Changed"), "changed_at", ["changed_at"]),
]
SHOWN = ("pk", "name", "unit__name", "platform__name", "applicant__name", "status", "submitted_at", "changed_at")


class ApplicationFilter(forms.Form):
    q = forms.CharField(label=_("Search"), required=False)
    status = forms.ChoiceField(label=capfirst(_("status")), required=False, choices=[("", _("All")), *Status.choices])
    unit = UnitChoiceField(Unit.objects.all(), required=False)
    mine = forms.BooleanField(label=_("Only mine"), required=False)

    def narrow(self, applications, person):
        self.is_valid()  # what does not hold counts as not said
        if words := self.cleaned_data.get("q"):
            applications = applications.filter(
                Q(name__icontains=words) | Q(applicant__name__icontains=words) | Q(platform__name__icontains=words)
            )
        for name in ("status", "unit"):
            if chosen := self.cleaned_data.get(name):
                applications = applications.filter(**{name: chosen})
        return applications.filter(applicant=person) if self.cleaned_data.get("mine") else applications


def _cells(page: QuerySet) -> list[list[str]]:
    unnamed = gettext("Unnamed application")
    tags = {status: state_tag(status, label) for status, label in Status.choices}
    return [
        [
            format_html(
                '<a class="ds-link" href="{}">{}</a>', reverse("accounts:application", args=[pk]), name or unnamed
            ),
            unit,
            platform or "–",
            applicant,
            tags[status],
            _day(sent) if sent else "–",
            _day(changed),
        ]
        for pk, name, unit, platform, applicant, status, sent, changed in page.values_list(*SHOWN)
    ]


def _day(moment: dt.datetime) -> str:
    return formats.date_format(timezone.localtime(moment), "DATE_FORMAT")


@signed_in
@require_safe
def applications(request):
    now = timezone.now()
    form = ApplicationFilter(request.GET)
    table = table_of(
        request,
        form.narrow(Application.objects.visible_to(request.user, now=now), request.user),
        COLUMNS,
        _cells,
        per_page=ROWS_A_PAGE,
        caption=_("Applications"),
        empty_text=_("No application fits."),
        first="-changed_at",
    )
    context = {
        "title": _("Applications"),
        "waiting": waiting_for_decision(request.user, now),
        "form": form,
        "table": table,
    }
    return render(request, "accounts/applications/application_list.html", context)
