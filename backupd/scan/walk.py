"""The first look at a store: every folder's fingerprint against the index."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from adapters.records import FolderMark
from backupd.scan.summary import Progress
from index.records import FolderRow


@dataclass(slots=True)
class Look:
    """What the walk found.

    `changed` are folders whose files must be compared, `fresh` those among them that the index does not know at that
    path, `gone` known folders that were not met. Below `unseen` nothing may be called absent.
    """

    folders: int = 0
    files: int = 0
    changed: list[FolderMark] = field(default_factory=list)
    fresh: list[FolderMark] = field(default_factory=list)
    gone: list[FolderRow] = field(default_factory=list)
    unseen: dict[str, str] = field(default_factory=dict)


def look(marks: Iterable[FolderMark], known: Mapping[str, FolderRow], progress: Progress) -> Look:
    """Compare every folder's mark with the one recorded when its files were last all known."""
    found = Look()
    seen = set()
    for mark in marks:
        seen.add(mark.path)
        found.folders += 1
        found.files += mark.files
        if not found.folders % 256:
            progress.walking(found.folders, found.files)
        row = known.get(mark.path)
        if mark.problem is not None:
            found.unseen[mark.path] = mark.problem
        elif row is None:
            found.fresh.append(mark)
            found.changed.append(mark)
        elif row.mark != mark.mark:
            found.changed.append(mark)
    found.gone = [row for path, row in known.items() if path not in seen and row.present]
    progress.walking(found.folders, found.files)
    return found


def is_below(path: str, tops: Iterable[str]) -> bool:
    """True where `path` is one of the folders `tops` or lies below one."""
    return any(top == "" or path == top or path.startswith(top + "/") for top in tops)


def parents(path: str) -> Iterator[str]:
    """Yield the folders above a path, nearest first, without the root."""
    while "/" in path:
        path = path.rpartition("/")[0]
        yield path
