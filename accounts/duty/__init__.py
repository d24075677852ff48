"""Who is on duty for an account at a moment (M18, S29): the only reader of absences, shifts and take-overs.

Whoever has taken over comes first, then whoever the rota names at that time, then the moderators, the deputies in
their order, and the head of the unit, nearest up the tree. Skipped are those who are away, whose assignment is ended
or not accepted, who are deactivated, and who lack the acknowledgement that the unit's policy demands. Whoever is away
with a replacement is represented by the replacement, along the whole chain; a chain that bites its tail leads nowhere.

`find` (rule.py) is the rule itself, over plain values. `Roster` (roster.py) holds the facts of many accounts, loaded
in a constant number of queries. presence.py answers what needs absences alone.
"""

from accounts.duty.presence import absentees, away, held_between, held_through
from accounts.duty.roster import COVERAGE_DAYS, Duty, Gap, Roster, Span, coverage_gaps, on_duty
from accounts.duty.rule import Found, Why, find, stand_in

__all__ = [
    "COVERAGE_DAYS",
    "Duty",
    "Found",
    "Gap",
    "Roster",
    "Span",
    "Why",
    "absentees",
    "away",
    "coverage_gaps",
    "find",
    "held_between",
    "held_through",
    "on_duty",
    "stand_in",
]
