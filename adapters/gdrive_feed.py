"""The feed of a Drive folder: a whole listing, then the changes since before it began.

The service tells what changed by id, with neither a path nor what it was before. Paths are made by asking for the folders
that lead up to what changed; what a process has asked once it keeps. A folder that is new, moved or called otherwise is
listed anew with all below it, for nobody promises that those get entries of their own. Nothing is said of anything unless
root and marker can be seen: whoever loses access sees the same as when everything is deleted.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from adapters.base import MARKER_NAME
from adapters.errors import CursorLost, NotFound, NotOurStore, Unavailable
from adapters.gdrive_client import Ask, Client
from adapters.gdrive_entries import FILE_FIELDS, Item, read_item
from adapters.gdrive_errors import CalledWrong, WrongAnswerError
from adapters.gdrive_naming import Named
from adapters.gdrive_paths import name_key
from adapters.gdrive_reads import Reads
from adapters.gdrive_walk import Found, Lister, Walk, walked
from adapters.records import ChangePage, Folder, Marker, Survey

_CHANGES = f"nextPageToken,newStartPageToken,changes(changeType,removed,fileId,file({FILE_FIELDS}))"
_MOST_EMPTY_PAGES = 200


@dataclass(frozen=True, slots=True)
class Position:
    """Where a feed stands. `token` is the service's own; `level` is -1 once everything is listed; `page` counts pages."""

    place: str
    root: str
    token: str
    level: int = -1
    after: str = ""
    page: int = 0

    def cursor(self) -> str:
        """Return it as text."""
        return json.dumps(asdict(self))


@dataclass(frozen=True, slots=True)
class _News:
    """One page of changes, as the service tells them."""

    removed: list[str]
    items: list[Item]
    next: str
    is_last: bool


class Feed:
    """Reads the listing of one root. `place` is what a cursor belongs to."""

    def __init__(self, client: Client, reads: Reads, lister: Lister, place: str) -> None:
        self._client = client
        self._reads = reads
        self._lister = lister
        self._tree = lister.tree
        self._place = place
        self._going: tuple[str, Walk] | None = None
        self._last: str | None = None
        self._ahead: _News | None = None

    def changes(self, cursor: str | None) -> Iterator[ChangePage]:
        """Yield the pages from a cursor on, or of everything."""
        if cursor is None or cursor != self._last:
            # Pages were given that were perhaps not kept.
            self._tree.nothing_told()
        position = self._begun() if cursor is None else self._opened(cursor)
        self._ahead = None
        if position.level >= 0:
            for reached, page in self._listing(position):
                position = reached
                yield self._given(page, page.folders)
        yield from self._news(position, self._ahead)

    def _given(self, page: ChangePage, told: Iterable[Folder]) -> ChangePage:
        for folder in told:
            self._tree.tell(folder.identity, folder.path)
        self._last = page.cursor
        return page

    def has_news(self, cursor: str) -> bool:
        """Say whether there is anything to tell since a cursor."""
        position = self._opened(cursor)
        if position.level >= 0:
            return True
        news = self._ask(position)
        return bool(news.removed or news.items or not news.is_last)

    def survey(self, limit: int, marker: Marker | None, name: str) -> Survey:
        """Count the root's files up to a limit."""
        files = folders = size = 0
        walk = Walk(self._lister, "survey", [self._reads.root("survey")])
        for found in walked(walk):
            files += len(found.entries)
            folders += len(found.folders)
            size += sum(entry.size for entry in found.entries)
            if files >= limit:
                break
        return Survey(name, files, folders + 1, size, not walk.is_finished(), marker)

    def _begun(self) -> Position:
        root = self._reads.root("changes")
        self._reads.marker_id("changes")
        given = self._corpus()
        given.pop("includeItemsFromAllDrives", None)
        # Before the listing: so nothing is lost, and some is told twice.
        answer = self._client.call("changes", "", lambda service: service.changes().getStartPageToken(**given))
        token = answer.get("startPageToken")
        if not isinstance(token, str) or not token:
            raise Unavailable(self._client.store, "changes", detail="answered wrongly: no position was given")
        return Position(self._place, root, token, level=0)

    def _listing(self, position: Position) -> Iterator[tuple[Position, ChangePage]]:
        walk = self._walk_at(position)
        is_first = True
        while is_first or not walk.is_finished():
            is_first = False
            found = Found() if walk.is_finished() else walk.step()
            # A step that raised is taken again; one that was taken and not told of is not: then this walk is left.
            self._going = None
            level, after = walk.position
            position = replace(position, level=level, after=after, page=position.page + 1)
            if walk.is_finished():
                # What was not found may be called absent by now: that must not be the access that was.
                self._ahead = self._believed(position)
                position = Position(self._place, position.root, position.token)
            else:
                self._going = position.cursor(), walk
            yield position, _page(found, position, is_complete=False)

    def _walk_at(self, position: Position) -> Walk:
        if self._going is not None and self._going[0] == position.cursor():
            return self._going[1]
        walk = Walk(self._lister, "changes", [position.root])
        walk.go_to(position.level, position.after)
        return walk

    def _believed(self, position: Position) -> _News | None:
        """Look at root and marker; in the same request, the first page of changes is asked for, None if it did not come."""
        answer = self._reads.believe("changes", self._asking(position))
        try:
            return _read_news(answer) if answer is not None else None
        except WrongAnswerError:
            return None

    def _news(self, position: Position, first: _News | None = None) -> Iterator[ChangePage]:
        empty = 0
        while True:
            news, first = first or self._ask(position), None
            # What was told but not to its end is told again from here; only the last page of it moves on.
            held, told = Found(), list[Folder]()
            for found in self._told(news):
                told += found.folders
                if held:
                    position = replace(position, page=position.page + 1)
                    yield self._given(_page(held, position, is_complete=False), ())
                held = found
            position = replace(position, token=news.next, page=0)
            yield self._given(_page(held, position, is_complete=news.is_last), told)
            if news.is_last:
                return
            empty = 0 if news.removed or news.items else empty + 1
            if empty > _MOST_EMPTY_PAGES:
                raise Unavailable(self._client.store, "changes", detail="one empty page after the other")

    def _told(self, news: _News) -> Iterator[Found]:
        """Yield what a page of changes comes to, in one part or several."""
        changed = self._sorted(news)
        first = Found(removed=news.removed)
        moved = self._place_all(first, changed)
        if first or moved:
            self._reads.believe("changes")
        start = self._topmost(moved)
        open_folders = [id for id in start if self._lister.add_folder(first, id)]
        if first:
            yield first
        if open_folders:
            yield from walked(Walk(self._lister, "changes", open_folders))

    def _sorted(self, news: _News) -> _Changed:
        changed = _Changed()
        for id in news.removed:
            self._tree.forget(id)
        for item in news.items:
            if item.id == self._tree.root:
                # It may have been renamed, which is nothing to us, or be in the trash.
                self._reads.believe("changes")
            elif item.trashed:
                changed.gone.append(item)
                self._tree.forget(item.id)
            elif item.is_folder:
                if self._tree.put(item):
                    changed.opened.add(item.id)
                changed.folders.append(item)
            else:
                changed.files.append(item)
        return changed

    def _place_all(self, found: Found, changed: _Changed) -> set[str]:
        """Say where files are now and what is gone. Return the folders that must be listed anew."""
        items = [*changed.files, *changed.folders]
        everything: list[Item] = [*items, *changed.gone]
        self._lister.names.load("changes", {parent for item in everything for parent in item.parents})
        found.removed += [item.id for item in changed.gone]
        # A folder that has its path still is named by many an entry that says nothing: who looked at it, who may.
        items = [item for item in items if not item.is_folder or self._is_moved(item.id) or item.id in changed.opened]
        named = self._lister.names.settle("changes", items, changed.gone)
        self._add_files(found, changed.files, named)
        # Its own entry, or that of a twin, may have moved a folder that was never told of here: then nobody knows.
        names = {name_key(item.name) for item in everything if item.is_folder}
        twins = {id for id in named.folders if self._is_moved(id) and self._may_have_moved(id, names)}
        moved = twins | changed.opened | {item.id for item in items if item.is_folder}
        inside = {id for id in moved if self._is_listed(id)}
        found.removed += sorted(moved - inside)
        return inside

    def _is_moved(self, id: str) -> bool:
        return self._tree.path(id) is None or self._tree.told(id) != self._tree.path(id)

    def _may_have_moved(self, id: str, names: set[str]) -> bool:
        known = self._tree.get(id)
        return self._tree.told(id) is not None or (known is not None and name_key(known.name) in names)

    def _add_files(self, found: Found, files: Iterable[Item], named: Named) -> None:
        told = set()
        for item, path in sorted(named.files, key=lambda each: f"({each[0].id})" not in each[1]):
            if path == MARKER_NAME or self._lister.add_file("changes", found, item, path):
                told.add(item.id)
        # Outside, or passed over by its name.
        found.removed += [item.id for item in files if item.id not in told]

    def _is_listed(self, id: str) -> bool:
        path = self._tree.path(id)
        return path is not None and not self._lister.ignored(path)

    def _topmost(self, ids: set[str]) -> list[str]:
        """Return those that lie in none of the others."""
        found = []
        for id in sorted(ids):
            known = self._tree.get(id)
            if known is not None and not self._tree.above(known.parents) & ids:
                found.append(id)
        return found

    def _asking(self, position: Position) -> Ask:
        given = {"pageToken": position.token, "fields": _CHANGES, "pageSize": 1000, "spaces": "drive", **self._corpus()}
        return lambda service: service.changes().list(**given)

    def _ask(self, position: Position) -> _News:
        try:
            answer = self._client.call("changes", "", self._asking(position))
        except CalledWrong as err:
            raise CursorLost(err.store, "changes", detail="the position is no longer known") from err
        except NotFound as err:
            if self._lister.queries.drive:
                raise NotOurStore(err.store, "changes", detail="the shared drive may not be seen any more") from err
            raise CursorLost(err.store, "changes", detail="the position is no longer known") from err
        try:
            return _read_news(answer)
        except WrongAnswerError as err:
            raise Unavailable(self._client.store, "changes", detail=f"answered wrongly: {err}") from None

    def _corpus(self) -> dict[str, Any]:
        corpus = self._lister.queries.corpus()
        corpus.pop("corpora", None)
        return corpus

    def _opened(self, cursor: str) -> Position:
        """Return the position. Raises CursorLost if it belongs to another place."""
        try:
            position = Position(**json.loads(cursor))
        except (ValueError, TypeError):
            position = Position("", "", "")
        fits = all(isinstance(text, str) for text in (position.root, position.token, position.after))
        numbers = isinstance(position.level, int) and isinstance(position.page, int)
        if position.place != self._place or not fits or not numbers or self._tree.root not in ("", position.root):
            raise CursorLost(self._client.store, "changes", detail="the position belongs to another folder")
        self._reads.begin(position.root)
        return position


class _Changed:
    """One page's changes, sorted: what is in the trash, folders, files. `opened` are folders that may be seen again."""

    def __init__(self) -> None:
        self.gone: list[Item] = []
        self.folders: list[Item] = []
        self.files: list[Item] = []
        self.opened: set[str] = set()


def _read_news(answer: Mapping[str, Any]) -> _News:
    changes = answer.get("changes")
    more, new = answer.get("nextPageToken"), answer.get("newStartPageToken")
    following = more or new
    if not isinstance(changes, list) or not isinstance(following, str):
        raise WrongAnswerError("a page lacks its parts")
    if answer.get("incompleteSearch"):
        # No part of a page of changes by the API's word; where it is said all the same, the position may not move on.
        raise WrongAnswerError("the page calls itself incomplete")
    removed, items = _read_changes(changes)
    return _News(removed, items, following, not more)


def _read_changes(changes: Sequence[Any]) -> tuple[list[str], list[Item]]:
    removed, items = [], []
    for change in changes:
        if not isinstance(change, dict):
            raise WrongAnswerError("a change is none")
        id, is_removed = change.get("fileId"), change.get("removed")
        if id is None and change.get("changeType", "file") != "file":
            # A shared drive's own. What names a file is about that file, whatever it is called.
            continue
        if not isinstance(id, str) or not isinstance(is_removed, bool):
            raise WrongAnswerError("a change lacks what every change has")
        if is_removed:
            removed.append(id)
        else:
            items.append(read_item(change.get("file")))
    return removed, items


def _page(found: Found, position: Position, *, is_complete: bool) -> ChangePage:
    return ChangePage(
        entries=tuple(found.entries),
        cursor=position.cursor(),
        complete=is_complete,
        removed=tuple(found.removed),
        problems=tuple(found.problems),
        folders=tuple(found.folders),
    )
