"""Forms in the design system's look, and the date fields people here expect."""

import datetime as dt
import uuid

from django import forms
from django.forms.renderers import TemplatesSetting
from django.forms.utils import flatatt
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _

from governance.calendar.dates import DATE_FORMATS, DATETIME_FORMATS


class DesignedBoundField(forms.BoundField):
    def build_widget_attrs(self, attrs, widget=None):
        """For the field, and for each of several to choose among."""
        return {"class": "ds-input", **super().build_widget_attrs(attrs, widget)}

    @property
    def meanwhile(self) -> str:
        """What somebody else saved while the form was open, in words, where one must choose (`pages.revisions`)."""
        return getattr(self.form, "meanwhile", {}).get(self.name, "")

    @property
    def aria_describedby(self):
        described = super().aria_describedby
        return f"{described} {self.auto_id}_saved".strip() if self.meanwhile else described

    def as_widget(self, widget=None, attrs=None, only_initial=False):
        attrs = attrs or {}
        widget = widget or self.field.widget
        # Django's textareas say cols=40, which overrules the style sheet, and rows=10: a few are enough to start with.
        if isinstance(widget, forms.Textarea):
            rows = widget.attrs["rows"]
            attrs = {"cols": False, "rows": "4" if rows == "10" else rows, **attrs}
        return super().as_widget(widget, attrs, only_initial)


class Renderer(TemplatesSetting):
    form_template_name = "components/form.html"
    field_template_name = "components/field.html"
    bound_field_class = DesignedBoundField

    def render(self, template_name, context, request=None):
        if template_name == forms.Select.template_name:
            return _select(context["widget"])
        return super().render(template_name, context, request)


def _select(widget: dict) -> str:
    """As Django's template writes it. A filter has thirty options, and a template for each of them takes longer than
    all queries of the list below it.
    """
    lines: list[str] = []
    for group, options, _index in widget["optgroups"]:
        if group:
            lines.append(format_html('<optgroup label="{}">', group))
        for option in options:
            chosen = flatatt({"value": str(option["value"]), **option["attrs"]})
            lines.append(format_html("<option{}>{}</option>", chosen, option["label"]))
        if group:
            lines.append("</optgroup>")
    start = format_html('<select name="{}"{}>', widget["name"], flatatt(widget["attrs"]))
    return mark_safe("\n".join([start, *lines, "</select>"]))


class SentOnce(forms.Form):
    """A form whose second sending is known as such: `form_token` says which form it was."""

    form_token = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["form_token"].initial = uuid.uuid4

    def clean_form_token(self):
        return self.cleaned_data["form_token"] or uuid.uuid4()


class DateField(forms.DateField):
    """A day, written dd.mm.yyyy in every language here (the browser's own field shows American dates)."""

    widget = forms.DateInput(format="%d.%m.%Y", attrs={"autocomplete": "off", "inputmode": "numeric"})
    default_error_messages = {
        "invalid": _("“%(value)s” is not a day in the calendar. Write it as dd.mm.yyyy, such as 24.12.2026.")
    }

    def __init__(self, **kwargs):
        kwargs.setdefault("help_text", _("dd.mm.yyyy"))
        super().__init__(input_formats=DATE_FORMATS, **kwargs)

    def to_python(self, value):
        try:
            return super().to_python(value)
        except forms.ValidationError:
            raise forms.ValidationError(self.error_messages["invalid"], "invalid", {"value": value}) from None


class DateTimeField(forms.DateTimeField):
    """A moment in the body's own time zone, written dd.mm.yyyy hh:mm."""

    widget = forms.DateTimeInput(format="%d.%m.%Y %H:%M", attrs={"autocomplete": "off"})
    default_error_messages = {
        "invalid": _("“%(value)s” is not a day and time. Write it as dd.mm.yyyy hh:mm, such as 24.12.2026 15:00.")
    }

    def __init__(self, **kwargs):
        kwargs.setdefault("help_text", _("dd.mm.yyyy hh:mm"))
        super().__init__(input_formats=DATETIME_FORMATS, **kwargs)

    def to_python(self, value):
        try:
            return super().to_python(value)
        except forms.ValidationError:
            raise forms.ValidationError(self.error_messages["invalid"], "invalid", {"value": value}) from None

    def prepare_value(self, value):
        if isinstance(value, dt.datetime) and timezone.is_aware(value):
            value = timezone.localtime(value)
        return super().prepare_value(value)
