"""Listing a Dropbox folder: the change feed with its cursors, one folder's files, the wait for news."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import requests
from dropbox import files

from adapters.dropbox_client import Client
from adapters.dropbox_entries import Net, Reader, WrongAnswerError
from adapters.errors import CursorLost, NotFound, NotOurStore, StoreError, Unavailable
from adapters.records import ChangePage, Entry, Listing, Marker, Problem, Survey

PAGE = 2000
"""The most entries the API gives at a time."""

_MOST_EMPTY_PAGES = 200
_LONGEST_WAIT_SECONDS, _SHORTEST_WAIT_SECONDS = 480, 30
_JITTER_SECONDS = 90
"""How much longer than asked the service may take to answer a long poll."""


@dataclass(frozen=True, slots=True)
class _Raw:
    entries: list[Any]
    cursor: str
    more: bool


class Feed:
    """Reads listings of one root, a path as the API wants it ("" or "/Folder"). `place` is what a cursor belongs to."""

    def __init__(self, client: Client, root: str, place: str, ignored: Callable[[str], bool]) -> None:
        self._client = client
        self._root = root
        self._place = place
        self.reader = Reader(root.count("/"), ignored)

    def changes(self, cursor: str | None) -> Iterator[ChangePage]:
        """Yield the pages from a cursor on, or of everything."""
        native = None if cursor is None else self._opened(cursor)
        empty = 0
        while True:
            raw = self._first_page(self._root, recursive=True) if native is None else self._next_page(native)
            net = self._net(raw)
            if net.root_removed:
                # Sharing or unsharing a folder shows as its removal and return: only a new listing can tell which.
                raise CursorLost(self._client.store, "changes", detail="the store's folder was removed or shared")
            yield self._page(net, raw)
            if not raw.more:
                return
            empty = 0 if raw.entries else empty + 1
            if empty > _MOST_EMPTY_PAGES:
                raise Unavailable(self._client.store, "changes", detail="one empty page after the other")
            native = raw.cursor

    def list_folder(self, path: str) -> Listing:
        """Return the direct files of one folder."""
        entries: list[Entry] = []
        problems: list[Problem] = []
        raw = self._first_page(f"{self._root}/{path}" if path else self._root, recursive=False, missing=NotFound)
        while True:
            net = self._net(raw)
            entries += net.entries
            problems += net.problems
            if not raw.more:
                break
            raw = self._next_page(raw.cursor, missing=NotFound)
        latest = {entry.key: entry for entry in entries}
        return Listing(path, path, _mark(latest.values()), tuple(latest.values()), tuple(problems))

    def latest(self) -> str:
        """Return the service's own position as it is now: `since` tells from there."""
        argument = {"path": self._root, "recursive": True, "include_deleted": False, "include_mounted_folders": True}
        answer = self._client.json(
            "presence", files.list_folder_get_latest_cursor, "files/list_folder/get_latest_cursor", argument
        )
        cursor = answer.get("cursor")
        if not isinstance(cursor, str) or not cursor:
            raise Unavailable(self._client.store, "presence", detail="answered wrongly: no position was given")
        return cursor

    def since(self, cursor: str) -> tuple[Net, str]:
        """Return what has come to the root since a position of `latest`, and the position after it."""
        entries: list[Any] = []
        while True:
            raw = self._next_page(cursor)
            entries += raw.entries
            cursor = raw.cursor
            if not raw.more:
                return self._net(_Raw(entries, cursor, more=False)), cursor

    def survey(self, limit: int, marker: Marker | None) -> Survey:
        """Count the root's files up to a limit."""
        count = folders = size = 0
        more = False
        for page in self.changes(None):
            count += len(page.entries)
            folders += len(page.folders)
            size += sum(entry.size for entry in page.entries)
            more = not page.complete
            if count >= limit:
                break
        return Survey(f"Dropbox:{self._root or '/'}", count, folders + 1, size, more and count >= limit, marker)

    def wait(self, cursor: str, seconds: float) -> tuple[bool, float]:
        """Wait for news until the time is up; return whether there is some, and how long not to ask again."""
        limit = int(min(max(seconds, _SHORTEST_WAIT_SECONDS), _LONGEST_WAIT_SECONDS))
        argument = files.ListFolderLongpollArg(self._opened(cursor), limit)
        # The service waits half a minute at least: who asks for less hangs up then.
        is_short = seconds < _SHORTEST_WAIT_SECONDS
        patience = max(seconds, 0.01) if is_short else limit + _JITTER_SECONDS
        try:
            answer = self._client.call(
                "wait",
                "",
                lambda sdk: sdk.request(files.list_folder_longpoll, "files", argument, None, timeout=patience),
            )
        except Unavailable as err:
            if is_short and isinstance(err.__cause__, requests.exceptions.ReadTimeout):
                return False, 0.0
            raise
        return bool(answer.changes), float(answer.backoff or 0)

    def _first_page(self, path: str, *, recursive: bool, missing: type[StoreError] = NotOurStore) -> _Raw:
        argument = {
            "path": path,
            "recursive": recursive,
            "include_deleted": False,
            "include_mounted_folders": True,
            "include_non_downloadable_files": True,
            "limit": PAGE,
        }
        return self._ask(files.list_folder, "files/list_folder", argument, missing)

    def _next_page(self, cursor: str, missing: type[StoreError] = NotOurStore) -> _Raw:
        return self._ask(files.list_folder_continue, "files/list_folder/continue", {"cursor": cursor}, missing)

    def _ask(self, route: Any, name: str, argument: dict[str, Any], missing: type[StoreError]) -> _Raw:
        try:
            answer = self._client.json("changes", route, name, argument)
        except NotFound as err:
            # The folder itself is gone: that says nothing about the files that were in it.
            detail = "the store's folder is not there" if missing is NotOurStore else err.detail
            raise missing(err.store, err.operation, detail=detail) from err
        entries, cursor, more = (answer.get(key) for key in ("entries", "cursor", "has_more"))
        if not isinstance(entries, list) or not isinstance(cursor, str) or not cursor or not isinstance(more, bool):
            raise Unavailable(self._client.store, "changes", detail="answered wrongly: a page lacks its parts")
        return _Raw(entries, cursor, more)

    def _net(self, raw: _Raw) -> Net:
        try:
            return self.reader.net(raw.entries)
        except WrongAnswerError as err:
            raise Unavailable(self._client.store, "changes", detail=f"answered wrongly: {err}") from None

    def _page(self, net: Net, raw: _Raw) -> ChangePage:
        return ChangePage(
            entries=tuple(net.entries),
            cursor=json.dumps({"at": raw.cursor, "of": self._place}),
            complete=not raw.more,
            removed_below=tuple(net.removed),
            problems=tuple(net.problems),
            folders=tuple(net.folders),
        )

    def _opened(self, cursor: str) -> str:
        """Return the API's own cursor. Raises CursorLost if it belongs to another folder or root."""
        try:
            kept = json.loads(cursor)
            at, place = kept["at"], kept["of"]
        except (ValueError, KeyError, TypeError):
            at, place = None, None
        if not isinstance(at, str) or place != self._place:
            raise CursorLost(self._client.store, "changes", detail="the position belongs to another folder")
        return at


def _mark(entries: Any) -> bytes:
    """Return a fingerprint of a folder's files, the same in whatever order they are listed."""
    lines = sorted(
        f"{entry.path}\0{entry.size}\0{entry.modified_ns}\0{entry.ref}\0{entry.version}" for entry in entries
    )
    return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogatepass")).digest()
