"""The audit trail in words: labels of fields and readable values for what stands there as JSON."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.utils import formats, timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from governance.audit.models import AuditEvent
from governance.policy import events as policy_events
from governance.policy.settings import SETTINGS

APPS = ("governance", "accounts", "guidelines")

# The kinds of things the trail speaks of, in the order of the filter's menu.
SUBJECTS = {
    "application": gettext_lazy("Application"),
    "officialaccount": gettext_lazy("Account"),
    "assignment": gettext_lazy("Role on an account"),
    "post": gettext_lazy("Post"),
    "flag": gettext_lazy("Flag"),
    "guideline": gettext_lazy("Guideline"),
    "version": gettext_lazy("Guideline version"),
    "acknowledgement": gettext_lazy("Acknowledgement"),
    "readytext": gettext_lazy("Ready text"),
    "unit": gettext_lazy("Unit"),
    "person": gettext_lazy("Person"),
    "rolegrant": gettext_lazy("Role"),
    "substitute": gettext_lazy("Substitute"),
    "absence": gettext_lazy("Absence"),
    "closingday": gettext_lazy("Closing day"),
    "platform": gettext_lazy("Platform"),
    "platformassessment": gettext_lazy("Platform assessment"),
    "apitoken": gettext_lazy("API token"),
    "hooksource": gettext_lazy("Webhook"),
    "notice": gettext_lazy("Notice"),
    "import": gettext_lazy("Import"),
}

# What stands in the trail beside fields of the subject itself.
OTHER_LABELS = {
    "reason": gettext_lazy("Reason"),
    "held": gettext_lazy("Held"),
    "roles": gettext_lazy("Roles"),
    "person": gettext_lazy("Person"),
    "is_active": gettext_lazy("May log in"),
    "accepted": gettext_lazy("Accepted"),
    "changed": gettext_lazy("Changed"),
    "unchanged": gettext_lazy("Unchanged"),
    "rejected": gettext_lazy("Rejected"),
    "cancelled_at": gettext_lazy("Called off"),
    "revoked_at": gettext_lazy("Revoked"),
    "ends_at": gettext_lazy("Until"),
    "starts": gettext_lazy("From"),
    "ends": gettext_lazy("Until"),
    "expires_at": gettext_lazy("Expires"),
    "opened_at": gettext_lazy("Opened"),
    "closed_at": gettext_lazy("Closed"),
    "due_at": gettext_lazy("Answer due"),
    "held_at": gettext_lazy("Holding reply"),
    "section_since": gettext_lazy("With the information section since"),
    "section_due_at": gettext_lazy("To be dealt with by"),
    "falls_to": gettext_lazy("Who takes over"),
    "application": gettext_lazy("Application"),
    "version": gettext_lazy("Guideline version"),
    "languages": gettext_lazy("Languages"),
    "calendar_address": gettext_lazy("Calendar address"),
    # The opening checklist, in its own words.
    "own_password": gettext_lazy("The account has a strong password of its own"),
    "two_step": gettext_lazy("Two-step sign-in is on"),
    "shared_email": gettext_lazy("It is opened with a shared e-mail address that the body owns"),
    "recovery": gettext_lazy("It is written down who holds the recovery codes, not the codes themselves"),
    "statement": gettext_lazy("The profile statement is published on the account"),
}


def _subjects() -> dict[str | None, type[Model]]:
    return {model._meta.model_name: model for label in APPS for model in apps.get_app_config(label).get_models()}


def subject_label(subject_type: str) -> str:
    return str(SUBJECTS.get(subject_type, subject_type))


def in_words(event: AuditEvent) -> list[dict[str, str]]:
    """What changed: [{"label", "before", "after"}], in the order of the settings or fields."""
    model = _subjects().get(event.subject_type)
    # PostgreSQL keeps no order of keys.
    order = list(SETTINGS) if _is_policy(event) else [field.name for field in model._meta.fields] if model else []
    keys = sorted(
        event.before.keys() | event.after.keys(),
        key=lambda key: (order.index(key) if key in order else len(order), key),
    )
    return [
        {
            "label": _label(event, model, key),
            "before": _value(event, model, key, event.before[key]) if key in event.before else "",
            "after": _value(event, model, key, event.after[key]) if key in event.after else "",
        }
        for key in keys
    ]


def _label(event: AuditEvent, model, key: str) -> str:
    if _is_policy(event) and key in SETTINGS:
        return str(SETTINGS[key].label)
    if (field := _field(model, key)) and field._verbose_name:
        return capfirst(field.verbose_name)
    if key in OTHER_LABELS:
        return str(OTHER_LABELS[key])
    if named := _fields_called(key):
        return capfirst(named[0].verbose_name)
    return capfirst(key.replace("_", " "))


def _value(event: AuditEvent, model, key: str, value: Any) -> str:
    if value is None or value in ("", [], {}):
        return "–"
    if _is_policy(event) and key in SETTINGS:
        return _policy_words(key, value)
    fields = [field] if (field := _field(model, key)) else _fields_called(key)
    choices = {code: words for field in fields for code, words in getattr(field, "flatchoices", None) or ()}
    return _plain(value, choices)


def _plain(value: Any, choices: dict) -> str:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, list):
        return ", ".join(_plain(part, choices) for part in value)
    if isinstance(value, dict):
        return ", ".join(f"{name}: {_plain(part, {})}" for name, part in value.items())
    if not isinstance(value, str):
        return str(value)
    if value in choices:
        return str(choices[value])
    moment = _moment(value)
    return moment or value


def _moment(text: str) -> str:
    """An ISO day or moment as people here write it; "" for anything else."""
    try:
        if len(text) == 10 and (day := parse_date(text)):
            return formats.date_format(day, "SHORT_DATE_FORMAT")
        if len(text) > 15 and (moment := parse_datetime(text)):
            local = timezone.localtime(moment) if isinstance(moment, dt.datetime) and moment.tzinfo else moment
            return formats.date_format(local, "SHORT_DATETIME_FORMAT")
    except ValueError:
        pass  # it only looked like one
    return ""


def _is_policy(event: AuditEvent) -> bool:
    return event.event in (policy_events.POLICY_CHANGED, policy_events.POLICY_PRESET)


def _policy_words(key: str, value: Any) -> str:
    try:
        return SETTINGS[key].in_words(value)
    except (ValueError, KeyError, TypeError):  # a value that the setting no longer knows
        return _plain(value, {})


@cache
def _fields_called(key: str) -> list:
    """Fields of any model with this name and a label of their own: a trail about an account names roles on it."""
    models = _subjects().values()
    return [field for model in models if (field := _field(model, key)) and field._verbose_name]


def _field(model, key: str):
    try:
        field = model._meta.get_field(key) if model else None
    except FieldDoesNotExist:
        return None
    return field if field is not None and field.concrete else None
