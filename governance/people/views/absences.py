"""When somebody is away: registered by the person, or by a head for someone away already."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from governance.access import Permission, can, signed_in
from governance.pages.forms import add_errors, form_page, posted
from governance.people.absences import Absence
from governance.people.calendar_files import CalendarError, known, proposals, register_all
from governance.people.forms import AbsenceForm, CalendarFileForm, ChosenForm, ListedForm
from governance.people.models import Person
from governance.people.reach import demand_cover


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def absence_new(request):
    """One's own."""
    return _register(request, request.user, crumbs=[(request.user.name, reverse("me"))], back=reverse("me"))


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def absence_new_for(request, pk):
    """For somebody of one's units, who may be away already."""
    person = get_object_or_404(Person.objects.active().visible_to(request.user).select_related("unit"), pk=pk)
    if not _may_arrange(request.user, person):
        raise PermissionDenied
    back = person.get_absolute_url()
    return _register(request, person, crumbs=[(person.name, back)], back=back)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def absence_import(request):
    """One's own, from a calendar file."""
    return _import(request, request.user, crumbs=[(request.user.name, reverse("me"))], back=reverse("me"))


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def absence_import_for(request, pk):
    """For somebody of one's units, from a calendar file they gave."""
    person = get_object_or_404(Person.objects.active().visible_to(request.user).select_related("unit"), pk=pk)
    if not _may_arrange(request.user, person):
        raise PermissionDenied
    back = person.get_absolute_url()
    return _import(request, person, crumbs=[(person.name, back)], back=back)


@signed_in
@require_POST
def absence_cancel(request, pk):
    seen = Person.objects.visible_to(request.user)
    absence = get_object_or_404(Absence.objects.filter(person__in=seen).select_related("person"), pk=pk)
    if not _may_arrange(request.user, absence.person):
        raise PermissionDenied
    if absence.call_off(by=request.user, now=timezone.now()):
        messages.success(request, _("The absence is called off."))
    else:
        messages.info(request, _("The absence is over or was called off already."))
    return redirect("me" if absence.person == request.user else absence.person)


def _may_arrange(actor: Person, person: Person) -> bool:
    return actor == person or bool(person.unit_id and can(actor, Permission.ARRANGE_COVER, person))


def _register(request, person: Person, *, crumbs, back: str):
    form = AbsenceForm(posted(request), person=person)
    if request.method == "POST" and form.is_valid():
        absence, now = Absence(person=person, **form.cleaned_data), timezone.now()
        try:
            demand_cover(request.user, person, absence.replacement, now)
            absence.register(by=request.user, now=now)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("The absence is registered."))
            if _replacement_is_away(absence):
                messages.warning(
                    request,
                    _("%(name)s is away in that time too. Those who come next are asked then.")
                    % {"name": absence.replacement},
                )
            return redirect(back)
    own = person == request.user
    return form_page(
        request,
        form,
        title=_("Register absence") if own else _("Register absence of %(name)s") % {"name": person},
        lead=_("Only when, never why. While you are away others are asked to answer.")
        if own
        else _("Only when, never why. In that time others are asked to answer."),
        crumbs=crumbs,
        cancel=back,
        submit=_("Register"),
    )


def _may_cover(form: ChosenForm, actor: Person, person: Person, now) -> bool:
    try:
        demand_cover(actor, person, form.cleaned_data["replacement"], now)
    except ValidationError as error:
        add_errors(form, error)
    return not form.errors


def _replacement_is_away(absence: Absence) -> bool:
    if absence.replacement is None:
        return False
    theirs = Absence.objects.filter(person=absence.replacement)
    return theirs.overlapping(absence.starts_at, absence.ends_at).exists()


def _import(request, person: Person, *, crumbs, back: str):
    """A file, then what was found in it to choose from, then the absences.

    Between the steps nothing is kept here: what was found travels with the page, titles and all.
    """
    now = timezone.now()
    own = person == request.user
    title = _("Absences from a calendar") if own else _("Absences of %(name)s from a calendar") % {"name": person}
    upload = CalendarFileForm()
    if request.method == "POST" and "listed" in request.POST:
        listed = ListedForm(request.POST)
        form = ChosenForm(request.POST, person=person, listed=listed.rows())
        if form.is_valid() and _may_cover(form, request.user, person, now):
            done = register_all(person, form.spans(), form.cleaned_data["replacement"], by=request.user, now=now)
            _tell_registered(request, done)
            if not done.refused:
                return redirect(back)
            form.refuse(done.refused)
        return _review(request, form, person, now, title=title, crumbs=crumbs, back=back)
    if request.method == "POST":
        upload = CalendarFileForm(request.POST, request.FILES)
        if upload.is_valid():
            try:
                found = proposals(upload.cleaned_data["file"].read(), now)
            except CalendarError as error:
                upload.add_error("file", str(error))
            else:
                if found.events:
                    form = ChosenForm(person=person, listed=[(one.start, one.end, one.title) for one in found.events])
                    form.likely = {(one.start, one.end) for one in found.events if one.likely}
                    return _review(
                        request, form, person, now, title=title, crumbs=crumbs, back=back, left_out=found.left_out
                    )
                nothing = _("In the coming 400 days the calendar shows no time of being away or busy.")
                upload.add_error("file", " ".join([nothing, *(left.in_words() for left in found.left_out)]))
    return form_page(
        request,
        upload,
        title=title,
        lead=_("Export your calendar as a file (.ics). You then choose what counts. Only when is kept, never why.")
        if own
        else _("Choose the exported file (.ics), then what counts. Only when is kept, never why."),
        crumbs=crumbs,
        cancel=back,
        submit=_("Read the file"),
    )


def _review(request, form, person: Person, now, *, title: str, crumbs, back: str, left_out=()):
    context = {
        "title": title,
        "form": form,
        "rows": form.rows(known(person, now)),
        "crumbs": crumbs,
        "cancel": back,
        "left_out": [left for left in left_out if left.why != "zone"],
        "checks": [left for left in left_out if left.why == "zone"],
    }
    return render(request, "governance/people/absence_import.html", context, status=422 if form.is_bound else 200)


def _tell_registered(request, done) -> None:
    if done.new:
        messages.success(
            request,
            ngettext("%(count)d absence is registered.", "%(count)d absences are registered.", done.new)
            % {"count": done.new},
        )
    if done.already:
        messages.info(
            request,
            ngettext(
                "%(count)d absence was registered already.", "%(count)d absences were registered already.", done.already
            )
            % {"count": done.already},
        )
