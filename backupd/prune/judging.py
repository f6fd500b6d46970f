"""Gathers the facts about what a clean-up is about to remove, at the moment of removal. See `acts.judging`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from adapters.base import Store
from backupd.acts.judging import Asked, Stays
from backupd.acts.meaning import Sighted
from backupd.acts.witnesses import Wanted, ask_for
from backupd.policy.copies import OTHERS_FOR_EVICTION, CopyFact, CopyRules, decide_spare, good_copies
from backupd.policy.facts import Intact, Known
from backupd.policy.families import Role, family_of, role_of
from backupd.policy.proofs import Standing
from backupd.policy.table import Action
from backupd.prune.basis import Basis
from backupd.prune.shoots import ShootState, is_stale, known_shoots, states_of
from index import prunable
from index.acts import Act
from index.engine import Index
from index.meant import copies_of

_EVICT = "evict"


class PruneJudge:
    """Judges the acts of a clean-up. `basis_of` gives what decides at a moment, within the transaction it is given.

    `emptying` is for what rests in a trash of ours: its bytes are not read again, and only there.
    """

    action: Action = "prune"
    approved_by: str | None = None

    def __init__(
        self,
        index: Index,
        stores: Mapping[str, Store],
        basis: Basis,
        basis_of: Callable[[Connection, datetime], Basis],
        *,
        emptying: bool = False,
    ) -> None:
        self._index, self._stores, self._basis, self._basis_of = index, stores, basis, basis_of
        self._is_emptying = emptying

    @property
    def rules(self) -> CopyRules:
        """What makes a copy good."""
        return self._basis.rules

    @property
    def rereads(self) -> bool:
        """Whether bytes that were not read for too long are read again before they go."""
        return not self._is_emptying

    def ask(self, batch: Sequence[Sighted], now: datetime) -> Asked:
        """Ask other stores whether they have what is about to go, as far as the rules want to know."""
        with self._index.read() as conn:
            meant = _contents(conn, [each.act for each in batch])
            known = copies_of(conn, meant.values())
        wanted = [
            Wanted(each.act.id, each.act.store, tuple(known.get(meant.get(each.act.id, 0), ())), self._needed(each.act))
            for each in batch
        ]
        today = now.astimezone(self._basis.zone).date()
        return ask_for(wanted, self._stores, self.rules, today, self._basis.zone)

    def standings(
        self, conn: Connection, batch: Sequence[Sighted], asked: Asked, now: datetime
    ) -> Mapping[int, Standing | Stays]:
        """Return how things stand for each act, or why it stays."""
        if not batch:
            return {}
        basis = self._basis_of(conn, now)
        stale = is_stale(conn, basis, batch[0].act.store_id)
        shoots = {each.act.shoot_id for each in batch if each.act.shoot_id is not None}
        states = states_of(conn, basis, known_shoots(conn, basis, shoots), stale=stale)
        found: dict[int, Standing | Stays] = {}
        for each in batch:
            state = states.get(each.act.shoot_id or 0)
            copies = asked.get(each.act.id, ())
            found[each.act.id] = self._standing(each, state, copies, basis, now)
        if not self._is_emptying:
            self._keep_what_goes_last(conn, batch, found)
        return found

    def _needed(self, act: Act) -> int:
        if act.rule == _EVICT:
            return max(OTHERS_FOR_EVICTION, self.rules.required)
        return 0 if self._basis.prune.last_copies else 1

    def _standing(
        self, each: Sighted, state: ShootState | None, copies: Sequence[CopyFact], basis: Basis, now: datetime
    ) -> Standing | Stays:
        if state is None:
            return Stays("date_unknown", "its shoot is not in the index any more")
        if state.staying.keeps(each.act.store_id, each.path, (each.act.sha256, each.act.dropbox_hash)):
            return Stays(state.staying.rule, state.staying.why)
        elsewhere = [copy for copy in copies if copy.store != each.act.store]
        good = good_copies(elsewhere, basis.rules, basis.today)
        # The one that is to go was looked at just now, and read lately enough.
        facts = replace(state.facts, intact=Intact.MORE if good else Intact.ONE)
        if each.act.rule == _EVICT:
            own = next((copy for copy in copies if copy.id == each.meant.copy), None)
            if own is None or not basis.prune.spare_copies:
                return Stays(_EVICT, "it is no spare copy any more")
            if decide_spare(own, elsewhere, basis.rules, basis.today).spare is Known.YES:
                facts = replace(facts, spare_replica=Known.YES)
        elif len(good) < self._needed(each.act):
            return Stays("last_copy", "no other store has a copy now that is known to be good")
        return Standing(now, basis.today, facts, state.holds, each.there, tuple(copies), basis.digest)

    def _keep_what_goes_last(
        self, conn: Connection, batch: Sequence[Sighted], found: dict[int, Standing | Stays]
    ) -> None:
        """Let catalogues, lists and sidecars without a picture go only where nothing of their shoot stays behind."""
        families: dict[tuple[int | None, str], set[Role]] = {}
        for each in batch:
            families.setdefault((each.act.shoot_id, family_of(each.path)), set()).add(role_of(each.path))
        last = {
            each.act.id
            for each in batch
            if _goes_last(families[each.act.shoot_id, family_of(each.path)]) and each.act.rule != _EVICT
        }
        if not last:
            return
        shoots = {each.act.shoot_id for each in batch if each.act.id in last and each.act.shoot_id is not None}
        going = {id for id, standing in found.items() if isinstance(standing, Standing)}
        behind = prunable.not_over(conn, batch[0].act.plan_id, batch[0].act.store_id, shoots)
        for each in batch:
            if each.act.id in last and behind.get(each.act.shoot_id or 0, set()) - going - last:
                found[each.act.id] = Stays("left_behind", "files of its shoot stay that it may belong to")


def _goes_last(roles: set[Role]) -> bool:
    return Role.CATALOGUE in roles or not roles & {Role.MEDIA, Role.REBUILDABLE}


def _contents(conn: Connection, acts: Sequence[Act]) -> dict[int, int]:
    """Return which content each act means, by its id: by hash, since an act outlasts what the index knows of its place."""
    hashes = {act.id: act.sha256 or act.dropbox_hash for act in acts}
    known = prunable.contents_by_hash(conn, [each for each in hashes.values() if each is not None])
    return {id: known[hashed] for id, hashed in hashes.items() if hashed is not None and hashed in known}
