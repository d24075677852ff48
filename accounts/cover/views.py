"""Handing over what a person holds."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.cover.forms import HandOverForm
from accounts.cover.hand_over import edited_in, hand_over_all, hand_over_editors, to_hand_over, tokens_in
from governance.access import Permission, signed_in, units_where
from governance.pages.forms import form_page, posted
from governance.people.models import Person


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def person_hand_over(request, pk):
    """Whoever delegates gives what a person holds in their units to somebody else, in one go."""
    now = timezone.now()
    person = get_object_or_404(Person, pk=pk)
    units = units_where(request.user, Permission.DELEGATE, now=now)
    rows, edited = to_hand_over(person, units), edited_in(person, units)
    tokens = tokens_in(person, units, now)
    nothing = not rows and not edited and not tokens
    visible = Person.objects.visible_to(request.user).filter(pk=pk).exists()
    if nothing and not visible:
        raise Http404
    if nothing and person.unit_id not in units:
        raise PermissionDenied
    back = person.get_absolute_url() if visible else reverse("accounts:accounts")
    form = HandOverForm(posted(request), rows=rows, edited=edited, tokens=tokens, person=person)
    if request.method == "POST" and form.is_valid():
        to, reason = form.cleaned_data["to"], form.cleaned_data["reason"]
        try:
            with transaction.atomic():
                new = hand_over_all(form.chosen(), to, reason=reason, by=request.user, now=now)
                newly_edited = hand_over_editors(form.chosen_as_editor(), person, to, by=request.user, now=now)
                tokens_given = sum(token.hand_over(to, by=request.user, now=now) for token in form.chosen_tokens())
        except ValidationError as error:
            form.add_error("to", error)
        else:
            if new:
                words = ngettext(
                    "%(name)s is asked to take %(count)d role, and gets a notice.",
                    "%(name)s is asked to take %(count)d roles, and gets a notice for each.",
                    new,
                )
                messages.success(request, words % {"name": to, "count": new})
            if newly_edited:
                words = ngettext(
                    "%(name)s is now the editor of %(count)d account.",
                    "%(name)s is now the editor of %(count)d accounts.",
                    newly_edited,
                )
                messages.success(request, words % {"name": to, "count": newly_edited})
            if tokens_given:
                words = ngettext(
                    "%(name)s now answers for %(count)d API token.",
                    "%(name)s now answers for %(count)d API tokens.",
                    tokens_given,
                )
                messages.success(request, words % {"name": to, "count": tokens_given})
            if not new and not newly_edited and not tokens_given:
                messages.info(request, _("That was done already."))
            return redirect(back)
    if nothing:
        messages.info(request, _("%(name)s holds no role on accounts of your units.") % {"name": person})
        return redirect(back)
    return form_page(
        request,
        form,
        title=_("Hand over what %(name)s answers for") % {"name": person},
        lead=_(
            "The chosen roles end, and another person is asked to take them. Who becomes the editor need not be asked."
        ),
        crumbs=[(person.name, back)],
        cancel=back,
        submit=_("Hand over"),
    )
