"""Routes that list: list_folder, its continuation, the latest cursor, the long poll."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

from dropbox import files

from tests.simulators.dropbox.answers import Answer, BadInputError, RouteError, not_found, whole_path
from tests.simulators.dropbox.listing import BadCursorError, Cursor, Page, ResetError, without_prefix
from tests.simulators.dropbox.names import key_of

if TYPE_CHECKING:
    from tests.simulators.dropbox.app import Call

_JITTER_SECONDS = 90


def _begin(call: Call) -> Cursor:
    arg = call.arg
    if arg.include_media_info and call.raw.get("include_media_info"):
        raise BadInputError("include_media_info is deprecated")
    if arg.path.startswith("id:"):
        node = call.tree.find_id(arg.path)
        key = node.key if node else "\0"
    else:
        key = key_of(whole_path(call, arg.path))
    if key:
        node = call.tree.find(key)
        if node is None:
            raise RouteError(files.ListFolderError.path(not_found()))
        if node.is_file:
            raise RouteError(files.ListFolderError.path(files.LookupError.not_folder))
    return call.app.listings.begin(
        key, recursive=arg.recursive, limit=arg.limit, deleted=arg.include_deleted, root=call.caller.root
    )


def _answer(call: Call, page: Page) -> Answer:
    items = [seen for item in page.items if (seen := without_prefix(item, call.caller.prefix))]
    cursor = json.dumps(page.cursor.encode())
    more = "true" if page.has_more else "false"
    return Answer(text=f'{{"entries": [{", ".join(items)}], "cursor": {cursor}, "has_more": {more}}}')


def _list_folder(call: Call) -> Answer:
    return _answer(call, call.app.listings.page(_begin(call)))


def _cursor(call: Call, error: Any) -> Cursor:
    try:
        cursor = Cursor.decode(call.arg.cursor)
        call.app.listings.check(cursor)
    except BadCursorError:
        raise BadInputError("cursor: invalid cursor") from None
    except ResetError:
        raise RouteError(error) from None
    return cursor


def _continue(call: Call) -> Answer:
    cursor = _cursor(call, files.ListFolderContinueError.reset)
    if cursor.root != call.caller.root:
        raise RouteError(files.ListFolderContinueError.reset)
    if cursor.key and call.tree.find(cursor.key) is None:
        raise RouteError(files.ListFolderContinueError.path(not_found()))
    return _answer(call, call.app.listings.page(cursor))


def _latest(call: Call) -> Answer:
    return Answer({"cursor": call.app.listings.latest(_begin(call)).encode()})


def _longpoll(call: Call) -> Answer:
    """Wait for news. The time limit passes on the clock that tests move, or in real time by `longpoll_scale`."""
    cursor = _cursor(call, files.ListFolderLongpollError.reset)
    scale = call.tree.setting("longpoll_scale", 1.0)
    ends = call.app.clock.now() + call.arg.timeout
    ends_really = time.monotonic() + call.arg.timeout * scale
    backoff = call.tree.setting("longpoll_backoff", None)
    with call.tree.changed:
        while not (news := not call.tree.closed and call.app.listings.has_news(cursor)):
            left = min(ends_really - time.monotonic(), 0.5)
            if left <= 0 or call.app.clock.now() >= ends or call.tree.closed:
                break
            call.tree.changed.wait(left)
    return Answer({"changes": news, **({"backoff": backoff} if backoff else {})})


HANDLERS = {
    "files/list_folder": _list_folder,
    "files/list_folder/continue": _continue,
    "files/list_folder/get_latest_cursor": _latest,
    "files/list_folder/longpoll": _longpoll,
}
