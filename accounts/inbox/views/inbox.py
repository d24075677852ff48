"""The inbox: what waits for an answer, the most urgent first, and the searches a person keeps."""

from django.contrib import messages
from django.db import transaction
from django.http import QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.inbox.claims import holder
from accounts.inbox.forms.worklist import InboxFilter, SavedViewForm, SeveralForm
from accounts.inbox.models import Post, SavedView
from accounts.inbox.views.desk import lookers_at
from accounts.inbox.views.post import standing, time_left
from accounts.inbox.views.several import undoable
from accounts.inbox.worklist import opening_scope, posts_of, with_what_follows
from accounts.register.fields import AccountField
from accounts.register.models import OfficialAccount
from governance.access import signed_in
from governance.pages.choosers import suggestions
from governance.pages.lists import page_of
from governance.people.models import Person

POSTS_A_PAGE = 25
VIEWS_A_PERSON = 20


@signed_in
@require_safe
def inbox(request):
    """The page; asked by htmx for news, the list alone."""
    now = timezone.now()
    after = request.GET.get("after", "")
    said = _without(request.GET, "after")  # for htmx alone: no link shown is to carry it on
    # An address that says anything means what it says; from then on each link carries on whose posts are shown.
    request.GET = said or QueryDict(f"scope={opening_scope(request.user, now)}")
    form = InboxFilter(request.GET, person=request.user, now=now)
    chosen, query = form.chosen(), form.query()
    posts = posts_of(chosen, request.user, now)
    newest, news = _news(after, posts)
    # Ids first: only the 25 rows shown are joined and fetched whole.
    page = page_of(request, posts.values_list("pk", flat=True), POSTS_A_PAGE)
    context = {
        "page": page,
        "rows": _rows(list(page), request.user, now),
        "query": query,
        "news": news,
        "form": form,
        "may_answer": OfficialAccount.objects.to_answer_on(request.user, now).exists(),
    }
    if request.headers.get("HX-Request"):
        answer = render(request, "accounts/inbox/_inbox_list.html", context)
    else:
        whole = {
            "title": _("Inbox"),
            "refresh": f"{request.path}?after={newest}&{request.GET.urlencode()}",
            "several_form": SeveralForm(),
            "views": SavedView.objects.filter(person=request.user),
            "undoable": undoable(request, now),
        }
        answer = render(request, "accounts/inbox/inbox.html", context | whole)
    patch_vary_headers(answer, ["HX-Request"])
    return answer


def _news(after: str, posts) -> tuple[int, int]:
    """The newest post's id when the page was opened, and how many of the choice have come in since."""
    if after.isascii() and after.isdigit() and len(after) < 19:
        return int(after), posts.filter(pk__gt=int(after)).count()
    return Post.objects.order_by("-pk").values_list("pk", flat=True).first() or 0, 0


def _without(data: QueryDict, name: str) -> QueryDict:
    rest = data.copy()
    rest.pop(name, None)
    return rest


def _rows(ids: list[int], person: Person, now) -> list[dict]:
    """What the rows show, in the order of the ids. Three queries."""
    posts = with_what_follows(Post.objects.select_related("account__platform", "claimed_by")).in_bulk(ids)
    lookers = lookers_at(ids, person, now)
    unseen = set(Post.objects.unseen(now).filter(pk__in=ids).values_list("pk", flat=True))
    return [
        {
            "post": post,
            "left": time_left(post, now, unseen=pk in unseen),
            "stands": standing(post, now, unseen=pk in unseen),
            "holder": holder(post, now),
            "lookers": lookers.get(pk, ()),
        }
        for pk in ids
        if (post := posts.get(pk))
    ]


@signed_in
@require_safe
def choose_account(request):
    """What an account's name or handle may mean, for `AccountField`: of those the person answers on, or may see."""
    now = timezone.now()
    if request.GET.get("among") == "answer":
        rows = OfficialAccount.objects.to_answer_on(request.user, now)
    else:
        rows = OfficialAccount.objects.posts_visible_to(request.user, now=now)
    return suggestions(AccountField, rows, request.GET.get("q", ""))


@signed_in
@require_POST
def view_save(request):
    """Keep the present choice under a name; the same name again puts the new choice in its place."""
    form = SavedViewForm(request.POST)
    query = InboxFilter(QueryDict(request.POST.get("query", "")), person=request.user, now=timezone.now()).query()
    back = f"{reverse('accounts:inbox')}?{query}"
    if not form.is_valid():
        messages.error(request, _("Give the view a name of at most 60 characters."))
        return redirect(back)
    if len(query) > SavedView._meta.get_field("query").max_length:
        messages.error(request, _("What you search for is too long to be kept."))
        return redirect(back)
    name = form.cleaned_data["name"]
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=request.user.pk)  # two at once must not pass the limit
        own = SavedView.objects.filter(person=request.user)
        if own.exclude(name=name).count() >= VIEWS_A_PERSON:
            text = _("You keep %(count)s views already. Delete one first.") % {"count": VIEWS_A_PERSON}
            messages.error(request, text)
            return redirect(back)
        own.update_or_create(name=name, defaults={"person": request.user, "query": query})
    messages.success(request, _("The view “%(name)s” is kept.") % {"name": name})
    return redirect(back)


@signed_in
@require_POST
def view_delete(request, pk):
    found = get_object_or_404(SavedView, pk=pk, person=request.user)
    found.delete()
    messages.success(request, _("The view “%(name)s” is deleted.") % {"name": found.name})
    return redirect("accounts:inbox")
