"""A bag in one zip: stored, not packed (pictures do not shrink), with Zip64 where it is needed, and resumable.

The zip grows under a name of ours beside its own, with a journal of the members that are whole and on disk. A run that
was killed is gone on with after the last of them. A member that proves damaged is cut off again.
"""

from __future__ import annotations

import contextlib
import os
import zipfile
from datetime import datetime, tzinfo
from pathlib import Path
from typing import IO, Any

from adapters.ignore import TEMPORARY_PREFIX
from adapters.local_writing import like_its_folder, sync_folder
from adapters.renaming import rename_to_free
from backupd.export.bag import INFO, MANIFEST, PAYLOAD, Held, identifier_in
from backupd.export.errors import TargetTaken
from backupd.export.journal import Journal
from backupd.export.plan import Item

_FLUSH_BYTES = 256 * 1024 * 1024
_FLUSH_FILES = 200
_FIRST_YEAR, _LAST_YEAR = 1980, 2107
_FIELDS = ("CRC", "compress_size", "file_size", "header_offset", "extra", "date_time", "external_attr", "flag_bits")


class ZipBag:
    """A bag that is being written into a zip; a sink for one file at a time. As `FolderBag` otherwise."""

    def __init__(self, target: Path, identifier: str, folder: str, zone: tzinfo) -> None:
        self.place = str(target)
        self.held: dict[str, Held] = {}
        self.is_whole = False
        self._name = target.name
        self._writing = f"{TEMPORARY_PREFIX}{target.name}"
        self._top = folder
        self._zone = zone
        self._journal: Journal | None = None
        self._file: IO[bytes] | None = None
        self._zip: zipfile.ZipFile | None = None
        self._member: IO[bytes] | None = None
        self._member_at = 0
        self._waiting: list[dict[str, Any]] = []
        self._waiting_bytes = 0
        target.parent.mkdir(parents=True, exist_ok=True)
        self._folder = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            self._look(identifier)
        except BaseException:
            self.close()
            raise

    def _look(self, identifier: str) -> None:
        if self._name in os.listdir(self._folder):
            self.held = self._finished(identifier)
            self.is_whole = True
            with contextlib.suppress(FileNotFoundError):
                # A kill between the zip's name and the journal's end left it.
                os.unlink(f"{self._writing}.journal", dir_fd=self._folder)
            return
        self._journal = Journal(self._folder, f"{self._writing}.journal", identifier, self.place)
        end = max((int(line["end"]) for line in self._journal.lines), default=0)
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        fd = os.open(self._writing, flags, 0o600, dir_fd=self._folder)
        self._file = os.fdopen(fd, "r+b", 1024 * 1024)
        lines = self._journal.lines if os.fstat(fd).st_size >= end else []
        end = end if lines else 0
        self._file.truncate(end)
        self._file.seek(end)
        self._zip = zipfile.ZipFile(self._file, "w", zipfile.ZIP_STORED, allowZip64=True)
        for line in lines:
            member = _member_from(line)
            self._zip.filelist.append(member)
            self._zip.NameToInfo[member.filename] = member
            self.held[line["p"]] = Held(line["p"], member.file_size, bytes.fromhex(line["h"]))

    def _finished(self, identifier: str) -> dict[str, Held]:
        """Return what a zip of that name holds, if it is this very export's. Raises TargetTaken."""
        fd = os.open(self._name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=self._folder)
        with open(fd, "rb") as file, contextlib.suppress(zipfile.BadZipFile, KeyError, ValueError):
            found = zipfile.ZipFile(file)
            if identifier_in(found.read(f"{self._top}/{INFO}")) == identifier:
                lines = found.read(f"{self._top}/{MANIFEST}").decode().splitlines()
                pairs = [line.partition("  ") for line in lines]
                held = [(path.removeprefix(f"{PAYLOAD}/"), path, bytes.fromhex(value)) for value, _, path in pairs]
                sizes = {name: found.getinfo(f"{self._top}/{path}").file_size for name, path, _ in held}
                return {name: Held(name, sizes[name], value) for name, _, value in held}
        raise TargetTaken(self.place, "a file of that name lies there that is not this export")

    def free_bytes(self) -> int:
        """Return the room on the disk that the zip lies on."""
        room = os.fstatvfs(self._folder)
        return room.f_bavail * room.f_frsize

    def begin(self, item: Item) -> None:
        """Begin a member."""
        self._begin(f"{PAYLOAD}/{item.path}", item.size, item.modified_ns)

    def _begin(self, path: str, size: int, modified_ns: int | None) -> None:
        assert self._zip is not None and self._file is not None
        member = zipfile.ZipInfo(f"{self._top}/{path}", self._time(modified_ns))
        member.file_size = size
        member.external_attr = 0o644 << 16
        self._member_at = self._file.tell()
        self._member = self._zip.open(member, "w")

    def write(self, chunk: memoryview | bytes) -> None:
        """Write the next bytes."""
        assert self._member is not None
        self._member.write(chunk)

    def cancel(self) -> None:
        """Cut the member off again."""
        if self._member is None or self._zip is None or self._file is None:
            return
        known = len(self._zip.filelist)
        with contextlib.suppress(RuntimeError, OSError):
            self._member.close()
        self._member = None
        # A handle that could not be closed well would keep the zip from going on.
        self._zip._writing = False  # type: ignore[attr-defined]
        for gone in self._zip.filelist[known:]:
            self._zip.NameToInfo.pop(gone.filename, None)
        del self._zip.filelist[known:]
        self._file.seek(self._member_at)
        self._file.truncate()
        self._zip.start_dir = self._member_at

    def finish(self, item: Item, sha256: bytes) -> None:
        """End the member."""
        member = self._end()
        assert self._file is not None
        line = {name: getattr(member, name) for name in _FIELDS} | {
            "extra": member.extra.hex(), "p": item.path, "n": member.filename, "h": sha256.hex(), "end": self._file.tell(),
        }  # fmt: skip
        self._waiting.append(line)
        self._waiting_bytes += item.size
        self.held[item.path] = Held(item.path, item.size, sha256)
        if self._waiting_bytes >= _FLUSH_BYTES or len(self._waiting) >= _FLUSH_FILES:
            self.flush()

    def _end(self) -> zipfile.ZipInfo:
        assert self._member is not None and self._zip is not None
        self._member.close()
        self._member = None
        return self._zip.filelist[-1]

    def flush(self) -> None:
        """Bring what was finished to the disk, and record it."""
        if self._waiting and self._file is not None and self._journal is not None:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._journal.add(self._waiting)
            self._waiting, self._waiting_bytes = [], 0

    def complete(self, files: dict[str, bytes]) -> None:
        """Write the bag's own files and the directory, and give the zip its name."""
        assert self._zip is not None and self._file is not None and self._journal is not None
        self.flush()
        for name, content in files.items():
            self._begin(name, len(content), None)
            self.write(content)
            self._end()
        self._zip.close()
        self._file.flush()
        like_its_folder(self._file.fileno(), self._folder)
        os.fsync(self._file.fileno())
        try:
            rename_to_free(self._writing, self._folder, self._name, self._folder)
        except FileExistsError:
            raise TargetTaken(self.place, "a file of that name was put there meanwhile") from None
        sync_folder(self._folder)
        self._journal.forget()
        self.is_whole = True

    def close(self) -> None:
        """Let go; what was finished is recorded first."""
        if self._file is not None:
            with contextlib.suppress(OSError, ValueError):
                self.cancel()
                self.flush()
            # Closing an unfinished zip would write a directory after it: its file is let go instead.
            if self._zip is not None and not self.is_whole:
                self._zip.fp = None
            self._file.close()
        if self._journal is not None:
            self._journal.close()
        os.close(self._folder)

    def _time(self, modified_ns: int | None) -> tuple[int, int, int, int, int, int]:
        seconds = 0 if modified_ns is None else modified_ns / 1e9
        with contextlib.suppress(OverflowError, ValueError, OSError):
            local = datetime.fromtimestamp(seconds, self._zone)
            if _FIRST_YEAR <= local.year <= _LAST_YEAR:
                return (local.year, local.month, local.day, local.hour, local.minute, local.second)
        return (_FIRST_YEAR, 1, 1, 0, 0, 0)


def _member_from(line: dict[str, Any]) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(line["n"], tuple(line["date_time"]))
    for name in _FIELDS:
        if name != "date_time":
            setattr(member, name, bytes.fromhex(line[name]) if name == "extra" else line[name])
    return member
