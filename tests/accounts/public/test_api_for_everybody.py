"""The calls that ask for no token: the public register, and whether an account is ours."""

from accounts.register import events
from governance.audit.models import record
from tests import factories


def test_the_public_register(call, account, body, facebook, django_assert_num_queries):
    retired = factories.account(unit=body.sorvik, platform=facebook, state="retired")
    factories.account(unit=body.nordvik, platform=facebook, state="planned")
    status, page = call("GET", "accounts")
    assert (status, [item["id"] for item in page["items"]]) == (200, [account.pk, retired.pk])
    assert page["items"][0]["unit"] == {"code": "nordvik", "name": "Nordvik vgs"}
    assert not {"editor", "contact_email", "people", "moderators"} & set(page["items"][0])
    for size in (1, 2):
        with django_assert_num_queries(2):
            call("GET", f"accounts?page_size={size}")


def test_filters_of_the_register(call, account, body, facebook):
    other = factories.account(
        unit=body.klubb, platform=factories.platform("x", "X"), name="Photo club", state="paused", handle="photo"
    )

    def ids(query):
        return [item["id"] for item in call("GET", f"accounts?{query}")[1]["items"]]

    assert ids("platform=x") == ids("unit=klubb") == ids("state=paused") == ids("q=photo") == [other.pk]
    assert ids("unit=nordvik") == [account.pk, other.pk]  # with those below it
    assert ids("unit=nowhere") == ids("platform=nowhere") == []
    assert call("GET", "accounts?state=planned")[0] == 422


def test_updated_since_follows_the_audit_trail(call, account, cast, now):
    assert call("GET", "accounts?updated_since=2026-11-18T00:00:00")[1]["count"] == 0
    record(events.ACCOUNT_CHANGED, account, by=cast.section, now=now)
    page = call("GET", "accounts?updated_since=2026-11-18T00:00:00")[1]
    assert [item["changed_at"] for item in page["items"]] == ["2026-11-18T09:00:00Z"]
    assert call("GET", "accounts?updated_since=2026-11-18T10:00:01")[1]["count"] == 0  # local time
    assert call("GET", "accounts?updated_since=yesterday")[0] == 422


def test_one_account(call, account, body, facebook):
    assert call("GET", f"accounts/{account.pk}")[1]["handle"] == account.handle
    planned = factories.account(unit=body.nordvik, platform=facebook, state="planned")
    assert call("GET", f"accounts/{planned.pk}")[0] == 404


def test_verify(call, account, body, facebook):
    retired = factories.account(unit=body.sorvik, platform=facebook, state="retired")
    status, answer = call("GET", f"verify?url=https://m.facebook.com/{account.handle.upper()}/")
    assert (status, answer["status"], answer["account"]["id"]) == (200, "official", account.pk)
    assert call("GET", f"verify?url=facebook.com/{retired.handle}")[1]["status"] == "formerly_official"
    unknown = call("GET", "verify?url=facebook.com/impostor")[1]
    assert unknown == {
        "status": "unknown",
        "of": "profile",
        "account": None,
        "in_doubt": None,
        "near": [],
        "reason": None,
    }
    post = call("GET", f"verify?url=facebook.com/{account.handle}/posts/17")[1]
    assert (post["status"], post["of"], post["account"]["id"]) == ("official", "post", account.pk)
    close = call("GET", f"verify?url=facebook.com/{account.handle}x")[1]
    assert (close["status"], close["near"][0]["id"]) == ("unknown", account.pk)
    assert "sharing" in call("GET", "verify?url=https://www.facebook.com/share/1A/")[1]["reason"]
    assert call("GET", "verify?url=%00")[1]["status"] == "unknown"
    assert call("GET", "verify")[0] == 422
