"""What people ask of a shoot: its counts, and its files with every copy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, Select, case, func, select

from index.copies import is_removed
from index.paths import decode_path, join_path
from index.people import participant_names
from index.records import KNOWN_WORDS, STATE_WORDS, FileCopies, PlacedCopy, ShootSummary, StoreCount
from index.schema import camera, content, copy, folder, store
from index.shoots import get_shoots


def summaries(conn: Connection, shoot_ids: Sequence[int]) -> dict[int, ShootSummary]:
    """Return the shoots with their counts, by id.

    One content in several stores is one file; twice in one store it is two.
    """
    shoots = get_shoots(conn, shoot_ids)
    names = participant_names(conn, shoot_ids)
    stores = _store_counts(conn, shoot_ids)
    files = _file_counts(conn, shoot_ids)
    return {
        id: ShootSummary(row, *files.get(id, (0, 0, 0)), stores.get(id, {}), tuple(names.get(id, ())))
        for id, row in shoots.items()
    }


def shoot_folders(conn: Connection, shoot_id: int) -> list[tuple[str, str, bool]]:
    """Return (store, path, present) of the shoot's own folders."""
    query = (
        select(store.c.name, folder.c.path, folder.c.present)
        .join(store, store.c.id == folder.c.store_id)
        .where((folder.c.shoot_id == shoot_id) & (folder.c.is_root == 1))
        .order_by(store.c.id, folder.c.path)
    )
    return [(row.name, decode_path(row.path), bool(row.present)) for row in conn.execute(query)]


def file_copies(conn: Connection, shoot_id: int) -> list[FileCopies]:
    """Return each file of the shoot with all its copies in all stores, by path.

    A file is a content; a copy whose bytes are not known yet is a file of its own. Copies outside the shoot's folders
    are named as well: they are the same bytes.
    """
    return files_of_shoots(conn, [shoot_id])[shoot_id]


def files_of_shoots(conn: Connection, shoot_ids: Sequence[int]) -> dict[int, list[FileCopies]]:
    """Return the files of a few hundred shoots at most, each as `file_copies` does, by shoot."""
    rows = list(conn.execute(_copies_of_files(shoot_ids)))
    copies = [
        PlacedCopy(
            row.store,
            join_path(row.path, row.name),
            STATE_WORDS[row.state],
            KNOWN_WORDS.get(row.known_by),
            row.known_at,
            row.removed_at if row.state == "m" and row.removed_at == row.known_at else None,
        )
        for row in rows
    ]
    groups: dict[tuple[str, int], list[int]] = {}
    keys: dict[int, dict[tuple[str, int], None]] = {id: {} for id in shoot_ids}
    for number, row in enumerate(rows):
        key = ("copy", row.id) if row.content_id is None else ("content", row.content_id)
        groups.setdefault(key, []).append(number)
        if row.shoot_id in keys:
            keys[row.shoot_id][key] = None
    return {
        id: _files_of([[_member(rows[number], copies[number], id) for number in groups[key]] for key in mine])
        for id, mine in keys.items()
    }


def _copies_of_files(shoot_ids: Sequence[int]) -> Select[Any]:
    mine = (
        select(copy.c.id, copy.c.content_id)
        .join(folder, folder.c.id == copy.c.folder_id)
        .where(folder.c.shoot_id.in_(shoot_ids))
        .subquery()
    )
    contents = select(mine.c.content_id).where(mine.c.content_id.isnot(None))
    columns = (copy.c.id, copy.c.content_id, copy.c.name, copy.c.size, copy.c.state, copy.c.known_by, copy.c.known_at,
               copy.c.removed_at)  # fmt: skip
    more = (folder.c.path, folder.c.shoot_id, store.c.name.label("store"))
    return (
        select(*columns, *more, content.c.sha256, content.c.dropbox_hash, content.c.md5)
        .join(folder, folder.c.id == copy.c.folder_id)
        .join(store, store.c.id == folder.c.store_id)
        .outerjoin(content, content.c.id == copy.c.content_id)
        .where(copy.c.content_id.in_(contents) | copy.c.id.in_(select(mine.c.id)))
        .order_by(store.c.id, folder.c.path, copy.c.name)
    )


def _member(row: Row[Any], placed: PlacedCopy, shoot_id: int) -> _Member:
    sha256 = bytes(row.sha256) if row.sha256 is not None else None
    kinds = tuple(value is not None for value in (row.sha256, row.dropbox_hash, row.md5))
    return _Member(row.shoot_id == shoot_id, placed, row.size, sha256, row.content_id, kinds)


def _files_of(groups: Sequence[Sequence[_Member]]) -> list[FileCopies]:
    apart = _uncompared(groups)
    return sorted(
        (file for members in groups for file in _files(members, apart.get(members[0].content_id, ()))),
        key=lambda file: file.path,
    )


def _uncompared(groups: Iterable[Sequence[_Member]]) -> dict[int | None, tuple[PlacedCopy, ...]]:
    """Return, by content, the copies that could not be compared with it: of its size, with no kind of hash in common."""
    by_size: dict[int, list[Sequence[_Member]]] = {}
    for members in groups:
        if members[0].content_id is not None:
            by_size.setdefault(members[0].size, []).append(members)
    found: dict[int | None, tuple[PlacedCopy, ...]] = {}
    for alike in by_size.values():
        kinds = {members[0].kinds for members in alike}
        if not any(_share_none(one, other) for one in kinds for other in kinds):
            continue
        for members in alike:
            others = [each for each in alike if _share_none(members[0].kinds, each[0].kinds)]
            found[members[0].content_id] = tuple(
                each.copy for other in others for each in other if each.mine and each.copy.state == "present"
            )
    return found


def _share_none(one: tuple[bool, ...], other: tuple[bool, ...]) -> bool:
    return not any(mine and its for mine, its in zip(one, other, strict=True))


class _Member(NamedTuple):
    mine: bool
    copy: PlacedCopy
    size: int
    sha256: bytes | None
    content_id: int | None
    kinds: tuple[bool, ...]


def _files(members: Sequence[_Member], uncompared: tuple[PlacedCopy, ...]) -> Iterator[FileCopies]:
    """Yield the files that one content stands for: as many as the store with most copies of it in this shoot holds."""
    by_store: dict[str, list[_Member]] = {}
    for member in members:
        if member.mine:
            by_store.setdefault(member.copy.store, []).append(member)
    held = [[m for m in mine if m.copy.state == "present"] or mine for mine in by_store.values()]
    copies = tuple(member.copy for member in members)
    for member in max(held, key=lambda mine: (mine[0].copy.state == "present", len(mine))):
        yield FileCopies(member.content_id, member.copy.path, member.size, member.sha256, copies, uncompared)


def _store_counts(conn: Connection, shoot_ids: Sequence[int]) -> dict[int, dict[str, StoreCount]]:
    query = (
        select(
            folder.c.shoot_id,
            store.c.name,
            *(
                func.sum(case((copy.c.state == state, 1), else_=0)).label(word)
                for state, word in (("p", "present"), ("m", "missing"), ("c", "corrupt"))
            ),
            func.sum(case((is_removed(), 1), else_=0)).label("removed"),
        )
        .join(folder, folder.c.id == copy.c.folder_id)
        .join(store, store.c.id == folder.c.store_id)
        .where(folder.c.shoot_id.in_(shoot_ids))
        .group_by(folder.c.shoot_id, store.c.id, store.c.name)
        .order_by(store.c.id)
    )
    counts: dict[int, dict[str, StoreCount]] = {}
    for row in conn.execute(query):
        counts.setdefault(row.shoot_id, {})[row.name] = StoreCount(
            row.present, row.missing - row.removed, row.corrupt, row.removed
        )
    return counts


def _file_counts(conn: Connection, shoot_ids: Sequence[int]) -> dict[int, tuple[int, int, int]]:
    # A copy whose bytes are not known counts as a file of its own: its id, made negative, cannot be a content's.
    file = func.coalesce(copy.c.content_id, -copy.c.id).label("file")
    present = func.sum(case((copy.c.state == "p", 1), else_=0))
    good = func.max(case(((copy.c.state == "p") & copy.c.known_by.isnot(None), 1), else_=0))
    in_store = (
        select(
            folder.c.shoot_id,
            file,
            func.max(copy.c.size).label("size"),
            present.label("present"),
            func.count().label("known"),
            good.label("good"),
        )
        .join(folder, folder.c.id == copy.c.folder_id)
        .where(folder.c.shoot_id.in_(shoot_ids))
        .group_by(folder.c.shoot_id, folder.c.store_id, file)
        .subquery()
    )
    most = func.max(in_store.c.present)
    each = (
        select(
            in_store.c.shoot_id,
            func.max(in_store.c.size).label("size"),
            case((most > 0, most), else_=func.max(in_store.c.known)).label("times"),
            func.max(in_store.c.good).label("good"),
        )
        .group_by(in_store.c.shoot_id, in_store.c.file)
        .subquery()
    )
    query = select(
        each.c.shoot_id,
        func.sum(each.c.times).label("files"),
        func.sum(each.c.times * each.c.size).label("bytes"),
        func.sum(each.c.times * each.c.good).label("good"),
    ).group_by(each.c.shoot_id)
    return {row.shoot_id: (int(row.files), int(row.bytes), int(row.good)) for row in conn.execute(query)}


def last_media_seen(conn: Connection, shoot_ids: Sequence[int]) -> dict[int, int]:
    """Return, by shoot, when its last new photo or video was first seen anywhere."""
    query = (
        select(folder.c.shoot_id, func.max(content.c.first_seen_at))
        .select_from(
            folder.join(copy, copy.c.folder_id == folder.c.id).join(content, content.c.id == copy.c.content_id)
        )
        .where(folder.c.shoot_id.in_(shoot_ids) & content.c.kind.in_(("p", "v")))
        .group_by(folder.c.shoot_id)
    )
    return dict(conn.execute(query).all())


def captured_range(conn: Connection, shoot_id: int) -> list[str] | None:
    """Return the first and last capture day of the shoot's files, or None."""
    shoot = get_shoots(conn, [shoot_id])[shoot_id]
    if shoot.captured_first is None or shoot.captured_last is None:
        return None
    return [shoot.captured_first, shoot.captured_last]


def cameras(conn: Connection, shoot_id: int) -> list[dict[str, str | int]]:
    """Return the cameras that the shoot's files name, with the number of files, most used first."""
    files = func.count()
    query = (
        select(camera.c.make, camera.c.model, files.label("files"))
        .select_from(
            folder.join(copy, copy.c.folder_id == folder.c.id)
            .join(content, content.c.id == copy.c.content_id)
            .join(camera, camera.c.id == content.c.camera_id)
        )
        .where((folder.c.shoot_id == shoot_id) & (copy.c.state == "p"))
        .group_by(camera.c.id, camera.c.make, camera.c.model)
        .order_by(files.desc(), camera.c.model)
    )
    return [{"make": row.make, "model": row.model, "files": row.files} for row in conn.execute(query)]
