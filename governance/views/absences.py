"""When somebody is away: registered by the person, or by a head for someone away already."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from governance.access import Permission, can, signed_in
from governance.forms.people import AbsenceForm
from governance.models import Absence, Person
from governance.views.pages import add_errors, form_page


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
    form = AbsenceForm(request.POST or None, person=person)
    if request.method == "POST" and form.is_valid():
        absence = Absence(person=person, **form.cleaned_data)
        try:
            absence.register(by=request.user, now=timezone.now())
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


def _replacement_is_away(absence: Absence) -> bool:
    """Replacements that lead in a circle are caught by this too: everyone in a circle is away."""
    if absence.replacement is None:
        return False
    theirs = Absence.objects.filter(person=absence.replacement)
    return theirs.overlapping(absence.starts_at, absence.ends_at).exists()
