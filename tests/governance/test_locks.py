"""What is installed is pinned, and says nothing about where it was fetched; the settings are written down."""

import json
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
PYTHON_LOCKS = {
    "requirements.txt": PROJECT["project"]["dependencies"],
    "requirements-dev.txt": PROJECT["project"]["dependencies"] + PROJECT["dependency-groups"]["dev"],
    "requirements-node.txt": PROJECT["dependency-groups"]["node"],
}


def name_of(requirement: str) -> str:
    return re.sub(r"[-_.]+", "-", re.match(r"[\w.-]+", requirement)[0]).lower()


def pins(lock: str) -> dict[str, str]:
    return dict(re.findall(r"^([\w.-]+)(?:\[[\w,-]+\])?==(\S+)", (ROOT / lock).read_text(), re.MULTILINE))


@pytest.mark.parametrize("lock", PYTHON_LOCKS)
def test_python_locks_name_no_address_and_hash_each_package(lock):
    text = (ROOT / lock).read_text()
    assert "://" not in text
    assert "index-url" not in text
    for block in re.split(r"\n(?=[\w])", text):
        if "==" in block.splitlines()[0]:
            assert "--hash=sha256:" in block, block.splitlines()[0]


@pytest.mark.parametrize(("lock", "wanted"), PYTHON_LOCKS.items())
def test_each_dependency_is_pinned(lock, wanted):
    assert {name_of(requirement) for requirement in wanted} <= {name_of(name) for name in pins(lock)}


def test_developers_run_the_very_versions_of_production():
    assert pins("requirements.txt").items() <= pins("requirements-dev.txt").items()


def test_npm_lock_names_no_address_and_pins_each_package():
    lock = json.loads((ROOT / "package-lock.json").read_text())
    packages = {path: fields for path, fields in lock["packages"].items() if path}
    wanted = json.loads((ROOT / "package.json").read_text())
    for name in wanted["dependencies"] | wanted["devDependencies"]:
        assert f"node_modules/{name}" in packages
    for path, fields in packages.items():
        assert "resolved" not in fields, path
        assert fields["integrity"].startswith("sha512-"), path
        rest = {key: value for key, value in fields.items() if key != "funding"}
        assert "://" not in json.dumps(rest), path


def test_env_example_lists_what_is_read_and_nothing_else():
    sources = [ROOT / "governance/settings.py", ROOT / "governance/management/commands/serve.py"]
    pattern = r"env(?:iron)?(?:\.\w+)?\(\s*\"([A-Z_]+)\""
    read = {name for source in sources for name in re.findall(pattern, source.read_text())}
    listed = set(re.findall(r"^(?:# )?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert listed == read
