"""From what a participant list says to participants of the shoot that its folder belongs to."""

from __future__ import annotations

import re

from sqlalchemy import Connection

from backupd.reading.folding import name_key
from backupd.reading.records import ListReading, Participant
from index.people import NewAppearance, follow_copy, forget_list, record_list
from index.shoots import shoot_of_folder

_NOT_DIGITS = re.compile(r"\D+")


def record_reading(conn: Connection, copy_id: int, folder_id: int, listing: ListReading) -> None:
    """Write what the list at `copy_id` says; nothing where its folder belongs to no shoot."""
    shoot_id = shoot_of_folder(conn, folder_id)
    if shoot_id is None:
        forget_list(conn, copy_id)
        return
    record_list(conn, copy_id, shoot_id, [_appearance(person, shoot_id) for person in listing.participants])


def forget_reading(conn: Connection, copy_id: int) -> None:
    """Take out what was read there before: other bytes lie there now, and they are no list."""
    forget_list(conn, copy_id)


def follow_file(conn: Connection, copy_id: int, folder_id: int) -> None:
    """Let a list that was moved speak of the shoot that it lies in now."""
    shoot_id = shoot_of_folder(conn, folder_id)
    if shoot_id is not None:
        follow_copy(conn, copy_id, shoot_id)


def person_key(person: Participant, shoot_id: int) -> str:
    """Return what tells persons apart for certain: the name with e-mail or phone, else the name within one shoot.

    Two people of one name are never taken for one.
    """
    name = name_key(person.name)
    if person.email:
        return f"{name}|{person.email.casefold()}"
    if person.phone:
        return f"{name}|{_NOT_DIGITS.sub('', person.phone)}"
    return f"{name}|shoot {shoot_id}"


def _appearance(person: Participant, shoot_id: int) -> NewAppearance:
    return NewAppearance(
        key=person_key(person, shoot_id),
        name=person.name,
        place=person.where,
        role=person.role,
        email=person.email,
        phone=person.phone,
        minor=person.minor,
        consent=person.consent,
    )
