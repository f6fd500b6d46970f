"""When a folder that somebody is writing into has come to rest. Told the time; reads nothing.

Two clocks are told apart. `now` are seconds that only grow, by which waiting is counted. `wall_ns` is the machine's time
of day, which may jump, and is only ever compared with the time at which the disk says that something was last changed.

A folder is at rest once nothing was heard of it for `settle_seconds`, no file in it is known to have a writer, and the disk
says that nothing was changed meanwhile. Where the disk's clock says otherwise (it is another machine's, or one of the two
has jumped), what counts is that two looks, `settle_seconds` apart, found the very same. Nothing is ever given up: what is
not at rest is looked at again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

_STALLED = 10
"""A file whose writer was never heard to end counts as written once it was the same for so many settling times."""
_ANNOUNCED_SECONDS = 5.0
"""Files are announced with a new folder that were whole before it was watched: no end of writing is heard of them."""
_NS = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Due:
    """A folder to look at now; with `deep`, with all that lies below it."""

    path: str
    deep: bool


@dataclass(slots=True)
class _Waiting:
    until: float
    deep: bool = False
    new_at: float | None = None
    writing: set[str] = field(default_factory=set)


class Settling:
    """The folders of one store that are not at rest, as far as that is known."""

    def __init__(self, settle_seconds: float) -> None:
        self._settle = settle_seconds
        self._waiting: dict[str, _Waiting] = {}
        self._looks: dict[str, tuple[bytes, float]] = {}

    def touched(self, path: str, now: float, *, deep: bool = False) -> None:
        """Something in the folder was changed; with `deep`, the folder itself is new here."""
        waiting = self._waiting.setdefault(path, _Waiting(0.0))
        waiting.until = max(waiting.until, now + self._settle)
        if deep:
            waiting.deep, waiting.new_at = True, now

    def writing(self, path: str, name: str, now: float) -> None:
        """A file was begun in the folder."""
        self.touched(path, now)
        news = [at for top in self._tops(path) if (at := self._waiting[top].new_at) is not None]
        if not news or now - max(news) > _ANNOUNCED_SECONDS:
            self._waiting[path].writing.add(name)

    def written(self, path: str, name: str, now: float) -> None:
        """Whoever wrote a file has closed it."""
        self.touched(path, now)
        self._waiting[path].writing.discard(name)

    def removed(self, path: str, name: str) -> None:
        """A file is gone: it has no writer that anybody must wait for."""
        if path in self._waiting:
            self._waiting[path].writing.discard(name)

    def gone(self, path: str) -> None:
        """A folder is no longer there, nor what was below it."""
        for known in (self._waiting, self._looks):
            for each in [each for each in known if each == path or each.startswith(path + "/")]:
                del known[each]

    def heard_too_little(self) -> None:
        """Events were lost, the ends of writing among them: only the disk tells now."""
        for waiting in self._waiting.values():
            waiting.writing.clear()

    def next_at(self) -> float | None:
        """Return when the next folder is due, None while all are at rest."""
        return min((waiting.until for waiting in self._waiting.values()), default=None)

    def count(self) -> int:
        """Return how many folders are waited for."""
        return len(self._waiting)

    def take_due(self, now: float) -> list[Due]:
        """Return the folders to look at now, by path. Each of them is to be judged or touched again by the caller."""
        return [Due(path, waiting.deep) for path, waiting in sorted(self._waiting.items()) if waiting.until <= now]

    def looked(self, due: Due, now: float) -> None:
        """Every folder found there has been judged: unless it is waited for again, `due` is done with."""
        waiting = self._waiting.get(due.path)
        if waiting is not None:
            waiting.deep = False
            if waiting.until <= now:
                del self._waiting[due.path]

    def again(self, due: Due, at: float) -> None:
        """What was due could not be dealt with: it is due once more at that time."""
        waiting = self._waiting.setdefault(due.path, _Waiting(0.0))
        waiting.until = max(waiting.until, at)
        waiting.deep = waiting.deep or due.deep

    def is_at_rest(self, path: str, mark: bytes, changed_ns: int, now: float, wall_ns: int) -> bool:
        """Judge a folder as it was found just now, by its mark and its last change; if it is not at rest, wait for it.

        A folder that is waited for, and not due yet, is not at rest; nor is one below a new folder that is not due yet.
        """
        if any(self._waiting[top].until > now for top in self._tops(path)):
            return False
        waiting = self._waiting.get(path)
        writing = waiting is not None and bool(waiting.writing)
        age = (wall_ns - changed_ns) / _NS
        if not writing and age >= self._settle:
            return self._rest(path)
        before = self._looks.get(path)
        same_for = now - before[1] if before is not None and before[0] == mark else 0.0
        if before is not None and before[0] == mark and same_for >= self._settle * (_STALLED if writing else 1):
            # The look is kept: as long as the disk's time can't be believed, the next judgement has nothing else to go by.
            return self._let_go(path)
        if before is None or before[0] != mark:
            self._looks[path] = (mark, now)
        # Where the disk's time can be believed, it tells for how long still.
        left = self._settle - age if not writing and 0 <= age < self._settle else self._settle
        again = self._waiting.setdefault(path, _Waiting(0.0))
        again.until = now + left
        return False

    def _rest(self, path: str) -> bool:
        self._looks.pop(path, None)
        return self._let_go(path)

    def _let_go(self, path: str) -> bool:
        waiting = self._waiting.get(path)
        if waiting is not None and not waiting.deep:
            del self._waiting[path]
        return True

    def _tops(self, path: str) -> Iterator[str]:
        """Yield the folder, if it is waited for, and those above it that are new."""
        if path in self._waiting:
            yield path
        while path:
            path = path.rpartition("/")[0]
            if path in self._waiting and self._waiting[path].deep:
                yield path
