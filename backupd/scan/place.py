"""Which shoot each folder belongs to: by what its path says, and by what a person settled.

One shoot is one client, day and title, in whatever stores its folders lie. Where client or day is unknown the folder is
a shoot of its own: two folders are never made one by a guess.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy import Connection

from backupd.reading.folding import name_key
from backupd.reading.records import FolderReading
from backupd.scan.clients import Clients
from backupd.scan.settled import SETTLED_KINDS, Settled, settled_reading, subject_of
from backupd.scan.twins import Called, called
from index import people, shoots
from index.engine import Index
from index.review import settlements
from index.shoots import Unplaced

_BATCH = 500

Reader = Callable[[str], FolderReading]


def place_folders(index: Index, stores: Mapping[int, str], read: Reader, now: int) -> int:
    """Place every folder that is not placed yet; return how many were. `stores` gives names by id."""
    placed = 0
    clients: Clients | None = None
    while True:
        with index.write() as conn:
            rows = shoots.unplaced_folders(conn, _BATCH)
            if not rows:
                break
            clients = clients or Clients(conn)
            _place(conn, rows, stores, read, clients, now)
        placed += len(rows)
    if placed:
        with index.write() as conn:
            shoots.remove_shoots(conn, shoots.empty_shoots(conn))
    return placed


def shoot_key(client_id: int | None, reading: FolderReading, store: str, name: Called) -> str:
    """Return what makes two folders one shoot."""
    apart = f"|{name.apart}" if name.apart else ""
    if client_id is not None and reading.first_day is not None:
        last = reading.last_day or reading.first_day
        return f"{client_id}|{reading.first_day}|{last}|{name_key(reading.title or '')}{apart}"
    return subject_of(store, name.place)


def shoot_path(path: str, reading: FolderReading) -> str:
    """Return the path of the shoot's own folder. A path that names no shoot counts by its topmost folder."""
    parts = path.split("/")
    return "/".join(parts[: reading.depth or 1])


def _place(
    conn: Connection, rows: list[Unplaced], stores: Mapping[int, str], read: Reader, clients: Clients, now: int
) -> None:
    roots: dict[tuple[int, str], int] = {}
    settled = settlements(conn, SETTLED_KINDS)
    places: list[tuple[int, int | None, bool]] = []
    bare: list[Unplaced] = []
    for row in rows:
        reading = read(called(conn, settled, row.store_id, stores[row.store_id], row.path).path)
        if not row.files or not row.path or reading.ignored:
            bare.append(row)
            continue
        path = shoot_path(row.path, reading)
        where = (row.store_id, path)
        if where not in roots:
            roots[where] = _shoot_at(conn, row.store_id, stores[row.store_id], path, read, clients, settled, now)
        places.append((row.folder_id, roots[where], row.path == path))
        if row.shoot_id not in (None, roots[where]):
            people.follow_folders(conn, [row.folder_id], roots[where])
    # A shoot's own folder may hold no files itself: it was placed with what is in it.
    places += [(row.folder_id, None, False) for row in bare if (row.store_id, row.path) not in roots]
    shoots.place_folders(conn, places)


def _shoot_at(
    conn: Connection,
    store_id: int,
    store: str,
    path: str,
    read: Reader,
    clients: Clients,
    settlements: Settled,
    now: int,
) -> int:
    """Return the shoot whose own folder lies at `path`, made or renamed if need be, and place that folder."""
    name = called(conn, settlements, store_id, store, path)
    reading, settled = settled_reading(settlements, store, path, read(name.path))
    client_id = clients.client_for(conn, reading.client, now) if reading.client else None
    folder = shoots.find_folder(conn, store_id, path)
    before = folder[1] if folder else None
    values = {
        "client_id": client_id,
        "title": reading.title,
        "first_day": reading.first_day.isoformat() if reading.first_day else None,
        "last_day": (reading.last_day or reading.first_day).isoformat() if reading.first_day else None,
        "day_from": ("settled" if settled else "folder") if reading.first_day else None,
    }
    key = shoot_key(client_id, reading, store, name)
    id = shoots.find_shoot_by_key(conn, key)
    if id is None and before is not None and _only_folder(conn, before, folder):
        # The folder was renamed: it is still the same shoot, under the id that people have noted down.
        shoots.change_shoot(conn, before, key=key, stale=1, **values)
        id = before
    elif id is None:
        id = shoots.add_shoot(conn, key, **values)
    else:
        shoots.change_shoot(conn, id, stale=1)
    if before is not None and before != id:
        is_last = _only_folder(conn, before, folder)
        if is_last and name.place != path:
            # A person has said that the twins are one shoot.
            shoots.move_folders(conn, before, id)
            people.follow_shoot(conn, before, id)
        # A hold on a shoot stays one when its folders are renamed, in one store after the other.
        shoots.leave_shoot(conn, before, id, is_last=is_last)
    if folder is not None:
        shoots.place_folders(conn, [(folder[0], id, True)])
    return id


def _only_folder(conn: Connection, shoot_id: int, folder: tuple[int, int | None] | None) -> bool:
    places = shoots.root_folders(conn, [shoot_id]).get(shoot_id, [])
    return not any(present for id, _, _, present in places if folder is None or id != folder[0])
