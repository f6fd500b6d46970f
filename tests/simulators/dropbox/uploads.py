"""Routes that take bytes: upload, and upload sessions (sequential and concurrent)."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dropbox import files

from tests.simulators.dropbox.answers import Answer, RouteError, find, shown, whole_path
from tests.simulators.dropbox.names import key_of, normal, numbered, parent_of, problem_of
from tests.simulators.dropbox.tree import Node, Tree, content_hash, stamp

if TYPE_CHECKING:
    from tests.simulators.dropbox.app import Call

MOST_BYTES = 150 * 1024 * 1024
BLOCK = 4 * 1024 * 1024
_LIVE_SECONDS = 7 * 86400


class Sessions:
    """Upload sessions: bytes in a file, the rest in a JSON file beside it, both there before the answer is."""

    def __init__(self, tree: Tree, state: Path, now: Callable[[], float]) -> None:
        self._folder = state / "sessions"
        self._folder.mkdir(exist_ok=True)
        self._tree = tree
        self._now = now

    def start(self, content: bytes, *, closed: bool, concurrent: bool) -> str:
        """Begin a session and return its id."""
        with self._tree.writing():
            number = self._tree.setting("next_session", 1)
            self._tree.set("next_session", number + 1)
        sid = f"pid_upload_session:{number:020d}"
        self._bytes(sid).write_bytes(content)
        self._save(sid, {"closed": closed, "concurrent": concurrent, "since": self._now(), "size": len(content)})
        return sid

    def find(self, sid: str) -> dict[str, Any] | None:
        """Return a session, or None if it never was, was finished or is too old."""
        path = self._meta(sid)
        if not path.exists():
            return None
        session: dict[str, Any] = json.loads(path.read_text())
        return session if self._now() - session["since"] <= _LIVE_SECONDS else None

    def write(self, sid: str, at: int, content: bytes, *, close: bool) -> None:
        """Put bytes at an offset."""
        session = self.find(sid)
        assert session is not None
        with self._bytes(sid).open("r+b") as file:
            file.seek(at)
            file.write(content)
        size = max(session["size"], at + len(content))
        self._save(sid, session | {"closed": close or session["closed"], "size": size})

    def content(self, sid: str) -> bytes:
        """Return what was sent so far."""
        return self._bytes(sid).read_bytes()

    def end(self, sid: str) -> None:
        """Forget a session that was committed."""
        self._meta(sid).unlink()
        self._bytes(sid).unlink()

    def _bytes(self, sid: str) -> Path:
        return self._folder / (sid.replace(":", "_").replace("/", "_") + ".bytes")

    def _meta(self, sid: str) -> Path:
        return self._bytes(sid).with_suffix(".json")

    def _save(self, sid: str, session: dict[str, Any]) -> None:
        self._meta(sid).write_text(json.dumps(session))


def commit(call: Call, info: Any, content: bytes) -> dict[str, Any]:
    """Write a file by the rules of its CommitInfo; return its metadata. Raises RouteError with a WriteError."""
    with call.tree.writing():
        path = _free_path(call, info, content_hash(content))
        if path is None:
            node = find(call, info.path)
            assert node is not None
        else:
            _check_room(call, path, len(content))
            modified = info.client_modified
            at = None if modified is None else stamp(modified.replace(tzinfo=UTC).timestamp())
            node = call.tree.put(path, content, client_modified=at)
    return shown(call, node.item())


def _free_path(call: Call, info: Any, digest: str) -> str | None:
    """Return where to write; None if the same bytes lie there already."""
    if info.path.startswith("id:"):
        found = call.tree.find_id(info.path)
        if found is None:
            raise RouteError(files.WriteError.malformed_path(None))
        path = found.display
    else:
        path = normal(whole_path(call, info.path))
    problem = problem_of(path)
    if problem == "malformed_path":
        raise RouteError(files.WriteError.malformed_path(None))
    if problem:
        raise RouteError(files.WriteError.disallowed_name)
    _check_parents(call, path)
    there = call.tree.find(key_of(path))
    if there is None:
        return path
    if there.is_file and there.hash == digest and not info.strict_conflict and not info.mode.is_update():
        return None
    if there.is_file and _may_replace(info.mode, there):
        return path
    if info.autorename:
        return _next_free(call, path)
    conflict = files.WriteConflictError.file if there.is_file else files.WriteConflictError.folder
    raise RouteError(files.WriteError.conflict(conflict))


def _may_replace(mode: Any, there: Node) -> bool:
    return bool(mode.is_overwrite() or (mode.is_update() and mode.get_update() == there.rev))


def _next_free(call: Call, path: str) -> str:
    number = 2
    while call.tree.find(key_of(numbered(path, number))) is not None:
        number += 1
    return numbered(path, number)


def _check_parents(call: Call, path: str) -> None:
    above = parent_of(path)
    while above:
        node = call.tree.find(key_of(above))
        if node is not None and node.is_file:
            raise RouteError(files.WriteError.conflict(files.WriteConflictError.file_ancestor))
        if node is not None and node.private("_no_write"):
            raise RouteError(files.WriteError.no_write_permission)
        above = parent_of(above)


def _check_room(call: Call, path: str, size: int) -> None:
    if call.tree.used_bytes() + size > call.tree.setting("quota_bytes", 2 * 1024**4):
        raise RouteError(files.WriteError.insufficient_space)


def _upload(call: Call) -> Answer:
    if len(call.body) > MOST_BYTES:
        raise RouteError(files.UploadError.payload_too_large)
    if call.arg.content_hash is not None and call.arg.content_hash != content_hash(call.body):
        raise RouteError(files.UploadError.content_hash_mismatch)
    try:
        return Answer(commit(call, call.arg, call.body))
    except RouteError as err:
        sid = call.app.sessions.start(call.body, closed=False, concurrent=False)
        raise RouteError(
            files.UploadError.path(files.UploadWriteFailed(reason=err.error, upload_session_id=sid))
        ) from None


def _start(call: Call) -> Answer:
    errors = files.UploadSessionStartError
    concurrent = call.arg.session_type is not None and call.arg.session_type.is_concurrent()
    if concurrent and call.body:
        raise RouteError(errors.concurrent_session_data_not_allowed)
    if concurrent and call.arg.close:
        raise RouteError(errors.concurrent_session_close_not_allowed)
    if len(call.body) > MOST_BYTES:
        raise RouteError(errors.payload_too_large)
    if call.arg.content_hash is not None and call.arg.content_hash != content_hash(call.body):
        raise RouteError(errors.content_hash_mismatch)
    sid = call.app.sessions.start(call.body, closed=call.arg.close, concurrent=concurrent)
    return Answer({"session_id": sid})


def _start_batch(call: Call) -> Answer:
    concurrent = call.arg.session_type is not None and call.arg.session_type.is_concurrent()
    start = call.app.sessions.start
    sids = [start(b"", closed=False, concurrent=concurrent) for _ in range(call.arg.num_sessions)]
    return Answer({"session_ids": sids})


def _check_append(call: Call, cursor: Any, errors: Any) -> dict[str, Any]:
    session = call.app.sessions.find(cursor.session_id)
    if session is None:
        raise RouteError(errors.not_found)
    if session["closed"]:
        raise RouteError(errors.closed)
    if not session["concurrent"] and cursor.offset != session["size"]:
        raise RouteError(errors.incorrect_offset(files.UploadSessionOffsetError(correct_offset=session["size"])))
    if session["concurrent"] and cursor.offset % BLOCK:
        raise RouteError(errors.concurrent_session_invalid_offset)
    return session


def _append(call: Call) -> Answer:
    errors = files.UploadSessionAppendError
    if len(call.body) > MOST_BYTES:
        raise RouteError(errors.payload_too_large)
    session = _check_append(call, call.arg.cursor, errors)
    if session["concurrent"] and len(call.body) % BLOCK and not call.arg.close:
        raise RouteError(errors.concurrent_session_invalid_data_size)
    if call.arg.content_hash is not None and call.arg.content_hash != content_hash(call.body):
        raise RouteError(errors.content_hash_mismatch)
    call.app.sessions.write(call.arg.cursor.session_id, call.arg.cursor.offset, call.body, close=call.arg.close)
    return Answer(None)


def _check_finish(call: Call, cursor: Any, size: int) -> None:
    errors, lookup = files.UploadSessionFinishError, files.UploadSessionLookupError
    session = call.app.sessions.find(cursor.session_id)
    if session is None:
        raise RouteError(errors.lookup_failed(lookup.not_found))
    if session["concurrent"] and size:
        raise RouteError(errors.concurrent_session_data_not_allowed)
    if session["concurrent"] and not session["closed"]:
        raise RouteError(errors.concurrent_session_not_closed)
    if session["closed"] and size:
        raise RouteError(errors.lookup_failed(lookup.closed))
    if cursor.offset != session["size"]:
        offset = files.UploadSessionOffsetError(correct_offset=session["size"])
        raise RouteError(errors.lookup_failed(lookup.incorrect_offset(offset)))


def _finish(call: Call) -> Answer:
    """Append the last bytes, then commit; when only the commit fails, the bytes stay."""
    cursor, sessions = call.arg.cursor, call.app.sessions
    _check_finish(call, cursor, len(call.body))
    if call.arg.content_hash is not None and call.arg.content_hash != content_hash(call.body):
        raise RouteError(files.UploadSessionFinishError.content_hash_mismatch)
    if call.body:
        sessions.write(cursor.session_id, cursor.offset, call.body, close=False)
    try:
        item = commit(call, call.arg.commit, sessions.content(cursor.session_id))
    except RouteError as err:
        raise RouteError(files.UploadSessionFinishError.path(err.error)) from None
    sessions.end(cursor.session_id)
    return Answer(item)


def _finish_batch(call: Call) -> Answer:
    entries: list[Any] = []
    for entry in call.arg.entries:
        try:
            _check_finish(call, entry.cursor, 0)
            item = commit(call, entry.commit, call.app.sessions.content(entry.cursor.session_id))
            call.app.sessions.end(entry.cursor.session_id)
            entries.append({".tag": "success", **{name: item[name] for name in item if name != ".tag"}})
        except RouteError as err:
            entries.append({".tag": "failure", "failure": _failure(err.error)})
    return Answer({"entries": entries})


def _failure(error: Any) -> Any:
    from dropbox.stone_serializers import json_compat_obj_encode

    if isinstance(error, files.WriteError):
        error = files.UploadSessionFinishError.path(error)
    return json_compat_obj_encode(files.UploadSessionFinishError_validator, error)


HANDLERS = {
    "files/upload": _upload,
    "files/upload_session/start": _start,
    "files/upload_session/start_batch": _start_batch,
    "files/upload_session/append_v2": _append,
    "files/upload_session/finish": _finish,
    "files/upload_session/finish_batch_v2": _finish_batch,
}
