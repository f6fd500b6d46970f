"""The files of a store in columns, oldest shoot first, with which of them have other good copies. Only as many as needed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection

from backupd.acts.witnesses import fact_of
from backupd.policy.copies import CopyFact, CopyState, KnownBy, decide_spare, good_copies
from backupd.policy.deletion import decide
from backupd.policy.facts import Intact, Known
from backupd.policy.families import Role, family_of, role_of
from backupd.policy.pruning import FileColumns, Refused, ShootLine
from backupd.prune.basis import Basis
from backupd.prune.shoots import ShootState
from backupd.settings.values import Unlimited
from index.meant import copies_of
from index.prunable import ShootFile, files_in

_SHOOTS_AT_ONCE = 50


@dataclass(slots=True)
class Gathered:
    """Shoots with their files. `kept_back` are shoots of which some files stay since no other good copy is known."""

    lines: list[ShootLine] = field(default_factory=list)
    files: FileColumns = field(default_factory=FileColumns)
    kept_back: list[Refused] = field(default_factory=list)
    is_whole: bool = True


@dataclass(frozen=True, slots=True)
class Enough:
    """When to stop gathering: so many bytes or files that may go."""

    bytes: int
    files: int | Unlimited

    def reached(self, size: int, files: int) -> bool:
        """Whether more would not be taken anyway."""
        return size >= self.bytes or (not isinstance(self.files, Unlimited) and files > self.files)


def gather(
    conn: Connection,
    basis: Basis,
    store: str,
    store_id: int,
    states: Mapping[int, ShootState],
    online: Collection[str],
    doomed: Collection[int],
    enough: Enough,
) -> Gathered:
    """Return all shoots, with files for those that may go, the oldest first, until there are enough.

    `online` are the stores that answer; `doomed` copies that are planned to go from other stores: nothing relies on
    them. With spare copies, files of protected shoots are gathered as well.
    """
    found = Gathered()
    evict = basis.prune.spare_copies
    ordered = sorted(states.values(), key=lambda each: (each.since is None, each.since, each.id))
    loading = [each for each in ordered if evict or decide("prune", each.facts).is_allowed]
    whole = evict or basis.prune.rebuildable_first
    size = files = 0
    loaded: set[int] = set()
    for start in range(0, len(loading), _SHOOTS_AT_ONCE):
        some = loading[start : start + _SHOOTS_AT_ONCE]
        if not whole and enough.reached(size, files):
            found.is_whole = False
            break
        rows = _by_shoot(files_in(conn, store_id, [each.id for each in some]))
        others = _others(conn, basis, store, rows, online, doomed)
        for each in some:
            loaded.add(each.id)
            mine, spare = _kept(each, rows.get(each.id, []), others, basis, found)
            start_row, stop_row = found.files.add_shoot(
                (row.copy_id, row.size, row.path, row.copy_id in spare) for row in mine
            )
            found.lines.append(_line(each, start_row, stop_row))
            size += sum(row.size for row in mine)
            files += len(mine)
    found.lines += [_line(each, 0, 0) for each in ordered if each.id not in loaded]
    return found


def _line(shoot: ShootState, start: int, stop: int) -> ShootLine:
    # Whichever files have no other good copy were sorted out one by one; of the others there is more than one.
    return ShootLine(shoot.id, shoot.since, replace(shoot.facts, intact=Intact.MORE), start, stop)


def _by_shoot(rows: Iterable[ShootFile]) -> dict[int, list[ShootFile]]:
    found: dict[int, list[ShootFile]] = {}
    for row in rows:
        found.setdefault(row.shoot_id, []).append(row)
    return found


def _others(
    conn: Connection,
    basis: Basis,
    store: str,
    rows: Mapping[int, Sequence[ShootFile]],
    online: Collection[str],
    doomed: Collection[int],
) -> dict[int, list[CopyFact]]:
    """Return the copies of each content that lie in other stores and are not about to go, by content."""
    contents = {row.content_id for some in rows.values() for row in some}
    known = copies_of(conn, contents)
    return {
        id: [
            fact_of(each, basis.zone, Known.YES if each.store in online else Known.UNKNOWN)
            for each in copies
            if each.store != store and each.id not in doomed
        ]
        for id, copies in known.items()
    }


def _kept(
    shoot: ShootState,
    rows: Sequence[ShootFile],
    others: Mapping[int, Sequence[CopyFact]],
    basis: Basis,
    found: Gathered,
) -> tuple[Sequence[ShootFile], set[int]]:
    """Return the files of a shoot that may be planned, and the ids of those that are spare copies."""
    spare: set[int] = set()
    if basis.prune.spare_copies:
        spare = {row.copy_id for row in rows if _is_spare(row, others.get(row.content_id, ()), basis)}
    if basis.prune.last_copies:
        return rows, spare
    lacking = {
        row.copy_id for row in rows if not good_copies(others.get(row.content_id, ()), basis.rules, basis.asked_on)
    }
    if not lacking:
        return rows, spare
    staying = {family_of(row.path) for row in rows if row.copy_id in lacking}
    taken = [row for row in rows if family_of(row.path) not in staying]
    # Catalogues, lists and sidecars without a picture go with the last of their shoot only.
    with_media = {family_of(row.path) for row in taken if role_of(row.path) in (Role.MEDIA, Role.REBUILDABLE)}
    catalogues = {family_of(row.path) for row in taken if role_of(row.path) is Role.CATALOGUE}
    taken = [row for row in taken if family_of(row.path) in with_media - catalogues]
    if decide("prune", shoot.facts).is_allowed:
        why = f"{len(lacking)} of its files have no other copy that is known to be good"
        found.kept_back.append(Refused(shoot.id, "last_copy", (why,)))
    return taken, spare


def _is_spare(row: ShootFile, others: Sequence[CopyFact], basis: Basis) -> bool:
    own = CopyFact(row.copy_id, "", CopyState.PRESENT, KnownBy.HASHED, basis.asked_on, Known.YES)
    return decide_spare(own, others, basis.rules, basis.asked_on).spare is Known.YES
