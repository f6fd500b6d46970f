"""Copying what may be shown into a folder, and taking down again what lies in such folders. Nothing else is touched.

Files get names made of their hash, so that no name of a person leaves with them, and a second run finds what is there.
The ledger has its entry and the index its placement before a byte is copied: what was published may be told of too
much, never too little. What is taken down is only what still has the very bytes that were put there.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from adapters.base import Store
from adapters.errors import StoreError
from backupd.portfolio import Showable
from index.records import FileCopies

_ENDING = re.compile(r"\.[A-Za-z0-9]{1,8}\Z")
_UNSAFE = re.compile(r"[^\w.-]+")


class BadTarget(Exception):
    """This folder is not fit to publish into. `why` and `mend` say it in words."""

    def __init__(self, why: str, mend: str) -> None:
        super().__init__(why, mend)
        self.why = why
        self.mend = mend


@dataclass(slots=True)
class Copied:
    """What an export did: `written` and `there_already` are names in the folder, `failed` are paths with the reason."""

    written: list[str] = field(default_factory=list)
    there_already: list[str] = field(default_factory=list)
    failed: list[tuple[str, str]] = field(default_factory=list)


def fit_target(path: Path, roots: list[Path]) -> Path:
    """Return the folder, made if need be, with every link resolved. Raises BadTarget where it lies in a store."""
    # Looked at before anything is made, and again once links on the way can change no more.
    _outside(path.resolve(), roots)
    try:
        path.mkdir(parents=True, exist_ok=True)
        real = path.resolve(strict=True)
    except OSError as err:
        raise BadTarget(f"the folder cannot be made ({err.strerror})", "choose one you may write to") from err
    _outside(real, roots)
    return real


def _outside(real: Path, roots: list[Path]) -> None:
    for root in roots:
        store = root.resolve()
        if real == store or store in real.parents or real in store.parents:
            raise BadTarget("the folder and a store lie in one another", "choose a folder outside of every store")


def name_of(file: FileCopies, *, with_names: bool) -> str:
    """Return the name that a file is given: of its hash, before it its own name where that is asked for."""
    own = file.path.rpartition("/")[2]
    found = _ENDING.search(own)
    ending = found[0].lower() if found else ""
    digest = file.sha256.hex()[:16] if file.sha256 else ""
    if not with_names:
        return f"{digest}{ending}"
    stem = own[: len(own) - len(ending)] if ending else own
    safe = _UNSAFE.sub("_", stem.encode("utf-8", "replace").decode()).strip("._-")[:80]
    return f"{safe or 'file'}-{digest[:8]}{ending}"


@contextmanager
def shoot_folder(target: Path, shoot_id: int) -> Iterator[int]:
    """Open the shoot's folder in the target, made if need be; never through a link."""
    top = os.open(target, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        name = folder_name(shoot_id)
        with suppress(FileExistsError):
            os.mkdir(name, 0o755, dir_fd=top)
        inner = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=top)
        try:
            yield inner
        finally:
            os.close(inner)
    finally:
        os.close(top)


def folder_name(shoot_id: int) -> str:
    """Return the name of a shoot's folder: its number alone."""
    return f"shoot-{shoot_id}"


def copy_out(may: Showable, target: Path, stores: Mapping[str, Store], *, with_names: bool) -> Copied:
    """Copy the files into the shoot's folder in the target, each verified by its hash while it is copied."""
    done = Copied()
    with shoot_folder(target, may.found.shoot_id) as folder:
        for file in may.files:
            name = name_of(file, with_names=with_names)
            if file.sha256 is None:
                done.failed.append((file.path, "its SHA-256 is not known, so nothing could be verified"))
            elif _digest_at(folder, name) == file.sha256:
                done.there_already.append(name)
            else:
                why = _copy_one(file, folder, name, stores)
                if why:
                    done.failed.append((file.path, why))
                else:
                    done.written.append(name)
        os.fsync(folder)
    return done


def _copy_one(file: FileCopies, folder: int, name: str, stores: Mapping[str, Store]) -> str:
    """Return what went wrong, "" where it was copied from one of its copies."""
    why = "no store with a good copy could be read"
    for one in sorted(file.copies, key=lambda each: each.known_by != "hashed"):
        store = stores.get(one.store)
        if store is None or one.state != "present" or not store.capabilities.local_reads:
            continue
        try:
            if _written(store, one.path, file, folder, name):
                return ""
            why = f"the copy in {one.store} is not what it should be"
        except FileExistsError:
            return "another file has its place in the folder"
        except StoreError as err:
            why = f"the copy in {one.store} could not be read ({type(err).__name__})"
        except OSError as err:
            return f"it could not be written ({err.strerror})"
    return why


def _written(store: Store, ref: str, file: FileCopies, folder: int, name: str) -> bool:
    half = f".{secrets.token_hex(8)}.part"
    handle = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644, dir_fd=folder)
    try:
        digest = hashlib.sha256()
        try:
            with store.read(ref) as chunks:
                for chunk in chunks:
                    digest.update(chunk)
                    _write_all(handle, chunk)
            os.fsync(handle)
        finally:
            os.close(handle)
        if digest.digest() != file.sha256:
            return False
        _put_in_place(half, name, folder)
        return True
    finally:
        with suppress(FileNotFoundError):
            os.unlink(half, dir_fd=folder)


def _put_in_place(half: str, name: str, folder: int) -> None:
    """Give the finished file its name; raises FileExistsError where something has it already."""
    try:
        # A link never takes the place of what lies there already.
        os.link(half, name, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=False)
    except FileExistsError:
        raise
    except OSError:
        # Memory cards and sticks know no links: there it is looked at first.
        with suppress(FileNotFoundError):
            os.stat(name, dir_fd=folder, follow_symlinks=False)
            raise FileExistsError(name) from None
        os.rename(half, name, src_dir_fd=folder, dst_dir_fd=folder)


def _write_all(handle: int, chunk: bytes) -> None:
    left = memoryview(chunk)
    while left:
        left = left[os.write(handle, left) :]


def _digest_at(folder: int, name: str) -> bytes | None:
    try:
        handle = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
    except OSError:
        return None
    try:
        return _digest(handle)
    finally:
        os.close(handle)


def _digest(handle: int) -> bytes | None:
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        return None
    digest = hashlib.sha256()
    while chunk := os.read(handle, 1 << 20):
        digest.update(chunk)
    return digest.digest()


def take_down(address: str, sha256: bytes) -> str:
    """Remove the file at this place if it has those very bytes; return "removed", "gone", or why it was left."""
    path = Path(address)
    if not path.is_absolute():
        return "it is not a file of this machine"
    try:
        if path.parent.resolve() != path.parent:
            return "a link leads there now"
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        # The disk may only be unplugged: that the file is gone is not known.
        return "its folder is not there"
    except OSError as err:
        return f"its folder cannot be opened ({err.strerror})"
    try:
        return _take_down(folder, path.name, sha256)
    except OSError as err:
        return f"it could not be removed ({err.strerror})"
    finally:
        os.close(folder)


def _take_down(folder: int, name: str, sha256: bytes) -> str:
    try:
        handle = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
    except FileNotFoundError:
        return "gone"
    try:
        if _digest(handle) != sha256:
            return "other bytes lie there now"
        seen, now = os.fstat(handle), os.stat(name, dir_fd=folder, follow_symlinks=False)
        if (seen.st_dev, seen.st_ino) != (now.st_dev, now.st_ino):
            return "other bytes lie there now"
        os.unlink(name, dir_fd=folder)
        os.fsync(folder)
    finally:
        os.close(handle)
    return "removed"
