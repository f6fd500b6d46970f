"""Copying one file from the best copy that proves good: read, hash and write overlap, and what is written was hashed.

A copy is good when the bytes read from it have a hash that the index knows. One that has not is damaged, and the next
one is read instead; what had been written of it is taken back by the sink.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Literal, Protocol

from adapters.errors import Corrupt, NotFound, StoreError
from adapters.hashing import Hasher
from backupd.export.plan import Item
from backupd.export.sources import Chunks, Sources
from index.export_rows import ExportCopy

_ALONE_BYTES = 256 * 1024
"""Below this, handing bytes to another thread costs more than hashing them."""

Outcome = Literal["copied", "damaged", "missing", "unreachable"]


class Sink(Protocol):
    """Where one file's bytes go. `cancel` takes back what was written since `begin`."""

    def begin(self, item: Item) -> None: ...

    def write(self, chunk: memoryview | bytes) -> None: ...

    def cancel(self) -> None: ...

    def finish(self, item: Item, sha256: bytes) -> None: ...


@dataclass(frozen=True, slots=True)
class Copied:
    """What became of one file. `bad` are copies that were read and are not what they should be."""

    item: Item
    outcome: Outcome
    sha256: bytes | None = None
    bad: tuple[ExportCopy, ...] = ()


class Copier:
    """Copies files one after the other. `on_bytes` is told of each chunk as it is written."""

    def __init__(self, sources: Sources, on_bytes: Callable[[int], None] = lambda _: None) -> None:
        self._sources = sources
        self._on_bytes = on_bytes
        self._hashing = ThreadPoolExecutor(1, "export-hash")

    def close(self) -> None:
        """End the hashing thread."""
        self._hashing.shutdown()

    def copy(self, item: Item, sink: Sink) -> Copied:
        """Write the file from the first copy that proves good. Raises OSError where it cannot be written."""
        bad: list[ExportCopy] = []
        out_of_reach = False
        for each in item.copies:
            try:
                sha256 = self._from(each, item, sink)
            except Corrupt:
                bad.append(each)
            except NotFound:
                continue
            except StoreError:
                out_of_reach = True
            else:
                return Copied(item, "copied", sha256, tuple(bad))
        outcome: Outcome = "unreachable" if out_of_reach else "damaged" if bad else "missing"
        return Copied(item, outcome, None, tuple(bad))

    def _from(self, copy: ExportCopy, item: Item, sink: Sink) -> bytes:
        sink.begin(item)
        try:
            hasher = _hasher(item)
            with self._sources.chunks(copy) as chunks:
                read = self._pass_on(chunks, item, hasher, sink, copy)
            digests = hasher.digests()
            known = (item.sha256, digests.sha256), (item.dropbox_hash, digests.dropbox), (item.md5, digests.md5)
            if read != item.size or any(wanted not in (None, found) for wanted, found in known if found is not None):
                raise Corrupt(copy.store, "read", copy.ref, "its bytes are not those that the index knows")
        except BaseException:
            sink.cancel()
            raise
        sink.finish(item, digests.sha256)
        return digests.sha256

    def _pass_on(self, chunks: Chunks, item: Item, hasher: _Plain | Hasher, sink: Sink, copy: ExportCopy) -> int:
        read = 0
        waiting: deque[Future[None]] = deque()
        try:
            for chunk in chunks:
                read += len(chunk)
                if read > item.size:
                    raise Corrupt(copy.store, "read", copy.ref, "it is longer than it should be")
                if item.size <= _ALONE_BYTES:
                    hasher.update(chunk)
                else:
                    waiting.append(self._hashing.submit(hasher.update, chunk))
                sink.write(chunk)
                self._on_bytes(len(chunk))
                while len(waiting) > self._sources.buffers - 2:
                    waiting.popleft().result()
        finally:
            # Also after a failure: a buffer may not be filled anew while it is being hashed.
            for each in waiting:
                each.result()
        return read


class _Plain:
    """SHA-256 alone, where that is the hash that is known."""

    def __init__(self) -> None:
        self._whole = hashlib.sha256()

    def update(self, chunk: memoryview | bytes) -> None:
        self._whole.update(chunk)

    def digests(self) -> _Digests:
        return _Digests(self._whole.digest())


@dataclass(frozen=True, slots=True)
class _Digests:
    sha256: bytes
    dropbox: bytes | None = None
    md5: bytes | None = None


def _hasher(item: Item) -> _Plain | Hasher:
    if item.sha256 is not None or not item.is_known:
        return _Plain()
    return Hasher(md5=item.md5 is not None)
