"""What people ask of the index, as plain values under the names that scripts rely on."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime, tzinfo
from typing import Any

from sqlalchemy import Connection

from backupd.policy.retention import Retention
from backupd.retaining import Basis, holding, retentions
from index import answers, consents, jobs, people, review, shoots, stores
from index.consents import Consent
from index.holds import Hold
from index.records import AppearanceRow, ReviewRow, ShootSummary

Answer = dict[str, Any]


def shoot_answers(conn: Connection, scores: Mapping[int, float], basis: Basis) -> dict[int, Answer]:
    """Return shoots as `find` gives them, by id. `scores` is the id and score of each."""
    ids = list(scores)
    found = answers.summaries(conn, ids)
    verdicts = retentions(conn, basis, ids)
    return {id: _shoot(summary, verdicts[id]) | {"score": round(scores[id], 4)} for id, summary in found.items()}


def show(conn: Connection, shoot_id: int, basis: Basis) -> Answer:
    """Return one shoot whole."""
    answer = shoot_answers(conn, {shoot_id: 1.0}, basis)[shoot_id]
    answer["folders"] = [
        {"store": store, "path": path, "present": present}
        for store, path, present in answers.shoot_folders(conn, shoot_id)
    ]
    answer["participants"] = [_person(row) for row in people.appearances(conn, shoot_id)]
    answer["captured"] = answers.captured_range(conn, shoot_id)
    answer["cameras"] = answers.cameras(conn, shoot_id)
    answer["review"] = [_question(row) for row in review.questions_of_shoot(conn, shoot_id)]
    zone = basis.zone
    answer["holds"] = [hold_answer(row, zone) for row in holding(conn, basis, [shoot_id]).on(shoot_id)]
    answer["consents"] = [consent_answer(row, basis.today, zone) for row in consents.of_shoot(conn, shoot_id)]
    return answer


def where(conn: Connection, shoot_id: int, zone: tzinfo) -> Answer:
    """Return each file of a shoot with its copies, how known and when."""
    files = [
        {
            "path": file.path,
            "size": file.size,
            "sha256": file.sha256.hex() if file.sha256 else None,
            "copies": [
                {
                    "store": copy.store,
                    "path": copy.path,
                    "state": copy.state,
                    "known_by": copy.known_by,
                    "known_at": instant(copy.known_at, zone),
                }
                for copy in file.copies
            ],
            # The same size, and no hash of the same kind: whether these are the same bytes is not known.
            "uncompared": [{"store": copy.store, "path": copy.path} for copy in file.uncompared],
        }
        for file in answers.file_copies(conn, shoot_id)
    ]
    return {"id": shoot_id, "files": files}


def status(conn: Connection, configured: Sequence[tuple[str, str]], zone: tzinfo) -> Answer:
    """Return the state at a glance. `configured` names each store and its kind, as the settings have them."""
    known = {row.store.name: row for row in stores.totals(conn)}
    rows = []
    for name, kind in configured:
        row = known.get(name)
        word = stores.find_last_word(conn, row.store.id) if row else stores.LastWord(None, None)
        lost = stores.find_events_lost(conn, row.store.id) if row else None
        rows.append(
            {
                "name": name,
                "kind": kind,
                "state": row.store.state if row else "new",
                "files": row.files if row else 0,
                "bytes": row.bytes if row else 0,
                "missing": row.missing if row else 0,
                "free": row.store.free_bytes if row else None,
                "last_scan": instant(row.last_scan, zone) if row else None,
                "heard_at": instant(row.store.heard_at, zone) if row else None,
                "problem": row.store.problem if row else None,
                "since": instant(word.since, zone),
                "mend": word.mend,
                "watching": row.store.watching if row else None,
                "events_lost_at": instant(lost.at, zone) if lost else None,
            }
        )
    return {
        "stores": rows,
        "shoots": shoots.count_shoots(conn),
        "files": sum(row["files"] for row in rows),
        "review": review.count_open(conn),
        "requests_open": 0,
        "due_next": None,
        "jobs": [_job(row, zone) for row in jobs.list_jobs(conn)],
    }


def empty_status(configured: Sequence[tuple[str, str]]) -> Answer:
    """Return the status where nothing has been indexed yet."""
    blank = dict.fromkeys(("free", "last_scan", "heard_at", "problem", "since", "mend", "watching", "events_lost_at"))
    rows = [
        {"name": name, "kind": kind, "state": "new", "files": 0, "bytes": 0, "missing": 0, **blank}
        for name, kind in configured
    ]
    return {"stores": rows, "shoots": 0, "files": 0, "review": 0, "requests_open": 0, "due_next": None, "jobs": []}


def _job(row: jobs.JobRow, zone: tzinfo) -> Answer:
    runs = row.started_at is not None and (row.ended_at is None or row.ended_at < row.started_at)
    return {
        "name": row.name,
        "last": instant(row.started_at, zone),
        "ended": None if runs else instant(row.ended_at, zone),
        "outcome": row.outcome,
        "detail": row.detail,
        "failures": row.failures,
        "next": instant(row.due_at, zone),
    }


def questions(conn: Connection, kind: str | None, zone: tzinfo) -> list[Answer]:
    """Return what a person must settle, oldest first."""
    return [_question(row) | {"opened_at": instant(row.opened_at, zone)} for row in review.open_questions(conn, kind)]


def instant(seconds: int | None, zone: tzinfo) -> str | None:
    """Return an instant in the studio's zone, as ISO 8601 with its offset."""
    if seconds is None:
        return None
    return datetime.fromtimestamp(seconds, UTC).astimezone(zone).isoformat(timespec="seconds")


def _shoot(summary: ShootSummary, verdict: Retention) -> Answer:
    shoot = summary.shoot
    return {
        "id": shoot.id,
        "client": shoot.client,
        "title": shoot.title,
        "first_day": shoot.first_day,
        "last_day": shoot.last_day,
        "files": summary.files,
        "bytes": summary.bytes,
        "participants": list(summary.participants),
        "stores": {name: asdict(count) for name, count in summary.stores.items()},
        "intact": summary.intact,
        "retention": retention_answer(verdict),
    }


def retention_answer(verdict: Retention) -> Answer:
    """Return a verdict on keeping as it is shown."""
    return {
        "state": verdict.state,
        "protected_until": verdict.protected_until.isoformat() if verdict.protected_until else None,
        "prunable_from": verdict.prunable_from.isoformat() if verdict.prunable_from else None,
        "rule": verdict.rule,
    }


def _person(row: AppearanceRow) -> Answer:
    return {
        "name": row.name,
        "role": row.role,
        "email": row.email,
        "phone": row.phone,
        "minor": row.minor,
        "consent": row.consent,
        "from": {"store": row.store, "path": row.path, "place": row.place},
    }


def hold_answer(row: Hold, zone: tzinfo) -> Answer:
    """Return a hold as it is shown. `scope` says what it is on: a person, a shoot, or some files of it."""
    return {
        "id": row.uid,
        "kind": row.kind,
        "ground": row.ground,
        "scope": "files" if row.files is not None else "shoot" if row.shoot_hash else "person",
        "shoot": row.shoot_id,
        "files": row.files,
        "reason": row.reason,
        "owner": row.owner,
        "opened_at": instant(row.opened_at, zone),
        "review_on": row.review_on,
        "announced_at": instant(row.announced_at, zone),
        "released_at": instant(row.released_at, zone),
        "attached": row.shoot_id is not None or row.shoot_hash is None,
    }


def consent_answer(row: Consent, today: date, zone: tzinfo) -> Answer:
    """Return a consent as it is shown, with where it stands on a day."""
    return {
        "id": row.uid,
        "name": row.name,
        "speaks_as": row.speaks_as,
        "state": row.on(today.isoformat()),
        "answer": row.answer,
        "uses": list(row.uses),
        "channels": list(row.channels),
        "shoot": row.shoot_id,
        "files": row.files,
        "for_every_shoot": row.shoot_hash is None,
        "from": row.from_day,
        "until": row.until_day,
        "evidence": row.evidence,
        "evidence_sha256": row.evidence_sha256.hex() if row.evidence_sha256 else None,
        "wording": row.wording,
        "language": row.language,
        "explicit": row.explicit,
        "of_age": row.of_age,
        "recorded_at": instant(row.recorded_at, zone),
        "withdrawn_on": row.withdrawn_on,
        "withdrawn_how": row.withdrawn_how,
    }


def _question(row: ReviewRow) -> Answer:
    return {
        "id": row.id,
        "kind": row.kind,
        "store": row.store,
        "path": row.path,
        "reason": row.reason,
        "candidates": json.loads(row.candidates),
        "shoot": row.shoot_id,
    }
