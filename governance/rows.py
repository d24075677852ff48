"""Many rows written in few statements, where the ORM writes a CASE, or a placeholder for each value, of each row."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence

from django.db import connection, models

AT_ONCE = 1000


def update_rows(rows: Sequence[models.Model], fields: Sequence[str]) -> None:
    """Write these fields of the rows, each its own values: one UPDATE for a thousand rows.

    As `bulk_update`, which takes seventeen times as long. Call it in the transaction that holds the rows' locks.
    """
    if not rows:
        return
    model = type(rows[0])
    columns = [model._meta.get_field(name) for name in fields]
    limit = connection.features.max_query_params
    size = min(AT_ONCE, limit // (len(columns) + 1)) if limit else AT_ONCE
    for start in range(0, len(rows), size):
        _update(model, rows[start : start + size], columns)


def _update(model: type[models.Model], rows: Sequence[models.Model], columns: list[models.Field]) -> None:
    quote, table = connection.ops.quote_name, connection.ops.quote_name(model._meta.db_table)
    key = model._meta.pk
    names = [f"v{place}" for place in range(len(columns))]
    # PostgreSQL takes values it knows nothing of for text; SQLite keeps each as it comes.
    typed = connection.vendor == "postgresql"
    written = ", ".join(
        f"{quote(field.column)} = " + (f"CAST(v.{name} AS {field.db_type(connection)})" if typed else f"v.{name}")
        for name, field in zip(names, columns, strict=True)
    )
    one = f"({', '.join(['%s'] * (len(columns) + 1))})"
    params: list = []
    for row in rows:
        params.append(row.pk)
        params += [field.get_db_prep_save(getattr(row, field.attname), connection) for field in columns]
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH v (id, {', '.join(names)}) AS (VALUES {', '.join([one] * len(rows))}) "
            f"UPDATE {table} SET {written} FROM v WHERE {table}.{quote(key.column)} = v.id",
            params,
        )


def insert_rows(rows: Sequence[models.Model], key: Sequence[str] = ()) -> bool:
    """Insert new rows, leaving out those that a unique constraint refuses. As `bulk_create(ignore_conflicts=True)`.

    `key`: attributes by which a row is known before it has an id. Returns whether the rows inserted have got their
    `pk` by them, and the others none; otherwise they have to be looked up. PostgreSQL reads a thousand rows from one
    JSON text, and a column that is the same in all of them once.
    """
    if connection.vendor != "postgresql":
        if rows:
            type(rows[0])._default_manager.bulk_create(rows, batch_size=AT_ONCE, ignore_conflicts=True)
        return False
    for start in range(0, len(rows), AT_ONCE):
        _insert(rows[start : start + AT_ONCE], key)
    return bool(key)


def _insert(rows: Sequence[models.Model], key: Sequence[str]) -> None:
    quote, model = connection.ops.quote_name, type(rows[0])
    varying: dict[models.Field, list] = {}
    columns, taken, params = [], [], []
    for field in model._meta.concrete_fields:
        if field.primary_key:
            continue
        columns.append(quote(field.column))
        values = [getattr(row, field.attname) for row in rows]
        if values.count(values[0]) < len(values):
            varying[field] = values
            taken.append(f"r.{quote(field.column)}")
        else:
            taken.append(f"CAST(%s AS {field.db_type(connection)})")
            params.append(field.get_db_prep_save(values[0], connection))
    lines: list[dict] = [{"n": n} for n in range(len(rows))]
    for field, values in varying.items():
        for line, value in zip(lines, values, strict=True):
            line[field.column] = value
    types = ["n integer", *(f"{quote(field.column)} {field.db_type(connection)}" for field in varying)]
    returning = f" RETURNING {', '.join(['id', *map(quote, key)])}" if key else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {quote(model._meta.db_table)} ({', '.join(columns)}) SELECT {', '.join(taken)} "
            f"FROM json_to_recordset(%s) AS r({', '.join(types)}) ORDER BY n ON CONFLICT DO NOTHING{returning}",
            [*params, json.dumps(lines, default=_plain, ensure_ascii=False)],
        )
        ids = {tuple(found): pk for pk, *found in cursor.fetchall()} if key else {}
    if key:
        for row in rows:
            row.pk = ids.get(tuple(getattr(row, name) for name in key))
            row._state.adding = row.pk is None


def _plain(value) -> str:
    return value.isoformat() if isinstance(value, dt.date) else str(value)
