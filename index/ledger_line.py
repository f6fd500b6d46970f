"""One line of the ledger: how an entry is written, chained and read back. Pure: bytes in, records out.

A line is a JSON object whose last key is its hash: SHA-256 over the hash before it and the line without it. Whoever
holds one hash can prove everything before it; what was cut off after it shows only against a hash kept elsewhere.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType

START = bytes(32)
"""The hash before the first line."""

MOST_BYTES = 64 * 1024
"""No line is longer, so that the end of the file always shows a whole one."""

KINDS: Mapping[str, bool] = MappingProxyType(
    {
        "opened": False,
        "healed": False,
        "look-up": False,
        "export": False,
        "grant": False,
        "request": False,
        "plan": False,
        "approval": False,
        "intent": False,
        "outcome": False,
        "refusal": False,
        "disclosure": False,
        "placement": False,
        "setting": False,
        "replayed": False,
        "erased": True,
        "hold": True,
        "released": True,
        "consent": True,
        "withdrawn": True,
    }
)
"""Every kind of entry, and whether an index that was restored from a backup must have it applied again."""

_TAIL = re.compile(rb',"hash":"([0-9a-f]{64})"\}\Z')
_WORD = re.compile(r"[A-Za-z0-9_.:+-]{1,128}\Z")
_ACCOUNT = re.compile(r"[A-Za-z0-9_.@$+\\-]{0,128}\Z")
_HASH = re.compile(r"[0-9a-f]{64}\Z")


@dataclass(frozen=True, slots=True)
class Draft:
    """What is to be recorded. Names of people have no place in it: only keyed hashes, numbers and plain words.

    `subjects` are keyed hashes of persons or shoots, `contents` SHA-256 of files, both as lower-case hex.
    """

    kind: str
    at: int
    by: str = ""
    subjects: tuple[str, ...] = ()
    contents: tuple[str, ...] = ()
    numbers: Mapping[str, int] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    rule: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"the ledger knows no kind {self.kind!r}")
        # What has a blank or a sign beyond ASCII in it may well be a name: it is refused, and not shown.
        if any(not _HASH.match(each) for each in (*self.subjects, *self.contents)):
            raise ValueError("subjects and contents of a ledger entry are 64 lower-case hex digits each")
        if not _ACCOUNT.match(self.by) or (self.rule and not _WORD.match(self.rule)):
            raise ValueError("account and rule of a ledger entry are plain words")
        if any(not _WORD.match(each) for pair in self.words.items() for each in pair):
            raise ValueError("words of a ledger entry are plain: ASCII letters, digits and _.:+-")
        if any(not _WORD.match(key) or type(value) is not int for key, value in self.numbers.items()):
            raise ValueError("numbers of a ledger entry are whole")


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a ledger: the entry `sequence` with its hash, ending at byte `end`.

    `owed` is the last entry up to here that a restored index must have applied; 0 where there is none.
    """

    sequence: int
    hash: str
    end: int
    owed: int


BEGINNING = Position(0, START.hex(), 0, 0)
"""Before the first entry."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as it stands in the ledger, and where it ends."""

    sequence: int
    draft: Draft
    position: Position


class BadLine(Exception):
    """These bytes are no line of this ledger at this place. Its text says why, without quoting them."""


def written(draft: Draft, before: Position) -> tuple[bytes, Position]:
    """Return the line that records `draft` after `before`, and the position after it. Raises ValueError if too long."""
    sequence = before.sequence + 1
    owed = sequence if KINDS[draft.kind] else before.owed
    fields = {
        "seq": sequence,
        "at": datetime.fromtimestamp(draft.at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "kind": draft.kind,
        "by": draft.by,
        "subjects": draft.subjects,
        "contents": draft.contents,
        "numbers": dict(draft.numbers),
        "words": dict(draft.words),
        "rule": draft.rule,
        "owed": owed,
    }
    body = json.dumps(fields, separators=(",", ":"), ensure_ascii=True).encode()
    digest = chained(bytes.fromhex(before.hash), body)
    line = body[:-1] + b',"hash":"' + digest.encode() + b'"}\n'
    if len(line) > MOST_BYTES:
        raise ValueError("a ledger entry may take 64 KiB: record what is many in several entries")
    return line, Position(sequence, digest, before.end + len(line), owed)


def chained(before: bytes, body: bytes) -> str:
    """Return the hash of a line's body after the hash before it."""
    return hashlib.sha256(before + body).hexdigest()


def split(line: bytes) -> tuple[bytes, str]:
    """Return the body of a line and the hash that it states. `line` is without its end. Raises BadLine."""
    found = _TAIL.search(line)
    if found is None:
        raise BadLine("it does not end with a hash")
    return line[: found.start()] + b"}", found[1].decode()


def read_body(body: bytes) -> tuple[int, int, Draft]:
    """Return what a body says: its sequence, what it owes, and the draft. Raises BadLine."""
    try:
        fields = json.loads(body)
        at = datetime.strptime(fields["at"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        draft = Draft(
            fields["kind"],
            int(at.timestamp()),
            fields["by"],
            tuple(fields["subjects"]),
            tuple(fields["contents"]),
            fields["numbers"],
            fields["words"],
            fields["rule"],
        )
        return int(fields["seq"]), int(fields["owed"]), draft
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as err:
        raise BadLine("it is not an entry that backupd writes") from err


def read_line(line: bytes, before: Position) -> Entry:
    """Return the entry in `line` (with its end), which must follow `before`. Raises BadLine."""
    if not line.endswith(b"\n"):
        raise BadLine("it has no end")
    body, stated = split(line[:-1])
    if chained(bytes.fromhex(before.hash), body) != stated:
        raise BadLine("its hash does not follow from the line before it")
    sequence, owed, draft = read_body(body)
    if sequence != before.sequence + 1:
        raise BadLine(f"it says to be entry {sequence}")
    if owed != (sequence if KINDS[draft.kind] else before.owed):
        raise BadLine("what it says to be owed to a restored index is not so")
    return Entry(sequence, draft, Position(sequence, stated, before.end + len(line), owed))
