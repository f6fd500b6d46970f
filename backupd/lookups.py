"""What people ask of the index, as plain values under the names that scripts rely on."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date, tzinfo
from typing import Any

from sqlalchemy import Connection

from backupd.clock import instant
from backupd.policy.retention import Retention
from backupd.retaining import Basis, holding, retentions
from index import answers, consents, people, review
from index.consents import Consent
from index.holds import Hold
from index.records import AppearanceRow, ReviewRow, ShootSummary, StoreCount

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
    answer["participants"] = persons(people.appearances(conn, shoot_id))
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
                    "removed_at": instant(copy.removed_at, zone),
                }
                for copy in file.copies
            ],
            # The same size, and no hash of the same kind: whether these are the same bytes is not known.
            "uncompared": [{"store": copy.store, "path": copy.path} for copy in file.uncompared],
        }
        for file in answers.file_copies(conn, shoot_id)
    ]
    return {"id": shoot_id, "files": files}


def questions(conn: Connection, kind: str | None, zone: tzinfo) -> list[Answer]:
    """Return what a person must settle, oldest first."""
    return [_question(row) | {"opened_at": instant(row.opened_at, zone)} for row in review.open_questions(conn, kind)]


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
        "stores": {name: _counts(count) for name, count in summary.stores.items()},
        "removed": {name: count.removed for name, count in summary.stores.items() if count.removed},
        "intact": summary.intact,
        "retention": retention_answer(verdict),
    }


def _counts(count: StoreCount) -> Answer:
    return {"present": count.present, "missing": count.missing, "corrupt": count.corrupt}


def retention_answer(verdict: Retention) -> Answer:
    """Return a verdict on keeping as it is shown."""
    return {
        "state": verdict.state,
        "protected_until": verdict.protected_until.isoformat() if verdict.protected_until else None,
        "prunable_from": verdict.prunable_from.isoformat() if verdict.prunable_from else None,
        "rule": verdict.rule,
    }


def persons(rows: Iterable[AppearanceRow]) -> list[Answer]:
    """Return who appears, each as a list has them; once where copies of that list, in several stores, say the same."""
    said: dict[tuple[object, ...], AppearanceRow] = {}
    for row in rows:
        said.setdefault((row.name, row.role, row.email, row.phone, row.minor, row.consent, row.place), row)
    return [_person(row) for row in said.values()]


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
