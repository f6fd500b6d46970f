"""What things in Drive are called in paths: folders are looked up as far as needed, twins are told apart.

Whatever changes is looked at together with all that has its name in the same folder, so that it does not matter in which
order, or when, one hears of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from adapters.errors import NotFound, Refused, StoreError
from adapters.gdrive_entries import FOLDER_FIELDS, Item
from adapters.gdrive_paths import parts_of
from adapters.gdrive_queries import Queries
from adapters.gdrive_tree import Tree


@dataclass(slots=True)
class Named:
    """Files with their paths, and folders, twins of those that were asked for among them."""

    files: list[tuple[Item, str]] = field(default_factory=list)
    folders: set[str] = field(default_factory=set)


class Names:
    """Names what lies below one tree's root."""

    def __init__(self, queries: Queries, tree: Tree) -> None:
        self._queries = queries
        self._tree = tree

    def load(self, operation: str, parents: Iterable[str]) -> None:
        """Learn all that leads up from these folders, and what they are called."""
        wanted = set(parents)
        self.learn(operation, wanted)
        self._settle_folders(operation, self._tree.unsettled(wanted))

    def learn(self, operation: str, parents: Iterable[str]) -> None:
        """Learn all that leads up from these folders: enough to know whether they are inside."""
        wanted = set(parents)
        unseen: set[str] = set()
        while missing := sorted(self._tree.unknown(wanted) - unseen):
            # What we may not see is outside; what lies in it shows no more than its id. So all below would be called gone:
            # a refusal that passes must not say that, hence it is heard twice.
            unseen.update(self._look(operation, self._look(operation, missing)))

    def _look(self, operation: str, ids: Sequence[str]) -> list[str]:
        """Learn what these folders are; return those that may not be seen."""
        unseen = []
        for id, found in zip(ids, self._queries.get_many(operation, ids, FOLDER_FIELDS) if ids else (), strict=True):
            if isinstance(found, NotFound | Refused):
                unseen.append(id)
            elif isinstance(found, StoreError):
                raise found
            else:
                self._tree.put(found)
        return unseen

    def settle(self, operation: str, items: Sequence[Item], gone: Sequence[Item] = ()) -> Named:
        """Return what items inside are called now, and all that share their names, or those of what is gone.

        All that leads up to them must have been loaded. What is outside is left out.
        """
        homes = {item.id: self._tree.home(item.parents) for item in items}
        wanted: defaultdict[str, set[str]] = defaultdict(set)
        for item in items:
            if (home := homes[item.id]) is not None:
                wanted[home].add(item.name)
        for item in gone:
            for parent in item.parents:
                if self._tree.path(parent) is not None:
                    wanted[parent].add(item.name)
        return self._named(operation, wanted, items, homes, {item.id for item in gone})

    def path(self, item: Item, part: str) -> str | None:
        """Return the path that an item has by its part of it; None if it is outside."""
        home = self._tree.home(item.parents)
        return None if home is None else below(self._tree.path(home) or "", part)

    def _named(
        self,
        operation: str,
        wanted: dict[str, set[str]],
        items: Sequence[Item],
        homes: dict[str, str | None],
        gone: set[str],
    ) -> Named:
        named = Named()
        parts: list[tuple[Item, str, str]] = []
        if not wanted:
            return named
        found = self._queries.same_named(operation, wanted)
        for home in wanted:
            # A listing may lag behind: what we were told of an item itself counts for more.
            here = {each.id: each for each in found[home] if each.id not in homes and each.id not in gone}
            here |= {each.id: each for each in items if homes[each.id] == home}
            called = parts_of(each.sibling() for each in here.values())
            for each in here.values():
                if not each.is_folder:
                    parts.append((each, home, called[each.id]))
                    continue
                if self._tree.get(each.id) is None:
                    self._tree.put(each)
                self._tree.settle(each.id, called[each.id])
                named.folders.add(each.id)
        named.files = [(item, below(self._tree.path(home) or "", part)) for item, home, part in parts]
        return named

    def _settle_folders(self, operation: str, ids: Sequence[str]) -> None:
        wanted: defaultdict[str, set[str]] = defaultdict(set)
        homes: dict[str, str] = {}
        for id in ids:
            known = self._tree.get(id)
            home = self._tree.home(known.parents) if known is not None else None
            if known is not None and home is not None:
                homes[id] = home
                wanted[home].add(known.name)
        found = self._queries.same_named(operation, wanted, FOLDER_FIELDS) if wanted else {}
        for home in wanted:
            siblings = {each.id: each.sibling() for each in found[home] if each.is_folder}
            own = {id: self._tree.sibling(id) for id in ids if homes.get(id) == home}
            siblings |= {id: sibling for id, sibling in own.items() if sibling is not None}
            for id, part in parts_of(siblings.values()).items():
                self._tree.settle(id, part)


def below(folder: str, part: str) -> str:
    """Return the path of something in a folder."""
    return f"{folder}/{part}" if folder else part
