"""A listing of folders with all below them, level by level, many folders in one question.

On each level folders are taken in the order of their ids, so a walk can be gone on with by another process that knows no
more than the level and the last folder that is done: it asks again for the folders alone, down to there. What changed
meanwhile among folders is told by the feed of changes, which begins before the walk. Within one process a walk goes on from
the very page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from adapters.errors import NotFound, Unavailable
from adapters.gdrive_client import BATCH
from adapters.gdrive_entries import FILE_FIELDS, FOLDER_FIELDS, Item, file_entry
from adapters.gdrive_errors import CalledWrong, WrongAnswerError
from adapters.gdrive_naming import Names, below
from adapters.gdrive_paths import name_key, parts_of, plain_part
from adapters.gdrive_queries import GROUP, Queries, child_folders, children
from adapters.gdrive_tree import Tree
from adapters.records import Entry, Folder, Problem

UNLISTED = "what lies in this folder may not be seen"

_FEW = 20
"""How much of a folder is asked for where many are asked one by one in a single request."""


@dataclass(slots=True)
class Found:
    """What one page of a listing comes to."""

    entries: list[Entry] = field(default_factory=list)
    folders: list[Folder] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.entries or self.folders or self.problems or self.removed)


class Lister:
    """What every walk of a store needs."""

    def __init__(
        self, store: str, queries: Queries, names: Names, tree: Tree, ignored: Callable[[str], bool]
    ) -> None:
        self.store = store
        self.queries = queries
        self.names = names
        self.tree = tree
        self.ignored = ignored

    def add_file(self, operation: str, found: Found, item: Item, path: str) -> bool:
        """Put a file into what was found; return False if it is passed over."""
        if self.ignored(path):
            return False
        try:
            entry = file_entry(item, path)
        except WrongAnswerError as err:
            raise Unavailable(self.store, operation, item.id, f"answered wrongly: {err}") from None
        if isinstance(entry, Problem):
            found.problems.append(entry)
        else:
            found.entries.append(entry)
        return True

    def add_folder(self, found: Found, id: str) -> bool:
        """Put a folder into what was found; return whether there is anything below it to be listed."""
        path, known = self.tree.path(id), self.tree.get(id)
        if path is None or known is None or self.ignored(path):
            return False
        found.folders.append(Folder(path, id))
        if not known.listable:
            found.problems.append(Problem(path, UNLISTED, is_folder=True))
        return known.listable


class Walk:
    """One walk under way. `start` are folders that the tree knows."""

    def __init__(self, lister: Lister, operation: str, start: Sequence[str]) -> None:
        self._lister = lister
        self._queries = lister.queries
        self._tree = lister.tree
        self._operation = operation
        self._todo = sorted(start)
        self._below: set[str] = set()
        self._level = 0
        self._after = ""
        self._apart = False
        self._large: set[str] = set()
        self._group: list[str] = []
        self._more: str | None = None
        self._met = False
        self._seen: set[int] = set()
        self._listed: set[str] = set()

    @property
    def position(self) -> tuple[int, str]:
        """Where another process would go on: the level, and the last folder on it that is done."""
        return self._level, self._after

    def is_finished(self) -> bool:
        """Whether everything is listed."""
        return not (self._group or self._todo or self._below - self._listed)

    def go_to(self, level: int, after: str) -> None:
        """Stand where a walk from the same start had come, by asking for the folders alone."""
        while self._level < level:
            self._pass_over(self._todo)
            self._descend()
        done = [id for id in self._todo if id <= after]
        self._pass_over(done)
        self._todo, self._after = self._todo[len(done) :], after

    def step(self) -> Found:
        """Return what the next page comes to. A step that raised may be taken again."""
        if not self._group:
            if not self._todo:
                self._descend()
            if self._is_apart():
                return self._step_apart(())
            self._take_group()
        try:
            page = self._queries.page(self._operation, children(self._group), FILE_FIELDS, self._more)
        except NotFound:
            return self._fell_apart()
        except CalledWrong:
            if self._more is None:
                raise
            # The page's token has died: this group is listed anew.
            self._more = None
            return Found()
        if page.more is None and not page.items and not self._met and len(self._group) > 1:
            return self._step_apart(self._group)
        found = self._read(page.items)
        self._met = self._met or bool(page.items)
        if page.more is None:
            self._end_group()
        else:
            self._more = page.more
        return found

    def _is_apart(self) -> bool:
        """Whether the next folders are asked one by one: where groups found nothing, or may not be asked for."""
        wanted = self._apart or not self._queries.trusts_groups
        return wanted and len(self._todo) > 1 and self._todo[0] not in self._large

    def _take_group(self) -> None:
        size = GROUP if self._queries.trusts_groups else 1
        self._group = self._todo[:size]
        self._more, self._met, self._seen = None, False, set()

    def _step_apart(self, nothing_in: Sequence[str]) -> Found:
        """List the next folders, each asked by itself in one request; those that hold more than a few are left for later.

        As a group, those of `nothing_in` were said to hold nothing: if one does, groups are not trusted any more.
        """
        folders = self._todo[:BATCH]
        pages = self._queries.first_pages(self._operation, folders, FILE_FIELDS, _FEW)
        self._group, self._more, self._seen = [], None, set()
        by_folder = dict(zip(folders, pages, strict=True))
        large = [id for id, page in by_folder.items() if page is not None and page.more is not None]
        done = [id for id in folders if id not in large]
        self._queries.check_gone(self._operation, [id for id, page in by_folder.items() if page is None])
        found = self._read([item for id in done if (page := by_folder[id]) is not None for item in page.items])
        for id, page in by_folder.items():
            path = self._tree.path(id) if page is None else None
            if path is not None:
                found.problems.append(Problem(path, UNLISTED, is_folder=True))
        empty = {id for id, page in by_folder.items() if page is not None and not page.items and page.more is None}
        if not empty.issuperset(nothing_in):
            self._queries.trusts_groups = False
        self._apart = len(empty) * 2 >= len(folders)
        # The position may not pass what is left: another process would take it for done.
        passed = folders[: folders.index(large[0])] if large else folders
        self._after = passed[-1] if passed else self._after
        self._listed.update(done)
        self._large.update(large)
        self._todo[: len(folders)] = large
        return found

    def _descend(self) -> None:
        # Some old folders lie in several, and are met again.
        self._todo, self._below = sorted(self._below - self._listed), set()
        self._level, self._after = self._level + 1, ""

    def _end_group(self) -> None:
        self._after = self._group[-1]
        self._listed.update(self._group)
        del self._todo[: len(self._group)]
        self._group = []

    def _fell_apart(self) -> Found:
        """One of the group is not there any more: each is asked for by itself, and that one is said to be unknown."""
        if len(self._group) > 1:
            return self._step_apart(())
        self._queries.check_gone(self._operation, self._group)
        path = self._tree.path(self._group[0])
        self._end_group()
        return Found(problems=[] if path is None else [Problem(path, UNLISTED, is_folder=True)])

    def _read(self, items: Sequence[Item]) -> Found:
        several = {parent for item in items if len(item.parents) > 1 for parent in item.parents}
        if several:
            self._lister.names.load(self._operation, several)
        found, keys = Found(), []
        twins: list[Item] = []
        single: list[Item] = []
        met = set(self._seen)
        for item in items:
            if item.is_folder:
                self._tree.put(item)
            key = hash((self._tree.home(item.parents), name_key(item.name)))
            (twins if key in met else single).append(item)
            met.add(key)
            keys.append(key)
        named = self._name_twins(found, twins)
        self._name_single(found, single, named)
        self._seen = met
        return found

    def _name_twins(self, found: Found, twins: Sequence[Item]) -> set[str]:
        """Name what shares its name with something, and that as well, wherever it was named before. Return all those."""
        if not twins:
            return set()
        named = self._lister.names.settle(self._operation, twins)
        for item, path in sorted(named.files, key=lambda each: f"({each[0].id})" not in each[1]):
            # Who had a name to itself and has it no more makes room first.
            self._lister.add_file(self._operation, found, item, path)
        self._add_folders(found, named.folders)
        return named.folders | {item.id for item, _ in named.files}

    def _add_folders(self, found: Found, ids: Iterable[str]) -> None:
        self._below.update(id for id in ids if self._lister.add_folder(found, id))

    def _name_single(self, found: Found, items: Sequence[Item], named: set[str]) -> None:
        for item in items:
            if item.id in named:
                continue
            if item.is_folder:
                self._tree.settle(item.id, plain_part(item.name, item.id, is_folder=True))
                self._add_folders(found, [item.id])
            else:
                home = self._tree.home(item.parents)
                if home is not None:
                    part = plain_part(item.name, item.id, is_folder=False)
                    self._lister.add_file(self._operation, found, item, below(self._tree.path(home) or "", part))

    def _pass_over(self, folders: Sequence[str]) -> None:
        """Learn what folders lie in these, without listing them."""
        remaining = iter(folders)
        while group := list(islice(remaining, GROUP if self._queries.trusts_groups else 1)):
            inside = self._folders_in(group)
            for item in inside:
                self._tree.put(item)
            homes = {item.id: self._tree.home(item.parents) for item in inside}
            for home in set(homes.values()):
                siblings = [item.sibling() for item in inside if homes[item.id] == home]
                for id, part in parts_of(siblings).items():
                    self._tree.settle(id, part)
            self._below.update(item.id for item in inside if self._lister.add_folder(Found(), item.id))

    def _folders_in(self, group: Sequence[str]) -> list[Item]:
        try:
            found = list(self._queries.all(self._operation, child_folders(group), FOLDER_FIELDS))
        except NotFound:
            if len(group) > 1:
                return [item for id in group for item in self._folders_in([id])]
            self._queries.check_gone(self._operation, group)
            return []
        if not found and len(group) > 1:
            full = self._queries.not_empty(self._operation, group, child_folders)
            self._queries.trusts_groups = self._queries.trusts_groups and not full
            return [item for id in full for item in self._folders_in([id])]
        return found


def walked(walk: Walk) -> Iterator[Found]:
    """Yield all pages of a walk."""
    while not walk.is_finished():
        yield walk.step()
