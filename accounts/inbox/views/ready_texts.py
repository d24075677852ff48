"""Ready texts to copy, for everyone: when a pupil asks for contact, an account closes, or something happens."""

from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.inbox import ready_texts as texts
from accounts.inbox.forms.ready_texts import ReadyTextFilter
from governance.access import Permission, can, signed_in


@signed_in
@require_safe
def ready_texts(request):
    now = timezone.now()
    form = ReadyTextFilter(request.GET, person=request.user, language=get_language(), now=now)
    chosen = form.chosen()
    found = texts.texts_for(
        request.user, language=chosen["language"], tone=chosen["tone"], account=chosen.get("account"), now=now
    )
    context = {
        "title": _("Ready texts"),
        "form": form,
        "texts": texts.matching(found, chosen.get("kind", ""), chosen.get("search", "")),
        "may_edit": can(request.user, Permission.EDIT_READY_TEXTS),
    }
    return render(request, "accounts/inbox/ready_texts.html", context, status=422 if form.errors else 200)
