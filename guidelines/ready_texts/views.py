"""One ready text: editing it, what it said before, and bringing that back. The list of them is in the accounts app."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from governance.access import Permission, requires
from governance.pages.forms import posted
from governance.pages.lists import page_of
from governance.pages.revisions import SavedMeanwhile, compared_again
from guidelines.ready_texts.forms import ReadyTextForm
from guidelines.ready_texts.models import EarlierText, ReadyText, ReadyTextConflict

EARLIER_A_PAGE = 20


def _in_the_list(text: ReadyText) -> str:
    return f"{reverse('accounts:ready_texts')}?language={text.language}&tone={text.tone}#kind-{text.kind}"


@requires(Permission.EDIT_READY_TEXTS)
@require_http_methods(["GET", "HEAD", "POST"])
@compared_again
def ready_text(request, pk):
    text = get_object_or_404(ReadyText.objects.select_related("changed_by"), pk=pk)
    form = ReadyTextForm(posted(request), instance=text)
    if request.method == "POST" and form.is_valid():
        try:
            with form.saving():
                changed = text.write(**form.cleaned_data, stamp=text.stamp, by=request.user, now=timezone.now())
        except ReadyTextConflict:
            raise SavedMeanwhile from None  # there and back again since it was read
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The text is saved.") if changed else _("Nothing was changed."))
            return redirect(_in_the_list(text))
    earlier = text.earlier.select_related("changed_by")
    context = {
        "title": str(text),
        "lead": _("Keep it short: whoever uses it adapts it before it is posted."),
        "form": form,
        "text": text,
        "page": page_of(request, earlier, EARLIER_A_PAGE),
        "cancel": _in_the_list(text),
    }
    return render(request, "guidelines/ready_texts/ready_text.html", context, status=422 if form.errors else 200)


@requires(Permission.EDIT_READY_TEXTS)
@require_POST
def bring_back(request, pk, number):
    """What the text said in an earlier version becomes its newest version."""
    earlier = get_object_or_404(EarlierText.objects.select_related("text"), text=pk, number=number)
    try:
        changed = earlier.text.write(
            earlier.body, stamp=request.POST.get("stamp", ""), by=request.user, now=timezone.now()
        )
    except (ReadyTextConflict, ValidationError) as error:
        messages.error(request, " ".join(error.messages) if isinstance(error, ValidationError) else str(error))
    else:
        said = _("Version %(number)d is brought back.") if changed else _("Version %(number)d stands already.")
        messages.success(request, said % {"number": number})
    return redirect("guidelines:ready_text", pk)
