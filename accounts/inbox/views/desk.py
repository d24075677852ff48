"""What surrounds a post for whoever works on it: its thread, who has it, who looks at it, and the list it came from."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.inbox import claims, moves
from accounts.inbox.forms.worklist import HandOverForm, InboxFilter
from accounts.inbox.models import Looking, Post, Reply
from accounts.inbox.worklist import posts_of
from governance.access import Permission, can, demand, signed_in
from governance.people.models import Person

AROUND = 25  # of a thread before the post, and as many after
DEEPEST = 4
SEEN_FOR = dt.timedelta(minutes=5)
SEEN_AGAIN = dt.timedelta(minutes=1)
STALE = dt.timedelta(hours=1)
IN_REACH = 200  # how far down a list “previous” and “next” find their way


# --- the thread ---


def thread_of(post: Post, person: Person) -> dict:
    """What citizens and the body said in the post's thread: `rows` in order, answers under what they answer.

    Whoever may see the post may see its thread: it is the same account. At most 25 before the post and 25 after;
    `more` says that there are others, which stand on the platform. Four queries.
    """
    if not post.thread_id:
        return {"rows": [], "more": False}
    before, after = [], []
    for model in (Post, Reply):
        said = model.objects.filter(account=post.account_id, thread_id=post.thread_id)
        if model is Post:
            said = said.exclude(pk=post.pk)
        before += said.filter(posted_at__lte=post.posted_at).order_by("-posted_at", "-pk")[: AROUND + 1]
        after += said.filter(posted_at__gt=post.posted_at).order_by("posted_at", "pk")[: AROUND + 1]
    before.sort(key=_when, reverse=True)
    after.sort(key=_when)
    said = sorted([*before[:AROUND], post, *after[:AROUND]], key=_when)
    rows = [_said(one, depth, post) for one, depth in _under_each_other(said)] if len(said) > 1 else []
    return {"rows": rows, "more": max(len(before), len(after)) > AROUND}


def conversation_of(post: Post) -> list[Post]:
    """What waits together with the post and is answered by one answer, oldest first; empty where it waits alone.

    At most the 25 oldest. One query, none where the post stands by itself.
    """
    if not post.matter or post.closed_at:
        return []
    waiting = Post.objects.open().filter(account=post.account_id, matter=post.matter)
    rows = list(waiting.order_by("posted_at", "pk")[:AROUND])
    return rows if len(rows) > 1 else []


def _when(one: Post | Reply):
    return one.posted_at, one.first_seen_at, one.pk


def _under_each_other(said: list[Post | Reply]) -> list[tuple[Post | Reply, int]]:
    """Each with its depth; what answers nothing that is here stands at the left."""
    here = {one.remote_id for one in said}
    answers = defaultdict(list)
    for one in said:
        parent = one.parent_id if one.parent_id in here and one.parent_id != one.remote_id else ""
        answers[parent].append(one)
    placed, waiting = [], [(one, 0) for one in reversed(answers.pop("", []))]
    while waiting:
        one, depth = waiting.pop()
        placed.append((one, min(depth, DEEPEST)))
        waiting += [(answer, depth + 1) for answer in reversed(answers.pop(one.remote_id, []))]
    # What answers itself in a circle is reached from nowhere; it is shown all the same.
    return placed + [(one, 0) for rest in answers.values() for one in rest]


def _said(one: Post | Reply, depth: int, current: Post) -> dict:
    return {"said": one, "depth": depth, "ours": isinstance(one, Reply), "current": one is current}


# --- who has it, who looks, where it came from ---


def desk_of(post: Post, request: HttpRequest, now: dt.datetime) -> dict:
    """Context of `_desk.html`. Notes that the person looks, where they may answer."""
    may_answer = can(request.user, Permission.ANSWER_POSTS, post, now=now)
    if may_answer:
        _look(post, request.user, now)
    desk = {**_who(post, request.user, now), **_neighbours(post, request, now)}
    if may_answer and not post.closed_at:
        people = claims.candidates([post.account_id], now).exclude(pk=request.user.pk)
        desk["hand_over_form"] = HandOverForm(people=people)
    return desk


def _standing(post: Post) -> Post:
    """The one that stands for its conversation, which is taken on whole. A query where it is another."""
    return post.first or post


def _who(post: Post, person: Person, now: dt.datetime) -> dict:
    return {
        "holder": claims.holder(_standing(post), now),
        "lookers": lookers_at([post.pk], person, now).get(post.pk, []),
    }


def lookers_at(post_ids: Collection[int], person: Person, now: dt.datetime) -> dict[int, list[str]]:
    """{post id: names} of the others who have had the posts open within five minutes. One query."""
    rows = Looking.objects.filter(post__in=post_ids, seen_at__gt=now - SEEN_FOR).exclude(person=person)
    names = defaultdict(list)
    for post_id, name in rows.order_by("person__name").values_list("post", "person__name"):
        names[post_id].append(name)
    return dict(names)


def _look(post: Post, person: Person, now: dt.datetime) -> None:
    """Say that the person has the post open; at most once a minute. Their old traces go with it."""
    own = Looking.objects.filter(person=person)
    if own.filter(post=post, seen_at__gt=now - SEEN_AGAIN).exists():
        return
    own.filter(seen_at__lt=now - STALE).exclude(post=post).delete()
    Looking.objects.bulk_create(
        [Looking(post=post, person=person, seen_at=now)],
        update_conflicts=True,
        unique_fields=["post", "person"],
        update_fields=["seen_at"],
    )


def _neighbours(post: Post, request: HttpRequest, now: dt.datetime) -> dict:
    """The list the person came from, and the posts before and after this one there.

    A post that has left the list, such as by being closed, is followed by the list's first. The choice stands in the
    address as `from`, and in the session for when a form has led back here without it.
    """
    came_from = request.GET.get("from")
    if came_from is None:
        came_from = request.session.get("inbox", "")
    elif request.session.get("inbox", "") != came_from:
        request.session["inbox"] = came_from[:500]
    form = InboxFilter(QueryDict(came_from[:500]), person=request.user, now=now)
    ids = list(posts_of(form.chosen(), request.user, now).values_list("pk", flat=True)[:IN_REACH])
    place = ids.index(post.pk) if post.pk in ids else -1
    return {
        "came_from": form.query(),
        "previous_id": ids[place - 1] if place > 0 else None,
        "next_id": ids[place + 1] if place + 1 < len(ids) else None,
    }


def _found(request, pk: int, permission: Permission | None = None) -> Post:
    posts = Post.objects.visible_to(request.user).select_related("account", "claimed_by")
    found = get_object_or_404(posts, pk=pk)
    if permission:
        demand(request.user, permission, found)
    return found


@signed_in
@require_safe
def post_desk(request, pk):
    """Who has the post and who looks at it: asked again and again by a page that is open."""
    found, now = _found(request, pk), timezone.now()
    if can(request.user, Permission.ANSWER_POSTS, found, now=now):
        _look(found, request.user, now)
    return render(request, "accounts/inbox/_who.html", _who(found, request.user, now))


@signed_in
@require_POST
def post_claim(request, pk):
    found, now = _found(request, pk, Permission.ANSWER_POSTS), timezone.now()
    return _done(
        request, found, lambda: claims.claim(_standing(found), by=request.user, now=now), _("You have taken it on.")
    )


@signed_in
@require_POST
def post_release(request, pk):
    found, now = _found(request, pk, Permission.ANSWER_POSTS), timezone.now()
    return _done(
        request, found, lambda: claims.release(_standing(found), by=request.user, now=now), _("The post is released.")
    )


@signed_in
@require_POST
def post_hand_over(request, pk):
    found, now = _found(request, pk, Permission.ANSWER_POSTS), timezone.now()
    form = HandOverForm(request.POST, people=claims.candidates([found.account_id], now))
    if not form.is_valid():
        messages.error(request, _("Choose to whom you hand it over."))
        return redirect(found)
    to = form.cleaned_data["to"]
    said = _("The post is handed over to %(name)s.") % {"name": to.name}
    return _done(request, found, lambda: claims.hand_over(_standing(found), to=to, by=request.user, now=now), said)


def _done(request, post: Post, verb, said: str):
    try:
        changed = verb()
    except (moves.PostConflict, ValidationError) as refused:
        messages.error(request, reason_of(refused))
    else:
        messages.success(request, said if changed else _("That is so already."))
    return redirect(post)


def reason_of(refused: moves.PostConflict | ValidationError) -> str:
    return " ".join(refused.messages) if isinstance(refused, ValidationError) else str(refused)
