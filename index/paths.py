"""Names and paths between bytes, as they are stored, and text, as everyone else has them."""

from __future__ import annotations

import sys
from functools import lru_cache

_ENCODING, _ERRORS = sys.getfilesystemencoding(), sys.getfilesystemencodeerrors()

SET_ASIDE = b"\0"
"""Parts the name of something gone from what made it unique when another file or folder took its place."""


def decode_path(value: bytes) -> str:
    """Return the path as text, undecodable bytes as lone surrogates, without what a set-aside name was given."""
    return value.partition(SET_ASIDE)[0].decode(_ENCODING, _ERRORS)


def encode_path(path: str) -> bytes:
    """Return the path as it is stored: as `os.fsencode`, which takes five times as long for what is text already."""
    return path.encode(_ENCODING, _ERRORS)


# A folder's files come one after the other.
_decoded = lru_cache(maxsize=256)(decode_path)


def join_path(folder: bytes, name: bytes) -> str:
    """Return the path of a file below its store's root."""
    parent = _decoded(folder)
    return f"{parent}/{decode_path(name)}" if parent else decode_path(name)
