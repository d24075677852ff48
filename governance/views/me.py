"""What concerns the person who is logged in: language, notices, own roles and absences."""

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from governance.access import public, signed_in
from governance.forms.settings import NoticeChoicesForm
from governance.models import Absence, Notice, RoleGrant
from governance.models.notices import choices_of, choose
from governance.texts import notice_text
from governance.views.pages import form_page

NOTICES_A_PAGE = 25


@signed_in
@require_safe
def me(request):
    now = timezone.now()
    context = {
        "title": request.user.name,
        "grants": RoleGrant.objects.current(timezone.localdate(now)).filter(person=request.user).select_related("unit"),
        "absences": Absence.objects.standing()
        .filter(person=request.user, ends_at__gt=now)
        .select_related("replacement"),
        "calendar_url": _calendar_url(request.user),
    }
    return render(request, "governance/me.html", context)


def _calendar_url(person) -> str:
    """Where a calendar program finds the person's duties; "" where there is no such address."""
    key = person.calendar_key
    return settings.SITE_URL + reverse("accounts:duty_calendar", args=[key]) if key else ""


@signed_in
@require_safe
def notices(request):
    page = Paginator(Notice.objects.filter(person=request.user), NOTICES_A_PAGE).get_page(request.GET.get("page"))
    rows = [(notice, notice_text(notice)) for notice in page]
    return render(request, "governance/notices.html", {"title": _("Notices"), "page": page, "rows": rows})


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
def notice_choices(request):
    """What comes by mail as it happens, once a day, or not at all."""
    form = NoticeChoicesForm(request.POST or None, initial=choices_of(request.user))
    if request.method == "POST" and form.is_valid():
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


@public
@require_POST
def language(request):
    """Remembers the choice: on the person where one is logged in, and in a cookie for the pages before log-in."""
    code = request.POST.get("language")
    if code not in dict(settings.LANGUAGES):
        return HttpResponseBadRequest("language")
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        target = "/"
    if request.user.is_authenticated:
        request.user.language = code
        request.user.save(update_fields=["language"])
    translation.activate(code)
    response = redirect(target)
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        code,
        max_age=365 * 24 * 3600,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
    )
    return response
