"""The texts moderators copy: the list of them, and one to edit."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from governance.access import Permission, requires
from guidelines.forms import ReadyTextForm
from guidelines.models import ReadyText
from guidelines.ready_texts import ReadyTextConflict


@requires(Permission.EDIT_READY_TEXTS)
@require_safe
def ready_texts(request):
    texts = {(text.kind, text.language): text for text in ReadyText.objects.select_related("changed_by")}
    kinds = [
        (label, [texts[kind, language] for language, _name in settings.LANGUAGES if (kind, language) in texts])
        for kind, label in ReadyText.Kind.choices
    ]
    context = {
        "title": _("Ready texts"),
        "kinds": kinds,
    }
    return render(request, "guidelines/ready_texts.html", context)


@requires(Permission.EDIT_READY_TEXTS)
@require_http_methods(["GET", "HEAD", "POST"])
def ready_text(request, pk):
    text = get_object_or_404(ReadyText, pk=pk)
    form = ReadyTextForm(request.POST or None, initial={"body": text.body, "stamp": text.stamp})
    if request.method == "POST" and form.is_valid():
        try:
            changed = text.write(**form.cleaned_data, by=request.user, now=timezone.now())
        except ValidationError as error:
            form.add_error(None, error)
        except ReadyTextConflict as conflict:
            form.add_error(None, str(conflict))
            text.refresh_from_db()
            # Sent once more, it replaces what has been looked at.
            form.data = form.data.copy()
            form.data["stamp"] = text.stamp
        else:
            messages.success(request, _("The text is saved.") if changed else _("Nothing was changed."))
            return redirect("guidelines:ready_texts")
    context = {
        "title": str(text),
        "lead": _("Keep it short and friendly: the moderator adapts it before it is posted."),
        "form": form,
        "text": text,
        "cancel": reverse("guidelines:ready_texts"),
    }
    return render(request, "guidelines/ready_text.html", context, status=422 if form.errors else 200)
