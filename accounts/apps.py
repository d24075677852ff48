from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self):
        from accounts.holdings import hand_over, holdings
        from governance.holdings import register

        register(holdings, hand_over)
