"""An erasure of a generated studio that is struck at its Nth step, in this process: then gone on with, and all looked at.

Steps are what reaches a disk or a store: each call of a store, each commit of the index, each entry of the ledger; HOWS as
for a clean-up (see `prune_loop`). Between stop and resumption everything is opened anew, as another process would.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from index.applied import index_is_behind
from index.engine import Index
from index.errors import IndexFailure, LedgerFailure
from index.ledger import open_ledger
from index.replay import replay
from tests.crash.prune_loop import Killed, Steps, Struck, StruckIndex
from tests.unit.case_trial import Place, Trial
from tests.unit.case_world import World

HOWS = ("killed before", "killed after", "disk full", "connection lost")
_MORE_CALLS = ("upload", "revoke", "remove_empty_folder", "walk")


class StruckStore(Struck):
    """A store whose every call that an erasure makes is a step."""

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._store, name)
        if name not in _MORE_CALLS:
            return super().__getattr__(name)
        return lambda *args, **named: self._steps.step(name, lambda: real(*args, **named))


class StruckTrial(Trial):
    """A trial whose first erasure is struck at one step."""

    def __init__(self, place: Place, world: World, steps: Steps, counted: Counter[str] | None = None) -> None:
        super().__init__(place, world, counted)
        self.steps = steps

    def erase(self, who: int, uid: str) -> None:
        """As ever, but that the first run is struck, and another one goes on."""
        if self.gone:
            super().erase(who, uid)
            return
        studio = self.studio
        self.prepare(who, uid)
        real, stores = studio.index, studio.stores
        try:
            self._strike()
            studio.run(uid)
        except (Killed, IndexFailure, LedgerFailure):
            pass
        finally:
            self._open_anew(real, stores)
        for _ in range(3):
            if studio.desk().get(uid).state == "checked":
                break
            studio.run(uid)
        assert studio.desk().get(uid).state == "checked", studio.desk().get(uid).state
        self.finish(who, uid)

    def _strike(self) -> None:
        studio, steps = self.studio, self.steps
        studio.index = StruckIndex(studio.index, steps)
        studio.stores = {name: StruckStore(store, steps) for name, store in studio.stores.items()}
        append = studio.ledger.append
        studio.ledger.append = lambda draft: steps.step("ledger", lambda: append(draft))  # type: ignore[method-assign]

    def _open_anew(self, index: Index, stores: dict[str, Any]) -> None:
        studio = self.studio
        index.close()
        studio.index, studio.stores = index, stores
        studio.ledger = open_ledger(studio.folder / "ledger", studio.folder / "ledger.key")
        # As `ledger replay` does, which every command asks for where the ledger has what the index lacks.
        with index.write() as conn:
            if index_is_behind(conn, studio.ledger):
                replay(conn, studio.ledger)


def strike(place: Place, world: World, how: str, at: int) -> tuple[bool, int]:
    """Strike one erasure, go on, look at every place; return whether it fired, and how many steps were met."""
    steps = Steps(how, at)
    try:
        StruckTrial(place, world, steps).go()
    except AssertionError as err:
        raise AssertionError(f"{how}, step {at}: {err}") from err
    return steps.fired, steps.met
