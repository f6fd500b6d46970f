"""Participants and where they appear, as lists name them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, and_, bindparam, delete, insert, select, update

from index.paths import join_path
from index.records import AppearanceRow
from index.schema import appearance, copy, folder, participant, store

_CHUNK = 500


@dataclass(frozen=True, slots=True)
class NewAppearance:
    """A person named by a list. `key` tells persons apart for certain (see the table)."""

    key: str
    name: str
    place: str
    role: str | None
    email: str | None
    phone: str | None
    minor: bool | None
    consent: str | None


def record_list(conn: Connection, copy_id: int, shoot_id: int, rows: Iterable[NewAppearance]) -> None:
    """Write what one list says, in place of what it said before."""
    conn.execute(delete(appearance).where(appearance.c.copy_id == copy_id))
    for row in rows:
        conn.execute(
            insert(appearance).values(
                shoot_id=shoot_id,
                participant_id=_participant(conn, row),
                copy_id=copy_id,
                place=row.place,
                role=row.role,
                email=row.email,
                phone=row.phone,
                minor=None if row.minor is None else int(row.minor),
                consent=row.consent,
            )
        )


def forget_list(conn: Connection, copy_id: int) -> None:
    """Take out what a list said, since its bytes are another's now."""
    conn.execute(delete(appearance).where(appearance.c.copy_id == copy_id))


def forget_lists(conn: Connection, copy_ids: Sequence[int]) -> None:
    """Take out what many lists said, since their bytes are others now."""
    for start in range(0, len(copy_ids), 500):
        conn.execute(delete(appearance).where(appearance.c.copy_id.in_(copy_ids[start : start + 500])))


def follow_store(conn: Connection, store_id: int) -> None:
    """Let every list in a store speak of the shoot that its folder belongs to now."""
    query = (
        select(appearance.c.id, folder.c.shoot_id)
        .join(copy, copy.c.id == appearance.c.copy_id)
        .join(folder, folder.c.id == copy.c.folder_id)
        .where(and_(folder.c.store_id == store_id, folder.c.shoot_id != appearance.c.shoot_id))
    )
    rows = [{"row": row.id, "now": row.shoot_id} for row in conn.execute(query)]
    if rows:
        where = appearance.c.id == bindparam("row")
        conn.execute(update(appearance).where(where).values(shoot_id=bindparam("now")), rows)


def follow_copy(conn: Connection, copy_id: int, shoot_id: int) -> None:
    """Let one list speak of the shoot that it lies in now."""
    conn.execute(update(appearance).where(appearance.c.copy_id == copy_id).values(shoot_id=shoot_id))


def follow_folders(conn: Connection, folder_ids: Sequence[int], shoot_id: int) -> None:
    """Let the lists in those folders speak of the shoot that the folders belong to now."""
    for start in range(0, len(folder_ids), 500):
        copies = select(copy.c.id).where(copy.c.folder_id.in_(folder_ids[start : start + 500]))
        conn.execute(update(appearance).where(appearance.c.copy_id.in_(copies)).values(shoot_id=shoot_id))


def follow_shoot(conn: Connection, shoot_id: int, to: int) -> None:
    """Let all lists of one shoot speak of another: they have turned out to be the same."""
    conn.execute(update(appearance).where(appearance.c.shoot_id == shoot_id).values(shoot_id=to))


def shoots_with_minors(conn: Connection, shoot_ids: Iterable[int]) -> set[int]:
    """Return those of the shoots in which, by their lists, somebody under age appears."""
    wanted, found = sorted(set(shoot_ids)), set[int]()
    for start in range(0, len(wanted), _CHUNK):
        mine = appearance.c.shoot_id.in_(wanted[start : start + _CHUNK])
        found.update(conn.execute(select(appearance.c.shoot_id).where(and_(mine, appearance.c.minor == 1))).scalars())
    return found


def appearances(conn: Connection, shoot_id: int) -> list[AppearanceRow]:
    """Return who appears in a shoot, by name, with the list and place that says so."""
    query = (
        select(appearance, participant.c.name, copy.c.name.label("file"), folder.c.path, store.c.name.label("store"))
        .join(participant, participant.c.id == appearance.c.participant_id)
        .join(copy, copy.c.id == appearance.c.copy_id)
        .join(folder, folder.c.id == copy.c.folder_id)
        .join(store, store.c.id == folder.c.store_id)
        .where(appearance.c.shoot_id == shoot_id)
        .order_by(participant.c.name, appearance.c.id)
    )
    return [
        AppearanceRow(
            row.name,
            row.role,
            row.email,
            row.phone,
            None if row.minor is None else bool(row.minor),
            row.consent,
            row.store,
            join_path(row.path, row.file),
            row.place,
        )
        for row in conn.execute(query)
    ]


def participant_names(conn: Connection, shoot_ids: Sequence[int]) -> dict[int, list[str]]:
    """Return the names of the participants of each shoot, each once, sorted."""
    query = (
        select(appearance.c.shoot_id, participant.c.name)
        .join(participant, participant.c.id == appearance.c.participant_id)
        .where(appearance.c.shoot_id.in_(shoot_ids))
        .distinct()
        .order_by(participant.c.name)
    )
    names: dict[int, list[str]] = {}
    for shoot_id, name in conn.execute(query):
        names.setdefault(shoot_id, []).append(name)
    return names


def forget_strangers(conn: Connection) -> None:
    """Remove participants that no list names any more."""
    named = select(appearance.c.participant_id)
    conn.execute(delete(participant).where(participant.c.id.notin_(named)))


def _participant(conn: Connection, row: NewAppearance) -> int:
    found = conn.execute(select(participant.c.id).where(and_(participant.c.key == row.key))).scalar()
    if found is None:
        result = conn.execute(insert(participant).values(name=row.name, key=row.key))
        found = result.inserted_primary_key[0]  # type: ignore[index]
    return int(found)
