"""What can be done to files, whoever does it: the protocol's calls and other devices both come here.

Setting that tests may set: `cascade`, for which changes of a folder everything below gets an entry in the journal as
well ("move", "trash", "delete", "lose", "share"); the service promises nothing about it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.simulators.gdrive.contents import Contents, Sums
from tests.simulators.gdrive.tree import FOLDER, Node, Tree, stamp

_CASCADE = ["delete", "lose"]
_MOST_REVISIONS = 100
ME = "studio@example.test"


class Acts:
    """Changes to the tree; each is one transaction with its entries in the journal."""

    def __init__(self, tree: Tree, state: Path, now: Callable[[], float]) -> None:
        self.tree = tree
        self.contents = Contents(tree, state)
        self.now = now
        self.begin()

    def begin(self) -> None:
        """Let there be My Drive."""
        if self.tree.setting("root", None) is None:
            with self.tree.writing():
                root = self.tree.new_id("0A")[:13] + "Uk9PVA"
                self.tree.set("root", root)
                self.create("My Drive", mime=FOLDER, parent="", file_id=root, told=False, by_app=True)

    @property
    def root(self) -> str:
        """Return the id of My Drive."""
        return str(self.tree.setting("root", ""))

    # -- new things

    def create(
        self, name: str, *, parent: str, mime: str = "application/octet-stream", content: Sums | bytes | None = None,
        owner: str = ME, file_id: str | None = None, created: str | None = None, modified: str | None = None,
        extra: dict[str, Any] | None = None, by_app: bool = False, told: bool = True,
    ) -> Node:  # fmt: skip
        """Make a file (with bytes, or with the sums of bytes that are kept), a folder or what else there is."""
        with self.tree.writing():
            above = self.tree.get(parent) if parent else None
            now = self.now()
            node = Node(
                file_id or self.tree.new_id(), name, name.casefold(), mime, parent,
                "" if above and above.drive else owner, above.drive if above else "", None, None, None, None, None,
                None, 1, created or stamp(now), modified or stamp(now), 0, above.gone if above else 0, 0,
                self._lost_in(above), int(by_app), now, self.tree.random.getrandbits(62), json.dumps(extra or {}),
            )  # fmt: skip
            if content is not None:
                node = self._with_bytes(node, content, node.modified)
            self.tree.write(node)
            if told:
                self.tree.journal(node.id, node.drive)
        return node

    def _lost_in(self, above: Node | None) -> int:
        return int(above is not None and bool(above.lost or above.more().get("_limited")))

    def _with_bytes(self, node: Node, content: Sums | bytes, modified: str) -> Node:
        sums = self.contents.keep(content) if isinstance(content, bytes) else content
        rid = f"0B{self.tree.next_number('revision'):020d}"
        self.tree.db.execute("UPDATE revision SET replaced_at = ? WHERE rid = ?", (self.now(), node.head))
        self.tree.db.execute(
            "INSERT INTO revision (rid, file, content, md5, size, mime, name, modified) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (rid, node.id, sums.sha256, sums.md5, sums.size, node.mime, node.name, modified),
        )
        self.tree.db.execute(
            "DELETE FROM revision WHERE rid IN (SELECT rid FROM revision WHERE file = ? AND NOT keep ORDER BY rid DESC "
            "LIMIT -1 OFFSET ?)", (node.id, _MOST_REVISIONS),
        )  # fmt: skip
        return replace(
            node, size=sums.size, content=sums.sha256, md5=sums.md5, sha1=sums.sha1, sha256=sums.sha256, head=rid,
            modified=modified,
        )  # fmt: skip

    # -- changes to one

    def change(self, node: Node, *, told: bool = True, **values: Any) -> Node:
        """Write new values; `extra` is laid over the old one, None takes a name away."""
        with self.tree.writing():
            if "extra" in values:
                merged = node.more() | values["extra"]
                values["extra"] = json.dumps({name: each for name, each in merged.items() if each is not None})
            if "name" in values:
                values["folded"] = values["name"].casefold()
            node = self.tree.write(replace(node, version=node.version + 1, **values))
            if told:
                self.tree.journal(node.id, node.drive)
        return node

    def overwrite(self, node: Node, content: Sums | bytes, modified: str | None = None) -> Node:
        """Give a file new bytes; the old ones stay as a revision."""
        with self.tree.writing():
            return self.change(self._with_bytes(node, content, modified or stamp(self.now())))

    def rename(self, node: Node, name: str) -> Node:
        """Rename; what lies below has another path."""
        with self.tree.writing():
            node = self.change(node, name=name)
            self._cascade(node, "move")
        return node

    def move(self, node: Node, parent: str) -> Node:
        """Put into another folder; "" makes an orphan."""
        with self.tree.writing():
            above = self.tree.get(parent) if parent else None
            was, drive = node.drive, above.drive if above else ""
            owner = "" if drive else node.owner or ME
            node = self.change(
                node, parent=parent, drive=drive, owner=owner, gone=int(node.trashed or bool(above and above.gone)),
                lost=int(node.hidden or self._lost_in(above)), placed_at=self.now(),
            )  # fmt: skip
            if was != node.drive:
                self.tree.journal(node.id, node.drive, was_drive=was)
            self._below(node, "move")
        return node

    def trash(self, node: Node, *, trashed: bool = True) -> Node:
        """Put into the trash with everything below, or take out again."""
        with self.tree.writing():
            above = self.tree.find(node.parent)
            gone = int(trashed or bool(above and above.gone))
            extra = {"_trashed_at": self.now() if trashed else None}
            node = self.change(node, trashed=int(trashed), gone=gone, extra=extra)
            self._below(node, "trash")
        return node

    def hide(self, node: Node, *, hidden: bool = True) -> Node:
        """Take our access to something and all below away, or give it back."""
        with self.tree.writing():
            above = self.tree.find(node.parent)
            node = self.change(node, hidden=int(hidden), lost=int(hidden or self._lost_in(above)))
            self._below(node, "lose")
        return node

    def _below(self, node: Node, kind: str) -> None:
        if node.is_folder:
            self.tree.refresh_below(node)
        self._cascade(node, kind)

    def _cascade(self, node: Node, kind: str) -> None:
        if node.is_folder and kind in self.tree.setting("cascade", _CASCADE):
            for each in self.tree.below(node.id):
                self.tree.write(replace(each, version=each.version + 1))
                self.tree.journal(each.id, each.drive)

    def touch(self, node: Node, kind: str = "share") -> None:
        """Let a change of access to something be known."""
        with self.tree.writing():
            self.change(node)
            self._cascade(node, kind)

    def delete(self, node: Node, *, owner: str | None = None) -> None:
        """Delete for good with everything below. Others' files in there lose their folder, and stay theirs."""
        with self.tree.writing():
            everywhere = "delete" in self.tree.setting("cascade", _CASCADE)
            for each in reversed(self.tree.below(node.id)) if node.is_folder else ():
                if owner is not None and not each.drive and each.owner != owner:
                    self.move(self.tree.get(each.id), "")
                    continue
                self.tree.drop(each.id)
                if everywhere:
                    self.tree.journal(each.id, each.drive)
            self.tree.drop(node.id)
            self.tree.journal(node.id, node.drive)

    # -- time

    def expire(self) -> None:
        """Purge what was in the trash for 30 days, revisions 30 days after they were replaced, permissions that ended."""
        with self.tree.writing():
            before = self.now() - 30 * 86400
            query = "SELECT id FROM node WHERE trashed AND json_extract(extra, '$._trashed_at') < ?"
            for (file_id,) in self.tree.rows(query, before):
                if (node := self.tree.find(file_id)) is not None:
                    self.delete(node, owner=node.owner)
            self.tree.db.execute("DELETE FROM revision WHERE NOT keep AND replaced_at < ?", (before,))
            for file_id, pid in self.tree.rows("SELECT file, pid FROM permission WHERE expires <= ?", stamp(self.now())):
                self.tree.db.execute("DELETE FROM permission WHERE file = ? AND pid = ?", (file_id, pid))
                self.touch(self.tree.get(file_id))
