"""The house itself: which app may know which, and maps that must be complete."""

import ast
import re
import subprocess
from functools import cache
from importlib import import_module
from pathlib import Path

import polib
import pytest
from django.apps import apps
from django.urls import URLPattern, get_resolver
from django.utils import translation

from accounts.flags import notices as flags_notices
from accounts.flags.models import Flag
from governance.access import Permission, Role
from governance.audit.events import Event
from governance.languages import TRANSLATED
from governance.notices.kinds import NoticeKind
from governance.templatetags.talerstol import COLOURS

ROOT = Path(__file__).parent.parent
MAY_IMPORT = {
    "governance": {"governance"},
    "guidelines": {"guidelines", "governance"},
    "accounts": {"accounts", "guidelines", "governance"},
}


# The rooms of each app, lowest first; a name without a folder is a single module that rooms lean on. A room's rules
# import rules of their own and of lower rooms. Its doors, what people and systems come in through, may import any
# room's rules, and doors of their own and of lower rooms. Rules never import doors.
FLOORS = {
    "governance": [
        "languages",
        "secrets",
        "declared",
        "rows",
        "pages",
        "audit",
        "units",
        "access",
        "policy",
        "calendar",
        "people",
        "platforms",
        "notices",
        "operations",
        "signin",
        "departures",
        "imports",
        "trail",
    ],
    "guidelines": ["texts", "documents", "reading", "ready_texts", "aids", "starter"],
    "accounts": [
        "connectors",
        "register",
        "moderators",
        "duty",
        "crisis",
        "flags",
        "cover",
        "applications",
        "inbox",
        "platforms",
        "inactivity",
        "evaluation",
        "work_use",
        "home",
        "public",
    ],
}
# What stands outside the rooms: Django and the processes begin here, and no room imports it.
OUTSIDE = {
    "governance": {
        "apps",
        "asgi",
        "celery",
        "checks",
        "formats",
        "management",
        "migrations",
        "models",
        "settings",
        "templatetags",
        "urls",
        "wsgi",
    },
    "guidelines": {"apps", "demo", "management", "migrations", "models", "urls"},
    "accounts": {"apps", "demo", "management", "migrations", "models", "sweeps", "tasks", "urls"},
}
DOOR = re.compile(r"(forms|views|api)(_\w+)?|fields|urls|tables|imports|revisions")
# Heavy to load and seldom needed: imported where a document is read or a PDF is made.
LATE = {
    "governance.pages.pdf",
    "guidelines.documents.docx",
    "guidelines.documents.html",
    "guidelines.documents.odt",
    "guidelines.documents.pdf",
    "guidelines.documents.text",
}


def module_name(source: Path) -> str:
    parts = source.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def modules_of(node: ast.AST, known: frozenset[str]) -> set[str]:
    """The modules that a statement imports: of `from package import module` the module."""
    if isinstance(node, ast.Import):
        return {alias.name for alias in node.names}
    if isinstance(node, ast.ImportFrom):
        assert node.level == 0, "relative imports hide the direction"
        return {full if (full := f"{node.module}.{alias.name}") in known else node.module for alias in node.names}
    return set()


@cache
def house() -> dict[str, Path]:
    """Every module of the three apps, by name."""
    found = (source for app in MAY_IMPORT for source in sorted((ROOT / app).rglob("*.py")))
    return {module_name(source): source for source in found if "migrations" not in source.parts}


@cache
def names() -> frozenset[str]:
    return frozenset(house())


@cache
def tree_of(name: str) -> ast.Module:
    return ast.parse(house()[name].read_text(encoding="utf-8"))


@cache
def imports_of(name: str) -> set[str]:
    """Of the same app without what stands below `if TYPE_CHECKING`: only the type check reads that, nothing runs."""
    tree = tree_of(name)
    for_types = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    return {
        imported
        for node in ast.walk(tree)
        for imported in modules_of(node, names())
        if node not in for_types or app_of(imported) != app_of(name)
    }


def app_of(module: str) -> str:
    return module.split(".")[0]


def room_of(module: str) -> str:
    return module.split(".")[1] if "." in module else ""


def modules_in(app: str) -> list[str]:
    return [name for name in house() if app_of(name) == app]


def is_door(module: str) -> bool:
    """By its name, or that of the folder it stands in within its room."""
    return any(DOOR.fullmatch(part) for part in module.split(".")[2:])


@pytest.mark.parametrize("app", MAY_IMPORT)
def test_imports_go_one_way(app):
    assert modules_in(app)
    wrong = {
        f"{name} imports {imported}"
        for name in modules_in(app)
        for imported in imports_of(name)
        if app_of(imported) in MAY_IMPORT and app_of(imported) not in MAY_IMPORT[app]
    }
    assert not wrong


@pytest.mark.parametrize("app", FLOORS)
def test_every_module_stands_in_a_room(app):
    standing = {room_of(name) for name in modules_in(app)} - {""} | {"migrations"}
    assert standing == set(FLOORS[app]) | OUTSIDE[app]


@pytest.mark.parametrize("app", FLOORS)
def test_rooms_import_from_lower_floors(app):
    floor = {room: number for number, room in enumerate(FLOORS[app])}
    wrong = set()
    for name in modules_in(app):
        if room_of(name) not in floor:
            continue
        for imported in imports_of(name):
            if app_of(imported) != app:
                continue
            there = floor.get(room_of(imported))
            if there is None:
                wrong.add(f"{name} imports {imported}, which stands outside the rooms")
            elif there > floor[room_of(name)] and (is_door(imported) or not is_door(name)):
                wrong.add(f"{name} imports {imported} from a higher floor")
    assert not wrong


@pytest.mark.parametrize("app", FLOORS)
def test_rules_import_no_doors(app):
    """Of no app."""
    wrong = {
        f"{name} imports {imported}"
        for name in modules_in(app)
        if room_of(name) in FLOORS[app] and not is_door(name)
        for imported in imports_of(name)
        if app_of(imported) in MAY_IMPORT and is_door(imported)
    }
    assert not wrong


def circles(imports: dict[str, set[str]]) -> list[list[str]]:
    """Groups of modules that all import one another, be it through others."""
    reached = {}
    for name in imports:
        seen, ahead = set(), list(imports[name])
        while ahead:
            if (one := ahead.pop()) not in seen:
                seen.add(one)
                ahead += imports.get(one, ())
        reached[name] = seen
    groups = {frozenset({name} | {one for one in reached[name] if name in reached[one]}) for name in imports}
    return sorted(sorted(group) for group in groups if len(group) > 1)


def test_a_circle_is_found():
    around = {"a": {"b"}, "b": {"c"}, "c": {"a", "d"}, "d": set()}
    assert circles(around) == [["a", "b", "c"]]
    assert circles(around | {"c": {"d"}}) == []


@pytest.mark.parametrize("app", FLOORS)
def test_no_modules_import_each_other_in_a_circle(app):
    """Imports within functions and for type checkers count too: what they dodge is a circle all the same."""
    names = set(modules_in(app))
    assert circles({name: imports_of(name) & names - {name} for name in names}) == []


@pytest.mark.parametrize("app", FLOORS)
def test_imports_stand_at_the_top(app):
    """`apps.py` excepted, which Django loads before the models."""
    late = {
        f"{name} imports {imported}"
        for name in modules_in(app)
        if name != f"{app}.apps"
        for function in ast.walk(tree_of(name))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        for imported in modules_of(node, names()) & names()
    }
    assert {line for line in late if line.split(" imports ")[1] not in LATE} == set()


@pytest.mark.parametrize("app", FLOORS)
def test_every_room_says_what_lives_in_it(app):
    """In one to four lines, and hands nothing on; `connectors` finds there the platforms that lie in its folder."""
    wrong = set()
    for room in FLOORS[app]:
        if f"{app}.{room}" not in house() or (source := house()[f"{app}.{room}"]).name != "__init__.py":
            continue  # a single module
        tree = ast.parse(source.read_text(encoding="utf-8"))
        words = ast.get_docstring(tree) or ""
        if not 1 <= len(words.splitlines()) <= 4 or (len(tree.body) > 1 and room != "connectors"):
            wrong.add(room)
    assert not wrong


def test_the_calendar_knows_no_models():
    """What is pure stays pure."""
    assert not {name for name in imports_of("governance.calendar.hours") if ".models" in name}


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


@pytest.mark.parametrize("members", [Permission, Role, Flag.Reason, Flag.Closed, Flag.Answer])
def test_every_member_is_used(members):
    code = "\n".join(sources(".py").values())
    name = members.__name__
    unused = {
        member.name for member in members if not re.search(rf"\b(?:{name}|P|self\.{name})\.{member.name}\b", code)
    }
    assert not unused


@pytest.mark.parametrize(("kind", "file"), [(Event, "events.py"), (NoticeKind, "notices.py")])
def test_what_a_room_declares_is_known_and_used(kind, file):
    """Declared under a name, in that file of a room; others say it as `events.POST_CLOSED`, or `inbox_events.`."""
    code = "\n".join(sources(".py").values())
    declared = {
        name: value
        for path in sources(".py")
        if path.name == file and path.parent.parent.name in MAY_IMPORT
        for name, value in vars(import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))).items()
        if isinstance(value, kind) and re.search(rf"^{name} = ", path.read_text(encoding="utf-8"), re.M)
    }
    assert set(declared.values()) == set(kind.known)
    assert max(map(len, kind.known)) <= 40  # the column
    used = set(re.findall(rf"\b(?:\w+_)?{file.removesuffix('.py')}\.(\w+)", code))
    assert declared.keys() - used == set()


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


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_notice_and_event_speaks_every_language(language):
    catalogue = polib.pofile(str(ROOT / f"locale/{language}/LC_MESSAGES/django.po"))
    translated = {entry.msgid for entry in catalogue.translated_entries()}
    with translation.override(None):
        kinds = NoticeKind.known.values()
        spoken = {str(text) for kind in kinds for text in (kind.label, kind.subject, kind.body)}
        spoken |= {str(text) for kind in kinds for text in kind.further.values()}
        spoken |= {str(word) for kind in kinds for words in kind.words.values() for word in words.values()}
        spoken |= {str(event.label) for event in Event.known.values()}
    assert spoken - translated == set()


def test_every_flag_has_its_words_and_no_colour_is_for_nothing():
    assert set(flags_notices.REASONS) == set(Flag.Reason.values)
    assert set(flags_notices.DECISIONS) == set(Flag.Answer.values)
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
