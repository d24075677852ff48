"""The house itself: which app may know which, and maps that must be complete."""

import ast
import re
import subprocess
from pathlib import Path

import polib
import pytest
from django.apps import apps
from django.urls import URLPattern, get_resolver
from django.utils import translation

from accounts.flags.models import Flag
from governance.access import Permission, Role
from governance.audit.models import Event
from governance.notices.models import NoticeEvent
from governance.notices.texts import TEXTS, WORDS
from governance.templatetags.talerstol import COLOURS

ROOT = Path(__file__).parent.parent
MAY_IMPORT = {
    "governance": {"governance"},
    "guidelines": {"guidelines", "governance"},
    "accounts": {"accounts", "guidelines", "governance"},
}


def imported_modules(source: Path) -> set[str]:
    tree = ast.parse(source.read_text(encoding="utf-8"))
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{source}: relative imports hide the direction"
            names.add(node.module)
    return names


@pytest.mark.parametrize("app", MAY_IMPORT)
def test_imports_go_one_way(app):
    sources = sorted((ROOT / app).rglob("*.py"))
    assert sources
    wrong = {
        f"{source.relative_to(ROOT)} imports {name}"
        for source in sources
        for name in imported_modules(source)
        if name.split(".")[0] in MAY_IMPORT and name.split(".")[0] not in MAY_IMPORT[app]
    }
    assert not wrong


def test_the_calendar_knows_no_models():
    """What is pure stays pure."""
    assert not {name for name in imported_modules(ROOT / "governance/calendar/hours.py") if ".models" in name}


@pytest.mark.parametrize("folder", ["governance", "accounts", "guidelines"])
def test_no_file_has_grown_past_its_concept(folder):
    long = {
        str(source.relative_to(ROOT)): lines
        for source in (ROOT / folder).rglob("*.py")
        if "migrations" not in source.parts
        if (lines := len(source.read_text(encoding="utf-8").splitlines())) > 400
    }
    assert not long


# --- nothing is defined that nobody uses, nothing is used that nobody has put into words ---


def tracked_files() -> list[Path]:
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [path for name in listing.split("\0") if name and (path := ROOT / name).is_file()]


def sources(*endings: str) -> dict[Path, str]:
    """The text of what runs: Python without migrations, templates."""
    return {
        path: path.read_text(encoding="utf-8")
        for app in (*MAY_IMPORT, "templates")
        for path in sorted((ROOT / app).rglob("*"))
        if path.suffix in endings and "migrations" not in path.parts
    }


@pytest.mark.parametrize("members", [Event, NoticeEvent, Permission, Role, Flag.Reason, Flag.Closed, Flag.Answer])
def test_every_member_is_used(members):
    code = "\n".join(sources(".py").values())
    name = members.__name__
    unused = {
        member.name for member in members if not re.search(rf"\b(?:{name}|P|self\.{name})\.{member.name}\b", code)
    }
    assert not unused


def names_of_addresses(resolver=None, prefix: str = "") -> set[str]:
    names = set()
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLPattern):
            names |= {f"{prefix}{entry.name}"} if entry.name else set()
        elif entry.app_name != "ninja":
            names |= names_of_addresses(entry, f"{prefix}{entry.namespace}:" if entry.namespace else prefix)
    return names


# Machines look for these where a standard says.
LOOKED_FOR = {"accounts:robots_txt", "accounts:trust_txt", "accounts:trust_txt_well_known"}


def test_every_address_is_linked_from_somewhere():
    text = "\n".join(sources(".py", ".html", ".txt").values())
    unlinked = {name for name in names_of_addresses() if f'"{name}"' not in text and f"'{name}'" not in text}
    assert unlinked - LOOKED_FOR == set()
    assert unlinked >= LOOKED_FOR


def test_every_template_is_used():
    """By a view, a form, a setting or another template; some replace allauth's own, or Django's."""
    texts = sources(".py", ".html", ".txt")
    replaced = [Path(apps.get_app_config(app).path) for app in ("account", "forms")]
    replaced = [replaced[0].parent / "templates", replaced[1] / "templates"]
    folder = ROOT / "templates"
    unused = {
        name
        for path in folder.rglob("*.*")
        if (name := path.relative_to(folder).as_posix())
        and not any(name in text for other, text in texts.items() if other != path)
        and not any((original / name).exists() for original in replaced)
    }
    assert not unused


@pytest.mark.parametrize("language", ["nb", "nn", "da"])
def test_every_notice_speaks_every_language(language):
    catalogue = polib.pofile(str(ROOT / f"locale/{language}/LC_MESSAGES/django.po"))
    translated = {entry.msgid for entry in catalogue.translated_entries()}
    with translation.override(None):
        spoken = {str(text) for texts in TEXTS.values() for text in texts}
        spoken |= {str(word) for words in WORDS.values() for word in words.values()}
    assert spoken - translated == set()


def test_every_flag_has_its_words_and_no_colour_is_for_nothing():
    assert set(WORDS["reason"]) == set(Flag.Reason.values)
    assert set(WORDS["decision"]) == set(Flag.Answer.values)
    text = "\n".join(sources(".py", ".html").values())
    for states in COLOURS.values():
        assert {state for state in states if text.count(f'"{state}"') < 2} == set()


@pytest.mark.parametrize("app", ["accounts", "guidelines"])
def test_duty_alone_reads_absences(app):
    """See `accounts.duty`; the demo writes some."""
    readers = {
        path.relative_to(ROOT).as_posix()
        for path, text in sources(".py").items()
        if path.is_relative_to(ROOT / app) and re.search(r"\bAbsence\b", text)
    }
    assert {name for name in readers if not name.startswith("accounts/duty/")} <= {"accounts/demo/people.py"}


def test_no_file_names_the_machine_it_was_written_on():
    # In two halves, or this file would be found.
    places = ["/wor" + "k/", "/ro" + "ot/", "pypi" + ".org", "registry." + "npmjs"]
    found = {
        f"{path.relative_to(ROOT)}: {place}"
        for path in tracked_files()
        for place in places
        if place.encode() in path.read_bytes()
    }
    assert not found


def test_every_decision_on_the_house_is_listed():
    folder = ROOT / "docs/adr"
    files = sorted(path.name for path in folder.glob("0*.md"))
    assert [int(name[:4]) for name in files] == list(range(1, len(files) + 1))
    assert re.findall(r"\]\((.+?)\)", (folder / "README.md").read_text(encoding="utf-8")) == files
    for name in files:
        assert (folder / name).read_text(encoding="utf-8").startswith(f"# {int(name[:4])}. ")


def test_every_variable_of_the_environment_is_in_the_example():
    serve = "governance/management/commands/serve.py"
    read = set()
    for source in ("governance/settings.py", serve):
        text = (ROOT / source).read_text(encoding="utf-8")
        read |= set(re.findall(r"""env(?:\.\w+|iron(?:\.get)?)?[(\[]"([A-Z_]+)\"""", text))
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    assert {"SECRET_KEY", "DATABASE_URL", "WEB_CONCURRENCY"} <= read
    assert {name for name in read if not re.search(rf"^(?:# )?{name}=", example, re.M)} - {"PATH"} == set()
