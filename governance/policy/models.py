"""What a body has decided about its accounts: settings of a unit, inherited by those below it.

Which settings there are stands in `governance.policy.settings`.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from governance.audit.events import Event
from governance.audit.models import record
from governance.policy import events
from governance.policy.kinds import Setting
from governance.policy.settings import SETTINGS
from governance.units.models import Tree, Unit


class PolicyValue(models.Model):
    """One setting that a unit has decided for itself and those below it."""

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="policy_values")
    key = models.CharField(max_length=40)
    value = models.JSONField()
    set_at = models.DateTimeField(default=timezone.now)
    set_by = models.ForeignKey("Person", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "key"], name="policy_value_once")]


@dataclass(frozen=True)
class Valued:
    """A setting's value for one unit, and the unit it comes from (None: the portal's default)."""

    setting: Setting
    value: Any
    source: Unit | None

    @property
    def in_words(self) -> str:
        return self.setting.in_words(self.value)


class Policy:
    """What holds for one unit. `policy.response_hours` reads a value; `policy.valued()` says where each is from."""

    def __init__(self, values: dict[str, Valued]):
        self._values = values

    def __getattr__(self, key: str):
        try:
            return self._values[key].value
        except KeyError:
            raise AttributeError(key) from None

    def valued(self) -> list[Valued]:
        return list(self._values.values())

    def fingerprint(self, *keys: str) -> tuple:
        """Hashable values of some settings, to group units that share them."""
        return tuple(repr(self._values[key].value) for key in keys)


class Policies:
    """Every unit's policy from two queries. For sweeps and lists; a single page uses `Policies.of(unit)`."""

    def __init__(self, tree: Tree, rows):
        self.tree = tree
        self._set: dict[int, dict[str, Any]] = {}
        for row in rows:
            self._set.setdefault(row.unit_id, {})[row.key] = row.value
        self._made: dict[int, Policy] = {}

    @classmethod
    def load(cls, tree: Tree | None = None) -> Policies:
        return cls(tree or Tree.load(), PolicyValue.objects.all())

    @classmethod
    def of(cls, unit: Unit) -> Policy:
        return cls.load().for_unit(unit.pk)

    def for_unit(self, unit_id: int) -> Policy:
        if unit_id not in self._made:
            path = self.tree.path_up(unit_id)
            values = {}
            for key, setting in SETTINGS.items():
                source = next((step for step in path if key in self._set.get(step, ())), None)
                value = setting.default if source is None else self._set[source][key]
                values[key] = Valued(setting, value, self.tree.units.get(source))
            self._made[unit_id] = Policy(values)
        return self._made[unit_id]


def units_by(policies: Policies, *keys: str) -> list[tuple[tuple, list[int]]]:
    """Units grouped by the values they have for some plain settings: one statement a group, not one a unit."""
    groups = defaultdict(list)
    for unit_id in policies.tree.units:
        policy = policies.for_unit(unit_id)
        groups[tuple(getattr(policy, key) for key in keys)].append(unit_id)
    return list(groups.items())


def lock(unit: Unit) -> None:
    """Until the transaction ends others who decide for this unit wait."""
    Unit.objects.select_for_update(no_key=True).get(pk=unit.pk)


def set_policy(
    unit: Unit, values: dict[str, Any], *, by, now: dt.datetime, event: Event = events.POLICY_CHANGED
) -> int:
    """Decide settings for a unit; None as value gives a setting back to the units above.

    Returns how many settings changed. Raises ValidationError ({key: message}) where a value does not fit.
    """
    errors = {}
    for key, value in values.items():
        try:
            if key not in SETTINGS:
                raise ValidationError(_("There is no setting “%(key)s”."), params={"key": key})
            if value is not None:
                SETTINGS[key].clean(value)
        except ValidationError as error:
            errors[key] = error
    if errors:
        raise ValidationError(errors)
    with transaction.atomic():
        lock(unit)
        rows = PolicyValue.objects.filter(unit=unit, key__in=values)
        present = {row.key: row.value for row in rows}
        before = {key: present.get(key) for key, value in values.items() if present.get(key) != value}
        after = {key: values[key] for key in before}
        PolicyValue.objects.filter(unit=unit, key__in=[key for key, value in after.items() if value is None]).delete()
        PolicyValue.objects.bulk_create(
            [
                PolicyValue(unit=unit, key=key, value=value, set_at=now, set_by=by)
                for key, value in after.items()
                if value is not None
            ],
            update_conflicts=True,
            unique_fields=["unit", "key"],
            update_fields=["value", "set_at", "set_by"],
        )
        if after:
            record(event, unit, by=by, now=now, before=before, after=after)
    return len(after)
