"""Which files belong together, and what a file is for. Pure: paths within a shoot in, names of families out.

A RAW, its JPEG and its sidecar, the chapters of one take, the two lenses of one picture, the folders of a card that only
make sense whole: they stay together or go together. Card layouts are hints (media facts, parts 3 and 4), so in doubt the
family is the larger one. Rebuildable files are families of their own: what was made from others can be made again.
"""

from __future__ import annotations

import re
from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple

from backupd.reading.kinds import extension_of, is_sidecar_name, kind_by_name


class Role(IntEnum):
    """What a file is for."""

    MEDIA = 0
    SIDECAR = 1
    CATALOGUE = 2
    REBUILDABLE = 3
    OTHER = 4


_SOUND = frozenset({"wav", "aif", "aiff", "mp3", "m4a", "flac", "bwf"})
_CATALOGUES = frozenset({"lrcat", "cosessiondb", "cocatalogdb", "prproj", "drp", "aep", "aepx", "fcpxml"})
_CATALOGUE_TAILS = (".lrcat-wal", ".lrcat-shm", ".lrcat-journal", ".lrcat.lock")
_CATALOGUE_FOLDERS = (".lrcat-data", ".fcpbundle", ".cocatalog")
_MADE_AGAIN = frozenset({"lrv", "lrf", "cot", "cop", "cof", "cfa", "pek"})
_MADE_AGAIN_FOLDERS = frozenset(
    {"proxy", "proxies", "media cache", "media cache files", "peak files", "render cache", "cacheclip"}
    | {"adobe premiere pro video previews", "adobe premiere pro audio previews"}
)

# Folders that are read whole by the camera's maker or not at all.
_WHOLE = frozenset({"m4root", "xdroot", "bpav", "avchd", "bdmv"})
_WHOLE_TAILS = (".rdc", ".fcpbundle", ".lrcat-data", ".cocatalog")
_CARD_CONTENTS = re.compile(r"(?:^|/)CONTENTS/(?:AUDIO|CLIP|ICON|PROXY|VIDEO|VOICE|CLIPS\d+)(?:/|$)")
_ARRI_REEL = re.compile(r"[A-Z]\d{3}R[0-9A-Z]{3}")
_CAPTURE_ONE = re.compile(r"(?:^|/)CaptureOne/(Settings\d*|Cache)(?:/|$)", re.IGNORECASE)

# Names in lower case; what is left when the pattern's own part is taken away is the take.
_TAKES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"g[hxls]\d\d(\d{4})"), "gopro-{0}"),
    (re.compile(r"g(?:opr|p\d\d)(\d{4})"), "gopro-{0}"),
    (re.compile(r"(?:vid|lrv|img)_(\d{8}_\d{6})_\d\d_(\d+)"), "insta360-{0}-{1}"),
    (re.compile(r"(c\d{4})[mt]\d\d"), "{0}"),
    (re.compile(r"([a-z]\d{3}_c\d{3}_[0-9a-z]{6})_\d{3}"), "{0}"),
)


def role_of(path: str) -> Role:
    """Return what the file at a path (parts joined by "/") is for. Parts of a whole card or bundle are its media."""
    folder, _, name = path.rpartition("/")
    known = _known(folder)
    ending = extension_of(name)
    if ending in _CATALOGUES or name.lower().endswith(_CATALOGUE_TAILS) or known.is_catalogue:
        return Role.CATALOGUE
    if known.whole is not None:
        return Role.MEDIA
    if known.is_rebuildable or ending in _MADE_AGAIN:
        return Role.REBUILDABLE
    if is_sidecar_name(name):
        return Role.SIDECAR
    return Role.MEDIA if ending in _SOUND or kind_by_name(name) in ("photo", "video") else Role.OTHER


class _Folder(NamedTuple):
    """What a folder's path says of every file in it. `base` is where the families of its files are."""

    whole: str | None
    base: str
    is_rebuildable: bool
    is_catalogue: bool


@lru_cache(maxsize=1024)
def _known(folder: str) -> _Folder:
    # A shoot has hundreds of files in a folder, and they are asked about one after the other.
    found = _CAPTURE_ONE.search(folder)
    parts = folder.lower().split("/")
    made_again = any(part in _MADE_AGAIN_FOLDERS or part.endswith("previews.lrdata") for part in parts)
    return _Folder(
        _whole_folder(folder),
        # Its settings lie below the pictures that they are for.
        folder if found is None else folder[: found.start()],
        made_again or (found is not None and found[1].lower() == "cache"),
        any(part.endswith(_CATALOGUE_FOLDERS) for part in parts),
    )


def family_of(path: str) -> str:
    """Return the name of the family that the file at a path belongs to; equal for all of its members."""
    folder, _, name = path.rpartition("/")
    known = _known(folder)
    if known.whole is not None:
        return f"{known.whole}/"
    if known.is_rebuildable or extension_of(name) in _MADE_AGAIN:
        return path
    return f"{known.base}/{_take(name)}"


def _whole_folder(folder: str) -> str | None:
    if not folder:
        return None
    card = _CARD_CONTENTS.search(folder)
    if card is not None:
        return folder[: card.start() + len("/CONTENTS")].rstrip("/") if card.start() else "CONTENTS"
    parts = folder.split("/")
    for number, part in enumerate(parts, start=1):
        lower = part.lower()
        if lower in _WHOLE or lower.endswith(_WHOLE_TAILS) or _ARRI_REEL.fullmatch(part):
            return "/".join(parts[:number])
    return None


def _take(name: str) -> str:
    stem = name.lower()
    ending = extension_of(stem)
    if ending:
        stem = stem[: -len(ending) - 1]
    # Sidecars may be named after the whole file: IMG_0001.CR3.xmp.
    inner = extension_of(stem)
    if inner and kind_by_name(stem) in ("photo", "video"):
        stem = stem[: -len(inner) - 1]
    for pattern, form in _TAKES:
        found = pattern.fullmatch(stem)
        if found is not None:
            return form.format(*found.groups())
    return stem
