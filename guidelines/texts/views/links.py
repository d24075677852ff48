"""Links that lead nowhere, for those who keep the texts."""

from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from governance.access import Permission, requires
from governance.pages.lists import page_of
from guidelines.texts.links import OutsideLink, dead_inside, links_in_force

LINKS_A_PAGE = 50


@requires(Permission.PUBLISH_GUIDELINES)
@require_safe
def links(request):
    """Rules and pages that are not there, then all outside sources, the dead ones first."""
    used = links_in_force()
    page = page_of(request, OutsideLink.objects.all(), LINKS_A_PAGE)
    texts: dict[str, list] = {}
    for one in used:
        texts.setdefault(one.target.outside, []).append(one.text)
    context = {
        "title": _("Links in guidelines"),
        "inside": dead_inside(used),
        "page": page,
        "rows": [(link, texts.get(link.url, [])) for link in page],
        "dead": OutsideLink.objects.dead().count(),
    }
    return render(request, "guidelines/texts/links.html", context)
