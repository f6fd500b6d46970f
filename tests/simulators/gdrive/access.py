"""Who may call, and who may do what with which file: tokens and scopes here, roles by walking up from a file.

A role comes from owning a file, from a permission on it or on a folder above, or from owning a folder above (which
gives "writer"). A folder whose `inheritedPermissionsDisabled` is true cuts the walk off.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.simulators.gdrive.acts import ME
from tests.simulators.gdrive.answers import DriveError, not_found
from tests.simulators.gdrive.tree import Node, Tree, stamp

if TYPE_CHECKING:
    from tests.simulators.gdrive.answers import Call
    from tests.simulators.gdrive.schema import Method

SCOPE = "https://www.googleapis.com/auth/drive"
_WHOLE = {SCOPE, f"{SCOPE}.readonly", f"{SCOPE}.metadata", f"{SCOPE}.metadata.readonly"}
_BYTES = {SCOPE, f"{SCOPE}.readonly", f"{SCOPE}.file"}
ROLES = ("reader", "commenter", "writer", "fileOrganizer", "organizer", "owner")
RANK = {role: rank for rank, role in enumerate(ROLES, 1)}


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, and with which scopes. A service account owns nothing."""

    email: str
    scopes: frozenset[str]
    service: bool = False

    @property
    def own_files_only(self) -> bool:
        """Whether only files that this app made are seen."""
        return not self.scopes & _WHOLE

    @property
    def metadata_only(self) -> bool:
        """Whether no bytes may be read."""
        return not self.scopes & _BYTES


def caller_of(tree: Tree, now: float, headers: Any) -> Caller:
    """Return who has the token of a call. Raises DriveError."""
    text = headers.get("authorization", "")
    token = tree.setting("tokens", {}).get(text.removeprefix("Bearer "))
    if not text.startswith("Bearer "):
        raise DriveError(401, "required", "Login Required.", "Authorization", "header")
    if token is None or (token["until"] is not None and token["until"] <= now):
        raise DriveError(401, "authError", "Invalid Credentials", "Authorization", "header")
    email = token.get("email", ME)
    return Caller(email, frozenset(token["scopes"]), bool(token.get("service")))


def check_scope(caller: Caller, method: Method, *, media: bool) -> None:
    """Raise DriveError if the token's scopes don't reach as far as a method."""
    if not caller.scopes & method.scopes or (media and caller.metadata_only):
        raise DriveError(403, "insufficientPermissions", "Insufficient Permission: Request had insufficient authentication scopes.")


class Roles:
    """Looks up roles for one call; what was found of a folder is remembered for its files."""

    def __init__(self, tree: Tree, caller: Caller, *, links: bool = True) -> None:
        self._tree = tree
        self._caller = caller
        self._links = links
        self._known: dict[str, int] = {"": 0}
        self._seen: dict[str, bool] = {}
        self._now = stamp(tree.now())

    def rank(self, node: Node) -> int:
        """Return how much the caller may do with a node, 0 for nothing."""
        if node.lost or (self._caller.own_files_only and not node.by_app):
            return 0
        return RANK["owner"] if node.owner == self._caller.email else self._known_or_found(node)

    def sees(self, folder_id: str) -> bool:
        """Say whether the caller sees a folder."""
        if folder_id not in self._seen:
            folder = self._tree.find(folder_id)
            self._seen[folder_id] = folder is not None and self.rank(folder) > 0
        return self._seen[folder_id]

    def _known_or_found(self, node: Node) -> int:
        if node.id not in self._known:
            rank = self._direct(node)
            if not node.more().get("inheritedPermissionsDisabled"):
                rank = max(rank, self._above(node.parent))
            self._known[node.id] = rank
        return self._known[node.id]

    def _above(self, folder_id: str) -> int:
        folder = self._tree.find(folder_id) if folder_id else None
        if folder is None:
            return 0
        own = RANK["writer"] if folder.owner == self._caller.email else 0
        return max(own, self._known_or_found(folder))

    def _direct(self, node: Node) -> int:
        rows = self._tree.rows(
            "SELECT role FROM permission WHERE file = ? AND (expires IS NULL OR expires > ?) "
            "AND (email = ? OR (type = 'anyone' AND (? OR found)))",
            node.id, self._now, self._caller.email, self._links,
        )  # fmt: skip
        return max((RANK[role] for (role,) in rows), default=0)


def seen(call: Call, file_id: str, *, roles: Roles | None = None) -> Node:
    """Return a file that the caller may see. Raises DriveError: 404 for what is gone and for what may not be seen."""
    node = call.tree.find(call.app.acts.root if file_id == "root" else file_id)
    if node is None or (node.drive and not call.all_drives):
        raise not_found(file_id)
    if not (roles or Roles(call.tree, call.caller)).rank(node) or not _key_given(call, node):
        raise not_found(file_id)
    return node


def _key_given(call: Call, node: Node) -> bool:
    """Say whether the resource key of a file that needs one was sent along."""
    key = node.more().get("_resource_key")
    if key is None or node.owner == call.caller.email:
        return True
    given = call.request.headers.get("x-goog-drive-resource-keys", "")
    return f"{node.id}/{key}" in [each.strip() for each in given.split(",")]
