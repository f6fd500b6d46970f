"""A studio in this process that runs out of room: people ask, holds are put, clean-ups are planned and run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from backupd import promises
from backupd.prune.basis import basis_of
from backupd.prune.planning import Proposal, propose, save
from backupd.prune.running import Workshop, approve, run
from backupd.settings.models import Settings
from index.answers import file_copies
from index.holds import Hold
from index.ledger_line import Entry
from index.replay import put_hold, release_hold
from index.scopes import Scope, hashes_of
from index.shoot_hashes import shoot_hashes
from index.stores import end_scan, list_stores, start_scan
from tests.unit.case_studio import STAFF, CaseStudio


@dataclass
class TidyStudio(CaseStudio):
    """Every store is full, and as much as may go is wanted."""

    def __post_init__(self) -> None:
        super().__post_init__()
        prune: Any = {"most_files": "forever", "most_bytes": "forever", "most_share": 1.0}
        room = {"low": "1 GB", "high": "1 GB"}
        self.settings = Settings.model_validate(
            {
                "staff": STAFF,
                "index": {"url": f"sqlite:///{self.folder / 'index.db'}"},
                "retention": {"free_space": room, "prune": prune},
            }
        )
        for store in self.stores.values():
            store.tree.room_bytes = 10_000
            # Months pass between two scans here, and the stores' clocks say so too.
            store.clock_ahead_seconds = 0.0

    def look(self) -> dict[str, str]:
        troubles = super().look()
        at = int(self.at.timestamp()) - 60
        with self.index.write() as conn:
            for row in list_stores(conn):
                end_scan(conn, start_scan(conn, row.id, at), at, "complete", {})
            # Everything is read anew, as `verify` would.
            conn.exec_driver_sql("UPDATE copy SET known_at = ? WHERE state = 'p'", (at,))
            promises.keep(conn, self.settings)
        return troubles

    @property
    def shop(self) -> Workshop:
        return Workshop(self.index, self.ledger, self.stores, self.settings, lambda: self.at, "anna")

    def proposed(self, *names: str) -> Proposal:
        """What a clean-up of these stores would take now."""
        with self.index.read() as conn:
            return propose(conn, basis_of(conn, self.settings, self.at), self.stores, names or self.names)

    def going(self, *names: str) -> set[str]:
        """The paths that a clean-up would take now."""
        return {act.path or "" for act in self.proposed(*names).acts}

    def save(self, *names: str) -> str:
        """Plan and approve; return the plan's name."""
        proposal = self.proposed(*names)
        with self.index.write() as conn:
            plan = save(conn, proposal, self.at, "anna")
        assert plan is not None, "nothing may go"
        approve(self.shop, plan.uid)
        return plan.uid

    def clean(self, uid: str) -> None:
        """Carry out an approved plan."""
        run(self.shop, uid)

    def shoot(self, folder: str) -> int:
        """The number of the shoot in this folder."""
        with self.index.read() as conn:
            found = conn.exec_driver_sql("SELECT shoot_id FROM folder WHERE path = ?", (folder.encode(),)).scalars().all()
        assert len(set(found)) == 1 and found[0] is not None, f"{folder!r} is {found}"
        return int(found[0])

    def hold(self, folder: str, *files: str, kind: str = "legal", uid: str = "h1") -> str:
        """Hold a shoot, or some files of it."""
        id = self.shoot(folder)
        with self.index.write() as conn:
            hashed = shoot_hashes(conn, self.ledger.key, [id])[id]
            named = [one for one in file_copies(conn, id) if one.path.rpartition("/")[2] in files]
            assert len(named) == len(files)
            known = hashes_of(conn, [one.content_id for one in named if one.content_id is not None])
            scope = Scope(frozenset().union(*known.values()))
            one = Hold(uid, kind, int(self.at.timestamp()), "anna", "because", "anna", shoot_id=id, shoot_hash=hashed)
            put_hold(conn, self.ledger, one if not files else _limited(one, len(files)), scope)
        return uid

    def release(self, uid: str) -> None:
        """End a hold."""
        with self.index.write() as conn:
            assert release_hold(conn, self.ledger, uid, int(self.at.timestamp()), "anna")

    def entries(self, kind: str) -> list[Entry]:
        return [each for each in self.ledger.entries() if each.draft.kind == kind]


def _limited(one: Hold, files: int) -> Hold:
    from dataclasses import replace

    return replace(one, files=files)
