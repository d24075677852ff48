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
    columns = [type(rows[0])._meta.get_field(name) for name in fields]
    if connection.vendor == "postgresql":
        size, update = AT_ONCE, _update_from_json
    else:
        size, update = connection.features.max_query_params // (len(columns) + 1), _update_from_values
    for start in range(0, len(rows), size):
        update(rows[start : start + size], columns)


def _update_from_json(rows: Sequence[models.Model], fields: list[models.Field]) -> None:
    quote, table = connection.ops.quote_name, connection.ops.quote_name(type(rows[0])._meta.db_table)
    taken, params, text, types = _told_apart(rows, fields, key="pk")
    written = ", ".join(f"{quote(field.column)} = {value}" for field, value in zip(fields, taken, strict=True))
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET {written} FROM json_to_recordset(%s) AS r({types}) WHERE {table}.id = r.n",
            [*params, text],
        )


def _update_from_values(rows: Sequence[models.Model], fields: list[models.Field]) -> None:
    quote, table = connection.ops.quote_name, connection.ops.quote_name(type(rows[0])._meta.db_table)
    names = [f"v{place}" for place in range(len(fields))]
    written = ", ".join(f"{quote(field.column)} = v.{name}" for name, field in zip(names, fields, strict=True))
    one = f"({', '.join(['%s'] * (len(fields) + 1))})"
    params: list = []
    for row in rows:
        params.append(row.pk)
        params += [field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH v (id, {', '.join(names)}) AS (VALUES {', '.join([one] * len(rows))}) "
            f"UPDATE {table} SET {written} FROM v WHERE {table}.id = v.id",
            params,
        )


def insert_rows(rows: Sequence[models.Model], key: Sequence[str] = ()) -> bool:
    """Insert new rows, leaving out those that a unique constraint refuses. As `bulk_create(ignore_conflicts=True)`.

    `key`: attributes by which a row is known before it has an id. Returns whether the rows inserted have got their
    `pk` by them, and the others none; otherwise they have to be looked up.
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
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    taken, params, text, types = _told_apart(rows, fields)
    columns = ", ".join(quote(field.column) for field in fields)
    returning = f" RETURNING {', '.join(['id', *map(quote, key)])}" if key else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {quote(model._meta.db_table)} ({columns}) SELECT {', '.join(taken)} "
            f"FROM json_to_recordset(%s) AS r({types}) ORDER BY n ON CONFLICT DO NOTHING{returning}",
            [*params, text],
        )
        ids = {tuple(found): pk for pk, *found in cursor.fetchall()} if key else {}
    if key:
        for row in rows:
            row.pk = ids.get(tuple(getattr(row, name) for name in key))
            row._state.adding = row.pk is None


def _told_apart(
    rows: Sequence[models.Model], fields: list[models.Field], key: str = ""
) -> tuple[list[str], list, str, str]:
    """What PostgreSQL needs to read these fields of the rows, without a placeholder for each value.

    The SQL of each field's value; its parameters: what is the same in all rows is said once; the rest as one JSON
    text, a line for each row; and the types of its columns. A line's `n` is the row's `key`, or its place.
    """
    quote = connection.ops.quote_name
    taken, params, types = [], [], ["n bigint"]
    lines = [{"n": getattr(row, key) if key else place} for place, row in enumerate(rows)]
    for field in fields:
        values = [getattr(row, field.attname) for row in rows]
        kind = field.db_type(connection)
        if values.count(values[0]) < len(values):
            taken.append(f"r.{quote(field.column)}")
            types.append(f"{quote(field.column)} {kind}")
            for line, value in zip(lines, values, strict=True):
                line[field.column] = value
        else:
            taken.append(f"CAST(%s AS {kind})")
            params.append(field.get_db_prep_save(values[0], connection))
    return taken, params, json.dumps(lines, default=_plain, ensure_ascii=False), ", ".join(types)


def _plain(value) -> str:
    return value.isoformat() if isinstance(value, dt.date) else str(value)
