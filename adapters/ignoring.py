"""Which paths of a store are passed over, for stores that name files by whole paths.

A pattern without "/" is held against every name of a path, one with "/" against whole paths from the root; letters'
case means nothing. What lies below a folder that is passed over is passed over. Single names are judged by
`adapters.ignore`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from adapters.ignore import Ignore

_MOST_KNOWN = 100_000


def compile_ignored(patterns: Iterable[str]) -> Callable[[str], bool]:
    """Return the question "is this path passed over?"; it remembers its answers for folders."""
    passes = Ignore(patterns).passes
    known: dict[str, bool] = {"": False}

    def ignored(path: str) -> bool:
        above, _, name = path.rpartition("/")
        if above not in known:
            if len(known) > _MOST_KNOWN:
                known.clear()
                known[""] = False
            known[above] = ignored(above)
        return known[above] or passes(above, name)

    return ignored
