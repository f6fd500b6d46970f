"""From the API's own JSON to items, and from items to entries. What isn't as the API says is refused, not believed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from adapters.gdrive_errors import WrongAnswerError
from adapters.gdrive_paths import Sibling
from adapters.records import Entry, Hash, MediaHint, Problem

FOLDER = "application/vnd.google-apps.folder"
SHORTCUT = "application/vnd.google-apps.shortcut"
NATIVE = "application/vnd.google-apps."

# Without `fields` neither hashes nor the trash are told, and what isn't told looks like "no".
FOLDER_FIELDS = "id,name,mimeType,parents,trashed,createdTime,capabilities(canListChildren)"
FILE_FIELDS = (
    "id,name,mimeType,parents,trashed,createdTime,modifiedTime,size,md5Checksum,sha256Checksum,headRevisionId,ownedByMe,"
    "capabilities(canListChildren,canTrash,canDelete),imageMediaMetadata(width,height,time,cameraMake,cameraModel),"
    "videoMediaMetadata(width,height,durationMillis)"
)

_MS = 1_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TAKEN = re.compile(r"\d{4}:\d\d:\d\d \d\d:\d\d:\d\d")


@dataclass(frozen=True, slots=True)
class Item:
    """Anything that lies in Drive. `parents` is empty for what lies in no folder that we may see."""

    id: str
    name: str
    mime: str
    parents: tuple[str, ...]
    created: str
    trashed: bool
    listable: bool
    raw: Mapping[str, Any]

    @property
    def is_folder(self) -> bool:
        """Whether it is a folder. A shortcut to one is none."""
        return self.mime == FOLDER

    def sibling(self) -> Sibling:
        """Return what decides how it is called beside others."""
        return Sibling(self.id, self.name, self.created, self.is_folder)


def read_item(raw: Any) -> Item:
    """Return an item. Raises WrongAnswerError if it lacks what every item has."""
    try:
        item = Item(
            raw["id"], raw["name"], raw["mimeType"], tuple(raw.get("parents") or ()), raw["createdTime"], raw["trashed"],
            (raw.get("capabilities") or {}).get("canListChildren", True) is not False, raw,
        )  # fmt: skip
    except (KeyError, TypeError, AttributeError) as err:
        raise WrongAnswerError(f"an item lacks what every item has ({type(err).__name__})") from None
    if not isinstance(raw.get("parents"), list | None):
        raise WrongAnswerError("the folders an item lies in are no list")
    texts = (item.id, item.name, item.mime, item.created, *item.parents)
    if not all(type(text) is str for text in texts) or type(item.trashed) is not bool or not item.id:
        raise WrongAnswerError("an item is not as every item is")
    return item


def file_entry(item: Item, path: str) -> Entry | Problem:
    """Return a file's entry; a problem for what has no bytes of its own. Raises WrongAnswerError."""
    if item.mime == SHORTCUT:
        return Problem(path, "a shortcut, which is not followed")
    if item.mime.startswith(NATIVE):
        return Problem(path, "a Google document: it has no bytes of its own")
    raw = item.raw
    try:
        size = int(raw["size"])
        sha256, md5 = raw.get("sha256Checksum"), raw.get("md5Checksum")
        hashes: tuple[Hash, ...] = (Hash("sha256", bytes.fromhex(sha256)),) if sha256 else ()
        if md5:
            hashes += (Hash("md5", bytes.fromhex(md5)),)
        modified = (datetime.fromisoformat(raw["modifiedTime"]) - _EPOCH).total_seconds()
    except (KeyError, TypeError, ValueError):
        raise WrongAnswerError("a file lacks what every file has") from None
    if size < 0:
        raise WrongAnswerError("a file has less than no bytes")
    return Entry(
        path, item.id, size, version_of(item), item.id, round(modified * 1000) * _MS, hashes, is_owned(item), media_hint(raw)
    )


def version_of(item: Item) -> str:
    """Return what changes with a file's bytes and only then. Raises WrongAnswerError if that isn't told."""
    raw = item.raw
    head, md5, size = raw.get("headRevisionId"), raw.get("md5Checksum"), raw.get("size")
    if head is None and md5 is None:
        raise WrongAnswerError("a file has neither a revision nor a hash")
    return f"{head or ''}:{md5 or ''}:{size or ''}"


def is_owned(item: Item) -> bool:
    """Say whether we may remove it: on a shared drive, which owns its files, that is a right; else only the owner may."""
    owned = item.raw.get("ownedByMe")
    if isinstance(owned, bool):
        return owned
    return bool((item.raw.get("capabilities") or {}).get("canTrash"))


def media_hint(raw: Mapping[str, Any]) -> MediaHint | None:
    """Return what the provider knows of a photo or video; None where it knows nothing (yet)."""
    photo, video = raw.get("imageMediaMetadata"), raw.get("videoMediaMetadata")
    if isinstance(photo, dict) and photo:
        return MediaHint(
            _taken(photo.get("time")), _text(photo.get("cameraMake")), _text(photo.get("cameraModel")),
            _number(photo.get("width")), _number(photo.get("height")),
        )  # fmt: skip
    if isinstance(video, dict) and video:
        millis = _number(video.get("durationMillis"))
        seconds = None if millis is None else millis / 1000
        return MediaHint(width=_number(video.get("width")), height=_number(video.get("height")), duration_s=seconds)
    return None


def _taken(text: Any) -> datetime | None:
    """Return the camera's own time, which says no zone; a provider's text may be anything."""
    found = _TAKEN.fullmatch(text) if isinstance(text, str) else None
    try:
        return datetime.strptime(found.group(), "%Y:%m:%d %H:%M:%S") if found else None  # noqa: DTZ007
    except ValueError:
        return None


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _number(value: Any) -> int | None:
    """Return a whole number: those of 64 bits come as text."""
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 20:
        return int(value)
    return value if type(value) is int and value >= 0 else None
