"""One's notices, and what of them comes by mail."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from governance.access import Permission, demand_place, requires, signed_in
from governance.notices.delivery import send_again
from governance.notices.forms import NoticeChoicesForm
from governance.notices.models import Notice, choose
from governance.notices.texts import notice_text
from governance.pages.forms import form_page, posted
from governance.pages.lists import page_of
from governance.pages.revisions import compared_again

NOTICES_A_PAGE = 25


@signed_in
@require_safe
def notices(request):
    page = page_of(request, Notice.objects.filter(person=request.user), NOTICES_A_PAGE)
    rows = [(notice, notice_text(notice)) for notice in page]
    return render(request, "governance/notices/notices.html", {"title": _("Notices"), "page": page, "rows": rows})


@signed_in
@require_safe
def notice(request, pk):
    """Marks one notice as read and goes where it leads."""
    found = get_object_or_404(Notice, pk=pk, person=request.user)
    Notice.objects.filter(pk=found.pk).unread().update(read_at=timezone.now())
    return redirect(found.path)


@signed_in
@require_POST
def notices_read(request):
    Notice.objects.filter(person=request.user).unread().update(read_at=timezone.now())
    return redirect("notices")


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
@compared_again
def notice_choices(request):
    """What comes by mail as it happens, once a day, or not at all."""
    form = NoticeChoicesForm(posted(request), person=request.user)
    if request.method == "POST" and form.is_valid():
        with form.saving():
            changed = choose(request.user, form.cleaned_data, by=request.user, now=timezone.now())
        messages.success(request, _("Your choice is saved.") if changed else _("That is your choice already."))
        return redirect("me")
    return form_page(
        request,
        form,
        title=_("What I get by mail"),
        lead=_(
            "Every notice stands in the portal. Posts past their time, roles you are asked to take and a crisis "
            "always come by mail. At night and on holidays nothing is sent, unless there is a crisis."
        ),
        crumbs=[(request.user.name, reverse("me"))],
        cancel=reverse("me"),
        submit=_("Save"),
    )


@requires(Permission.EDIT_SETTINGS)
@require_POST
def notice_send_again(request, pk):
    demand_place(request.user, Permission.EDIT_SETTINGS, None)
    notice = get_object_or_404(Notice, pk=pk)
    if send_again(notice, by=request.user, now=timezone.now()):
        messages.success(request, _("The notice is sent again at the next delivery."))
    else:
        messages.info(request, _("The notice is neither in doubt nor given up any more."))
    return redirect("settings")
