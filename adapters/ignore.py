"""Names that a local store passes over: its own, what systems leave behind, and what the settings name.

The rules are those of `adapters.ignoring`: a pattern without "/" is held against every name, one with "/" against whole
paths from the root; letters' case means nothing; what lies below a folder that is passed over is passed over. Here they
are asked for a whole folder at once, since a walk meets a hundred thousand names a second. Light: the processes of a
walk load this, so `re` and `fnmatch` come only with patterns that need them.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

MARKER_NAME = ".backupd-store"
TEMPORARY_PREFIX = ".backupd-tmp-"
TRASH_NAME = ".backupd-trash"
EXPORTS_NAME = "backupd-exports"
"""The folder in a cloud's root for what is given out by link: no shoot, and gone when its link ends."""

DEFAULT_IGNORE = (
    ".DS_Store", "._*", ".Spotlight-V100", ".Trashes", ".fseventsd", ".TemporaryItems", ".DocumentRevisions-V100",
    ".apdisk", "Icon\r", "Thumbs.db", "ehthumbs.db", "desktop.ini", "$RECYCLE.BIN", "RECYCLER",
    "System Volume Information", ".Trash-*", "lost+found", "@eaDir", "#recycle", ".directory", ".nfs*", ".fuse_hidden*",
)  # fmt: skip
"""What systems and network disks leave behind: never anybody's picture."""

_OWN = (MARKER_NAME, TEMPORARY_PREFIX + "*", TRASH_NAME, EXPORTS_NAME)
_WILD = "*?["


class Ignore:
    """Tells names that are passed over, by these patterns and always the store's own; "*", "?" and "[...]" are wild."""

    def __init__(self, patterns: Iterable[str] = DEFAULT_IGNORE) -> None:
        given = dict.fromkeys(pattern.strip("/").casefold() for pattern in (*_OWN, *patterns))
        self.patterns = tuple(pattern for pattern in given if pattern)
        by_name = [pattern for pattern in self.patterns if "/" not in pattern]
        by_path = [pattern for pattern in self.patterns if "/" in pattern]
        # Nearly all patterns are whole names, or a star before or after one.
        self._names = frozenset(each for each in by_name if not _is_wild(each))
        self._starts = tuple(each[:-1] for each in by_name if each.endswith("*") and not _is_wild(each[:-1]))
        self._ends = tuple(each[1:] for each in by_name if each.startswith("*") and not _is_wild(each[1:]))
        simple = {*self._names, *(f"{each}*" for each in self._starts), *(f"*{each}" for each in self._ends)}
        self._other = _any_of([each for each in by_name if each not in simple])
        self._by_path = _any_of(by_path)
        self._pieces = (
            *(f"\0{name}\0" for name in self._names),
            *(f"\0{start}" for start in self._starts),
            *(f"{end}\0" for end in self._ends),
        )

    def passes(self, folder: str, name: str) -> bool:
        """True where a file or folder of this name is passed over in a folder that is not."""
        folded = name.casefold()
        return (
            folded in self._names
            or folded.startswith(self._starts)
            or folded.endswith(self._ends)
            or (self._other is not None and self._other(folded))
            or (self._by_path is not None and self._by_path(f"{folder.casefold()}/{folded}" if folder else folded))
        )

    def may_pass(self, names: str) -> bool:
        """False only where none of these names is passed over; they stand between NULs, as in "\\0a\\0b\\0"."""
        if self._other is not None or self._by_path is not None:
            return True
        folded = names.casefold()
        return any(piece in folded for piece in self._pieces)


def _is_wild(pattern: str) -> bool:
    return any(sign in pattern for sign in _WILD)


def _any_of(patterns: list[str]) -> Callable[[str], bool] | None:
    if not patterns:
        return None
    import fnmatch
    import re

    match = re.compile("|".join(fnmatch.translate(pattern) for pattern in patterns)).match
    return lambda text: match(text) is not None
