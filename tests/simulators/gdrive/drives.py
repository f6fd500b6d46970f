"""Shared drives, the account, ids. A shared drive's root is a folder whose id is the drive's.

Settings that tests may set: `quota_bytes` (None is unlimited), `other_usage_bytes` (what Gmail and Photos take),
`max_upload_bytes`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.simulators.gdrive.access import RANK, Roles
from tests.simulators.gdrive.answers import Answer, DriveError
from tests.simulators.gdrive.people import user
from tests.simulators.gdrive.tree import Node, Tree

if TYPE_CHECKING:
    from tests.simulators.gdrive.answers import Call

MOST_BYTES = 5_497_558_138_880
QUOTA_BYTES = 2 * 1024**4


def drive_numbers(tree: Tree) -> dict[str, int]:
    """Return the shared drives with their numbers, from 1."""
    found: dict[str, int] = tree.setting("drives", {})
    return found


def _item(call: Call, node: Node) -> dict[str, Any]:
    rank = Roles(call.tree, call.caller).rank(node)
    capabilities = {
        "canAddChildren": rank >= RANK["writer"], "canListChildren": True, "canTrashChildren": rank >= RANK["fileOrganizer"],
        "canDeleteChildren": rank >= RANK["organizer"], "canManageMembers": rank >= RANK["organizer"],
        "canDeleteDrive": rank >= RANK["organizer"], "canEdit": rank >= RANK["writer"],
    }  # fmt: skip
    return {
        "kind": "drive#drive", "id": node.id, "name": node.name, "createdTime": node.created, "hidden": False,
        "capabilities": capabilities,
    }  # fmt: skip


def _list(call: Call) -> Answer:
    roles = Roles(call.tree, call.caller)
    nodes = [node for each in drive_numbers(call.tree) if (node := call.tree.find(each)) and roles.rank(node)]
    start = call.args.get("pageToken", "0")
    if not start.isdecimal():
        raise DriveError(400, "invalid", "Invalid Value", "pageToken")
    first, size = int(start), call.args["pageSize"]
    answer: dict[str, Any] = {"kind": "drive#driveList", "drives": [_item(call, each) for each in nodes[first : first + size]]}
    if len(nodes) > first + size:
        answer["nextPageToken"] = str(first + size)
    return Answer(answer)


def _get(call: Call) -> Answer:
    node = call.tree.find(call.args["driveId"])
    if node is None or node.drive != node.id or not Roles(call.tree, call.caller).rank(node):
        raise DriveError(404, "notFound", f"Shared drive not found: {call.args['driveId']}", "driveId")
    return Answer(_item(call, node))


def _about(call: Call) -> Answer:
    if "fields" not in call.args:
        raise DriveError(400, "required", "The 'fields' parameter is required for this method.", "fields")
    email, tree = call.caller.email, call.tree
    quota: dict[str, str] = {
        "usage": str(tree.used_bytes(email) + tree.setting("other_usage_bytes", 0)),
        "usageInDrive": str(tree.used_bytes(email)),
        "usageInDriveTrash": str(tree.trashed_bytes(email)),
    }
    limit = 0 if call.caller.service else tree.setting("quota_bytes", QUOTA_BYTES)
    if limit is not None:
        quota["limit"] = str(limit)
    return Answer(
        {
            "kind": "drive#about", "user": user(email, email), "storageQuota": quota, "canCreateDrives": True,
            "maxUploadSize": str(tree.setting("max_upload_bytes", MOST_BYTES)), "appInstalled": True,
        }
    )  # fmt: skip


def _generate_ids(call: Call) -> Answer:
    if call.args["count"] > 1000 or call.args["count"] < 1:
        raise DriveError(400, "invalid", "Invalid Value", "count")
    with call.tree.writing():
        ids = [call.tree.new_id() for _ in range(call.args["count"])]
        call.tree.db.executemany("INSERT INTO reserved VALUES (?)", [(each,) for each in ids])
    return Answer({"kind": "drive#generatedIds", "space": "drive", "ids": ids})


HANDLERS = {
    "drives.list": _list,
    "drives.get": _get,
    "about.get": _about,
    "files.generateIds": _generate_ids,
}
