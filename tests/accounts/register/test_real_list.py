"""A real list of official accounts, where it is at hand: `TALERSTOL_LISTS` names the folder of us-congress.

By command and by page it comes in whole, and a second time it changes nothing. Otherwise no test is here.
"""

import os
from pathlib import Path

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from accounts.register.models import OfficialAccount
from governance.imports import jobs
from tests.governance.imports.test_pages import columns, here, upload

FILE = Path(os.environ.get("TALERSTOL_LISTS", "/nonexistent")) / "us-congress/legislators-social-media.yaml"

if FILE.is_file():
    pytestmark = [pytest.mark.seeds, pytest.mark.django_db]

    def test_it_comes_in_whole_by_command(body):
        for _time in range(2):
            call_command("import_accounts", str(FILE), "--unit", "central", verbosity=0)  # fails where a row does
            assert OfficialAccount.objects.count() == 1733

    def test_it_comes_in_whole_by_page(login, cast):
        client = login(cast.section)
        for times in (1733, 0):
            page = upload(client, FILE.read_bytes(), "accounts", FILE.name)
            page = client.post(here(page), columns(page) | {"unit": "central"}, follow=True)
            jobs.work(timezone.now())
            page = client.get(here(page))
            assert page.context["report"].counts["accepted"] == times
            assert page.context["report"].rejected == []
            if times:
                client.post(here(page), {"confirm": ""})
                jobs.work(timezone.now())
            assert OfficialAccount.objects.count() == 1733
        assert client.get(reverse("accounts:accounts")).status_code == 200
