"""The process that reads one document: `python -m guidelines.documents.reader KIND SECONDS BYTES < FILE`.

It sets its own limits first and answers in JSON. It uses neither Django's settings nor the database.
"""

from __future__ import annotations

import json
import logging
import resource
import sys
from dataclasses import asdict

from guidelines.documents.outline import Unreadable, gettext_noop


def answer(kind: str, data: bytes) -> dict:
    """{"blocks": [[type, fields], ...], "left_out": [...]} or {"error": message, "params": {...}}."""
    try:
        outline = _reader_of(kind)(data)
    except Unreadable as error:
        return {"error": error.message, "params": error.params}
    except (RecursionError, MemoryError):
        return {
            "error": gettext_noop("The document is nested too deeply or too large to be read. It may be damaged."),
            "params": {},
        }
    return {
        "blocks": [_named(block) for block in outline.blocks],
        "left_out": [asdict(left) | {"block": _named(left.block)} for left in outline.left_out],
    }


def _named(block) -> list:
    return [type(block).__name__, asdict(block)]


def _reader_of(kind: str):
    """Only what this kind needs is loaded: the process starts anew for each document."""
    if kind == "text":
        from guidelines.documents.text import read_text as read
    elif kind == "pdf":
        from guidelines.documents.pdf import read_pdf as read
    elif kind == "odt":
        from guidelines.documents.odt import read_odt as read
    elif kind == "docx":
        from guidelines.documents.docx import read_docx as read
    else:
        from guidelines.documents.html import read_html as read
    return read


def main() -> None:
    kind, seconds, memory = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    logging.disable(logging.CRITICAL)
    sys.stdout.write(json.dumps(answer(kind, sys.stdin.buffer.read())))


if __name__ == "__main__":
    main()
