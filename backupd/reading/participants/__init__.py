"""Participant lists: who appears in a shoot, in every format that studios keep them. Bytes in, records out.

One module a format, each with a `FORMAT` constant; the package finds them. Formats give tables and lines; `tables` and
`lines` make persons of them. What is not certainly a person is a problem, never a participant.
"""

from __future__ import annotations

import fnmatch
import importlib
import pkgutil
import re
import unicodedata
from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from backupd.reading.participants.base import Format, Table, Unreadable
from backupd.reading.records import ListReading, Participant, ReadingProblem

MAX_BYTES = 32 * 1024 * 1024
_SUPPORT = frozenset(
    ("base", "decoding", "headings", "lines", "one_line", "structured", "tables", "values", "words", "zips")
)

DEFAULT_PATTERNS = (
    "osallistuj*", "esiintyj*", "osapuol*", "kuvattava*", "näyttelij*", "mukana*", "nimilista*", "vieraslist*",
    "vieraat*", "kutsu*", "oppila*", "esiintyjälista*", "yhteystied*", "henkilöt*", "henkilölista*", "participant*",
    "people*", "guest*", "call sheet*", "callsheet*", "cast*", "attendee*", "contacts*", "name list*", "namelist*",
    "names*", "deltagar*", "gästlist*", "gäster*", "namnlist*", "medverkande*", "elever*", "luokkalista*",
    "klasslista*", "class list*",
)  # fmt: skip
"""Names, without their ending, of files that list who takes part in a shoot."""


@lru_cache(maxsize=1)
def _formats() -> dict[str, Format]:
    names = [module.name for module in pkgutil.iter_modules(__path__) if module.name not in _SUPPORT]
    formats = [importlib.import_module(f"{__name__}.{name}").FORMAT for name in names]
    return {ending: each for each in formats for ending in each.endings}


def is_list_format(name: str) -> bool:
    """True where a file of that name could be read as a participant list, by its ending."""
    form = _formats().get(_ending(name))
    return form is not None and form.readable


def has_list_ending(name: str) -> bool:
    """True where a file of that name may be a list at all, readable or not."""
    return _ending(name) in _formats()


def looks_like_list(name: str, patterns: Sequence[str] = DEFAULT_PATTERNS) -> bool:
    """True where a file's name says that it lists the people of a shoot."""
    if not has_list_ending(name):
        return False
    stem = re.sub(r"[\s_-]+", " ", _folded(name).rpartition(".")[0])
    stem = re.sub(r"^[\d\s.]+", "", stem)
    return any(fnmatch.fnmatchcase(stem, _folded(pattern)) for pattern in patterns)


def read_participants(name: str, data: bytes, *, reference_day: date | None) -> ListReading:
    """Return who a list names. Never raises. `reference_day`, the shoot's, tells who was a minor then."""
    from backupd.reading.participants.lines import read_lines
    from backupd.reading.participants.tables import Found, read_table

    if len(data) > MAX_BYTES:
        return _failed("it is too large for a participant list")
    form = _formats().get(_ending(name))
    if form is None:
        return _failed("backupd reads no lists in this format")
    if not data.strip():
        return ListReading()
    found = Found([], [])
    try:
        for block in form.read(data):
            if isinstance(block, Table):
                read_table(block, found, reference_day)
            else:
                read_lines(block.lines, found, reference_day)
    except Unreadable as err:
        return _failed(str(err))
    except (RecursionError, MemoryError):
        return _failed("it is built to be too much to read")
    people = _each_once(found.people)
    if not people and not found.problems:
        found.problems.append(ReadingProblem("no person was found in it"))
    return ListReading(tuple(people), tuple(found.problems))


def _each_once(people: Sequence[Participant]) -> list[Participant]:
    seen: dict[tuple[object, ...], Participant] = {}
    for person in people:
        seen.setdefault((person.name.casefold(), person.email, person.phone, person.role), person)
    return list(seen.values())


def _failed(reason: str) -> ListReading:
    return ListReading(problems=(ReadingProblem(reason),))


def _ending(name: str) -> str:
    _, dot, ending = name.rpartition(".")
    return f".{ending.casefold()}" if dot else ""


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()
