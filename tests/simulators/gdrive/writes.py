"""files.create, update, copy, delete: the rules, and what is done when they hold.

Settings that tests may set: `most_children` (of one folder), `most_levels` (of folders in folders).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from tests.simulators.gdrive.access import RANK, Roles, seen
from tests.simulators.gdrive.answers import Answer, Call, DriveError, invalid
from tests.simulators.gdrive.contents import Sums
from tests.simulators.gdrive.items import shown
from tests.simulators.gdrive.quotas import check_room, note_uploaded
from tests.simulators.gdrive.rights import check_may, may
from tests.simulators.gdrive.tree import FOLDER, NATIVE, SHORTCUT, Node, stamp

if TYPE_CHECKING:
    from tests.simulators.gdrive.acts import Acts

_KEPT = ("description", "folderColorRgb", "copyRequiresWriterPermission", "viewedByMeTime", "inheritedPermissionsDisabled",
         "contentHints", "contentRestrictions", "downloadRestrictions")  # fmt: skip
_WRITABLE = {
    *_KEPT, "name", "mimeType", "modifiedTime", "appProperties", "properties", "starred", "trashed", "originalFilename",
    "writersCanShare", "kind",
}  # fmt: skip
_AT_CREATE = {"id", "parents", "createdTime", "shortcutDetails"}


def check_create(call: Call, *, size: int | None) -> Node:
    """Return the folder that a new file will lie in. Raises DriveError with the first rule that is broken."""
    body, acts = call.body, call.app.acts
    _check_writable(body, _WRITABLE | _AT_CREATE)
    _check_new_id(call)
    parents = body.get("parents") or ["root"]
    if len(parents) > 1:
        raise DriveError(400, "invalid", "A file cannot be created with several parents.", "parents")
    above = seen(call, parents[0])
    if not above.is_folder:
        raise DriveError(403, "parentNotAFolder", "The specified parent is not a folder.")
    if not may(call, above, "canAddChildren"):
        raise DriveError(403, "insufficientParentPermissions", "Insufficient permissions for the specified parent.")
    _check_count(call, above)
    if size is not None:
        check_room(call, "" if above.drive else call.caller.email, size, above.drive)
    if acts.tree.depth(above.id) >= acts.tree.setting("most_levels", 100):
        reason = "teamDriveHierarchyTooDeep" if above.drive else "myDriveHierarchyDepthLimitExceeded"
        raise DriveError(403, reason, "The folder hierarchy is too deep.")
    return above


def _check_new_id(call: Call) -> None:
    file_id = call.body.get("id")
    if file_id is None:
        return
    mime = call.body.get("mimeType", "")
    if mime.startswith(NATIVE) and mime not in (FOLDER, SHORTCUT):
        raise DriveError(400, "generatedIdNotSupported", "Generated IDs are not supported for Docs Editors formats.")
    if call.tree.find(file_id) is not None or call.tree.rows("SELECT 1 FROM journal WHERE file = ?", file_id):
        raise DriveError(409, "fileIdInUse", "A file already exists with the provided ID.")
    if not call.tree.rows("SELECT 1 FROM reserved WHERE id = ?", file_id):
        raise DriveError(400, "invalid", "The provided file ID is not usable.", "file.id", "other")


def _check_count(call: Call, above: Node) -> None:
    limit = call.tree.setting("most_children", 500_000)
    if call.tree.rows("SELECT count(*) FROM node WHERE parent = ?", above.id)[0][0] >= limit:
        reason = "teamDriveFileLimitExceeded" if above.drive else "numChildrenInNonRootLimitExceeded"
        raise DriveError(403, reason, "The limit for this folder's number of children (files and folders) has been exceeded.")


def _check_writable(body: Mapping[str, Any], allowed: set[str]) -> None:
    if "parents" in body and "parents" not in allowed:
        message = "The parents field is not directly writable in update requests. Use the addParents and removeParents parameters instead."
        raise DriveError(403, "fieldNotWritable", message)
    if extra := set(body) - allowed:
        message = f"The resource body includes fields which are not directly writable: {', '.join(sorted(extra))}."
        raise DriveError(403, "fieldNotWritable", message)
    for name in ("appProperties", "properties"):
        for key, value in (body.get(name) or {}).items():
            if len(key.encode()) + len((value or "").encode()) > 124:
                raise DriveError(403, "propertyTooLarge", "A property's key and value together exceed 124 bytes.")
        if len(body.get(name) or {}) > 30:
            raise DriveError(403, "tooManyProperties", "The limit for the number of properties has been exceeded.")


def instant(text: str, name: str) -> str:
    """Return an instant as the service keeps it. Raises DriveError for what isn't RFC 3339."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise invalid(f"Invalid value for: {name}") from None
    if at.tzinfo is None:
        raise invalid(f"Invalid value for: {name}")
    return stamp(at.astimezone(UTC).timestamp())


def extra_of(body: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of a body is kept as it is; properties are laid over those of before, null takes one away."""
    extra = {name: body[name] for name in _KEPT if name in body}
    for name in ("appProperties", "properties"):
        if name in body:
            merged = {**before.get(name, {}), **(body[name] or {})}
            extra[name] = {key: value for key, value in merged.items() if value is not None} or None
    for name, inner in (("starred", "_starred"), ("originalFilename", "_original"), ("writersCanShare", "_writers_share")):
        if name in body:
            extra[inner] = body[name]
    return extra


def create(call: Call, content: Sums | bytes | None, mime: str | None = None) -> Node:
    """Make a file, a folder or a shortcut; `mime` is what the media said it is. Raises DriveError."""
    body, acts = call.body, call.app.acts
    with call.tree.writing():
        above = check_create(call, size=_size(content))
        mime = body.get("mimeType") or mime or "application/octet-stream"
        is_file = not mime.startswith(NATIVE)
        node = acts.create(
            body.get("name", "Untitled"), parent=above.id, mime=mime, content=(content or b"") if is_file else None,
            owner=call.caller.email, file_id=body.get("id"), by_app=True,
            created=_instant_or_none(body, "createdTime"), modified=_instant_or_none(body, "modifiedTime"),
            extra={key: value for key, value in {**extra_of(body, {}), **_shortcut(call, mime)}.items() if value is not None},
        )  # fmt: skip
        if content is not None:
            note_uploaded(call, node)
    return node


def _size(content: Sums | bytes | None) -> int | None:
    if content is None:
        return None
    return len(content) if isinstance(content, bytes) else content.size


def _instant_or_none(body: Mapping[str, Any], name: str) -> str | None:
    return instant(body[name], name) if name in body else None


def _shortcut(call: Call, mime: str) -> dict[str, Any]:
    if mime != SHORTCUT:
        return {}
    target = (call.body.get("shortcutDetails") or {}).get("targetId")
    if target is None:
        raise invalid("A shortcut needs a target.", "shortcutDetails.targetId")
    node = seen(call, target)
    return {"shortcutDetails": {"targetId": node.id, "targetMimeType": node.mime}}


def check_update(call: Call, *, size: int | None) -> Node:
    """Return the file that will be changed. Raises DriveError with the first rule that is broken."""
    node = seen(call, call.args["fileId"])
    _check_writable(call.body, _WRITABLE)
    if size is not None:
        check_may(call, node, "canModifyContent")
        check_room(call, node.owner, size, node.drive)
    if "inheritedPermissionsDisabled" in call.body and not node.is_folder:
        raise invalid("Only a folder can be cut off from what is above it.", "inheritedPermissionsDisabled")
    if set(call.body) - {"trashed", "starred", "viewedByMeTime", "kind"}:
        check_may(call, node, "canEdit")
    if "trashed" in call.body:
        check_may(call, node, "canTrash" if call.body["trashed"] else "canUntrash")
    return node


def update(call: Call, content: Sums | bytes | None, mime: str | None = None) -> Node:
    """Change a file's metadata, its bytes, its folder, its being in the trash. Raises DriveError."""
    body, acts = call.body, call.app.acts
    with call.tree.writing():
        node = check_update(call, size=_size(content))
        node = _moved(call, acts, node)
        modified = _instant_or_none(body, "modifiedTime")
        if content is not None:
            node = acts.overwrite(node, content, modified)
            note_uploaded(call, node)
        if body.get("trashed") is not None and bool(body["trashed"]) != bool(node.trashed):
            node = acts.trash(node, trashed=body["trashed"])
        if body.get("name", node.name) != node.name:
            node = acts.rename(node, body["name"])
        values: dict[str, Any] = {"modified": modified} if modified and content is None else {}
        if node.has_bytes and (body.get("mimeType") or (content is not None and mime)):
            values["mime"] = body.get("mimeType") or mime
        if extra := extra_of(body, node.more()):
            values["extra"] = extra
        return acts.change(node, **values) if values else node


def _moved(call: Call, acts: Acts, node: Node) -> Node:
    added = [each for each in (call.args.get("addParents") or "").split(",") if each]
    removed = [acts.root if each == "root" else each for each in (call.args.get("removeParents") or "").split(",") if each]
    if not added and not removed:
        return node
    if not added:
        raise DriveError(403, "cannotRemoveLastParent", "A file needs a parent.")
    above = seen(call, added[0])
    if len(added) > 1 or (node.parent and node.parent not in removed and above.id != node.parent):
        raise DriveError(403, "cannotAddParent", "Increasing the number of parents is not allowed")
    if not above.is_folder:
        raise DriveError(403, "parentNotAFolder", "The specified parent is not a folder.")
    if node.is_folder and acts.tree.is_within(above.id, node.id):
        raise DriveError(403, "cannotAddParent", "A folder cannot be put into itself.")
    check_may(call, node, "canEdit")
    check_may(call, above, "canAddChildren")
    if node.drive != above.drive and not may(call, node, "canDelete"):
        raise DriveError(403, "insufficientFilePermissions", "The user may not move this item between drives.")
    if node.drive != above.drive and node.is_folder:
        raise DriveError(403, "teamDrivesFolderMoveInNotSupported", "Moving folders into shared drives is not supported.")
    return acts.move(node, above.id)


def _create(call: Call) -> Answer:
    mime = call.body.get("mimeType", "")
    return Answer(shown(call, create(call, None if mime.startswith(NATIVE) else b"")))


def _update(call: Call) -> Answer:
    return Answer(shown(call, update(call, None)))


def _copy(call: Call) -> Answer:
    node = seen(call, call.args["fileId"])
    check_may(call, node, "canCopy")
    if node.content is None:
        raise DriveError(403, "cannotCopyFile", "This file cannot be copied by the user.")
    body = {"name": f"Copy of {node.name}", "mimeType": node.mime, **call.body}
    body.setdefault("parents", [node.parent or "root"])
    made = Call(call.app, call.method, call.args, body, call.caller, call.mask, call.request)
    return Answer(shown(call, create(made, call.app.acts.contents.read(node.content))))


def _delete(call: Call) -> Answer:
    node = seen(call, call.args["fileId"])
    check_may(call, node, "canDelete")
    call.app.acts.delete(node, owner=call.caller.email)
    return Answer(status=204)


def _empty_trash(call: Call) -> Answer:
    roles = Roles(call.tree, call.caller)
    drive = call.args.get("driveId", "")
    with call.tree.writing():
        for (file_id,) in call.tree.rows("SELECT id FROM node WHERE trashed AND drive = ?", drive):
            node = call.tree.find(file_id)
            if node is not None and roles.rank(node) >= RANK["organizer" if drive else "owner"]:
                call.app.acts.delete(node, owner=call.caller.email)
    return Answer(status=204)


HANDLERS = {
    "files.create": _create,
    "files.update": _update,
    "files.copy": _copy,
    "files.delete": _delete,
    "files.emptyTrash": _empty_trash,
}
