from django.apps import AppConfig


class GuidelinesConfig(AppConfig):
    name = "guidelines"

    def ready(self):
        from governance.declared import load_rooms
        from governance.people.reach import held_at
        from guidelines.texts.reviews import places_of_reviewers

        load_rooms(self.name)
        held_at(places_of_reviewers)
