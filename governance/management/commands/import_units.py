from governance.body_imports import UnitImporter
from governance.imports import ImportCommand


class Command(ImportCommand):
    help = "Brings in units: code,name,kind,parent,orgno,language. Parents may come later in the file."
    importer_class = UnitImporter
