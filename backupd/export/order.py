"""An export as it is asked for: decided by the table, recorded before it begins, and recorded again with what went out.

No entry in the ledger, no export. The reason that somebody wrote stays in the index: people write names into it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from backupd.export.allowing import Asked, asker_of, decide_exports
from backupd.export.page import Language, Shot
from backupd.export.plan import Plan, ShootFiles, plan_export
from backupd.export.run import Made, Wish
from backupd.policy.facts import Recipient
from backupd.staff import Actor, NotAllowed
from index import disclosures
from index.applied import refuse_if_behind
from index.export_rows import export_files_of
from index.ledger_line import Draft
from index.records import ShootRow
from index.shoot_hashes import shoot_hashes
from index.shoots import get_shoots

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from backupd.settings.models import Settings
    from index.engine import Index
    from index.ledger import Ledger

_TITLES: dict[Language, str] = {"fi": "kuvaus", "en": "shoot"}
_MOST_IN_ENTRY = 400


@dataclass(frozen=True, slots=True)
class Order:
    """What was asked: which shoots, which files of them (patterns; none: all), for whom, in which case, why."""

    shoots: tuple[int, ...]
    actor: Actor
    now: datetime
    today: date
    language: Language
    patterns: tuple[str, ...] = ()
    recipient: Recipient = Recipient.CLIENT
    request: str | None = None
    reason: str = ""
    split_bytes: int | None = None
    partial: bool = False


@dataclass(frozen=True, slots=True)
class Prepared:
    """An export that may go ahead. `rule` is what permitted it; `subjects` are the shoots' keyed hashes."""

    order: Order
    plan: Plan
    wish: Wish
    rule: str
    subjects: tuple[str, ...]
    person: str | None
    name: str | None


def prepare(conn: Connection, settings: Settings, ledger: Ledger, order: Order) -> Prepared:
    """Return what would go out. Raises NotAllowed where the table refuses, IndexBehind, LedgerFailure."""
    refuse_if_behind(conn, ledger)
    rows = get_shoots(conn, order.shoots)
    files = export_files_of(conn, order.shoots)
    zone = ZoneInfo(settings.studio.timezone)
    rule = ""
    asked = Asked(order.recipient, order.request, order.now, order.today)
    for id, verdict in decide_exports(conn, settings, order.shoots, asked):
        if not verdict.is_allowed:
            _refuse_without_reason(order, id, verdict.needs_person, verdict.rule, verdict.reasons)
        rule = rule if rule and verdict.is_allowed else verdict.rule
    local = {store.name for store in settings.stores if store.is_local}
    shoots = [ShootFiles(id, _folder(rows[id], order.language), found) for id, found in files.items()]
    plan = plan_export(shoots, order.patterns, local)
    wish = Wish(
        settings.studio.name, settings.studio.contact, order.today, zone, order.language,
        tuple(_shot(rows[id], order.language) for id in order.shoots), order.split_bytes, order.partial,
    )  # fmt: skip
    person = asker_of(conn, order.request)
    names = sorted({row.client for row in rows.values() if row.client})
    name = ", ".join(names) if order.recipient is Recipient.CLIENT and names else None
    return Prepared(order, plan, wish, rule, tuple(shoot_hashes(conn, ledger.key, order.shoots).values()), person, name)


def record_start(ledger: Ledger, prepared: Prepared, channel: str) -> None:
    """Record that it is about to begin. Raises LedgerFailure: then it does not."""
    order = prepared.order
    words = {"channel": channel, "export": prepared.plan.digest[:32], "recipient": order.recipient.name.lower()}
    words |= {"request": order.request} if order.request else {}
    numbers = {"files": len(prepared.plan.items), "bytes": prepared.plan.size}
    for start in range(0, len(prepared.subjects), _MOST_IN_ENTRY):
        subjects = prepared.subjects[start : start + _MOST_IN_ENTRY]
        at = int(order.now.timestamp())
        ledger.append(Draft("export", at, order.actor.by, subjects, numbers=numbers, words=words, rule=prepared.rule))


def record_end(
    index: Index, ledger: Ledger, prepared: Prepared, made: Made, channel: str, now: datetime,
    addresses: Sequence[Given],
) -> list[int]:  # fmt: skip
    """Record what went out, and where to; return the disclosures' ids, one for each place and shoot."""
    order = prepared.order
    at = int(now.astimezone(UTC).timestamp())
    words = {"channel": channel, "export": prepared.plan.digest[:32]} | ({"request": order.request} if order.request else {})
    draft = Draft(
        "disclosure", at, order.actor.by, prepared.subjects[:_MOST_IN_ENTRY], (made.manifest_sha256.hex(),),
        {"files": made.files, "bytes": made.size, "lost": len(made.lost)}, words, prepared.rule,
    )  # fmt: skip
    ids = []
    with index.write() as conn:
        ledger.append(draft)
        for given in addresses:
            for id in order.shoots:
                one = disclosures.Disclosure(
                    id, prepared.person, prepared.name, channel, made.files, made.size, at, order.actor.by,
                    address=given.address, request=order.request, manifest_sha256=made.manifest_sha256,
                    ends_at=given.ends_at, reason=order.reason or None,
                    store=given.store, link=given.link, ref=given.ref, version=given.version, enforced=given.enforced,
                )  # fmt: skip
                ids.append(disclosures.add(conn, one))
    return ids


@dataclass(frozen=True, slots=True)
class Given:
    """One place or link that was given. The last five are a link's: see `index.disclosures`."""

    address: str
    ends_at: int | None = None
    store: str | None = None
    link: str | None = None
    ref: str | None = None
    version: str | None = None
    enforced: bool | None = None


def _refuse_without_reason(order: Order, shoot: int, by_person: bool, rule: str, reasons: Sequence[str]) -> None:
    why = f"shoot {shoot}: {'; '.join(reasons)}"
    if not by_person:
        raise NotAllowed(rule, why, "settle what stands in the way first; 'backupd show' tells what holds it")
    if not order.reason.strip():
        raise NotAllowed(rule, why, 'write why it is right to give it out all the same: --reason "…"')


def _folder(row: ShootRow, language: Language) -> str:
    """Return what a shoot's folder is called for a client: its day and title. A client's name stays with the studio."""
    title = row.title or _TITLES[language]
    return f"{row.first_day} {title}" if row.first_day else title


def _shot(row: ShootRow, language: Language) -> Shot:
    first, last = (date.fromisoformat(day) if day else None for day in (row.first_day, row.last_day))
    return Shot(row.title or _TITLES[language], first, last)
