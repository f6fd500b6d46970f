"""What goes out and under which names: the shoots' files in, an ordered plan out. Pure.

The plan has a digest, by which an export that was cut short knows itself again. Lists of participants never go out with
the pictures: they hold what others told the studio about themselves.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from backupd.export.names import SafePaths
from index.export_rows import ExportCopy, ExportFile

_LIST = "l"
_WORTH = {"present": 0, "unread": 1, "corrupt": 2}


@dataclass(frozen=True, slots=True)
class ShootFiles:
    """One shoot to be exported. `folder` is what its folder is to be called: never by a client's name."""

    id: int
    folder: str
    files: Sequence[ExportFile]


@dataclass(frozen=True, slots=True)
class Item:
    """A file that goes out: its safe path in the payload, the path it had, and where its bytes may be read, best first."""

    path: str
    original: str
    shoot: int
    size: int
    kind: str
    sha256: bytes | None
    dropbox_hash: bytes | None
    md5: bytes | None
    modified_ns: int | None
    copies: tuple[ExportCopy, ...]

    @property
    def is_known(self) -> bool:
        """Whether there is a hash to hold its bytes against."""
        return any((self.sha256, self.dropbox_hash, self.md5))


@dataclass(frozen=True, slots=True)
class Part:
    """What goes into one bag: `number` of `of`."""

    number: int
    of: int
    items: tuple[Item, ...]

    @property
    def size(self) -> int:
        """The bytes of its files."""
        return sum(item.size for item in self.items)


@dataclass(frozen=True, slots=True)
class Plan:
    """All of an export. `missing` are files of which no copy is left, `lists` how many lists stay behind."""

    items: tuple[Item, ...]
    missing: tuple[Item, ...]
    lists: int
    digest: str

    @property
    def size(self) -> int:
        """The bytes of what goes out."""
        return sum(item.size for item in self.items)

    @property
    def renamed(self) -> tuple[Item, ...]:
        """Files whose names could not stay as they were."""
        return tuple(item for item in self.items if item.path != item.original)


def plan_export(shoots: Iterable[ShootFiles], patterns: Collection[str] = (), local_stores: Collection[str] = ()) -> Plan:
    """Return what goes out. `patterns` are held against a file's name and its path; empty means every file."""
    safe = SafePaths()
    items: list[Item] = []
    missing: list[Item] = []
    lists = 0
    for shoot in shoots:
        for file in sorted(shoot.files, key=lambda each: (each.path, each.sha256 or b"")):
            if not _is_wanted(file.path, patterns):
                continue
            if file.kind == _LIST:
                lists += 1
                continue
            original = f"{shoot.folder}/{file.path}"
            copies = _best_first(file.copies, local_stores)
            item = Item(
                safe.add(original), original, shoot.id, file.size, file.kind, file.sha256, file.dropbox_hash, file.md5,
                file.modified_ns, copies,
            )  # fmt: skip
            (items if copies else missing).append(item)
    return Plan(tuple(items), tuple(missing), lists, _digest((*items, *missing)))


def split_parts(items: Sequence[Item], most_bytes: int | None) -> tuple[Part, ...]:
    """Return the items in parts of at most so many bytes, in order; a file that is larger has a part of its own."""
    groups: list[list[Item]] = [[]]
    room = most_bytes
    for item in items:
        if room is not None and most_bytes is not None:
            if groups[-1] and item.size > room:
                groups.append([])
                room = most_bytes
            room -= item.size
        groups[-1].append(item)
    return tuple(Part(number, len(groups), tuple(group)) for number, group in enumerate(groups, 1))


def _is_wanted(path: str, patterns: Collection[str]) -> bool:
    if not patterns:
        return True
    folded = path.casefold()
    name = folded.rpartition("/")[2]
    return any(fnmatchcase(name, each.casefold()) or fnmatchcase(folded, each.casefold()) for each in patterns)


def _best_first(copies: Iterable[ExportCopy], local_stores: Collection[str]) -> tuple[ExportCopy, ...]:
    """Copies on this machine's disks that were read and hashed go first; what is gone is not asked for."""
    possible = [each for each in copies if each.state in _WORTH]

    def order(each: ExportCopy) -> tuple[int, bool, bool, bool, int]:
        return (
            _WORTH[each.state],
            each.store not in local_stores,
            each.known_by != "hashed",
            each.known_by is None,
            -(each.known_at or 0),
        )

    return tuple(sorted(possible, key=order))


def _digest(items: Iterable[Item]) -> str:
    total = hashlib.sha256()
    for item in items:
        hashes = [value.hex() if value else None for value in (item.sha256, item.dropbox_hash, item.md5)]
        total.update(json.dumps([item.path, item.original, item.size, *hashes], ensure_ascii=True).encode() + b"\n")
    return total.hexdigest()
