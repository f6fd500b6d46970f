"""What lies elsewhere now but is the same file or folder, known by the identity that a rename keeps.

An inode number alone proves nothing: it is used again after a removal. A file is the same only with the same size and
time as well, and only if its old place no longer holds it; a folder only if what is in it is what was in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from adapters.records import Entry, FolderMark
from backupd.scan.compare import is_same_file
from backupd.scan.walk import parents
from index.records import CopyRow, FolderRow


def moved_folders(
    fresh: Sequence[FolderMark], gone: Iterable[FolderRow], holds_files_of: Callable[[FolderMark, FolderRow], bool]
) -> dict[str, FolderRow]:
    """Return, by new path, the known folders that were renamed or moved there.

    A folder with files is the same if its fingerprint is, or if `holds_files_of(new, old)` finds files of the old one
    in it. A folder above follows its children, where its own identity agrees.
    """
    by_identity = {row.identity: row for row in gone if row.identity}
    pairs: dict[str, FolderRow] = {}
    for mark in fresh:
        row = by_identity.get(mark.identity)
        if row is None or not mark.files:
            continue
        if row.mark == mark.mark or holds_files_of(mark, row):
            pairs[mark.path] = row
    by_path = {mark.path: mark for mark in fresh}
    for new, row in list(pairs.items()):
        _follow_up(new, row.path, by_path, by_identity, pairs)
    _follow_down(by_path, by_identity, pairs)
    return pairs


def _follow_up(
    new: str,
    old: str,
    fresh: Mapping[str, FolderMark],
    gone: Mapping[str, FolderRow],
    pairs: dict[str, FolderRow],
) -> None:
    for above, before in zip(parents(new), parents(old), strict=False):
        mark = fresh.get(above)
        row = gone.get(mark.identity) if mark else None
        if row is None or row.path != before or above in pairs:
            return
        pairs[above] = row


def _follow_down(fresh: Mapping[str, FolderMark], gone: Mapping[str, FolderRow], pairs: dict[str, FolderRow]) -> None:
    """Let folders without files of their own follow the moved folder that they lie in."""
    for path in sorted(fresh, key=len):
        row = gone.get(fresh[path].identity)
        above = path.rpartition("/")[0]
        if path in pairs or row is None or above not in pairs:
            continue
        if row.path == f"{pairs[above].path}/{path.rpartition('/')[2]}":
            pairs[path] = row


def match_files(
    unread: Iterable[tuple[Entry, CopyRow | None]], known: Iterable[tuple[CopyRow, str]]
) -> dict[str, list[tuple[CopyRow, str]]]:
    """Return, by the new path, the rows (with their old folder's path) that may be the same file."""
    by_identity: dict[str, list[tuple[CopyRow, str]]] = {}
    for row, folder in known:
        if row.identity is not None and row.content_id is not None and row.state in ("p", "m"):
            by_identity.setdefault(row.identity, []).append((row, folder))
    matches: dict[str, list[tuple[CopyRow, str]]] = {}
    for entry, _ in unread:
        candidates = by_identity.get(entry.identity or "", ())
        same = [(row, folder) for row, folder in candidates if is_same_file(entry, row)]
        if same:
            matches[entry.path] = same
    return matches
