"""Media: simple, multipart and resumable uploads. A session's bytes and its metadata are on disk before the answer is.

Settings that tests may set: `chunk_rule` ("refuse": a part that is no multiple of 256 KiB is a 400; "floor": what is
over is not kept, and the Range says so), `keep_at_most` (of each part only so many bytes are kept), `session_status`
(404 or 410 for sessions that ended), `sessions_live_seconds`, `max_upload_bytes`.
"""

from __future__ import annotations

import email.parser
import email.policy
import json
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.simulators.gdrive.answers import Answer, Call, DriveError, invalid
from tests.simulators.gdrive.items import shown
from tests.simulators.gdrive.quotas import check_room
from tests.simulators.gdrive.writes import check_create, check_update, create, update

if TYPE_CHECKING:
    from tests.simulators.common import Request
    from tests.simulators.gdrive.app import DriveApp

UNIT = 256 * 1024
_LIVE_SECONDS = 7 * 86400


@dataclass(frozen=True, slots=True)
class Session:
    """A resumable upload. `total` is None until it is known; `file_id` is set once it is done."""

    uid: str
    method: str
    args: dict[str, Any]
    body: dict[str, Any]
    token: str
    mime: str | None
    total: int | None
    since: float
    file_id: str | None = None


class Sessions:
    """Sessions, each a JSON file and a file of bytes."""

    def __init__(self, app: DriveApp, state: Path) -> None:
        self._app = app
        self._folder = state / "sessions"
        self._folder.mkdir(exist_ok=True)

    def find(self, uid: str) -> Session:
        """Return a session. Raises DriveError if it never was, or ended."""
        path = self._folder / f"{uid}.json"
        session = Session(**json.loads(path.read_text())) if re.fullmatch(r"[\w-]+", uid) and path.exists() else None
        live = self._app.tree.setting("sessions_live_seconds", _LIVE_SECONDS)
        if session is None or self._app.clock.now() - session.since > live:
            status = self._app.tree.setting("session_status", 404)
            raise DriveError(status, "notFound", "Not Found" if status == 404 else "Gone")
        return session

    def save(self, session: Session) -> None:
        """Put a session on disk."""
        values = {name: getattr(session, name) for name in Session.__slots__}
        (self._folder / f"{session.uid}.json").write_text(json.dumps(values))

    def size(self, session: Session) -> int:
        """Return how many bytes are kept."""
        path = self._bytes(session)
        return path.stat().st_size if path.exists() else 0

    def append(self, session: Session, content: bytes) -> None:
        """Keep more bytes."""
        with self._bytes(session).open("ab") as file:
            file.write(content)

    def receive_part(self, request: Request, size: int) -> None:
        """Keep the beginning of what was sent, in whole units: the line broke."""
        session = self.find(request.query["upload_id"])
        begin, _, _ = _content_range(request)
        if begin == self.size(session):
            self.append(session, request.body[: size // UNIT * UNIT])

    def content(self, session: Session) -> Path:
        """Return the file with all that is kept."""
        path = self._bytes(session)
        path.touch()
        return path

    def end(self, session: Session, file_id: str) -> None:
        """Remember what became of it."""
        self.save(replace(session, file_id=file_id))
        self._bytes(session).unlink(missing_ok=True)

    def clear(self) -> None:
        """Forget all."""
        for path in self._folder.iterdir():
            path.unlink()

    def _bytes(self, session: Session) -> Path:
        return self._folder / f"{session.uid}.bytes"


def upload(call: Call) -> Answer:
    """Answer a call with media below /upload."""
    kind = call.args.get("uploadType")
    if kind == "resumable":
        return _start(call)
    if kind == "media":
        return _commit(call, call.request.body, call.request.headers.get("content-type"))
    if kind == "multipart":
        body, mime, content = _parts(call.request)
        call.app.check_body(call.method, body)
        return _commit(replace(call, body=body), content, mime)
    raise invalid("Invalid upload request", "uploadType")


def _commit(call: Call, content: bytes, mime: str | None) -> Answer:
    made = create(call, content, mime) if call.method.name == "files.create" else update(call, content, mime)
    return Answer(shown(call, made))


def _parts(request: Request) -> tuple[dict[str, Any], str, bytes]:
    """Return the JSON, the media's type and the media of a multipart/related body."""
    match = re.match(r'multipart/related;.*boundary="?([^";]+)', request.headers.get("content-type", ""))
    if match is None:
        raise invalid("Multipart must have a boundary")
    mark = b"--" + match.group(1).encode()
    pieces = re.split(rb"(?:^|\r?\n)" + re.escape(mark), request.body)
    if len(pieces) != 4 or not pieces[3].startswith(b"--"):
        raise invalid("Malformed multipart body.")
    (head, first), (kind, content) = (_part(piece) for piece in pieces[1:3])
    if not head.startswith("application/json"):
        raise invalid("The first part must be JSON.")
    return json.loads(first), kind, content


def _part(piece: bytes) -> tuple[str, bytes]:
    match = re.match(rb"\r?\n(.*?\r?\n)\r?\n(.*)", piece, re.DOTALL)
    if match is None:
        raise invalid("Malformed multipart body.")
    head, content = match.groups()
    headers = email.parser.BytesHeaderParser(policy=email.policy.HTTP).parsebytes(head)
    if headers.get("content-transfer-encoding", "binary") != "binary":
        raise invalid("Only binary media are understood.")
    return str(headers.get("content-type", "application/octet-stream")), content


def _start(call: Call) -> Answer:
    headers = call.request.headers
    total = headers.get("x-upload-content-length")
    size = int(total) if total is not None else None
    if size is not None and size > call.tree.setting("max_upload_bytes", 5_497_558_138_880):
        raise DriveError(413, "uploadTooLarge", "Request Too Large")
    if call.method.name == "files.create":
        check_create(call, size=size or 0)
    else:
        check_update(call, size=size or 0)
    uid = f"AHm{call.tree.next_number('session'):08d}-{call.tree.random.getrandbits(96):024x}"
    args = {name: value for name, value in call.args.items() if name not in ("uploadType", "alt")}
    session = Session(
        uid, call.method.name, args, call.body, headers["authorization"], headers.get("x-upload-content-type"), size,
        call.app.clock.now(),
    )  # fmt: skip
    call.app.sessions.save(session)
    path = call.request.path
    location = f"http://{headers['host']}{path}?uploadType=resumable&upload_id={uid}"
    return Answer(headers={"Location": location, "X-GUploader-UploadID": uid}, body=b"")


def continue_session(app: DriveApp, request: Request, uid: str) -> Answer:
    """Answer a call to a session's own address: more bytes, or a question how many are kept."""
    with app.tree.lock:
        session = app.sessions.find(uid)
        if request.method == "DELETE":
            app.sessions.save(replace(session, since=0.0))
            return Answer(status=499)
        if request.method not in ("PUT", "POST"):
            raise DriveError(405, "methodNotAllowed", "Method Not Allowed")
        call = app.call_again(session, request)
        if session.file_id is not None:
            node = app.tree.find(session.file_id)
            if node is None:
                raise DriveError(404, "notFound", "Not Found")
            return Answer(shown(call, node))
        return _continue(app, call, session, request)


def _continue(app: DriveApp, call: Call, session: Session, request: Request) -> Answer:
    kept = app.sessions.size(session)
    begin, end, total = _content_range(request)
    if total is not None:
        session = replace(session, total=total)
        app.sessions.save(session)
    if begin is None and end is None:  # a question, or the whole of an empty file
        return _done(app, call, session) if session.total == kept else _go_on(kept)
    assert begin is not None and end is not None
    if begin > kept or len(request.body) != end - begin + 1:
        raise invalid(f"Invalid request. Bytes from {kept} on were expected.")
    last = total is not None and end + 1 == total
    _check_unit(app, len(request.body), last)
    content = request.body[kept - begin :]
    content = content[: _kept_part(app, kept, len(content), last)]
    check_room(call, _owner(call), kept + len(content), _drive(call))
    app.sessions.append(session, content)
    kept += len(content)
    return _done(app, call, session) if kept == total else _go_on(kept)


def _owner(call: Call) -> str:
    node = call.tree.find(call.args.get("fileId", ""))
    return node.owner if node is not None else call.caller.email


def _drive(call: Call) -> str:
    above = call.tree.find((call.body.get("parents") or [""])[0]) or call.tree.find(call.args.get("fileId", ""))
    return above.drive if above is not None else ""


def _content_range(request: Request) -> tuple[int | None, int | None, int | None]:
    """Return first, last and total of what is sent; the first two are None for a question."""
    header = request.headers.get("content-range")
    if header is None:
        size = len(request.body)
        return (0, size - 1, size) if size else (None, None, 0)
    match = re.fullmatch(r"bytes (?:(\d+)-(\d+)|\*)/(\d+|\*)", header)
    if match is None:
        raise invalid("Failed to parse Content-Range header.")
    first, last, total = match.groups()
    whole = None if total == "*" else int(total)
    if first is None:
        return None, None, whole
    if whole is not None and int(last) >= whole:
        raise invalid("Failed to parse Content-Range header.")
    return int(first), int(last), whole


def _check_unit(app: DriveApp, size: int, last: bool) -> None:
    if last or (size % UNIT == 0 and size):
        return
    if size > UNIT and app.tree.setting("chunk_rule", "refuse") == "floor":
        return
    raise invalid(
        f"Invalid request. The number of bytes uploaded is required to be equal or greater than {UNIT}, except for the "
        "final request (it's recommended to be the exact multiple of 262144). The received request contained only "
        f"{size} bytes, which does not meet this requirement."
    )


def _kept_part(app: DriveApp, kept: int, size: int, last: bool) -> int:
    most = app.tree.setting("keep_at_most", None)
    if most is not None and size > most:
        return int(most)
    return size if last else (kept + size) // UNIT * UNIT - kept


def _go_on(kept: int) -> Answer:
    return Answer(status=308, headers={"Range": f"bytes=0-{kept - 1}"} if kept else {})


def _done(app: DriveApp, call: Call, session: Session) -> Answer:
    with app.tree.writing():
        content = app.acts.contents.adopt(app.sessions.content(session))
        if session.method == "files.create":
            node = create(call, content, session.mime)
        else:
            node = update(call, content, session.mime)
    app.sessions.end(session, node.id)
    return Answer(shown(call, node))
