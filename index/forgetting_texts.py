"""What people have written, in letters and as reasons: the one place that knows where such texts are.

A text that loses a name keeps the rest. Of a letter the hash of what was sent stays as it is.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import Column, Connection, Table, select, update

from index.schema_cases import item, letter, request
from index.schema_kept import disclosure, hold

_TEXTS: tuple[Column[Any], ...] = (
    letter.c.text, request.c.identity_method, request.c.extension_reason, request.c.approval_reason, request.c.refusal_words,
    item.c.outcome, hold.c.reason, hold.c.release_reason, disclosure.c.reason,
)  # fmt: skip
_JSON: tuple[Column[Any], ...] = (request.c.details, item.c.details)
_WRITTEN = ("reason", "rules", "by_hand")
"""What people write stands under these names; the rest of such a value is places and numbers."""


def texts(conn: Connection) -> Iterator[str]:
    """Yield every text that people have written."""
    for column in (*_TEXTS, *_JSON):
        for _, value in _rows(conn, column):
            if column in _JSON:
                yield from _written(json.loads(value))
            else:
                yield value


def change_texts(conn: Connection, changed: Callable[[str], str]) -> list[str]:
    """Write each text anew that `changed` gives otherwise; return what they were, letters first."""
    before: list[str] = []

    def put(text: str) -> str:
        new = changed(text)
        if new != text:
            before.append(text)
        return new

    for column in (*_TEXTS, *_JSON):
        table: Table = column.table
        for id, value in list(_rows(conn, column)):
            new = _put_json(value, put) if column in _JSON else put(value)
            if new != value:
                conn.execute(update(table).where(table.c.id == id).values({column.name: new}))
    return before


def _rows(conn: Connection, column: Column[Any]) -> Iterator[tuple[int, str]]:
    table = column.table
    rows = conn.execute(select(table.c.id, column).where(column.isnot(None), column != "", column != "{}")).all()
    return ((row[0], row[1]) for row in rows)


def _written(details: dict[str, Any]) -> Iterator[str]:
    for name in _WRITTEN:
        yield from _strings(details.get(name))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each)


def _put_json(value: str, put: Callable[[str], str]) -> str:
    details = json.loads(value)
    new = {name: _put(each, put) if name in _WRITTEN else each for name, each in details.items()}
    return value if new == details else json.dumps(new, ensure_ascii=True)


def _put(value: Any, put: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return put(value)
    return [_put(each, put) for each in value] if isinstance(value, list) else value
