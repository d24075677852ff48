from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from accounts.register.imports import AccountImporter
from governance.imports.importer import ImportCommand
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

    def importer_options(self, options):
        if not options["unit"]:
            return {}
        unit = Unit.objects.filter(code=options["unit"].lower()).first()
        if not unit:
            raise CommandError(_("There is no unit “%(code)s”.") % {"code": options["unit"]})
        return {"unit": unit}
