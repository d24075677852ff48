"""Word documents in. mammoth makes HTML of them, once the numbers and what is left out stand in them (`docx_marks`)."""

from __future__ import annotations

import io

import mammoth

from guidelines.documents.docx_marks import HEADING, LEFT, QUOTE, TITLE, with_marks
from guidelines.documents.html import read_markup
from guidelines.documents.outline import (
    COMMENT,
    CONTENTS,
    DELETED,
    HIDDEN,
    OWN_COVER,
    PAGE_EDGE,
    STRUCK,
    Outline,
    Unreadable,
    gettext_noop,
)
from guidelines.documents.text import tidy
from guidelines.documents.zip_files import checked_parts

_STYLES = "\n".join(
    [
        f"p.{TITLE} => h1.document-title:fresh",
        f"p.{QUOTE} => blockquote:fresh",
        *(f"p.{HEADING}{level} => h{level}:fresh" for level in range(1, 7)),
        *(f"p.{LEFT}{why} => div.left-{why}:fresh" for why in (CONTENTS, OWN_COVER, PAGE_EDGE, COMMENT)),
        *(f"r.{LEFT}{why} => del.left-{why}" for why in (STRUCK, HIDDEN, DELETED, COMMENT)),
    ]
)


def read_docx(data: bytes) -> Outline:
    """A Word document. Raises Unreadable."""
    checked_parts(data)
    marked = with_marks(data)
    try:
        result = mammoth.convert_to_html(
            io.BytesIO(marked),
            style_map=_STYLES,
            convert_image=mammoth.images.img_element(lambda image: {"src": ""}),
        )
    except Exception as error:  # a damaged document makes mammoth fail in any of many ways
        raise Unreadable(
            gettext_noop("The Word document is damaged. Open it in Word, save it again and try once more.")
        ) from error
    return read_markup(tidy(result.value))
