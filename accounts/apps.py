from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self):
        """Who listens to whom: what happens in a lower room and concerns one above (ADR 0009)."""
        from django.utils.translation import gettext_lazy as _

        from accounts.applications import holdings as of_applications
        from accounts.connectors import FACTS, REGISTRY
        from accounts.cover import handovers
        from accounts.cover import holdings as of_accounts
        from accounts.inbox.deadlines import follow_pauses
        from accounts.inbox.imports import PostImporter
        from accounts.moderators.listeners import role_held, roles_ended
        from accounts.moderators.models import who_answers
        from accounts.register.imports import AccountImporter
        from accounts.register.listeners import account_written, pauses_changed
        from governance.access import Permission
        from governance.declared import load_rooms
        from governance.departures.holdings import register
        from governance.imports.kinds import register as may_be_imported
        from governance.people.reach import held_at
        from governance.platforms.usual import UsualPlatform, usual_platforms_are
        from guidelines.texts.guidelines import Audience
        from guidelines.texts.readers import readers_are

        load_rooms(self.name)
        usual_platforms_are(
            UsualPlatform(code, facts.name, facts.shown_hosts, facts.profile, facts.readers if code in REGISTRY else 0)
            for code, facts in FACTS.items()
        )
        account_written.append(handovers.editor_changed)
        role_held.append(handovers.close_covered_handovers)
        roles_ended.append(handovers.ask_for_handover)
        pauses_changed.append(follow_pauses)
        held_at(of_accounts.places)
        held_at(of_applications.places)
        register(of_accounts.holdings, of_accounts.hand_over)
        register(of_applications.holdings)
        whose = (Permission.REGISTER_ACCOUNT, Permission.EDIT_SETTINGS)
        may_be_imported(AccountImporter, _("Import accounts"), "accounts:accounts", *whose)
        may_be_imported(PostImporter, _("Import posts"), "accounts:inbox", *whose)
        readers_are(Audience.MODERATORS, who_answers)
