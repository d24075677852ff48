"""Applications of the cast."""

import pytest

from tests import factories


@pytest.fixture
def make(cast, body, facebook):
    """`make(status=…)`: a complete application of the employee for nordvik, in any state."""

    def made(status="draft", **fields):
        details = {"applicant": cast.employee, "unit": body.nordvik, "platform": facebook}
        if status not in ("draft", "expired", "withdrawn"):
            details |= {"submitted_at": factories.YESTERDAY, "submission": 1}
        if status in ("approved", "rejected", "returned"):
            details |= {"decided_at": factories.YESTERDAY}
        if status in ("approved", "registered"):
            details["account"] = factories.account(unit=body.sorvik, platform=facebook, state="planned")
        return factories.application(
            moderators=[cast.moderator, cast.employee], deputies=[cast.deputy], status=status, **details | fields
        )

    return made
