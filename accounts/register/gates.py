"""What must be in place before an account opens, and before it counts as retired: each gate met or not, and why.

The gates are for people: each says what is missing, who can mend it and where.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.register.checklists import OPENING_ITEMS, RETIREMENT_ITEMS, Check
from accounts.register.choices import Part, Visibility
from accounts.register.models import OfficialAccount
from governance.policy.models import Policies, Policy
from governance.policy.settings import PupilContact
from guidelines.reading.acknowledgements import acknowledged_person_ids
from guidelines.texts.guidelines import Audience

THE_APPLICANT = _("the applicant, the editor or a moderator of the account")
THE_HEAD = _("the head of the unit")


@dataclass(frozen=True)
class Gate:
    """One condition. `missing`, `mender` and `url` matter where it is not met."""

    key: str
    label: Any
    met: bool
    missing: Any = ""
    mender: Any = ""
    url: str = ""


def opening_gates(account: OfficialAccount, now: dt.datetime) -> list[Gate]:
    """Everything an account needs before citizens meet it (M13, S29, D104, D106, D107, K19)."""
    policy = Policies.of(account.unit)
    gates = [*_approval(account), _address(account), *_people(account, policy, now), *_checks(account, OPENING_ITEMS)]
    edit = reverse("accounts:account_opening", args=[account.pk])
    if policy.web_page_required:
        gates.append(
            Gate(
                "web_page",
                _("A web page carries the same information"),
                bool(account.web_page_url),
                _("The address of the web page is missing."),
                THE_APPLICANT,
                f"{edit}#address",
            )
        )
    if account.pupil_contact and policy.pupil_contact == PupilContact.CLOSED:
        gates.append(
            Gate(
                "pupils",
                _("An account with contact with pupils is closed to outsiders"),
                account.visibility == Visibility.CLOSED,
                _("The account is registered as open to all."),
                THE_HEAD,
                reverse("accounts:account_edit", args=[account.pk]),
            )
        )
    return gates


def retirement_gates(account: OfficialAccount, now: dt.datetime) -> list[Gate]:
    """The retirement checklist: what an account leaves behind is in order."""
    return _checks(account, RETIREMENT_ITEMS)


def unconfirmed_gates(account: OfficialAccount, now: dt.datetime) -> list[Gate]:
    """What was confirmed is ours, and is retired instead."""
    unconfirmed = account.unconfirmed_since is not None
    return [Gate("unconfirmed", _("Nobody has confirmed the account"), unconfirmed, _("It is confirmed. Retire it."))]


def _approval(account: OfficialAccount) -> list[Gate]:
    application = getattr(account, "application", None)
    if application is None:
        return []
    return [
        Gate(
            "approval",
            application.came_to_be() or _("The application is decided"),
            application.lets_open,
            format_lazy(_("The application is: {status}."), status=application.get_status_display()),
            _("whoever decides the application"),
            application.get_absolute_url(),
        )
    ]


def _address(account: OfficialAccount) -> Gate:
    return Gate(
        "address",
        _("Address and handle are registered"),
        bool(account.url and (account.handle or account.external_id or not account.platform.address)),
        _("Register the account’s real address and handle."),
        THE_APPLICANT,
        reverse("accounts:account_opening", args=[account.pk]) + "#address",
    )


def _people(account: OfficialAccount, policy: Policy, now: dt.datetime) -> list[Gate]:
    rows = account.assignments.current(timezone.localdate(now)).select_related("person")
    current = list(rows)
    people_url = account.get_absolute_url() + "#people"
    minimum = policy.minimum_moderators
    gates = [
        Gate(
            "moderators",
            ngettext(
                "At least %(count)d person has accepted to answer, one of them as moderator",
                "At least %(count)d people have accepted to answer, one of them as moderator",
                minimum,
            )
            % {"count": minimum},
            _enough(current, minimum),
            _("Accepted so far: %(names)s.") % {"names": ", ".join(row.person.name for row in current)}
            if current
            else _("Nobody has accepted yet."),
            THE_HEAD,
            people_url,
        )
    ]
    if policy.deputy_required:
        gates.append(
            Gate(
                "deputy",
                _("A deputy has accepted"),
                any(row.part == Part.DEPUTY for row in current),
                _("Nobody has accepted to be deputy."),
                THE_HEAD,
                people_url,
            )
        )
    acknowledged = None
    if policy.acknowledgement_required:
        acknowledged = acknowledged_person_ids(Audience.MODERATORS, now, {row.person_id for row in current})
    if acknowledged is not None:
        ready = [row for row in current if row.person_id in acknowledged]
        lacking = [row.person.name for row in current if row.person_id not in acknowledged]
        has_deputy = not policy.deputy_required or any(row.part == Part.DEPUTY for row in ready)
        gates.append(
            Gate(
                "acknowledged",
                _("Enough of them have acknowledged the guidelines in force"),
                _enough(ready, minimum) and has_deputy,
                _("Not yet acknowledged by: %(names)s.") % {"names": ", ".join(lacking)}
                if lacking
                else _("Nobody has accepted yet."),
                _("each of them"),
                reverse("guidelines:guidelines"),
            )
        )
    return gates


def _enough(assignments: list, minimum: int) -> bool:
    return len(assignments) >= minimum and any(row.part == Part.LEAD for row in assignments)


def _checks(account: OfficialAccount, items: tuple[Check.Item, ...]) -> list[Gate]:
    done = set(Check.objects.filter(account=account, item__in=items).values_list("item", flat=True))
    name = "account_opening" if items is OPENING_ITEMS else "account_retire"
    url = reverse(f"accounts:{name}", args=[account.pk])
    return [
        Gate(item.value, item.label, item.value in done, _("Not ticked yet."), THE_APPLICANT, f"{url}#{item.value}")
        for item in items
    ]
