"""Which roles on an account count, and who holds them: conditions on assignments, for queries from either side.

`of` is the way from the model that is filtered to its assignments: "" from assignments themselves, "assignments__"
from accounts. Conditions of one assignment belong in one `filter()`.
"""

from __future__ import annotations

import datetime as dt

from django.db.models import Q

from governance.calendar.hours import midnight
from governance.people.absences import represented_by
from governance.people.models import Person


def open_roles(of: str = "") -> Q:
    """Offered or accepted: neither declined nor ended."""
    return Q(**{f"{of}declined_at": None, f"{of}ended_at": None})


def current_roles(on: dt.date, of: str = "") -> Q:
    """Accepted and in force on the day. See also `Assignment.is_current()`."""
    unended = Q(**{f"{of}ends_on": None}) | Q(**{f"{of}ends_on__gte": on})
    started = {f"{of}accepted_at__isnull": False, f"{of}starts_on__lte": on, f"{of}person__is_active": True}
    return open_roles(of) & unended & Q(**started)


def held_by(person: Person, on: dt.date, of: str = "") -> Q:
    """Current roles of the person, and of those absent that day whom the person replaces.

    Whoever is on duty in somebody's place has to see the posts.
    """
    start = midnight(on)
    return current_roles(on, of) & own_or_replaced(person, start, start + dt.timedelta(days=1), of)


def own_or_replaced(person: Person, start: dt.datetime, end: dt.datetime, of: str = "") -> Q:
    """Roles of the person, and of everyone whose chain of replacements leads to them at some time in the window."""
    return Q(**{f"{of}person__in": represented_by(person, start, end)})
