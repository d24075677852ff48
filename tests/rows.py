"""How much a page asks the database for: queries, and the rows that came back."""

from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection
from django.db.models.sql import compiler
from django.test.utils import CaptureQueriesContext


@dataclass
class Asked:
    rows: int = 0
    queries: int = 0


@contextmanager
def counted():
    """Yields an `Asked` whose `rows` and `queries` are filled in: a row is what the ORM took out of a cursor."""
    asked, original = Asked(), compiler.cursor_iter

    def counting(*args):
        for rows in original(*args):
            asked.rows += len(rows)
            yield rows

    compiler.cursor_iter = counting
    try:
        with CaptureQueriesContext(connection) as queries:
            yield asked
        asked.queries = len(queries)
    finally:
        compiler.cursor_iter = original
