"""Forms that carry what they were opened with, sent with forged revisions. Each is the attack."""

import pytest
from django.db import transaction
from django.urls import reverse

from governance.pages.revisions import Revised
from tests.test_every_address import ROWS

pytestmark = pytest.mark.django_db

JUNK = ["\x00", "9" * 40, "-1", "é" * 3000, "[]", "31.02.2026", "None"]


def pages(client, standing):
    """(name, url, form) of each form that compares revisions."""
    for name, (place, _allowed) in ROWS.items():
        if name == "readyz":
            continue
        url = reverse(name, kwargs=standing.places[place] if place else {})
        page = client.get(url)
        form = page.context.get("form") if page.context is not None else None
        if isinstance(form, Revised) and form.stands_already:
            yield name, url, form


@pytest.mark.parametrize("who", ["admin", "chief", "principal"])
def test_no_junk_in_a_revision_or_beside_it_breaks_a_form(standing, login, who):
    client = login(getattr(standing.cast, who))
    client.raise_request_exception = False
    found, broken = list(pages(client, standing)), []
    assert found
    for name, url, form in found:
        names = list(form.fields)
        for junk in JUNK:
            forged = " ".join(f"{field}=0" for field in names)
            for revision in (forged, junk, f"{forged} pk=1 is_active=1"):
                typed = {form.add_prefix(field): [junk, junk] for field in names}
                typed |= {form.revision_name: revision, form.theirs_name: [*names, "pk", "state", junk]}
                with transaction.atomic():
                    answer = client.post(url, typed)
                    transaction.set_rollback(True)
                if answer.status_code >= 500:
                    broken.append((name, junk[:10], revision[:20]))
    assert not broken
