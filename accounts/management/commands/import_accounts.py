from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from accounts.register.imports import AccountImporter
from accounts.register.models import State
from governance.imports.command import ImportCommand
from governance.units.models import Unit


class Command(ImportCommand):
    help = (
        "Brings in accounts: platform,handle,url,unit,purpose,state,moderators,deputies,last_activity_at,external_id; "
        "or wide rows with a column a platform. States count when the account is new."
    )
    importer_class = AccountImporter

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument("--unit", metavar="CODE", help="the unit of rows that name none")
        parser.add_argument(
            "--state", choices=[State.RETIRED.value], help="take the whole list in as accounts that are no longer ours"
        )

    def importer_options(self, options):
        state = {"state": State(options["state"]) if options["state"] else None}
        if not options["unit"]:
            return state
        unit = Unit.objects.filter(code=options["unit"].lower()).first()
        if not unit:
            raise CommandError(_("There is no unit “%(code)s”.") % {"code": options["unit"]})
        return state | {"unit": unit}
