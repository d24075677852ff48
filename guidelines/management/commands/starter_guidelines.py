from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from governance.policy.presets import PRESETS
from guidelines.starter import texts


class Command(BaseCommand):
    help = "Makes drafts of the starter set, as the preset has it. Guidelines that stand already stay as they are."

    def add_arguments(self, parser):
        parser.add_argument("--preset", default="", help=f"{', '.join(PRESETS)}; default: the nearest to the policy")

    def handle(self, *, preset: str, **options):
        preset = preset or texts.preset_of_the_body()
        if preset not in PRESETS:
            raise CommandError(f"There is no preset “{preset}”. Known presets: {', '.join(PRESETS)}.")
        now = timezone.now()
        for slug in texts.AUDIENCES:
            made = texts.begin(slug, preset, by=None, now=now)
            self.stdout.write(f"{slug}: {f'a draft as in {preset}' if made else 'stands already; left as it is'}")
