"""An erasure of a generated studio that is struck at its Nth step, in this process: then gone on with, and all looked at.

Steps are what reaches a disk or a store: each call of a store, each commit of the index, each entry of the ledger; HOWS as
for a clean-up (see `prune_loop`), where "list changed" is another device's change of a list that is written anew. Between
stop and resumption everything is opened anew, as another process would. A studio is made ready once and copied for each
strike; what comes after the struck erasure (the other people's) is tried with one strike in so many.
"""

from __future__ import annotations

import copy
import shutil
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from backupd.register.backup import make_backup
from index import plans
from index.acts import Act, acts_of
from index.applied import index_is_behind
from index.engine import Index
from index.errors import IndexFailure, LedgerFailure
from index.ledger import open_ledger
from index.replay import replay
from tests.crash.prune_loop import Killed, Steps, Struck, StruckIndex
from tests.unit.case_places import found_in, logged
from tests.unit.case_trial import Place, Trial
from tests.unit.case_world import World

HOWS = ("killed before", "killed after", "disk full", "connection lost", "changed", "list changed")
ALL_PEOPLE = 8
"""With one strike in so many, the other people who ask are erased as well."""
_MORE_CALLS = ("upload", "revoke", "remove_empty_folder", "walk")
_EDITED = b"edited on another device"

Twins = dict[tuple[frozenset[int], tuple[tuple[int, str], ...]], dict[str, list[str]]]
"""What an index says that never knew the erased, by who is erased and how folders are called then."""


class StruckStore(Struck):
    """A store whose every call that an erasure makes is a step."""

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._store, name)
        if name not in _MORE_CALLS:
            return super().__getattr__(name)
        return lambda *args, **named: self._steps.step(name, lambda: real(*args, **named))


class CountedStore:
    """A store of which is counted how often something was removed from a place."""

    def __init__(self, store: Any, removed: Counter[tuple[str, str]]) -> None:
        self._store, self._removed = store, removed

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._store, name)
        if name not in ("purge", "remove"):
            return real

        def counted(ref: str, *args: Any, **named: Any) -> Any:
            tree = self._store.tree
            before = set(tree.files)
            try:
                return real(ref, *args, **named)
            finally:
                self._removed.update((self._store.name, path) for path in before - set(tree.files))

        return counted


class NotedSteps(Steps):
    """Steps that note of which kind each was."""

    def __init__(self, how: str, at: int) -> None:
        super().__init__(how, at)
        self.suiting: list[int] = []

    def step(self, kind: str, call: Callable[[], Any]) -> Any:
        """Take one more step."""
        if self._suits(kind):
            self.suiting.append(self.met + 1)
        return super().step(kind, call)


@dataclass
class Ready:
    """A world whose first asker's erasure is approved, and what every strike begins from."""

    place: Place
    world: World
    who: int = field(init=False)
    uids: dict[int, str] = field(default_factory=dict)
    trees: dict[str, Any] = field(default_factory=dict)
    renaming: dict[int, str] = field(default_factory=dict)
    twins: Twins = field(default_factory=dict)
    backup: Path = field(init=False)

    def __post_init__(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        trial = Trial(self.place, self.world)
        trial.fill()
        self.backup = make_backup(trial.studio.folder / "index.db", self.folder / "backups", trial.studio.at).path
        self.who = self.world.askers[0]
        for who in self.world.askers if self.world.at_once else self.world.askers[:1]:
            self.uids[who] = trial.open(who)
        trial.prepare(self.who, self.uids[self.who])
        self.renaming = trial._renaming
        self.trees = {name: store.tree for name, store in trial.studio.stores.items()}
        trial.studio.close()
        shutil.copytree(trial.studio.folder, self.folder / "studio")

    @property
    def folder(self) -> Path:
        """Where it lies ready."""
        return self.place.folder / "ready"

    def trial(self, steps: Steps) -> StruckTrial:
        """Return a studio of its own, as all others."""
        trial = StruckTrial(self.place, self.world, steps)
        studio = trial.studio
        studio.close()
        shutil.rmtree(studio.folder)
        shutil.copytree(self.folder / "studio", studio.folder)
        studio.ledger = open_ledger(studio.folder / "ledger", studio.folder / "ledger.key")
        for name, tree in copy.deepcopy(self.trees).items():
            studio.stores[name].tree = tree
        trial._renaming = dict(self.renaming)
        trial.uids, trial.twins = dict(self.uids), self.twins
        trial.backup = self.place.folder / "backups" / self.backup.name
        trial.backup.parent.mkdir(exist_ok=True)
        shutil.copy(self.backup, trial.backup)
        return trial


class StruckTrial(Trial):
    """A trial whose first erasure is struck at one step."""

    uids: dict[int, str]
    twins: Twins
    backup: Path

    def __init__(self, place: Place, world: World, steps: Steps, counted: Counter[str] | None = None) -> None:
        super().__init__(place, world, counted)
        self.steps = steps
        self.edited: dict[tuple[str, str], bytes] = {}
        self.removed: Counter[tuple[str, str]] = Counter()

    def strike(self, *, everybody: bool) -> None:
        """Erase one person, struck at a step; go on, look at every place; then the others who ask, if `everybody`."""
        first, *others = self.world.askers
        try:
            with ExitStack() as stack:
                log = stack.enter_context(logged())
                self._struck(first, self.uids[first])
                self.gone |= {first}
                self.check()
                for who in others if everybody else ():
                    self.erase(who, self.uids.get(who) or self.open(who))
                    self.gone |= {who}
                    self.check()
                self._look_whole()
                self.restore(self.backup)
                self.check()
                self._look_whole()
            found = found_in(log.getvalue().encode(), self.world, self.gone)
            assert not found, f"in the log: {found}"
        except Exception as err:
            raise AssertionError(f"world {self.world.seed}: {err!r}") from err
        finally:
            self.studio.close()

    def _look_whole(self) -> None:
        place = (self.gone, tuple(sorted(self.renamed.items())))
        self._expected = self.twins.get(place, {})
        self.check_tables()
        self.twins[place] = self._expected

    def _struck(self, who: int, uid: str) -> None:
        studio = self.studio
        stores = {name: CountedStore(store, self.removed) for name, store in studio.stores.items()}
        real, studio.stores = studio.index, stores
        self.steps.change = lambda: self._change(uid, stores)
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
        twice = [place for place, count in self.removed.items() if count > 1]
        assert not twice, f"done twice: {twice}"
        self._done_by_hand()
        self.finish(who, uid)
        if self.edited:
            # Search words are worked out anew by the next look.
            studio.look()

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

    def _acts(self, uid: str) -> list[Act]:
        with self.studio.index.read() as conn:
            plan = plans.get_plan(conn, self.studio.desk().get(uid).plan or "")
            assert plan is not None
            return acts_of(conn, plan.id)

    def _change(self, uid: str, stores: dict[str, Any]) -> None:
        """Another device writes other bytes where something is meant to go: where it still lies, if it does anywhere."""
        is_list = self.steps.how == "list changed"
        meant = [(act.store, act.path) for act in self._acts(uid) if act.path and (act.rule == "unlist") is is_list]
        there = [place for place in meant if place[1] in stores[place[0]].tree.files] or meant
        for store, path in there[:1]:
            file = stores[store].tree.files.get(path)
            changed = _EDITED if file is None or not is_list else file.content + b"\n"
            stores[store].tree.put(path, changed)
            self.edited[(store, path)] = changed

    def _done_by_hand(self) -> None:
        """What another device changed is there as it left it; a person looks at it, and removes it with its folder."""
        studio = self.studio
        for (store, path), content in self.edited.items():
            tree = studio.stores[store].tree
            lying = [each.content for each in tree.files.values()]
            assert content in lying, f"{store}: {path} was changed by another device, and is gone"
            if self.steps.how == "list changed":
                continue
            (now,) = (place for place, each in tree.files.items() if each.content == content)
            tree.take_away(now)
            folder = now.rpartition("/")[0]
            if folder and not tree.direct_files(folder):
                tree.folders.pop(folder, None)
        if self.edited:
            studio.look()


def strike(place: Place, world: World, how: str, at: int, ready: Ready | None = None) -> tuple[bool, NotedSteps]:
    """Strike one erasure, go on, look at every place; return whether it fired, and the steps that were met."""
    steps = NotedSteps(how, at)
    try:
        (ready or Ready(place, world)).trial(steps).strike(everybody=at % ALL_PEOPLE == 0)
    except AssertionError as err:
        raise AssertionError(f"{how}, step {at}: {err}") from err
    return steps.fired, steps
