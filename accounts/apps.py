from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self):
        from accounts.connectors import FACTS, REGISTRY
        from accounts.moderators.holdings import hand_over, holdings
        from accounts.moderators.models import who_answers
        from governance.people.holdings import register
        from governance.platforms.usual import UsualPlatform, usual_platforms_are
        from guidelines.texts.guidelines import Audience
        from guidelines.texts.readers import readers_are

        usual_platforms_are(
            UsualPlatform(code, facts.name, facts.shown_hosts, facts.profile, facts.readers if code in REGISTRY else 0)
            for code, facts in FACTS.items()
        )
        register(holdings, hand_over)
        readers_are(Audience.MODERATORS, who_answers)
