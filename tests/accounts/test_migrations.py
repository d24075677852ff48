"""What migrations do to rows that were there before."""

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection

from tests import factories

ADDRESS = "https://www.facebook.com/kari.nordmann/posts/1"


@pytest.mark.parametrize(
    ("gone", "kept"),
    [
        ({"removed_at": factories.YESTERDAY}, False),
        ({"content_removed_at": factories.YESTERDAY}, False),
        ({"hidden_at": factories.YESTERDAY}, True),
        ({"outcome": "answered", "closed_at": factories.YESTERDAY}, True),
    ],
)
def test_what_is_gone_loses_its_address_too(account, gone, kept):
    post = factories.post(account, url=ADDRESS, author_id="77", **gone)
    migration = import_module("accounts.migrations.0009_no_address_of_what_is_gone")
    for _twice in range(2):
        migration.empty(apps, SimpleNamespace(connection=connection))
    post.refresh_from_db()
    assert (post.url, post.author_id) == ((ADDRESS, "77") if kept else ("", ""))
    assert post.text
