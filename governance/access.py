"""Who may do what: the one place.

Roles are held (granted for a unit, or assigned on an account); permissions follow from roles; code asks for
permissions only. A permission on a unit reaches all units below it. State is another matter: what a thing
allows in its present state is the model's own rule.

Views state their decision with one of the decorators below; `governance.checks` refuses to start with a
view that has none. What a person may see comes from `visible_to(person)` querysets, so a stranger gets 404.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from functools import wraps
from typing import TYPE_CHECKING, Any, Protocol, TypeGuard

from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from governance.units.models import Unit, below, parents

if TYPE_CHECKING:  # people's models import the roles from here
    from django.contrib.auth.models import AnonymousUser
    from django.http import HttpRequest, HttpResponseBase

    from governance.people.models import Person

    class SignedInRequest(HttpRequest):
        """What a view gets that is not `public`."""

        user: Person


View = Callable[..., "HttpResponseBase"]


class Role(models.TextChoices):
    EMPLOYEE = "employee", _("Employee")
    MODERATOR = "moderator", _("Moderator")
    DEPUTY = "deputy", _("Deputy")
    EDITOR = "editor", _("Editor")
    UNIT_LEADER = "unit_leader", _("Unit leader")
    PRINCIPAL = "principal", _("Principal")
    INFORMATION_CHIEF = "information_chief", _("Information chief")
    INFORMATION_SECTION = "information_section", _("Information section")
    ARCHIVIST = "archivist", _("Archivist")
    ADMINISTRATOR = "administrator", _("Administrator")

    @property
    def granted(self) -> bool:
        """Held through a RoleGrant; the others follow from logging in, an assignment or being an account's editor."""
        return self not in (Role.EMPLOYEE, Role.MODERATOR, Role.DEPUTY, Role.EDITOR)


HEADS = (Role.UNIT_LEADER, Role.PRINCIPAL)


class Permission(models.TextChoices):
    # everyone who logs in
    APPLY = "apply"
    SEE_REGISTER = "see_register"
    # on an account
    SEE_POSTS = "see_posts"
    ANSWER_POSTS = "answer_posts"
    PAUSE_ACCOUNT = "pause_account"
    ANSWER_FLAGS = "answer_flags"
    OPEN_ACCOUNT = "open_account"
    # on a unit
    SEE_APPLICATIONS = "see_applications"
    DECIDE_AS_HEAD = "decide_as_head"
    DELEGATE = "delegate"
    ARRANGE_COVER = "arrange_cover"
    LEAD_PEOPLE = "lead_people"
    EDIT_ACCOUNT = "edit_account"
    CONFIRM_ACCOUNT = "confirm_account"
    CONNECT_ACCOUNT = "connect_account"
    # the whole body
    DECIDE_AS_CHIEF = "decide_as_chief"
    DECIDE_FLAGS = "decide_flags"
    ANSWER_FOR_SECTION = "answer_for_section"
    LEAD_IN_CRISIS = "lead_in_crisis"
    EDIT_READY_TEXTS = "edit_ready_texts"
    REGISTER_ACCOUNT = "register_account"
    PUBLISH_GUIDELINES = "publish_guidelines"
    EDIT_POLICY = "edit_policy"
    EDIT_PLATFORMS = "edit_platforms"
    SEE_AUDIT = "see_audit"
    EDIT_UNITS = "edit_units"
    EDIT_PEOPLE = "edit_people"
    GRANT_ROLES = "grant_roles"
    EDIT_SETTINGS = "edit_settings"


P = Permission
_EVERYONE = frozenset({P.APPLY, P.SEE_REGISTER})
_MODERATOR = frozenset(
    {P.SEE_POSTS, P.ANSWER_POSTS, P.PAUSE_ACCOUNT, P.ANSWER_FLAGS, P.OPEN_ACCOUNT, P.CONNECT_ACCOUNT}
)
_HEAD = (
    _MODERATOR
    | {P.SEE_APPLICATIONS, P.DECIDE_AS_HEAD, P.DELEGATE, P.ARRANGE_COVER, P.EDIT_ACCOUNT, P.LEAD_PEOPLE}
    | {P.CONFIRM_ACCOUNT}
)
_SECTION = _MODERATOR | {
    P.SEE_APPLICATIONS,
    P.ARRANGE_COVER,
    P.EDIT_ACCOUNT,
    P.CONFIRM_ACCOUNT,
    P.DECIDE_FLAGS,
    P.ANSWER_FOR_SECTION,
    P.LEAD_IN_CRISIS,
    P.EDIT_READY_TEXTS,
    P.REGISTER_ACCOUNT,
    P.PUBLISH_GUIDELINES,
    P.EDIT_POLICY,
    P.EDIT_PLATFORMS,
    P.SEE_AUDIT,
}

ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.EMPLOYEE: _EVERYONE,
    Role.MODERATOR: _MODERATOR,
    Role.DEPUTY: _MODERATOR,
    # Whoever asked for an account is its editor (B23): brings it as far as opening, reads no posts by that alone.
    Role.EDITOR: frozenset({P.OPEN_ACCOUNT}),
    Role.UNIT_LEADER: _HEAD,
    Role.PRINCIPAL: _HEAD,
    Role.INFORMATION_SECTION: _SECTION,
    # Grants roles for want of a second administrator alone (governance.signin.safeguards).
    Role.INFORMATION_CHIEF: _SECTION | {P.DECIDE_AS_CHIEF, P.DELEGATE, P.GRANT_ROLES},
    Role.ARCHIVIST: frozenset({P.SEE_POSTS}),
    # No decisions by virtue of this role.
    Role.ADMINISTRATOR: frozenset(
        {P.EDIT_POLICY, P.EDIT_PLATFORMS, P.SEE_AUDIT, P.EDIT_UNITS, P.EDIT_PEOPLE, P.GRANT_ROLES, P.EDIT_SETTINGS}
    ),
}


# Roles that decide, or make others decide: what changes about who holds them is guarded (governance.signin.safeguards).
DECIDING = frozenset(
    role
    for role, permissions in ROLE_PERMISSIONS.items()
    if permissions & {P.DECIDE_AS_HEAD, P.DECIDE_AS_CHIEF, P.DECIDE_FLAGS, P.EDIT_PEOPLE}
)

# What these reach belongs to no unit: it takes the role at the body itself, not at some unit of it.
OF_THE_WHOLE_BODY = frozenset({P.PUBLISH_GUIDELINES, P.EDIT_READY_TEXTS})


def roles_with(permission: Permission) -> list[Role]:
    return [role for role, permissions in ROLE_PERMISSIONS.items() if permission in permissions]


class Place(Protocol):
    """Where a permission is asked for: a unit, or something that belongs to one (`unit_id`).

    An object that hands out roles of its own (an account and its moderators) also has
    `roles_of(person, on) -> set[Role]`.
    """

    unit_id: int


class Reach:
    """One person's granted roles on one day, with the units each reaches. Built once per request."""

    def __init__(self, person: Person, on: dt.date):
        self.person, self.on = person, on
        self.units_by_role: dict[Role, set[int]] = {}
        self.roots: set[int] = set()
        grants = person.grants.current(on).order_by().values_list("role", "unit")
        grants = list(grants) if person.is_active else []
        if grants:
            # Every page asks this: the bare tree, not the units themselves.
            up = parents()
            self.roots = {unit_id for unit_id, parent_id in up.items() if parent_id is None}
            for role, unit_id in grants:
                self.units_by_role.setdefault(Role(role), set()).update(below(up, unit_id))

    def units(self, permission: Permission) -> set[int]:
        """Ids of all units where the person's granted roles give the permission."""
        reached: set[int] = set()
        for role, units in self.units_by_role.items():
            if permission in ROLE_PERMISSIONS[role]:
                reached |= units
        return reached

    def covers_body(self, permission: Permission) -> bool:
        """Whether the granted roles give the permission at the body itself, and so everywhere below it."""
        return bool(self.roots) and self.roots <= self.units(permission)

    def allows(self, permission: Permission, place: Any = None) -> bool:
        """Whether the permission is held at the place, or anywhere at all where `place` is None."""
        if not self.person.is_active:
            return False
        if permission in ROLE_PERMISSIONS[Role.EMPLOYEE]:
            return True
        units = self.units(permission)
        if place is None:
            return bool(units & self.roots if permission in OF_THE_WHOLE_BODY else units)
        if unit_of(place) in units:
            return True
        # What is not saved yet hands out no roles.
        own_roles = place.roles_of(self.person, self.on) if place.pk and hasattr(place, "roles_of") else ()
        return any(permission in ROLE_PERMISSIONS[role] for role in own_roles)


def unit_of(place: Any) -> int:
    """`place` is a Unit, or a Place."""
    unit: int = place.pk if place._meta.model_name == "unit" else place.unit_id
    return unit


def reach(person: Person, now: dt.datetime | None = None) -> Reach:
    """The person's reach today, remembered on the person object for as long as it lives (a request)."""
    on = timezone.localdate(now)
    if person._reach is None or person._reach.on != on:
        person._reach = Reach(person, on)
    return person._reach


def _known(person: Person | AnonymousUser) -> TypeGuard[Person]:
    return person.is_authenticated


def can(
    person: Person | AnonymousUser, permission: Permission, place: Any = None, *, now: dt.datetime | None = None
) -> bool:
    """Whether the person holds the permission at the place (a unit, or what belongs to one)."""
    return _known(person) and reach(person, now).allows(permission, place)


def demand(
    person: Person | AnonymousUser, permission: Permission, place: Any = None, *, now: dt.datetime | None = None
) -> None:
    """Raise PermissionDenied (403) where `can` says no."""
    if not can(person, permission, place, now=now):
        raise PermissionDenied


def units_where(person: Person | AnonymousUser, permission: Permission, *, now: dt.datetime | None = None) -> set[int]:
    """For `visible_to` querysets: ids of the units where granted roles give the permission."""
    return reach(person, now).units(permission) if _known(person) else set()


def covers_body(person: Person | AnonymousUser, permission: Permission, *, now: dt.datetime | None = None) -> bool:
    """Whether `units_where` are all there are: then a list needs no condition, and asks nothing of each row."""
    return _known(person) and reach(person, now).covers_body(permission)


def demand_place(person: Person | AnonymousUser, permission: Permission, unit: Unit | None) -> None:
    """403 where the person lacks the permission at the unit; where there is none, it takes that for the whole body."""
    if unit:
        demand(person, permission, unit)
    elif not Unit.objects.filter(parent=None, pk__in=units_where(person, permission)).exists():
        raise PermissionDenied


def holders(permission: Permission, unit_path: Iterable[int], on: dt.date) -> models.QuerySet[Person]:
    """People whose granted roles give the permission at the unit whose path to the root this is."""
    # By name: people's models import the roles from here.
    people, grants = get_user_model().objects, apps.get_model("governance", "RoleGrant").objects
    grants = grants.current(on).filter(role__in=roles_with(permission), unit__in=list(unit_path))
    found: models.QuerySet[Person] = people.filter(is_active=True, pk__in=grants.values("person"))
    return found.order_by("name", "pk")


# --- What a view says -------------------------------------------------------------------------------


def _decided(view: View, decision: str, guard: Callable[[Person], None] | None = None) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if guard:
            if not request.user.is_authenticated:
                # Not at the top: models import Role from here, and this import needs the models.
                from django.contrib.auth.views import redirect_to_login

                return redirect_to_login(request.get_full_path())
            guard(request.user)
        return view(request, *args, **kwargs)

    vars(guarded)["access"] = decision  # read by `governance.checks`
    return guarded


def public(view: View) -> View:
    """Anyone, without log-in."""
    return _decided(view, "public")


def signed_in(view: View) -> View:
    """Everyone who logs in; what they see is narrowed by `visible_to`."""
    return _decided(view, "signed in", lambda person: None)


def requires(permission: Permission) -> Callable[[View], View]:
    """Those who hold the permission somewhere; where exactly is narrowed inside the view."""

    def decorate(view: View) -> View:
        return _decided(view, permission.value, lambda person: demand(person, permission))

    return decorate
