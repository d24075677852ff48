from governance.imports.command import ImportCommand
from governance.units.imports import UnitImporter


class Command(ImportCommand):
    help = "Brings in units: code,name,kind,parent,orgno,language. Parents may come later in the file."
    importer_class = UnitImporter
