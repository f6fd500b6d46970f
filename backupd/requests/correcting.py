"""A wrong name put right in a folder's name or in a list, where that is certain; else it is left to a person. Pure.

Only the whole name as it was given is replaced, in either order and with whatever stands between its words. A surname
alone, or an inflected form, may be another person's, and nobody but a person can inflect the new one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from backupd.reading.folding import name_key
from backupd.reading.participants import read_participants
from backupd.reading.participants.base import Unreadable
from backupd.reading.participants.decoding import decode_text
from backupd.requests.unlisting import Row, Unlisted, spans_of
from backupd.search.inflection import lemmas

if TYPE_CHECKING:
    from backupd.reading.records import Participant

_IN_NAMES = r"[\s_.\-]+"
_IN_LISTS = r"[\s_.\-;,\t|*]+"
_ENCODINGS = ("utf-8", "utf-8-sig", "cp1252", "mac_roman", "cp850")


@dataclass(frozen=True, slots=True)
class Right:
    """What is right: the name, the address; None where it stays as it is."""

    name: str | None = None
    email: str | None = None


def corrected(text: str, old: str, new: str, between: str = _IN_NAMES) -> str | None:
    """Return the text with the old name replaced wherever it stands whole; None where it stands nowhere."""
    plain = unicodedata.normalize("NFC", text)
    words, right = _words(old), _words(new)
    if not words or not right:
        return None
    found = _replaced(plain, words, right, between)
    if found is None and len(words) > 1:
        # Surname first.
        found = _replaced(plain, [words[-1], *words[:-1]], [right[-1], *right[:-1]], between)
    return found


def is_wrong(text: str, old: str, new: str) -> bool:
    """Whether a name has a word of the old name in it, in whatever form, that the new one has not, or the old one itself."""
    wrong = set(name_key(old).split()) - set(name_key(new).split())
    words = name_key(text).split()
    if wrong & {*words, *(form for word in words for form, _ in lemmas(word))}:
        return True
    return corrected(text, old, new) not in (None, unicodedata.normalize("NFC", text))


def path_corrected(path: str, old: str, new: str) -> str | None:
    """Return a folder's path with every part of it put right; None where a part is wrong, and nobody but a person can say
    how it is right."""
    parts = []
    for part in path.split("/"):
        right = corrected(part, old, new) if is_wrong(part, old, new) else part
        if right is None:
            return None
        parts.append(right)
    return "/".join(parts)


def put_right(file: str, data: bytes, rows: Sequence[Row], right: Right) -> Unlisted:
    """Return the bytes of a list with a person's rows put right, every other byte as it was; or why not. Never raises."""
    spans = spans_of(file, data, rows)
    if isinstance(spans, str):
        return Unlisted(None, spans)
    lines = data.splitlines(keepends=True)
    for row, span in zip(rows, spans, strict=True):
        for number in span:
            encoding = _encoding_of(lines[number], data)
            if encoding is None:
                return Unlisted(None, "its encoding cannot be told for certain")
            line = lines[number].decode(encoding)
            lines[number] = _line_right(line, row, right).encode(encoding, "replace")
    made = b"".join(lines)
    why = _why_wrong(file, data, made, rows, right)
    return Unlisted(made) if why is None else Unlisted(None, why)


def _line_right(line: str, row: Row, right: Right) -> str:
    if right.name is not None:
        line = corrected(line, row.name, right.name, _IN_LISTS) or line
    if right.email is not None and row.email:
        line = re.sub(re.escape(row.email), lambda _: right.email or "", line, flags=re.IGNORECASE)
    return line


def _why_wrong(file: str, before: bytes, after: bytes, rows: Sequence[Row], right: Right) -> str | None:
    """Return why the new list is not the old one with the person put right; None where it is."""
    old = read_participants(file, before, reference_day=None).participants
    new = read_participants(file, after, reference_day=None).participants
    places = {(row.place, row.name) for row in rows}
    if {(one.where, one.name) for one in old if (one.where, one.name) in places} != places:
        return "it does not say any more what it said when it was read"
    wanted = [_wanted(one, right) if (one.where, one.name) in places else _as_read(one) for one in old]
    if [_as_read(one) for one in new] != wanted:
        return "the name cannot be put right in it for certain"
    return None


def _wanted(one: Participant, right: Right) -> tuple[object, ...]:
    name = name_key(right.name if right.name is not None else one.name)
    email = right.email if right.email is not None and one.email else one.email
    return name, one.role, email, one.phone, one.minor, one.consent


def _as_read(one: Participant) -> tuple[object, ...]:
    return name_key(one.name), one.role, one.email, one.phone, one.minor, one.consent


def _encoding_of(line: bytes, data: bytes) -> str | None:
    """Return the encoding in which the list was read, where a line keeps its bytes in it."""
    try:
        text = decode_text(data)
    except Unreadable:
        return None
    for encoding in _ENCODINGS:
        try:
            if data.decode(encoding) == text and line.decode(encoding).encode(encoding) == line:
                return "utf-8" if encoding == "utf-8-sig" else encoding
        except UnicodeError:
            continue
    return None


def _words(name: str) -> list[str]:
    return unicodedata.normalize("NFC", name).split()


def _replaced(text: str, words: Sequence[str], right: Sequence[str], between: str) -> str | None:
    joined = f"({between})".join(map(re.escape, words))
    pattern = re.compile(rf"(?<![^\W_]){joined}(?![^\W_])", re.IGNORECASE)

    def put(found: re.Match[str]) -> str:
        gaps = list(found.groups()) or [" "]
        # With more words than before, the gaps of the old name are used again from their end.
        gaps = [*gaps, *[gaps[-1]] * len(right)][: len(right) - 1]
        return "".join(word + gap for word, gap in zip(right, [*gaps, ""], strict=True))

    made, times = pattern.subn(put, text)
    return made if times else None
