"""How long each shoot is kept, as the index has its days, holds and erasures. The one place where these facts are gathered.

Nothing of it is stored: a verdict is worked out whenever it is asked for, on any day.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, tzinfo
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from backupd.policy.retention import NO_GRACE, Retention, ShootFacts, decide_retention
from backupd.settings.values import Duration, Unlimited
from index import holds, keeping, spoken_of
from index.appearing import listed_shoots, shoots_naming
from index.errors import LedgerFailure
from index.holds import Hold
from index.keeping import Standing
from index.scopes import NO_SCOPE, Scope, content_ids, scopes

if TYPE_CHECKING:
    from backupd.policy.lowering import Limits
    from backupd.settings.models import Settings
    from index.ledger_key import LedgerKey

UNATTACHED = "hold_unattached"
"""The rule by which nothing is pruned while some hold's shoot is not known here."""


@dataclass(frozen=True, slots=True)
class Basis:
    """What retention is decided by, besides the index. `key` is None where the studio has no ledger yet.

    For a past day, `until` is its end in seconds: what was first seen or given out later was not known then.
    """

    today: date
    zone: tzinfo
    minimum: Duration | Unlimited | None
    grace: Duration = NO_GRACE
    key: LedgerKey | None = None
    until: int | None = None

    def day(self, seconds: int) -> date:
        """Return the day on which an instant falls in the studio's zone."""
        return datetime.fromtimestamp(seconds, self.zone).date()


@dataclass(frozen=True, slots=True)
class Holding:
    """The holds in force on a day, by shoot. `unattached` are those whose shoot is not known: nothing may be pruned."""

    of_shoot: Mapping[int, tuple[Hold, ...]] = field(default_factory=dict)
    everywhere: tuple[Hold, ...] = ()
    unattached: tuple[Hold, ...] = ()
    limits: Mapping[str, Scope] = field(default_factory=dict)

    def on(self, shoot_id: int) -> tuple[Hold, ...]:
        """Return the holds on a shoot, oldest first."""
        return (*self.everywhere, *self.of_shoot.get(shoot_id, ()))


def basis_of(conn: Connection, settings: Settings, today: date) -> Basis:
    """Return what the studio's configuration makes of it; a promise that was lowered counts as it was (D25)."""
    from backupd.promises import in_force

    return basis_by(in_force(conn, settings), settings, today)


def basis_by(limits: Limits, settings: Settings, today: date) -> Basis:
    """Return the same by limits that are known to be in force."""
    from zoneinfo import ZoneInfo

    return Basis(today, ZoneInfo(settings.studio.timezone), limits.minimum, limits.grace, key_of(settings))


def on_day(basis: Basis, day: date, now: datetime) -> Basis:
    """Return the same for another day: for one that has passed, by what was known then."""
    if day >= now.astimezone(basis.zone).date():
        return replace(basis, today=day, until=None)
    end = datetime.combine(day, time.max, basis.zone)
    return replace(basis, today=day, until=int(end.timestamp()))


def key_of(settings: Settings) -> LedgerKey | None:
    """Return the key of the ledger's hashes, None where it is not there or cannot be read."""
    from index.ledger_key import load_key

    try:
        return load_key(settings.index.ledger_key_path)
    except (LedgerFailure, OSError):
        return None


def retentions(conn: Connection, basis: Basis, ids: Collection[int] | None = None) -> dict[int, Retention]:
    """Return the verdict on each shoot, by id; on all of them where `ids` is None."""
    found = keeping.standings(conn, ids, basis.until)
    return decided(found, holding(conn, basis, ids), basis)


def decided(found: Mapping[int, Standing], held: Holding, basis: Basis) -> dict[int, Retention]:
    """Return the verdicts on what was gathered before."""
    return {
        id: decide_retention(facts_of(one, held.on(id), basis), basis.minimum, basis.today, basis.grace)
        for id, one in found.items()
    }


def facts_of(one: Standing, held: Iterable[Hold], basis: Basis) -> ShootFacts:
    """Return what is known of a shoot as the policy asks for it."""
    return ShootFacts(
        date.fromisoformat(one.last_day) if one.last_day else None,
        None if one.last_seen_at is None else basis.day(one.last_seen_at),
        in_review=one.in_review,
        delivered_on=None if one.delivered_at is None else basis.day(one.delivered_at),
        day_from="capture" if one.day_from == "capture" else "folder",
        unread=one.unread,
        holds=tuple(sorted({_told(hold) for hold in held})),
        erased=one.erased,
    )


def _told(one: Hold) -> str:
    """Return what holds, in words: where it is on some files, the others go by the ordinary rules."""
    if one.files is None:
        return one.kind
    return f"{one.kind} on {one.files} file{'' if one.files == 1 else 's'} alone"


def holding(conn: Connection, basis: Basis, ids: Collection[int] | None = None) -> Holding:
    """Return the holds that were in force on the basis' day, each with the shoots that it is on."""
    standing = [one for one in holds.ever(conn) if _in_force(one, basis)]
    if not standing:
        return Holding()
    limits = scopes(conn, [one.uid for one in standing])
    found: dict[int, list[Hold]] = {}
    by_person = [one for one in standing if one.person is not None and one.shoot_hash is None]
    everywhere: list[Hold] = []
    for one in standing:
        if one.shoot_id is not None:
            found.setdefault(one.shoot_id, []).append(one)
        if one.files is not None:
            _where_files_lie(conn, one, limits.get(one.uid, NO_SCOPE), found)
    if basis.key is None:
        # Whom they are about cannot be told without the key: unknown is protected.
        everywhere = by_person
    elif by_person:
        _where_people_are(conn, basis.key, by_person, limits, ids, found)
    _where_folders_went(conn, found)
    ordered = {id: tuple(sorted(mine, key=lambda one: (one.opened_at, one.uid))) for id, mine in found.items()}
    lost = tuple(one for one in standing if one.shoot_hash is not None and one.shoot_id is None)
    return Holding(ordered, tuple(everywhere), lost, limits)


def _where_folders_went(conn: Connection, found: dict[int, list[Hold]]) -> None:
    """A hold is on a shoot's folders too that were renamed while others of it were not, whatever they are part of now."""
    pairs = spoken_of.origins(conn)
    grew = bool(pairs)
    while grew:
        grew = False
        for id, origin in pairs:
            known = found.get(id, [])
            more = [one for one in found.get(origin, []) if one not in known]
            if more:
                found[id], grew = [*known, *more], True


def limited_to(conn: Connection, one: Hold, held: Holding) -> frozenset[bytes] | None:
    """Return the hashes of the contents that a hold is limited to; None where it holds all of its shoots.

    A hold of which some file is not known here (the ledger's entry for it was lost) holds everything.
    """
    if one.files is None:
        return None
    hashes = held.limits.get(one.uid, NO_SCOPE).contents
    known = content_ids(conn, hashes)
    # A content that is not in this index may stand there by both its hashes.
    absent = (len(hashes) - len(known) + 1) // 2
    return hashes if len(set(known.values())) + absent >= one.files else None


def apart(conn: Connection, held: Holding) -> tuple[Holding, dict[int, list[tuple[Hold, frozenset[bytes]]]]]:
    """Return the holds on whole shoots, and by shoot those on some files, each with what it is limited to."""
    every = {one.uid: one for mine in (held.everywhere, *held.of_shoot.values()) for one in mine if one.files is not None}
    limits = {uid: limited_to(conn, one, held) for uid, one in every.items()}
    some = {uid: hashes for uid, hashes in limits.items() if hashes is not None}
    if not some:
        return held, {}
    on_files: dict[int, list[tuple[Hold, frozenset[bytes]]]] = {}
    whole: dict[int, tuple[Hold, ...]] = {}
    for id, mine in held.of_shoot.items():
        whole[id] = tuple(one for one in mine if one.uid not in some)
        found = [(one, some[one.uid]) for one in mine if one.uid in some]
        if found:
            on_files[id] = found
    everywhere = tuple(one for one in held.everywhere if one.uid not in some)
    return replace(held, of_shoot=whole, everywhere=everywhere), on_files


def _in_force(one: Hold, basis: Basis) -> bool:
    opened = basis.day(one.opened_at) <= basis.today
    return opened and (one.released_at is None or basis.today < basis.day(one.released_at))


def _where_files_lie(conn: Connection, one: Hold, limits: Scope, found: dict[int, list[Hold]]) -> None:
    """The same bytes in another shoot are held there too."""
    for ids in keeping.shoots_with(conn, limits.contents).values():
        for id in ids:
            mine = found.setdefault(id, [])
            if one not in mine:
                mine.append(one)


def _where_people_are(
    conn: Connection,
    key: LedgerKey,
    by_person: list[Hold],
    limits: Mapping[str, Scope],
    ids: Collection[int] | None,
    found: dict[int, list[Hold]],
) -> None:
    """A person's hold is on every shoot that names them, and on those of which some list is not read."""
    known = {one.uid: {one.person or "", *limits.get(one.uid, NO_SCOPE).persons} for one in by_person}
    named = shoots_naming(conn, key, frozenset().union(*known.values()), ids)
    _, unread = listed_shoots(conn, ids)
    for one in by_person:
        for id in unread.union(*(named.get(hashed, set()) for hashed in known[one.uid])):
            mine = found.setdefault(id, [])
            if one not in mine:
                mine.append(one)
