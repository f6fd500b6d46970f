"""Very many files at once, for measurements: their bytes are made only when they are asked for."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from tests.simulators.gdrive.acts import ME, Acts
from tests.simulators.gdrive.contents import SEED
from tests.simulators.gdrive.tree import COLUMNS, FOLDER, INSERT, Node, stamp


def seed(acts: Acts, above: Node, folders: int, files: int, *, told: bool = False) -> int:
    """Write `files` new files with true checksums into each of so many new folders; return how many were written.

    `told` notes each in the journal, as if they had just been uploaded.
    """
    with acts.tree.writing():
        before = int(acts.tree.setting("seeded", 0))
        places = []
        for number in range(folders):
            name = f"2024-{number % 12 + 1:02d} Shoot {number:05d}"
            rows = acts.tree.rows(f"SELECT {COLUMNS} FROM node WHERE parent = ? AND name = ?", above.id, name)
            places.append(Node(*rows[0]) if rows else acts.create(name, parent=above.id, mime=FOLDER, told=False))
        acts.tree.db.executemany(INSERT, _rows(acts, places, files, before))
        acts.tree.set("seeded", before + folders * files)
        acts.tree.forget_usage()
        if told:
            acts.tree.db.execute(
                "INSERT INTO journal (file, at, drive, was_drive) SELECT id, ?, drive, drive FROM node WHERE id > ? AND id <= ?",
                (acts.now(), _id(before), _id(before + folders * files)),
            )
    return folders * files


def _id(number: int) -> str:
    return f"1seed{number:028d}"


def _rows(acts: Acts, places: list[Node], files: int, number: int) -> Iterator[tuple[Any, ...]]:
    now = acts.now()
    # Places in a row: a whole listing then reads the database from its beginning to its end.
    at, place = stamp(now), acts.tree.random.getrandbits(61)
    for folder in places:
        for each in range(files):
            number += 1
            name, content = f"IMG_{each:05d}.JPG", b"%d" % number
            yield (
                _id(number), name, name.casefold(), "image/jpeg", folder.id, "" if folder.drive else ME,
                folder.drive, len(content), f"{SEED}{number}", hashlib.md5(content).hexdigest(),
                hashlib.sha1(content).hexdigest(), hashlib.sha256(content).hexdigest(), f"0Bseed{number}", 1, at, at, 0,
                folder.gone, 0, folder.lost, 0, now, place + number, "{}",
            )  # fmt: skip
