"""The files of a store in columns, oldest shoot first, with which of them have other good copies. Only as many as needed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection

from backupd.policy.copies import OTHERS_FOR_EVICTION, CopyFact, CopyState, KnownBy, is_good
from backupd.policy.deletion import decide
from backupd.policy.facts import Intact, Known
from backupd.policy.families import Role, family_of, role_of
from backupd.policy.pruning import FileColumns, Refused, ShootLine, by_age
from backupd.prune.basis import Basis
from backupd.prune.shoots import ShootState
from backupd.settings.values import Unlimited
from index.prunable import Elsewhere, ShootFile, copies_elsewhere, files_in

_SHOOTS_AT_ONCE = 50


@dataclass(slots=True)
class Gathered:
    """Shoots with their files. `kept_back` are shoots of which some files stay: held, or no other good copy is known."""

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
    ordered = sorted(states.values(), key=by_age)
    loading = [each for each in ordered if evict or decide("prune", each.facts).is_allowed]
    whole = evict or basis.prune.rebuildable_first
    elsewhere = _Elsewhere(basis, online, doomed)
    size = files = 0
    loaded: set[int] = set()
    for start in range(0, len(loading), _SHOOTS_AT_ONCE):
        some = loading[start : start + _SHOOTS_AT_ONCE]
        if not whole and enough.reached(size, files):
            found.is_whole = False
            break
        rows = _by_shoot(files_in(conn, store_id, [each.id for each in some]))
        others = elsewhere.good(copies_elsewhere(conn, store_id, [each.id for each in some]))
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
    return ShootLine(shoot.id, shoot.since, replace(shoot.facts, intact=Intact.MORE), start, stop, shoot.last_day)


def _by_shoot(rows: Iterable[ShootFile]) -> dict[int, list[ShootFile]]:
    found: dict[int, list[ShootFile]] = {}
    for row in rows:
        found.setdefault(row.shoot_id, []).append(row)
    return found


class _Elsewhere:
    """Tells which stores have a good copy of a content, beside the one that is to be freed."""

    def __init__(self, basis: Basis, online: Collection[str], doomed: Collection[int]) -> None:
        self._basis, self._online, self._doomed = basis, online, doomed
        self._known: dict[tuple[str, str | None, int | None], bool] = {}

    def good(self, rows: Iterable[Elsewhere]) -> dict[int, set[str]]:
        """Return the stores with a good copy that is not about to go, by content."""
        found: dict[int, set[str]] = {}
        for content, id, store, known_by, known_at in rows:
            if id not in self._doomed and self._is_good(store, known_by, known_at):
                found.setdefault(content, set()).add(store)
        return found

    def _is_good(self, store: str, known_by: str | None, known_at: int | None) -> bool:
        # Thousands of copies were known by one scan: each is judged once.
        key = (store, known_by, known_at)
        good = self._known.get(key)
        if good is None:
            basis = self._basis
            on = None if known_at is None else basis.keeping.day(known_at)
            how = {"h": KnownBy.HASHED, "a": KnownBy.ATTESTED}.get(known_by or "", KnownBy.UNVERIFIED)
            reachable = Known.YES if store in self._online else Known.UNKNOWN
            fact = CopyFact(0, store, CopyState.PRESENT, how, on, reachable)
            good = self._known[key] = is_good(fact, basis.rules, basis.asked_on) is Known.YES
        return good


def beside(rows: Sequence[ShootFile], staying: Collection[str]) -> list[ShootFile]:
    """Return which of a shoot's files may go where these families of it stay.

    Catalogues, lists and sidecars without a picture go with the last of their shoot only.
    """
    taken = [row for row in rows if family_of(row.path) not in staying]
    with_media = {family_of(row.path) for row in taken if role_of(row.path) in (Role.MEDIA, Role.REBUILDABLE)}
    catalogues = {family_of(row.path) for row in taken if role_of(row.path) is Role.CATALOGUE}
    return [row for row in taken if family_of(row.path) in with_media - catalogues]


def _kept(
    shoot: ShootState,
    rows: Sequence[ShootFile],
    others: Mapping[int, set[str]],
    basis: Basis,
    found: Gathered,
) -> tuple[Sequence[ShootFile], set[int]]:
    """Return the files of a shoot that may be planned, and the ids of those that are spare copies."""
    spare: set[int] = set()
    if basis.prune.spare_copies:
        needed = max(OTHERS_FOR_EVICTION, basis.rules.required)
        spare = {row.copy_id for row in rows if len(others.get(row.content_id, ())) >= needed}
    lacking = set() if basis.prune.last_copies else {row.copy_id for row in rows if not others.get(row.content_id)}
    held = shoot.staying.copies
    staying = {family_of(row.path) for row in rows if row.copy_id in lacking or row.copy_id in held}
    if not staying:
        return rows, spare
    taken = beside(rows, staying)
    if decide("prune", shoot.facts).is_allowed:
        if any(row.copy_id in held for row in rows):
            found.kept_back.append(Refused(shoot.id, shoot.staying.rule, (shoot.staying.why,)))
        if lacking:
            why = f"{len(lacking)} of its files have no other copy that is known to be good"
            found.kept_back.append(Refused(shoot.id, "last_copy", (why,)))
    return taken, spare
