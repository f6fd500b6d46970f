"""One folder's files now, against what the index knows of them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from adapters.records import Entry
from index.records import CopyRow


@dataclass(frozen=True, slots=True)
class Difference:
    """What changed in a folder.

    `unread` are files whose bytes must be known anew, with the row at that name if there is one; `back` are missing
    ones that lie there again just as they were; `gone` are rows whose name is no longer there.
    """

    same: int
    unread: tuple[tuple[Entry, CopyRow | None], ...]
    back: tuple[tuple[Entry, CopyRow], ...]
    gone: tuple[CopyRow, ...]


def name_of(path: str) -> str:
    """Return the last component of a path."""
    return path.rpartition("/")[2]


def compare_folder(entries: Iterable[Entry], rows: Mapping[str, CopyRow]) -> Difference:
    """Compare by size, time and identity; a file whose bytes are not known yet always counts as unread."""
    same = 0
    unread: list[tuple[Entry, CopyRow | None]] = []
    back: list[tuple[Entry, CopyRow]] = []
    names = set()
    for entry in entries:
        name = name_of(entry.path)
        names.add(name)
        row = rows.get(name)
        if row is None or row.content_id is None or row.state == "u" or not is_same_file(entry, row):
            unread.append((entry, row))
        elif row.state == "m":
            back.append((entry, row))
        else:
            same += 1
    gone = tuple(row for name, row in rows.items() if name not in names and row.state != "m")
    return Difference(same, tuple(unread), tuple(back), gone)


def is_same_file(entry: Entry, row: CopyRow) -> bool:
    """True where size, time and identity say that the bytes are those that the row was recorded for."""
    return (entry.size, entry.modified_ns, entry.identity) == (row.size, row.modified_ns, row.identity)


def vanished_too_much(absent: int, known: int, share: float) -> bool:
    """True where so much of a store is gone at once that a person must say whether it is true.

    Everything gone is always too much. Source: invariant that nothing is deleted by inference.
    """
    return known > 0 and (absent >= known or absent > share * known)
