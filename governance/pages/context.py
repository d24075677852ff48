"""What every page's frame shows."""

from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse

from governance.notices.models import Notice


def shell(request):
    person = getattr(request, "user", None)
    context = {
        "body_name": settings.BODY_NAME,
        # Each language under its own name, whatever language the page is in.
        "languages": [("nb", "Bokmål"), ("nn", "Nynorsk"), ("da", "Dansk"), ("en-gb", "English")],
        "accessibility_url": settings.ACCESSIBILITY_STATEMENT_URL,
    }
    if person and person.is_authenticated:
        # Named as a string: guidelines are another app.
        context["ask_url"] = f"{reverse('guidelines:ask')}?{urlencode({'from': request.get_full_path()[:300]})}"
        context["unread_notices"] = Notice.objects.filter(person=person).unread().count()
    return context
