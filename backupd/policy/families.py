"""Which files belong together, and what a file is for. Pure: paths within a shoot in, names of families out.

A RAW, its JPEG and its sidecar, the chapters of one take, the two lenses of one picture, the folders of a card that only
make sense whole: they stay together or go together. Card layouts are hints (media facts, parts 3 and 4), so in doubt the
family is the larger one. Rebuildable files are families of their own: what was made from others can be made again.
"""

from __future__ import annotations

import re
from enum import IntEnum

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
    ending = extension_of(name)
    lower = name.lower()
    if ending in _CATALOGUES or lower.endswith(_CATALOGUE_TAILS) or _has_part(folder, _CATALOGUE_FOLDERS):
        return Role.CATALOGUE
    if _whole_folder(folder) is not None:
        return Role.MEDIA
    if _is_rebuildable(folder, ending):
        return Role.REBUILDABLE
    if is_sidecar_name(name):
        return Role.SIDECAR
    return Role.MEDIA if ending in _SOUND or kind_by_name(name) in ("photo", "video") else Role.OTHER


def _is_rebuildable(folder: str, ending: str) -> bool:
    if ending in _MADE_AGAIN:
        return True
    found = _CAPTURE_ONE.search(folder)
    if found is not None and found[1].lower() == "cache":
        return True
    parts = folder.lower().split("/")
    return any(part in _MADE_AGAIN_FOLDERS or part.endswith("previews.lrdata") for part in parts)


def _has_part(folder: str, tails: tuple[str, ...]) -> bool:
    return any(part.endswith(tails) for part in folder.lower().split("/"))


def family_of(path: str) -> str:
    """Return the name of the family that the file at a path belongs to; equal for all of its members."""
    folder, _, name = path.rpartition("/")
    whole = _whole_folder(folder)
    if whole is not None:
        return f"{whole}/"
    if _is_rebuildable(folder, extension_of(name)):
        return path
    found = _CAPTURE_ONE.search(folder)
    if found is not None:
        # Its settings lie below the pictures that they are for.
        folder = folder[: found.start()]
    return f"{folder}/{_take(name)}"


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
