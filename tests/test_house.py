"""The house itself: which app may know which, and maps that must be complete."""

import ast
from pathlib import Path

import pytest

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
    assert not {name for name in imported_modules(ROOT / "governance/calendar.py") if ".models" in name}


@pytest.mark.parametrize("folder", ["governance", "accounts", "guidelines"])
def test_no_file_has_grown_past_its_concept(folder):
    long = {
        str(source.relative_to(ROOT)): lines
        for source in (ROOT / folder).rglob("*.py")
        if "migrations" not in source.parts
        if (lines := len(source.read_text(encoding="utf-8").splitlines())) > 450
    }
    assert not long
