"""What keeping a shoot turns on, of all shoots at once: its days, when its last media came, what is unread, what is gone."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, ColumnElement, Connection, Row, Select, and_, bindparam, case, func, or_, select, true

from index.schema import act, appearance, client, content, copy, disclosure, folder, plan, review, shoot

_CHUNK = 500
_DOUBTS = ("folder", "date")
_UNTIL: ColumnElement[int] = bindparam("until", type_=BigInteger)
_EVER = 2**62


@dataclass(frozen=True, slots=True)
class Standing:
    """A shoot as its keeping sees it. Days are ISO text, instants seconds. `bytes` counts each content once a store.

    `unread` says that some of its present files' bytes are not known, `in_review` that its folder or its day is.
    """

    id: int
    client: str | None
    title: str | None
    first_day: str | None
    last_day: str | None
    day_from: str | None
    last_seen_at: int | None
    files: int
    bytes: int
    unread: bool
    in_review: bool
    delivered_at: int | None
    erased: bool


def standings(
    conn: Connection, ids: Collection[int] | None = None, until: int | None = None
) -> dict[int, Standing]:
    """Return shoots with what their keeping turns on, by id; all of them where `ids` is None.

    With `until` (seconds), what was first seen, given out, asked about or erased later is left out; which files there
    are is told as it is known now.
    """
    found: dict[int, Standing] = {}
    asked = _asked(narrow=ids is not None)
    for part in _parts(ids):
        some: dict[str, Any] = {"until": _EVER if until is None else until}
        if part is not None:
            some["ids"] = part
        files = {row.shoot_id: row for row in conn.execute(asked.files, some)}
        doubtful = set(conn.execute(asked.doubtful, some).scalars())
        given: dict[int, int] = dict(conn.execute(asked.delivered, some).all())
        erased = set(conn.execute(asked.erased, some).scalars())
        for row in conn.execute(asked.shoots, some):
            found[row.id] = _standing(row, files.get(row.id), row.id in doubtful, given.get(row.id), row.id in erased)
    return found


class _Asked(NamedTuple):
    """The statements of `standings`. Making them costs more than running them for a few shoots."""

    shoots: Select[Any]
    files: Select[Any]
    doubtful: Select[Any]
    delivered: Select[Any]
    erased: Select[Any]


@cache
def _asked(*, narrow: bool) -> _Asked:
    return _Asked(
        _narrowed(_shoots(), shoot.c.id, narrow=narrow),
        _files(narrow=narrow),
        _narrowed(_doubtful(), review.c.shoot_id, narrow=narrow),
        _narrowed(_delivered(), disclosure.c.shoot_id, narrow=narrow),
        _narrowed(_erased(), act.c.shoot_id, narrow=narrow),
    )


def _standing(row: Row[Any], files: Row[Any] | None, doubtful: bool, given: int | None, erased: bool) -> Standing:
    present = files.present if files else 0
    return Standing(
        row.id,
        row.client,
        row.title,
        row.first_day,
        row.last_day,
        row.day_from,
        files.seen if files else None,
        present,
        files.bytes if files else 0,
        bool(files and files.unread),
        doubtful,
        given,
        # Something that is there again was not erased: it has come back, which is another matter.
        erased and not present,
    )


def _shoots() -> Select[Any]:
    columns = (shoot.c.id, client.c.name.label("client"), shoot.c.title, shoot.c.first_day, shoot.c.last_day)
    return select(*columns, shoot.c.day_from).outerjoin(client, client.c.id == shoot.c.client_id)


def _files(*, narrow: bool) -> Select[Any]:
    # Two steps: a million rows are grouped by their folder, as an index has them in order (ix_copy_kept).
    present = copy.c.state != "m"
    media = content.c.kind.in_(("p", "v"))
    mine = _narrowed(select(folder.c.id), folder.c.shoot_id, narrow=narrow)
    each = (
        select(
            copy.c.folder_id,
            func.max(case((and_(media, content.c.first_seen_at <= _UNTIL), content.c.first_seen_at))).label("seen"),
            func.sum(case((present, 1), else_=0)).label("present"),
            func.sum(case((present, copy.c.size), else_=0)).label("bytes"),
            func.max(case((and_(present, copy.c.content_id.is_(None)), 1), else_=0)).label("unread"),
        )
        .outerjoin(content, content.c.id == copy.c.content_id)
        .where(copy.c.folder_id.in_(mine) if narrow else true())
        .group_by(copy.c.folder_id)
        .subquery()
    )
    return (
        select(
            folder.c.shoot_id,
            func.max(each.c.seen).label("seen"),
            func.sum(each.c.present).label("present"),
            func.sum(each.c.bytes).label("bytes"),
            func.max(each.c.unread).label("unread"),
        )
        .join(each, each.c.folder_id == folder.c.id)
        .where(folder.c.shoot_id.isnot(None))
        .group_by(folder.c.shoot_id)
    )


def _doubtful() -> Select[Any]:
    was_open = and_(review.c.opened_at <= _UNTIL, or_(review.c.settled_at.is_(None), review.c.settled_at > _UNTIL))
    open_ones = and_(review.c.kind.in_(_DOUBTS), was_open, review.c.shoot_id.isnot(None))
    return select(review.c.shoot_id).where(open_ones).distinct()


def _delivered() -> Select[Any]:
    given = func.max(disclosure.c.given_at)
    where = and_(disclosure.c.shoot_id.isnot(None), disclosure.c.given_at <= _UNTIL)
    return select(disclosure.c.shoot_id, given).where(where).group_by(disclosure.c.shoot_id)


def _erased() -> Select[Any]:
    done = and_(plan.c.kind == "erasure", act.c.act == "delete", act.c.state == "done", act.c.shoot_id.isnot(None))
    before = func.coalesce(act.c.ended_at, 0) <= _UNTIL
    return select(act.c.shoot_id).join(plan, plan.c.id == act.c.plan_id).where(and_(done, before)).distinct()


def _narrowed(query: Select[Any], column: ColumnElement[Any], *, narrow: bool) -> Select[Any]:
    return query.where(column.in_(bindparam("ids", expanding=True))) if narrow else query


def _parts(ids: Collection[int] | None) -> Iterator[Sequence[int] | None]:
    if ids is None:
        yield None
        return
    ordered = sorted(ids)
    for start in range(0, len(ordered), _CHUNK):
        yield ordered[start : start + _CHUNK]


def shoots_with(conn: Connection, hashes: Collection[bytes]) -> dict[bytes, set[int]]:
    """Return the shoots in which contents lie, by the hash that was asked for (SHA-256 or Dropbox's)."""
    found: dict[bytes, set[int]] = {}
    wanted = sorted(hashes)
    for start in range(0, len(wanted), _CHUNK):
        chunk = wanted[start : start + _CHUNK]
        query = (
            select(content.c.sha256, content.c.dropbox_hash, folder.c.shoot_id)
            .select_from(content.join(copy, copy.c.content_id == content.c.id).join(folder, folder.c.id == copy.c.folder_id))
            .where(or_(content.c.sha256.in_(chunk), content.c.dropbox_hash.in_(chunk)), folder.c.shoot_id.isnot(None))
            .distinct()
        )
        for row in conn.execute(query):
            for each in (row.sha256, row.dropbox_hash):
                if each is not None:
                    found.setdefault(bytes(each), set()).add(row.shoot_id)
    return {each: ids for each, ids in found.items() if each in hashes}


def media_of(conn: Connection, ids: Collection[int]) -> frozenset[int]:
    """Return those of the contents that are photos or videos."""
    found: set[int] = set()
    for part in _parts(ids):
        where = and_(content.c.id.in_(part or ()), content.c.kind.in_(("p", "v")))
        found.update(conn.execute(select(content.c.id).where(where)).scalars())
    return frozenset(found)


def count_reachable(conn: Connection) -> int:
    """Return how many lines of lists give an address or a number."""
    where = or_(appearance.c.email.isnot(None), appearance.c.phone.isnot(None))
    return int(conn.execute(select(func.count()).select_from(appearance).where(where)).scalar_one())


def count_unused(conn: Connection, day: str) -> int:
    """Return how many reachable people of lists are in no shoot after a day, nor in an undated one.

    One person under two names counts twice. None here means that no address and no number is unused either.
    """
    reachable = or_(appearance.c.email.isnot(None), appearance.c.phone.isnot(None))
    before = (
        select(appearance.c.participant_id)
        .select_from(shoot.join(appearance, appearance.c.shoot_id == shoot.c.id))
        .where(shoot.c.last_day <= day, reachable)
        .distinct()
        .subquery()
    )
    later, its_shoot = appearance.alias("later"), shoot.alias("its_shoot")
    since = (
        select(later.c.id)
        .select_from(later.join(its_shoot, its_shoot.c.id == later.c.shoot_id))
        .where(later.c.participant_id == before.c.participant_id)
        .where(or_(its_shoot.c.last_day.is_(None), its_shoot.c.last_day > day))
    )
    return int(conn.execute(select(func.count()).select_from(before).where(~since.exists())).scalar_one())


def count_media(conn: Connection, ids: Collection[int]) -> dict[int, int]:
    """Return how many photos and videos lie or lay in each of the shoots, each content once."""
    found: dict[int, int] = {}
    for part in _parts(ids):
        query = (
            select(folder.c.shoot_id, func.count(copy.c.content_id.distinct()))
            .select_from(folder.join(copy, copy.c.folder_id == folder.c.id).join(content, content.c.id == copy.c.content_id))
            .where(and_(folder.c.shoot_id.in_(part or ()), content.c.kind.in_(("p", "v"))))
            .group_by(folder.c.shoot_id)
        )
        found |= {row[0]: row[1] for row in conn.execute(query)}
    return found


def shoots_with_contents(conn: Connection, hashes: Collection[bytes]) -> set[int]:
    """Return the shoots in which any of those contents lies."""
    return set().union(*shoots_with(conn, hashes).values())
