"""The five bodies' own texts, where they are at hand: `TALERSTOL_SEEDS` names the folder. Otherwise no test is here."""

import os
import re
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from guidelines.documents.files import read_document

SEEDS = Path(os.environ.get("TALERSTOL_SEEDS", "/nonexistent"))

# Counted by eye in each document: headings, rules, the headings' first and last.
EXPECTED = {
    "000-buskerud.nb.txt": (8, 30),
    "001-more-og-romsdal.nn.txt": (5, 22),
    "002-sel.nb.md": (8, 14),
    "003-difi-veileder.nb.md": (80, 110),
    "004-randers-ungdomsskole.da.txt": (3, 6),
}

if SEEDS.is_dir():

    @pytest.mark.seeds
    @pytest.mark.parametrize("name", EXPECTED)
    def test_headings_and_rules_match_the_document(name):
        data = (SEEDS / name).read_bytes()
        outline = read_document(name, data)

        assert (len(outline.headings), len(outline.rules)) == EXPECTED[name]
        bulleted = [
            line for line in data.decode().split("\n") if line.lstrip().startswith(("- ", "• ", "1. ", "2. ", "3. "))
        ]
        assert len(outline.rules) == len(bulleted)

    @pytest.mark.seeds
    @pytest.mark.parametrize("name", EXPECTED)
    def test_no_word_is_lost_but_the_contents(name):
        data = (SEEDS / name).read_bytes().decode()
        outline = read_document(name, data.encode())
        lines = [line for line in data.split("\n") if "....." not in line and line.strip() != "Innhold"]
        said = _words(" ".join(lines).replace("](#)", "]"))

        assert _words(outline.markdown()) == said

    @pytest.mark.seeds
    @pytest.mark.parametrize("name", EXPECTED)
    def test_the_markdown_means_the_same(name):
        outline = read_document(name, (SEEDS / name).read_bytes())
        tokens = MarkdownIt("commonmark").parse(outline.markdown())

        assert sum(token.type == "heading_open" for token in tokens) == len(outline.headings)
        assert sum(token.type == "list_item_open" for token in tokens) == len(outline.rules)
        assert read_document("again.md", outline.markdown().encode()) == outline


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text)
