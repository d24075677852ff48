"""The inbox: what waits for an answer, the most urgent first."""

from django.core.paginator import Paginator
from django.db.models import F
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.forms.posts import (
    InboxFilter,
    accounts_to_answer_on,
)
from accounts.models import OfficialAccount, Post
from accounts.models.register import any_case
from accounts.views.posts import standing, time_left
from governance.access import signed_in

POSTS_A_PAGE = 25


@signed_in
@require_safe
def inbox(request):
    now = timezone.now()
    form = InboxFilter(request.GET, person=request.user, now=now)
    chosen = form.cleaned_data if form.is_valid() else {}
    posts = _chosen(Post.objects.visible_to(request.user, now=now), chosen, request.user, now)
    # Ids first: only the 25 rows shown are joined and fetched whole.
    page = Paginator(posts.values_list("pk", flat=True), POSTS_A_PAGE).get_page(request.GET.get("page"))
    rows = Post.objects.filter(pk__in=list(page)).select_related("account__platform", "closed_by")
    in_order = {pk: place for place, pk in enumerate(page)}
    context = {
        "title": _("Inbox"),
        "form": form,
        "page": page,
        "rows": [
            (post, time_left(post, now), standing(post, now))
            for post in sorted(rows, key=lambda post: in_order[post.pk])
        ],
        "narrowed": any(chosen.values()),
        "may_register": accounts_to_answer_on(request.user, now).exists(),
    }
    return render(request, "accounts/inbox.html", context)


def _chosen(posts, chosen, person, now):
    state = chosen.get("state", "")
    if state == InboxFilter.OVERDUE:
        posts = posts.overdue(now)
    elif state == InboxFilter.CLOSED:
        posts = posts.closed()
    elif state != "all":
        posts = posts.open()
    if chosen.get("account"):
        posts = posts.filter(account=chosen["account"])
    if chosen.get("mine"):
        posts = posts.filter(account__in=OfficialAccount.objects.held_by(person, timezone.localdate(now)).values("pk"))
    if chosen.get("q"):
        posts = posts.filter(any_case(["text", "author"], chosen["q"]))
    if state == InboxFilter.CLOSED:
        return posts.order_by("-closed_at", "-pk")
    soonest = F("answer_due_at").asc(nulls_last=True)
    if state == "all":
        return posts.order_by(F("closed_at").desc(nulls_first=True), soonest, "pk")
    return posts.order_by(soonest, "pk")
