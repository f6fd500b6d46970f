"""Text out of bytes of unknown encoding. Finnish and Swedish letters decide between the old ones."""

from __future__ import annotations

import codecs

from backupd.reading.participants.base import Unreadable

_LETTERS = set("åäöÅÄÖéÉüÜæøÆØñèáóíšž")
_OLD = ("cp1252", "mac_roman", "cp850")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def decode_text(data: bytes) -> str:
    """Return the text. Raises Unreadable for what is no text at all."""
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return data.decode(encoding, "replace")
    if b"\0" in data[:4096]:
        return _without_bom(data)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = max((data.decode(encoding, "replace") for encoding in _OLD), key=_likeliness)
    if _controls(text) > 0.02 * max(len(text), 1):
        raise Unreadable("it is no text")
    return text


def _without_bom(data: bytes) -> str:
    sample = data[:4096]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if max(even, odd) < 0.3 * len(sample) / 2:
        raise Unreadable("it is no text")
    return data.decode("utf-16-be" if even > odd else "utf-16-le", "replace")


def _likeliness(text: str) -> int:
    high = [sign for sign in text if ord(sign) > 127]
    return sum(1 if sign in _LETTERS else -2 for sign in high)


def _controls(text: str) -> int:
    return sum(1 for sign in text if ord(sign) < 32 and sign not in "\t\n\r\f\v")
