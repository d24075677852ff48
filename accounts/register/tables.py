"""The register as a table."""

from collections import defaultdict

import django_tables2 as tables
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.moderators.models import Assignment
from accounts.register.choices import Part
from accounts.register.models import State
from governance.templatetags.talerstol import state_tag


class RegisterTable(tables.Table):
    """`prepare` makes the cells from plain values. Two queries a page."""

    name = tables.Column(verbose_name=gettext_lazy("Account"))
    platform = tables.Column(verbose_name=gettext_lazy("Platform"), order_by=("platform__name", "name"))
    unit = tables.Column(verbose_name=gettext_lazy("Unit"), order_by=("unit__name", "name"))
    state = tables.Column(verbose_name=gettext_lazy("State"))
    people = tables.Column(verbose_name=gettext_lazy("Moderators and deputies"), orderable=False)
    last_activity_at = tables.Column(verbose_name=gettext_lazy("Last activity"))

    caption = gettext_lazy("The register of accounts")

    class Meta:
        order_by = ("name",)
        empty_text = gettext_lazy("No account fits the search. Clear the filters to see all.")

    def prepare(self, page: QuerySet) -> list[list[str]]:
        """The cells of each account, in the order of the columns."""
        rows = list(page.values("pk", "name", "handle", "platform__name", "unit__name", "state", "last_activity_at"))
        people = defaultdict(list)
        roles = Assignment.objects.open().filter(account__in=[row["pk"] for row in rows])
        roles = roles.order_by("-part", "rank", "starts_on", "pk")
        for account_id, name, part, accepted_at in roles.values_list("account", "person__name", "part", "accepted_at"):
            people[account_id].append((name, Part(part).label if accepted_at else _("asked")))
        tags = {state: state_tag(state, label) for state, label in State.choices}
        return [
            [
                _name(row),
                row["platform__name"],
                row["unit__name"],
                tags[row["state"]],
                format_html_join(mark_safe("<br>"), "{} ({})", people[row["pk"]]) or "–",
                _day(row["last_activity_at"]),
            ]
            for row in rows
        ]


def _name(row: dict) -> str:
    link = format_html(
        '<a class="ds-link" href="{}">{}</a>', reverse("accounts:account", args=[row["pk"]]), row["name"]
    )
    return format_html('{}<br><span class="subtle">{}</span>', link, row["handle"]) if row["handle"] else link


def _day(moment) -> str:
    return formats.date_format(timezone.localtime(moment), "SHORT_DATE_FORMAT") if moment else "–"
