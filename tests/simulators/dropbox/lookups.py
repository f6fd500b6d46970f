"""Routes that look: metadata, download, revisions, the account and its room."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from dropbox import files

from tests.simulators.dropbox.answers import Answer, BadInputError, RouteError, find, not_found, shown, whole_path
from tests.simulators.dropbox.names import key_of, name_of
from tests.simulators.dropbox.tree import Node, deleted_item

if TYPE_CHECKING:
    from tests.simulators.dropbox.app import Call

_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


def _get_metadata(call: Call) -> Answer:
    path = call.arg.path
    if path == "":
        raise BadInputError("path: The root folder is unsupported.")
    node = find(call, path)
    if node is not None:
        item = node.item()
        media = node.private("_media_info")
        if call.arg.include_media_info and media is not None:
            item["media_info"] = media
        return Answer(shown(call, item))
    dead = _find_dead(call, path) if call.arg.include_deleted else None
    if dead is None:
        raise RouteError(files.GetMetadataError.path(not_found()))
    return Answer(shown(call, deleted_item(dead[1], dead[0])))


def _find_dead(call: Call, path: str) -> tuple[str, str] | None:
    column, value = ("fid", path) if path.startswith("id:") else ("key", key_of(whole_path(call, path)))
    row = call.tree.db.execute(f"SELECT key, display FROM dead WHERE {column} = ?", (value,)).fetchone()
    return (row[0], row[1]) if row else None


def _download(call: Call) -> Answer:
    path = call.arg.path
    item, digest = _revision(call, path) if path.startswith("rev:") else _current(call, path)
    content = call.tree.read(digest)
    wanted = call.headers.get("range")
    if not wanted:
        return Answer(shown(call, item), body=content)
    part = _range(wanted, len(content))
    if part is None:
        return Answer(shown(call, item), status=416)
    first, last = part
    headers = {"Content-Range": f"bytes {first}-{last}/{len(content)}"}
    return Answer(shown(call, item), body=content[first : last + 1], status=206, headers=headers)


def _current(call: Call, path: str) -> tuple[dict[str, Any], str]:
    node = find(call, path)
    if node is None:
        raise RouteError(files.DownloadError.path(not_found()))
    if not node.is_file:
        raise RouteError(files.DownloadError.path(files.LookupError.not_file))
    item = node.item()
    if node.private("_restricted"):
        raise RouteError(files.DownloadError.path(files.LookupError.restricted_content))
    if not item["is_downloadable"]:
        raise RouteError(files.DownloadError.unsupported_file)
    assert node.hash is not None
    return item, node.hash


def _revision(call: Call, path: str) -> tuple[dict[str, Any], str]:
    revisions = _revisions(call, "rev = ?", path[4:])
    if not revisions:
        raise RouteError(files.DownloadError.path(not_found()))
    return revisions[0], str(revisions[0]["content_hash"])


def _revisions(call: Call, where: str, value: str) -> list[dict[str, Any]]:
    rows = call.tree.db.execute(
        "SELECT key, display, fid, rev, size, hash, client_modified, server_modified FROM revision"
        f" WHERE {where} ORDER BY rowid DESC",
        (value,),
    ).fetchall()
    return [_revision_item(*row) for row in rows]


def _revision_item(key: str, display: str, *values: Any) -> dict[str, Any]:
    return Node(key, display, name_of(display), "file", *values).item()


def _range(wanted: str, size: int) -> tuple[int, int] | None:
    found = _RANGE.fullmatch(wanted)
    if not found or found.group(1) == "" == found.group(2):
        return None
    if found.group(1) == "":
        return max(size - int(found.group(2)), 0), size - 1
    first = int(found.group(1))
    last = min(int(found.group(2)), size - 1) if found.group(2) else size - 1
    return (first, last) if first < size and first <= last else None


def _list_revisions(call: Call) -> Answer:
    path, by_id = call.arg.path, call.arg.mode.is_id()
    node = find(call, path)
    dead = _find_dead(call, path)
    if path.startswith("id:") and not by_id:
        key = node.key if node else dead[0] if dead else None
        entries = _revisions(call, "key = ?", key) if key else []
    elif by_id:
        fid = path if path.startswith("id:") else node.fid if node else None
        entries = _revisions(call, "fid = ?", fid) if fid else []
    else:
        entries = _revisions(call, "key = ?", key_of(whole_path(call, path)))
    if node is not None and not node.is_file:
        raise RouteError(files.ListRevisionsError.path(files.LookupError.not_file))
    if not entries or (node is None and dead is None):
        raise RouteError(files.ListRevisionsError.path(not_found()))
    answer: dict[str, Any] = {"is_deleted": node is None, "entries": [shown(call, each) for each in entries]}
    answer |= {"entries": answer["entries"][: call.arg.limit], "has_more": len(entries) > call.arg.limit}
    if node is None and dead is not None:
        at = call.tree.db.execute("SELECT deleted_at FROM dead WHERE key = ?", (dead[0],)).fetchone()[0]
        answer["server_deleted"] = call.app.controls.stamp(at)
    return Answer(answer)


def _account(call: Call) -> Answer:
    return Answer(call.app.access.account())


def _space(call: Call) -> Answer:
    used, quota = call.tree.used_bytes(), call.tree.setting("quota_bytes", 2 * 1024**4)
    if call.app.access.team is None:
        return Answer({"used": used, "allocation": {".tag": "individual", "allocated": quota}})
    return Answer(
        {
            "used": used // 2,
            "allocation": {
                ".tag": "team",
                "used": used,
                "allocated": quota,
                "user_within_team_space_allocated": call.tree.setting("member_quota_bytes", 0),
                "user_within_team_space_limit_type": {".tag": "off"},
                "user_within_team_space_used_cached": used // 2,
            },
        }
    )


HANDLERS = {
    "files/get_metadata": _get_metadata,
    "files/download": _download,
    "files/list_revisions": _list_revisions,
    "users/get_current_account": _account,
    "users/get_space_usage": _space,
}
