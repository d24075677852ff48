"""A published version never changes: the database itself refuses, whoever asks.

`guidelines_version` and `guidelines_text` stay open while the version is a draft. Once it is published, changing or
deleting the version, and adding, changing or deleting its texts, fail.
"""

from django.db import migrations

_PUBLISHED = "EXISTS (SELECT 1 FROM guidelines_version WHERE id = {row}.version_id AND published_at IS NOT NULL)"
_MESSAGE = "a published guideline version never changes"


def frozen_sql(vendor: str) -> list[str]:
    if vendor == "postgresql":
        return [
            "CREATE OR REPLACE FUNCTION guidelines_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{_MESSAGE}'; END $$",
            "CREATE OR REPLACE FUNCTION guidelines_refuse_text() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF TG_OP <> 'INSERT' AND {_PUBLISHED.format(row='OLD')} THEN RAISE EXCEPTION '{_MESSAGE}'; END IF; "
            f"IF TG_OP <> 'DELETE' AND {_PUBLISHED.format(row='NEW')} THEN RAISE EXCEPTION '{_MESSAGE}'; END IF; "
            "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$",
            "CREATE TRIGGER guidelines_version_frozen BEFORE UPDATE OR DELETE ON guidelines_version "
            "FOR EACH ROW WHEN (OLD.published_at IS NOT NULL) EXECUTE FUNCTION guidelines_refuse()",
            "CREATE TRIGGER guidelines_text_frozen BEFORE INSERT OR UPDATE OR DELETE ON guidelines_text "
            "FOR EACH ROW EXECUTE FUNCTION guidelines_refuse_text()",
            *(
                f"CREATE TRIGGER guidelines_{table}_no_truncate BEFORE TRUNCATE ON guidelines_{table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION guidelines_refuse()"
                for table in ("version", "text")
            ),
        ]
    refuse = f"BEGIN SELECT RAISE(ABORT, '{_MESSAGE}'); END"
    rows = {"insert": ["NEW"], "update": ["OLD", "NEW"], "delete": ["OLD"]}
    return [
        *(
            f"CREATE TRIGGER guidelines_version_frozen_{verb} BEFORE {verb.upper()} ON guidelines_version "
            f"WHEN OLD.published_at IS NOT NULL {refuse}"
            for verb in ("update", "delete")
        ),
        *(
            f"CREATE TRIGGER guidelines_text_frozen_{verb} BEFORE {verb.upper()} ON guidelines_text "
            f"WHEN {' OR '.join(_PUBLISHED.format(row=row) for row in rows[verb])} {refuse}"
            for verb in rows
        ),
        # REPLACE deletes the row it replaces without asking the triggers above.
        "CREATE TRIGGER guidelines_version_frozen_insert BEFORE INSERT ON guidelines_version "
        "WHEN EXISTS (SELECT 1 FROM guidelines_version WHERE published_at IS NOT NULL "
        f"AND (id = NEW.id OR (guideline_id = NEW.guideline_id AND number = NEW.number))) {refuse}",
    ]


def drop_frozen_sql(vendor: str) -> list[str]:
    if vendor == "postgresql":
        return [
            f"DROP TRIGGER IF EXISTS guidelines_{table}_{name} ON guidelines_{table}"
            for table in ("version", "text")
            for name in ("frozen", "no_truncate")
        ]
    return [
        f"DROP TRIGGER IF EXISTS guidelines_{table}_frozen_{verb}"
        for table in ("version", "text")
        for verb in ("insert", "update", "delete")
    ]


def _run(statements):
    def apply(apps, schema_editor):
        for statement in statements(schema_editor.connection.vendor):
            schema_editor.execute(statement, params=None)

    return apply


def freeze_published() -> migrations.RunPython:
    """A migration operation: from here on, published versions are frozen."""
    return migrations.RunPython(_run(frozen_sql), _run(drop_frozen_sql))


def while_lifted(*operations) -> list:
    """Migration operations that may rebuild the frozen tables, as SQLite does for a new column; frozen again after."""
    lift = migrations.RunPython(_run(drop_frozen_sql), _run(frozen_sql))
    return [lift, *operations, freeze_published()]
