"""Language and notices: what belongs to the person who is logged in."""

import pytest

from accounts.cover import notices
from governance.notices.models import Notice, key_of, tell


def told(person, now, key="one"):
    tell([person], notices.HANDOVER, about=None, once=key, path="/me/", now=now)
    return Notice.objects.get(person=person, key=key_of(notices.HANDOVER, None, key))


def test_the_choice_of_language_is_remembered_on_the_person(login, cast):
    client = login(cast.employee)
    response = client.post("/language/", {"language": "nn", "next": "/notices/"})
    assert response.url == "/notices/"
    cast.employee.refresh_from_db()
    assert cast.employee.language == "nn"
    assert b'<html lang="nn"' in client.get("/notices/").content


def test_before_log_in_a_cookie_remembers_it(client, db):
    client.post("/language/", {"language": "da"})
    assert b'<html lang="da"' in client.get("/login/").content


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_the_way_back_stays_here(client, db, target):
    assert client.post("/language/", {"language": "nb", "next": target}).url == "/"


def test_an_unknown_language_is_refused(client, db):
    assert client.post("/language/", {"language": "xx"}).status_code == 400


def test_a_notice_is_read_by_following_it(login, cast, now):
    notice = told(cast.employee, now)
    assert login(cast.employee).get(f"/notices/{notice.pk}/").url == "/me/"
    notice.refresh_from_db()
    assert notice.read_at is not None


def test_another_persons_notice_is_not_there(login, cast, now):
    notice = told(cast.principal, now)
    assert login(cast.employee).get(f"/notices/{notice.pk}/").status_code == 404


def test_all_are_marked_as_read_once(login, cast, now):
    told(cast.employee, now)
    other = told(cast.principal, now)
    client = login(cast.employee)
    assert client.get("/notices/read/").status_code == 405
    client.post("/notices/read/")
    client.post("/notices/read/")
    assert not Notice.objects.filter(person=cast.employee).unread().exists()
    other.refresh_from_db()
    assert other.read_at is None


def test_told_twice_of_the_same_is_told_once(cast, now):
    told(cast.employee, now)
    told(cast.employee, now)
    assert Notice.objects.filter(person=cast.employee).count() == 1


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_one_and_for_many(login, cast, now, rows, django_assert_num_queries):
    for number in range(rows):
        told(cast.employee, now, key=str(number))
    client = login(cast.employee)
    with django_assert_num_queries(7):
        assert client.get("/notices/").status_code == 200


def test_me_shows_roles(login, cast):
    assert b"Nordvik vgs" in login(cast.principal).get("/me/").content
