"""What a caller may do with a file: the `capabilities` that the API shows, by which it decides itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.simulators.gdrive.access import RANK, Roles
from tests.simulators.gdrive.answers import DriveError
from tests.simulators.gdrive.tree import Node

if TYPE_CHECKING:
    from tests.simulators.gdrive.answers import Call


def capabilities(call: Call, node: Node, roles: Roles) -> dict[str, bool]:
    """Return what the caller may do."""
    rank = roles.rank(node)
    reads, writes, owns = rank >= 1, rank >= RANK["writer"], rank == RANK["owner"]
    organizes, manages = rank >= RANK["organizer"], rank >= RANK["fileOrganizer"]
    more = node.more()
    top = not node.parent and (node.id == call.app.acts.root or node.id == node.drive)
    shuts = bool(more.get("copyRequiresWriterPermission")) and not writes
    throws = not top and (manages if node.drive else owns)
    found = {
        "canEdit": writes, "canRename": writes and not top, "canCopy": reads and not node.is_folder and not shuts,
        "canDownload": reads and not node.is_folder and not shuts and not more.get("_no_download"),
        "canReadRevisions": writes and node.has_bytes, "canModifyContent": writes and node.has_bytes,
        "canShare": writes and (owns or organizes or more.get("writersCanShare", True)),
        "canTrash": throws, "canUntrash": throws, "canDelete": not top and (organizes if node.drive else owns),
        "canAddChildren": node.is_folder and writes, "canRemoveChildren": node.is_folder and writes,
        "canListChildren": node.is_folder and reads and not more.get("_limited"),
    }  # fmt: skip
    if node.drive:
        found |= {"canTrashChildren": node.is_folder and manages, "canDeleteChildren": node.is_folder and organizes}
    return found


def may(call: Call, node: Node, action: str) -> bool:
    """Say whether the caller may do something to a file: a name of `capabilities`."""
    return bool(capabilities(call, node, Roles(call.tree, call.caller)).get(action))


def check_may(call: Call, node: Node, action: str) -> None:
    """Raise DriveError if the caller may not do it."""
    if not may(call, node, action):
        message = "The user does not have sufficient permissions for this file."
        raise DriveError(403, "insufficientFilePermissions", message)
