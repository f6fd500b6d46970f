"""Very many files at once, for measurements: written past the journal, by one statement."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Iterable, Iterator
from typing import Any

from tests.simulators.dropbox.names import key_of, name_of, parent_of
from tests.simulators.dropbox.tree import Tree


def seed(tree: Tree, files: Iterable[tuple[str, bytes]], now: str) -> int:
    """Write new small files and return how many; their paths must be free, and folders are made as they come."""
    with tree.writing():
        before = int(tree.setting("seeded", 0))
        tree.db.executemany(f"INSERT INTO node VALUES ({','.join('?' * 13)})", _rows(tree, files, now))
        return int(tree.setting("seeded", 0)) - before


def _rows(tree: Tree, files: Iterable[tuple[str, bytes]], now: str) -> Iterator[tuple[Any, ...]]:
    """Yield rows; contents are written on the way, folders after the files."""
    known = number = int(tree.setting("seeded", 0))
    chance = random.Random(known)
    folders: dict[str, None] = {}
    for number, (path, content) in enumerate(files, known + 1):
        folders.setdefault(parent_of(path))
        digest = hashlib.sha256(hashlib.sha256(content).digest()).hexdigest()
        tree.db.execute("INSERT OR IGNORE INTO content VALUES (?, ?, ?)", (digest, len(content), content))
        key, name, fid, rev = key_of(path), name_of(path), f"id:seed{number:022d}", f"{0x6F0000000 + number:x}"
        item = (
            f'{{".tag": "file", "name": {json.dumps(name)}, "id": "{fid}", "client_modified": "{now}", '
            f'"server_modified": "{now}", "rev": "{rev}", "size": {len(content)}, "is_downloadable": true, '
            f'"content_hash": "{digest}", "path_lower": {json.dumps(key)}, "path_display": {json.dumps(path)}}}'
        )
        place = chance.getrandbits(62)
        yield key, path, name, "file", fid, rev, len(content), digest, now, now, "{}", place, item
    tree.set("seeded", number)
    for folder in filter(None, folders):
        tree.make_folder(folder)
