"""May these shoots go out? The facts that the index holds, put before the decision table (docs/policy.md, export).

What nobody recorded is not a situation: a shoot without a list of participants is taken to hold no child that anybody
knows of, and where no erasure is planned none is pending. Rows that only a person's case can bring come from its holds
and plans.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from sqlalchemy import Connection

from backupd.lookups import shoot_answers
from backupd.policy.deletion import Verdict, decide
from backupd.policy.facts import (
    Child,
    Consented,
    Erasure,
    Facts,
    Intact,
    Known,
    ParticipantAsks,
    Recipient,
    Resurfaced,
    Retained,
)
from backupd.settings.values import Duration
from index import answers, holds, people, stores
from index.erased import erased_contents
from index.export_rows import ExportFile
from index.holds import Hold
from index.plans import erasures_of

STALE_AFTER = timedelta(days=8)
"""A store that was last looked through longer ago may hold what the index does not know: a full scan runs weekly."""

_RETAINED = {"protected": Retained.PROTECTED, "prunable": Retained.PASSED}
_ERASURES = {"made": Erasure.RECEIVED, "approved": Erasure.APPROVED, "running": Erasure.HALF_DONE}


@dataclass(frozen=True, slots=True)
class Asked:
    """For whom it is, in which case (None: none), and what the studio's clock and rules say."""

    recipient: Recipient
    request: str | None
    now: datetime
    today: date
    zone: tzinfo
    minimum: Duration | None
    grace: Duration


def decide_exports(
    conn: Connection, shoots: Sequence[tuple[int, Sequence[ExportFile]]], asked: Asked
) -> list[tuple[int, Verdict]]:
    """Return the table's verdict on each shoot, in order."""
    return [(id, decide("export", gather(conn, id, files, asked))) for id, files in shoots]


def gather(conn: Connection, shoot_id: int, files: Sequence[ExportFile], asked: Asked) -> Facts:
    """Return what the index knows of one shoot that is to be exported."""
    active = holds.active_on(conn, [shoot_id])
    asker = _asker(holds.active(conn), asked.request)
    concerned = {one.person for one in active if one.person} | ({asker} if asker else set())
    active = holds.active_on(conn, [shoot_id], sorted(concerned))
    reach = _reach(conn, files, asked.now)
    minor = any(row.minor for row in people.appearances(conn, shoot_id))
    restricted = [one for one in active if one.kind == "restriction"]
    return Facts(
        store_unreachable=reach[0],
        scan_stale=reach[1],
        index_behind=Known.NO,
        clock_wrong=_known(any(at > int(asked.now.timestamp()) for at in _heard(conn))),
        legal_hold=_has(active, "legal"),
        restricted_by_asker=_known(any(asker is not None and one.person == asker for one in restricted)),
        objection_pending=_has(active, "objection"),
        restricted_by_another=_known(any(asker is None or one.person != asker for one in restricted)),
        open_request=_has(active, "open_request"),
        pinned=_has(active, "pin"),
        erasure=_erasure(conn, shoot_id),
        resurfaced=_resurfaced(conn, files),
        retained=_retained(conn, shoot_id, asked),
        joint_client_silent=Known.NO,
        participant_asks=ParticipantAsks.NO,
        company_contact_asks=Known.NO,
        intact=_intact(conn, shoot_id),
        spare_replica=Known.NO,
        consent=Consented.MISSING,
        withdrawn_after_publication=Known.NO,
        child=Child.GUARDIAN_MISSING if minor else Child.NO,
        contact_unused=Known.NO,
        job_unpaid=Known.NO,
        marketing_ban=Known.NO,
        policy_lowered=Known.NO,
        recipient=asked.recipient,
    )


def _asker(active: Sequence[Hold], request: str | None) -> str | None:
    """Return the keyed hash of whoever asked, as the case's own holds tell it."""
    return next((one.person for one in active if request is not None and one.request == request and one.person), None)


def _reach(conn: Connection, files: Sequence[ExportFile], now: datetime) -> tuple[Known, Known]:
    used = {copy.store for file in files for copy in file.copies if copy.state != "missing"}
    rows = [row for row in stores.totals(conn) if row.store.name in used]
    oldest = int((now - STALE_AFTER).timestamp())
    return (
        _known(any(row.store.state != "online" for row in rows)),
        _known(any(row.last_scan is None or row.last_scan < oldest for row in rows)),
    )


def _heard(conn: Connection) -> list[int]:
    return [row.heard_at for row in stores.list_stores(conn) if row.heard_at is not None]


def _has(active: Sequence[Hold], kind: str) -> Known:
    return _known(any(one.kind == kind for one in active))


def _known(so: bool) -> Known:
    return Known.YES if so else Known.NO


def _erasure(conn: Connection, shoot_id: int) -> Erasure:
    states = erasures_of(conn, shoot_id)
    found = [_ERASURES[state] for state in ("running", "approved", "made") if state in states]
    return found[0] if found else Erasure.NONE


def _resurfaced(conn: Connection, files: Sequence[ExportFile]) -> Resurfaced:
    hashes = [value for file in files for value in (file.sha256, file.dropbox_hash) if value is not None]
    return Resurfaced.FOUND if erased_contents(conn, hashes) else Resurfaced.NO


def _retained(conn: Connection, shoot_id: int, asked: Asked) -> Retained:
    given = {"today": asked.today, "zone": asked.zone, "minimum": asked.minimum, "grace": asked.grace}
    answer: Callable[..., dict[int, dict[str, dict[str, str]]]] = shoot_answers
    state = answer(conn, {shoot_id: 1.0}, **given)[shoot_id]["retention"]["state"]
    # A hold has rows of its own; the days under it do not matter to an export.
    return _RETAINED.get(state, Retained.PROTECTED if state == "held" else Retained.UNKNOWN)


def _intact(conn: Connection, shoot_id: int) -> Intact:
    summary = answers.summaries(conn, [shoot_id])[shoot_id]
    if not summary.intact:
        return Intact.NONE if summary.files else Intact.UNKNOWN
    return Intact.MORE if sum(count.present > 0 for count in summary.stores.values()) > 1 else Intact.ONE
