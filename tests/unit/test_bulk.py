"""Asking for many rows at once: what is found, and that an index is what finds it."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select, text

from index.bulk import select_in, write_many
from index.engine import Index, open_index
from index.schema import copy, folder


def _filled(tmp_path: Path) -> Index:
    index = open_index(f"sqlite:///{tmp_path / 'index.db'}", create=True)
    with index.write() as conn:
        conn.execute(text("INSERT INTO store (id, name, kind, marker, state) VALUES (1, 'a', 'dropbox', 'm', 'online')"))
        folders = [(id, 1, b"folder %d" % id, 1, 0, 0, 0) for id in range(1, 4)]
        names = ("id", "store_id", "path", "present", "files", "is_root", "placed")
        write_many(conn, folder.insert(), names, folders)
        rows = [("p", id * 1000 + number, 5, b"%d" % number, id) for id in range(1, 4) for number in range(600)]
        # In an order of its own: values go by their names.
        write_many(conn, copy.insert(), ("state", "id", "size", "name", "folder_id"), rows)
    return index


def test_rows_are_found_by_two_columns_each_once_however_many_are_asked_for(tmp_path: Path) -> None:
    index = _filled(tmp_path)
    wanted = [(2, b"%d" % number) for number in range(700)] + [(2, b"7"), (9, b"7"), (3, b"nothing")]
    with index.read() as conn:
        found = list(select_in(conn, select(copy.c.id), [copy.c.folder_id, copy.c.name], wanted))
        assert sorted(row[0] for row in found) == list(range(2000, 2600))
        assert list(select_in(conn, select(copy.c.id), [copy.c.folder_id, copy.c.name], [])) == []
        by_one = list(select_in(conn, select(copy.c.id), [copy.c.name], [(b"599",), (b"599",)]))
        assert sorted(row[0] for row in by_one) == [1599, 2599, 3599]
    index.close()


def test_no_question_reads_the_whole_table(tmp_path: Path) -> None:
    index = _filled(tmp_path)
    asked: list[str] = []
    with index.read() as conn:
        for columns in ([copy.c.folder_id, copy.c.key], [copy.c.folder_id, copy.c.name], [copy.c.identity]):
            raw = conn.connection.dbapi_connection
            raw.set_trace_callback(asked.append)
            list(select_in(conn, select(copy.c.id), columns, [(1, b"x")[: len(columns)], (2, b"y")[: len(columns)]]))
            raw.set_trace_callback(None)
            plan = [row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {asked[-1]}")]
            assert any("SEARCH copy" in line for line in plan), plan
            assert not any("SCAN copy" in line for line in plan), plan
    index.close()
