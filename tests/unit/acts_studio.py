"""A studio in this process whose plans are carried out: stores, index, ledger, and a judge that says what a test wants."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, select

from adapters.hashing import hash_chunks
from adapters.records import Entry as Found
from backupd.acts.carrying import Done, Run, carry_out
from backupd.acts.judging import Asked, Stays
from backupd.acts.meaning import Sighted, version_known
from backupd.acts.undoing import Undone, undo
from backupd.acts.witnesses import Wanted, ask_for
from backupd.policy.copies import CopyRules
from backupd.policy.facts import Erasure, Facts, Intact, Known, Resurfaced, Retained
from backupd.policy.proofs import Standing
from backupd.settings.values import Duration
from index import copies, folders, plans, schema, shoots, stores
from index.acts import Act, NewAct, acts_of
from index.contents import record_contents
from index.ledger import Ledger, open_ledger
from index.ledger_line import Entry
from index.meant import KnownCopy, copies_of
from index.records import FolderRow, NewContent, NewCopy
from tests.unit.feed_studio import FeedStudio

NOW = datetime(2028, 6, 1, 12, tzinfo=UTC)
NO = Known.NO
FREE = Facts(
    store_unreachable=NO, scan_stale=NO, index_behind=NO, clock_wrong=NO, legal_hold=NO, restricted_by_asker=NO,
    objection_pending=NO, restricted_by_another=NO, open_request=NO, pinned=NO, erasure=Erasure.NONE,
    resurfaced=Resurfaced.NO, retained=Retained.PASSED, spare_replica=NO, intact=Intact.MORE, policy_lowered=NO,
)  # fmt: skip
"""What stops nothing."""


@dataclass
class TestJudge:
    """Lets everything go that has `need` good copies elsewhere, unless `facts` or `stays` say otherwise."""

    __test__ = False

    run: Callable[[], Run]
    action: Any = "prune"
    rules: CopyRules = field(default_factory=CopyRules)
    approved_by: str | None = None
    rereads: bool = True
    need: int = 1
    facts: Facts = FREE
    stays: dict[str, str] = field(default_factory=dict)
    holds: tuple[str, ...] = ()
    before: Callable[[Connection], None] = lambda conn: None

    def ask(self, batch: Sequence[Sighted], now: datetime) -> Asked:
        with self.run().index.read() as conn:
            known = copies_of(conn, [each.known.content_id for each in batch if each.known and each.known.content_id])
        wanted = [Wanted(s.act.id, s.act.store, tuple(known.get(s.meant.content, ())), self.need) for s in batch]
        return ask_for(wanted, self.run().stores, self.rules, now.date(), UTC)

    def standings(self, conn: Connection, batch: Sequence[Sighted], asked: Asked, now: datetime) -> Mapping[int, Standing | Stays]:
        self.before(conn)
        found: dict[int, Standing | Stays] = {}
        for each in batch:
            copies = asked.get(each.act.id, ())
            if each.path in self.stays:
                found[each.act.id] = Stays("test", self.stays[each.path])
            elif sum(copy.store_reachable is Known.YES and copy.state.value == "present" for copy in copies) < self.need:
                found[each.act.id] = Stays("last_copy", "no other good copy")
            else:
                found[each.act.id] = Standing(now, now.date(), self.facts, self.holds, each.there, copies, "p1")
        return found


@dataclass
class ActsStudio(FeedStudio):
    """`plan` makes and approves one of everything at some paths of a store."""

    ledger: Ledger = field(init=False)
    judge: TestJudge = field(init=False)
    at: datetime = NOW
    plans: int = 0

    def __post_init__(self) -> None:
        super().__post_init__()
        self.ledger = open_ledger(self.folder / "ledger", self.folder / "ledger.key")
        self.judge = TestJudge(self.runner)
        self.now = int(NOW.timestamp()) - 86_400

    def runner(self, **changes: Any) -> Run:
        opened = {name: store for name, (_, store) in self.stores.items()}
        given = {"judge": self.judge} | changes
        return Run(
            self.index, self.ledger, opened, now=lambda: self.at, zone=UTC, by="anna", trash_for=Duration(days=30), **given
        )

    def record_disk(self, name: str) -> None:
        """Record what lies on a disk as a scan would, without its processes: those take seconds to start."""
        store = self.stores[name][1]
        root = self.folder / name
        with self.index.write() as conn:
            row = stores.record_store(conn, name, "local", state="online")
            for folder in sorted(path for path in root.iterdir() if path.is_dir() and not path.name.startswith(".")):
                known = folders.folders_of(conn, row.id).get(folder.name)
                folder_id = known.id if known else folders.next_folder_id(conn)
                if known is None:
                    folders.add_folders(conn, row.id, [FolderRow(folder_id, folder.name, None, None, True, 0)])
                    shoot = conn.execute(select(schema.folder.c.shoot_id).where(schema.folder.c.path == folder.name.encode()))
                    shoots.place_folders(conn, [(folder_id, next((id for id in shoot.scalars() if id), None), True)])
                there = copies.copies_in(conn, folder_id)
                for file in sorted(folder.iterdir()):
                    if file.name not in there:
                        self._record_file(conn, folder_id, store.stat(f"{folder.name}/{file.name}"), file.read_bytes())

    def _record_file(self, conn: Connection, folder_id: int, entry: Found, content: bytes) -> None:
        next_copy, next_content = copies.next_ids(conn)
        made = hash_chunks([content])
        new = NewContent(0, len(content), made.sha256, made.dropbox, None, "p", None, None, None, None, None, None, self.now)
        (content_id,), _ = record_contents(conn, [new], next_content)
        name = entry.path.rpartition("/")[2]
        values = (entry.size, entry.modified_ns, entry.identity, None, "p", "h", self.now)
        copies.add_copies(conn, [NewCopy(next_copy, folder_id, name, content_id, *values)])

    def known(self, store: str) -> dict[str, KnownCopy]:
        with self.index.read() as conn:
            ids = [id for id in conn.execute(select(schema.copy.c.content_id)).scalars() if id is not None]
            return {each.path: each for rows in copies_of(conn, ids).values() for each in rows if each.store == store}

    def new_act(self, store: str, path: str, act: str = "delete") -> NewAct:
        row = self.known(store)[path]
        return NewAct(
            row.store_id, act, path, "retention_passed", "past its minimum", row.shoot_id, row.size, row.sha256,
            row.dropbox_hash, row.identity, version_known(row),
        )  # fmt: skip

    def plan(self, *places: tuple[str, str], act: str = "delete", approved: bool = True) -> str:
        self.plans += 1
        uid = f"plan-{self.plans}"
        acts = [self.new_act(store, path, act) for store, path in places]
        with self.index.write() as conn:
            made = plans.add_plan(conn, uid, "prune", acts, int(self.at.timestamp()), "anna")
            if approved:
                assert plans.approve(conn, uid, made.digest, int(self.at.timestamp()), "anna")
        return uid

    def carry_out(self, uid: str, **changes: Any) -> Done:
        return carry_out(self.runner(**changes), uid)

    def undo(self, uid: str) -> Undone:
        return undo(self.runner(), uid)

    def acts(self, uid: str) -> list[Act]:
        with self.index.read() as conn:
            found = plans.get_plan(conn, uid)
            assert found is not None
            return acts_of(conn, found.id)

    def states(self, uid: str) -> list[str]:
        return [each.state for each in self.acts(uid)]

    def entries(self, *kinds: str) -> list[Entry]:
        return [each for each in self.ledger.entries() if not kinds or each.draft.kind in kinds]

    @property
    def today(self) -> date:
        return self.at.date()
