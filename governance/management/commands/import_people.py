from governance.body_imports import PersonImporter
from governance.imports import ImportCommand


class Command(ImportCommand):
    help = "Brings in people: email,name,unit,roles,language (roles: role@unit-code;role@unit-code)."
    importer_class = PersonImporter
