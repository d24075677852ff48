"""The body as a tree of units: central administration, departments, schools, units, clubs."""

from __future__ import annotations

from collections import defaultdict

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from stdnum.dk import cvr
from stdnum.no import orgnr


def check_organisation_number(value: str) -> None:
    """Accept a Norwegian organisation number (9 digits) or a Danish CVR number (8 digits).

    Raises ValidationError where neither check digit fits.
    """
    if not (orgnr.is_valid(value) or cvr.is_valid(value)):
        raise ValidationError(
            _("“%(value)s” is neither a Norwegian organisation number (9 digits) nor a Danish CVR number (8 digits)."),
            params={"value": value},
        )


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
                r"^[a-z0-9][a-z0-9-]*$", _("Use lower-case letters a–z, digits and hyphens, such as “nordvik-vgs”.")
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
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES, default="nb")
    closed_on = models.DateField(_("closed on"), null=True, blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("unit", args=[self.code])


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

    @classmethod
    def load(cls) -> Tree:
        return cls(Unit.objects.order_by("name"))

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
