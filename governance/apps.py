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
        from governance.people import listeners
        from governance.people.imports import PersonImporter
        from governance.people.reach import held_at
        from governance.platforms.usual import ensure_platforms
        from governance.signin import safeguards
        from governance.signin.addresses import forget_addresses
        from governance.signin.tokens import places_of_owners
        from governance.units.imports import UnitImporter

        load_rooms(self.name)
        safeguards.listen()
        held_at(places_of_owners)
        listeners.address_changed.append(forget_addresses)
        register(UnitImporter, _("Import units"), "units", Permission.EDIT_SETTINGS)
        register(PersonImporter, _("Import people"), "people", Permission.EDIT_SETTINGS, fresh=True)
        post_migrate.connect(ensure_platforms, sender=self)
