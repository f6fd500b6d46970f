"""Revisions: the bytes that a file had before. The one that it has now is a revision, too, and can't be deleted.

Setting that tests may set: `keep_cannot_be_unset` (a revision that is kept for ever stays so).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.simulators.gdrive.access import seen
from tests.simulators.gdrive.answers import Answer, DriveError
from tests.simulators.gdrive.people import user
from tests.simulators.gdrive.reads import ranged
from tests.simulators.gdrive.rights import check_may
from tests.simulators.gdrive.tree import Node

if TYPE_CHECKING:
    from tests.simulators.gdrive.answers import Call

_COLUMNS = "rid, content, md5, size, mime, name, modified, keep"
_MOST_KEPT = 200


def _item(call: Call, node: Node, row: Any) -> dict[str, Any]:
    rid, _, md5, size, mime, name, modified, keep = row
    return {
        "kind": "drive#revision", "id": rid, "mimeType": mime, "modifiedTime": modified, "keepForever": bool(keep),
        "md5Checksum": md5, "size": str(size), "originalFilename": name, "published": False,
        "lastModifyingUser": user(node.owner or call.caller.email, call.caller.email),
    }  # fmt: skip


def _file(call: Call) -> Node:
    node = seen(call, call.args["fileId"])
    check_may(call, node, "canReadRevisions")
    return node


def _row(call: Call, node: Node) -> Any:
    rid = call.args["revisionId"]
    rows = call.tree.rows(
        f"SELECT {_COLUMNS} FROM revision WHERE file = ? AND rid = ?", node.id, node.head if rid == "head" else rid
    )
    if not rows:
        raise DriveError(404, "notFound", f"Revision not found: {rid}.", "revisionId")
    return rows[0]


def _list(call: Call) -> Answer:
    node = _file(call)
    start = call.args.get("pageToken", "")
    rows = call.tree.rows(
        f"SELECT {_COLUMNS} FROM revision WHERE file = ? AND rid > ? ORDER BY rid LIMIT ?",
        node.id, start, call.args["pageSize"] + 1,
    )  # fmt: skip
    kept = rows[: call.args["pageSize"]]
    answer: dict[str, Any] = {"kind": "drive#revisionList", "revisions": [_item(call, node, row) for row in kept]}
    if len(rows) > len(kept):
        answer["nextPageToken"] = kept[-1][0]
    return Answer(answer)


def _get(call: Call) -> Answer:
    node = _file(call)
    row = _row(call, node)
    if call.args.get("alt") == "media":
        return ranged(call, row[1], row[4])
    return Answer(_item(call, node, row))


def _update(call: Call) -> Answer:
    node = _file(call)
    check_may(call, node, "canModifyContent")
    row = _row(call, node)
    if set(call.body) - {"keepForever"}:
        raise DriveError(403, "fieldNotWritable", "The resource body includes fields which are not directly writable.")
    keep = bool(call.body.get("keepForever", row[7]))
    (count,) = call.tree.rows("SELECT count(*) FROM revision WHERE file = ? AND keep", node.id)[0]
    if keep and not row[7] and count >= _MOST_KEPT:
        raise DriveError(403, "revisionLimitExceeded", "Too many revisions are kept forever.")
    if row[7] and not keep and call.tree.setting("keep_cannot_be_unset", False):
        raise DriveError(403, "illegalKeepForeverModification", "The keepForever field of this revision cannot be unset.")
    with call.tree.writing():
        call.tree.db.execute("UPDATE revision SET keep = ? WHERE rid = ?", (int(keep), row[0]))
    return Answer(_item(call, node, (*row[:7], keep)))


def _delete(call: Call) -> Answer:
    node = _file(call)
    check_may(call, node, "canModifyContent")
    row = _row(call, node)
    if row[0] == node.head:
        raise DriveError(400, "cannotDeleteOnlyRevision", "The last revision of a file cannot be deleted.")
    with call.tree.writing():
        call.tree.db.execute("DELETE FROM revision WHERE rid = ?", (row[0],))
    return Answer(status=204)


HANDLERS = {
    "revisions.list": _list,
    "revisions.get": _get,
    "revisions.update": _update,
    "revisions.delete": _delete,
}
