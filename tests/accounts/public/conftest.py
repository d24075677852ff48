"""Calls of the API, and tokens for them."""

import datetime as dt
import json

import pytest
from django.utils import timezone

from governance.signin.tokens import ApiToken

DAY = dt.timedelta(days=1)
ALL = ["posts:write", "posts:read", "posts:close"]


@pytest.fixture
def token(body, cast):
    """`token(...)` gives the headers of a new token: by default an integration's for nordvik, with every scope."""

    def issue(unit=body.nordvik, scopes=ALL, person=None, **fields):
        fields.setdefault("expires_at", timezone.now() + DAY)
        made, secret = ApiToken.issue(
            name="Inbox robot", unit=unit, scopes=scopes, person=person, by=cast.section, now=timezone.now(), **fields
        )
        if person:
            made.approve(by=person, now=timezone.now())
        issue.made = made
        return {"authorization": f"Bearer {secret}"}

    return issue


@pytest.fixture
def call(client):
    """`call(method, path, body=None, headers=None)` → (status, document)."""

    def run(method, path, body=None, headers=None, raw=None):
        data = raw if raw is not None else json.dumps(body) if body is not None else ""
        response = client.generic(method, f"/api/v1/{path}", data, content_type="application/json", headers=headers)
        if response.status_code >= 400:
            assert response["content-type"] == "application/problem+json", response.content[:300]
            document = response.json()
            assert (document["status"], bool(document["title"])) == (response.status_code, True)
        return response.status_code, response.json()

    return run
