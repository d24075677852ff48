from django.apps import AppConfig
from django.db.models.signals import post_migrate


class GovernanceConfig(AppConfig):
    name = "governance"

    def ready(self):
        from django.utils.translation import gettext_lazy as _

        from governance import checks  # noqa: F401 - registers them
        from governance.access import Permission
        from governance.declared import load_rooms
        from governance.imports.kinds import register
        from governance.people.imports import PersonImporter
        from governance.platforms.usual import ensure_platforms
        from governance.units.imports import UnitImporter

        load_rooms(self.name)
        register(UnitImporter, _("Import units"), Permission.EDIT_SETTINGS)
        register(PersonImporter, _("Import people"), Permission.EDIT_SETTINGS)
        post_migrate.connect(ensure_platforms, sender=self)
