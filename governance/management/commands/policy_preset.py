from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from governance.policy.presets import PRESETS, apply_preset
from governance.units.models import Tree, Unit


class Command(BaseCommand):
    help = f"Makes a unit's policy that of one of the five bodies: {', '.join(PRESETS)}."

    def add_arguments(self, parser):
        parser.add_argument("name", metavar="NAME", help=", ".join(PRESETS))
        parser.add_argument("--unit", metavar="CODE", help="default: the unit at the top of the tree")

    def handle(self, *, name: str, unit: str | None, **options):
        if name not in PRESETS:
            raise CommandError(f"There is no preset “{name}”. Known presets: {', '.join(PRESETS)}.")
        target = self._unit(unit)
        changed = apply_preset(name, target, by=None, now=timezone.now())
        if changed:
            self.stdout.write(f"{target}: {changed} settings changed to the preset {name}.")
        else:
            self.stdout.write(f"{target}: the policy is that of the preset {name} already; nothing changed.")

    @staticmethod
    def _unit(code: str | None) -> Unit:
        tree = Tree.load()
        known = {unit.code: unit for unit in tree.units.values()}
        if code:
            if code not in known:
                raise CommandError(f"There is no unit “{code}”. Known units: {', '.join(sorted(known)[:30]) or '–'}.")
            return known[code]
        roots = [unit for unit in tree.roots() if not unit.closed_on]
        if not roots:
            raise CommandError("There are no units yet: bring them in with import_units.")
        if len(roots) > 1:
            raise CommandError(f"Name one with --unit: {', '.join(unit.code for unit in roots)}.")
        return roots[0]
