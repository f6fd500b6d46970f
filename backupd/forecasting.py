"""When each store fills, from what the index knows of inflow, room and the protection of shoots."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import Connection

from backupd.policy.families import family_of
from backupd.policy.forecast import MayGo, Outlook, Supply, look_ahead
from backupd.promises import in_force
from backupd.prune.gathering import beside
from backupd.prune.held_files import staying_of
from backupd.retaining import Basis, apart, decided, holding
from backupd.settings.models import Settings
from backupd.settings.values import Duration
from index import inflow, stores
from index.holds import Hold
from index.keeping import Standing, standings
from index.prunable import files_in

_YEAR_DAYS = 365
_LEAST_DAYS = 30


@dataclass(frozen=True, slots=True)
class StoreForecast:
    """One store's outlook; None where it does not say how much room is left. `shoots` are those that would go, and
    `alone_bytes` what is old enough by then, but would be the last copy and so stays."""

    name: str
    kind: str
    supply: Supply | None
    total_bytes: int | None
    outlook: Outlook | None
    shoots: Mapping[int, Standing]
    alone_bytes: int = 0


def forecast(
    conn: Connection, settings: Settings, basis: Basis, months: int, totals: Mapping[str, int]
) -> list[StoreForecast]:
    """Return the outlook of every configured store that was indexed. `totals` are the sizes of stores that said theirs;
    of the others it is what is free and what the index knows to lie there."""
    until = Duration(months=months).after(basis.today, "last")
    since = basis.today - timedelta(days=_YEAR_DAYS)
    instant = int(datetime.combine(since, time(), basis.zone).timestamp())
    came = inflow.inflows(conn, instant, since.isoformat(), basis.today.isoformat())
    sizes = inflow.sizes(conn)
    known = standings(conn)
    held, on_files = apart(conn, holding(conn, basis))
    verdicts = decided(known, held, basis)
    limits = in_force(conn, settings)
    alone = {} if limits.last_copies else inflow.sizes_alone(conn)
    rows = {row.name: row for row in stores.list_stores(conn)}
    # In how many stores each shoot lies. What goes from one of them is nothing that another can rely on.
    lying = Counter(id for mine in sizes.values() for id in mine)
    found = []
    for one in settings.stores:
        row = rows.get(one.name)
        if row is None:
            continue
        mine = sizes.get(row.id, {})
        if row.free_bytes is None:
            found.append(StoreForecast(one.name, one.kind, None, None, None, {}))
            continue
        total = totals.get(one.name, row.free_bytes + sum(mine.values()))
        arrived = came.get(row.id)
        daily = 0.0 if arrived is None else arrived.size / _window(arrived.first_day, since, basis.today)
        # While some hold's shoot is not known, nothing is pruned anywhere.
        cleaned = one.name in limits.cleaned and not held.unattached
        supply = Supply(row.free_bytes, daily, limits.low.of(total), limits.high.of(total), cleaned)
        lacking = dict(alone.get(row.id, {}))
        mine |= _beside_held(conn, row.id, on_files.keys() & mine.keys(), on_files)
        some = {
            id: verdict.prunable_from
            for id, verdict in verdicts.items()
            if id in mine and verdict.state in ("protected", "prunable") and verdict.prunable_from is not None
        }
        if not limits.last_copies:
            lacking |= {id: mine[id] for id in some if lying[id] < 2}
        shoots = [
            MayGo(id, day, size, _day(known[id].last_day))
            for id, day in some.items()
            if (size := max(0, mine[id] - lacking.get(id, 0)))
        ]
        outlook = look_ahead(supply, shoots, basis.today, until)
        lying.subtract(each.shoot for each in outlook.going)
        going = {each.shoot: known[each.shoot] for each in outlook.going}
        stays = sum(min(lacking.get(id, 0), mine[id]) for id, day in some.items() if day <= until)
        found.append(StoreForecast(one.name, one.kind, supply, total, outlook, going, stays))
    return found


def _beside_held(
    conn: Connection, store_id: int, ids: Collection[int], held: Mapping[int, Sequence[tuple[Hold, frozenset[bytes]]]]
) -> dict[int, int]:
    """Return how much of shoots some of whose files are held may go from this store."""
    found = {}
    for id in sorted(ids):
        staying = staying_of(conn, id, held[id])
        rows = files_in(conn, store_id, [id])
        families = {family_of(row.path) for row in rows if row.copy_id in staying.copies}
        found[id] = sum(row.size for row in (beside(rows, families) if families else rows))
    return found


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _window(first_day: str | None, since: date, today: date) -> int:
    """Days that the inflow is spread over: a year, or as long as the studio has been at work, at least a month."""
    begun = since if first_day is None else max(since, min(date.fromisoformat(first_day), today))
    return max((today - begun).days, _LEAST_DAYS)
