"""Client and title, from all levels of a path. Pure."""

from __future__ import annotations

import re
from dataclasses import replace

from backupd.reading.folder_names.coarse import coarse_spans
from backupd.reading.folder_names.levels import Part
from backupd.reading.folder_names.naming import Name, is_job_word, read_name, without_job_number, without_numbers
from backupd.reading.folder_names.vocabulary import BUSINESSES, NAMES_AND_MONTHS


def read_names(parts: list[Part]) -> tuple[Name, str]:
    """Return client and title that the levels of a path give, and why the client is open, if it is."""
    category = next((part.text for part in reversed(parts) if part.kind == "category"), None)
    container = next((index for index, part in enumerate(parts) if part.kind == "container"), None)
    if container is not None:
        name, why = _below_container([part for part in parts[container + 1 :] if part.kind == "job"])
    else:
        name, why = _plain_names([part for part in parts if part.kind in ("job", "nothing")])
    if name.title is None and category is not None:
        name = replace(name, title=category)
    return name, why


def _below_container(jobs: list[Part]) -> tuple[Name, str]:
    if not jobs:
        return Name(), "no client's folder lies below it"
    first = jobs[0]
    if len(jobs) == 1:
        return _read(first)
    name = _client_folder(first)
    leaf = next((part for part in reversed(jobs[1:]) if part.rest.strip("\0 -_")), None)
    if leaf is None:
        return name, ""
    title = _spaced(without_numbers(leaf.rest.replace("\0", " ").strip(" -_."))) or None
    return replace(name, title=title or name.title), ""


def _client_folder(part: Part) -> Name:
    """Return the client of the folder below a container, whole; job words at its end are a title."""
    if part.found:
        return Name(_spaced(_read(part)[0].client))
    whole = without_numbers(part.rest.replace("\0", " ").strip(" -_"))
    name = read_name(whole)
    words = (name.title or "").split(" ")
    if name.client and all(is_job_word(word) for word in words) and whole.endswith(words[-1]):
        return name
    return Name(_spaced(whole))


def _spaced(text: str | None) -> str | None:
    return re.sub(r"\s+", " ", re.sub(r"(?<=\w)\.(?=\w)", " ", re.sub(r"\s*&\s*", " & ", text))).strip() if text else None


def _plain_names(jobs: list[Part]) -> tuple[Name, str]:
    if not jobs or jobs[-1].kind == "nothing":
        return Name(), "the folder's name says nothing"
    name, why = Name(), ""
    index = len(jobs) - 1
    while index >= 0:
        here, here_why = _read(jobs[index])
        if name.title is None:
            name = replace(name, title=here.title)
        if here.client or here.unclear:
            above = [each for each in jobs[:index] if not each.found and each.rest.strip()]
            bare_below = index < len(jobs) - 1
            if bare_below and len(above) >= 1 and not here.unclear:
                other = _read(above[-1])[0].client
                both = tuple(each for each in (here.client, other) if each)
                return replace(name, client=None, unclear=both), "two folders above may name the client"
            return Name(here.client, name.title, here.unclear), here_why
        why = why or here_why
        index -= 1
    return name, why


def _read(part: Part) -> tuple[Name, str]:
    rest = part.rest if part.found else without_job_number(part.rest)
    full = any(each.whole and each.days for each in part.found)
    if not full:
        stripped = rest
        for start, end in reversed(list(coarse_spans(rest))):
            stripped = f"{stripped[:start]}\0{stripped[end:]}"
        words = re.split(r"[\s_\0-]+", rest.strip(" \0"))
        year = re.search(r"(?<!\w)(?:19|20)\d\d(?!\w)", stripped)
        if (year or stripped != rest) and not part.found and words[0].casefold() in NAMES_AND_MONTHS:
            return Name(), "a month, or a client of that name"
        if year and not part.found:
            if words[0].casefold() in BUSINESSES:
                return Name(), "a year, or a part of the name"
            stripped = re.sub(r"(?<!\w)(?:19|20)\d\d(?!\w)", "\0", stripped)
        rest = re.sub(r"\(\s*\0\s*\)|\[\s*\0\s*\]", "\0", stripped)
    name = read_name(rest)
    if name.unclear:
        return name, "it is unclear where the client's name ends"
    return name, ""
