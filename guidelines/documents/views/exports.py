"""A guideline as a file, from each version and each language; a draft's for those who write it."""

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from governance.access import Permission, requires, signed_in
from guidelines.documents.exports import FORMATS, exported, file_name
from guidelines.texts.guidelines import Guideline
from guidelines.texts.versions import Version
from guidelines.texts.views.drafts import open_draft


@signed_in
@require_safe
def version(request, slug, number, language, kind):
    guideline = get_object_or_404(Guideline.objects.visible_to(request.user), slug=slug)
    shown = get_object_or_404(Version.objects.published().filter(guideline=guideline), number=number)
    return _file(request, shown, language, kind)


@requires(Permission.PUBLISH_GUIDELINES)
@require_safe
def draft(request, slug, language, kind):
    _guideline, found = open_draft(slug)
    return _file(request, found, language, kind)


def _file(request, shown, language, kind):
    if kind not in FORMATS or language not in dict(settings.LANGUAGES):
        raise Http404
    text = get_object_or_404(shown.texts.select_related("version__guideline"), language=language)
    content = exported(text, kind, site=request.build_absolute_uri("/").rstrip("/"))
    response = HttpResponse(content, content_type=FORMATS[kind][1])
    response["Content-Disposition"] = f'attachment; filename="{file_name(text, kind)}"'
    return response
