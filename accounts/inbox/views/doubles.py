"""Two posts that are one, merged."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.inbox import doubles, moves
from accounts.inbox.forms.post import MergeForm
from accounts.inbox.models import Post
from governance.access import Permission, demand, signed_in
from governance.pages.forms import form_page, posted


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def post_merge(request, pk):
    """Name the other one, see it, and say that it is the same. Sent again, they are one already."""
    number = doubles.kept_for(pk) or pk
    posts = Post.objects.visible_to(request.user).select_related("account")
    found = get_object_or_404(posts, pk=number)
    demand(request.user, Permission.ANSWER_POSTS, found)
    form = MergeForm(posted(request), post=found)
    name = Truncator(found.text).chars(90) or found.get_kind_display()
    context = {
        "title": _("Merge two posts"),
        "lead": _("“%(post)s” is here twice? Name the other one. The one that came in first is kept.") % {"post": name},
        "submit": _("Go on"),
    }
    if form.is_bound and form.is_valid():
        other = form.cleaned_data["other"]
        if form.cleaned_data["sure"] == str(other.pk):
            try:
                kept = doubles.merge(found, other, by=request.user, now=timezone.now())
            except moves.PostConflict as refused:
                form.add_error("other", str(refused))
            else:
                messages.success(request, _("The two posts are one now."))
                return redirect(kept)
        else:
            form = MergeForm(post=found, initial={"other": other.pk, "sure": other.pk})
            words = Truncator(other.text).chars(90) or other.get_kind_display()
            said = _("“%(one)s” and “%(other)s” become one post. This cannot be undone.")
            context |= {"lead": said % {"one": name, "other": words}, "submit": _("Merge")}
    elif form.is_bound and _are_one({pk, getattr(form, "number", 0)}, found):
        messages.success(request, _("They are one post already."))
        return redirect(found)
    crumbs = [(_("Inbox"), reverse("accounts:inbox")), (found, found.get_absolute_url())]
    return form_page(request, form, cancel=found.get_absolute_url(), crumbs=crumbs, **context)


def _are_one(numbers: set[int], kept: Post) -> bool:
    """Whether those were two posts, and both are now in the one that was kept."""
    return len(numbers) == 2 and all((doubles.kept_for(number) or number) == kept.pk for number in numbers)
