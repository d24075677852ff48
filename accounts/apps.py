from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self):
        from accounts.holdings import hand_over, holdings
        from accounts.models.moderators import who_answers
        from governance.holdings import register
        from guidelines.models import Audience
        from guidelines.readers import readers_are

        register(holdings, hand_over)
        readers_are(Audience.MODERATORS, who_answers)
