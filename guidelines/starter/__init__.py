"""Three short guidelines to start from, in four languages, written for this project.

One folder a guideline, one Markdown file a language: its first line is the title, and the same rule has the same
anchor in each. `RULES` says which of the five bodies' rules stand behind each.
"""

from pathlib import Path

from guidelines.models import Audience

FOLDER = Path(__file__).parent

AUDIENCES = {
    "official-accounts": Audience.OFFICIAL,
    "employees-online": Audience.EMPLOYEES,
    "moderators": Audience.MODERATORS,
}

# Guideline -> anchor -> ids of the rules it draws on.
RULES = {
    "official-accounts": {
        "apply-first": "M06 M09 M10 D106",
        "few-accounts": "M03 M04",
        "more-than-one": "S29 M13",
        "say-what-to-expect": "D94 D95 D96 D97 D98",
        "also-on-the-web": "S05 S31",
        "pause-openly": "M19 M20 S63 S64",
        "evaluate": "S36 D91",
        "retire-quiet": "B24 S30",
    },
    "employees-online": {
        "speak-freely": "B05 M32 D122",
        "say-for-whom": "B06 M40 S40 S51",
        "stand-by-it": "B30 S45",
        "confidential": "B31 M37 R19",
        "ask-before-pictures": "B26 S47 S49",
        "own-password": "B32 M52",
        "pupil-contact": "M44 M45 S50 R14",
        "child-in-need": "R20 R21",
        "ask": "M53 M42",
    },
    "moderators": {
        "within-a-day": "M17 S26 D99",
        "always-correct": "S56 S59",
        "praise-and-criticism": "M21 M22 M23 S52",
        "no-cases": "M26 S57 S58 B19",
        "political": "M27 S61",
        "reputation": "M28 M29",
        "journal": "B28 S65",
        "remove-unlawful": "D53 S62",
        "leave-disagreement": "D118",
        "hand-over": "M18 S29",
        "crisis": "B33 M49",
    },
}


def texts(slug: str) -> dict[str, tuple[str, str]]:
    """Language -> (title, body) of one starter guideline."""
    found = {}
    for file in sorted((FOLDER / slug).glob("*.md")):
        title, _line, body = file.read_text("utf-8").partition("\n")
        found[file.stem] = (title.removeprefix("# ").strip(), body.strip("\n") + "\n")
    return found
