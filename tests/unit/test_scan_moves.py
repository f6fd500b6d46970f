"""Files and folders that lie elsewhere now."""

from __future__ import annotations

from adapters.records import Entry, FolderMark
from backupd.scan.moves import match_files, moved_folders
from index.records import CopyRow, FolderRow


def mark(path: str, identity: str, fingerprint: bytes = b"m", files: int = 2) -> FolderMark:
    return FolderMark(path, identity, fingerprint, files)


def known(id: int, path: str, identity: str, fingerprint: bytes = b"m", files: int = 2) -> FolderRow:
    return FolderRow(id, path, identity, fingerprint, True, files)


def never(_new: FolderMark, _old: FolderRow) -> bool:
    return False


def test_a_renamed_folder_is_known_by_identity_and_fingerprint() -> None:
    old = known(1, "2026/Virtanen", "11")
    assert moved_folders([mark("2026/Virtanen häät", "11")], [old], never) == {"2026/Virtanen häät": old}


def test_an_inode_used_again_is_another_folder() -> None:
    assert moved_folders([mark("new", "11", b"other")], [known(1, "old", "11", b"m")], never) == {}


def test_a_folder_that_changed_while_moving_is_known_by_its_files() -> None:
    old = known(1, "old", "11", b"m")
    assert moved_folders([mark("new", "11", b"other")], [old], lambda _n, _o: True) == {"new": old}


def test_folders_above_and_below_without_files_follow() -> None:
    gone = [
        known(1, "a", "1", files=0),
        known(2, "a/DCIM", "2", files=0),
        known(3, "a/DCIM/100CANON", "3"),
        known(4, "a/empty", "4", files=0),
    ]
    fresh = [
        mark("b", "1", files=0),
        mark("b/DCIM", "2", files=0),
        mark("b/DCIM/100CANON", "3"),
        mark("b/empty", "4", files=0),
    ]
    pairs = moved_folders(fresh, gone, never)
    assert {path: row.id for path, row in pairs.items()} == {
        "b": 1,
        "b/DCIM": 2,
        "b/DCIM/100CANON": 3,
        "b/empty": 4,
    }


def test_an_empty_folder_alone_is_never_taken_for_a_moved_one() -> None:
    assert moved_folders([mark("new", "9", files=0)], [known(1, "old", "9", files=0)], never) == {}


def row(id: int, name: str, identity: str | None, size: int = 10, content: int | None = 3) -> CopyRow:
    return CopyRow(id, 1, name, content, size, 5, identity, "p", "h", 0)


def test_a_moved_file_needs_identity_size_and_time() -> None:
    entry = Entry("new/a.jpg", "new/a.jpg", 10, "v", "7", 5)
    assert match_files([(entry, None)], [(row(1, "a.jpg", "7"), "old")]) == {"new/a.jpg": [(row(1, "a.jpg", "7"), "old")]}
    assert match_files([(entry, None)], [(row(1, "a.jpg", "7", size=11), "old")]) == {}
    assert match_files([(entry, None)], [(row(1, "a.jpg", "8"), "old")]) == {}
    assert match_files([(entry, None)], [(row(1, "a.jpg", "7", content=None), "old")]) == {}
