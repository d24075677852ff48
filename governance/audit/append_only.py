"""The audit trail: who, when, before, after. Appended in the transaction of the change itself.

Rows hold names and ids but no foreign keys, so that nothing else can change or delete them. UPDATE, DELETE
and TRUNCATE are refused by the database itself (`append_only`), whoever sends them through the
application's connection.
"""

from __future__ import annotations

from django.db import migrations


def append_only_sql(vendor: str, table: str) -> list[str]:
    """The statements that make a table append-only on this database."""
    if vendor == "postgresql":
        return [
            "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$",
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()",
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
        ]
    refuse = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    return [
        *(
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} {refuse}"
            for verb in ("UPDATE", "DELETE")
        ),
        # REPLACE deletes the row it replaces without asking the trigger above.
        f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "
        f"WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id) {refuse}",
    ]


def drop_append_only_sql(vendor: str, table: str) -> list[str]:
    if vendor == "postgresql":
        return [f"DROP TRIGGER IF EXISTS {table}_{name} ON {table}" for name in ("append_only", "no_truncate")]
    return [f"DROP TRIGGER IF EXISTS {table}_no_{verb}" for verb in ("update", "delete", "replace")]


def append_only(table: str) -> migrations.RunPython:
    """A migration operation: from here on, rows of this table are only ever added."""

    def run(statements):
        def apply(apps, schema_editor):
            for statement in statements(schema_editor.connection.vendor, table):
                schema_editor.execute(statement, params=None)

        return apply

    return migrations.RunPython(run(append_only_sql), run(drop_append_only_sql))
