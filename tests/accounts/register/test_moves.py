"""An account's moves: legal ones by whom may, illegal ones by nobody, each audited, twice harmless."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command

from accounts.management.commands import states_doc
from accounts.moderators.models import Assignment
from accounts.register import notices
from accounts.register.checklists import OPENING_ITEMS, RETIREMENT_ITEMS, Check, set_check
from accounts.register.choices import Part
from accounts.register.gates import opening_gates
from accounts.register.models import OfficialAccount, Pause, State
from accounts.register.moves import (
    TRANSITIONS,
    GatesClosed,
    Verb,
    abandon,
    apply_pauses,
    begin_retirement,
    end_pause,
    keep,
    move,
    open_account,
    plan_pause,
    resume,
    retire,
    transition,
)
from governance.access import Permission, can
from governance.audit.models import AuditEvent
from governance.notices.models import Notice
from governance.policy.models import set_policy
from tests import factories

DAY = dt.timedelta(days=1)
ACTORS = ["employee", "moderator", "deputy", "principal", "chief", "section", "archivist", "admin", "stranger"]


@pytest.fixture
def ready(account, cast, now):
    """An account in any state, with its people, address and both checklists in order."""
    factories.assign(account, cast.moderator)
    factories.assign(account, cast.deputy, Part.DEPUTY)
    account.contact_email, account.web_page_url = "post@fjordvik.example", "https://fjordvik.example/nordvik"
    account.save()
    for item in (*OPENING_ITEMS, *RETIREMENT_ITEMS):
        Check.objects.create(account=account, item=item, done_by=cast.principal, done_at=now)
    return account


def put(account, state):
    OfficialAccount.objects.filter(pk=account.pk).update(
        state=state,
        opened_at=None if state == State.PLANNED else factories.LONG_AGO,
        retired_at=factories.YESTERDAY if state == State.RETIRED else None,
    )
    account.refresh_from_db()


def events(account, *names):
    found = AuditEvent.objects.filter(subject_type="officialaccount", subject_id=str(account.pk)).order_by("pk")
    return [row for row in found if not names or row.event in names]


@pytest.mark.parametrize("actor", ACTORS)
@pytest.mark.parametrize("verb", list(Verb))
@pytest.mark.parametrize("state", list(State))
def test_every_move_from_every_state_by_every_actor(state, verb, actor, ready, cast, now):
    """Who may and what is legal follow from TRANSITIONS; what happens leaves exactly one audit row."""
    put(ready, state)
    person, step = getattr(cast, actor), transition(state, verb)
    already = not step and any(row.target == state and row.verb == verb for row in TRANSITIONS)
    stamps = {"opened_at": now} if verb == Verb.OPEN else {}
    stamps |= {"retired_at": now} if verb in (Verb.RETIRE, Verb.ABANDON, Verb.DISOWN) else {}
    if verb == Verb.DISOWN:  # its gate: nobody has confirmed it
        type(ready).objects.filter(pk=ready.pk).update(unconfirmed_since=now)
    if not step and not already:
        with pytest.raises(ValidationError):
            move(ready, verb, by=person, now=now, **stamps)
    elif step and not can(person, step.permission, ready, now=now):
        with pytest.raises(PermissionDenied):
            move(ready, verb, by=person, now=now, **stamps)
    else:
        assert move(ready, verb, by=person, now=now, reason="Because", **stamps) is bool(step)
    ready.refresh_from_db()
    allowed = step and can(person, step.permission, ready, now=now)
    assert ready.state == (step.target if allowed else state)
    trail = events(ready)
    assert len(trail) == (1 if allowed else 0)
    if allowed:
        assert (trail[0].event, trail[0].actor_id) == (step.event, person.pk)
        assert trail[0].before == {"state": state.value}
        assert trail[0].after == {"state": step.target.value, "reason": "Because"}


def test_the_table_gives_each_move_to_those_it_should(ready, cast, now):
    may = {
        permission: {actor for actor in ACTORS if can(getattr(cast, actor), permission, ready, now=now)}
        for permission in (Permission.OPEN_ACCOUNT, Permission.PAUSE_ACCOUNT, Permission.EDIT_ACCOUNT)
    }
    everyday = {"moderator", "deputy", "principal", "chief", "section"}
    assert may[Permission.OPEN_ACCOUNT] == may[Permission.PAUSE_ACCOUNT] == everyday
    assert may[Permission.EDIT_ACCOUNT] == {"principal", "chief", "section"}


def test_the_editor_may_open_but_reads_no_posts(ready, cast, now):
    put(ready, State.PLANNED)
    ready.editor = cast.employee
    ready.save()
    assert can(cast.employee, Permission.OPEN_ACCOUNT, ready, now=now)
    assert not can(cast.employee, Permission.SEE_POSTS, ready, now=now)
    assert open_account(ready, by=cast.employee, now=now)


def test_opening_stamps_tells_and_is_harmless_twice(ready, cast, now):
    put(ready, State.PLANNED)
    assert open_account(ready, by=cast.principal, now=now)
    assert (ready.state, ready.opened_at) == (State.ACTIVE, now)
    told = Notice.objects.filter(event=notices.ACCOUNT_OPENED).values_list("person", flat=True)
    assert set(told) == {cast.moderator.pk, cast.deputy.pk}
    assert not open_account(ready, by=cast.principal, now=now + DAY)
    ready.refresh_from_db()
    assert ready.opened_at == now
    assert len(events(ready, "account.opened")) == 1


def gate(account, key, now):
    return next((row for row in opening_gates(account, now) if row.key == key), None)


def test_each_gate_says_what_is_missing(body, facebook, cast, now):
    account = factories.account(unit=body.nordvik, platform=facebook, state="planned", url="", pupil_contact=True)
    unmet = {row.key for row in opening_gates(account, now) if not row.met}
    assert unmet == {"address", "moderators", "deputy", "web_page", "pupils", *(item.value for item in OPENING_ITEMS)}
    for row in opening_gates(account, now):
        assert str(row.label)
        assert str(row.missing)
        assert str(row.mender)
        assert row.url.startswith("/")
    with pytest.raises(GatesClosed) as caught:
        open_account(account, by=cast.principal, now=now)
    assert {row.key for row in caught.value.gates} == unmet
    account.refresh_from_db()
    assert account.state == State.PLANNED


def test_two_deputies_are_no_moderator(body, facebook, cast, now):
    account = factories.account(unit=body.nordvik, platform=facebook, state="planned")
    factories.assign(account, cast.moderator, Part.DEPUTY)
    factories.assign(account, cast.deputy, Part.DEPUTY)
    assert not gate(account, "moderators", now).met
    assert gate(account, "deputy", now).met


def test_policy_decides_which_gates_there_are(ready, body, cast, now):
    values = {"deputy_required": False, "web_page_required": False, "minimum_moderators": 3}
    set_policy(body.nordvik, values, by=cast.admin, now=now)
    assert gate(ready, "deputy", now) is None
    assert gate(ready, "web_page", now) is None
    assert not gate(ready, "moderators", now).met


def test_acknowledgement_is_demanded_of_enough_people(ready, cast, now, monkeypatch):
    from accounts.register import gates

    monkeypatch.setattr(gates, "acknowledged_person_ids", lambda audience, moment, among=None: {cast.moderator.pk})
    assert not gate(ready, "acknowledged", now).met
    assert "David Vara" in gate(ready, "acknowledged", now).missing
    everyone = {cast.moderator.pk, cast.deputy.pk}
    monkeypatch.setattr(gates, "acknowledged_person_ids", lambda audience, moment, among=None: everyone)
    assert gate(ready, "acknowledged", now).met


def test_offers_and_absent_years_do_not_open_an_account(body, facebook, cast, now):
    account = factories.account(unit=body.nordvik, platform=facebook, state="planned")
    factories.assign(account, cast.moderator, accepted=False)
    factories.assign(account, cast.deputy, Part.DEPUTY, ends_on=dt.date(2026, 11, 17))
    assert not gate(account, "moderators", now).met
    assert not gate(account, "deputy", now).met


def test_giving_up_frees_the_handle_and_ends_the_offers(body, facebook, cast, now):
    account = factories.account(unit=body.nordvik, platform=facebook, state="planned", handle="nordvik")
    offer = factories.assign(account, cast.moderator, accepted=False)
    assert abandon(account, by=cast.principal, now=now, reason="No time for it")
    assert (account.state, account.handle, account.url) == (State.RETIRED, "", "")
    offer.refresh_from_db()
    assert offer.ended_at == now
    assert not OfficialAccount.objects.public().filter(pk=account.pk).exists()
    assert not abandon(account, by=cast.principal, now=now, reason="Again")


def test_retirement_from_begin_to_end(ready, cast, now):
    Check.objects.all().delete()
    pause = Pause.objects.create(
        account=ready, starts_at=now + DAY, ends_at=now + 3 * DAY, reason="Later", created_by=cast.principal
    )
    assert begin_retirement(ready, by=cast.section, now=now, reason="Nobody reads it")
    assert not begin_retirement(ready, by=cast.section, now=now, reason="Nobody reads it")
    pause.refresh_from_db()
    assert pause.ended_at == now
    with pytest.raises(GatesClosed):
        retire(ready, by=cast.section, now=now)
    for item in RETIREMENT_ITEMS:
        set_check(ready, item, done=True, note="", by=cast.section, now=now)
    assert retire(ready, by=cast.section, now=now + DAY)
    assert (ready.state, ready.retired_at) == (State.RETIRED, now + DAY)
    assert ready.handle  # held
    assert not Assignment.objects.open().filter(account=ready).exists()
    assert not retire(ready, by=cast.section, now=now + DAY)
    assert len(events(ready, "account.retired")) == 1


def test_the_portal_itself_may_begin_retirement(ready, now):
    assert begin_retirement(ready, by=None, now=now, reason="Quiet for too long")
    assert events(ready, "account.retiring")[0].actor_id is None


def test_keeping_takes_the_ticks_back(ready, cast, now):
    put(ready, State.RETIRING)
    assert keep(ready, by=cast.principal, now=now, reason="It is needed")
    assert not Check.objects.filter(account=ready, item__in=RETIREMENT_ITEMS).exists()
    assert Check.objects.filter(account=ready, item__in=OPENING_ITEMS).count() == len(OPENING_ITEMS)


# --- pauses ---


def plan(account, cast, now, start, end, **fields):
    values = {"reason": "Autumn holiday", "by": cast.moderator} | fields
    return plan_pause(account, starts_at=now + start * DAY, ends_at=now + end * DAY, now=now, **values)


def test_a_pause_from_now_pauses_at_once_and_its_end_resumes(ready, cast, now):
    pause = plan(ready, cast, now, 0, 7)
    ready.refresh_from_db()
    assert ready.state == State.PAUSED
    assert plan(ready, cast, now, 0, 7).pk == pause.pk  # sent twice
    assert end_pause(pause, by=cast.moderator, now=now + DAY)
    ready.refresh_from_db()
    assert ready.state == State.ACTIVE
    assert not end_pause(pause, by=cast.moderator, now=now + 2 * DAY)
    names = [row.event for row in events(ready)]
    assert names == ["pause.planned", "account.paused", "pause.ended", "account.resumed"]


def test_a_planned_pause_is_carried_out_and_ends_by_itself(ready, cast, now):
    plan(ready, cast, now, 2, 5)
    assert apply_pauses(now) == {"paused": 0, "resumed": 0}
    assert apply_pauses(now + 2 * DAY) == {"paused": 1, "resumed": 0}
    assert apply_pauses(now + 2 * DAY) == {"paused": 0, "resumed": 0}
    assert apply_pauses(now + 4 * DAY) == {"paused": 0, "resumed": 0}
    assert apply_pauses(now + 5 * DAY) == {"paused": 0, "resumed": 1}
    assert apply_pauses(now + 9 * DAY) == {"paused": 0, "resumed": 0}
    assert [row.actor_id for row in events(ready, "account.paused", "account.resumed")] == [None, None]


def test_a_pause_called_off_before_it_began_does_nothing(ready, cast, now):
    pause = plan(ready, cast, now, 2, 5)
    assert end_pause(pause, by=cast.moderator, now=now + DAY)
    assert apply_pauses(now + 3 * DAY) == {"paused": 0, "resumed": 0}
    plan(ready, cast, now, 2, 5, reason="Another reason")  # its days are free again


@pytest.mark.parametrize(("start", "end"), [(0, 3), (3, 4), (4, 9), (0, 9)])
def test_pauses_do_not_overlap(ready, cast, now, start, end):
    plan(ready, cast, now, 2, 5)
    with pytest.raises(ValidationError, match="There is a pause already"):
        plan(ready, cast, now, start, end, reason="Another")
    plan(ready, cast, now, 5, 6, reason="Right after")


def test_a_pause_needs_an_end_to_come_and_an_account_in_use(ready, cast, now):
    with pytest.raises(ValidationError):
        plan(ready, cast, now, -3, -1)
    with pytest.raises(ValidationError):
        plan(ready, cast, now, 3, 3)
    put(ready, State.RETIRING)
    with pytest.raises(ValidationError, match="Only an account in use"):
        plan(ready, cast, now, 1, 2)


def test_an_account_paused_without_a_pause_of_record_waits_for_a_person(ready, cast, now):
    put(ready, State.PAUSED)
    assert apply_pauses(now) == {"paused": 0, "resumed": 0}
    assert resume(ready, by=cast.moderator, now=now)
    assert not resume(ready, by=cast.moderator, now=now)


def test_resuming_ends_the_pause_that_runs(ready, cast, now):
    pause = plan(ready, cast, now, 0, 7)
    assert resume(ready, by=cast.deputy, now=now + DAY)
    pause.refresh_from_db()
    assert (pause.ended_at, pause.over_at, ready.state) == (now + DAY, now + DAY, State.ACTIVE)


def test_a_pause_moves_the_answer_time_of_open_posts(ready, cast, now):
    post = factories.post(ready, posted_at=now, answer_due_at=now + DAY)
    pause = plan(ready, cast, now, 0, 2)
    post.refresh_from_db()
    assert post.answer_due_at == now + 3 * DAY
    end_pause(pause, by=cast.moderator, now=now + DAY)
    post.refresh_from_db()
    assert post.answer_due_at == now + 2 * DAY


def test_retirement_cuts_a_pause_short_and_the_clock_runs_again(ready, cast, now):
    post = factories.post(ready, posted_at=now, answer_due_at=now + DAY)
    plan(ready, cast, now, 0, 5)
    begin_retirement(ready, by=cast.principal, now=now + DAY, reason="Quiet")
    post.refresh_from_db()
    assert post.answer_due_at == now + 2 * DAY


def test_many_pauses_cost_as_many_statements_as_few(body, facebook, cast, now, django_assert_num_queries):
    for count in (1, 3):
        for _number in range(count):
            account = factories.account(unit=body.nordvik, platform=facebook)
            Pause.objects.create(
                account=account, starts_at=now, ends_at=now + DAY, reason="Holiday", created_by=cast.moderator
            )
        with django_assert_num_queries(8):
            apply_pauses(now)
        OfficialAccount.objects.all().update(state=State.ACTIVE)


# --- the drawing ---


def test_states_are_drawn_from_the_data(settings):
    assert (settings.BASE_DIR / states_doc.PATH).read_text(encoding="utf-8") == states_doc.document()


def test_states_doc_writes_and_checks(tmp_path, settings):
    settings.BASE_DIR = tmp_path
    with pytest.raises(CommandError, match="not up to date"):
        call_command("states_doc", check=True)
    call_command("states_doc")
    call_command("states_doc", check=True)
    assert "planned --> active: Open" in (tmp_path / "docs/states.md").read_text(encoding="utf-8")
