"""Permissions follow from roles, reach down the tree, and end with their dates."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import path

from governance import checks
from governance.access import (
    ROLE_PERMISSIONS,
    Permission,
    Role,
    can,
    demand,
    holders,
    public,
    requires,
    signed_in,
    units_where,
)
from governance.units.models import Tree
from tests import factories


def test_every_role_has_its_permissions_and_every_permission_a_role():
    assert set(ROLE_PERMISSIONS) == set(Role)
    assert set().union(*ROLE_PERMISSIONS.values()) == set(Permission)


def test_a_permission_on_a_unit_reaches_all_below_it(cast, body):
    assert can(cast.principal, Permission.DELEGATE, body.nordvik)
    assert can(cast.principal, Permission.DELEGATE, body.klubb)
    assert not can(cast.principal, Permission.DELEGATE, body.sorvik)
    assert not can(cast.principal, Permission.DELEGATE, body.central)
    assert units_where(cast.principal, Permission.DELEGATE) == {body.nordvik.pk, body.klubb.pk}


def test_grants_hold_from_their_first_to_their_last_day(body):
    person = factories.person()
    factories.grant(person, Role.PRINCIPAL, body.nordvik, starts_on=dt.date(2026, 3, 1), ends_on=dt.date(2026, 3, 31))

    def on(day, hour=12):
        moment = dt.datetime(2026, 3, day, hour, tzinfo=dt.UTC) if day else dt.datetime(2026, 2, 28, 22, tzinfo=dt.UTC)
        return can(person, Permission.DELEGATE, body.nordvik, now=moment)

    assert not on(0)
    assert on(1)
    assert on(31, 21)  # 23:00 in Oslo, summer time by now
    assert not on(31, 22)  # 1 April there


def test_a_deactivated_person_may_nothing(cast, body, now):
    cast.principal.is_active, cast.principal.deactivated_at = False, now
    cast.principal.save()
    assert not can(cast.principal, Permission.DELEGATE, body.nordvik)
    assert not can(cast.principal, Permission.APPLY)


def test_an_administrator_decides_nothing_by_that_role(cast, body):
    for permission in (Permission.DECIDE_AS_CHIEF, Permission.DECIDE_AS_HEAD, Permission.DECIDE_FLAGS):
        assert not can(cast.admin, permission, body.central)


def test_roles_on_an_account_reach_that_account_only(cast, account, body, facebook):
    other = factories.account(unit=body.sorvik, platform=facebook)
    factories.assign(account, cast.moderator)
    assert can(cast.moderator, Permission.ANSWER_POSTS, account)
    assert not can(cast.moderator, Permission.ANSWER_POSTS, other)
    assert not can(cast.moderator, Permission.ANSWER_POSTS)  # no unit anywhere


def test_an_offered_role_gives_nothing_before_it_is_accepted(cast, account):
    factories.assign(account, cast.moderator, accepted=False)
    assert not can(cast.moderator, Permission.ANSWER_POSTS, account)


def test_demand_refuses(cast, body):
    with pytest.raises(PermissionDenied):
        demand(cast.employee, Permission.EDIT_UNITS)


def test_holders_are_found_up_the_tree(cast, body):
    path_up = Tree.load().path_up(body.klubb.pk)
    assert list(holders(Permission.DECIDE_AS_HEAD, path_up, dt.date(2026, 11, 18))) == [cast.principal]


@pytest.mark.parametrize(
    ("decorate", "status"),
    [(public, 200), (signed_in, 302), (requires(Permission.EDIT_UNITS), 302)],
    ids=["public", "signed in", "requires"],
)
def test_what_a_view_says_holds_for_those_not_logged_in(decorate, status, db):
    from django.contrib.auth.models import AnonymousUser

    request = RequestFactory().get("/somewhere/?a=1")
    request.user = AnonymousUser()
    response = decorate(lambda request: HttpResponse())(request)
    assert response.status_code == status
    if status == 302:
        assert response.url == "/login/?next=/somewhere/%3Fa%3D1"


def test_a_view_without_a_decision_is_an_error(settings):
    settings.ROOT_URLCONF = type("urls", (), {"urlpatterns": [path("naked/", lambda request: HttpResponse())]})
    assert [error.id for error in checks.every_view_decides_access(None)] == ["talerstol.E001"]
