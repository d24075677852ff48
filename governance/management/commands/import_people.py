from governance.imports.command import ImportCommand
from governance.people.imports import PersonImporter


class Command(ImportCommand):
    help = "Brings in people: email,name,unit,roles,language (roles: role@unit-code;role@unit-code)."
    importer_class = PersonImporter
