"""Paths, which the service does not have: tests name files by them.

A path is "/Shoots/a.jpg" below My Drive, "drive:NAME/a.jpg" in a shared drive, "id:ID" for anything, or a list of names
where names have slashes in them. Of several files with one name the oldest is meant.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from tests.simulators.gdrive.acts import ME, Acts
from tests.simulators.gdrive.tree import COLUMNS, FOLDER, Node

Path: TypeAlias = "str | Sequence[str]"


def split(acts: Acts, path: Path) -> tuple[str, list[str]]:
    """Return the id that a path begins at, and the names from there on."""
    if not isinstance(path, str):
        return acts.root, list(path)
    if path.startswith("id:"):
        first, _, rest = path[3:].partition("/")
        return first, [name for name in rest.split("/") if name]
    if path.startswith("drive:"):
        first, _, rest = path[6:].partition("/")
        return drive_named(acts, first).id, [name for name in rest.split("/") if name]
    return acts.root, [name for name in path.split("/") if name]


def drive_named(acts: Acts, name: str) -> Node:
    """Return a shared drive's root. Raises AssertionError."""
    for drive_id in acts.tree.setting("drives", {}):
        node = acts.tree.get(drive_id)
        if node.name == name:
            return node
    raise AssertionError(f"there is no shared drive {name}")


def find(acts: Acts, path: Path) -> Node | None:
    """Return what lies at a path, or None."""
    place, names = split(acts, path)
    node = acts.tree.find(place)
    for name in names:
        node = child(acts, node, name) if node is not None else None
    return node


def at(acts: Acts, path: Path) -> Node:
    """Return what lies at a path. Raises AssertionError."""
    node = find(acts, path)
    assert node is not None, f"nothing at {path}"
    return node


def folder(acts: Acts, path: Path, owner: str = ME) -> Node:
    """Return a folder, made with those above it if it isn't there."""
    place, names = split(acts, path)
    return folder_in(acts, acts.tree.get(place), names, owner)


def folder_in(acts: Acts, node: Node, names: Sequence[str], owner: str = ME) -> Node:
    """Return the folder that names lead to from a folder on; those that aren't there, or are in the trash, are made."""
    for name in names:
        found = child(acts, node, name)
        there = found is not None and not (found.trashed or found.hidden)
        node = found if found and there else acts.create(name, parent=node.id, mime=FOLDER, owner=owner)
    return node


def child(acts: Acts, above: Node, name: str) -> Node | None:
    """Return the oldest of that name in a folder, what is in the trash last; None if there is none."""
    query = f"SELECT {COLUMNS} FROM node WHERE parent = ? AND name = ? ORDER BY gone, placed_at, rowid LIMIT 1"
    rows = acts.tree.rows(query, above.id, name)
    return Node(*rows[0]) if rows else None


def path_of(acts: Acts, node: Node) -> str:
    """Return the names from the root down, joined; an orphan's begins with its id."""
    names: list[str] = []
    place: Node | None = node
    while place is not None and place.id != acts.root:
        if place.drive == place.id:
            return f"drive:{place.name}/" + "/".join(reversed(names))
        names.append(place.name)
        if not place.parent:
            return f"id:{node.id}/" + "/".join(reversed(names))
        place = acts.tree.find(place.parent)
    return "/" + "/".join(reversed(names))
