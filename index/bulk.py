"""Many rows at once, close to the driver: for pages of thousands of files, where building statements would cost most.

What is written and asked is still SQLAlchemy's own text for the database at hand; only the work for each single value is
left out. Values must be what the driver takes: text, bytes, whole numbers, None.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Column, Connection, Executable, Select, tuple_

_CHUNK = 500


def write_many(conn: Connection, statement: Executable, rows: Sequence[dict[str, Any]]) -> None:
    """Execute a statement once for each row; `rows` all have the same keys, the names of its parameters."""
    if not rows:
        return
    compiled: Any = statement.compile(dialect=conn.dialect, column_keys=list(rows[0]))  # type: ignore[attr-defined]
    if compiled.positiontup is None:
        conn.exec_driver_sql(str(compiled), list(rows))
        return
    names = compiled.positiontup
    conn.exec_driver_sql(str(compiled), [tuple([row[name] for name in names]) for row in rows])


def select_in(
    conn: Connection, query: Select[Any], columns: Sequence[Column[Any]], values: Sequence[tuple[Any, ...]]
) -> Iterator[Any]:
    """Yield the rows of `query`, which has no parameters, in which the columns have one of the values."""
    for start in range(0, len(values), _CHUNK):
        chunk = values[start : start + _CHUNK]
        if conn.dialect.name != "sqlite":
            where = tuple_(*columns).in_(chunk) if len(columns) > 1 else columns[0].in_([value for (value,) in chunk])
            yield from conn.execute(query.where(where))
            continue
        text = str(query.compile(dialect=conn.dialect))
        names = ", ".join(f"{column.table.name}.{column.name}" for column in columns)
        one = ", ".join("?" * len(columns))
        several = ", ".join([f"({one})"] * len(chunk)) if len(columns) > 1 else ", ".join("?" * len(chunk))
        listed = f"({names}) IN (VALUES {several})" if len(columns) > 1 else f"{names} IN ({several})"
        joint = "AND" if query.whereclause is not None else "WHERE"
        yield from conn.exec_driver_sql(f"{text} {joint} {listed}", tuple([each for value in chunk for each in value]))
