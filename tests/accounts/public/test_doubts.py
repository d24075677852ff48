"""What the platform says of an account is heard by page, register and API until a person has decided."""

import pytest

from accounts.flags.models import Flag
from accounts.platforms.models import Connection
from accounts.public.verification import answer
from governance.platforms.models import Platform
from tests import factories


@pytest.fixture
def renamed(body, cast):
    """The connection has learnt that our account has another handle; the flag is open."""
    bluesky = Platform.objects.get(code="bluesky")
    account = factories.account(unit=body.nordvik, platform=bluesky, handle="fjordvik.example")
    factories.connection(account, cast.section, remote_handle="ny.fjordvik.example", remote_key="ny.fjordvik.example")
    Flag.objects.create(account=account, reason=Flag.Reason.PLATFORM, found={"new_handle": "ny.fjordvik.example"})
    return account


def test_neither_the_old_handle_nor_the_new_one_is_a_yes(client, renamed):
    for handle in ("fjordvik.example", "ny.fjordvik.example"):
        found = answer(f"https://bsky.app/profile/{handle}")
        assert (found.status, found.in_doubt, found.account) == ("unknown", "renamed", renamed)
        page = client.get("/verify/", {"url": f"https://bsky.app/profile/{handle}"}).text
        assert "Yes, this is our account" not in page
        assert "now has another handle" in page
        said = client.get("/api/v1/verify", {"url": f"bluesky:{handle}"}).json()
        assert (said["status"], said["in_doubt"], said["account"]["id"]) == ("unknown", "renamed", renamed.pk)
    assert client.get("/api/v1/accounts").json()["items"][0]["in_doubt"] == "renamed"
    assert "now has another handle" in client.get("/register/").text
    assert "now has another handle" in client.get(f"/register/{renamed.pk}/").text
    assert "bsky.app" not in client.get("/trust.txt").text


def test_a_decision_ends_the_doubt(renamed, cast, now):
    Flag.objects.update(closed_at=now)
    assert answer("bluesky:fjordvik.example").status == "official"
    assert answer("bluesky:ny.fjordvik.example").in_doubt == "renamed"  # nobody has written it into the register
    old = renamed.facts()
    renamed.handle, renamed.url = "ny.fjordvik.example", "https://bsky.app/profile/ny.fjordvik.example"
    renamed.write(by=cast.section, now=now, old=old)
    assert answer("bluesky:ny.fjordvik.example").status == "official"
    assert answer("bluesky:fjordvik.example").status == "formerly_official"


@pytest.mark.parametrize("state", ["gone", "suspended"])
def test_what_is_gone_is_no_yes(renamed, state, now):
    Flag.objects.update(closed_at=now)
    Connection.objects.update(remote_state=state)
    assert (answer("bluesky:fjordvik.example").status, answer("bluesky:fjordvik.example").in_doubt) == (
        "unknown",
        state,
    )


def test_a_flag_alone_is_heard(body, facebook):
    account = factories.account(unit=body.nordvik, platform=facebook, handle="nordvikvgs")
    Flag.objects.create(account=account, reason=Flag.Reason.PLATFORM, found={"state": "gone"})
    assert (answer("facebook:nordvikvgs").status, answer("facebook:nordvikvgs").in_doubt) == ("unknown", "changed")
