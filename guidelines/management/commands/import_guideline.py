import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation
from django.utils.text import Truncator

from guidelines.documents.files import EXTENSIONS, DocumentError, read_document
from guidelines.documents.intake import take_in
from guidelines.documents.left_out import described, summary
from guidelines.documents.outline import MAX_BYTES
from guidelines.texts.drafts import known_language
from guidelines.texts.errors import GuidelineError
from guidelines.texts.guidelines import Audience


class Command(BaseCommand):
    help = "Brings a document into the draft of a guideline: headings and rules are recognised."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help=f"the document ({', '.join(EXTENSIONS)})")
        parser.add_argument("--title", required=True)
        parser.add_argument("--language", required=True, help="nb, nn, da or en")
        parser.add_argument("--audience", required=True, help=", ".join(Audience.values))
        parser.add_argument("--slug", default="", help="the address; made from the title where it is left out")
        parser.add_argument("--json", action="store_true", dest="as_json", help="print the result as JSON")

    def handle(self, *, file, title, language, audience, slug, as_json, **options):
        if audience not in Audience.values:
            raise CommandError(f"“{audience}” is not an audience. Use one of these: {', '.join(Audience.values)}.")
        if not title.strip() or len(title) > 200:
            raise CommandError("The title must have between 1 and 200 characters.")
        try:
            language = known_language(language)
            outline = read_document(file.name, self.read(file))
            imported = take_in(
                outline,
                title=title,
                language=language,
                audience=audience,
                slug=slug,
                by=None,
                now=timezone.now(),
            )
        except (DocumentError, GuidelineError) as error:
            raise CommandError(f"{file}: {error}") from error
        version = imported.text.version
        result = {
            "slug": version.guideline.slug,
            "version": version.number,
            "language": language,
            "changed": imported.changed,
            "headings": len(outline.headings),
            "rules": len(outline.rules),
            "left_out": described(outline),
        }
        if as_json:
            self.stdout.write(json.dumps(result))
            return
        where = f"{result['slug']}, version {result['version']}, {language}"
        counts = f"{result['headings']} headings, {result['rules']} rules"
        if imported.changed:
            self.stdout.write(f"Saved in the draft of {where}: {counts}.")
        else:
            self.stdout.write(f"Nothing has changed in {where}: {counts}.")
        with translation.override("en"):  # as all that commands print
            self.tell_left_out(result["left_out"])

    def tell_left_out(self, parts: list[dict]) -> None:
        """What the file holds and the guideline does not: how much and why, then each."""
        for row in summary([(part["why"], part["times"]) for part in parts]):
            self.stdout.write(f"Left out: {row['count']}. {row['why']}")
            for part in (part for part in parts if part["why"] == row["code"] and part["text"]):
                where = f"below “{_short(part['after'])}”" if part["after"] else "at the start"
                self.stdout.write(f"  {where}: “{_short(part['text'])}”")

    def read(self, file: Path) -> bytes:
        try:
            with file.open("rb") as stream:
                return stream.read(MAX_BYTES + 1)  # one more than allowed is enough to see that it is too much
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}.") from error


def _short(text: str) -> str:
    return Truncator(" ".join(text.split())).chars(80)
