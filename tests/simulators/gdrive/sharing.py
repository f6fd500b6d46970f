"""Permissions on a file: those on it, and those that come from the folders above."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.simulators.gdrive.access import RANK
from tests.simulators.gdrive.people import permission_id, user
from tests.simulators.gdrive.tree import Node, Tree, stamp

if TYPE_CHECKING:
    from tests.simulators.gdrive.answers import Call


@dataclass(frozen=True, slots=True)
class Source:
    """Where a permission on a file comes from: the file itself, or a folder above."""

    role: str
    place: str


@dataclass(frozen=True, slots=True)
class Permission:
    """What one person, or anyone, may do with a file, by all the ways that lead to it."""

    pid: str
    type: str
    email: str
    expires: str | None
    found: bool
    sources: tuple[Source, ...]

    @property
    def role(self) -> str:
        """The strongest of the ways."""
        return max((source.role for source in self.sources), key=lambda role: RANK[role])

    def item(self, call: Call, file_id: str = "") -> dict[str, Any]:
        """Return it as the API shows it."""
        item: dict[str, Any] = {"kind": "drive#permission", "id": self.pid, "type": self.type, "role": self.role}
        if self.type in ("user", "group"):
            name = user(self.email, call.caller.email)["displayName"]
            item |= {"emailAddress": self.email, "displayName": name, "deleted": False, "pendingOwner": False}
        elif self.type == "domain":
            item |= {"domain": self.email, "displayName": self.email}
        if self.type in ("anyone", "domain"):
            item["allowFileDiscovery"] = self.found
        if self.expires is not None:
            item["expirationTime"] = self.expires
        details = [
            {
                "permissionType": "file", "role": source.role, "inherited": source.place != file_id,
                **({"inheritedFrom": source.place} if source.place != file_id else {}),
            }
            for source in self.sources
        ]  # fmt: skip
        return item | {"permissionDetails": details}


def effective(tree: Tree, node: Node) -> list[Permission]:
    """Return all permissions on a file, the owner's first."""
    found: dict[str, Permission] = {}
    place: Node | None = node
    while place is not None:
        if place.owner and (place.id == node.id or place.owner != node.owner):
            role = "owner" if place.id == node.id else "writer"
            _add(found, Permission(permission_id(place.owner), "user", place.owner, None, False, (Source(role, place.id),)))
        rows = tree.rows(
            "SELECT pid, type, email, expires, found, role FROM permission WHERE file = ? AND "
            "(expires IS NULL OR expires > ?) ORDER BY at", place.id, stamp(tree.now()),
        )  # fmt: skip
        for pid, kind, email, expires, discovered, role in rows:
            _add(found, Permission(pid, kind, email, expires, bool(discovered), (Source(role, place.id),)))
        if place.more().get("inheritedPermissionsDisabled"):
            break
        place = tree.find(place.parent) if place.parent else None
    return list(found.values())


def _add(found: dict[str, Permission], new: Permission) -> None:
    old = found.get(new.pid)
    if old is None:
        found[new.pid] = new
        return
    found[new.pid] = Permission(old.pid, old.type, old.email, old.expires, old.found, old.sources + new.sources)
