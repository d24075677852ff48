"""Applications that several pages are tried with; a file that needs another one names its own so."""

import pytest

from tests import factories


@pytest.fixture
def draft(cast, body, facebook):
    return factories.application(
        applicant=cast.employee,
        unit=body.nordvik,
        platform=facebook,
        moderators=[cast.moderator, cast.employee],
        deputies=[cast.deputy],
    )


@pytest.fixture
def waiting(cast, body, facebook):
    return factories.application(
        applicant=cast.employee,
        unit=body.nordvik,
        platform=facebook,
        moderators=[cast.moderator, cast.employee],
        deputies=[cast.deputy],
        status="submitted",
    )
