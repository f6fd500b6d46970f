"""The folders of a Drive as far as they are known: where each lies, and what it is called in a path.

Only folders are kept, never files, so that memory does not grow with those. What is inside the store is what leads up to
its root; everything else is outside, whether it is known or not.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from adapters.gdrive_entries import Item
from adapters.gdrive_paths import Sibling, plain_part

_DEEPEST = 200
"""More folders than can lie in each other; Drive's own limit is 100."""


@dataclass(slots=True)
class Known:
    """One folder. `part` is what a path calls it, once that is settled among its siblings.

    `told` is the path that the feed last gave it, with all below it; None where it gave none, or none that was surely
    taken in. What is known comes from many questions, and may run ahead of the feed.
    """

    name: str
    created: str
    parents: tuple[str, ...]
    listable: bool
    trashed: bool = False
    part: str | None = None
    told: str | None = None


class Tree:
    """Folders below and around a root."""

    def __init__(self) -> None:
        self.root = ""
        self._known: dict[str, Known] = {}
        self._paths: dict[str, str | None] = {}

    def begin(self, root: str) -> None:
        """Be the tree of this root; what was known of another is forgotten."""
        if root != self.root:
            self.root = root
            self._known.clear()
        self._paths = {root: ""}

    def get(self, id: str) -> Known | None:
        """Return what is known of a folder."""
        return self._known.get(id)

    def put(self, folder: Item) -> bool:
        """Take in a folder as it is now. Return whether what lies in it may be seen now, and could not before."""
        old = self._known.get(folder.id)
        new = Known(folder.name, folder.created, folder.parents, folder.listable, folder.trashed)
        if old is not None:
            new.told = old.told
        if old is not None and (old.name, old.parents, old.trashed) == (new.name, new.parents, new.trashed):
            new.part = old.part
        else:
            self._changed()
        self._known[folder.id] = new
        return old is not None and new.listable and not old.listable

    def settle(self, id: str, part: str) -> None:
        """Have a path call the folder so."""
        known = self._known.get(id)
        if known is not None and known.part != part:
            known.part = part
            self._changed()

    def tell(self, id: str, path: str) -> None:
        """The feed has given this folder a path, and all below it."""
        known = self._known.get(id)
        if known is not None:
            known.told = path

    def told(self, id: str) -> str | None:
        """Return the path that the feed gave a folder, or None."""
        known = self._known.get(id)
        return known.told if known is not None else None

    def nothing_told(self) -> None:
        """Whether what the feed gave was taken in is not known any more."""
        for known in self._known.values():
            known.told = None

    def forget(self, id: str) -> None:
        """A folder is gone."""
        if self._known.pop(id, None) is not None:
            self._changed()

    def unknown(self, parents: Iterable[str]) -> set[str]:
        """Return the folders to ask for before it is known whether these, and what leads up from them, are inside."""
        missing: set[str] = set()
        met: set[str] = set()
        ahead = list(parents)
        while ahead:
            id = ahead.pop()
            if id in met or id == self.root:
                continue
            met.add(id)
            known = self._known.get(id)
            if known is None:
                missing.add(id)
            else:
                ahead += known.parents
        return missing

    def above(self, parents: Iterable[str]) -> set[str]:
        """Return the folders, of those that are known, that these are or that lead up from them; never the root."""
        met: set[str] = set()
        ahead = list(parents)
        while ahead:
            id = ahead.pop()
            known = self._known.get(id)
            if known is not None and id not in met and id != self.root:
                met.add(id)
                ahead += known.parents
        return met

    def unsettled(self, parents: Iterable[str]) -> list[str]:
        """Return the folders inside, among these and what leads up from them, whose part of a path isn't settled."""
        above = sorted(self.above(parents))
        return [id for id in above if self._known[id].part is None and self.path(id) is not None]

    def home(self, parents: Iterable[str]) -> str | None:
        """Return the one folder inside that counts: what lies in several, as was once possible, has one path only."""
        return min((id for id in parents if self.path(id) is not None), default=None)

    def leads_to_root(self, parents: Iterable[str]) -> bool:
        """Say whether these lie below the root, be it in the trash."""
        ids = set(parents)
        for id in self.above(ids):
            ids.update(self._known[id].parents)
        return self.root in ids

    def path(self, id: str) -> str | None:
        """Return a folder's path below the root; None if it is outside, or not known to be inside."""
        if id not in self._paths:
            self._paths[id] = self._find_path(id, 0)
        return self._paths[id]

    def sibling(self, id: str) -> Sibling | None:
        """Return what decides how a folder is called."""
        known = self._known.get(id)
        return None if known is None else Sibling(id, known.name, known.created, True)

    def _find_path(self, id: str, depth: int) -> str | None:
        known = self._known.get(id)
        if id in self._paths:
            return self._paths[id]
        if known is None or known.trashed or depth > _DEEPEST:
            return None
        for parent in sorted(known.parents):
            above = self._find_path(parent, depth + 1)
            if above is not None:
                part = known.part or plain_part(known.name, id, is_folder=True)
                return f"{above}/{part}" if above else part
        return None

    def _changed(self) -> None:
        # Any path may hang on it.
        self._paths = {self.root: ""}
