"""Many rows at once, close to the driver: for pages of thousands of files, where building statements would cost most.

What is written and asked is still SQLAlchemy's own text for the database at hand; only the work for each single value is
left out. Values must be what the driver takes: text, bytes, whole numbers, None.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from operator import itemgetter
from typing import Any

from sqlalchemy import Column, Connection, Executable, Select, tuple_

_CHUNK = 500
_ROWS = 40


def write_many(conn: Connection, statement: Executable, names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Execute a statement once for each row; `names` are those of its parameters, in the order of the rows' values."""
    if not rows:
        return
    compiled: Any = statement.compile(dialect=conn.dialect, column_keys=list(names))  # type: ignore[attr-defined]
    order = compiled.positiontup
    if order is None:
        conn.exec_driver_sql(str(compiled), [dict(zip(names, row, strict=True)) for row in rows])
        return
    if list(order) != list(names):
        in_order = itemgetter(*(names.index(name) for name in order))
        rows = [in_order(row) for row in rows]
    text, one = str(compiled), f"({', '.join('?' * len(names))})"
    if text.startswith("INSERT INTO ") and text.endswith(f" VALUES {one}"):
        # Several rows to a statement take SQLite a third less time than one by one.
        whole = len(rows) - len(rows) % _ROWS
        if whole:
            starts = range(0, whole, _ROWS)
            several = [tuple(chain.from_iterable(rows[start : start + _ROWS])) for start in starts]
            conn.exec_driver_sql(text + f", {one}" * (_ROWS - 1), several)
        rows = rows[whole:]
    if rows:
        conn.exec_driver_sql(text, list(rows))


def select_in(
    conn: Connection, query: Select[Any], columns: Sequence[Column[Any]], values: Iterable[tuple[Any, ...]]
) -> Iterator[Any]:
    """Yield the rows of `query`, which has no conditions, in which the columns have one of the values."""
    wanted = list(dict.fromkeys(values))
    is_sqlite = conn.dialect.name == "sqlite"
    text = str(query.compile(dialect=conn.dialect)) if is_sqlite and wanted else ""
    names = [f"{column.table.name}.{column.name}" for column in columns]
    for start in range(0, len(wanted), _CHUNK):
        chunk = wanted[start : start + _CHUNK]
        if not is_sqlite:
            where = tuple_(*columns).in_(chunk) if len(columns) > 1 else columns[0].in_([value for (value,) in chunk])
            yield from conn.execute(query.where(where))
        elif len(columns) == 1:
            listed = ", ".join("?" * len(chunk))
            yield from conn.exec_driver_sql(f"{text} WHERE {names[0]} IN ({listed})", tuple(chain.from_iterable(chunk)))
        else:
            # Asked with "(one, other) IN (VALUES ...)", SQLite uses no index: it reads the whole table.
            one = "(" + ", ".join("?" * len(columns)) + ")"
            on = " AND ".join(f"{name} = wanted.column{number}" for number, name in enumerate(names, 1))
            joined = f"{text} JOIN (VALUES {', '.join([one] * len(chunk))}) AS wanted ON {on}"
            yield from conn.exec_driver_sql(joined, tuple(chain.from_iterable(chunk)))
