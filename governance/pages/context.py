"""What every page's frame shows."""

from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse

from governance.languages import LANGUAGES


def shell(request):
    person = getattr(request, "user", None)
    context = {
        "body_name": settings.BODY_NAME,
        # Each language under its own name, whatever language the page is in.
        "languages": [(language.code, language.own_name) for language in LANGUAGES.values()],
        "accessibility_url": settings.ACCESSIBILITY_STATEMENT_URL,
    }
    if person and person.is_authenticated:
        # Named as a string: guidelines are another app.
        context["ask_url"] = f"{reverse('guidelines:ask')}?{urlencode({'from': request.get_full_path()[:300]})}"
    return context
