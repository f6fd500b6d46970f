"""What the operating system answers, in the words of `adapters.errors`."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager

from adapters.errors import Changed, Full, NotFound, Refused, StoreError, Unavailable, Unsupported

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EMLINK)
_GONE = (errno.ENOENT, errno.ENOTDIR)
_IN_THE_WAY = (errno.EEXIST, errno.ENOTEMPTY, errno.ELOOP, errno.EISDIR)
_UNSUPPORTED = (errno.EOPNOTSUPP, errno.ENOSYS)
_REFUSED = (
    errno.EACCES, errno.EPERM, errno.EROFS, errno.EINVAL, errno.EILSEQ, errno.ENAMETOOLONG, errno.EFBIG, errno.ENXIO,
)  # fmt: skip
_MEANING: tuple[tuple[tuple[int, ...], type[StoreError]], ...] = (
    (_FULL, Full), (_GONE, NotFound), (_IN_THE_WAY, Changed), (_UNSUPPORTED, Unsupported), (_REFUSED, Refused),
)  # fmt: skip


def store_error(err: OSError, store: str, operation: str, ref: str) -> StoreError:
    """Return the store's error for one of the operating system's. Its text names no file: `ref` does.

    What isn't known to be lasting is Unavailable: a disk that answers EIO or ESTALE may be back after a while.
    """
    # not the error's own text alone: it may repeat the name
    detail = err.strerror or (os.strerror(err.errno) if err.errno else type(err).__name__)
    for numbers, kind in _MEANING:
        if err.errno in numbers:
            return kind(store, operation, ref, detail)
    return Unavailable(store, operation, ref, detail)


@contextmanager
def told(store: str, operation: str, ref: str = "") -> Iterator[None]:
    """Raise the store's errors in place of the operating system's."""
    try:
        yield
    except OSError as err:
        raise store_error(err, store, operation, ref) from err
