"""The gate before every parser: which one runs now is known outside, and none may take the caller down with it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

Watch = Callable[[str], None]


def _nobody_watches(name: str) -> None:
    del name


class Gate:
    """Runs parsers by name. `watch` is told the name before each and "" after; those in `skip` are not run at all."""

    def __init__(self, watch: Watch = _nobody_watches, skip: Collection[str] = ()) -> None:
        self._watch = watch
        self._skip = skip
        self.failed: list[str] = []

    def run(self, name: str, parser: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T | None:
        """Return what the parser returns; None where it is skipped or fails, which `failed` tells.

        MemoryError passes: whoever ran out of memory can do nothing more well, and is to end with the parser named.
        """
        if name in self._skip:
            return None
        self._watch(name)
        try:
            found = parser(*args, **kwargs)
        except MemoryError:
            raise
        except Exception:
            # A parser's bug on someone's file may be of any type; the file's other facts must not be lost by it.
            self.failed.append(name)
            found = None
        self._watch("")
        return found
