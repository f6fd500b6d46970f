"""The plan of an erasure: which copies go, which lists are written anew, what a rule keeps, what nobody has decided."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from backupd.acts.meaning import version_known
from backupd.policy.deletion import decide
from backupd.policy.facts import Erasure
from backupd.requests.deciding import FileFact, FileRule, decide_files, of_whole
from backupd.requests.judge import Asker, Footing, Sharing, erase_facts, footing_of, stopping_holds
from index import scoping
from index.acts import NewAct
from index.ledger import LedgerReader
from index.ledger_key import LedgerKey
from index.meant import KnownCopy, copies_at, copies_by_shoot, copies_elsewhere
from index.requests import Item
from index.stores import list_stores


@dataclass(frozen=True, slots=True)
class Kept:
    """What stays, by which rule."""

    item: int
    shoot: int | None
    rule: str
    why: str


@dataclass(slots=True)
class Planned:
    """What an erasure would do. `elsewhere` are copies of the same bytes in shoots that are not this person's."""

    acts: list[NewAct] = field(default_factory=list)
    refused: list[Kept] = field(default_factory=list)
    undecided: list[Kept] = field(default_factory=list)
    needs_reason: list[Kept] = field(default_factory=list)
    elsewhere: list[KnownCopy] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Ground:
    """What a plan is made on."""

    conn: Connection
    ledger: LedgerReader
    key: LedgerKey
    asker: Asker
    now: datetime


def plan_erasure(ground: Ground, items: Sequence[Item]) -> Planned:
    """Return the plan for what is in scope. Pure but for reading the index; the same index gives the same plan."""
    planned = Planned()
    mine = [each for each in items if each.kind == "shoot" and each.is_in and each.state != "refused" and each.shoot]
    shoots = {one.shoot for one in mine}
    going: dict[tuple[int, str], NewAct] = {}
    contents: set[int] = set()
    copies = copies_by_shoot(ground.conn, (id for id in shoots if id is not None))
    footing = footing_of(ground.conn, ground.ledger, ground.now)
    people = people_by_shoot(ground.conn, ground.key, [id for id in shoots if id is not None])
    for one in mine:
        for copy, rule in _going_of_shoot(ground, footing, one, copies.get(one.shoot or 0, []), people, planned):
            going[(copy.store_id, copy.path)] = purge_of(copy, rule, "erased on request")
            if copy.content_id is not None and copy.size:
                contents.add(copy.content_id)
    _plan_lists(ground, items, going)
    _plan_other_copies(ground, contents, shoots, planned, going)
    planned.acts = [going[key] for key in sorted(going)]
    return planned


def _going_of_shoot(
    ground: Ground,
    footing: Footing,
    one: Item,
    copies: Sequence[KnownCopy],
    people: Mapping[int, frozenset[str]],
    planned: Planned,
) -> Iterator[tuple[KnownCopy, str]]:
    """Give each copy of a shoot that goes, with the rule by which it does; what stays is noted in `planned`."""
    assert one.shoot is not None
    deleting, undecided = _decided_copies(one, copies)
    if undecided:
        planned.undecided.append(Kept(one.number, one.shoot, "shared_subjects", undecided))
    if not deleting:
        return
    stopping = stopping_holds(ground.conn, ground.asker, [one.details["hash"]], people.get(one.shoot, frozenset()))
    sharing = Sharing(bool(one.details.get("others")), bool(one.details.get("couple")), not undecided)
    verdict = decide("erase", erase_facts(footing, ground.asker, stopping, sharing, Erasure.APPROVED))
    if not verdict.is_allowed and not (verdict.needs_person and verdict.rule != "hold_conflict"):
        planned.refused.append(Kept(one.number, one.shoot, verdict.rule, "; ".join(verdict.reasons)))
        return
    if verdict.needs_person:
        planned.needs_reason.append(Kept(one.number, one.shoot, verdict.rule, "; ".join(verdict.reasons)))
    for copy in deleting:
        yield copy, verdict.rule


def _decided_copies(one: Item, copies: Sequence[KnownCopy]) -> tuple[Sequence[KnownCopy], str]:
    """Return the copies of a shoot that are to go, and in words how many files nobody has decided; "" where all are."""
    rules = [FileRule(*each) for each in one.details.get("rules", ())]
    if not rules and of_whole(one.decision) is not None:
        # All of it alike: no need to know which copies are of one file.
        return (copies if of_whole(one.decision) == "delete" else ()), ""
    by_key = by_file(sorted(copies, key=lambda each: (each.store_id, each.path)))
    facts = [FileFact(key, tuple(copy.path for copy in some)) for key, some in by_key.items()]
    decided = decide_files(one.decision, rules, facts)
    deleting = [copy for key, some in by_key.items() if decided.decisions.get(key) == "delete" for copy in some]
    if not decided.undecided:
        return deleting, ""
    return deleting, f"others appear in it: {len(decided.undecided)} of {len(facts)} files are not decided"


def _plan_lists(
    ground: Ground, items: Sequence[Item], going: dict[tuple[int, str], NewAct]
) -> None:
    """Plan the lists that are written anew without their rows; those that go anyway, or are done by hand, are left."""
    ids = {row.name: row.id for row in list_stores(ground.conn)}
    for one in items:
        if one.kind != "row" or not one.is_in or one.decision != "unlist" or one.state != "open":
            continue
        place = (ids[one.details["store"]], one.details["path"])
        if place in going:
            continue
        copy = copies_at(ground.conn, place[0], [place[1]]).get(place[1])
        if copy is not None:
            going[place] = purge_of(copy, "unlist", "written anew without the person's rows")


def _plan_other_copies(
    ground: Ground, contents: set[int], mine: set[int | None], planned: Planned, going: dict[tuple[int, str], NewAct]
) -> None:
    """Plan the same bytes where they lie in no client's shoot; elsewhere they may be somebody else's, and are told."""
    others = copies_elsewhere(ground.conn, {id for id in mine if id is not None}, contents)
    owned = owned_shoots(ground.conn, {copy.shoot_id for copy in others if copy.shoot_id is not None})
    for copy in others:
        if copy.shoot_id is None or copy.shoot_id not in owned:
            going[(copy.store_id, copy.path)] = purge_of(copy, "same_content", "the same bytes, in nobody's shoot")
        else:
            planned.elsewhere.append(copy)


def owned_shoots(conn: Connection, ids: set[int]) -> set[int]:
    """Return those of the shoots that have a client, or people on a list: what lies there may be somebody else's."""
    from index.shoots import get_shoots

    with_client = {id for id, row in get_shoots(conn, sorted(ids)).items() if row.client_id is not None}
    return with_client | {row.shoot_id for row in scoping.rows_of_shoots(conn, ids)}


def people_in(conn: Connection, key: LedgerKey, shoots: Sequence[int]) -> frozenset[str]:
    """Return the keyed hashes of everybody whom lists of these shoots name."""
    return frozenset().union(*people_by_shoot(conn, key, shoots).values())


def people_by_shoot(conn: Connection, key: LedgerKey, shoots: Sequence[int]) -> dict[int, frozenset[str]]:
    """Return the keyed hashes of everybody whom lists of these shoots name, by shoot; a shoot without any is left out."""
    found: dict[int, set[str]] = {}
    for row in scoping.rows_of_shoots(conn, shoots):
        found.setdefault(row.shoot_id, set()).update(key.hashes(name=row.name, email=row.email, phone=row.phone))
    return {id: frozenset(some) for id, some in found.items()}


def purge_of(copy: KnownCopy, rule: str, why: str) -> NewAct:
    """Return the act that removes one copy for good, in the very version that was recorded."""
    return NewAct(
        copy.store_id, "purge", copy.path, rule, why, copy.shoot_id, copy.size, copy.sha256, copy.dropbox_hash,
        copy.identity, version_known(copy),
    )  # fmt: skip


def by_file(copies: Sequence[KnownCopy]) -> dict[str, list[KnownCopy]]:
    """Return copies by the picture that they are: one content, wherever it lies."""
    found: dict[str, list[KnownCopy]] = {}
    for copy in copies:
        # Empty files are not the same picture: each is decided by its own name.
        alone = copy.content_id is None or not copy.size
        key = f"copy {copy.id}" if alone else f"content {copy.content_id}"
        found.setdefault(key, []).append(copy)
    return found
