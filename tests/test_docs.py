"""The documents a newcomer reads: that what the code cites is explained, and that what they name is there."""

import re

import pytest

from governance.policy.settings import SETTINGS
from tests.test_house import ROOT, tracked_files

RULES = (ROOT / "docs/rules.md").read_text(encoding="utf-8")
EXPLAINED = set(re.findall(r"^\| ([BMSDRK]\d+) \|", RULES, re.MULTILINE))
# Ids as they are written in texts; K5 and the like are short.
CITED = re.compile(r"(?<![\w#&-])(?:[BMSR]\d{2}|D\d{2,3}|K\d{1,2})(?![\w-])")
READ = {".py", ".html", ".txt", ".md", ".toml", ".js", ".css", ".po"}


def test_every_cited_rule_is_explained():
    cited = {
        id: path.relative_to(ROOT).as_posix()
        for path in tracked_files()
        if path.suffix in READ
        for id in CITED.findall(path.read_text(encoding="utf-8"))
    }
    assert len(cited) > 250
    assert {id: where for id, where in cited.items() if id not in EXPLAINED} == {}


def test_each_rule_stands_once():
    ids = re.findall(r"^\| ([BMSDRK]\d+) \|", RULES, re.MULTILINE)
    assert len(ids) == len(set(ids)) == 322 + 20


def test_every_setting_answers_to_rules_that_are_explained():
    assert {id for setting in SETTINGS.values() for id in setting.rules} <= EXPLAINED


def test_settings_that_the_differences_name_are_there():
    assert set(re.findall(r"`([a-z_]+)`", RULES)) <= set(SETTINGS)


@pytest.mark.parametrize("document", sorted((ROOT / "docs").rglob("*.md")), ids=lambda path: path.name)
def test_paths_and_links_lead_somewhere(document):
    text = document.read_text(encoding="utf-8")
    links = {target.partition("#")[0] for target in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in target}
    assert {target for target in links if target and not (document.parent / target).exists()} == set()
    # Decisions tell of the house as it was.
    if document.parent.name != "adr":
        named = re.findall(r"`((?:governance|guidelines|accounts|templates|tests|docs|locale)/[\w./-]+)`", text)
        assert {name for name in named if not (ROOT / name).exists()} == set()


def test_every_decision_is_listed():
    folder = ROOT / "docs/adr"
    listed = set(re.findall(r"\]\((\d{4}-[\w-]+\.md)\)", (folder / "README.md").read_text(encoding="utf-8")))
    assert listed == {path.name for path in folder.glob("0*.md")}
