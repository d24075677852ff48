"""Accounts from files: long rows, one an account, and wide rows, one an owner with a column a platform.

A wide row has columns named after platforms (`twitter`, `social.facebook`), each of which yields an account;
`<platform>_id` gives the platform's own id, which alone will do.

What a file says of the state counts when it brings the account in; an account the portal has keeps its state,
because only its moves change that. A list of removed accounts can be taken in as retired as a whole. What the people
in the file become is said in `accounts.moderators.lists`.

New accounts are gathered and written many at once, before a row that speaks of one of them again, and at the end.
"""

from __future__ import annotations

import copy
import difflib
from collections.abc import Iterable
from contextlib import suppress
from functools import cached_property

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.connectors.written import Written
from accounts.moderators.lists import RolesInLists
from accounts.moderators.models import Assignment, delegate_at_start
from accounts.platforms.servers import address_server
from accounts.register.identity import OTHER_NAMES, Known, Settled, facts_of, settle
from accounts.register.list_words import HEADINGS, LABELS, STATES, split_accounts
from accounts.register.models import OfficialAccount, State, register_all
from accounts.register.refusals import NoProfile, Wrong
from governance.imports.importer import Importer
from governance.imports.report import Outcome
from governance.imports.rows import Row, RowError, first_error, parse_moment, plain_name
from governance.imports.unit_names import UnitLookup
from governance.imports.words import named, read_choice
from governance.platforms.models import Platform
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
        self.new: list[tuple[OfficialAccount, list[Assignment], Row]] = []

    def targets(self):
        """A column may hold the accounts of one platform."""
        return [*super().targets(), *((platform.code, platform.name) for platform in Platform.objects.in_use())]

    def word(self, column):
        found = None if column in self.words else self._column(column)
        if not found:
            return super().word(column)
        platform, is_id = found
        return _("%(platform)s: the account’s id") % {"platform": platform.name} if is_id else platform.name

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
        name = row.get("handle") or row.get("external_id") or row.get("url")
        return f"{row.get('platform')}:{name.removeprefix('@')}".lower() if name else ""

    def says(self, row: Row) -> object:
        """Of one account, another form of its address or handle says nothing new."""
        return {name: text for name, text in row.values.items() if text and name not in ("platform", "handle", "url")}

    # --- one row into its accounts ---

    def prepare(self, rows: list[Row]) -> None:
        self.units, self.states = UnitLookup(Unit.objects.all()), named(State, STATES)
        self.roles = RolesInLists(self)
        self.known = Known({platform.code: facts_of(platform) for platform in self.platforms.values()})
        self.by_handle, self.by_id, self.by_address = {}, {}, {}
        for account in OfficialAccount.objects.select_related("platform", "unit", "editor"):
            self._remember(account)

    def _remember(self, account: OfficialAccount) -> None:
        platform = account.platform_id
        if account.handle_key:
            self.by_handle[platform, account.handle_key] = account
        if account.external_id:
            self.by_id[platform, account.external_id] = account
        if account.address_key:
            self.by_address[platform, account.address_key] = account

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
        return Row(row.number, row.values | {"platform": platform.code, "handle": handle, "url": url})

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
                    "handle": "" if is_address else name,
                    "url": name if is_address else "",
                    "external_id": number,
                }
                parts.append(Row(row.number, values))
        return parts

    def _platform(self, name: str, url: str) -> Platform:
        """By its name, or else by the address's host. Raises RowError with the nearest known names."""
        stated = self.platforms.get(_plain(self.matched(name))) if name else None
        written = Written.read(url) if url else None
        owner = self.known.owner_of(written.host) if written else None
        by_host = self.platforms.get(_plain(owner.code)) if owner else None
        if stated and by_host and stated != by_host:
            raise RowError(
                "url",
                _("This is an address on %(found)s, but the account is on %(stated)s.")
                % {"found": by_host.name, "stated": stated.name},
            )
        if found := stated or by_host:
            return found
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
        given = row
        settled, row = self._settled(platform, given)
        known = self._known(platform, settled)
        if not known:
            self._gather(OfficialAccount(platform=platform, state=self._state(row)), row, settled, given)
            return Outcome.ACCEPTED
        if not known.pk:
            self._write_new()
        if self.state == State.RETIRED and known.state not in (State.RETIRING, State.RETIRED):
            raise RowError("", _("“%(name)s” is in use in the register. Retire it there first.") % {"name": known.name})
        account = copy.copy(known)
        self._fill(account, row, settled)
        roles, old = self.roles.added(account, row), known.facts()
        changed = bool(roles) or account.facts() != old
        earlier = self.touched.get(account.pk, given)
        if changed and earlier is not given:
            raise RowError("", _("Row %(row)d says something else of the same account.") % {"row": earlier.number})
        if changed:
            with transaction.atomic():
                account.write(by=self.by, now=self.now, old=old)
                self.roles.give(account, roles)
            self._remember(account)
        self.touched[account.pk] = given
        return Outcome.CHANGED if changed else Outcome.UNCHANGED

    def _gather(self, account: OfficialAccount, row: Row, settled: Settled, given: Row) -> None:
        self._fill(account, row, settled)
        if account.state in (State.ACTIVE, State.PAUSED, State.RETIRING):
            account.opened_at = self.now
        account.retired_at = self.now if account.state == State.RETIRED else None
        account.set_keys()
        self.new.append((account, self.roles.of_new(account, row), given))
        self._remember(account)

    def _write_new(self) -> None:
        """Write what was gathered, in few statements."""
        if not self.new:
            return
        register_all([account for account, _roles, _row in self.new], by=self.by, now=self.now)
        roles = [role for _account, its_roles, _row in self.new for role in its_roles]
        delegate_at_start(roles, by=self.by, now=self.now)
        self.roles.remember(roles)
        self.touched |= {account.pk: row for account, _roles, row in self.new}
        self.new.clear()

    def finish(self) -> None:
        self._write_new()

    def _settled(self, platform: Platform, row: Row) -> tuple[Settled, Row]:
        """Who the row speaks of. A handle that is a name, beside an address that holds the handle, is the name."""
        given = {name: row.get(name) for name in ("handle", "url", "external_id")}
        try:
            return settle(platform, known=self.known, **given), row
        except NoProfile as problem:
            if problem.wrong == Wrong.HANDLE and problem.field == "handle" and given["url"]:
                try:
                    settled = settle(platform, known=self.known, **given | {"handle": ""})
                except NoProfile as at_address:
                    raise RowError(at_address.field, str(at_address)) from None
                return settled, Row(row.number, {"name": given["handle"]} | {k: v for k, v in row.values.items() if v})
            if problem.wrong == Wrong.DIFFER and (server := self._address_server(platform, given)):
                return settle(platform, known=self.known, address_server=server, **given), row
            raise RowError(problem.field, str(problem)) from None

    def _address_server(self, platform: Platform, given: dict[str, str]) -> str:
        return address_server(platform, given["handle"], given["url"], self.now)

    def _known(self, platform: Platform, settled: Settled) -> OfficialAccount | None:
        """The account the row speaks of. The platform's own id decides: handles change and get taken over."""
        identity, external_id = settled.identity, settled.external_id
        by_handle = self.by_handle.get((platform.pk, identity.handle_key)) if identity.handle else None
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
        by_address = self.by_address.get((platform.pk, identity.address or identity.handle_key))
        return by_id or by_handle or by_address

    def _fill(self, account: OfficialAccount, row: Row, settled: Settled) -> None:
        """What the row says, over what the portal has. An empty cell says nothing, another writing nothing new."""
        account.external_id = settled.external_id or account.external_id
        named = settled.identity.handle_key
        if not account.handle or (named and named not in (account.handle_key, account.address_key)):
            account.handle, account.url = settled.handle, settled.url or account.url
        elif not account.url:
            account.url = settled.url
        if settled.address_server:
            account.address_server = settled.address_server
        if settled.identity.address and settled.identity.address != account.address_key:
            account.url = settled.url
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
        try:
            account.clean_fields(exclude=["platform", "unit", "editor"])
        except ValidationError as error:
            raise first_error(error) from None

    def _unit(self, row: Row) -> Unit | None:
        return self.units.find("unit", row.get("unit"), self) if row.get("unit") else None

    def note_names(self, row: Row) -> None:
        with suppress(RowError):
            self._unit(row)
        if self.state != State.RETIRED:
            self.roles.note_names(row)

    def _default(self) -> Unit:
        if not self.default_unit:
            raise RowError(
                "unit", _("No unit is given. Name one in the file, or choose one for all rows that name none.")
            )
        return self.default_unit

    def _state(self, row: Row) -> State:
        if self.state:
            return self.state
        if not row.get("state"):
            return State.ACTIVE
        return State(read_choice("state", row.get("state"), self.states, dict(State.choices)))


def _plain(name: str) -> str:
    """A platform's name as a column name is written."""
    return "_".join(name.lower().replace("-", " ").split())
