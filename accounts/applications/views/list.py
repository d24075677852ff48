"""All applications one may see: those that wait for one's decision first, then the whole list."""

from __future__ import annotations

import django_filters
import django_tables2 as tables
from django import forms
from django.db.models import Q
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.applications.deciders import waiting_for_decision
from accounts.applications.models import Application, Status
from accounts.register.forms import UnitFilter
from governance.access import signed_in
from governance.pages.lists import sort_and_page
from governance.templatetags.talerstol import state_tag
from governance.units.models import Unit

ROWS_A_PAGE = 25


class ApplicationFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="search", label=_("Search"))
    status = django_filters.ChoiceFilter(choices=Status.choices, empty_label=_("All"))
    unit = UnitFilter(queryset=Unit.objects.all())
    mine = django_filters.BooleanFilter(method="only_mine", label=_("Only mine"), widget=forms.CheckboxInput)

    class Meta:
        model = Application
        fields = ["q", "status", "unit", "mine"]

    def search(self, applications, name, value):
        return applications.filter(
            Q(name__icontains=value) | Q(applicant__name__icontains=value) | Q(platform__name__icontains=value)
        )

    def only_mine(self, applications, name, value):
        return applications.filter(applicant=self.request.user) if value else applications


class ApplicationTable(tables.Table):
    name = tables.Column(linkify=True, empty_values=(), attrs={"a": {"class": "ds-link"}})
    unit = tables.Column(accessor="unit__name", verbose_name=_("Unit"))
    platform = tables.Column(accessor="platform__name", verbose_name=_("Platform"), default="–")
    applicant = tables.Column(accessor="applicant__name", verbose_name=_("Applicant"))
    status = tables.Column()
    submitted_at = tables.DateColumn(verbose_name=_("Sent"), short=False, default="–")
    changed_at = tables.DateColumn(verbose_name=_("Changed"), short=False)

    class Meta:
        model = Application
        fields = ["name", "unit", "platform", "applicant", "status", "submitted_at", "changed_at"]
        order_by = "-changed_at"
        empty_text = _("No application fits.")
        caption = _("Applications")

    caption = _("Applications")

    def render_name(self, record):
        return str(record)

    def render_status(self, record):
        return state_tag(record.status, record.get_status_display())


@signed_in
@require_safe
def applications(request):
    now = timezone.now()
    rows = Application.objects.visible_to(request.user, now=now).select_related("unit", "platform", "applicant")
    filtered = ApplicationFilter(request.GET, queryset=rows, request=request)
    table = ApplicationTable(filtered.qs)
    sort_and_page(request, table, ROWS_A_PAGE)
    context = {
        "title": _("Applications"),
        "waiting": waiting_for_decision(request.user, now),
        "filter": filtered,
        "table": table,
    }
    return render(request, "accounts/applications/application_list.html", context)
