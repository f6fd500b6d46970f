"""A BagIt bag's own files (RFC 8493), as bytes. Pure.

    bagit.txt  bag-info.txt  index.html  manifest-sha256.txt  tagmanifest-sha256.txt  data/…
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

BAGIT = "bagit.txt"
INFO = "bag-info.txt"
PAGE = "index.html"
MANIFEST = "manifest-sha256.txt"
TAG_MANIFEST = "tagmanifest-sha256.txt"
PAYLOAD = "data"
_DECLARED = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
_IDENTIFIER = "External-Identifier"


@dataclass(frozen=True, slots=True)
class Held:
    """A file in the payload: its path below data/, its size, and the SHA-256 of what was written."""

    path: str
    size: int
    sha256: bytes


@dataclass(frozen=True, slots=True)
class Label:
    """What a bag says of itself. `identifier` is by which an export knows its own bag again."""

    organisation: str
    contact: str
    made_on: date
    identifier: str
    number: int = 1
    of: int = 1


def tag_files(held: Sequence[Held], label: Label, page: str) -> dict[str, bytes]:
    """Return every file of a bag but its payload, by name, in the order in which they are written."""
    files = {
        BAGIT: _DECLARED,
        INFO: _info(held, label),
        PAGE: page.encode("utf-8", "replace"),
        MANIFEST: manifest(held),
    }
    return files | {TAG_MANIFEST: _lines({name: hashlib.sha256(content).hexdigest() for name, content in files.items()})}


def manifest(held: Sequence[Held]) -> bytes:
    """Return the manifest of a payload. Names in it have been made safe: nothing in them needs escaping."""
    return _lines({f"{PAYLOAD}/{each.path}": each.sha256.hex() for each in held})


def identifier_in(info: bytes) -> str | None:
    """Return the identifier that a bag-info.txt states, or None."""
    for line in info.decode("utf-8", "replace").splitlines():
        label, _, value = line.partition(":")
        if label == _IDENTIFIER:
            return value.strip()
    return None


def _info(held: Sequence[Held], label: Label) -> bytes:
    lines = [
        ("Source-Organization", label.organisation),
        ("Contact-Email" if "@" in label.contact else "Contact-Name", label.contact),
        ("Bagging-Date", label.made_on.isoformat()),
        (_IDENTIFIER, label.identifier),
        ("Payload-Oxum", f"{sum(each.size for each in held)}.{len(held)}"),
        ("Bag-Count", f"{label.number} of {label.of}"),
        ("Bag-Software-Agent", "backupd"),
    ]
    return "".join(f"{name}: {' '.join(value.split())}\n" for name, value in lines if value.strip()).encode()


def _lines(hashes: Mapping[str, str]) -> bytes:
    return "".join(f"{value}  {name}\n" for name, value in hashes.items()).encode()
