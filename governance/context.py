"""What every page's frame shows."""

from django.conf import settings

from governance.models import Notice


def shell(request):
    person = getattr(request, "user", None)
    context = {
        "body_name": settings.BODY_NAME,
        # Each language under its own name, whatever language the page is in.
        "languages": [("nb", "Bokmål"), ("nn", "Nynorsk"), ("da", "Dansk"), ("en-gb", "English")],
        "accessibility_url": settings.ACCESSIBILITY_STATEMENT_URL,
    }
    if person and person.is_authenticated:
        context["unread_notices"] = Notice.objects.filter(person=person).unread().count()
    return context
