"""Listings, cursors and waiting: a cursor is a place in a listing, then a position in the journal.

A listing shows the tree as it is while it is read, in no order that means anything; what changed since it began comes
with the first `continue` after its end, once more perhaps. A recursive one names the folder itself, too. Settings
that tests may set: `page_limit` (the service's own idea of a page), `order` ("shuffle" or "path"), `empty_every`
(every so manieth page is empty, with more to come), `longpoll_scale` (how much of a long poll's time really passes).
"""

from __future__ import annotations

import base64
import json
import zlib
from dataclasses import asdict, dataclass, replace
from typing import Any

from tests.simulators.dropbox.names import name_of, parent_of
from tests.simulators.dropbox.tree import Tree


class ResetError(Exception):
    """The cursor's position is no longer known."""


class BadCursorError(Exception):
    """The text is no cursor."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a reader is. `after` is the place in the listing, None once it is at its end; `seq` is in the journal."""

    key: str
    recursive: bool
    limit: int
    deleted: bool
    epoch: int
    seq: int
    after: str | None
    root: str = ""
    pages: int = 0

    def encode(self) -> str:
        """Return it as the client sees it."""
        packed = zlib.compress(json.dumps(list(asdict(self).values())).encode())
        return "AA" + base64.urlsafe_b64encode(packed).decode().rstrip("=")

    @classmethod
    def decode(cls, text: str) -> Cursor:
        """Return the cursor. Raises BadCursorError."""
        try:
            packed = base64.urlsafe_b64decode(text[2:] + "=" * (-len(text[2:]) % 4))
            return cls(*json.loads(zlib.decompress(packed)))
        except (ValueError, TypeError, zlib.error):
            raise BadCursorError(text) from None


@dataclass(frozen=True, slots=True)
class Page:
    """The JSON texts of the entries, in order, and where to go on."""

    items: list[str]
    cursor: Cursor
    has_more: bool


class Listings:
    """Reads pages of one tree."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree

    def begin(self, key: str, *, recursive: bool, limit: int | None, deleted: bool, root: str) -> Cursor:
        """Return the cursor before the first page."""
        epoch = self._tree.setting("cursor_epoch", 0)
        return Cursor(key, recursive, limit or 2000, deleted, epoch, self._tree.last_seq(), "", root)

    def latest(self, cursor: Cursor) -> Cursor:
        """Return the cursor that has seen everything until now."""
        return replace(cursor, after=None, seq=self._tree.last_seq())

    def check(self, cursor: Cursor) -> None:
        """Raise ResetError if positions as old as this are no longer known."""
        if cursor.epoch != self._tree.setting("cursor_epoch", 0):
            raise ResetError

    def page(self, cursor: Cursor) -> Page:
        """Return the next page. Raises ResetError."""
        self.check(cursor)
        cursor = replace(cursor, pages=cursor.pages + 1)
        limit = min(cursor.limit, self._tree.setting("page_limit", 2000))
        every = self._tree.setting("empty_every", 0)
        if every and cursor.pages % every == 0:
            return Page([], cursor, has_more=True)
        with self._tree.lock:
            return self._tree_page(cursor, limit) if cursor.after is not None else self._journal_page(cursor, limit)

    def has_news(self, cursor: Cursor) -> bool:
        """Say whether the next page would have entries."""
        with self._tree.lock:
            return cursor.after is not None or bool(self._journal_page(cursor, 1).items)

    def _tree_page(self, cursor: Cursor, limit: int) -> Page:
        by_path = self._tree.setting("order", "shuffle") == "path"
        column, first = ("key", cursor.after) if by_path else ("place", int(cursor.after or -1))
        query, values = f"SELECT {column}, key, item FROM node WHERE {column} > ?", [first]
        if cursor.key:
            # The plus keeps the reader on the order's own index: the key's would mean sorting for each page.
            name = "key" if by_path else "+key"
            itself = f" OR {name} = ?" if cursor.recursive else ""
            query += f" AND (({name} >= ? AND {name} < ?){itself})"
            values += [cursor.key + "/", cursor.key + "0", *([cursor.key] if itself else [])]
        if not cursor.recursive:
            query += " AND instr(substr(key, ?), '/') = 0"
            values.append(len(cursor.key) + 2)
        rows = self._tree.db.execute(f"{query} ORDER BY {column} LIMIT ?", [*values, limit + 1]).fetchall()
        items = [row[2] for row in rows[:limit]]
        if len(rows) > limit:
            return Page(items, replace(cursor, after=str(rows[limit - 1][0])), has_more=True)
        if cursor.deleted:
            items += self._dead(cursor)
        return Page(items, replace(cursor, after=None), has_more=False)

    def _dead(self, cursor: Cursor) -> list[str]:
        rows = self._tree.db.execute("SELECT key, display FROM dead ORDER BY key").fetchall()
        return [
            json.dumps({".tag": "deleted", "name": name_of(display), "path_lower": key, "path_display": display})
            for key, display in rows
            if _covers(cursor, key)
        ]

    def _journal_page(self, cursor: Cursor, limit: int) -> Page:
        items: list[str] = []
        seq = cursor.seq
        rows = self._tree.db.execute("SELECT seq, key, item FROM journal WHERE seq > ? ORDER BY seq", (cursor.seq,))
        for seq_there, key, item in rows:
            if len(items) == limit:
                return Page(items, replace(cursor, seq=seq), has_more=True)
            seq = seq_there
            if _covers(cursor, key):
                items.append(item)
        return Page(items, replace(cursor, seq=seq), has_more=False)


def _covers(cursor: Cursor, key: str) -> bool:
    if key == cursor.key:
        return True
    if not key.startswith(cursor.key + "/"):
        return False
    return cursor.recursive or parent_of(key) == cursor.key


def without_prefix(item: str, prefix: str) -> str:
    """Return an item as a member sees it whose home is the folder `prefix` of the team's tree; "" for the home."""
    if not prefix:
        return item
    values: dict[str, Any] = json.loads(item)
    if len(values["path_lower"]) == len(prefix):
        return ""
    for name in ("path_lower", "path_display"):
        if values.get(name):
            values[name] = values[name][len(prefix) :]
    return json.dumps(values, ensure_ascii=False)
