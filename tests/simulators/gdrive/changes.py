"""The change feed: one entry for each file that changed since a token, the newest, oldest first.

A shared drive's tokens are numbers of another range than the user's, so that mixing them up is refused. Settings that
tests may set: `page_limit`, `oldest_token` and `token_status` (older start tokens are refused, with that status),
`changes_lag_seconds` (what changed later than that isn't told yet).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.simulators.gdrive.access import Roles
from tests.simulators.gdrive.answers import Answer, DriveError
from tests.simulators.gdrive.drives import drive_numbers
from tests.simulators.gdrive.items import file_item
from tests.simulators.gdrive.masks import Mask, below
from tests.simulators.gdrive.tree import Node, Tree, stamp

if TYPE_CHECKING:
    from tests.simulators.gdrive.answers import Call

_RANGE = 10**9


def _drive(call: Call) -> tuple[str, int]:
    """Return the shared drive that is asked for, "" for the user's own changes, and where its tokens begin."""
    drive = call.args.get("driveId") or call.args.get("teamDriveId") or ""
    if not drive:
        return "", 0
    node = call.tree.find(drive)
    if node is None or not Roles(call.tree, call.caller).rank(node):
        raise DriveError(404, "notFound", f"Shared drive not found: {drive}", "driveId")
    if not call.all_drives:
        message = "The supportsAllDrives parameter must be set to true when driveId is specified."
        raise DriveError(403, "teamDrivesNotSupported", message)
    return drive, drive_numbers(call.tree)[drive] * _RANGE


def start_token(call: Call) -> Answer:
    """Answer changes.getStartPageToken."""
    _, base = _drive(call)
    return Answer({"kind": "drive#startPageToken", "startPageToken": str(base + call.tree.last_seq() + 1)})


def list_changes(call: Call) -> Answer:
    """Answer changes.list."""
    args, tree = call.args, call.tree
    drive, base = _drive(call)
    include = args.get("includeItemsFromAllDrives") or args.get("includeTeamDriveItems")
    if (drive and not include) or (include and not call.all_drives):
        raise DriveError(403, "teamDrivesIncludeRequired", "includeItemsFromAllDrives and supportsAllDrives belong together.")
    first = _position(call, base)
    size = min(args["pageSize"], tree.setting("page_limit", 1000))
    lag = tree.setting("changes_lag_seconds", 0)
    entries, last = _entries(call, first, tree.now() - lag if lag else None, (drive, bool(include)), size)
    answer: dict[str, Any] = {"kind": "drive#changeList", "changes": entries}
    if last is not None:
        return Answer(answer | {"nextPageToken": str(base + last + 1)})
    return Answer(answer | {"newStartPageToken": str(base + _told_until(tree, first, tree.now() - lag if lag else None) + 1)})


def _told_until(tree: Tree, first: int, until: float | None) -> int:
    """Return the last position that may be told of."""
    if until is None:
        return tree.last_seq()
    (last,) = tree.rows("SELECT max(seq) FROM journal WHERE at <= ?", until)[0]
    return max(last or 0, first - 1)


def _position(call: Call, base: int) -> int:
    text = call.args["pageToken"]
    position = int(text) - base if text.isdecimal() else -1
    if not 0 < position <= call.tree.last_seq() + 1:
        raise DriveError(400, "invalid", "Invalid Value", "pageToken")
    if position < call.tree.setting("oldest_token", 0):
        status = call.tree.setting("token_status", 410)
        raise DriveError(status, "invalid" if status == 400 else "updatedMinTooLongAgo", "The page token is too old.", "pageToken")
    return position


def _entries(
    call: Call, first: int, until: float | None, corpus: tuple[str, bool], size: int
) -> tuple[list[dict[str, Any]], int | None]:
    """Return a page's entries, and the position of the last row read if there are more."""
    roles = Roles(call.tree, call.caller, links=False)
    mask = below(call.mask, "changes")
    entries: list[dict[str, Any]] = []
    last = _told_until(call.tree, first, until)
    query = "SELECT seq, file, at, drive, was_drive FROM journal WHERE seq >= ? AND seq <= ? ORDER BY seq LIMIT ?"
    while rows := call.tree.rows(query, first, last, size):
        for seq, file_id, changed_at, there, was in rows:
            entry = _entry(call, roles, mask, file_id, _left(there, was, *corpus)) if _in_corpus(there, was, *corpus) else None
            if entry is not None:
                entries.append({**entry, "time": stamp(changed_at)})
            if len(entries) == size and seq < last:
                return entries, int(seq)
        first = rows[-1][0] + 1
    return entries, None


def _in_corpus(there: str, was: str, drive: str, include: bool) -> bool:
    if drive:
        return drive in (there, was)
    return include or not there or not was


def _left(there: str, was: str, drive: str, include: bool) -> bool:
    """Say whether a file is no longer in what the caller follows."""
    return there != drive if drive else bool(there) and not include


def _entry(call: Call, roles: Roles, mask: Mask, file_id: str, left: bool) -> dict[str, Any] | None:
    node = call.tree.find(file_id)
    removed = left or node is None or not roles.rank(node)
    args = call.args
    if removed and not args.get("includeRemoved", True):
        return None
    if node is not None and args.get("restrictToMyDrive") and not _in_my_drive(call, node):
        return None
    entry: dict[str, Any] = {
        "kind": "drive#change", "type": "file", "changeType": "file", "removed": removed, "fileId": file_id,
    }  # fmt: skip
    if node is not None and (not removed or (args.get("includeCorpusRemovals") and roles.rank(node))):
        entry["file"] = file_item(call, node, below(mask, "file"), roles)
    return entry


def _in_my_drive(call: Call, node: Node) -> bool:
    return not node.drive and call.tree.is_within(node.id, call.app.acts.root)


HANDLERS = {"changes.getStartPageToken": start_token, "changes.list": list_changes}
