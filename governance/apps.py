from django.apps import AppConfig


class GovernanceConfig(AppConfig):
    name = "governance"

    def ready(self):
        from governance import checks  # noqa: F401 - registers them
        from governance.declared import load_rooms

        load_rooms(self.name)
