"""The trail is kept for years and read in four languages: what it calls a thing depends on nobody's choice."""

import pytest
from django.utils import translation

from accounts.applications.models import Application
from accounts.flags.models import Flag
from governance.audit.models import audit_row
from governance.imports import events
from tests import factories

pytestmark = pytest.mark.django_db


def subjects(account, cast, now):
    post = factories.post(account, posted_at=now)
    return [
        post,
        Flag.objects.create(account=account, post=post, reason=Flag.Reason.UNANSWERED, raised_at=now),
        Application.objects.create(applicant=cast.employee, unit=account.unit),
        cast.principal.grants.get(),
    ]


def test_the_trail_names_things_in_no_language(account, cast, now):
    for subject in subjects(account, cast, now):
        names = set()
        for language in ("en-gb", "nb", "nn", "da"):
            with translation.override(language):
                names.add(audit_row(events.IMPORTED, subject, by=None, now=now).subject_name)
        assert len(names) == 1, subject
