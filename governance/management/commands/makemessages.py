"""Django’s own, whose result changes with the texts alone: not with the run, nor with where in the code they stand."""

from django.core.management.commands import makemessages


class Command(makemessages.Command):
    xgettext_options = [*makemessages.Command.xgettext_options, "--no-wrap", "--sort-output", "--no-location"]
    msgmerge_options = [*makemessages.Command.msgmerge_options, "--no-wrap", "--sort-output", "--no-location"]
    msgattrib_options = [*makemessages.Command.msgattrib_options, "--no-wrap", "--sort-output", "--no-location"]
