"""What SQLite, the embedded default, promises, and where that is tried (`pytest -m embedded`, in `.ci/test`).

All tests run on PostgreSQL. On SQLite only those whose outcome could differ there: statements of its own, what one
database orders, compares or counts otherwise than the other, and each address once. What the portal does in Python,
and what queries as plain as everybody's say, is the same on both.
"""

from collections.abc import Iterable
from pathlib import Path

TESTS = Path(__file__).parent

EMBEDDED = {
    "its own triggers: append-only and frozen rows": ("governance/trail", "guidelines/texts/test_models.py"),
    "its own search": ("guidelines/reading/test_search.py",),
    "its one writer: locks, BEGIN IMMEDIATE, what a probe says when it is locked": (
        "governance/test_locks.py",
        "governance/operations/test_operations.py",
    ),
    "`make run`: the whole portal on an empty file, and its demo body": (
        "governance/operations/test_serve.py",
        "accounts/test_demo.py",
        "guidelines/test_demo.py",
    ),
    "names, addresses and e-mails without regard to case, Æ, Ø and Å among them": (
        "accounts/register/test_identity.py",
        "accounts/register/test_register.py",
        "governance/people/test_people.py",
        "governance/units",
        "accounts/work_use",
    ),
    "rows put in where some stand already: imports, ingest, notices, flags, policy, drafts on the desk": (
        "governance/imports",
        "accounts/register/test_register_import.py",
        "accounts/inbox/test_take_in.py",
        "accounts/inbox/test_post_import.py",
        "accounts/inbox/test_desk.py",
        "governance/policy",
        "guidelines/ready_texts",
        "guidelines/texts/test_links.py",
    ),
    "sweeps: each row once, in pages, claimed by conditional updates": (
        "accounts/test_sweeps.py",
        "accounts/inbox/test_unanswered.py",
        "accounts/inbox/test_reminders.py",
        "accounts/inbox/test_section.py",
        "accounts/inbox/test_removals.py",
        "accounts/inactivity",
        "accounts/flags/test_moves.py",
        "accounts/platforms/test_fetches.py",
        "accounts/platforms/test_news.py",
        "accounts/platforms/test_turns.py",
        "accounts/platforms/test_hooks.py",
        "governance/notices/test_delivery.py",
        "guidelines/texts/test_plans.py",
        "guidelines/texts/test_rounds.py",
        "guidelines/reading/test_acknowledgements.py",
    ),
    "SQL of our own and subqueries: who is on duty, lists with their numbers, pages by key": (
        "accounts/duty/test_duty.py",
        "accounts/duty/test_takeover.py",
        "accounts/inbox/test_inbox_list.py",
        "accounts/inbox/test_answered.py",
        "accounts/public/test_api.py",
        "accounts/public/test_api_for_everybody.py",
        "governance/people/test_absences.py",
    ),
    "what lies in JSON: answers, advice, what a flag found": (
        "accounts/applications/test_applications.py",
        "accounts/applications/test_sending.py",
        "accounts/inbox/test_triage.py",
        "accounts/inbox/test_advice.py",
    ),
    "each address, asked by each role: no query fails": ("test_every_address.py",),
}
# These start the portal on an SQLite file of their own, whatever the others run on: once is enough.
ONLY_HERE = ("governance/operations/test_serve.py",)


def promised_on_sqlite(path: Path) -> bool:
    return _lies_in(path, [one for paths in EMBEDDED.values() for one in paths])


def tried_on_sqlite_only(path: Path) -> bool:
    return _lies_in(path, ONLY_HERE)


def _lies_in(path: Path, places: Iterable[str]) -> bool:
    return any(path == TESTS / place or TESTS / place in path.parents for place in places)
