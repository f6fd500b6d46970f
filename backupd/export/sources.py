"""Where an export reads: each store opened once, when it is first needed, and asked no more once it is out of reach."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import cast

from adapters.base import ReadsLocally, Store
from adapters.beneath import Beneath, NotBeneath
from adapters.errors import NotFound, Refused, StoreError, Unavailable
from index.export_rows import ExportCopy

CHUNK_BYTES = 1024 * 1024
_AHEAD = 3
"""Buffers in turn: one is filled while another is hashed and a third may wait."""

Chunks = Iterator[memoryview | bytes]


class Sources:
    """Gives the bytes of copies. For one thread; ends with its `with` block."""

    def __init__(self, open_store: Callable[[str], AbstractContextManager[Store]]) -> None:
        self._open_store = open_store
        self._stack = ExitStack()
        self._stores: dict[str, Store] = {}
        self._beneath: dict[str, Beneath] = {}
        self._lost: dict[str, StoreError] = {}
        self._buffers = [memoryview(bytearray(CHUNK_BYTES)) for _ in range(_AHEAD)]

    @property
    def buffers(self) -> int:
        """How many chunks in a row are safe from being written over by the next ones."""
        return _AHEAD

    @contextmanager
    def chunks(self, copy: ExportCopy) -> Iterator[Chunks]:
        """Open a copy. A chunk is good until `buffers - 1` more were asked for. Raises StoreError."""
        if copy.store in self._lost:
            raise self._lost[copy.store]
        try:
            store = self._store(copy.store)
            if store.capabilities.local_reads:
                fd = self._open_here(store, copy)
                try:
                    yield self._read(fd, copy)
                finally:
                    os.close(fd)
            else:
                with store.read(copy.ref) as chunks:
                    yield chunks
        except StoreError as err:
            if err.worth_retrying or not err.ref:
                # Not this file's trouble but the store's: the next file does not wait for it as well.
                self._lost[copy.store] = err
            raise

    def _store(self, name: str) -> Store:
        if name not in self._stores:
            store = self._stack.enter_context(self._open_store(name))
            store.check()
            self._stores[name] = store
        return self._stores[name]

    def _open_here(self, store: Store, copy: ExportCopy) -> int:
        with _told(copy, "open"):
            if copy.store not in self._beneath:
                root = cast(ReadsLocally, store).read_root()
                self._stack.callback(os.close, root)
                self._beneath[copy.store] = self._stack.enter_context(Beneath(root))
            fd = self._beneath[copy.store].open(copy.path)
            os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_SEQUENTIAL)
            return fd

    def _read(self, fd: int, copy: ExportCopy) -> Chunks:
        number = 0
        while True:
            space = self._buffers[number % _AHEAD]
            with _told(copy, "read"):
                count = os.readv(fd, [space])
            if not count:
                return
            number += 1
            yield space[:count]

    def __enter__(self) -> Sources:
        return self

    def __exit__(self, *_exc: object) -> None:
        self._stack.close()


@contextmanager
def _told(copy: ExportCopy, operation: str) -> Iterator[None]:
    """Turn what the system says into what a store says."""
    try:
        yield
    except NotBeneath as err:
        raise Refused(copy.store, operation, copy.ref, err.strerror or "") from err
    except (FileNotFoundError, NotADirectoryError) as err:
        raise NotFound(copy.store, operation, copy.ref) from err
    except PermissionError as err:
        raise Refused(copy.store, operation, copy.ref, err.strerror or "") from err
    except OSError as err:
        raise Unavailable(copy.store, operation, copy.ref, err.strerror or "") from err
