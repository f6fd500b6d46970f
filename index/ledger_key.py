"""The key of the ledger's hashes, and how a name, an address or a number becomes one.

A plain hash of a name or a phone number is guessed in seconds; with a key it says nothing to whoever lacks the key. So
the key lies outside of the database and its backups, is made once and is never overwritten.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
import stat
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from index.errors import LedgerKeyLost

IdentifierKind = Literal["name", "email", "phone", "shoot", "place", "md5", "text"]

_LOST = "Put back the copy of it that is kept elsewhere; without it nobody in the ledger can be recognised"
_KEY = re.compile(rb"[0-9a-f]{64}\n\Z")
_SEPARATORS = re.compile(r"[\W_]+")
_COUNTRY = "358"


class LedgerKey:
    """Hashes identifiers with the key. Neither shows nor yields the key itself."""

    __slots__ = ("_key", "fingerprint")

    def __init__(self, key: bytes) -> None:
        self._key = key
        self.fingerprint = hmac.new(key, b"backupd ledger key", hashlib.sha256).hexdigest()
        """Tells keys apart and gives nothing away; the ledger's first line holds it."""

    def hash(self, kind: IdentifierKind, identifier: str) -> str:
        """Return the keyed hash of an identifier, in any usual spelling of it, as 64 hex digits."""
        message = f"{kind}\0{_NORMALISE[kind](identifier)}".encode("utf-8", "surrogatepass")
        return hmac.digest(self._key, message, "sha256").hex()

    def hashes(self, *, name: str | None = None, email: str | None = None, phone: str | None = None) -> tuple[str, ...]:
        """Return the hashes of what is known of a person, each once, in a fixed order."""
        given: tuple[tuple[IdentifierKind, str | None], ...] = (("name", name), ("email", email), ("phone", phone))
        return tuple(self.hash(kind, value) for kind, value in given if value and _NORMALISE[kind](value))

    def hash_place(self, store: str, path: str) -> str:
        """Return the hash of a place in a store: paths hold names, and so never stand in the ledger."""
        return self.hash("place", f"{store}\0{path}")

    def hash_md5(self, md5: bytes) -> str:
        """Return the keyed hash of a content's MD5."""
        return self.hash("md5", md5.hex())

    def hash_text(self, text: str) -> str:
        """Return the keyed hash of something that was written."""
        return self.hash("text", text)


def load_key(path: Path, *, create: bool = False) -> LedgerKey:
    """Return the key in the file. With `create`, an absent one is made first. Raises LedgerKeyLost, OSError."""
    try:
        return _read(path)
    except FileNotFoundError:
        if not create:
            raise LedgerKeyLost(str(path), "the ledger's key is not there", _LOST) from None
    _make(path)
    return _read(path)


def normal_name(text: str) -> str:
    """Return a name as it is hashed: one form of each letter, no case, words parted by single blanks."""
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", text).casefold())
    return _SEPARATORS.sub(" ", folded).strip()


def normal_email(text: str) -> str:
    """Return an e-mail address as it is hashed: without blanks around it, no case."""
    return unicodedata.normalize("NFKC", text).strip().removeprefix("mailto:").casefold()


def normal_phone(text: str) -> str:
    """Return a phone number as it is hashed: its digits after the country's, Finland's where none is written."""
    plain = unicodedata.normalize("NFKC", text).strip().removeprefix("tel:").replace("(0)", "")
    digits = "".join(sign for sign in plain if sign.isdecimal())
    if plain.lstrip("( ").startswith("+"):
        return digits
    if digits.startswith("00"):
        return digits[2:]
    return _COUNTRY + digits[1:] if digits.startswith("0") else digits


def _as_it_is(text: str) -> str:
    return text


_NORMALISE: dict[IdentifierKind, Callable[[str], str]] = {
    "name": normal_name,
    "email": normal_email,
    "phone": normal_phone,
    "shoot": _as_it_is,
    "place": _as_it_is,
    "md5": _as_it_is,
    "text": _as_it_is,
}


def _read(path: Path) -> LedgerKey:
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        mode = os.fstat(handle).st_mode
        content = os.read(handle, 4096)
    finally:
        os.close(handle)
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise LedgerKeyLost(str(path), "the ledger's key may be read by others", "Take their rights away: chmod 600")
    if not _KEY.match(content):
        raise LedgerKeyLost(str(path), "this is not a key of a ledger", _LOST)
    return LedgerKey(bytes.fromhex(content.decode().strip()))


def _make(path: Path) -> None:
    """Make the key's file whole or not at all; one that is there already stays."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    half = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        try:
            content = secrets.token_hex(32).encode() + b"\n"
            if os.write(handle, content) != len(content):
                raise LedgerKeyLost(str(path), "the disk that is to hold the ledger's key is full", "Free some space")
            os.fsync(handle)
        finally:
            os.close(handle)
        try:
            # Unlike a rename, a link never takes another file's place: whoever came first made the key.
            os.link(half, path)
        except FileExistsError:
            return
    finally:
        half.unlink(missing_ok=True)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Have the names in a folder on disk before going on."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
