"""Routes that change the tree without bytes: delete, move, copy, restore, folders, purging."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dropbox import files
from dropbox.stone_serializers import json_compat_obj_encode

from tests.simulators.dropbox.access import DeniedError
from tests.simulators.dropbox.answers import Answer, BadInputError, RouteError, find, not_found, shown, whole_path
from tests.simulators.dropbox.names import key_of, normal, parent_of, problem_of
from tests.simulators.dropbox.tree import Node

if TYPE_CHECKING:
    from tests.simulators.dropbox.app import Call

MOST_DELETED = 10_000


def _delete_one(call: Call, arg: Any) -> dict[str, Any]:
    """Delete by the rules; return the metadata as it was. Raises RouteError with a DeleteError."""
    errors = files.DeleteError
    if arg.path == "":
        raise BadInputError("path: The root folder is unsupported.")
    with call.tree.writing():
        node = find(call, arg.path)
        if node is None:
            raise RouteError(errors.path_lookup(not_found()))
        if arg.parent_rev is not None and not node.is_file:
            raise RouteError(errors.path_write(files.WriteError.conflict(files.WriteConflictError.folder)))
        if arg.parent_rev is not None and node.rev != arg.parent_rev:
            raise RouteError(errors.path_write(files.WriteError.conflict(files.WriteConflictError.file)))
        if _is_locked(call, node):
            raise RouteError(errors.path_write(files.WriteError.no_write_permission))
        if not node.is_file and call.tree.count_below(node.key) > call.tree.setting("most_deleted", MOST_DELETED):
            raise RouteError(errors.too_many_files)
        call.tree.remove(node.key)
    return shown(call, node.item())


def _is_locked(call: Call, node: Node) -> bool:
    above: Node | None = node
    while above is not None:
        if above.private("_no_write"):
            return True
        above = call.tree.find(parent_of(above.key))
    return False


def _delete(call: Call) -> Answer:
    return Answer({"metadata": _delete_one(call, call.arg)})


def _delete_batch(call: Call) -> Answer:
    """Small batches are done at once, others as a job that tests may make slow, failing or forgotten."""
    entries = call.arg.entries
    if len(entries) <= call.tree.setting("batch_at_once", 10):
        return Answer({".tag": "complete", "entries": [_try_delete(call, entry) for entry in entries]})
    number = call.tree.setting("next_job", 1)
    call.tree.set("next_job", number + 1)
    jobs = call.tree.setting("jobs", {})
    jobs[f"job-{number}"] = {
        "left": call.tree.setting("job_polls", 1),
        "entries": [_try_delete(call, entry) for entry in entries],
    }
    call.tree.set("jobs", jobs)
    return Answer({".tag": "async_job_id", "async_job_id": f"job-{number}"})


def _try_delete(call: Call, entry: Any) -> dict[str, Any]:
    try:
        return {".tag": "success", "metadata": _delete_one(call, entry)}
    except RouteError as err:
        failure = json_compat_obj_encode(files.DeleteError_validator, err.error)
        return {".tag": "failure", "failure": failure}


def _delete_batch_check(call: Call) -> Answer:
    from dropbox import async_

    jobs = call.tree.setting("jobs", {})
    job = jobs.get(call.arg.async_job_id)
    if job is None:
        raise RouteError(async_.PollError.invalid_async_job_id)
    if job["left"] > 0:
        job["left"] -= 1
        call.tree.set("jobs", jobs)
        return Answer({".tag": "in_progress"})
    if call.tree.setting("job_fails", False):
        return Answer({".tag": "failed", "failed": {".tag": "too_many_write_operations"}})
    return Answer({".tag": "complete", "entries": job["entries"]})


def _relocate(call: Call, *, move: bool) -> Answer:
    errors = files.RelocationError
    with call.tree.writing():
        node = find(call, call.arg.from_path)
        if node is None:
            raise RouteError(errors.from_lookup(not_found()))
        path = normal(whole_path(call, call.arg.to_path))
        problem = problem_of(path)
        if problem == "malformed_path":
            raise RouteError(errors.to(files.WriteError.malformed_path(None)))
        if problem:
            raise RouteError(errors.to(files.WriteError.disallowed_name))
        if key_of(path) == node.key or key_of(path).startswith(node.key + "/"):
            raise RouteError(errors.duplicated_or_nested_paths)
        there, above = call.tree.find(key_of(path)), call.tree.find(key_of(parent_of(path)))
        if there is not None:
            kind = files.WriteConflictError.file if there.is_file else files.WriteConflictError.folder
            raise RouteError(errors.to(files.WriteError.conflict(kind)))
        if above is not None and above.is_file:
            raise RouteError(errors.to(files.WriteError.conflict(files.WriteConflictError.file_ancestor)))
        new = call.tree.move(node.key, path) if move else call.tree.copy(node.key, path)
    return Answer({"metadata": shown(call, new.item())})


def _move(call: Call) -> Answer:
    return _relocate(call, move=True)


def _copy(call: Call) -> Answer:
    return _relocate(call, move=False)


def _create_folder(call: Call) -> Answer:
    path = normal(whole_path(call, call.arg.path))
    errors = files.CreateFolderError
    if problem_of(path):
        raise RouteError(errors.path(files.WriteError.malformed_path(None)))
    there = call.tree.find(key_of(path))
    if there is not None:
        kind = files.WriteConflictError.file if there.is_file else files.WriteConflictError.folder
        raise RouteError(errors.path(files.WriteError.conflict(kind)))
    item = shown(call, call.tree.make_folder(path).item())
    return Answer({"metadata": {name: value for name, value in item.items() if name != ".tag"}})


def _restore(call: Call) -> Answer:
    errors = files.RestoreError
    key = key_of(whole_path(call, call.arg.path))
    row = call.tree.db.execute(
        "SELECT fid, display, hash, client_modified FROM revision WHERE rev = ? AND key = ?", (call.arg.rev, key)
    ).fetchone()
    if row is None:
        raise RouteError(errors.invalid_revision)
    fid, display, digest, modified = row
    node = call.tree.put(display, call.tree.read(digest), client_modified=modified, fid=fid)
    return Answer(shown(call, node.item()))


def _permanently_delete(call: Call) -> Answer:
    if not call.tree.setting("may_purge", False):
        raise DeniedError(403, {".tag": "no_permission"})
    path = call.arg.path
    with call.tree.writing():
        node = find(call, path)
        dead = call.tree.db.execute("SELECT key FROM dead WHERE fid = ? OR key = ?", (path, key_of(path))).fetchone()
        if node is None and dead is None:
            raise RouteError(files.DeleteError.path_lookup(not_found()))
        if node is not None:
            _delete_one(call, call.arg)
        if not call.tree.setting("purge_fails", False):
            call.tree.forget(node.key if node is not None else dead[0])
    return Answer(None)


HANDLERS = {
    "files/delete_v2": _delete,
    "files/delete_batch": _delete_batch,
    "files/delete_batch/check": _delete_batch_check,
    "files/move_v2": _move,
    "files/copy_v2": _copy,
    "files/create_folder_v2": _create_folder,
    "files/restore": _restore,
    "files/permanently_delete": _permanently_delete,
}
