"""Accounts from files: long rows, one an account, and wide rows, one an owner with a column a platform.

A wide row has columns named after platforms (`twitter`, `social.facebook`), each of which yields an account;
`<platform>_id` gives the platform's own id, which alone will do.

What a file says of the state counts when it brings the account in; an account the portal has keeps its state,
because only its moves change that. A list of removed accounts can be taken in as retired as a whole. People in the
file become moderators and deputies: of an account in use as a fact (accepted, with its audit row), of a planned one
as an offer. A role that has ended or was declined in the portal is not brought back by a file.
"""

from __future__ import annotations

import copy
import difflib
import re
from collections.abc import Iterable
from functools import cached_property

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.moderators.models import Assignment, delegate
from accounts.register.addresses import normalise
from accounts.register.choices import Part
from accounts.register.handles import address_for, handle_in, id_in
from accounts.register.list_words import HEADINGS, LABELS, OTHER_NAMES, STATE_NAMED, split_accounts
from accounts.register.models import OfficialAccount, State
from governance.imports.headings import bare
from governance.imports.importer import Importer
from governance.imports.report import Outcome
from governance.imports.rows import Row, RowError, first_error, parse_moment, plain_name
from governance.people.lookup import PersonLookup
from governance.people.models import Person
from governance.platforms.models import Platform
from governance.units.lookup import UnitLookup
from governance.units.models import Unit

NOT_A_COLUMN = {"other"}  # too common a word to make accounts of


class AccountImporter(Importer):
    """Columns `platform,handle,url,unit,purpose,state,moderators,deputies,last_activity_at,external_id,name`."""

    kind = "accounts"
    columns = (
        "platform",
        "handle",
        "url",
        "external_id",
        "name",
        "unit",
        "purpose",
        "state",
        "moderators",
        "deputies",
        "last_activity_at",
    )

    headings, labels = HEADINGS, LABELS
    page_options = ("unit", "retired")

    def __init__(self, *, unit: Unit | None = None, state: State | None = None, **options):
        """`unit`: of rows that name none; `state`: of all accounts in the file, whatever they say."""
        super().__init__(**options)
        self.default_unit, self.state = unit, state
        self.touched: dict[int, Row] = {}

    def targets(self):
        """A column may hold the accounts of one platform."""
        return [*super().targets(), *((platform.code, platform.name) for platform in Platform.objects.in_use())]

    @classmethod
    def options_from(cls, options):
        unit = Unit.objects.filter(code=options.get("unit", "")).first()
        return {"unit": unit, "state": State.RETIRED if options.get("retired") else None}

    # --- columns ---

    @cached_property
    def platforms(self) -> dict[str, Platform]:
        """Every name under which a platform may be written, as a column name is."""
        named = {}
        for platform in Platform.objects.all():
            named[_plain(platform.code)] = named[_plain(platform.name)] = platform
        return {other: named[code] for other, code in OTHER_NAMES.items() if code in named} | named

    def _column(self, column: str) -> tuple[Platform, bool] | None:
        """(platform, whether it is its own id) of a column of a wide row."""
        name = plain_name(column)
        if column in self.columns or name in NOT_A_COLUMN:
            return None
        if name in self.platforms:
            return self.platforms[name], False
        if name.endswith("_id") and name.removesuffix("_id") in self.platforms:
            return self.platforms[name.removesuffix("_id")], True
        return None

    def takes(self, column: str) -> bool:
        return column in self.columns or self._column(column) is not None

    def holds_ids(self, column: str) -> bool:
        found = self._column(column)
        return column == "external_id" or bool(found and found[1])

    def key_of(self, row: Row) -> str:
        name = row.get("handle") or row.get("external_id") or normalise(row.get("url")) or row.get("url")
        return f"{row.get('platform')}:{name}".lower() if name else ""

    def says(self, row: Row) -> object:
        """Of one account, another form of its address or handle says nothing new."""
        return {name: text for name, text in row.values.items() if text and name not in ("platform", "handle", "url")}

    # --- one row into its accounts ---

    def prepare(self, rows: list[Row]) -> None:
        self.units = UnitLookup(Unit.objects.all())
        self.people = PersonLookup(Person.objects.all())
        self.by_handle, self.by_id, self.by_url = {}, {}, {}
        for account in OfficialAccount.objects.select_related("platform", "unit", "editor"):
            self._remember(account)
        self.roles = set(Assignment.objects.order_by().values_list("account", "person").distinct())

    def _remember(self, account: OfficialAccount) -> None:
        platform = account.platform_id
        if account.handle:
            self.by_handle[platform, account.handle.lower()] = account
        if account.external_id:
            self.by_id[platform, account.external_id] = account
        if account.url:
            self.by_url[platform, normalise(account.url)] = account

    def expand(self, row: Row) -> Iterable[Row]:
        wide = self._wide_parts(row)
        if any(row.get(column) for column in ("platform", "handle", "url", "external_id")):
            return [*self._long_parts(row), *wide]
        if not wide and any(self._column(column) for column in row.values):
            # A unit without accounts, in a list with a column a platform.
            self.note(row, Outcome.UNCHANGED, "", _("The row names no account."))
        elif not wide:
            raise RowError(
                "", _("The row names no account: no handle, no address, and no column named after a platform.")
            )
        return wide

    def _long_parts(self, row: Row) -> list[Row]:
        """The row's account; those of several addresses or handles in one cell, where no id is given."""
        addresses, handles = split_accounts(row.get("url")) or [""], split_accounts(row.get("handle")) or [""]
        if len(addresses) > 1 and len(handles) == 1 and not row.get("external_id") and not handles[0]:
            return [self._long_part(row, "", address) for address in addresses]
        if len(handles) > 1 and not addresses[0] and not row.get("external_id"):
            return [self._long_part(row, handle, "") for handle in handles]
        several = "url" if len(addresses) > 1 else "handle" if len(handles) > 1 else ""
        if several == "url" or (several and not addresses[0]):
            raise RowError(several, _("The cell holds several accounts. Give each a row of its own."))
        return [self._long_part(row, row.get("handle"), row.get("url"))]

    def _long_part(self, row: Row, handle: str, url: str) -> Row:
        platform = self._platform(row.get("platform"), url)
        values = row.values | {"platform": platform.code, "handle": handle.removeprefix("@"), "url": url}
        if re.search(r"\s", values["handle"]) and handle_in(platform, _whole(url)):
            # A name in the column of handles, where the address tells the handle.
            values |= {"handle": "", "name": row.get("name") or handle}
        return Row(row.number, _with_handle(platform, values))

    def _wide_parts(self, row: Row) -> list[Row]:
        handles: dict[str, list[str]] = {}
        ids: dict[str, list[str]] = {}
        for column, text in row.values.items():
            found = self._column(column)
            if found and text:
                platform, is_id = found
                (ids if is_id else handles).setdefault(platform.code, []).extend(split_accounts(text))
        shared = {column: row.get(column) for column in self.columns if column not in ("platform", "handle", "url")}
        parts = []
        for code in dict.fromkeys([*handles, *ids]):
            platform = self.platforms[_plain(code)]
            named, numbered = handles.get(code, []), ids.get(code, [])
            if len(named) <= 1 and len(numbered) <= 1:  # both speak of the same account
                pairs = [("".join(named), "".join(numbered))]
            else:
                pairs = [(name, "") for name in named] + [("", number) for number in numbered]
            for name, number in pairs:
                is_address = "/" in name
                values = shared | {
                    "platform": code,
                    "handle": "" if is_address else name.removeprefix("@"),
                    "url": name if is_address else "",
                    "external_id": number,
                }
                parts.append(Row(row.number, _with_handle(platform, values)))
        return parts

    def _platform(self, name: str, url: str) -> Platform:
        """By its name, or else by the address's host. Raises RowError with the nearest known names."""
        stated = self.platforms.get(_plain(self.matched(name))) if name else None
        by_host = next((platform for platform in self.platforms.values() if url and platform.owns(_whole(url))), None)
        if stated and by_host and stated != by_host:
            raise RowError(
                "url",
                _("This is an address on %(found)s, but the account is on %(stated)s.")
                % {"found": by_host.name, "stated": stated.name},
            )
        if stated or by_host:
            return stated or by_host
        if not name:
            raise RowError("platform", _("The field is empty."))
        near = difflib.get_close_matches(_plain(name)[:60], [*self.platforms], n=3, cutoff=0.75)
        nearest = list(dict.fromkeys(self.platforms[known].name for known in near))
        self.unmatched("platform", name, nearest)
        if nearest:
            raise RowError(
                "platform",
                _("There is no platform “%(name)s”. Nearest known: %(nearest)s.")
                % {"name": name[:40], "nearest": ", ".join(nearest)},
            )
        raise RowError(
            "platform",
            _("There is no platform “%(name)s”. Add it under Settings, Platforms, and try the list again.")
            % {"name": name[:40]},
        )

    # --- one account ---

    def handle_row(self, row: Row) -> Outcome:
        platform = self.platforms[_plain(row.get("platform"))]
        if re.search(r"[\s=]", row.get("handle")):
            raise RowError(
                "handle",
                _("“%(handle)s” is no handle on %(platform)s.")
                % {"handle": row.get("handle")[:60], "platform": platform},
            )
        known = self._known(platform, row)
        if known and self.state == State.RETIRED and known.state not in (State.RETIRING, State.RETIRED):
            raise RowError("", _("“%(name)s” is in use in the register. Retire it there first.") % {"name": known.name})
        account = copy.copy(known) if known else OfficialAccount(platform=platform, state=self._state(row))
        self._fill(account, row, platform)
        try:
            account.clean_fields(exclude=["platform", "unit", "editor"])
        except ValidationError as error:
            raise first_error(error) from None
        if known:
            changed = account.write(by=self.by, now=self.now, old=known.facts())
        else:
            if account.state in (State.ACTIVE, State.PAUSED, State.RETIRING):
                account.opened_at = self.now
            account.retired_at = self.now if account.state == State.RETIRED else None
            changed = account.write(by=self.by, now=self.now)
        for column, part in (("moderators", Part.LEAD), ("deputies", Part.DEPUTY)):
            changed |= self._assign(account, column, part, row)
        earlier = self.touched.setdefault(account.pk, row)
        if changed and earlier is not row:
            raise RowError("", _("Row %(row)d says something else of the same account.") % {"row": earlier.number})
        self._remember(account)
        if not known:
            return Outcome.ACCEPTED
        return Outcome.CHANGED if changed else Outcome.UNCHANGED

    def _known(self, platform: Platform, row: Row) -> OfficialAccount | None:
        """The account the row speaks of. The platform's own id decides: handles change and get taken over."""
        handle, external_id = row.get("handle"), row.get("external_id")
        by_handle = self.by_handle.get((platform.pk, handle.lower())) if handle else None
        by_id = self.by_id.get((platform.pk, external_id)) if external_id else None
        if by_id and by_handle and by_id.pk != by_handle.pk:
            raise RowError(
                "external_id",
                _("The handle belongs to “%(by_handle)s”, the id to “%(by_id)s”.")
                % {"by_handle": by_handle.name, "by_id": by_id.name},
            )
        if by_handle and external_id and by_handle.external_id not in ("", external_id):
            raise RowError(
                "external_id",
                _("“%(name)s” is registered with the id %(known)s. Has somebody else taken over the handle?")
                % {"name": by_handle.name, "known": by_handle.external_id},
            )
        if by_id or by_handle or handle or external_id:
            return by_id or by_handle
        return self.by_url.get((platform.pk, normalise(row.get("url"))))

    def _fill(self, account: OfficialAccount, row: Row, platform: Platform) -> None:
        """What the row says, over what the portal has. An empty cell says nothing."""
        if row.get("handle").lower() != account.handle.lower():
            account.handle = row.get("handle") or account.handle
        account.external_id = row.get("external_id") or account.external_id
        url = _whole(row.get("url")) if row.get("url") else ""
        own = address_for(platform, account.handle, account.external_id)
        account.url = account.url if url and _no_better(url, account.url) else url or account.url or own
        wrong = account.address_elsewhere() if account.url else None
        if wrong:
            raise RowError("url", " ".join(wrong.messages))
        account.name = row.get("name") or account.name or account.handle or account.external_id or account.url
        account.purpose = row.get("purpose") or account.purpose
        if not (account.handle or account.external_id or account.url):
            raise RowError("handle", _("The field is empty."))
        unit = self._unit(row)
        if unit or not account.unit_id:
            account.unit = unit or self._default()
        if not account.pk:
            account.language = account.unit.language
        if row.get("last_activity_at"):
            moment = parse_moment("last_activity_at", row.get("last_activity_at"))
            if moment > self.now:
                raise RowError("last_activity_at", _("That lies in the future."))
            if not account.last_activity_at or moment > account.last_activity_at:
                account.last_activity_at = moment

    def _unit(self, row: Row) -> Unit | None:
        return self.units.find("unit", row.get("unit"), self) if row.get("unit") else None

    def _default(self) -> Unit:
        if not self.default_unit:
            raise RowError("unit", _("No unit is given. Name one in the file, or for all of them with --unit."))
        return self.default_unit

    def _state(self, row: Row) -> State:
        if self.state:
            return self.state
        text = STATE_NAMED.get(bare(row.get("state")), row.get("state").lower())
        if text and text not in State.values:
            raise RowError(
                "state",
                _("“%(value)s” is not one of %(choices)s.")
                % {"value": row.get("state")[:40], "choices": ", ".join(State.values)},
            )
        return State(text) if text else State.ACTIVE

    def _assign(self, account: OfficialAccount, column: str, part: Part, row: Row) -> bool:
        changed = False
        for text in re.split(r"[;,\n]", row.get(column)):
            wanted = self.matched(text).strip()
            if not wanted:
                continue
            person = self.people.find(wanted)
            if not person:
                self.unmatched("person", text, self.people.near(wanted))
                if "@" in wanted:
                    raise RowError(column, _("There is nobody with the e-mail “%(email)s”.") % {"email": wanted[:100]})
                # A list names people as it likes; the account comes in, and one match mends all its rows.
                self.remark(
                    column, _("Nobody, or more than one, is called “%(name)s”; left out.") % {"name": wanted[:100]}
                )
                continue
            if (account.pk, person.pk) in self.roles:
                continue
            try:
                delegate(
                    account,
                    person,
                    part,
                    by=self.by,
                    now=self.now,
                    starts_on=timezone.localdate(self.now),
                    accepted=account.state != State.PLANNED,
                )
            except ValidationError as error:
                raise RowError(column, " ".join(error.messages)) from None
            self.roles.add((account.pk, person.pk))
            changed = True
        return changed


def _plain(name: str) -> str:
    """A platform's name as a column name is written."""
    return "_".join(name.lower().replace("-", " ").split())


def _whole(url: str) -> str:
    return url if "://" in url else f"https://{url.lstrip('/')}"


def _no_better(url: str, known: str) -> bool:
    """Whether the address is only another form of the known one: then that stays, unless it is not even secure."""
    return normalise(url) == normalise(known) and (known.startswith("https:") or not url.startswith("https:"))


def _with_handle(platform: Platform, values: dict[str, str]) -> dict[str, str]:
    """Fill in the handle or id that the address holds."""
    url = _whole(values["url"]) if values.get("url") else ""
    if url and not values.get("handle"):
        values["handle"] = handle_in(platform, url)
    if url and not values.get("handle") and not values.get("external_id"):
        values["external_id"] = id_in(platform, url)
    return values
