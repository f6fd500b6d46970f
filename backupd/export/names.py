"""Names that can exist on any computer: safe on Windows, macOS and Linux, and each one only once. Pure.

Whatever a store calls its files, what comes out is a relative path that leads nowhere else: no part of it is empty, ".."
or a device, holds a sign that some system refuses or that hides itself, or is too long; and no two differ only by the
size of their letters. Source: Microsoft's "Naming Files, Paths, and Namespaces"; reliability facts, part 8.
"""

from __future__ import annotations

import unicodedata

from adapters.ignore import TEMPORARY_PREFIX

LONGEST_NAME = 80
"""UTF-16 units in one name: a folder and a file in it stay far below Windows' 260, wherever they are unpacked."""
LONGEST_PATH = 180
_LONGEST_BYTES = 200
_LONGEST_ENDING = 12

# "%" is legal everywhere, but tools do not agree on how a BagIt manifest writes it.
_REFUSED = frozenset('<>:"/\\|?*%')
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_DEVICES = frozenset(
    {"con", "prn", "aux", "nul", "conin$", "conout$", "clock$"}
    | {f"{port}{number}" for port in ("com", "lpt") for number in "0123456789¹²³"}
)
_INSTEAD = "_"


class SafePaths:
    """Gives each path a safe one that no other has. The same paths in the same order give the same answers."""

    def __init__(self) -> None:
        self._folders: dict[tuple[str, str], str] = {}
        self._taken: dict[str, set[str]] = {}

    def add(self, path: str) -> str:
        """Return the safe path for a file at `path`, "/" between its parts. Never empty, never given twice."""
        parts = [part for part in path.split("/") if part] or [_INSTEAD]
        *folders, name = parts
        found = self._placed(folders, name)
        # Numbers may have made it longer: then it lies in the first folder, where there is room for any name.
        return found if units(found) <= LONGEST_PATH or len(folders) < 2 else self._placed(folders[:1], name)

    def _placed(self, folders: list[str], name: str) -> str:
        parent = ""
        for folder in folders:
            parent = self._folder(parent, folder)
        return _below(parent, self._free(parent, safe_name(name)))

    def _folder(self, parent: str, name: str) -> str:
        known = self._folders.get((parent, name))
        if known is None:
            known = _below(parent, self._free(parent, safe_name(name)))
            self._folders[parent, name] = known
        return known

    def _free(self, parent: str, name: str) -> str:
        taken = self._taken.setdefault(parent, set())
        found, number = name, 1
        while key_of(found) in taken:
            number += 1
            found = _numbered(name, number)
        taken.add(key_of(found))
        return found


def safe_name(name: str) -> str:
    """Return one name as it can be written anywhere; a name that already can stays as it is."""
    plain = unicodedata.normalize("NFC", name)
    if not plain.isprintable() or not _REFUSED.isdisjoint(plain):
        plain = "".join(_INSTEAD if _is_refused(sign) else sign for sign in plain)
    plain = _trimmed(plain)
    if plain.partition(".")[0].rstrip().casefold() in _DEVICES or plain.casefold().startswith(TEMPORARY_PREFIX):
        plain = _INSTEAD + plain
    return _shortened(plain) if _is_long(plain) else plain


def key_of(name: str) -> str:
    """Return what two names share that are one on some computer: letters' size and form mean nothing there."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return unicodedata.normalize("NFC", folded)


def units(text: str) -> int:
    """Return a text's length as Windows counts it."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _is_refused(sign: str) -> bool:
    return sign in _REFUSED or unicodedata.category(sign) in _UNSEEN


def _trimmed(name: str) -> str:
    """Take blanks off both ends and dots off the end, however they follow each other."""
    while name and (name[-1] == "." or name[-1].isspace()):
        name = name[:-1]
    return name.lstrip() or _INSTEAD


def _is_long(name: str, spare: int = 0) -> bool:
    return units(name) + spare > LONGEST_NAME or len(name.encode()) + spare > _LONGEST_BYTES


def _shortened(name: str, spare: int = 0) -> str:
    """Cut the stem and keep the ending, by which a computer knows what to open it with."""
    stem, ending = _split(name)
    while stem and _is_long(stem + ending, spare):
        stem = stem[:-1]
    return (_trimmed(stem) if stem else _INSTEAD) + ending


def _numbered(name: str, number: int) -> str:
    mark = f" ({number})"
    stem, ending = _split(_shortened(name, len(mark)))
    return f"{stem}{mark}{ending}"


def _split(name: str) -> tuple[str, str]:
    stem, dot, ending = name.rpartition(".")
    if not stem or not ending or units(ending) > _LONGEST_ENDING:
        return name, ""
    return stem, dot + ending


def _below(parent: str, name: str) -> str:
    return f"{parent}/{name}" if parent else name
