"""What Dropbox thinks of names: letters' case means nothing, NFC is stored, some names are refused."""

from __future__ import annotations

import re
import unicodedata

REFUSED = {"desktop.ini", "thumbs.db", ".ds_store", "icon\r", ".dropbox", ".dropbox.attr", ".dropbox.cache"}
_NEVER = re.compile(r"[/\\\x7f\x00]")


def fold(text: str) -> str:
    """Return the text in lower case, letter by letter; a letter whose lower case is two letters stays."""
    if text.isascii():
        return text.lower()
    return "".join(low if len(low := char.lower()) == 1 else char for char in text)


def normal(path: str) -> str:
    """Return a path as it is stored: NFC."""
    return unicodedata.normalize("NFC", path)


def key_of(path: str) -> str:
    """Return the path's lower-case form, by which places are told apart."""
    return fold(normal(path))


def problem_of(path: str) -> str | None:
    """Return why a path can't be written: "malformed_path" or "disallowed_name"; None if it can."""
    parts = path.split("/")[1:]
    try:
        path.encode()
    except UnicodeEncodeError:
        return "malformed_path"
    for part in parts:
        if not part or part in (".", "..") or len(part) > 255 or _NEVER.search(part) or part != part.rstrip():
            return "malformed_path"
        if part.lower() in REFUSED:
            return "disallowed_name"
    return None


def parent_of(path: str) -> str:
    """Return the folder that a path lies in; "" is the root."""
    return path.rpartition("/")[0]


def name_of(path: str) -> str:
    """Return a path's last component."""
    return path.rpartition("/")[2]


def numbered(path: str, number: int) -> str:
    """Return the path that autorename tries next: "name (2).ext"."""
    folder, name = parent_of(path), name_of(path)
    stem, dot, end = name.rpartition(".")
    return f"{folder}/{stem} ({number}){dot}{end}" if dot and stem else f"{folder}/{name} ({number})"
