"""What tests do that is odd, or what others do: shortcuts, native documents, others' files, orphans, shared drives,
sharing, wrong or missing hashes, lost access, mere views. Paths are as `paths.py` has them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.simulators.gdrive import paths
from tests.simulators.gdrive.access import SCOPE, Caller, Roles
from tests.simulators.gdrive.acts import ME, Acts
from tests.simulators.gdrive.paths import at
from tests.simulators.gdrive.people import permission_id
from tests.simulators.gdrive.permissions import ANYONE
from tests.simulators.gdrive.sharing import effective
from tests.simulators.gdrive.tree import FOLDER, NATIVE, SHORTCUT, stamp

if TYPE_CHECKING:
    from tests.simulators.gdrive.app import DriveApp

OTHER = "other@example.test"


class Odd:
    """More verbs; each returns the id of what it made or changed."""

    def __init__(self, app: DriveApp) -> None:
        self._app = app

    @property
    def _acts(self) -> Acts:
        return self._app.acts

    def shortcut(self, path: str, target: str, target_mime: str = FOLDER) -> str:
        """Make a shortcut; the target is a path, or "id:…" for what needn't be there."""
        node = paths.find(self._acts, target)
        gone = target.removeprefix("id:")
        details = {"targetId": node.id if node else gone, "targetMimeType": node.mime if node else target_mime}
        return self._made(path, SHORTCUT, extra={"shortcutDetails": details})

    def native(self, path: str, kind: str = "document") -> str:
        """Make a document of Google's own kind: no bytes, no checksum."""
        return self._made(path, NATIVE + kind)

    def _made(self, path: str, mime: str, **more: Any) -> str:
        folder, _, name = path.rpartition("/")
        above = paths.folder(self._acts, folder or "/")
        return self._acts.create(name, parent=above.id, mime=mime, **more).id

    def foreign(self, path: str, text: str, owner: str = OTHER) -> str:
        """Let somebody else put a file of theirs into a folder of ours."""
        folder, _, name = path.rpartition("/")
        above = paths.folder(self._acts, folder or "/")
        return self._acts.create(name, parent=above.id, mime="image/jpeg", content=text.encode(), owner=owner).id

    def shared_with_me(self, name: str, text: str, owner: str = OTHER, role: str = "reader") -> str:
        """Let somebody share a file of theirs that lies in no folder we can see."""
        node = self._acts.create(name, parent="", mime="image/jpeg", content=text.encode(), owner=owner)
        self.share(f"id:{node.id}", role=role, email=ME)
        return node.id

    def orphan(self, path: str) -> str:
        """Let a file or folder lie in no folder any more."""
        return self._acts.move(at(self._acts, path), "").id

    def more_parents(self, path: str, folders: list[str]) -> str:
        """Let an old file lie in several folders, as they could until 2020."""
        node = at(self._acts, path)
        more = [paths.folder(self._acts, each).id for each in folders]
        self._app.tree.set("several_parents", True)
        return self._acts.change(node, extra={"_more_parents": more}).id

    def give_away(self, path: str, owner: str = OTHER) -> str:
        """Let a file or folder be somebody else's from now on, where it lies."""
        return self._acts.change(at(self._acts, path), owner=owner).id

    def shared_drive(self, name: str, role: str = "organizer") -> str:
        """Make a shared drive with us in it; its files are at "drive:NAME/…"."""
        tree = self._app.tree
        with tree.writing():
            known = tree.setting("drives", {})
            drive_id = tree.new_id("0A")[:13] + "Uk9PVA"
            node = self._acts.create(name, parent="", mime=FOLDER, owner="", file_id=drive_id, told=False)
            self._acts.change(node, drive=drive_id, told=False)
            tree.set("drives", known | {drive_id: len(known) + 1})
            self.share(f"id:{drive_id}", role=role, email=ME)
        return drive_id

    def leave_drive(self, name: str) -> str:
        """Take us out of a shared drive."""
        node = paths.drive_named(self._acts, name)
        self.unshare(f"id:{node.id}", ME)
        return node.id

    def share(
        self, path: str, role: str = "reader", email: str | None = None, expires: str | None = None, kind: str = "user"
    ) -> str:
        """Give somebody, or anyone with the link, a permission."""
        node = at(self._acts, path)
        tree = self._app.tree
        pid = permission_id(email) if email else ANYONE
        values = (node.id, pid, kind if email else "anyone", role, email or "", expires, 0, tree.now())
        with tree.writing():
            tree.db.execute("INSERT OR REPLACE INTO permission VALUES (?, ?, ?, ?, ?, ?, ?, ?)", values)
            self._acts.touch(node)
        return pid

    def unshare(self, path: str, email: str | None = None) -> None:
        """Take a permission away."""
        node = at(self._acts, path)
        with self._app.tree.writing():
            pid = permission_id(email) if email else ANYONE
            self._app.tree.db.execute("DELETE FROM permission WHERE file = ? AND pid = ?", (node.id, pid))
            self._acts.touch(node)

    def shares(self, path: str) -> list[dict[str, Any]]:
        """Return who may do what with a file, the owner first."""
        found = effective(self._app.tree, at(self._acts, path))
        return [{"email": each.email, "type": each.type, "role": each.role, "expires": each.expires} for each in found]

    def may_open(self, path: str, email: str = "") -> bool:
        """Say whether somebody could open a file; without an address anybody who has the link."""
        caller = Caller(email or "nobody", frozenset([SCOPE]))
        return Roles(self._app.tree, caller).rank(at(self._acts, path)) > 0

    def lose(self, path: str) -> None:
        """Take our access to something and all below away."""
        self._acts.hide(at(self._acts, path))

    def regain(self, path: str) -> None:
        """Give the access back."""
        self._acts.hide(at(self._acts, path), hidden=False)

    def limit(self, path: str, limited: bool = True) -> None:
        """Let a folder be seen and what is in it not: limited access."""
        with self._app.tree.writing():
            node = self._acts.change(at(self._acts, path), extra={"_limited": limited or None})
            self._app.tree.refresh_below(node)

    def drop_hashes(self, path: str, names: list[str] | None = None) -> None:
        """Let an old file have no SHA-256 and no SHA-1, or none of those named."""
        gone: dict[str, Any] = dict.fromkeys(names or ["sha1", "sha256"])
        self._acts.change(at(self._acts, path), told=False, **gone)

    def wrong_hash(self, path: str) -> None:
        """Let the service say other checksums than the bytes have."""
        self._acts.change(at(self._acts, path), md5="0" * 32, sha1="0" * 40, sha256="0" * 64)

    def serve_other_bytes(self, path: str, text: str) -> None:
        """Let a download give other bytes than the checksums are of, as items from Google Photos do."""
        sums = self._acts.contents.keep(text.encode())
        self._acts.change(at(self._acts, path), told=False, extra={"_served": sums.sha256})

    def view(self, path: str) -> None:
        """Look at a file: an entry in the changes, and nothing that matters changed."""
        self._acts.change(at(self._acts, path), extra={"viewedByMeTime": stamp(self._app.clock.now())})

    def mark(self, path: str, **extra: Any) -> None:
        """Set what the API shows as it is, or a name that begins with an underscore: `_abusive`, `_no_download`,
        `_resource_key`, `_image`, `_video`, `_starred`."""
        self._acts.change(at(self._acts, path), extra=extra)

    def keep_revision(self, path: str, rid: str) -> None:
        """Keep a revision for ever."""
        with self._app.tree.writing():
            self._app.tree.db.execute("UPDATE revision SET keep = 1 WHERE rid = ?", (rid,))

    def service_account(self, public_key: str, delegated: list[str] | None = None) -> None:
        """Know a service account's public key, and whom it may act for."""
        self._app.tree.set("service_key", public_key)
        self._app.tree.set("delegated", delegated or [])
