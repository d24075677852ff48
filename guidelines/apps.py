from django.apps import AppConfig


class GuidelinesConfig(AppConfig):
    name = "guidelines"

    def ready(self):
        from governance.declared import load_rooms

        load_rooms(self.name)
