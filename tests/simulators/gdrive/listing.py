"""files.list: pages of what a search finds, in an order that means nothing unless one was asked for.

Settings that tests may set: `page_limit` (the service's own idea of a page), `empty_every` (every so manieth page is
empty, with more to come), `page_overlap` (so many entries come again on the next page), `listing_lag_seconds` (what came
into a folder later than that is not found yet, though `get` finds it), `stale_seconds` (of what was given new bytes later than
that the bytes before are shown, though `get` shows the new ones), `incomplete` (incompleteSearch is true, and half
is missing), `or_parents_empty` (the service's bug: several folders joined by "or" have nothing in them),
`others_unlisted` (others' files in our folders are found by folder only), `page_tokens_live_seconds`, `order_limit`,
`limited_listing` ("empty" or "refused": what a folder answers whose children may not be listed).
"""

from __future__ import annotations

import base64
import json
import zlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tests.simulators.gdrive.access import Roles
from tests.simulators.gdrive.acts import ME
from tests.simulators.gdrive.answers import Answer, DriveError, not_found
from tests.simulators.gdrive.items import file_item
from tests.simulators.gdrive.masks import below, wanted
from tests.simulators.gdrive.query import Search, has_word, parse_query
from tests.simulators.gdrive.tree import COLUMNS, FOLDER, Node, Tree, stamp

if TYPE_CHECKING:
    from tests.simulators.gdrive.answers import Call

_LIVE_SECONDS = 6 * 3600
_ORDERS = {
    "name": "folded", "name_natural": "folded", "folder": f"mime != '{FOLDER}'", "modifiedTime": "modified",
    "createdTime": "created", "quotaBytesUsed": "coalesce(size, 0)", "recency": "modified", "modifiedByMeTime": "modified",
    "viewedByMeTime": "json_extract(extra, '$.viewedByMeTime')", "starred": "json_extract(extra, '$._starred')",
    "sharedWithMeTime": "shared_at(id)",
}  # fmt: skip
_WIDE = ("drive", "allDrives")


def list_files(call: Call) -> Answer:
    """Answer files.list."""
    _check_corpora(call)
    several = bool(call.tree.setting("several_parents", False))
    me = call.caller.email
    search = parse_query(call.args.get("q", ""), me, several=several) if call.args.get("q") else Search()
    search.values = [call.app.acts.root if value == "root" else value for value in search.values]
    nothing = _check_folders(call, search)
    order = _order(call, search)
    token = _read_token(call)
    with call.tree.lock:
        rows, more, after = ([], False, 0) if nothing else _page(call, search, order, token)
    roles = Roles(call.tree, call.caller, links=False)
    mask = below(call.mask, "files")
    answer: dict[str, Any] = {
        "kind": "drive#fileList", "incompleteSearch": bool(call.tree.setting("incomplete", False)),
        "files": [file_item(call, _as_listed(call, node), mask, roles) for node in rows],
    }  # fmt: skip
    if answer["incompleteSearch"]:
        answer["files"] = answer["files"][::2]
    if more:
        answer["nextPageToken"] = _write_token(call, after, token[1] + 1)
    return Answer({name: value for name, value in answer.items() if wanted(call.mask, name)}, masked=True)


def _check_corpora(call: Call) -> None:
    args = call.args
    corpora = args.get("corpora", "user")
    include = args.get("includeItemsFromAllDrives") or args.get("includeTeamDriveItems")
    drive = args.get("driveId") or args.get("teamDriveId")
    if corpora not in ("user", "domain", *_WIDE):
        raise DriveError(400, "invalid", "Invalid Value", "corpora")
    if args.get("spaces", "drive") != "drive":
        raise DriveError(400, "invalid", "Invalid Value", "spaces")
    if (drive is not None) != (corpora == "drive"):
        message = "The driveId parameter must be specified if and only if corpora is set to drive."
        raise DriveError(403, "teamDriveIdRequiresTeamDriveCorpora", message)
    if (drive or corpora in _WIDE) and not include:
        message = (
            "The includeItemsFromAllDrives parameter must be set to true when driveId is specified or corpora contains "
            "drive or allDrives."
        )
        raise DriveError(403, "teamDrivesIncludeRequired", message)
    if include and not call.all_drives:
        message = "The supportsAllDrives parameter must be set to true when includeItemsFromAllDrives is set to true."
        raise DriveError(403, "teamDrivesNotSupported", message)
    if drive is not None:
        node = call.tree.find(drive)
        if node is None or node.drive != node.id or not Roles(call.tree, call.caller).rank(node):
            raise DriveError(404, "notFound", f"Shared drive not found: {drive}", "driveId")


def _check_folders(call: Call, search: Search) -> bool:
    """Return whether the folders that are asked for have nothing to show. Raises DriveError for those that aren't there."""
    roles = Roles(call.tree, call.caller)
    for folder_id in search.folders:
        node = call.tree.find(call.app.acts.root if folder_id == "root" else folder_id)
        if node is None or not roles.rank(node):
            raise DriveError(404, "notFound", "File not found: .", "fileId")
        if node.more().get("_limited") and call.tree.setting("limited_listing", "empty") == "refused":
            raise not_found(node.id)
    return search.mixes and bool(call.tree.setting("or_parents_empty", False))


def _order(call: Call, search: Search) -> str:
    """Return what to sort by; "" for the order that needs no sorting."""
    text = call.args.get("orderBy", "")
    if not text:
        return ""
    if search.full_text:
        message = "Sorting is not supported for queries with fullText terms. Results are always in descending relevance order."
        raise DriveError(403, "forbidden", message)
    keys = []
    for each in text.split(","):
        name, _, direction = each.strip().partition(" ")
        if name not in _ORDERS or direction.strip() not in ("", "desc"):
            raise DriveError(400, "invalid", "Invalid Value", "orderBy")
        keys.append(f"{_ORDERS[name]} {direction}")
    if call.tree.count("node") > call.tree.setting("order_limit", 1_000_000):
        return ""
    return ", ".join(keys) + ", id"


def _page(call: Call, search: Search, order: str, token: tuple[int, int]) -> tuple[list[Node], bool, int]:
    """Return a page's nodes, whether there are more, and where to go on: after a place, or so many further down."""
    after, number = token
    setting = call.tree.setting
    size = min(call.args["pageSize"], setting("page_limit", 1000))
    every = setting("empty_every", 0)
    if every and (number + 1) % every == 0:
        return [], True, after
    overlap = setting("page_overlap", 0)
    found: list[tuple[Node, int]] = []
    roles = Roles(call.tree, call.caller, links=False)
    start = after
    while len(found) <= size:
        rows = _rows(call, search, order, start, size + 1)
        for at, row in enumerate(rows, start + 1):
            start = at if order else row.place
            if _listed(call, row, search, roles):
                found.append((row, start))
        if len(rows) <= size:
            break
    more = len(found) > size
    kept = found[:size]
    if not more:
        return [node for node, _ in kept], False, 0
    last = kept[-1 - overlap] if len(kept) > overlap + 1 else kept[-1]
    return [node for node, _ in kept], True, last[1]


def _as_listed(call: Call, node: Node) -> Node:
    """Return a node as listings show it just now: they may be behind."""
    stale = call.tree.setting("stale_seconds", 0)
    if not stale or node.content is None:
        return node
    query = "SELECT rid, content, md5, size, modified FROM revision WHERE file = ? AND replaced_at > ? ORDER BY replaced_at LIMIT 1"
    before = call.tree.rows(query, node.id, call.tree.now() - stale)
    if not before:
        return node
    head, content, md5, size, modified = before[0]
    return replace(node, head=head, content=content, sha256=content, sha1=None, md5=md5, size=size, modified=modified)


def _rows(call: Call, search: Search, order: str, start: int, limit: int) -> list[Node]:
    where, values = _corpus(call)
    lag = call.tree.setting("listing_lag_seconds", 0)
    if lag:
        where += f" AND placed_at <= {call.tree.now() - lag!r}"
    query = f"SELECT {COLUMNS} FROM node WHERE ({search.where}) AND {where}"
    if order:
        found = call.tree.rows(f"{query} ORDER BY {order} LIMIT ? OFFSET ?", *search.values, *values, limit, start)
    else:
        found = call.tree.rows(f"{query} AND place > ? ORDER BY place LIMIT ?", *search.values, *values, start, limit)
    return [Node(*row) for row in found]


def _corpus(call: Call) -> tuple[str, list[Any]]:
    drive = call.args.get("driveId") or call.args.get("teamDriveId")
    where, values = "NOT lost AND id != drive AND id != ?", [call.app.acts.root]
    if drive is not None:
        return f"{where} AND drive = ?", [*values, drive]
    include = call.args.get("includeItemsFromAllDrives") or call.args.get("includeTeamDriveItems")
    return where if include else f"{where} AND drive = ''", values


def _listed(call: Call, node: Node, search: Search, roles: Roles) -> bool:
    if node.owner == call.caller.email and not call.caller.own_files_only:
        return True
    if call.tree.setting("others_unlisted", False) and not search.folders and not node.drive:
        rows = call.tree.rows("SELECT 1 FROM permission WHERE file = ? AND email = ?", node.id, call.caller.email)
        if node.owner != call.caller.email and not rows:
            return False
    return roles.rank(node) > 0


def _asked(call: Call) -> int:
    """Return a number that stands for the question: a page token is good for that only."""
    names = ("q", "corpora", "driveId", "orderBy", "includeItemsFromAllDrives", "spaces")
    return zlib.crc32(json.dumps([call.args.get(name) for name in names]).encode())


def _write_token(call: Call, after: int, number: int) -> str:
    epoch = call.tree.setting("page_epoch", 0)
    values = json.dumps([after, number, epoch, call.tree.now(), _asked(call)])
    return "~!!~" + base64.urlsafe_b64encode(values.encode()).decode().rstrip("=")


def _read_token(call: Call) -> tuple[int, int]:
    text = call.args.get("pageToken")
    if text is None:
        return (0 if call.args.get("orderBy") else -1), 0
    try:
        packed = text.removeprefix("~!!~")
        after, number, epoch, at, asked = json.loads(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)))
    except ValueError:
        raise DriveError(400, "invalid", "Invalid Value", "pageToken") from None
    live = call.tree.setting("page_tokens_live_seconds", _LIVE_SECONDS)
    if epoch != call.tree.setting("page_epoch", 0) or at + live < call.tree.now() or asked != _asked(call):
        raise DriveError(400, "invalid", "Invalid Value", "pageToken")
    return after, number


def prepare(tree: Tree) -> None:
    """Teach the database the functions that searches use."""
    def has_parent(extra: str, folder_id: str) -> bool:
        return folder_id in json.loads(extra).get("_more_parents", ())

    def shared_at(file_id: str) -> str | None:
        query = "SELECT at FROM permission JOIN node ON node.id = file WHERE file = ? AND email = ? AND owner != ?"
        rows = tree.db.execute(query, (file_id, ME, ME)).fetchall()
        return stamp(rows[0][0]) if rows else None

    tree.db.create_function("has_word", 2, has_word)
    tree.db.create_function("has_parent", 2, has_parent)
    tree.db.create_function("shared_at", 1, shared_at)
    tree.db.create_function("json_quote", 1, lambda text: json.dumps(text, ensure_ascii=False))


HANDLERS = {"files.list": list_files}
