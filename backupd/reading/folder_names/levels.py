"""What each folder of a path is: a job, a year, a month, a container, a technical folder. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from backupd.reading.folder_names import dates
from backupd.reading.folder_names.coarse import YEAR, coarse_folder
from backupd.reading.folder_names.dates import Found
from backupd.reading.folder_names.technical import is_technical
from backupd.reading.folder_names.vocabulary import (
    BACKUP_WORDS,
    CATEGORIES,
    CONTAINERS,
    MONTHS,
    NAMES_AND_MONTHS,
    NOTHING,
    SYSTEM,
)


@dataclass(frozen=True, slots=True)
class Part:
    """One folder of a path.

    `kind` is job, year, month, container, index, category, backup, technical or nothing. `rest` is a job's name with
    its dates taken out, "\\0" standing for each.
    """

    text: str
    kind: str
    found: tuple[Found, ...] = ()
    rest: str = ""
    year: int | None = None
    month: int | None = None


_INDEX = re.compile(
    r"\w|\w ?- ?\w|(?:levy|disk|disc|hdd|ssd|nas|drive|volume|asema|kovalevy|usb|raid|lto|nauha|tape)[ _-]?\d{1,3}",
    re.IGNORECASE,
)
"""One letter, some letters, or a numbered disk: where folders are kept, and nobody's name."""
_GLUED = re.compile(rf"(?<![\w])([^\W\d_]{{3,}})?((?:{YEAR})[01]\d[0-3]\d)(?!\d|[tT]\d)([^\W\d_]{{3,}}\w*)?")


def is_ignored(name: str) -> bool:
    """True for system, hidden and trash folders."""
    return (name.startswith(".") and name not in (".", "..")) or name.casefold() in SYSTEM


@lru_cache(maxsize=8192)
def read_part(text: str, today: date) -> Part:
    """Return what one folder of a path is; `text` is cleaned."""
    folded = text.casefold().strip(" _-.")
    spaced = re.sub(r"[\s_-]+", " ", folded)
    if any(re.match(rf"{word}(?![^\W\d_])", folded) for word in BACKUP_WORDS):
        return Part(text, "backup")
    if is_technical(text):
        return Part(text, "technical")
    if re.sub(r" \w ?- ?\w$", "", folded.replace("_", " ")) in CONTAINERS:
        return Part(text, "container")
    if re.fullmatch(r"(?:19|20)\d\d", text) and dates.EARLIEST_YEAR <= int(text) <= today.year + 1:
        return Part(text, "year", year=int(text))
    if _INDEX.fullmatch(text) and not text.isdigit():
        return Part(text, "index")
    month = _month(text)
    if month:
        return Part(text, "month", year=month[0], month=month[1])
    if folded in CATEGORIES:
        return Part(text, "category")
    if re.sub(r"\s*\(\d+\)$", "", spaced) in NOTHING:
        return Part(text, "nothing")
    lasting = _with_year(text, today)
    if lasting is not None:
        return lasting
    marked = _GLUED.sub(_unglued, text.replace("__", " ; ").replace("_", " "))
    marked = re.sub(r"\s+", " ", marked)
    coarse, year = coarse_folder(marked)
    if coarse:
        return Part(text, "index", year=year)
    found = dates.find_dates(marked, today)
    if any(each.whole and _certain(marked, each) for each in found):
        found = [each for each in found if each.whole and _certain(marked, each)]
    found = dates.joined(found, marked)
    rest = marked
    for each in reversed(found):
        rest = f"{rest[: each.start]}\0{rest[each.end :]}"
    rest = re.sub(r"\(\s*\0\s*\)|\[\s*\0\s*\]", "\0", rest)
    return Part(marked, "job", tuple(found), rest)


def _with_year(text: str, today: date) -> Part | None:
    """Return a container, category or folder of no meaning that bears a year, as the folder that it is; else None."""
    match = re.fullmatch(rf"(?:([^\W\d].*?)[ _-]+)?({YEAR})(?:[ _-]+([^\W\d].*))?", text)
    if match is None or bool(match[1]) == bool(match[3]) or not dates.EARLIEST_YEAR <= int(match[2]) <= today.year + 1:
        return None
    inner = match[1] or match[3]
    kind = read_part(inner, today).kind
    if kind in ("container", "category"):
        return Part(inner, kind, year=int(match[2]))
    if kind in ("technical", "nothing"):
        return Part(text, "year", year=int(match[2]))
    return None


def _unglued(match: re.Match[str]) -> str:
    # Capitals alone before the digits are a camera's: DSC20250614.
    before, number, after = match[1] or "", match[2], match[3] or ""
    return f"{before} {number} {after}" if re.search(r"[^\W\d_A-ZÅÄÖ]", before + after) else match[0]


def _certain(text: str, found: Found) -> bool:
    return not re.fullmatch(r"\d{6}", text[found.start : found.end])


def _month(text: str) -> tuple[int | None, int] | None:
    match = re.fullmatch(r"(?:((?:19|20)\d\d)[ _.-])?(\d\d?)(?:[ _.-]+([^\W\d_]+))?", text)
    if match and 1 <= int(match[2]) <= 12 and (match[1] or match[3] or len(match[2]) == 2):
        if match[3] and MONTHS.get(match[3].casefold()) != int(match[2]):
            return None
        if not match[1] and not match[3]:
            return None
        return (int(match[1]) if match[1] else None, int(match[2]))
    word = re.fullmatch(r"([^\W\d_]+)(?:[ _.-]+((?:19|20)\d\d))?", text)
    if (
        word
        and word[1].casefold() in MONTHS
        and (len(word[1]) > 3 or word[2])
        and word[1].casefold() not in NAMES_AND_MONTHS
    ):
        return (int(word[2]) if word[2] else None, MONTHS[word[1].casefold()])
    return None


def numbered(parts: list[Part], today: date) -> list[Part]:
    """Let bare numbers below a year be its months and days, down to the first folder that has a day."""
    made: list[Part] = []
    year = month = None
    dated = False
    for part in parts:
        number = re.fullmatch(r"(\d\d?)", part.text)
        lead = re.match(r"(\d\d?)(?:\.?-(\d\d?))?\.?(?=[ ]|$)", part.text) if part.kind == "job" and not part.found else None
        if part.kind in ("year", "month"):
            year, month = part.year or year, part.month
        elif dated:
            pass
        elif number and year and month is None and 1 <= int(number[1]) <= 12:
            part = replace(part, kind="month", month=int(number[1]), found=(), rest="")
            month = part.month
        elif lead and year and month and 1 <= int(lead[1]) <= 31:
            found = Found(0, lead.end(), whole=False, parts=(None, int(lead[1]), None, int(lead[2] or lead[1])))
            part = replace(part, kind="job", found=(found,), rest="\0" + part.text[lead.end() :])
        elif part.kind == "job" and not part.found and year and month is None:
            four = dates.below_a_year(part.text, year, today)
            if four is not None:
                part = replace(part, found=(four,), rest="\0" + part.text[four.end :])
        dated = dated or (part.kind == "job" and bool(part.found))
        made.append(part)
    return made
