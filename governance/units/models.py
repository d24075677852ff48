"""The body as a tree of units: central administration, departments, schools, units, clubs."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import IntegrityError, models, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from stdnum.dk import cvr
from stdnum.no import orgnr

from governance.audit.models import changes, json_value, record
from governance.languages import DEFAULT
from governance.units import events


def check_organisation_number(value: str) -> None:
    """Accept a Norwegian organisation number (9 digits) or a Danish CVR number (8 digits).

    Raises ValidationError where neither check digit fits.
    """
    if not (orgnr.is_valid(value) or cvr.is_valid(value)):
        raise ValidationError(
            _("“%(value)s” is neither a Norwegian organisation number (9 digits) nor a Danish CVR number (8 digits)."),
            params={"value": value},
        )


class UnitQuerySet(models.QuerySet):
    def open(self):
        """Not closed. See also `Unit.closed_on`."""
        return self.filter(closed_on=None)


class Unit(models.Model):
    class Kind(models.TextChoices):
        CENTRAL = "central", _("Central administration")
        DEPARTMENT = "department", _("Department")
        SCHOOL = "school", _("School")
        UNIT = "unit", _("Unit")
        CLUB = "club", _("Club")

    code = models.CharField(
        _("code"),
        max_length=50,
        unique=True,
        validators=[
            RegexValidator(
                r"^(?!new$)[a-z0-9][a-z0-9-]*$",
                _("Use lower-case letters a–z, digits and hyphens, such as “nordvik-vgs”."),
            )
        ],
        help_text=_("Short and lasting; it stands in addresses and import files."),
    )
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("belongs to")
    )
    orgno = models.CharField(_("organisation number"), max_length=9, blank=True, validators=[check_organisation_number])
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES, default=DEFAULT)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)

    objects = UnitQuerySet.as_manager()

    AUDITED = ["code", "name", "kind", "parent", "orgno", "language"]

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("unit", args=[self.code])

    def write(self, *, by, now: dt.datetime, tree: Tree | None = None) -> bool:
        """Create the unit, or write what differs from the row in the database. Returns whether anything did.

        Raises ValidationError where the unit would come to lie below itself or below a closed unit. `tree` spares
        an import the reading of all units for every row: it must stem from `Tree.locked()` in the same transaction.
        """
        with transaction.atomic():
            tree = tree or Tree.locked()
            old = tree.units.get(self.pk)
            self._check_place(tree, moved=old is None or old.parent_id != self.parent_id)
            if old is None:
                self._insert()
                after = {name: json_value(getattr(self, name)) for name in self.AUDITED if getattr(self, name)}
                record(events.UNIT_CREATED, self, by=by, now=now, after=after)
            else:
                before, after = changes(self, self.AUDITED, {name: getattr(old, name) for name in self.AUDITED})
                if not after:
                    return False
                self.save(update_fields=list(after))
                record(events.UNIT_CHANGED, self, by=by, now=now, before=before, after=after)
            tree.put(self)
        return True

    def _insert(self) -> None:
        try:
            with transaction.atomic():
                self.save(force_insert=True)
        except IntegrityError:  # somebody else was first
            raise ValidationError({"code": _("There is a unit with this code already.")}) from None

    def _check_place(self, tree: Tree, *, moved: bool) -> None:
        if not self.parent_id or not moved:
            return
        if self.pk and self.parent_id in tree.below(self.pk):
            raise ValidationError(
                {
                    "parent": _("“%(parent)s” is “%(unit)s” itself or lies below it. Choose another unit.")
                    % {"parent": tree.units[self.parent_id], "unit": self}
                }
            )
        if tree.units[self.parent_id].closed_on:
            raise ValidationError({"parent": _("“%(unit)s” is closed.") % {"unit": tree.units[self.parent_id]}})

    def close(self, *, by, now: dt.datetime) -> bool:
        """Closed from today; it stays in history and in addresses. Returns False where it was closed already.

        Raises ValidationError while units below it are open.
        """
        with transaction.atomic():
            tree = Tree.locked()
            open_below = [
                unit.name
                for unit in (tree.units[pk] for pk in tree.below(self.pk))
                if unit.pk != self.pk and not unit.closed_on
            ]
            if open_below:
                raise ValidationError(
                    _("Units below it are open: %(units)s. Close or move them first."),
                    params={"units": ", ".join(sorted(open_below)[:10])},
                )
            today = timezone.localdate(now)
            if not Unit.objects.filter(pk=self.pk, closed_on=None).update(closed_on=today):
                return False
            self.closed_on = today
            record(
                events.UNIT_CLOSED, self, by=by, now=now, before={"closed_on": None}, after={"closed_on": str(today)}
            )
        return True

    def reopen(self, *, by, now: dt.datetime) -> bool:
        """Open again. Returns False where it was open. Raises ValidationError while the unit above is closed."""
        with transaction.atomic():
            tree = Tree.locked()
            above = tree.units.get(self.parent_id)
            if above and above.closed_on:
                raise ValidationError(_("“%(unit)s” is closed."), params={"unit": above})
            was = tree.units[self.pk].closed_on
            if was is None:
                return False
            Unit.objects.filter(pk=self.pk).update(closed_on=None)
            self.closed_on = None
            record(
                events.UNIT_REOPENED, self, by=by, now=now, before={"closed_on": str(was)}, after={"closed_on": None}
            )
        return True


class Tree:
    """All units in memory, for questions about above and below.

    A body has hundreds of units, not millions: one query, then plain dictionaries. Load it once per
    request or sweep, never per row.
    """

    def __init__(self, units):
        self.units = {unit.pk: unit for unit in units}
        self._children = defaultdict(list)
        for unit in self.units.values():
            self._children[unit.parent_id].append(unit.pk)
            if unit.parent_id in self.units:
                unit.parent = self.units[unit.parent_id]  # spares a query where the parent is named

    @classmethod
    def load(cls) -> Tree:
        return cls(Unit.objects.order_by("name"))

    @classmethod
    def locked(cls) -> Tree:
        """All units, held until the transaction ends: two moves at once could make a loop together."""
        return cls(Unit.objects.select_for_update().order_by("pk"))

    def put(self, unit: Unit) -> None:
        """Take in a unit that was written."""
        old = self.units.get(unit.pk)
        if old is not None:
            self._children[old.parent_id].remove(old.pk)
        self.units[unit.pk] = unit
        self._children[unit.parent_id].append(unit.pk)

    def roots(self) -> list[Unit]:
        """The units that belong to no other: as a rule one, the body itself."""
        return [self.units[pk] for pk in self._children[None]]

    def path_up(self, unit_id: int | None) -> list[int]:
        """The unit's id, then its parent's, up to the root. Stops where a loop would begin."""
        path: list[int] = []
        while unit_id is not None and unit_id not in path and unit_id in self.units:
            path.append(unit_id)
            unit_id = self.units[unit_id].parent_id
        return path

    def below(self, unit_id: int) -> set[int]:
        """The unit's id and all below it."""
        found, waiting = set(), [unit_id]
        while waiting:
            current = waiting.pop()
            if current not in found:
                found.add(current)
                waiting.extend(self._children[current])
        return found

    def in_order(self) -> list[tuple[Unit, int]]:
        """Every unit with its depth (root 0), parents before children, siblings by name."""
        rows: list[tuple[Unit, int]] = []

        def walk(parent_id, depth):
            for unit_id in self._children[parent_id]:
                rows.append((self.units[unit_id], depth))
                walk(unit_id, depth + 1)

        walk(None, 0)
        return rows


def parents() -> dict[int, int | None]:
    """{unit id: id of the unit it belongs to}: the tree's shape alone, for what every page asks."""
    return dict(Unit.objects.order_by().values_list("pk", "parent"))


def below(up: dict[int, int | None], unit_id: int) -> set[int]:
    """The unit's id and all below it, in a tree's shape. See also `Tree.below`."""
    children = defaultdict(list)
    for pk, parent_id in up.items():
        children[parent_id].append(pk)
    found, waiting = set(), [unit_id]
    while waiting:
        current = waiting.pop()
        if current not in found:
            found.add(current)
            waiting += children[current]
    return found
