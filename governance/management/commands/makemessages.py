"""Django’s own, whose result changes with the texts alone: not with the run, nor with where in the code they stand."""

from pathlib import Path

from django.core.management.commands import makemessages

from governance.languages import TRANSLATED

STEADY = ["--no-wrap", "--sort-output", "--no-location"]
# Of the run, not of the texts: two branches would always differ in it.
DATED = '"POT-Creation-Date:'


class Command(makemessages.Command):
    xgettext_options = [*makemessages.Command.xgettext_options, *STEADY]
    msgmerge_options = [*makemessages.Command.msgmerge_options, *STEADY]
    msgattrib_options = [*makemessages.Command.msgattrib_options, *STEADY]

    def handle(self, *args, **options):
        options["locale"] = options["locale"] or TRANSLATED
        super().handle(*args, **options)

    def write_po_file(self, potfile, locale):
        super().write_po_file(potfile, locale)
        catalogue = Path(potfile).parent / locale / "LC_MESSAGES" / f"{self.domain}.po"
        lines = catalogue.read_text(encoding="utf-8").splitlines(keepends=True)
        catalogue.write_text("".join(line for line in lines if not line.startswith(DATED)), encoding="utf-8")
