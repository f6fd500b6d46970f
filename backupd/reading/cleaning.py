"""Texts out of files, made fit to be kept and shown: no control characters, no padding, no novels."""

from __future__ import annotations

import unicodedata

LONGEST_TEXT = 120


def clean_text(value: object, longest: int = LONGEST_TEXT) -> str | None:
    """Return a text without NULs, control characters and outer blanks, cut at `longest`; None if nothing is left.

    Bytes are read as UTF-8, what is none becomes question marks. What follows a NUL is padding.
    """
    if isinstance(value, bytes):
        # Cut before the costly steps: a hostile file may hold megabytes here.
        value = value[: 4 * longest].decode("utf-8", "replace").replace("\ufffd", "?")
    if not isinstance(value, str):
        return None
    text = value[: 4 * longest].lstrip("\0").split("\0", 1)[0]
    if not text.isprintable():
        text = "".join(" " if char.isspace() else char for char in text if _is_kept(char))
    return " ".join(text.split())[:longest].strip() or None


def _is_kept(char: str) -> bool:
    # Cc control, Cf format (bidi marks turn names around), Cs lone surrogate, Co private, Cn unassigned.
    return char.isspace() or not unicodedata.category(char).startswith("C")
