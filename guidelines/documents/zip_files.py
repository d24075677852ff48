"""Zipped documents (DOCX, ODT), opened with care: no bombs, no entity expansion."""

from __future__ import annotations

import io
import zipfile
import zlib

from guidelines.documents.outline import MAX_PARTS, MAX_UNPACKED_BYTES, Unreadable, gettext_noop


def open_zip(data: bytes) -> zipfile.ZipFile:
    """The archive, once its promised sizes are known to be bearable. zipfile never reads past those."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise Unreadable(gettext_noop("The document is damaged or only half of it arrived.")) from error
    parts = archive.infolist()
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES:
        raise Unreadable(
            gettext_noop("Unpacked, the document is larger than the %(limit)d MB that can be taken in."),
            limit=MAX_UNPACKED_BYTES // 1_000_000,
        )
    return archive


def read_part(archive: zipfile.ZipFile, name: str) -> bytes:
    try:
        return archive.read(name)
    except KeyError as error:
        raise Unreadable(gettext_noop("The document has no text part: “%(part)s” is missing."), part=name) from error
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, OSError) as error:
        raise Unreadable(gettext_noop("The document is damaged or only half of it arrived.")) from error


def parsed(xml: bytes):
    """The root element. Document types and entities are refused: no honest document needs them."""
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        return fromstring(xml, forbid_dtd=True)
    except DefusedXmlException as error:
        raise Unreadable(
            gettext_noop("The document defines XML entities, which is how attacks are made. It is not read.")
        ) from error
    except (ParseError, ValueError, LookupError) as error:
        raise Unreadable(gettext_noop("The document is damaged: its XML cannot be read.")) from error


def checked_parts(data: bytes) -> None:
    """Refuse a zipped document with a hostile or broken XML part, before another library opens it."""
    archive = open_zip(data)
    for part in archive.infolist():
        if part.filename.endswith((".xml", ".rels")):
            parsed(read_part(archive, part.filename))
