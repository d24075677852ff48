"""A real document in, headings and numbered rules out.

`read_document(name, data)` is the whole of it. The document is read in a separate process with limits on time and
memory, so that a hostile file cannot hold up the portal.
"""

from __future__ import annotations

import json
import logging
import os
import re
import subprocess
import sys
from pathlib import Path

from django.utils.translation import gettext

from guidelines.documents.outline import MAX_BYTES, Heading, LeftOut, Outline, Paragraph, Rule, Unreadable, gettext_noop

__all__ = ["EXTENSIONS", "DocumentError", "Heading", "Outline", "Paragraph", "Rule", "read_document"]

logger = logging.getLogger(__name__)

MAX_SECONDS = 20  # for reading one document; below the web server's own patience
MAX_MEMORY_BYTES = 1_000_000_000  # address space of the reading process

EXTENSIONS = {
    ".md": "text",
    ".markdown": "text",
    ".txt": "text",
    ".html": "html",
    ".htm": "html",
    ".docx": "docx",
    ".odt": "odt",
    ".pdf": "pdf",
}
_KINDS = {
    "text": gettext_noop("plain text"),
    "html": gettext_noop("an HTML page"),
    "docx": gettext_noop("a Word document"),
    "odt": gettext_noop("an OpenDocument text"),
    "pdf": gettext_noop("a PDF"),
}


class DocumentError(Exception):
    """The document cannot be taken in; the message says why, in the reader's language."""


def read_document(name: str, data: bytes) -> Outline:
    """The outline of a document. `name` is its file name. Raises DocumentError."""
    try:
        return _outline_of(_read_apart(_kind(name, data), data))
    except Unreadable as error:
        raise DocumentError(gettext(error.message) % error.params) from error


def _kind(name: str, data: bytes) -> str:
    """What the file is, by its name and by its content; they must agree."""
    if not data.strip(b"\x00\r\n\t \xef\xbb\xbf\xff\xfe"):
        raise DocumentError(gettext("The file is empty."))
    if len(data) > MAX_BYTES:
        raise DocumentError(
            gettext("The file is %(size)d MB; at most %(limit)d MB can be taken in.")
            % {"size": -(-len(data) // 1_000_000), "limit": MAX_BYTES // 1_000_000}
        )
    extension = Path(name).suffix.lower()
    if extension and extension not in EXTENSIONS:
        raise DocumentError(
            gettext("Files named “%(extension)s” cannot be read. Use one of these: %(known)s.")
            % {"extension": extension, "known": ", ".join(EXTENSIONS)}
        )
    named, found = EXTENSIONS.get(extension), _kind_of_content(data)
    if named and named != found and not (named == "html" and found == "text"):
        raise DocumentError(
            gettext("The file is named “%(name)s”, but its content is %(kind)s. Give it its right name and try again.")
            % {"name": Path(name).name, "kind": gettext(_KINDS[found])}
            if found != "text"
            else gettext("The file is named “%(name)s”, but it is not %(kind)s, or it is damaged from its start.")
            % {"name": Path(name).name, "kind": gettext(_KINDS[named])}
        )
    return named or found


def _kind_of_content(data: bytes) -> str:
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data.startswith(b"PK\x03\x04"):
        if b"PK\x05\x06" not in data:  # a zip archive ends with its table of contents
            raise Unreadable(gettext_noop("The document is damaged or only half of it arrived."))
        if b"opendocument.text" in data[:200]:
            return "odt"
        if b"word/document" in data or b"word/_rels" in data:
            return "docx"
        if b"content.xml" in data:
            return "odt"
        raise DocumentError(gettext("The file is a zip archive, but neither a Word document nor an OpenDocument text."))
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise DocumentError(gettext("The file is in Word's format from before 2007. Save it as .docx and try again."))
    if data.startswith(b"{\\rtf"):
        raise DocumentError(gettext("The file is rich text (RTF). Save it as .docx or .odt and try again."))
    start = re.sub(
        rb"^(?:\xef\xbb\xbf|\s|\x00|\xff\xfe|\xfe\xff|<\?xml[^>]*>|<!--.*?-->)+", b"", data[:2048], flags=re.DOTALL
    )
    return "html" if re.match(rb"<(?:!doctype\s+html|html|head|body)\b", start, re.IGNORECASE) else "text"


def _read_apart(kind: str, data: bytes) -> dict:
    """Read in a process of its own. Its answer is JSON: blocks, or what is wrong."""
    root = Path(__file__).resolve().parent.parent.parent
    command = [
        sys.executable,
        "-m",
        "guidelines.documents.reader",
        kind,
        str(MAX_SECONDS),
        str(MAX_MEMORY_BYTES),
    ]
    too_much = gettext("Reading the document takes more time or memory than it may. It may be damaged.")
    try:
        done = subprocess.run(
            command,
            input=data,
            capture_output=True,
            timeout=MAX_SECONDS + 5,
            check=False,
            cwd=root,
            env={"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(root), "PYTHONIOENCODING": "utf-8"},
        )
    except subprocess.TimeoutExpired as error:
        raise DocumentError(too_much) from error
    if done.returncode:
        logger.warning("reading a document (%s) ended with %s: %s", kind, done.returncode, done.stderr[-500:])
        raise DocumentError(too_much)
    return json.loads(done.stdout)


def _outline_of(answer: dict) -> Outline:
    if "error" in answer:
        raise Unreadable(answer["error"], **answer["params"])
    blocks = [_block(*block) for block in answer["blocks"]]
    left_out = [LeftOut(**left | {"block": _block(*left["block"])}) for left in answer["left_out"]]
    return Outline(blocks, left_out)


_KINDS_OF_BLOCK = {"Heading": Heading, "Rule": Rule, "Paragraph": Paragraph}


def _block(kind: str, fields: dict) -> Heading | Rule | Paragraph:
    """JSON knows no tuples."""
    made = _KINDS_OF_BLOCK[kind]
    return made(**{key: tuple(value) if isinstance(value, list) else value for key, value in fields.items()})
