"""The register as a table."""

from collections import defaultdict

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.moderators.models import Assignment
from accounts.register.choices import Part
from accounts.register.models import State
from governance.pages.lists import Column, Table, table_of
from governance.templatetags.talerstol import state_tag

A_PAGE = 25
COLUMNS = [
    Column(gettext_lazy("Account"), "name", ["name"]),
    Column(gettext_lazy("Platform"), "platform", ["platform__name", "name"]),
    Column(gettext_lazy("Unit"), "unit", ["unit__name", "name"]),
    Column(gettext_lazy("State"), "state", ["state"]),
    Column(gettext_lazy("Moderators and deputies")),
    Column(gettext_lazy("Last activity"), "last_activity_at", ["last_activity_at"]),
]
SHOWN = ("pk", "name", "handle", "platform__name", "unit__name", "state", "unconfirmed_since", "last_activity_at")


def register_table(request: HttpRequest, accounts: QuerySet) -> Table:
    return table_of(
        request,
        accounts,
        COLUMNS,
        _cells,
        per_page=A_PAGE,
        caption=_("The register of accounts"),
        empty_text=_("No account fits the search. Clear the filters to see all."),
        first="name",
    )


def _cells(page: QuerySet) -> list[list[str]]:
    """The cells of each account. Two queries, and no account made: plain values are all that is shown."""
    rows = list(page.values_list(*SHOWN))
    people = _people([row[0] for row in rows])
    tags = {state: state_tag(state, label) for state, label in State.choices}
    unconfirmed = state_tag("unconfirmed", _("Not confirmed yet"))
    return [
        [
            name_cell(reverse("accounts:account", args=[pk]), name, handle),
            platform,
            unit,
            format_html("{} {}", tags[state], unconfirmed) if since and state != State.RETIRED else tags[state],
            format_html_join(mark_safe("<br>"), "{} ({})", people[pk]) or "–",
            formats.date_format(timezone.localtime(at), "SHORT_DATE_FORMAT") if at else "–",
        ]
        for pk, name, handle, platform, unit, state, since, at in rows
    ]


def _people(accounts: list[int]) -> dict[int, list[tuple[str, str]]]:
    """{account: (name, part) of each moderator and deputy}, the moderators first."""
    people: dict[int, list[tuple[str, str]]] = defaultdict(list)
    roles = Assignment.objects.open().filter(account__in=accounts).order_by("-part", "rank", "starts_on", "pk")
    parts, asked = {part.value: str(part.label) for part in Part}, _("asked")
    for account, name, part, accepted_at in roles.values_list("account", "person__name", "part", "accepted_at"):
        people[account].append((name, parts[part] if accepted_at else asked))
    return people


def name_cell(url: str, name: str, handle: str) -> str:
    """An account's name as a link, and its handle below where it has one."""
    if not handle:
        return format_html('<a class="ds-link" href="{}">{}</a>', url, name)
    return format_html('<a class="ds-link" href="{}">{}</a><br><span class="subtle">{}</span>', url, name, handle)
