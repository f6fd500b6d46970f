"""What tests do beside the protocol: another device's changes, the truth, settings, tokens.

Paths are as `paths.py` has them. Bytes are base64, or text where it is given as `text`. The verbs for what is odd or
belongs to others are in `odd.py`.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tests.simulators.gdrive import paths
from tests.simulators.gdrive.acts import ME, Acts
from tests.simulators.gdrive.odd import Odd
from tests.simulators.gdrive.paths import at
from tests.simulators.gdrive.seeding import seed
from tests.simulators.gdrive.tree import COLUMNS, FOLDER, Node

if TYPE_CHECKING:
    from tests.simulators.gdrive.app import DriveApp


def told(node: Node) -> dict[str, Any]:
    """Return what a test is told of a file."""
    return {
        "id": node.id, "name": node.name, "mimeType": node.mime, "parent": node.parent, "size": node.size,
        "md5": node.md5, "sha1": node.sha1, "sha256": node.sha256, "head": node.head, "version": node.version,
        "trashed": bool(node.gone), "owner": node.owner, "drive": node.drive, "modified": node.modified,
    }  # fmt: skip


class Controls:
    """The verbs, each a method without a leading underscore."""

    def __init__(self, app: DriveApp) -> None:
        self._app = app
        self._odd = Odd(app)

    @property
    def _acts(self) -> Acts:
        return self._app.acts

    def find(self, verb: str) -> Callable[..., Any] | None:
        """Return the method for a verb, or None."""
        if verb.startswith("_") or verb == "find":
            return None
        return getattr(self, verb, None) or getattr(self._odd, verb, None)

    def wipe(self) -> None:
        """Be a new account: nothing there, nothing set, no fault, no log, no time moved."""
        app = self._app
        app.tree.wipe()
        app.clock.moved_seconds = 0.0
        app.acts.begin()
        app.tokens.begin()
        app.sessions.clear()
        app.rate.clear()
        app.faults.clear()
        app.log.clear()

    def put(
        self, path: paths.Path, text: str | None = None, content: str = "", modified: str | None = None,
        mime: str = "image/jpeg", owner: str = ME, twin: bool = False, extra: dict[str, Any] | None = None,
    ) -> dict[str, Any]:  # fmt: skip
        """Write a file: over the one at that path, or new; with `twin` new beside one of that name."""
        data = text.encode() if text is not None else base64.b64decode(content)
        old = None if twin else paths.find(self._acts, path)
        if old is not None and old.has_bytes and not old.gone:
            return told(self._acts.overwrite(old, data, modified))
        place, names = paths.split(self._acts, path)
        with self._app.tree.writing():
            above = paths.folder_in(self._acts, self._app.tree.get(place), names[:-1])
            node = self._acts.create(
                names[-1], parent=above.id, mime=mime, content=data, owner=owner, modified=modified, extra=extra
            )
        return told(node)

    def put_many(self, files: dict[str, str]) -> None:
        """Write many small text files in one transaction."""
        with self._app.tree.writing():
            for path, text in files.items():
                self.put(path, text)

    def mkdir(self, path: paths.Path, owner: str = ME, twin: bool = False) -> dict[str, Any]:
        """Make a folder and those above it; with `twin` beside one of that name."""
        if not twin:
            return told(paths.folder(self._acts, path, owner))
        place, names = paths.split(self._acts, path)
        above = paths.folder_in(self._acts, self._app.tree.get(place), names[:-1])
        return told(self._acts.create(names[-1], parent=above.id, mime=FOLDER, owner=owner))

    def seed(self, folders: int, files: int, root: str = "", told: bool = False) -> int:
        """Make `files` new files in each of so many new folders, quickly; only if `told` with entries in the journal."""
        return seed(self._acts, paths.folder(self._acts, root or "/"), folders, files, told=told)

    def move(self, path: paths.Path, to: paths.Path) -> dict[str, Any]:
        """Move or rename a file or folder."""
        node = at(self._acts, path)
        place, names = paths.split(self._acts, to)
        with self._app.tree.writing():
            above = paths.folder_in(self._acts, self._app.tree.get(place), names[:-1])
            if above.id != node.parent:
                node = self._acts.move(node, above.id)
            if names[-1] != node.name:
                node = self._acts.rename(node, names[-1])
        return told(node)

    def trash(self, path: paths.Path) -> None:
        """Put a file or folder into the trash."""
        self._acts.trash(at(self._acts, path))

    def untrash(self, path: paths.Path) -> None:
        """Take it out again."""
        self._acts.trash(at(self._acts, path), trashed=False)

    def delete(self, path: paths.Path) -> None:
        """Delete a file or folder for good."""
        self._acts.delete(at(self._acts, path), owner=ME)

    def truth(self, under: paths.Path = "") -> dict[str, dict[str, Any]]:
        """Return every file with bytes that is there and not in the trash, by its path; twins get their id behind it."""
        top = paths.find(self._acts, under)
        found: dict[str, dict[str, Any]] = {}
        for node in self._app.tree.below(top.id) if top is not None else []:
            if node.has_bytes and not node.gone:
                path = paths.path_of(self._acts, node)
                found[path if path not in found else f"{path}#{node.id}"] = told(node)
        return found

    def look(self, path: paths.Path) -> dict[str, Any] | None:
        """Return what lies at a path, in the trash or not; None if there is nothing."""
        node = paths.find(self._acts, path)
        return None if node is None else told(node)

    def everything(self) -> list[dict[str, Any]]:
        """Return all nodes there are, orphans and others' as well."""
        return [told(Node(*row)) for row in self._app.tree.rows(f"SELECT {COLUMNS} FROM node ORDER BY placed_at")]

    def bytes_of(self, path: paths.Path) -> str:
        """Return a file's bytes, base64."""
        node = at(self._acts, path)
        assert node.content is not None, path
        return base64.b64encode(self._acts.contents.read(node.content)).decode()

    def root(self) -> str:
        """Return the id of My Drive's root."""
        return self._acts.root

    def set(self, **settings: Any) -> None:
        """Set what the simulator's modules name as settings."""
        for name, value in settings.items():
            self._app.tree.set(name, value)

    # -- tokens of all kinds

    def expire_page_tokens(self) -> None:
        """Let all page tokens of listings be refused."""
        tree = self._app.tree
        tree.set("page_epoch", tree.setting("page_epoch", 0) + 1)

    def expire_start_tokens(self, status: int = 410) -> None:
        """Let all tokens of changes until now be refused, with a status."""
        tree = self._app.tree
        # A new entry, so that the token that is given out next is a newer one.
        self._acts.touch(tree.get(self._acts.root))
        tree.set("oldest_token", tree.last_seq() + 1)
        tree.set("token_status", status)

    def expire_tokens(self) -> None:
        """Let all access tokens have ended; refresh tokens stay good."""
        self._app.tokens.expire()

    def revoke_tokens(self) -> None:
        """Disconnect the app from the account."""
        self._app.tokens.revoke()

    def new_token(self, name: str, scopes: list[str], **whose: Any) -> None:
        """Let an access token without an end be good for some scopes; `email`, `service` say whose it is."""
        tree = self._app.tree
        tree.set("tokens", tree.setting("tokens", {}) | {name: {"scopes": scopes, "until": None, **whose}})

    def authorise(self, query: dict[str, str]) -> str:
        """Agree to a sign-in, as a person in the browser; returns the code."""
        return self._app.tokens.authorise(query)

    def expire_sessions(self) -> None:
        """Let all upload sessions be too old."""
        self._app.clock.move(8 * 86400)
