from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts import demo
from governance.signin.login import DEMO_PASSWORD, DEMO_PEOPLE
from governance.units.models import Unit


class Command(BaseCommand):
    help = "Load the demo body, Fjordvik fylkeskommune, once. Needs DEMO=on."

    def add_arguments(self, parser):
        parser.add_argument("--scale", type=int, default=1, help="multiplies the size")
        parser.add_argument("--if-empty", action="store_true", help="do nothing, quietly, where a body stands already")

    def handle(self, *, scale, if_empty, **options):
        if not settings.DEMO:
            raise CommandError("DEMO is off: demo data and its published passwords do not belong here.")
        if scale < 1:
            raise CommandError("--scale takes a whole number from 1 up.")
        if Unit.objects.exists() and not demo.is_loaded():
            if if_empty:
                return
            raise CommandError("Another body stands in this database; the demo goes into an empty one.")
        if not demo.load(timezone.now(), scale):
            if not if_empty:
                self.stdout.write("The demo body stands already; nothing was changed.")
            return
        self.stdout.write(f"Fjordvik fylkeskommune is ready. Everybody logs in with “{DEMO_PASSWORD}”:")
        for email, role in DEMO_PEOPLE:
            self.stdout.write(f"  {email:32} {role.label}")
