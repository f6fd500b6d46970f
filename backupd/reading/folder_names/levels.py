"""What each folder of a path is: a job, a year, a month, a container, a technical folder. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from backupd.reading.folder_names import dates
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
    if folded in CONTAINERS:
        return Part(text, "container")
    if re.fullmatch(r"(?:19|20)\d\d", text) and dates.EARLIEST_YEAR <= int(text) <= today.year + 1:
        return Part(text, "year", year=int(text))
    if re.fullmatch(r"\w", text) and not text.isdigit():
        return Part(text, "index")
    month = _month(text)
    if month:
        return Part(text, "month", year=month[0], month=month[1])
    if folded in CATEGORIES:
        return Part(text, "category")
    if re.sub(r"\s*\(\d+\)$", "", spaced) in NOTHING:
        return Part(text, "nothing")
    marked = text.replace("__", " ; ").replace("_", " ")
    marked = re.sub(r"\s+", " ", marked)
    found = dates.find_dates(marked, today)
    if any(each.whole and _certain(marked, each) for each in found):
        found = [each for each in found if each.whole and _certain(marked, each)]
    found = dates.joined(found, marked)
    rest = marked
    for each in reversed(found):
        rest = f"{rest[: each.start]}\0{rest[each.end :]}"
    rest = re.sub(r"\(\s*\0\s*\)|\[\s*\0\s*\]", "\0", rest)
    return Part(marked, "job", tuple(found), rest)


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


def numbered(parts: list[Part]) -> list[Part]:
    """Let bare numbers below a year be its months and days."""
    made: list[Part] = []
    year = month = None
    for part in parts:
        number = re.fullmatch(r"(\d\d?)", part.text)
        lead = re.match(r"(\d\d?)(?:\.?-(\d\d?))?\.?(?=[ ]|$)", part.text) if part.kind == "job" and not part.found else None
        if part.kind in ("year", "month"):
            year, month = part.year or year, part.month
        elif number and year and month is None and 1 <= int(number[1]) <= 12:
            part = replace(part, kind="month", month=int(number[1]), found=(), rest="")
            month = part.month
        elif lead and year and month and 1 <= int(lead[1]) <= 31:
            found = Found(0, lead.end(), whole=False, parts=(None, int(lead[1]), None, int(lead[2] or lead[1])))
            part = replace(part, kind="job", found=(found,), rest="\0" + part.text[lead.end() :])
        made.append(part)
    return made
