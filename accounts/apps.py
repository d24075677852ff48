from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self):
        from accounts.moderators.holdings import hand_over, holdings
        from accounts.moderators.models import who_answers
        from governance.departures.holdings import register
        from guidelines.texts.guidelines import Audience
        from guidelines.texts.readers import readers_are

        register(holdings, hand_over)
        readers_are(Audience.MODERATORS, who_answers)
