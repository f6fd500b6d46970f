"""What tests do beside the protocol: another device's changes, the truth, settings, tokens."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from tests.simulators.dropbox.names import key_of
from tests.simulators.dropbox.seeding import seed
from tests.simulators.dropbox.tree import stamp

if TYPE_CHECKING:
    from tests.simulators.dropbox.app import DropboxApp


class Controls:
    """The verbs, each a method without a leading underscore; bytes are base64, or text where it is given as `text`."""

    def __init__(self, app: DropboxApp) -> None:
        self._app = app
        self.stamp = stamp

    def find(self, verb: str) -> Callable[..., Any] | None:
        """Return the method for a verb, or None."""
        if verb.startswith("_") or verb in ("find", "stamp"):
            return None
        return getattr(self, verb, None)

    def wipe(self) -> None:
        """Be a new account: nothing there, nothing set, no fault, no log, no time moved."""
        app = self._app
        app.tree.wipe()
        app.access.begin()
        app.clock.moved_seconds = 0.0
        app.faults.clear()
        app.log.clear()

    def put(
        self, path: str, text: str | None = None, content: str = "", modified: str | None = None,
        extra: dict[str, Any] | None = None,
    ) -> dict[str, Any]:  # fmt: skip
        """Write a file, new or over an old one."""
        data = text.encode() if text is not None else base64.b64decode(content)
        return self._app.tree.put(path, data, client_modified=modified, extra=extra).item()

    def put_many(self, files: dict[str, str]) -> None:
        """Write many small text files in one transaction."""
        with self._app.tree.writing():
            for path, text in files.items():
                self._app.tree.put(path, text.encode())

    def mkdir(self, path: str, extra: dict[str, Any] | None = None) -> dict[str, Any]:
        """Make a folder."""
        return self._app.tree.make_folder(path, extra=extra).item()

    def seed(self, folders: int, files: int, root: str = "") -> int:
        """Make `files` new files in each of so many new folders, quickly."""

        def paths() -> Iterator[tuple[str, bytes]]:
            for folder in range(folders):
                for file in range(files):
                    place = f"{root}/2024-{folder % 12 + 1:02d} Shoot {folder:05d}"
                    yield f"{place}/IMG_{file:05d}.JPG", b"%d.%d" % (folder, file)

        return seed(self._app.tree, paths(), stamp(self._app.clock.now()))

    def trash(self, path: str) -> None:
        """Delete a file or folder; it can come back."""
        assert self._app.tree.find(key_of(path)) is not None, path
        self._app.tree.remove(key_of(path))

    def move(self, path: str, to: str) -> dict[str, Any]:
        """Move or rename a file or folder."""
        return self._app.tree.move(key_of(path), to).item()

    def respell(self, path: str, display: str) -> None:
        """Show a path in another casing, without a word in the journal."""
        self._app.tree.respell(key_of(path), display)

    def restore(self, path: str) -> dict[str, Any]:
        """Bring a deleted file back with its last bytes, under a new revision."""
        tree = self._app.tree
        row = tree.db.execute(
            "SELECT fid, display, hash, client_modified FROM revision WHERE key = ? ORDER BY rowid DESC",
            (key_of(path),),
        ).fetchone()
        assert row is not None, path
        return tree.put(row[1], tree.read(row[2]), client_modified=row[3], fid=row[0]).item()

    def purge(self, path: str) -> None:
        """Empty a deleted path for good, as a person does in the web interface."""
        self._app.tree.forget(key_of(path))

    def truth(self, under: str = "") -> dict[str, dict[str, Any]]:
        """Return every file that is there below a path, by its path as shown."""
        return {node.display: node.item() for node in self._app.tree.below(key_of(under)) if node.is_file}

    def bytes_of(self, path: str) -> str:
        """Return a file's bytes, base64."""
        node = self._app.tree.find(key_of(path))
        assert node is not None and node.hash is not None, path
        return base64.b64encode(self._app.tree.read(node.hash)).decode()

    def set(self, **settings: Any) -> None:
        """Set what the simulator's modules name as settings."""
        for name, value in settings.items():
            self._app.tree.set(name, value)

    def reset_cursors(self) -> None:
        """Forget every cursor's position."""
        tree = self._app.tree
        tree.set("cursor_epoch", tree.setting("cursor_epoch", 0) + 1)

    def expire_tokens(self) -> None:
        """Let all access tokens have ended; refresh tokens stay good."""
        self._app.access.expire()

    def revoke_tokens(self) -> None:
        """Disconnect the app from the account."""
        self._app.access.revoke()

    def new_token(self, name: str, scopes: list[str]) -> None:
        """Let an access token without an end be good for some scopes."""
        tree = self._app.tree
        tree.set("tokens", tree.setting("tokens", {}) | {name: {"scopes": scopes, "until": None}})

    def authorise(self, query: dict[str, str]) -> str:
        """Agree to a sign-in, as a person in the browser; returns the code."""
        return self._app.access.authorise(query)

    def expire_sessions(self) -> None:
        """Let all upload sessions be too old."""
        self._app.clock.move(8 * 86400)

    def links(self) -> dict[str, Any]:
        """Return all links ever made and not revoked."""
        links: dict[str, Any] = self._app.tree.setting("links", {})
        return links

    def forget_jobs(self) -> None:
        """Lose all jobs under way."""
        self._app.tree.set("jobs", {})
