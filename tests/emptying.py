"""Empties the database after a test with real transactions, quicker than Django's flush and in spite of the triggers.

Most such tests leave some hundred rows in a few tables: deleting these takes a tenth of emptying a hundred tables. The
append-only and the frozen tables rightly refuse even that, so here alone their triggers step aside. What the
migrations put in is there again for whichever test comes next.
"""

from functools import cache

from django.db import connection, transaction

from governance.audit.append_only import append_only_sql, drop_append_only_sql
from governance.platforms.usual import ensure_platforms
from guidelines.ready_texts.models import ensure_ready_texts
from guidelines.texts.frozen import drop_frozen_sql, frozen_sql

APPEND_ONLY = ("governance_auditevent", "accounts_decision")
GUARDED = {*APPEND_ONLY, "guidelines_version", "guidelines_text"}
# Django fills them once, after the migrations; no test changes them.
KEPT = {"django_content_type", "auth_permission"}
# Each row deleted is looked up in every table that may name it: from here on emptying all tables is quicker.
MANY = 10_000


@cache
def _tables() -> list[str]:
    names = connection.introspection.django_table_names(only_existing=True, include_views=False)
    return sorted(set(names) - KEPT)


def empty_database() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        counts = "UNION ALL ".join(
            f"SELECT '{table}', (SELECT count(*) FROM (SELECT 1 FROM {table} LIMIT {MANY}) AS first) "
            for table in _tables()
        )
        cursor.execute(counts)
        filled = {table: count for table, count in cursor.fetchall() if count}
        guarded = bool(GUARDED & set(filled))
        postgresql = connection.vendor == "postgresql"
        if guarded:
            for statement in _let_go(connection.vendor):
                cursor.execute(statement)
        if postgresql and sum(filled.values()) >= MANY:
            cursor.execute(f"TRUNCATE {', '.join(_tables())}")
        else:
            for table in filled:
                cursor.execute(f"DELETE FROM {table}")
        if guarded:
            if postgresql:  # triggers are not made while foreign keys are yet to be looked at
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for statement in _hold_again(connection.vendor):
                cursor.execute(statement)
    ensure_platforms()
    ensure_ready_texts()


def _let_go(vendor: str) -> list[str]:
    return [*(one for table in APPEND_ONLY for one in drop_append_only_sql(vendor, table)), *drop_frozen_sql(vendor)]


def _hold_again(vendor: str) -> list[str]:
    return [*(one for table in APPEND_ONLY for one in append_only_sql(vendor, table)), *frozen_sql(vendor)]
