"""Calls for permissions: their ends, and what the service refuses.

Settings that tests may set: `mail_fails` (the permission is made, and the answer is an error), and
`permission_window_seconds` (changes to one file's permissions within that time count as made at once: only the last
takes effect).
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from tests.simulators.gdrive.access import RANK, seen
from tests.simulators.gdrive.answers import Answer, DriveError, invalid
from tests.simulators.gdrive.people import permission_id
from tests.simulators.gdrive.rights import check_may
from tests.simulators.gdrive.sharing import Permission, effective
from tests.simulators.gdrive.tree import Node, Tree, stamp
from tests.simulators.gdrive.writes import instant

if TYPE_CHECKING:
    from tests.simulators.gdrive.answers import Call

_YEAR = 365 * 86400
ANYONE = "anyoneWithLink"


def _one(call: Call, node: Node) -> Permission:
    pid = call.args["permissionId"]
    for each in effective(call.tree, node):
        if each.pid == pid:
            return each
    raise DriveError(404, "notFound", f"Permission not found: {pid}.", "permissionId")


def _list(call: Call) -> Answer:
    node = seen(call, call.args["fileId"])
    check_may(call, node, "canShare")
    start = call.args.get("pageToken", "0")
    if not start.isdecimal():
        raise DriveError(400, "invalid", "Invalid Value", "pageToken")
    size = call.args.get("pageSize", 100)
    every = [each.item(call, node.id) for each in effective(call.tree, node)]
    first = int(start)
    answer: dict[str, Any] = {"kind": "drive#permissionList", "permissions": every[first : first + size]}
    if len(every) > first + size:
        answer["nextPageToken"] = str(first + size)
    return Answer(answer)


def _get(call: Call) -> Answer:
    node = seen(call, call.args["fileId"])
    return Answer(_one(call, node).item(call, node.id))


def _create(call: Call) -> Answer:
    body = call.body
    node = seen(call, call.args["fileId"])
    check_may(call, node, "canShare")
    kind, role = body.get("type"), body.get("role")
    if kind not in ("user", "group", "domain", "anyone") or role not in RANK:
        raise invalid("The permission type and role fields are required.", "permission.type")
    if role == "owner" and not call.args.get("transferOwnership"):
        message = "The transferOwnership parameter must be enabled when the permission role is 'owner'."
        raise DriveError(403, "forbidden", message, "transferOwnership")
    if role == "owner":
        raise DriveError(403, "consentRequiredForOwnershipTransfer", "Consent is required to transfer ownership.")
    if role in ("organizer", "fileOrganizer") and not node.drive:
        raise DriveError(403, "invalidSharingRequest", f"The role {role} is for shared drives only.")
    email = body.get("emailAddress") or body.get("domain") or ""
    if kind != "anyone" and not email:
        raise invalid("The emailAddress or domain field is required for this permission type.", "permission.emailAddress")
    if kind == "anyone" and call.args.get("sendNotificationEmail"):
        raise invalid("sendNotificationEmail is for users and groups only.", "sendNotificationEmail")
    pid = ANYONE if kind == "anyone" else permission_id(email)
    expires = expiry(call, kind, body.get("expirationTime"))
    with call.tree.writing():
        write(call, node, (pid, kind, role, email, expires, int(bool(body.get("allowFileDiscovery")))))
    notifies = kind in ("user", "group") and call.args.get("sendNotificationEmail", True)
    if notifies and call.tree.setting("mail_fails", False):
        message = "Bad Request. User message: \"You are trying to invite someone, and the mail could not be sent.\""
        raise DriveError(400, "invalidSharingRequest", message)
    return Answer(next(each for each in effective(call.tree, node) if each.pid == pid).item(call, node.id))


def expiry(call: Call, kind: str, text: str | None) -> str | None:
    """Return when a permission ends. Raises DriveError for what the service doesn't take."""
    if text is None:
        return None
    if kind not in ("user", "group"):
        message = "Expiration dates can only be set on user and group permissions."
        raise DriveError(403, "cannotSetExpirationOnAnyoneOrDomain", message)
    at = datetime.fromisoformat(instant(text, "expirationTime")).timestamp()
    if at <= call.app.clock.now():
        raise DriveError(403, "expirationDatesMustBeInTheFuture", "Expiration dates must be in the future.")
    if at > call.app.clock.now() + _YEAR + 86400:
        raise DriveError(403, "expirationDateNotAllowed", "Expiration dates cannot be more than a year in the future.")
    return stamp(at)


def write(call: Call, node: Node, values: tuple[Any, ...]) -> None:
    """Put a permission on a file; one that was put there a moment ago may be lost by that."""
    tree = call.tree
    _lose_older(tree, node)
    pid, kind, role, email, expires, found = values
    old = tree.rows("SELECT file, pid, type, role, email, expires, found, at FROM permission WHERE file = ? AND pid = ?", node.id, pid)
    tree.db.execute(
        "INSERT OR REPLACE INTO permission VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (node.id, pid, kind, role, email, expires, found, tree.now()),
    )
    _remember(tree, node, pid, old[0] if old else None)
    call.app.acts.touch(tree.get(node.id))


def _lose_older(tree: Tree, node: Node) -> None:
    """Undo the last change to a file's permissions if this one counts as made at the same time."""
    last = tree.setting("last_permission", {}).get(node.id)
    window = tree.setting("permission_window_seconds", 0)
    if last is None or last["at"] + window <= tree.now():
        return
    tree.db.execute("DELETE FROM permission WHERE file = ? AND pid = ?", (node.id, last["pid"]))
    if last["old"] is not None:
        tree.db.execute("INSERT INTO permission VALUES (?, ?, ?, ?, ?, ?, ?, ?)", last["old"])


def _remember(tree: Tree, node: Node, pid: str, old: Any) -> None:
    if tree.setting("permission_window_seconds", 0):
        tree.set("last_permission", {node.id: {"at": tree.now(), "pid": pid, "old": old}})


def _own(call: Call, node: Node) -> Permission:
    """Return a permission that lies on the file itself. Raises DriveError for one that comes from above, or the owner's."""
    found = _one(call, node)
    direct = [source for source in found.sources if source.place == node.id]
    if not direct:
        reason = "cannotModifyInheritedTeamDrivePermission" if node.drive else "cannotModifyInheritedPermission"
        raise DriveError(403, reason, "Cannot update or delete an inherited permission on an item.")
    if direct[0].role == "owner":
        raise DriveError(403, "insufficientFilePermissions", "The owner of a file cannot be removed.")
    return found


def _update(call: Call) -> Answer:
    node = seen(call, call.args["fileId"])
    check_may(call, node, "canShare")
    found = _own(call, node)
    extra = set(call.body) - {"role", "expirationTime"}
    if extra:
        message = f"The resource body includes fields which are not directly writable: {', '.join(sorted(extra))}."
        raise DriveError(403, "fieldNotWritable", message)
    role = call.body.get("role", next(each.role for each in found.sources if each.place == node.id))
    if role not in RANK or role == "owner":
        raise DriveError(403, "forbidden", "The role cannot be given like this.")
    expires = None if call.args.get("removeExpiration") else found.expires
    if "expirationTime" in call.body:
        expires = expiry(call, found.type, call.body["expirationTime"])
    with call.tree.writing():
        write(call, node, (found.pid, found.type, role, found.email, expires, int(found.found)))
    return Answer(_one(call, node).item(call, node.id))


def _delete(call: Call) -> Answer:
    node = seen(call, call.args["fileId"])
    found = _one(call, node)
    if found.email != call.caller.email:
        check_may(call, node, "canShare")
    _own(call, node)
    with call.tree.writing():
        _lose_older(call.tree, node)
        query = "SELECT file, pid, type, role, email, expires, found, at FROM permission WHERE file = ? AND pid = ?"
        (old,) = call.tree.rows(query, node.id, found.pid)
        call.tree.db.execute("DELETE FROM permission WHERE file = ? AND pid = ?", (node.id, found.pid))
        _remember(call.tree, node, found.pid, old)
        call.app.acts.touch(call.tree.get(node.id))
    return Answer(status=204)


HANDLERS = {
    "permissions.list": _list,
    "permissions.get": _get,
    "permissions.create": _create,
    "permissions.update": _update,
    "permissions.delete": _delete,
}
