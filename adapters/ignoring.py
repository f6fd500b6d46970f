"""Which paths of a store are passed over, by patterns from its settings.

A pattern without "/" is held against every name of a path, one with "/" against whole paths from the root; letters'
case means nothing. What lies below a folder that is passed over is passed over.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable, Iterable

_MOST_KNOWN = 100_000


def compile_ignored(patterns: Iterable[str]) -> Callable[[str], bool]:
    """Return the question "is this path passed over?"; it remembers its answers for folders."""
    given = [pattern.strip().strip("/").casefold() for pattern in patterns]
    by_name = _any_of(pattern for pattern in given if "/" not in pattern)
    by_path = _any_of(pattern for pattern in given if "/" in pattern)
    if by_name is None and by_path is None:
        return _nothing
    known: dict[str, bool] = {"": False}

    def ignored(path: str) -> bool:
        above, _, name = path.rpartition("/")
        if above not in known:
            if len(known) > _MOST_KNOWN:
                known.clear()
                known[""] = False
            known[above] = ignored(above)
        return known[above] or _matches(by_name, name) or _matches(by_path, path)

    return ignored


def _nothing(_: str) -> bool:
    return False


def _any_of(patterns: Iterable[str]) -> re.Pattern[str] | None:
    parts = [fnmatch.translate(pattern) for pattern in patterns if pattern]
    return re.compile("|".join(parts)) if parts else None


def _matches(pattern: re.Pattern[str] | None, text: str) -> bool:
    return pattern is not None and pattern.match(text.casefold()) is not None
