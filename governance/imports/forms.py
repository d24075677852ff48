"""Forms of the import pages: the file, and what its columns and names mean."""

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from governance.imports.importer import Importer
from governance.imports.models import ImportFile
from governance.imports.report import Unmatched
from governance.imports.rows import is_placeholder
from governance.units.fields import UnitChoiceField
from governance.units.models import Unit

MAX_UPLOAD = 5 * 1024 * 1024
MOST_NAMES = 100  # unmatched names on one page; those after them come when these are matched


class UploadForm(forms.Form):
    file = forms.FileField(label=_("File"), help_text=_("CSV, XLSX, JSON or YAML, at most 5 MB."))

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > MAX_UPLOAD:
            raise forms.ValidationError(
                _("The file is larger than 5 MB. Divide it, or use the command on the server, which takes larger ones.")
            )
        return file


class SheetForm(forms.Form):
    """Which sheet of an Excel file; the hidden ones are named as such."""

    sheet = forms.ChoiceField(label=_("Sheet"), widget=forms.RadioSelect)

    def __init__(self, *args, file: ImportFile, **kwargs):
        super().__init__(*args, initial={"sheet": file.sheet}, **kwargs)
        self.fields["sheet"].choices = [
            (name, _("%(name)s (hidden in the file)") % {"name": name} if hidden else name)
            for name, hidden in file.sheets
        ]


class ColumnField(forms.ChoiceField):
    """What a column is. “Leave out” is an answer, so the page does not call it optional."""

    always_answered = True


class ListForm(forms.Form):
    """What each column is, what all rows share, and who or what the names mean that the portal does not know."""

    def __init__(self, *args, file: ImportFile, importer: Importer, unmatched: list[Unmatched], **kwargs):
        super().__init__(*args, **kwargs)
        self.file, self.importer, self.unmatched = file, importer, unmatched[:MOST_NAMES]
        targets = [("", _("Leave out")), *importer.targets()]
        for place, (column, samples) in enumerate(file.columns):
            standing = file.mapping.get(column, "")
            self.fields[f"column_{place}"] = ColumnField(
                label=capfirst(column.replace("_", " ")),
                choices=_with(targets, standing, importer),
                required=False,
                initial=standing,
                help_text=", ".join(samples),
            )
        if "unit" in importer.page_options:
            self.fields["unit"] = UnitChoiceField(
                label=_("Unit of rows that name none"),
                required=False,
                initial=Unit.objects.filter(code=file.options.get("unit", "")).first(),
            )
        if "retired" in importer.page_options:
            self.fields["retired"] = forms.BooleanField(
                label=_("All of these are removed: take them in as accounts that are no longer ours"),
                required=False,
                initial=file.options.get("retired", False),
            )
        codes = [code for name in self.unmatched if name.what == "unit" for code in name.nearest]
        units = {unit.code: f"{unit.name} ({unit.code})" for unit in Unit.objects.filter(code__in=codes)}
        for place, name in enumerate(self.unmatched):
            rows = ngettext("In %(count)d row.", "In %(count)d rows.", name.rows) % {"count": name.rows}
            nearest = ", ".join(units.get(one, one) for one in name.nearest)
            near = _("Nearest: %(nearest)s.") % {"nearest": nearest} if nearest else ""
            self.fields[f"match_{place}"] = forms.CharField(
                label=WHO[name.what] % {"name": name.text},
                required=False,
                max_length=254,
                help_text=f"{rows} {near}".strip(),
                initial=file.matches.get(name.text, ""),
            )

    def clean(self):
        cleaned = super().clean()
        chosen = [cleaned.get(f"column_{place}") for place in range(len(self.file.columns))]
        for place, target in enumerate(chosen):
            if target and target in chosen[:place]:
                self.add_error(f"column_{place}", _("Another column is this already."))
        missing = [self.importer.word(column) for column in self.importer.required if column not in chosen]
        if missing and not self.errors:
            self.add_error(None, _("Say which columns are: %(columns)s.") % {"columns": ", ".join(missing)})
        return cleaned

    @property
    def mapping(self) -> dict[str, str]:
        return {column: self.cleaned_data[f"column_{place}"] for place, (column, _s) in enumerate(self.file.columns)}

    @property
    def matches(self) -> dict[str, str]:
        """Those of before and those of now; a placeholder leaves the name out."""
        now = {name.text: self.cleaned_data[f"match_{place}"].strip() for place, name in enumerate(self.unmatched)}
        return self.file.matches | {
            text: "" if is_placeholder(target) else target for text, target in now.items() if target
        }

    @property
    def options(self) -> dict:
        unit = self.cleaned_data.get("unit")
        return {"unit": unit.code if unit else "", "retired": self.cleaned_data.get("retired", False)}

    def column_fields(self):
        return [self[name] for name in self.fields if name.startswith("column_")]

    def option_fields(self):
        return [self[name] for name in ("unit", "retired") if name in self.fields]

    def match_fields(self):
        return [self[name] for name in self.fields if name.startswith("match_")]


def _with(targets: list, standing: str, importer: Importer) -> list:
    """A file may name a column in more ways than the page offers (`social.twitter_id`): the one that stands is kept."""
    known = any(target == standing for target, _words in targets)
    return targets if known else [*targets, (standing, importer.word(standing))]


WHO = {
    "unit": _("Which unit is “%(name)s”?"),
    "person": _("Who is “%(name)s”?"),
    "platform": _("Which platform is “%(name)s”?"),
}
