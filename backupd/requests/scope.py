"""From a person to all that concerns them: shoots, rows of lists, consents, placements, recipients, other places.

Each item says why it is here. What is certain is in, what is likely waits for a person's word. Nothing is decided here
but whether it is theirs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from sqlalchemy import Connection

from backupd.requests.matching import Known, Match, Sure, is_couple, match_client, match_person
from backupd.settings.models import Requests
from index import consents, disclosures, placements, scoping
from index.ledger_key import LedgerKey
from index.requests import Item
from index.scoping import ListRow
from index.shoot_hashes import shoot_hashes
from index.shoots import get_shoots


@dataclass(slots=True)
class _Shoot:
    """A shoot that concerns the person, by which ways and how surely."""

    id: int
    reasons: list[str] = field(default_factory=list)
    certain: bool = False
    as_client: bool = False
    client: str = ""

    def add(self, match: Match, how: str, *, is_client: bool = False) -> None:
        self.reasons.append(f"{how}: {match.why}")
        self.certain = self.certain or match.sure is Sure.CERTAIN
        self.as_client = self.as_client or is_client


@dataclass(frozen=True, slots=True)
class Scoped:
    """What was found; `shoots` are all shoots that may concern the person, `certain` those that do as far as is known."""

    items: tuple[Item, ...]
    shoots: tuple[int, ...]
    certain: tuple[int, ...]


def find_scope(
    conn: Connection, key: LedgerKey, asks: Known, persons: Sequence[str], settings: Requests, *, places: bool,
    said: Mapping[str, bool] = MappingProxyType({}),
) -> Scoped:  # fmt: skip
    """Return all that may concern the person. With `places`, the other places that hold data are among it.

    `said` is what a person has said of shoots, by their items' keys: what was published or given from a shoot follows it.
    """
    shoots: dict[int, _Shoot] = {}
    _by_client(conn, asks, shoots)
    rows = _by_lists(conn, asks, shoots)
    hashes = shoot_hashes(conn, key, sorted(shoots))
    items = [*_shoot_items(conn, asks, shoots, hashes), *_list_items(rows)]
    certain = tuple(sorted(id for id, each in shoots.items() if said.get(f"shoot:{hashes[id]}", each.certain)))
    items += _consent_items(conn, persons)
    items += _placement_items(conn, certain)
    items += _recipient_items(conn, certain, persons)
    if places:
        items += _link_items(conn, certain, persons)
        items += _place_items(settings)
    return Scoped(tuple(items), tuple(sorted(shoots)), certain)


def _by_client(conn: Connection, asks: Known, shoots: dict[int, _Shoot]) -> None:
    matched = {}
    for client in scoping.clients(conn):
        match = match_client(asks.name, client.spellings)
        if match.sure is not Sure.NOT:
            matched[client.id] = (client.name, match)
    for id, client_id in scoping.shoots_of_clients(conn, matched).items():
        name, match = matched[client_id]
        found = shoots.setdefault(id, _Shoot(id))
        found.client = name
        found.add(match, f"client {name}", is_client=True)


def _by_lists(conn: Connection, asks: Known, shoots: dict[int, _Shoot]) -> list[tuple[ListRow, Match]]:
    names = {name for name, email, phone in scoping.people(conn) if _match(asks, name, email, phone).sure is not Sure.NOT}
    found = []
    rows = scoping.rows_naming(conn, names)
    for row in [*rows, *scoping.rows_of_twins(conn, rows)]:
        match = _match(asks, row.name, row.email, row.phone)
        if match.sure is Sure.NOT:
            continue
        found.append((row, match))
        shoots.setdefault(row.shoot_id, _Shoot(row.shoot_id)).add(match, f"listed as {row.name}")
    return found


def _match(asks: Known, name: str, email: str | None, phone: str | None) -> Match:
    return match_person(asks, Known(name, email, phone))


def _shoot_items(
    conn: Connection, asks: Known, shoots: dict[int, _Shoot], hashes: dict[int, str]
) -> Iterable[Item]:
    known = get_shoots(conn, sorted(shoots))
    files = scoping.files_of(conn, shoots)
    others: dict[int, int] = dict.fromkeys(shoots, 0)
    for row in scoping.rows_of_shoots(conn, shoots):
        if _match(asks, row.name, row.email, row.phone).sure is not Sure.CERTAIN:
            others[row.shoot_id] += 1
    for id, found in sorted(shoots.items()):
        shoot = known[id]
        client = shoot.client or ""
        alone = found.certain and found.as_client and not is_couple(client) and not others[id]
        told = " · ".join(part for part in (client or "client unknown", shoot.title or "", shoot.first_day or "") if part)
        yield Item(
            f"shoot:{hashes[id]}",
            "shoot",
            told,
            "; ".join(dict.fromkeys(found.reasons)),
            found.certain,
            shoot=id,
            details={
                "as_client": found.as_client,
                "alone": alone,
                "couple": is_couple(client),
                "others": others[id],
                "copies": files.get(id, 0),
                "hash": hashes[id],
            },
        )


def _list_items(rows: Sequence[tuple[ListRow, Match]]) -> Iterable[Item]:
    """Yield an item for each row: a namesake two rows below is another question."""
    for row, match in rows:
        yield Item(
            f"row:{row.store}:{row.path}:{row.place}:{row.name}",
            "row",
            f"{row.name}, {row.place} of {row.store}: {row.path}",
            match.why,
            match.sure is Sure.CERTAIN,
            shoot=row.shoot_id,
            details={
                "store": row.store,
                "path": row.path,
                "place": row.place,
                "name": row.name,
                "email": row.email,
                "phone": row.phone,
            },
        )


def _consent_items(conn: Connection, persons: Sequence[str]) -> Iterable[Item]:
    for one in consents.of_persons(conn, persons):
        said = "yes" if one.answer == "yes" else "no"
        told = f"{said} to {', '.join(one.uses) or 'showing'} from {one.from_day}"
        yield Item(f"consent:{one.uid}", "consent", told, "recorded for this person", True, shoot=one.shoot_id,
                   details={"consent": one.uid})  # fmt: skip


def _placement_items(conn: Connection, shoots: Sequence[int]) -> Iterable[Item]:
    for one in placements.standing(conn, shoots):
        told = f"{one.channel}: {one.address}"
        yield Item(f"placement:{one.id}", "placement", told, "published from a shoot of theirs", True, shoot=one.shoot_id,
                   details={"placement": one.id})  # fmt: skip


def _recipient_items(conn: Connection, shoots: Sequence[int], persons: Sequence[str]) -> Iterable[Item]:
    for one in disclosures.concerning(conn, shoots, persons):
        told = f"{one.channel} to {one.name or 'somebody'}: {one.address or 'address not kept'}"
        is_own = one.person is not None and one.person in persons
        why = "given to this person" if is_own else "given from a shoot of theirs"
        details = {"disclosure": one.id, "own": is_own, "channel": one.channel}
        yield Item(f"recipient:{one.id}", "recipient", told, why, True, shoot=one.shoot_id, details=details)


def _link_items(conn: Connection, shoots: Sequence[int], persons: Sequence[str]) -> Iterable[Item]:
    """Yield an item for each link that still works, once, however many shoots it leads to."""
    concerned = {one.id for one in disclosures.concerning(conn, shoots, persons)}
    concerned_links = {
        (one.store, one.link) for one in disclosures.concerning(conn, shoots, persons) if one.link is not None
    }
    for one in disclosures.links(conn):
        if one.id in concerned or (one.store, one.link) in concerned_links:
            told = f"{one.store}: the link that was given {f'to {one.name}' if one.name else 'out'}"
            yield Item(f"link:{one.id}", "link", told, "it leads to pictures of theirs", True, shoot=one.shoot_id,
                       details={"disclosure": one.id, "store": one.store})  # fmt: skip


def _place_items(settings: Requests) -> Iterable[Item]:
    for one in settings.processors:
        told = f"{one.name}: {one.how_to_erase}" if one.how_to_erase else one.name
        why = f"holds {one.data}" if one.data else "holds data of clients"
        yield Item(f"place:{one.name}", "place", told, why, True, details={"place": one.name})
