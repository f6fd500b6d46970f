"""The index and the ledger, kept level: what the ledger knows and the index does not is applied before anything else.

Each entry that an index must never lack is written to the ledger first, within the transaction that then writes it to
the index together with how far the index has come. A crash in between, or an index restored from an older backup,
leaves the index behind: it is told, and only a replay may run. Source: privacy facts, T8.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sqlalchemy import Connection, select, update

from index import consents, erased, forgetting, holds, requests, scopes
from index.applied import APPLIED, applied, index_is_behind, refuse_if_behind, set_applied
from index.forgetting import Forgotten
from index.forgetting_cases import forget_below, forget_in_other_cases
from index.forgetting_texts import change_texts
from index.ledger import Ledger
from index.ledger_key import LedgerKey
from index.ledger_line import KINDS, Draft, Entry
from index.schema import consent, hold, meta
from index.scopes import NO_SCOPE, Scope
from index.scrubbing import note_due
from index.shoot_hashes import shoot_hashes


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a replay did, in numbers."""

    entries: int
    forgotten: Forgotten
    unattached: int


def record(conn: Connection, ledger: Ledger, draft: Draft) -> Entry:
    """Record an entry that the index must never lack. Only within `Index.write()`, whose block then applies it.

    The turn to write keeps entries and index in one order. Raises IndexBehind, LedgerReplaced, LedgerFailure.
    """
    if not KINDS[draft.kind]:
        raise ValueError(f"an entry of kind {draft.kind} is no business of the index: append it to the ledger")
    # Where several servers write, this row is what they take turns by.
    conn.execute(update(meta).where(meta.c.key == APPLIED).values(value=meta.c.value))
    refuse_if_behind(conn, ledger)
    position = ledger.append(draft)
    set_applied(conn, position)
    return Entry(position.sequence, draft, position)


def put_hold(conn: Connection, ledger: Ledger, one: holds.Hold, limits: Scope = NO_SCOPE) -> None:
    """Put a hold: ledger first, then index."""
    for draft in holds.drafts(one, limits):
        record(conn, ledger, draft)
    holds.add(conn, one)
    scopes.add(conn, one.uid, limits)


def release_hold(conn: Connection, ledger: Ledger, uid: str, at: int, by: str, reason: str | None = None) -> bool:
    """End a hold; False, and nothing recorded, where none is active."""
    one = holds.get(conn, uid)
    if one is None or one.released_at is not None:
        return False
    record(conn, ledger, holds.release_drafted(uid, at, by))
    return holds.release(conn, uid, at, by, reason)


def give_consent(conn: Connection, ledger: Ledger, one: consents.Consent, limits: Scope = NO_SCOPE) -> None:
    """Record a consent or a refusal: ledger first, then index."""
    for draft in consents.drafts(one, limits):
        record(conn, ledger, draft)
    consents.add(conn, one)
    scopes.add(conn, one.uid, limits)


def withdraw_consent(conn: Connection, ledger: Ledger, uid: str, on: str, how: str, at: int, by: str) -> bool:
    """Record a withdrawal; False, and nothing recorded, where there is none to withdraw."""
    one = consents.get(conn, uid)
    if one is None or one.withdrawn_at is not None:
        return False
    record(conn, ledger, consents.withdrawal_drafted(uid, on, how, at, by))
    return consents.withdraw(conn, uid, on, how, at, by)


def record_erased(
    conn: Connection,
    ledger: Ledger,
    persons: tuple[str, ...],
    contents: tuple[bytes, ...],
    at: int,
    by: str,
    *,
    request: str,
    rule: str,
    places: Mapping[str, int] = MappingProxyType({}),
    md5s: Mapping[str, int] = MappingProxyType({}),
) -> Forgotten:
    """Record that persons and contents are erased, and take them out of the index.

    `places` (keyed hashes, with the copies that lie there) are of what goes while the same bytes stay somewhere else;
    `md5s` (keyed hashes, with the contents' sizes) of contents of which an MD5 is known, perhaps nothing else.
    """
    total = Forgotten()
    note_due(conn)
    for draft in erased.place_drafts(sorted(places), at, by, request=request, rule=rule):
        record(conn, ledger, draft)
    total += forgetting.forget_copies(conn, sorted(places.values()))
    for draft in erased.md5_drafts(md5s, at, by, request=request, rule=rule):
        total += _apply(conn, ledger.key, record(conn, ledger, draft))
    for draft in erased.drafts(persons, contents, at, by, request=request, rule=rule):
        total += _apply(conn, ledger.key, record(conn, ledger, draft))
    return total


def replay(conn: Connection, ledger: Ledger) -> Replayed:
    """Apply what the index lacks, all in this one transaction. Applying twice changes nothing.

    Raises LedgerReplaced, LedgerDamaged; then nothing was applied.
    """
    at = applied(conn)
    if not ledger.holds(at):
        index_is_behind(conn, ledger)
    count, total, last = 0, Forgotten(), at
    for entry in ledger.entries(at):
        last = entry.position
        if KINDS[entry.draft.kind]:
            total += _apply(conn, ledger.key, entry)
            count += 1
        elif entry.draft.kind == "request":
            _follow_case(conn, ledger.key, entry.draft)
    if last != at:
        set_applied(conn, last)
    attach(conn, ledger.key)
    return Replayed(count, total, len(holds.unattached(conn)))


def attach(conn: Connection, key: LedgerKey) -> int:
    """Let holds and consents that wait for their shoot know it, now that it may be in the index; return how many did."""
    waiting: set[str] = set()
    for table in (hold, consent):
        lacking = select(table.c.shoot_hash).where(table.c.shoot_id.is_(None), table.c.shoot_hash.isnot(None))
        waiting.update(conn.execute(lacking).scalars())
    if not waiting:
        return 0
    count = 0
    for id, hashed in shoot_hashes(conn, key).items():
        if hashed in waiting:
            for table in (hold, consent):
                where = (table.c.shoot_hash == hashed) & table.c.shoot_id.is_(None)
                count += conn.execute(update(table).where(where).values(shoot_id=id)).rowcount
    return count


def _apply(conn: Connection, key: LedgerKey, entry: Entry) -> Forgotten:
    draft = entry.draft
    words = draft.words
    if draft.kind == "hold":
        holds.add(conn, holds.from_draft(draft))
        scopes.add(conn, words["hold"], holds.limits_in(draft))
    elif draft.kind == "released":
        holds.release(conn, words["hold"], draft.at, draft.by)
    elif draft.kind == "consent":
        consents.add(conn, consents.from_draft(draft))
        scopes.add(conn, words["consent"], consents.limits_in(draft))
    elif draft.kind == "withdrawn":
        consents.withdraw(conn, words["consent"], words["on"], words["how"], draft.at, draft.by)
    elif draft.kind == "erased":
        note_due(conn)
        return _forget_erased(conn, key, entry)
    return Forgotten()


def _forget_erased(conn: Connection, key: LedgerKey, entry: Entry) -> Forgotten:
    draft = entry.draft
    if erased.is_about_places(draft):
        forget_below(conn, key, draft.words.get("request"), set(draft.subjects))
        return forgetting.forget_places(conn, key, set(draft.subjects))
    if erased.is_about_texts(draft):
        written = set(draft.subjects)
        change_texts(conn, lambda text: "" if key.hash_text(text) in written else text)
        return Forgotten()
    erased.add(conn, entry)
    if erased.is_about_md5(draft):
        return forgetting.forget_md5s(conn, key, draft.numbers)
    gone = forgetting.forget_contents(conn, [bytes.fromhex(each) for each in draft.contents])
    return gone + forgetting.forget_persons(conn, key, set(draft.subjects))


def _follow_case(conn: Connection, key: LedgerKey, draft: Draft) -> None:
    """Let a case that the restored index still has be as far as the ledger says, where that takes names out of it."""
    uid = draft.words.get("request", "")
    if draft.words.get("step") == "close" and requests.get(conn, uid) is not None:
        requests.change(conn, uid, state="closed", ended_at=draft.at, ended_by=draft.by)
        if erased.is_erasure(conn, uid):
            requests.forget_names(conn, uid)
            requests.forget_other_cases(conn, uid)
    if draft.words.get("step") == "close" and erased.is_erasure(conn, uid):
        note_due(conn)
        forget_in_other_cases(conn, key, uid)
