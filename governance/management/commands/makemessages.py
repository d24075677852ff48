"""Django's own for the languages we translate into, with an order and line breaks that stay from run to run."""

from django.core.management.commands import makemessages

from governance.languages import TRANSLATED


class Command(makemessages.Command):
    xgettext_options = [*makemessages.Command.xgettext_options, "--no-wrap", "--sort-output"]
    msgmerge_options = [*makemessages.Command.msgmerge_options, "--no-wrap", "--sort-output"]
    msgattrib_options = [*makemessages.Command.msgattrib_options, "--no-wrap", "--sort-output"]

    def handle(self, *args, **options):
        options["locale"] = options["locale"] or TRANSLATED
        super().handle(*args, **options)
