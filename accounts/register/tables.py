"""The register as a table."""

import django_tables2 as tables
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _

from accounts.register.models import OfficialAccount
from governance.templatetags.talerstol import state_tag


class RegisterTable(tables.Table):
    """Rows come from `with_people()`: no query per row."""

    name = tables.Column(verbose_name=_("Account"))
    platform = tables.Column(verbose_name=_("Platform"), order_by=("platform__name", "name"))
    unit = tables.Column(verbose_name=_("Unit"), order_by=("unit__name", "name"))
    state = tables.Column(verbose_name=_("State"))
    people = tables.Column(verbose_name=_("Moderators and deputies"), empty_values=(), orderable=False)
    last_activity_at = tables.DateColumn(verbose_name=_("Last activity"), format="SHORT_DATE_FORMAT", default="–")

    class Meta:
        model = OfficialAccount
        fields = ("name", "platform", "unit", "state", "people", "last_activity_at")
        order_by = ("name",)
        empty_text = _("No account fits the search. Clear the filters to see all.")
        caption = _("The register of accounts")

    def render_name(self, value, record):
        link = format_html('<a class="ds-link" href="{}">{}</a>', record.get_absolute_url(), value)
        return format_html('{}<br><span class="subtle">{}</span>', link, record.handle) if record.handle else link

    def render_state(self, record):
        return state_tag(record.state, record.get_state_display())

    def render_people(self, record):
        rows = [
            (row.person.name, row.get_part_display() if row.accepted_at else _("asked")) for row in record.open_roles
        ]
        return format_html_join(mark_safe("<br>"), "{} ({})", rows) or "–"
