"""What lies in a store in memory, and what was done to it behind the store's back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from adapters.records import Marker


@dataclass(frozen=True, slots=True)
class File:
    """A file as it is now. `id` stays the same when it is renamed; `version` changes with the bytes."""

    id: str
    path: str
    content: bytes
    version: str
    modified_ns: int


@dataclass(slots=True)
class Tree:
    """All that lies in a store, by path. Two stores on one tree are two devices that see the same.

    `happened` are the ids of files in the order in which they were changed, and of folders when they were removed;
    `epoch` goes up when cursors are lost.
    """

    files: dict[str, File] = field(default_factory=dict)
    folders: dict[str, str] = field(default_factory=lambda: {"": "folder-0"})
    trash: dict[str, File] = field(default_factory=dict)
    parts: dict[str, bytes] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    happened: list[str] = field(default_factory=list)
    marker: Marker | None = None
    epoch: int = 0
    room_bytes: int | None = None
    count: int = 0

    def number(self) -> int:
        """Return a number that was not given before."""
        self.count += 1
        return self.count

    def find(self, id: str) -> File | None:
        """Return the file with this id."""
        return next((file for file in self.files.values() if file.id == id), None)

    def make_folder(self, path: str) -> None:
        """Make a folder and those above it, where they aren't there."""
        for folder in (*above(path), path):
            if folder not in self.folders:
                self.folders[folder] = f"folder-{self.number()}"

    def put(self, path: str, content: bytes) -> File:
        """Store bytes at a path; what lay there gets a new version and stays the same file."""
        old, number = self.files.get(path), self.number()
        file = File(old.id if old else f"id-{number}", path, content, f"v-{number}", number * 1_000_000_000)
        return self._place(file)

    def rename(self, old: str, new: str) -> None:
        """Give a file or a folder another path; files stay the same versions of the same files."""
        if old in self.files:
            self._place(replace(self.files.pop(old), path=new))
            return
        self.make_folder(new.rpartition("/")[0])
        for folder in [each for each in self.folders if each == old or each.startswith(f"{old}/")]:
            self.folders[new + folder[len(old) :]] = self.folders.pop(folder)
        for path in [each for each in self.files if each.startswith(f"{old}/")]:
            self._place(replace(self.files.pop(path), path=new + path[len(old) :]))

    def take_away(self, path: str) -> File:
        """Remove a file, and return it."""
        file = self.files.pop(path)
        self.happened.append(file.id)
        return file

    def take_folder_away(self, path: str) -> None:
        """Remove a folder with all below it. Only the folder's own id is told, as some clouds do."""
        for each in [each for each in self.files if each.startswith(f"{path}/")]:
            del self.files[each]
        for each in [each for each in self.folders if each.startswith(f"{path}/")]:
            del self.folders[each]
        self.happened.append(self.folders.pop(path))

    def direct_files(self, folder: str) -> list[File]:
        """Return a folder's own files, by path."""
        found = [file for file in self.files.values() if file.path.rpartition("/")[0] == folder]
        return sorted(found, key=lambda file: file.path)

    def _place(self, file: File) -> File:
        self.make_folder(file.path.rpartition("/")[0])
        self.files[file.path] = file
        self.happened.append(file.id)
        return file


def above(path: str) -> Iterator[str]:
    """Return the folders that a path lies in, from the top, without the root."""
    names = path.split("/")
    return ("/".join(names[:count]) for count in range(1, len(names)))
