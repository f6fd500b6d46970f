"""What a handler gives back, and how it says no; how paths in calls are understood."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dropbox import files

from tests.simulators.dropbox.names import key_of
from tests.simulators.dropbox.tree import Node

if TYPE_CHECKING:
    from tests.simulators.dropbox.app import Call

_PATH = re.compile(r"(/(.|[\r\n])*)?|id:.*|(ns:[0-9]+(/.*)?)|rev:[0-9a-f]{9,}", re.DOTALL)


class BadInputError(Exception):
    """Answered with 400 in plain text."""


class RouteError(Exception):
    """Answered with 409; `error` is a value of the route's error type, or its JSON."""

    def __init__(self, error: Any) -> None:
        super().__init__(str(error))
        self.error = error


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back: a JSON value, or its text ready made; bytes for a download."""

    value: Any = None
    text: str | None = None
    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


def summary_of(error: Any) -> str:
    """Return an error's tags, joined, as error_summary has them."""
    if isinstance(error, str):
        return error
    tag = error[".tag"]
    below = error.get(tag) if tag != "path" else error.get("path", error.get("reason"))
    return f"{tag}/{summary_of(below)}" if isinstance(below, (dict, str)) and _is_union(below) else str(tag)


def _is_union(value: Any) -> bool:
    return isinstance(value, dict) and ".tag" in value


def whole_path(call: Call, path: str) -> str:
    """Return a call's path in the account's whole tree. Raises BadInputError for "/" and what is no path."""
    if path == "/":
        raise BadInputError('path: Specify the root folder as an empty string rather than as "/"')
    if not _PATH.fullmatch(path) or path.endswith("/"):
        raise BadInputError(f"path: {path!r} did not match pattern")
    return call.caller.prefix + path


def find(call: Call, path: str) -> Node | None:
    """Return what a path, an id or a revision names; None if it isn't there or can't be seen from here."""
    if path.startswith("id:"):
        node = call.tree.find_id(path)
    elif path.startswith("rev:"):
        row = call.tree.db.execute("SELECT key FROM revision WHERE rev = ?", (path[4:],)).fetchone()
        node = call.tree.find(row[0]) if row else None
    else:
        node = call.tree.find(key_of(whole_path(call, path)))
    inside = call.caller.prefix == "" or (node is not None and node.key.startswith(key_of(call.caller.prefix) + "/"))
    return node if inside else None


def shown(call: Call, item: dict[str, Any]) -> dict[str, Any]:
    """Return an item with its paths as the caller sees them."""
    length = len(call.caller.prefix)
    changed = {name: item[name][length:] for name in ("path_lower", "path_display") if item.get(name)}
    return item | changed


def not_found() -> Any:
    """Return the most frequent error."""
    return files.LookupError.not_found
