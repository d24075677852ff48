"""Django's own, with an order and line breaks that do not change from one run to the next."""

from django.core.management.commands import makemessages


class Command(makemessages.Command):
    xgettext_options = [*makemessages.Command.xgettext_options, "--no-wrap", "--sort-output"]
    msgmerge_options = [*makemessages.Command.msgmerge_options, "--no-wrap", "--sort-output"]
    msgattrib_options = [*makemessages.Command.msgattrib_options, "--no-wrap", "--sort-output"]
