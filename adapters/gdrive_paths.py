"""Names in Drive are free text, and several things in one folder may share one: here they become safe, unique paths.

A part of a path is the name itself wherever it can be. "/" is shown as "∕" (U+2215), and given back as "/" when something
is stored. Whatever else could be no part of a path, or could be taken for another's, gets the provider's own id before its
suffix. Of several that share a name the oldest keeps it, folders before files, and the others get their ids. So a part
depends on nothing but its folder's state.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from adapters.errors import Unsupported

SLASH = "\u2215"
_LONGEST_SUFFIX = 12
_UNFIT = re.compile(f"[\0{SLASH}\ud800-\udfff]")
# What an added id looks like. Drive's ids have 19 letters at least.
_WITH_ID = re.compile(r" \(([A-Za-z0-9_-]{19,})\)(?:\.[^./]*)?\Z")


@dataclass(frozen=True, slots=True)
class Sibling:
    """What decides how something is called beside the others in its folder. `created` compares as text."""

    id: str
    name: str
    created: str
    is_folder: bool = False


def name_key(name: str) -> str:
    """Return what is equal for two names that can't be told apart: letters' case counts, their composition doesn't."""
    return unicodedata.normalize("NFC", name)


def spellings(name: str) -> tuple[str, ...]:
    """Return the forms in which the same name may be stored."""
    return tuple(dict.fromkeys((name, unicodedata.normalize("NFC", name), unicodedata.normalize("NFD", name))))


def plain_part(name: str, id: str, *, is_folder: bool) -> str:
    """Return the part of a path for what shares its name with nothing."""
    if name in ("", ".", "..") or _UNFIT.search(name) or _WITH_ID.search(name):
        return part_with_id(name, id, is_folder=is_folder)
    return name.replace("/", SLASH)


def part_with_id(name: str, id: str, *, is_folder: bool) -> str:
    """Return the part of a path for what can't have its name to itself."""
    safe = _UNFIT.sub("_", name).replace("/", SLASH)
    stem, dot, suffix = safe.rpartition(".")
    if is_folder or not stem or not 0 < len(suffix) <= _LONGEST_SUFFIX:
        stem, dot, suffix = safe, "", ""
    return f"{stem or '_'} ({id}){dot}{suffix}"


def parts_of(siblings: Iterable[Sibling]) -> dict[str, str]:
    """Return the parts of a path, by id, for things in one folder. All that share a name must be among them."""
    by_name: defaultdict[str, list[Sibling]] = defaultdict(list)
    for each in siblings:
        by_name[name_key(each.name)].append(each)
    parts: dict[str, str] = {}
    for same in by_name.values():
        first, *others = sorted(same, key=lambda each: (not each.is_folder, each.created, each.id))
        parts[first.id] = plain_part(first.name, first.id, is_folder=first.is_folder)
        for each in others:
            parts[each.id] = part_with_id(each.name, each.id, is_folder=each.is_folder)
    return parts


def id_in(part: str) -> str | None:
    """Return the id that was added to a part of a path, or None."""
    found = _WITH_ID.search(part)
    return found.group(1) if found else None


def part_name(store: str, operation: str, part: str) -> str:
    """Return the name under which a part of a path is stored. Raises Unsupported if it would be listed otherwise."""
    name = part.replace(SLASH, "/")
    if plain_part(name, "", is_folder=False) != part:
        raise Unsupported(store, operation, detail="in Drive such a name would be taken for another")
    return name
