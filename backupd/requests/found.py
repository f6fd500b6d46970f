"""What a case found and gave, as its letters tell it: the shoots, what of them is whole, the links, what goes with them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from backupd.export.bag import PAGE
from backupd.letters.facts import FoundShoot
from backupd.letters.render import Attachment
from backupd.requests.deciding import FileRule
from backupd.requests.handing import REPORT
from backupd.retaining import basis_of, retentions
from index import disclosures, requests, shoots
from index.disclosures import Disclosure
from index.export_rows import ExportFile, export_files
from index.requests import Item, Request

if TYPE_CHECKING:
    from backupd.settings.models import Settings

_TYPES = {".html": "text/html", ".json": "application/json", ".csv": "text/csv"}
_MOST_BYTES = 20 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Found:
    """The shoots of a case. `early` is whether something is gone or damaged that was still to be kept."""

    shoots: tuple[FoundShoot, ...]
    damaged: tuple[str, ...]
    missing: tuple[str, ...]
    early: bool


def found_in(conn: Connection, one: Request, settings: Settings, today: date, zone: tzinfo) -> Found:
    """Return what is there of the shoots that are this person's, and what no longer is."""
    items = [each for each in requests.items_of(conn, one.uid) if each.kind == "shoot" and each.is_in]
    told_of = [each for each in items if each.state != "refused" and each.decision != "refuse"]
    mine = {each.shoot: each for each in told_of if each.shoot is not None}
    given = disclosures.of_request(conn, one.uid)
    kept = retentions(conn, basis_of(conn, settings, today), sorted(mine)) if mine else {}
    told, damaged, missing, early = [], [], [], False
    for id, row in sorted(shoots.get_shoots(conn, sorted(mine)).items()):
        files = _wanted(mine[id], export_files(conn, id))
        # What an export found out counts for more than what the index knew before.
        lost = dict(mine[id].details.get("lost", ()))
        there = [
            each for each in files if each.path not in lost and any(copy.state == "present" for copy in each.copies)
        ]  # fmt: skip
        broken = [
            each for each in files if each not in there
            and (lost.get(each.path) == "damaged" or any(copy.state == "corrupt" for copy in each.copies))
        ]  # fmt: skip
        gone = [each for each in files if each not in there and each not in broken]
        damaged += [each.path for each in broken]
        missing += [each.path for each in gone]
        # The case itself holds the shoot: it is its days that tell whether it should still be there.
        until = kept[id].protected_until
        early = early or bool((broken or gone) and until is not None and until >= today)
        first, last = (date.fromisoformat(day) if day else None for day in (row.first_day, row.last_day))
        kinds = {kind: sum(each.kind == kind for each in there) for kind in "pv"}
        links = [each for each in given if each.shoot_id == id and each.link and each.address and each.ended_at is None]
        ends = max((each.ends_at for each in links if each.ends_at is not None), default=None)
        told.append(
            FoundShoot(
                row.title or row.client or "", first, last, kinds["p"], kinds["v"], len(there) - kinds["p"] - kinds["v"],
                tuple(each.address for each in links if each.address), _day(ends, zone),
            )
        )  # fmt: skip
    return Found(tuple(told), tuple(damaged), tuple(missing), early)


def searched_days(conn: Connection, today: date) -> tuple[date, date]:
    """Return from when until when the index has shoots: the time that was searched."""
    first, last = shoots.span_of_days(conn)
    return (date.fromisoformat(first) if first else today), max(date.fromisoformat(last) if last else today, today)


def names_given(conn: Connection, one: Request) -> tuple[tuple[str, ...], bool]:
    """Return the names of the report's files, and whether pictures were given besides."""
    rows = [each for each in disclosures.of_request(conn, one.uid) if each.files]
    reports = [Path(each.address).name for each in rows if each.channel == REPORT and each.address]
    return tuple(dict.fromkeys(reports)), any(each.channel != REPORT for each in rows)


def attachments_of(conn: Connection, one: Request) -> tuple[tuple[Attachment, ...], tuple[str, ...]]:
    """Return what a draft takes along, and the places of what a person must send besides.

    Raises FileNotFoundError where the report that was written is not there any more, or is another now.
    """
    rows = [each for each in disclosures.of_request(conn, one.uid) if each.files]
    # One that was made anew counts in place of the one before, wherever that lay.
    reports = {Path(each.address).name: each for each in rows if each.channel == REPORT and each.address}
    taken = [_report(each) for each in reports.values()]
    besides: dict[str, None] = {}
    for number, each in enumerate({row.address: row for row in rows if row.channel in ("folder", "zip")}.values(), 1):
        if each.address is None:
            continue
        besides[each.address] = None
        page = Path(each.address) / PAGE
        if each.channel == "folder" and page.is_file() and page.stat().st_size <= _MOST_BYTES:
            taken.append(Attachment(f"{number}-{PAGE}", "text/html", page.read_bytes()))
    return tuple(taken), tuple(besides)


def _report(one: Disclosure) -> Attachment:
    path = Path(one.address or "")
    content = path.read_bytes()
    if hashlib.sha256(content).digest() != one.manifest_sha256:
        raise FileNotFoundError(f"{path}: it is not the one that was written")
    return Attachment(path.name, _TYPES.get(path.suffix, "application/octet-stream"), content)


def _wanted(one: Item, files: Sequence[ExportFile]) -> list[ExportFile]:
    rules = [FileRule(*each) for each in one.details.get("rules", ())]
    given = [rule for rule in rules if rule.decision == "give"]
    return [each for each in files if each.kind != "l" and (not given or any(rule.fits(each.path) for rule in given))]


def _day(at: int | None, zone: tzinfo) -> date | None:
    return None if at is None else datetime.fromtimestamp(at, UTC).astimezone(zone).date()
