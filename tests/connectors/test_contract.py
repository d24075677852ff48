"""What every connector promises (accounts/connectors/base.py), asked of each of them against its platform."""

from functools import partial

import pytest

from accounts.connectors import REGISTRY
from accounts.connectors.base import Capability, FetchedPost, RemoteState
from accounts.connectors.errors import PERMANENT, ConnectorError, ErrorCode
from accounts.inbox.models import Post
from tests.connectors.world import DAY, HOUR, MINUTE, Remark, error_of
from tests.connectors.worlds.registry import WORLDS, on_all

SAYS = {
    "comment": Capability.COMMENTS,
    "reply": Capability.COMMENTS,
    "mention": Capability.MENTIONS,
    "message": Capability.MESSAGES,
    "review": Capability.REVIEWS,
}


def assert_told(post: FetchedPost, remark: Remark) -> None:
    for name in ("kind", "text", "author", "thread_id", "parent_id", "own"):
        assert getattr(post, name) == getattr(remark, name), name
    assert post.posted_at == remark.at
    assert (post.removed, post.hidden) == (False, False)
    assert post.url == "" or post.url.startswith(("https://", "http://localhost"))


def code_of(call) -> ErrorCode | None:
    try:
        call()
    except ConnectorError as problem:
        return problem.code
    return None


def moments(world, count):
    """One moment after another within the last hours."""
    return [world.now - 20 * HOUR + number * MINUTE / 10 for number in range(count)]


def test_every_connector_has_a_world():
    assert set(WORLDS) == set(REGISTRY)


# --- what is claimed ---


@on_all()
def test_capabilities_are_true(world):
    """What a platform cannot tell is not claimed, and what is claimed is tried below."""
    kind, can = world.kind, world.kind.capabilities
    assert (Capability.STATE in can) == (world.knows("go_away") or "go_away" in world.elsewhere)
    assert (Capability.REMOVALS in can) == (kind.reread_at_most > 0) == world.knows("remove")
    assert (Capability.OWN_REPLIES in can) == bool(kind.answers_seen) == world.knows("answer")
    assert bool(can & set(SAYS.values())) == bool(kind.streams) == world.knows("ask")
    assert {SAYS[each] for each in kind.answers_seen} <= can
    assert kind.answers_seen <= set(Post.Kind.values)


@on_all()
def test_the_form_asks_for_what_the_connector_reads(world):
    named = {credential.name: credential for credential in world.kind.credentials}
    assert set(world.credentials) <= set(named)
    assert {name for name, credential in named.items() if credential.required} <= set(world.credentials)
    assert world.kind.guide.steps


# --- the account ---


@on_all()
def test_checking_the_credentials(world):
    checked = world.connector(external_id="").check()
    assert checked.account.external_id == world.external_id
    assert checked.account.handle == world.handle
    assert checked.account.state == RemoteState.ACTIVE
    assert checked.missing_rights == ()
    assert checked.expires_at == world.ends_at


@on_all("revoke")
def test_revoked_credentials_need_a_person(world):
    world.connector().check()
    world.revoke()
    problem = error_of(world.connector().check)
    assert problem.code == ErrorCode.CREDENTIALS
    assert problem.permanent
    connector, since = world.connector(), world.now - DAY
    asks = [connector.account, connector.activity]
    asks += [partial(connector.fetch, stream, "", since=since) for stream in world.kind.streams]
    refused = [code_of(ask) for ask in asks]
    if world.platform == "mastodon":  # where profiles and statuses are public, and notifications alone are not
        assert refused[2] == ErrorCode.CREDENTIALS
    else:
        assert set(refused) == {ErrorCode.CREDENTIALS}


@on_all()
def test_the_account_as_it_is(world):
    account = world.connector().account()
    assert (account.external_id, account.handle) == (world.external_id, world.handle)
    assert account.state == RemoteState.ACTIVE


@on_all("rename")
def test_a_renamed_account_keeps_its_id(world):
    handle = world.rename("fjordvik-fk")
    account = world.connector().account()
    assert (account.external_id, account.handle) == (world.external_id, handle)
    assert account.state == RemoteState.ACTIVE


@on_all("unresolve")
def test_a_name_that_cannot_be_resolved_for_an_hour_is_no_other_name(world):
    """Neither read in a fetch nor where somebody connects the account meanwhile is it taken for a handle."""
    asked = world.ask(at=world.now - HOUR) if world.knows("ask") else None
    world.unresolve()
    account = world.connector().account()
    assert world.kind.is_same(world.external_id, account.external_id)
    assert account.state == RemoteState.ACTIVE
    assert account.handle in ("", world.handle)
    if asked:
        assert asked.id in world.walk().by_id
    checked = world.connector(external_id="").check()
    assert checked.account.handle == world.handle
    assert world.kind.is_same(world.external_id, checked.account.external_id)


@on_all("go_away")
def test_an_account_that_is_gone(world):
    world.connector().check()
    world.go_away()
    account = world.connector().account()
    assert (account.state, account.external_id) == (world.gone, world.external_id)


@on_all("suspend")
def test_an_account_that_is_suspended(world):
    world.connector().check()
    world.suspend()
    assert world.connector().account().state == RemoteState.SUSPENDED


@on_all()
def test_activity_is_what_the_account_published_last(world):
    assert world.connector().activity().last_at is None
    # In no order, where the platform lets us.
    ago = (HOUR, DAY, 3 * DAY)
    published = [world.publish(at=world.now - back if world.backdates else None).at for back in ago]
    assert world.connector().activity().last_at == max(published)


@on_all("ask", "answer")
def test_activity_is_nothing_that_others_said(world):
    published = world.publish(at=world.now - 9 * DAY if world.backdates else None)
    question = world.ask(at=world.now - HOUR)
    answered = world.answer(question)
    newest = answered if world.answers_are_activity else published
    assert world.connector().activity().last_at == newest.at


@on_all("ask", "share")
@pytest.mark.parametrize("published", [False, True])
def test_an_account_that_only_shares_is_read_all_the_same(world, published):
    """More was shared than fits on a page, so what it published itself, if anything, stands far behind."""
    newest = world.publish() if published else None
    asked = world.ask_each(moments(world, world.several))
    shared_at = world.share(asked)
    activity = world.connector().activity()
    if newest:  # perhaps by the clock of its own server, which is another's
        assert abs(activity.last_at - newest.at) < MINUTE
    else:
        assert activity.last_at is None
    assert activity.shared_at == shared_at
    assert (activity.last(sharing=False), activity.last(sharing=True)) == (activity.last_at, shared_at)
    assert {remark.id for remark in asked} <= set(world.walk().by_id)


# --- what is said to the account ---


@on_all("ask", "answer")
def test_questions_and_answers_come_as_they_were_said(world):
    asked = world.ask("Når åpner dere? 🏊", at=world.now - 5 * HOUR)
    answered = world.answer(asked, "Klokka ti", at=world.now - 4 * HOUR)
    walk = world.walk()
    assert walk.complete
    assert set(walk.by_id) == {asked.id, answered.id}
    assert_told(walk.by_id[asked.id], asked)
    assert_told(walk.by_id[answered.id], answered)
    assert SAYS[asked.kind] in world.kind.capabilities


@on_all("ask")
def test_nothing_said_is_nothing_found(world):
    walk = world.walk()
    assert (walk.posts, walk.complete) == ([], True)


@on_all("ask")
def test_several_pages(world):
    asked = {remark.id: remark for remark in world.ask_each(moments(world, world.several))}
    walk = world.walk()
    assert walk.complete
    assert walk.pages > len(world.kind.streams)
    assert set(walk.by_id) == set(asked)
    for remark_id, remark in asked.items():
        assert_told(walk.by_id[remark_id], remark)


@on_all("ask")
def test_the_same_walk_gives_the_same(world):
    world.ask_each(moments(world, world.several))
    first, second = world.walk(), world.walk()
    assert first.by_id == second.by_id
    # And on from where it ended: nothing that was not there before.
    assert set(world.walk(first.cursors).by_id) <= set(first.by_id)


@on_all("ask", backdates=True)
def test_what_is_older_than_needed_is_left_out(world):
    old, new = world.ask(at=world.now - 3 * DAY), world.ask(at=world.now - HOUR)
    assert set(world.walk(since=DAY).by_id) == {new.id}
    assert set(world.walk(since=4 * DAY).by_id) == {old.id, new.id}


@on_all("ask")
def test_faults_on_every_page_lose_nothing(world):
    """Each page fails before it comes, and another worker goes on from the last cursor that was kept."""
    wanted = {asked.id for asked in world.ask_each(moments(world, world.several))}
    found, faults = set(), 0
    for stream in world.kind.streams:
        cursor, more = "", True
        while more:
            for fault in ("500", "half", "429-retry-after"):
                world.proxy.next(fault)
                with pytest.raises(ConnectorError):
                    world.connector().fetch(stream, cursor, since=world.now - 30 * DAY)
            page = world.connector().fetch(stream, cursor, since=world.now - 30 * DAY)
            found |= {post.remote_id for post in page.posts}
            cursor, more, faults = page.cursor, page.more, faults + 1
    assert found == wanted
    assert faults > len(world.kind.streams)


@on_all("ask")
def test_what_comes_during_a_walk_comes_now_or_next_time(world):
    before = {asked.id for asked in world.ask_each(moments(world, world.several))}
    stream = world.kind.streams[0]
    page = world.connector().fetch(stream, "", since=world.now - 30 * DAY)
    assert page.more
    meanwhile = {asked.id for asked in world.ask_each([world.now - MINUTE] * 5)}
    rest = world.walk({stream: page.cursor})
    found = {post.remote_id for post in page.posts} | set(rest.by_id)
    assert before <= found <= before | meanwhile
    assert meanwhile <= found | set(world.walk(rest.cursors).by_id)


@on_all("ask", backdates=True)
def test_clocks_that_go_wrong_are_told_as_they_go(world):
    """Intake caps what lies ahead (test_contract_silence.py); a connector alters nothing."""
    ahead, long_ago = world.ask(at=world.now + 3 * DAY), world.ask(at=world.now - 8 * 365 * DAY)
    found = world.walk(since=9 * 365 * DAY).by_id
    assert found[ahead.id].posted_at == ahead.at
    assert found[long_ago.id].posted_at == long_ago.at


@on_all("ask")
def test_very_many_comments_take_a_bounded_number_of_calls(world):
    start, step = world.now - 20 * DAY, 19 * DAY / world.many
    asked = {remark.id for remark in world.ask_each(start + number * step for number in range(world.many))}
    walk = world.walk()
    assert set(walk.by_id) <= asked
    assert len(walk.by_id) == (world.hands_out or world.many)
    # The smallest page of any platform holds 30; posts of our own are listed besides.
    assert walk.calls <= world.many / (world.per_page or 30) + 20
    assert walk.pages <= walk.calls


# --- as it is now ---


@on_all("ask", "answer", "edit", "remove")
def test_reading_again_shows_edits_deletions_and_answers(world):
    kept, edited, gone = (world.ask(f"Question {at}", at=at) for at in moments(world, 3))
    other = world.ask("Somebody else’s", at=world.now - 2 * HOUR, to=kept, author="ola")
    answer = world.answer(kept, "At ten", at=world.now - HOUR)
    world.edit(edited, "A better question")
    world.remove(gone)
    page = world.reread(kept, edited, gone)
    found = {post.remote_id: post for post in page.posts}
    assert page.complete
    assert {kept.id, edited.id, gone.id} <= set(found)
    assert (other.id in found) == world.rereading_finds_more, "what nobody asked for is left out"
    assert found[edited.id].text == "A better question"
    assert (found[gone.id].removed, found[gone.id].text) == (True, "")
    assert {post.remote_id for post in page.posts if post.removed} == {gone.id}
    if answer.id in found:  # or it comes with a stream
        assert_told(found[answer.id], answer)
    else:
        assert answer.id in world.walk().by_id


@on_all("ask", "hide")
def test_hidden_comments(world):
    seen, hidden = world.ask(at=world.now - 2 * HOUR), world.ask(at=world.now - HOUR)
    assert not any(post.hidden for post in world.walk().posts)
    world.hide(hidden)
    found = {post.remote_id: post for post in world.reread(seen, hidden).posts}
    assert (found[seen.id].hidden, found[hidden.id].hidden) == (False, True)
    assert not found[hidden.id].removed


@on_all("ask", "answer", "remove")
def test_a_removed_answer_is_told_by_name(world):
    asked = world.ask(at=world.now - 3 * HOUR)
    answer = world.answer(asked, at=world.now - 2 * HOUR)
    world.remove(answer)
    found = {post.remote_id: post for post in world.reread(answer, asked).posts}
    assert found[answer.id].removed
    assert not found[asked.id].removed


@on_all("ask", "answer", "remove")
def test_a_deleted_parent_does_not_stop_the_walk(world):
    asked, other = world.ask(at=world.now - 5 * HOUR), world.ask(at=world.now - 4 * HOUR)
    answer = world.answer(asked, at=world.now - 3 * HOUR)
    world.remove(asked)
    walk = world.walk()
    assert other.id in walk.by_id
    assert asked.id not in walk.by_id
    # Some platforms delete what hangs below with it; where it stays, it still says what it answered.
    if answer.id in walk.by_id:
        assert walk.by_id[answer.id].parent_id == asked.id
    page = world.reread(asked, answer, other)
    removed = {post.remote_id for post in page.posts if post.removed}
    assert asked.id in removed
    assert other.id not in removed


def test_permanent_errors_are_those_a_person_must_mend():
    assert {code for code in ErrorCode if ConnectorError(code).permanent} == PERMANENT
