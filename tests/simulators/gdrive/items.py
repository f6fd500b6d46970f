"""Files as the API shows them: only what is wanted of each is made, so that long lists stay cheap."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tests.simulators.gdrive.access import Roles
from tests.simulators.gdrive.masks import Mask, laid_over, wanted
from tests.simulators.gdrive.people import user
from tests.simulators.gdrive.rights import capabilities
from tests.simulators.gdrive.sharing import effective
from tests.simulators.gdrive.tree import NATIVE, SHORTCUT, Node, stamp

if TYPE_CHECKING:
    from tests.simulators.gdrive.answers import Call

def file_item(call: Call, node: Node, mask: Mask, roles: Roles) -> dict[str, Any]:
    """Return what is wanted of a file; names that don't apply to it are left out."""
    more = node.more()
    names = _MAKERS if mask is None else [name for name in mask if name in _MAKERS]
    item = {name: value for name in names if (value := _MAKERS[name](call, node, roles, more)) is not None}
    item |= {name: value for name, value in more.items() if name[0] != "_" and wanted(mask, name)}
    if mask is None:
        return item
    return {name: value if mask[name] is None else laid_over(mask[name], value) for name, value in item.items()}


_Maker = Callable[["Call", Node, Roles, dict[str, Any]], Any]


def _parents(call: Call, node: Node, roles: Roles, more: dict[str, Any]) -> list[str] | None:
    if not node.parent:
        return None
    return [node.parent, *more.get("_more_parents", ())] if roles.sees(node.parent) else None


def _size(call: Call, node: Node, roles: Roles, more: dict[str, Any]) -> str | None:
    if node.has_bytes:
        return str(node.size)
    # A native document says a size, which is not one of bytes that anyone can have.
    return "1024" if node.mime.startswith(NATIVE) and not node.is_folder and node.mime != SHORTCUT else None


def _explicit(call: Call, node: Node, roles: Roles, more: dict[str, Any]) -> bool:
    return bool(node.trashed)


def _trashed_time(call: Call, node: Node, roles: Roles, more: dict[str, Any]) -> str | None:
    return stamp(more["_trashed_at"]) if node.drive and "_trashed_at" in more else None


def _owners(call: Call, node: Node, roles: Roles, more: dict[str, Any]) -> list[dict[str, Any]] | None:
    return [user(node.owner, call.caller.email)] if node.owner else None


def _permissions(call: Call, node: Node, roles: Roles, more: dict[str, Any]) -> list[dict[str, Any]] | None:
    if node.drive or not capabilities(call, node, roles)["canShare"]:
        return None
    return [each.item(call, node.id) for each in effective(call.tree, node)]


def _permission_ids(call: Call, node: Node, roles: Roles, more: dict[str, Any]) -> list[str] | None:
    found = _permissions(call, node, roles, more)
    return None if found is None else [each["id"] for each in found]


def _shared(call: Call, node: Node, roles: Roles, more: dict[str, Any]) -> bool | None:
    return None if node.drive else len(effective(call.tree, node)) > 1


def _shared_with_me(call: Call, node: Node, roles: Roles, more: dict[str, Any]) -> str | None:
    rows = call.tree.rows("SELECT at FROM permission WHERE file = ? AND email = ?", node.id, call.caller.email)
    return stamp(rows[0][0]) if rows and not node.drive and node.owner != call.caller.email else None


def _extension(call: Call, node: Node, roles: Roles, more: dict[str, Any]) -> str | None:
    return node.name.rpartition(".")[2] if node.has_bytes and "." in node.name else None


def _thumbnail(call: Call, node: Node, roles: Roles, more: dict[str, Any]) -> bool:
    return node.mime.startswith(("image/", "video/"))


def _web_view(call: Call, node: Node, roles: Roles, more: dict[str, Any]) -> str:
    if node.is_folder:
        return f"https://drive.google.com/drive/folders/{node.id}"
    return f"https://drive.google.com/file/d/{node.id}/view?usp=drivesdk"


def _content_link(call: Call, node: Node, roles: Roles, more: dict[str, Any]) -> str | None:
    return f"https://drive.google.com/uc?id={node.id}&export=download" if node.has_bytes else None


def _export_links(call: Call, node: Node, roles: Roles, more: dict[str, Any]) -> dict[str, str] | None:
    if not is_native(node):
        return None
    return {"application/pdf": f"https://docs.google.com/feeds/download/documents/export/Export?id={node.id}&exportFormat=pdf"}


def is_native(node: Node) -> bool:
    """Say whether a node is a document of Google's own kind."""
    return node.mime.startswith(NATIVE) and not node.is_folder and node.mime != SHORTCUT


_MAKERS: dict[str, _Maker] = {
    "kind": lambda call, node, roles, more: "drive#file",
    "id": lambda call, node, roles, more: node.id,
    "name": lambda call, node, roles, more: node.name,
    "mimeType": lambda call, node, roles, more: node.mime,
    "parents": _parents,
    "size": _size,
    "quotaBytesUsed": lambda call, node, roles, more: str(node.size or 0),
    "md5Checksum": lambda call, node, roles, more: node.md5,
    "sha1Checksum": lambda call, node, roles, more: node.sha1,
    "sha256Checksum": lambda call, node, roles, more: node.sha256,
    "headRevisionId": lambda call, node, roles, more: node.head,
    "version": lambda call, node, roles, more: str(node.version),
    "createdTime": lambda call, node, roles, more: node.created,
    "modifiedTime": lambda call, node, roles, more: node.modified,
    "trashed": lambda call, node, roles, more: bool(node.gone),
    "explicitlyTrashed": _explicit,
    "trashedTime": _trashed_time,
    "ownedByMe": lambda call, node, roles, more: None if node.drive else node.owner == call.caller.email,
    "owners": _owners,
    "driveId": lambda call, node, roles, more: node.drive or None,
    "teamDriveId": lambda call, node, roles, more: node.drive or None,
    "capabilities": lambda call, node, roles, more: capabilities(call, node, roles),
    "permissions": _permissions,
    "permissionIds": _permission_ids,
    "shared": _shared,
    "sharedWithMeTime": _shared_with_me,
    "resourceKey": lambda call, node, roles, more: more.get("_resource_key"),
    "fileExtension": _extension,
    "fullFileExtension": _extension,
    "originalFilename": lambda call, node, roles, more: more.get("_original", node.name) if node.has_bytes else None,
    "hasThumbnail": _thumbnail,
    "starred": lambda call, node, roles, more: bool(more.get("_starred")),
    "spaces": lambda call, node, roles, more: ["drive"],
    "isAppAuthorized": lambda call, node, roles, more: bool(node.by_app),
    "webViewLink": _web_view,
    "webContentLink": _content_link,
    "exportLinks": _export_links,
    "writersCanShare": lambda call, node, roles, more: more.get("_writers_share", True) if not node.drive else None,
    "viewersCanCopyContent": lambda call, node, roles, more: not more.get("copyRequiresWriterPermission"),
    "viewedByMe": lambda call, node, roles, more: "viewedByMeTime" in more,
    "imageMediaMetadata": lambda call, node, roles, more: more.get("_image"),
    "videoMediaMetadata": lambda call, node, roles, more: more.get("_video"),
}


def shown(call: Call, node: Node) -> dict[str, Any]:
    """Return a file for an answer that has nothing else in it."""
    return file_item(call, node, call.mask, Roles(call.tree, call.caller))


