"""There is one road to a deletion: calls that remove files stand in a few named places, and nowhere else."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOTS = ("adapters", "backupd", "index")

UNLINKING = {"unlink", "remove", "removedirs", "rmdir", "rmtree", "replace", "truncate"}
"""Calls that take a file's name or bytes away, as methods of `os`, `shutil` or a path."""

FILES = {
    "adapters/local_writing.py": "the guarded removal of a version that was seen, and our own temporary files",
    "adapters/local_upload.py": "our own temporary files",
    "adapters/oauth_file.py": "our own sign-in, written anew",
    "adapters/renaming.py": "the second half of a rename on file systems that know no better",
}
"""Where a file of a store may lose its name."""

STORE_CALLS = {"remove", "remove_many", "purge", "files_delete_v2", "files_delete_batch", "files_permanently_delete"}
CALLERS = {
    "backupd/acts/verbs.py": "the acts of approved plans",
    "backupd/export/linking.py": "the copy that an export itself put into a cloud for somebody, when its link ends",
    "backupd/requests/ending.py": "the same copy, for good, when what it holds is erased",
}
"""Where a store is asked to remove something."""


def calls(source: str) -> list[tuple[str, str]]:
    """Return (what it belongs to, method) of every method that is named, called at once or not, or asked for by its name."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute):
            found.append((ast.unparse(node.value), node.attr))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "getattr" and len(node.args) > 1:
            name = node.args[1]
            found.append((ast.unparse(node.args[0]), name.value if isinstance(name, ast.Constant) else "?"))
    return found


def modules(*roots: str) -> list[Path]:
    return sorted(path for root in roots for path in Path(root).rglob("*.py"))


def unlinks(path: Path) -> list[str]:
    return [f"{on}.{name}" for on, name in calls(path.read_text()) if name in UNLINKING and on in ("os", "shutil")]


def test_files_lose_their_names_in_named_places_only() -> None:
    found = {str(path): unlinks(path) for path in modules("adapters") if unlinks(path)}
    assert set(found) <= set(FILES), {path: found[path] for path in set(found) - set(FILES)}


def test_nothing_but_acts_asks_a_store_to_remove_something() -> None:
    asking = {}
    for path in modules("backupd"):
        stores = [
            f"{on}.{name}"
            for on, name in calls(path.read_text())
            if (name in STORE_CALLS and name != "remove") or (name == "remove" and "store" in on.lower())
        ]
        if stores:
            asking[str(path)] = stores
    assert set(asking) <= set(CALLERS), asking
    assert "backupd/acts/verbs.py" in asking


def test_index_and_service_remove_no_file_of_a_store() -> None:
    for path in modules("backupd/acts", "backupd/prune", "backupd/policy", "backupd/scan", "backupd/cli"):
        assert unlinks(path) == [], str(path)


@pytest.mark.parametrize(
    "source",
    [
        "import os\nos.unlink('a')",
        "store.purge('a', 'b')",
        "call = self._store.remove",
        "getattr(store, 'remove_many')",
    ],
)
def test_what_goes_around_it_is_found(source: str) -> None:
    assert any(name in UNLINKING | STORE_CALLS for _, name in calls(source))
