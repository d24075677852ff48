"""What every page's frame shows of the notices."""

from governance.notices.models import Notice


def unread(request):
    person = getattr(request, "user", None)
    if not (person and person.is_authenticated):
        return {}
    return {"unread_notices": Notice.objects.filter(person=person).unread().count()}
