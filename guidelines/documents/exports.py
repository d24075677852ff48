"""A guideline as a file: Markdown, HTML, tagged PDF, Word. Each reads back in with the same headings and rules."""

from __future__ import annotations

import json

from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from governance.languages import LANGUAGES
from guidelines.documents.outline import COVER
from guidelines.documents.word import word_document
from guidelines.texts.markdown import render
from guidelines.texts.versions import Text

FORMATS = {
    "md": ("Markdown", "text/markdown; charset=utf-8"),
    "html": ("HTML", "text/html; charset=utf-8"),
    "pdf": ("PDF", "application/pdf"),
    "docx": ("Word", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
}


def exported(text: Text, kind: str, *, site: str) -> bytes:
    """The text in one of FORMATS. `site` is the portal's own address: links in a file must say where they lead."""
    with override(text.language):
        about = _about(text)
        if kind == "docx":
            return word_document(title=text.title, about=about, body=text.body, language=text.language, site=site)
        if kind == "md":
            # Readers of Markdown know this head; ours leaves it out again.
            head = {"title": text.title, "description": about, "lang": LANGUAGES[text.language].locale}
            lines = [f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in head.items()]
            return "\n".join(["---", *lines, "---", "", text.body]).encode()
        context = {
            "text": text,
            "about": about,
            "locale": LANGUAGES[text.language].locale,
            "rendered": render(text.body, site=site, signs=False),
            "cover": COVER,
        }
        page = render_to_string("guidelines/documents/export.html", context)
    if kind == "html":
        return page.encode()
    # Not at the top: WeasyPrint loads Pango, which the rest of the portal does without.
    from governance.pages.pdf import tagged_pdf

    return tagged_pdf(page)


def _about(text: Text) -> str:
    version = text.version
    values = {"number": version.number, "audience": version.guideline.get_audience_display()}
    if not version.is_frozen:
        return _("Draft of version %(number)d. For: %(audience)s.") % values
    values["date"] = date_format(version.published_at, "DATE_FORMAT")
    return _("Version %(number)d, published %(date)s. For: %(audience)s.") % values


def file_name(text: Text, kind: str) -> str:
    return f"{text.version.guideline.slug}-{text.version.number}-{text.language}.{kind}"
