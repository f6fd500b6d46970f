"""What may be shown, and what is published that may not be any more.

Only what everybody in scope surely allows today for that very channel: unknown is refused. What is published is known as
placements, so that a withdrawal, an end or a hold shows what must come down.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from backupd.clock import instant
from backupd.permissions import CHANNELS, apart, ask, casts, named_by
from backupd.policy.facts import Known
from backupd.reasons import blocker_answer, channel_answer, shown
from backupd.retaining import Basis, basis_of, holding
from backupd.settings.models import Settings
from backupd.settings.values import Unlimited
from backupd.situation import Situation, situation, situations, unsaid
from index import consents, keeping, placements
from index.appearing import shoots_naming
from index.placements import Placement
from index.records import FileCopies
from index.scopes import content_ids, scopes

_STOPPING = ("restriction", "objection", "legal")


@dataclass(frozen=True, slots=True)
class Showable:
    """What of one shoot may be shown in a channel today. `valid_until` is the first end among what it rests on."""

    found: Situation
    files: tuple[FileCopies, ...]
    records: tuple[str, ...]
    valid_until: date | Unlimited


def spoken_of(conn: Connection, basis: Basis) -> set[int]:
    """Return the shoots of which somebody said something, or of which something is published."""
    said = consents.ever(conn)
    limits = scopes(conn, [one.uid for one in said])
    ids = {one.shoot_id for one in said if one.shoot_id is not None}
    ids |= keeping.shoots_with_contents(conn, {each for one in limits.values() for each in one.contents})
    everywhere = [one for one in said if one.shoot_hash is None]
    if everywhere and basis.key is not None:
        wanted = {one.person for one in everywhere} | {one.ward for one in everywhere if one.ward}
        wanted |= {each for one in everywhere if one.uid in limits for each in limits[one.uid].persons}
        ids = ids.union(*shoots_naming(conn, basis.key, wanted).values())
    return ids | {one.shoot_id for one in placements.all_standing(conn) if one.shoot_id is not None}


def rows(
    conn: Connection, settings: Settings, basis: Basis, channel: str, ids: Collection[int], now: datetime
) -> list[dict[str, Any]]:
    """Return each shoot with how many of its photos and videos may be shown in a channel, and what blocks the rest."""
    said = set(ids) & spoken_of(conn, basis)
    answers = [_row(found, basis, channel) for found in situations(conn, settings, basis, said, now=now)]
    rest = set(ids) - said
    # Where nobody has said anything nothing may be shown, whatever lies there: its files need not be looked at.
    counts = keeping.count_media(conn, rest)
    answers += [
        _row(found, basis, channel) | {"files": counts.get(found.shoot_id, 0)}
        for found in unsaid(conn, settings, basis, rest, now=now)
    ]
    return sorted(answers, key=lambda answer: answer["shoot"])


def _row(found: Situation, basis: Basis, channel: str) -> dict[str, Any]:
    may = showable(found, basis, channel)
    until = None if isinstance(may.valid_until, Unlimited) else may.valid_until
    return {
        "shoot": found.shoot_id,
        "client": found.standing.client,
        "title": found.standing.title,
        "first_day": found.standing.first_day,
        "last_day": found.standing.last_day,
        **channel_answer(found, basis, channel),
        "valid_until": until.isoformat() if until and may.files else None,
        "consents": list(may.records),
        "paths": [one.path for one in may.files],
        "marketing_ban": found.facts.marketing_ban is not Known.NO,
    }


def showable(found: Situation, basis: Basis, channel: str) -> Showable:
    """Return the photos and videos of a shoot that may be shown in a channel on the basis' day."""
    allowed: set[int] = set()
    records: set[str] = set()
    ends: list[date] = []
    for group in apart(found.cast, found.media):
        answer, verdict = shown(found, basis, group, channel)
        if verdict.is_allowed and answer.allowed:
            allowed |= group
            records.update(answer.records)
            if not isinstance(answer.valid_until, Unlimited):
                ends.append(answer.valid_until)
    files: dict[int, FileCopies] = {}
    for one in found.files:
        if one.content_id in allowed:
            files.setdefault(one.content_id, one)
    return Showable(found, tuple(files.values()), tuple(sorted(records)), min(ends, default=Unlimited.UNLIMITED))


def takedowns(conn: Connection, settings: Settings, today: date) -> list[dict[str, Any]]:
    """Return what is published and may not be shown any more, oldest first, each with who or what is against it."""
    basis = basis_of(conn, settings, today)
    standing = [one for one in placements.all_standing(conn) if one.channel in CHANNELS]
    ids = {one.shoot_id for one in standing if one.shoot_id is not None}
    known = casts(conn, settings, basis, ids)
    held = holding(conn, basis, ids) if ids else None
    where = content_ids(conn, {one.sha256 for one in standing if one.sha256 is not None})
    tasks = []
    answers: dict[tuple[int, str, bool, tuple[bool, ...]], list[dict[str, Any]]] = {}
    for one in standing:
        against: list[dict[str, Any]] = []
        if one.shoot_id is None:
            against = [{"person": None, "party": None, "state": "unknown", "why": "its shoot is no longer in the index"}]
        else:
            cast = known[one.shoot_id]
            contents = frozenset({where[one.sha256]}) if one.sha256 in where else frozenset()
            # Pictures that the same consents for some files name get the same answer.
            alike = (one.shoot_id, one.channel, bool(contents), named_by(cast, contents))
            if alike not in answers:
                answer = ask(cast, contents, "portfolio", one.channel, today)
                answers[alike] = [blocker_answer(cast, each) for each in answer.blockers]
            against = list(answers[alike])
            kinds = sorted({each.kind for each in (held.on(one.shoot_id) if held else ())} & set(_STOPPING))
            against += [{"person": None, "party": None, "state": "held", "why": f"a {kind} hold"} for kind in kinds]
        if against:
            tasks.append(_task(one, against, basis))
    return tasks


def _task(one: Placement, against: list[dict[str, Any]], basis: Basis) -> dict[str, Any]:
    return {
        "id": one.id,
        "shoot": one.shoot_id,
        "channel": one.channel,
        "address": one.address,
        "sha256": one.sha256.hex() if one.sha256 else None,
        "placed_at": instant(one.placed_at, basis.zone),
        "placed_by": one.placed_by,
        "because": against,
    }


def ask_again(conn: Connection, settings: Settings, basis: Basis, shoot_id: int, channel: str, now: datetime) -> Showable:
    """Gather and decide anew, for the moment at which something is really shown."""
    return showable(situation(conn, settings, basis, shoot_id, now=now), basis, channel)
