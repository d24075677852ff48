"""Several posts at once: each goes through the verb for one post, in a transaction of its own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.inbox import claims, moves
from accounts.inbox.forms.worklist import CLOSINGS, HandOverForm, InboxFilter
from accounts.inbox.models import Post
from accounts.inbox.views.desk import reason_of
from accounts.register.models import OfficialAccount
from governance.access import signed_in

AT_MOST = 100
UNDO_FOR = dt.timedelta(minutes=10)


@signed_in
@require_POST
def several(request):
    """`what` says the deed, `post` the posts; `one` is both for a single row ("claim:12").

    Closing more than one, and handing over, ask first on a page of their own. Posts the person may not see do not
    count; on those they may not answer, it is said.
    """
    now = timezone.now()
    deed, ids = _asked(request.POST)
    if not OfficialAccount.objects.to_answer_on(request.user, now).exists():
        raise PermissionDenied
    query = InboxFilter(QueryDict(request.POST.get("query", "")[:500]), person=request.user, now=now).query()
    posts = Post.objects.visible_to(request.user, now=now).select_related("account", "claimed_by").filter(pk__in=ids)
    posts = sorted(posts, key=lambda post: ids.index(post.pk))
    if deed == "undo":
        return _undo(request, now, query)
    if not posts or not _is_deed(deed):
        messages.error(request, _("Choose posts, and what to do with them."))
        return redirect(_back(query))
    what, _colon, value = deed.partition(":")
    form = None
    if what == "hand_over":
        people = claims.candidates({post.account_id for post in posts}, now).exclude(pk=request.user.pk)
        form = HandOverForm(request.POST if "to" in request.POST else None, people=people)
    asks = form is not None and not form.is_valid()
    if asks or (what == "close" and len(posts) > 1 and "sure" not in request.POST):
        return _ask(request, deed, posts, query, form)
    if form:
        value = form.cleaned_data["to"]
    done = _do_all(request, what, value, posts, now)
    if what == "close" and done:
        request.session["closed"] = {"ids": done, "at": now.isoformat()}
    if len(done) < len(posts):
        return redirect(_back(query))  # what was not done, and why, stands at the top
    return redirect(_back(query, request.POST.getlist("shown"), ids))


def _asked(data) -> tuple[str, list[int]]:
    if one := data.get("one"):
        deed, _colon, pk = one.rpartition(":")
        return deed, _numbers([pk])
    return data.get("what", ""), _numbers(data.getlist("shown" if "all" in data else "post"))


def _numbers(texts: Iterable[str]) -> list[int]:
    numbers = [int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 19]
    return list(dict.fromkeys(numbers))[:AT_MOST]


def _is_deed(deed: str) -> bool:
    what, _colon, value = deed.partition(":")
    allowed: dict[str, Collection[str]] = {
        "claim": [""],
        "release": [""],
        "hand_over": [""],
        "close": CLOSINGS,
        "tone": Post.Tone.values,
    }
    return value in allowed.get(what, ())


def _ask(request, deed: str, posts: list[Post], query: str, form):
    count = len(posts)
    if form:
        title, submit = _("Hand over"), _("Hand over")
    else:
        outcome = Post.Outcome(deed.partition(":")[2]).label
        title = ngettext("Close %(count)s post?", "Close %(count)s posts?", count) % {"count": count}
        submit = _("Close as “%(outcome)s”") % {"outcome": outcome}
    context = {
        "title": title,
        "submit": submit,
        "posts": posts,
        "deed": deed,
        "query": query,
        "shown": request.POST.getlist("shown"),
        "form": form,
    }
    status = 422 if form is not None and form.is_bound else 200
    return render(request, "accounts/inbox/several.html", context, status=status)


def _do_all(request, what: str, value, posts: list[Post], now: dt.datetime) -> list[int]:
    """Do it to each post; say how many were done, and which were not and why. The ids of those done."""
    verb = {
        "claim": lambda post: claims.claim(post, by=request.user, now=now),
        "release": lambda post: claims.release(post, by=request.user, now=now),
        "hand_over": lambda post: claims.hand_over(post, to=value, by=request.user, now=now),
        "close": lambda post: moves.close(post, outcome=value, by=request.user, now=now),
        "tone": lambda post: moves.triage(post, tone=value, concerns=post.concerns, by=request.user, now=now),
        "undo": lambda post: moves.reopen(post, by=request.user, now=now),
    }[what]
    accounts = {post.account_id for post in posts}
    mine = OfficialAccount.objects.to_answer_on(request.user, now).filter(pk__in=accounts)
    may_answer_on = set(mine.values_list("pk", flat=True))
    done, not_done = [], []
    for post in posts:
        if post.account_id not in may_answer_on:
            not_done.append((post, _("you do not answer for this account")))
            continue
        try:
            changed = verb(post)
        except (moves.PostConflict, ValidationError) as refused:
            not_done.append((post, reason_of(refused)))
        else:
            if changed:
                done.append(post.pk)
            else:
                not_done.append((post, _("that is so already")))
    if done:
        text = ngettext("%(count)s post: done.", "%(count)s posts: done.", len(done)) % {"count": len(done)}
        messages.success(request, text)
    for post, why in not_done:
        name = Truncator(post.text).chars(50) or post.get_kind_display()
        messages.warning(request, _("Not done: “%(post)s” – %(why)s") % {"post": name, "why": why})
    return done


def undoable(request, now: dt.datetime) -> int:
    """How many posts the person closed together within the last ten minutes and may open again in one go."""
    closed = request.session.get("closed") or {"ids": []}
    if not closed["ids"] or dt.datetime.fromisoformat(closed["at"]) < now - UNDO_FOR:
        return 0
    return len(closed["ids"])


def _undo(request, now: dt.datetime, query: str):
    """Open again exactly what was closed together, unless somebody has done something else with it since."""
    closed = request.session.pop("closed", None) or {"ids": [], "at": now.isoformat()}
    posts = Post.objects.visible_to(request.user, now=now).select_related("account", "claimed_by")
    same = posts.filter(pk__in=closed["ids"], closed_by=request.user, closed_at=closed["at"])
    _do_all(request, "undo", None, list(same.order_by("pk")), now)
    return redirect(_back(query))


def _back(query: str, shown: Iterable[str] = (), acted: Collection[int] = ()) -> str:
    """Where the person came from, at the row after the last one that was acted on."""
    address = f"{reverse('accounts:inbox')}?{query}"
    numbers = _numbers(shown)
    last = max((numbers.index(pk) for pk in acted if pk in numbers), default=None)
    if last is None:
        return address
    rest = [pk for pk in numbers[last + 1 :] if pk not in acted] or [pk for pk in numbers[:last] if pk not in acted]
    return f"{address}#post-{rest[0]}" if rest else f"{address}#list"
