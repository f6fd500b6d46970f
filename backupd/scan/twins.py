"""Two of one name in one folder, as some stores allow it: what is read from their names, and what a person is asked.

Such a store tells twins apart by the identity that it adds to the younger one's name: no part of what somebody called it.
Names are read without it, so that the client is the client. Whether twin folders are one shoot nobody can tell from a
name; until a person has said so each is a shoot of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from backupd.scan.settled import Settled, subject_of
from index import review, shoots, twins
from index.feeds import FedFolder
from index.records import ReviewRow, StoreRow
from index.review import Question
from index.twins import NamedFile

KIND = "twin"


@dataclass(frozen=True, slots=True)
class Called:
    """A folder's path as somebody called it, and the place by which it is known where its name does not say enough.

    `apart` is the identity that was added to its name, where its twin is another shoot.
    """

    path: str
    place: str
    apart: str = ""


def plain_name(name: str, identity: str | None) -> str | None:
    """Return a name without the identity that a store has added: behind it, or before its suffix. None where it has none."""
    if not identity:
        return None
    head, added, tail = name.rpartition(f" ({identity})")
    is_last = not tail or (tail.startswith(".") and "." not in tail[1:])
    return head + tail if added and head and is_last else None


def called(conn: Connection, settled: Settled, store_id: int, store: str, path: str) -> Called:
    """Return how a folder of a store, and those that lead to it, were called."""
    if ")" not in path:
        return Called(path, path)
    names: list[str] = []
    place, apart = path, ""
    for depth, name in enumerate(path.split("/"), 1):
        here = "/".join(path.split("/")[:depth])
        # A look at the index only where it may be so: hardly any name ends like this.
        identity = twins.identity_at(conn, store_id, here) if name.endswith(")") and " (" in name else None
        plain = plain_name(name, identity)
        names.append(plain or name)
        apart = identity if plain is not None and identity is not None else ""
    if apart and settled.get((KIND, subject_of(store, path)), {}).get("same"):
        place, apart = _elder(path, apart) or path, ""
    return Called("/".join(names), place, apart)


def told_apart(rows: Iterable[FedFolder]) -> list[FedFolder]:
    """Return the folders, of those that are there, that bear their identity in their names."""
    # Two looks at the text spare the rest for all but a few of many thousands.
    return [
        row
        for row in rows
        if row.path.endswith(")") and row.identity and row.path.endswith(f" ({row.identity})") and row.generation
    ]


def ask_about_folders(conn: Connection, row: StoreRow, rows: Iterable[FedFolder], now: int) -> None:
    """Ask of each folder of the store that bears its identity in its name whether it is one with its twin."""
    for each in rows:
        elder = _elder(each.path, each.identity)
        if elder is None or twins.folder_there(conn, row.id, elder) is None:
            continue
        if twins.folder_there(conn, row.id, each.path) != each.id:
            continue
        # Names alone: what was settled stays so when a folder that leads to them is renamed.
        names = [path.rpartition("/")[2] for path in (elder, each.path)]
        candidates = [{"name": name} for name in names]
        reason = f'another folder called "{names[0]}" lies beside it: are the two one shoot?'
        shoot_id = shoots.shoot_of_folder(conn, each.id)
        subject = subject_of(row.name, each.path)
        review.ask(conn, Question(KIND, subject, reason, candidates, row.id, each.id, None, shoot_id), now)


def ask_about_files(conn: Connection, shoot_id: int, stores: Mapping[int, str], names: Sequence[str], now: int) -> None:
    """Say of the shoot's folders, whose files have these names, where two files have the same one."""
    if not any(" (" in name for name in names):
        # Hardly any shoot gets further: it would cost a look at each of its files.
        return
    found: defaultdict[int, list[NamedFile]] = defaultdict(list)
    for each in twins.files_of_shoot(conn, shoot_id):
        found[each.folder_id].append(each)
    for files in found.values():
        _ask_about_files(conn, files, shoot_id, stores[files[0].store_id], now)


def _ask_about_files(conn: Connection, files: Sequence[NamedFile], shoot_id: int, store: str, now: int) -> None:
    reason = _same_named(conn, files)
    if reason is not None:
        first = files[0]
        subject = _subject_inside(store, first.folder_path)
        review.ask(conn, Question(KIND, subject, reason, (), first.store_id, first.folder_id, None, shoot_id), now)


def _same_named(conn: Connection, files: Sequence[NamedFile]) -> str | None:
    """Return in words which of a folder's files have a name that others have; None where all have their own."""
    here = {each.name for each in files}
    called = sorted(plain for each in files if (plain := plain_name(each.name, each.identity)) is not None)
    several = [name for name in called if name in here or called.count(name) > 1]
    if not several:
        first = files[0] if files else None
        several = [
            name for name in called if first and twins.folder_there(conn, first.store_id, f"{first.folder_path}/{name}")
        ]
    if not several:
        return None
    more = f", and {len(several) - 1} more like that" if len(several) > 1 else ""
    return f'two here are called "{several[0]}"{more}: look which one is right, and rename or remove the other'


def withdraw_what_passed(conn: Connection, row: StoreRow) -> None:
    """Take back what was asked about twins in the store where one has gone, or is called otherwise now."""
    for question in review.open_questions(conn, KIND):
        if question.store == row.name and not _still_arises(conn, row.id, question):
            review.withdraw(conn, KIND, question.subject)


def _still_arises(conn: Connection, store_id: int, question: ReviewRow) -> bool:
    folder_id = None if question.path is None else twins.folder_there(conn, store_id, question.path)
    if question.path is None or folder_id is None:
        return False
    if question.subject.endswith("/"):
        return _same_named(conn, twins.files_in(conn, folder_id)) is not None
    elder = _elder(question.path, twins.identity_at(conn, store_id, question.path))
    return elder is not None and twins.folder_there(conn, store_id, elder) is not None


def _elder(path: str, identity: str | None) -> str | None:
    """Return the path of the folder that has kept the name; None where this one has its name to itself."""
    above, _, name = path.rpartition("/")
    plain = plain_name(name, identity)
    return f"{above}/{plain}" if plain is not None and above else plain


def _subject_inside(store: str, path: str) -> str:
    """Return what a question about the files in a folder is known by: no folder's own path ends like this."""
    return subject_of(store, path) + "/"
