"""What an export reads of the index: each file of a shoot with all that is known of its bytes and of its copies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from index.answers import files_of_shoots, shoot_folders
from index.paths import join_path
from index.records import FileCopies
from index.schema import content, copy, folder, store

_CHUNK = 500
_SHOOTS = 50


@dataclass(frozen=True, slots=True)
class ExportCopy:
    """One copy. `ref` is what its store calls it: the provider's id, or the path on a disk."""

    store: str
    kind: str
    path: str
    ref: str
    state: str
    known_by: str | None
    known_at: int | None


@dataclass(frozen=True, slots=True)
class ExportFile:
    """One file of a shoot. `path` starts at the shoot's own folder; hashes are None where they are not known."""

    path: str
    size: int
    kind: str
    sha256: bytes | None
    dropbox_hash: bytes | None
    md5: bytes | None
    modified_ns: int | None
    copies: tuple[ExportCopy, ...]


def export_files(conn: Connection, shoot_id: int) -> list[ExportFile]:
    """Return every file of a shoot, by path; also those of which no copy is left."""
    return export_files_of(conn, [shoot_id])[shoot_id]


def export_files_of(conn: Connection, shoot_ids: Sequence[int]) -> dict[int, list[ExportFile]]:
    """Return every file of several shoots, each as `export_files` does, by shoot."""
    found: dict[int, list[ExportFile]] = {}
    for start in range(0, len(shoot_ids), _SHOOTS):
        some = shoot_ids[start : start + _SHOOTS]
        files = files_of_shoots(conn, some)
        ids = sorted({each.content_id for mine in files.values() for each in mine if each.content_id is not None})
        contents = {row.id: row for row in _contents(conn, ids)}
        places = {(row.store, join_path(row.path, row.name)): row for row in _places(conn, some, ids)}
        for id, mine in files.items():
            roots = sorted({path for _, path, _ in shoot_folders(conn, id)}, key=len, reverse=True)
            found[id] = [_export_file(each, contents.get(each.content_id or 0), places, roots) for each in mine]
    return found


def _export_file(
    file: FileCopies, known: Any | None, places: Mapping[tuple[str, str], Any], roots: Sequence[str]
) -> ExportFile:
    copies, modified = [], None
    for each in file.copies:
        row = places.get((each.store, each.path))
        if row is None:
            continue
        ref = each.path if row.kind == "local" or row.identity is None else row.identity
        copies.append(ExportCopy(each.store, row.kind, each.path, ref, each.state, each.known_by, each.known_at))
        modified = row.modified_ns if modified is None or each.path == file.path else modified
    return ExportFile(
        _inside(file.path, roots),
        file.size,
        known.kind if known else "o",
        file.sha256,
        _bytes(known.dropbox_hash) if known else None,
        _bytes(known.md5) if known else None,
        modified,
        tuple(copies),
    )


def _contents(conn: Connection, ids: Sequence[int]) -> Iterator[Any]:
    columns = (content.c.id, content.c.kind, content.c.dropbox_hash, content.c.md5)
    for start in range(0, len(ids), _CHUNK):
        yield from conn.execute(select(*columns).where(content.c.id.in_(ids[start : start + _CHUNK])))


def _places(conn: Connection, shoot_ids: Sequence[int], content_ids: Sequence[int]) -> Iterator[Any]:
    query = (
        select(store.c.name.label("store"), store.c.kind, folder.c.path, copy.c.name, copy.c.identity, copy.c.modified_ns)
        .join(folder, folder.c.id == copy.c.folder_id)
        .join(store, store.c.id == folder.c.store_id)
    )
    yield from conn.execute(query.where(folder.c.shoot_id.in_(shoot_ids)))
    for start in range(0, len(content_ids), _CHUNK):
        yield from conn.execute(query.where(copy.c.content_id.in_(content_ids[start : start + _CHUNK])))


def _inside(path: str, roots: Sequence[str]) -> str:
    """Return a path from the shoot's own folder on; the folder itself is named for a client, and stays behind."""
    for root in roots:
        if root and path.startswith(f"{root}/"):
            return path[len(root) + 1 :]
    return path


def _bytes(value: bytes | None) -> bytes | None:
    return None if value is None else bytes(value)
