"""Two people, one form: the page carries what it was opened with, so that the second to save overwrites nothing unseen.

A form that changes what stands already mixes `Revised` in; its view is `@compared_again` and writes within
`with form.saving():`. Each field is compared three ways: what it was opened with, what stands now, what was sent.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property, wraps
from typing import Any

from django import forms
from django.db import models, transaction
from django.http import HttpResponse
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from governance.audit.models import AuditEvent

_LATEST = 20  # events of the trail in which the change is looked for
_TURNS = 20  # more than people who save in the same moment; a form that never stands still is a fault and ends so


class SavedMeanwhile(Exception):
    """Somebody saved between comparing and locking; `compared_again` goes through the view once more."""


def compared_again(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For views with `form.saving()`: where another saved in the very same moment, everything is read anew."""

    @wraps(view)
    def until_it_stands(*args, **kwargs) -> HttpResponse:
        for _turn in range(_TURNS - 1):
            try:
                return view(*args, **kwargs)
            except SavedMeanwhile:
                continue
        return view(*args, **kwargs)

    return until_it_stands


class Revised(forms.BaseForm):
    """Mixed in before `Form` or `ModelForm`: a form over values that somebody else may change meanwhile.

    Left alone by the sender, a field keeps what another saved. Changed by both, it is refused with both values: sent
    once more the sender's replaces the other, or gives way to it where its box is ticked. A form sent without a
    revision counts as opened now.

    A plain form says itself what `stands`, and which row the trail knows it by (`subject`).
    """

    instance: Any  # of a ModelForm, as are its options
    _meta: Any
    data: Any

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.meanwhile: dict[str, str] = {}  # by field, in words: what another saved, where the sender must choose
        self._contested: list[str] = []

    # --- what a form says of itself ---

    @property
    def subject(self) -> models.Model:
        """The row that the trail is about."""
        return self.instance

    @property
    def stands_already(self) -> bool:
        """Whether it changes something; one that adds compares nothing."""
        return self.subject.pk is not None

    def stands(self) -> dict[str, Any]:
        """What the form would be opened with now. Locks it until the transaction ends."""
        rows = type(self.instance)._base_manager.select_for_update(no_key=True)
        row = rows.filter(pk=self.instance.pk).first()
        if row is None:
            raise SavedMeanwhile
        return forms.model_to_dict(row, fields=self._meta.fields)

    def last_change(self) -> tuple[str, dt.datetime] | None:
        """Who changed it last, and when: the newest event that names a contested field, or the newest at all."""
        events = list(AuditEvent.objects.about(self.subject)[:_LATEST])
        named = [event for event in events if event.after.keys() & self.meanwhile.keys()]
        event = next(iter(named or events), None)
        return (event.actor_name, event.at) if event else None

    # --- what the page carries ---

    @property
    def revision_name(self) -> str:
        return self.add_prefix("revision")

    @property
    def theirs_name(self) -> str:
        """Of the boxes that take the other value."""
        return self.add_prefix("theirs")

    @property
    def opened_with(self) -> str:
        """The hidden field: a digest of what stands in each field. Shown again, the page has shown what stands now."""
        return " ".join(f"{name}={_digest(shown)}" for name, shown in self._standing.items())

    def read_again(self) -> None:
        """What was sent has been saved in part: from now on that is what the page was opened with."""
        self._standing = self._shown_of(self.stands())

    @cached_property
    def _standing(self) -> dict[str, list[str]]:
        return self._shown_of({name: self.get_initial_for_field(self.fields[name], name) for name in self.fields})

    def _shown_of(self, values: dict[str, Any]) -> dict[str, list[str]]:
        return {
            name: self._shown(name, values.get(name, field.initial))
            for name, field in self.fields.items()
            if not (field.widget.is_hidden or field.disabled or isinstance(field, forms.FileField))
        }

    def _shown(self, name: str, value: Any) -> list[str]:
        """A value as the page shows it, and as it comes back where nobody touches it."""
        field = self.fields[name]
        if isinstance(field.widget, forms.CheckboxInput):
            return ["on"] if value else []
        shown = field.widget.format_value(field.prepare_value(value))
        parts = shown if isinstance(shown, list | tuple) else [shown]
        return [str(part) for part in parts if part not in ("", None)]

    # --- comparing ---

    def full_clean(self):
        if self.is_bound and self.stands_already and self.revision_name in self.data:
            self._compare()
        super().full_clean()

    def _compare(self) -> None:
        """Where another's value stays or was chosen, it takes the place of what was sent, before anything is read."""
        opened = dict(re.findall(r"(\w+)=(\w+)", self.data[self.revision_name]))
        chosen = self.data.getlist(self.theirs_name)
        self.data, self._contested = self.data.copy(), []
        for name, shown in self._standing.items():
            stands = _digest(shown)
            was, sent = opened.get(name, stands), _digest(self._shown(name, self._sent(name)))
            if sent == stands or (was == stands and name in chosen) or (was != stands and was == sent):
                self.data.setlist(self.add_prefix(name), shown)
            elif was != stands:
                self._contested.append(name)

    def _sent(self, name: str) -> Any:
        return self.fields[name].widget.value_from_datadict(self.data, self.files, self.add_prefix(name))

    def _clean_fields(self):
        super()._clean_fields()  # type: ignore[misc]  # the stubs leave it out
        for name in self._contested:
            read = self.cleaned_data.get(name)
            if name in self.cleaned_data and _digest(self._shown(name, read)) == _digest(self._standing[name]):
                continue  # the same, written otherwise
            self.meanwhile[name] = self._in_words(name)
            self.add_error(name, _("Another value was saved while you had this page open. Choose one of the two."))
        if self.meanwhile:
            self.add_error(None, self._who_and_when())

    def _who_and_when(self) -> str:
        happened, change = _("This was changed after you opened it."), self.last_change()
        if change:
            who, at = change
            when = formats.date_format(timezone.localtime(at), "DATETIME_FORMAT")
            happened = _("This was changed by %(name)s on %(when)s, after you opened it.")
            happened %= {"name": who or _("the portal"), "when": when}
        to_do = _("Both values are shown below. Save again to keep yours, or tick the box to use the other.")
        return f"{happened} {to_do}"

    def _in_words(self, name: str) -> str:
        """What stands, for people to read."""
        field, shown = self.fields[name], self._standing[name]
        if isinstance(field.widget, forms.CheckboxInput):
            return _("Yes") if shown else _("No")
        if not shown:
            return _("Empty")
        if choices := getattr(field.widget, "choices", None):
            labels = dict(_flat(choices))
            return ", ".join(str(labels.get(part, part)) for part in shown)
        words_of = getattr(field, "words_of", str)
        return words_of(shown[0])

    def _differs(self, shown: dict[str, list[str]]) -> bool:
        """Of the fields that the form has by now: one that asks something only where need be goes while it is read."""
        return any(_digest(parts) != _digest(self._standing[name]) for name, parts in shown.items())

    # --- saving ---

    @contextmanager
    def saving(self) -> Iterator[None]:
        """The transaction in which the form is written: nobody else changes the row in it, or has since it was read.

        Raises SavedMeanwhile, for `compared_again`.
        """
        with transaction.atomic():
            if self.stands_already and self._differs(self._shown_of(self.stands())):
                raise SavedMeanwhile
            yield


def _flat(choices) -> Iterator[tuple[str, Any]]:
    """(value, label) of all choices, those in groups too."""
    for value, label in choices:
        if isinstance(label, list | tuple):
            yield from _flat(label)
        else:
            yield str(value), label


def _digest(shown: list[str]) -> str:
    """Short, and the same for what a browser makes of it: it ends lines in its own way."""
    parts = sorted(part.replace("\r\n", "\n").strip() for part in shown)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]
