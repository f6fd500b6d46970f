"""files.get, with its bytes or without, and the export of native documents."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.simulators.gdrive.access import Roles, seen
from tests.simulators.gdrive.answers import Answer, DriveError
from tests.simulators.gdrive.items import is_native, shown
from tests.simulators.gdrive.rights import capabilities

if TYPE_CHECKING:
    from tests.simulators.gdrive.answers import Call
    from tests.simulators.gdrive.tree import Node


def _get(call: Call) -> Answer:
    node = seen(call, call.args["fileId"])
    return _media(call, node) if call.args.get("alt") == "media" else Answer(shown(call, node))


def _media(call: Call, node: Node) -> Answer:
    if is_native(node) or node.content is None:
        message = "Only files with binary content can be downloaded. Use Export with Docs Editors files."
        raise DriveError(403, "fileNotDownloadable", message, "alt")
    more = node.more()
    if more.get("_abusive") and not call.args.get("acknowledgeAbuse"):
        message = "This file has been identified as malware or spam and cannot be downloaded."
        raise DriveError(403, "cannotDownloadAbusiveFile", message)
    if more.get("_abusive") and node.owner != call.caller.email:
        raise DriveError(403, "cannotDownloadAbusiveFile", "Only the owner may acknowledge abuse.")
    if not capabilities(call, node, Roles(call.tree, call.caller))["canDownload"]:
        raise DriveError(403, "cannotDownloadFile", "This file cannot be downloaded by the user.")
    served = more.get("_served")
    return ranged(call, node.content if served is None else served, node.mime)


def ranged(call: Call, content: str, mime: str) -> Answer:
    """Return all bytes of a content, or the part that the call's Range header asks for."""
    contents, header = call.app.acts.contents, call.request.headers.get("range")
    size = contents.size(content)
    headers = {"Content-Type": mime, "Accept-Ranges": "bytes"}
    match = re.fullmatch(r"bytes=(\d*)-(\d*)", header or "")
    if match is None or match.group(0) == "bytes=-":
        return Answer(body=contents.read(content), headers=headers)
    first, last = match.groups()
    begin = int(first) if first else max(size - int(last), 0)
    end = min(int(last), size - 1) if first and last else size - 1
    if begin >= size or begin > end:
        return Answer(status=416, headers=headers | {"Content-Range": f"bytes */{size}"})
    headers["Content-Range"] = f"bytes {begin}-{end}/{size}"
    return Answer(status=206, body=contents.read(content, begin, end + 1), headers=headers)


def _export(call: Call) -> Answer:
    node = seen(call, call.args["fileId"])
    if not is_native(node):
        raise DriveError(403, "fileNotExportable", "Export only supports Docs Editors files.")
    if call.args["mimeType"] != "application/pdf":
        raise DriveError(400, "badRequest", "The requested conversion is not supported.", "convertTo")
    return Answer(body=b"%PDF-1.4 " + node.name.encode(), headers={"Content-Type": "application/pdf"})


HANDLERS = {"files.get": _get, "files.export": _export}
