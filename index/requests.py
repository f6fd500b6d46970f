"""People's requests: cases with what they concern and the letters that belong to them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy import Connection, Row, Text, and_, cast, delete, func, insert, or_, select, update

from index.schema import act, erased, plan
from index.schema_cases import item, letter, request

ItemState = Literal["open", "done", "refused", "dropped"]

_IN_STORES = ("folder", "link")

ENDED = ("closed", "withdrawn")
"""States in which nothing more is to be done in a case."""


@dataclass(frozen=True, slots=True)
class Request:
    """A person's case. Days are ISO text; `persons` are keyed hashes. `subject` is None once the person was erased."""

    uid: str
    kind: str
    state: str
    received_on: str
    channel: str
    language: str
    subject: str | None
    email: str | None
    phone: str | None
    person: str
    persons: tuple[str, ...]
    opened_at: int
    opened_by: str
    details: dict[str, Any] = field(default_factory=dict)
    asked_on: str | None = None
    identified_on: str | None = None
    identity_method: str | None = None
    identity_by: str | None = None
    plan: str | None = None
    approved_digest: str | None = None
    approved_by: str | None = None
    approved_at: int | None = None
    approval_reason: str | None = None
    executed_by: str | None = None
    executed_at: int | None = None
    checked_at: int | None = None
    extended_to: str | None = None
    extension_reason: str | None = None
    told_on: str | None = None
    refusal_code: str | None = None
    refusal_words: str | None = None
    original: str | None = None
    answered_at: int | None = None
    ended_at: int | None = None
    ended_by: str | None = None
    alarmed_on: str | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """Something that a case concerns. `key` stays the same over planning anew; `number` is what people name it by."""

    key: str
    kind: str
    subject: str | None
    why: str | None
    certain: bool
    shoot: int | None = None
    chosen: bool | None = None
    decision: str | None = None
    details: dict[str, Any] = field(default_factory=dict)
    state: ItemState = "open"
    outcome: str | None = None
    ended_at: int | None = None
    ended_by: str | None = None
    number: int = 0

    @property
    def is_in(self) -> bool:
        """Whether it counts as this person's: what a person said, else only what is certain."""
        return self.certain if self.chosen is None else self.chosen

    @property
    def is_open_question(self) -> bool:
        """Whether a person must still say if it is theirs."""
        return not self.certain and self.chosen is None


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter that belongs to a case. `text` is None once the person was erased; its hash stays."""

    id: int
    kind: str
    language: str
    text: str | None
    sha256: str
    made_at: int
    made_by: str
    is_answer: bool


_JSON = ("persons", "details")


def add(conn: Connection, one: Request) -> None:
    """Write a new case."""
    conn.execute(insert(request).values({name: _plain(name, getattr(one, name)) for name in Request.__slots__}))


def get(conn: Connection, uid: str) -> Request | None:
    """Return a case, or None."""
    row = conn.execute(select(request).where(request.c.uid == uid)).first()
    return None if row is None else _request(row)


def like(conn: Connection, start: str) -> list[Request]:
    """Return the cases whose uid begins so."""
    query = select(request).where(request.c.uid.startswith(start, autoescape=True)).order_by(request.c.id)
    return [_request(row) for row in conn.execute(query)]


def listed(conn: Connection, *, ended: bool = False) -> list[Request]:
    """Return the open cases (with `ended`, all), oldest receipt first."""
    query = select(request).order_by(request.c.received_on, request.c.id)
    if not ended:
        query = query.where(request.c.state.notin_(ENDED))
    return [_request(row) for row in conn.execute(query)]


def change(conn: Connection, uid: str, **values: Any) -> None:
    """Write what is known of a case now."""
    conn.execute(
        update(request)
        .where(request.c.uid == uid)
        .values(**{name: _plain(name, value) for name, value in values.items()})
    )


def move(conn: Connection, uid: str, before: str, to: str) -> bool:
    """Bring a case from one state to another; False where somebody else has moved it meanwhile."""
    where = and_(request.c.uid == uid, request.c.state == before)
    return conn.execute(update(request).where(where).values(state=to)).rowcount == 1


def items_of(conn: Connection, uid: str) -> list[Item]:
    """Return what a case concerns, by number."""
    query = select(item).where(item.c.request == uid).order_by(item.c.number)
    return [_item(row) for row in conn.execute(query)]


def put_items(conn: Connection, uid: str, found: Iterable[Item]) -> None:
    """Write what was found for a case. What a person said of it before stays; what is no longer found goes, unless said."""
    known = {each.key: each for each in items_of(conn, uid)}
    last = max((each.number for each in known.values()), default=0)
    kept = set()
    for each in found:
        kept.add(each.key)
        before = known.get(each.key)
        if before is None:
            last += 1
            conn.execute(insert(item).values(_item_values(each) | {"request": uid, "number": last}))
            continue
        values: dict[str, Any] = {"subject": each.subject, "why": each.why, "shoot": each.shoot}
        values["certain"] = int(each.certain)
        if before.decision is None:
            values["decision"] = each.decision
        if "named" in before.details:
            values["subject"] = before.subject
        details = each.details | {name: before.details[name] for name in ("rules", "named") if name in before.details}
        conn.execute(
            update(item)
            .where(and_(item.c.request == uid, item.c.key == each.key))
            .values(values | {"details": json.dumps(details, ensure_ascii=True)})
        )
    gone = [key for key, each in known.items() if key not in kept and each.state == "open" and each.chosen is None]
    for start in range(0, len(gone), 500):
        conn.execute(delete(item).where(and_(item.c.request == uid, item.c.key.in_(gone[start : start + 500]))))


def add_items(conn: Connection, uid: str, found: Iterable[Item]) -> None:
    """Write further items of a case, numbered on."""
    last = conn.execute(select(func.coalesce(func.max(item.c.number), 0)).where(item.c.request == uid)).scalar_one()
    for number, each in enumerate(found, int(last) + 1):
        conn.execute(insert(item).values(_item_values(each) | {"request": uid, "number": number}))


def change_item(conn: Connection, uid: str, number: int, **values: Any) -> bool:
    """Write what is known of one item now; False where the case has none of that number."""
    where = and_(item.c.request == uid, item.c.number == number)
    plain = {name: _item_plain(name, value) for name, value in values.items()}
    return conn.execute(update(item).where(where).values(**plain)).rowcount == 1


def add_letter(
    conn: Connection, uid: str, kind: str, language: str, text: str, at: int, by: str, *, is_answer: bool
) -> str:
    """Keep the text of a letter; return its SHA-256 as hex."""
    sha256 = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    values = {"kind": kind, "language": language, "text": text, "sha256": sha256, "made_at": at, "made_by": by}
    conn.execute(insert(letter).values(values | {"request": uid, "is_answer": int(is_answer)}))
    return sha256


def letters_of(conn: Connection, uid: str) -> list[Letter]:
    """Return the letters of a case, oldest first."""
    query = select(letter).where(letter.c.request == uid).order_by(letter.c.id)
    names = tuple(Letter.__slots__)
    return [
        Letter(**{name: getattr(row, name) for name in names} | {"is_answer": bool(row.is_answer)})
        for row in conn.execute(query)
    ]


def letter_texts(conn: Connection, *, but_of: str) -> list[str]:
    """Return the texts of the letters of all cases but one, as far as they are kept."""
    query = select(letter.c.text).where(and_(letter.c.request != but_of, letter.c.text.isnot(None)))
    return list(conn.execute(query).scalars())


def forget_names(conn: Connection, uid: str) -> None:
    """Take everything that names the person out of a case: hashes, days, decisions and counts stay."""
    conn.execute(
        update(request)
        .where(request.c.uid == uid)
        .values(subject=None, email=None, phone=None, details="{}", refusal_words=None, approval_reason=None)
    )
    for each in items_of(conn, uid):
        # In which store something was done is a part of the proof, and names nobody.
        details = {name: each.details[name] for name in ("store",) if each.kind in _IN_STORES and name in each.details}
        change_item(conn, uid, each.number, subject=None, why=None, details=details)
    conn.execute(update(item).where(item.c.request == uid).values(key=_blank_key()))
    conn.execute(update(letter).where(letter.c.request == uid).values(text=None))
    plans = select(plan.c.id).where(plan.c.request == uid)
    conn.execute(update(act).where(act.c.plan_id.in_(plans)).values(path=None, why=act.c.rule))
    # Plans of others (a clean-up, say) may have meant the same files, and have their paths still.
    gone = select(erased.c.hash).where(and_(erased.c.kind == "content", erased.c.request == uid))
    over = act.c.state.in_(("done", "refused", "planned"))
    conn.execute(update(act).where(and_(act.c.sha256.in_(gone), over)).values(path=None, why=act.c.rule))


def with_evidence(conn: Connection) -> list[Request]:
    """Return the cases that ended and of which more is kept than kind, days and end; oldest end first."""
    some = select(letter.c.id).where(letter.c.request == request.c.uid).exists()
    items = select(item.c.id).where(item.c.request == request.c.uid).exists()
    where = and_(request.c.state.in_(ENDED), request.c.ended_at.isnot(None))
    query = select(request).where(and_(where, or_(request.c.subject.isnot(None), some, items)))
    return [_request(row) for row in conn.execute(query.order_by(request.c.ended_at, request.c.id))]


def forget_evidence(conn: Connection, uid: str, *, keep_hashes: bool) -> None:
    """Take out all that a case was about; a row that names nobody stays, `keep_hashes` with the person's keyed hashes."""
    forget_names(conn, uid)
    conn.execute(delete(letter).where(letter.c.request == uid))
    conn.execute(delete(item).where(item.c.request == uid))
    blank: dict[str, Any] = dict.fromkeys(("identity_method", "extension_reason", "approved_digest"))
    if not keep_hashes:
        blank |= {"person": "", "persons": "[]"}
    conn.execute(update(request).where(request.c.uid == uid).values(**blank))


def forget_other_cases(conn: Connection, uid: str) -> None:
    """Take the names out of an erased person's other cases that have ended; a namesake's stay as they are."""
    one = get(conn, uid)
    if one is None:
        return
    where = and_(erased.c.kind == "person", erased.c.hash == bytes.fromhex(one.person))
    if conn.execute(select(erased.c.id).where(where)).first() is None:
        # Somebody else bears the name: by it alone nobody is taken for the one who was erased.
        return
    for other in of_persons(conn, [one.person]):
        mine, theirs = set(one.persons) - {one.person}, set(other.persons) - {one.person}
        if other.uid != uid and other.state in ENDED and (not theirs or mine & theirs):
            forget_names(conn, other.uid)


def count_open(conn: Connection) -> int:
    """Return how many cases are open."""
    query = select(func.count()).select_from(request).where(request.c.state.notin_(ENDED))
    return int(conn.execute(query).scalar_one())


def count_in(conn: Connection, days: tuple[str, str], instants: tuple[int, int]) -> tuple[int, int]:
    """Return how many cases were received between two days, both counted, and how many ended between two instants."""
    came = and_(request.c.received_on >= days[0], request.c.received_on <= days[1])
    ended = and_(request.c.ended_at >= instants[0], request.c.ended_at < instants[1])
    counts = [conn.execute(select(func.count()).select_from(request).where(each)).scalar_one() for each in (came, ended)]
    return int(counts[0]), int(counts[1])


def of_persons(conn: Connection, persons: Sequence[str]) -> list[Request]:
    """Return every case of these persons (keyed hashes of names), oldest first."""
    query = select(request).where(request.c.person.in_(persons)).order_by(request.c.received_on, request.c.id)
    return [_request(row) for row in conn.execute(query)]


def _blank_key() -> Any:
    # A key may hold a shoot's or a row's name; its number tells items apart from then on.
    return cast(item.c.number, Text)


def _plain(name: str, value: Any) -> Any:
    return json.dumps(value, ensure_ascii=True) if name in _JSON else value


def _request(row: Row[Any]) -> Request:
    values = {name: getattr(row, name) for name in Request.__slots__}
    return Request(**values | {"persons": tuple(json.loads(row.persons)), "details": json.loads(row.details)})


def _item_values(one: Item) -> dict[str, Any]:
    return {name: _item_plain(name, getattr(one, name)) for name in Item.__slots__ if name != "number"}


def _item_plain(name: str, value: Any) -> Any:
    if name == "details":
        return json.dumps(value, ensure_ascii=True)
    return int(value) if isinstance(value, bool) else value


def _item(row: Row[Any]) -> Item:
    values = {name: getattr(row, name) for name in Item.__slots__}
    chosen = None if row.chosen is None else bool(row.chosen)
    return Item(**values | {"certain": bool(row.certain), "chosen": chosen, "details": json.loads(row.details)})
