"""What a person is handed under a case: their own pictures as an export, and the report of their data, in one folder.

Safe to stop anywhere: an export goes on where it was, and a report is made anew under its own name. Both are in the
ledger before they begin, and registered as handed over once they lie there. What others appear in is given file by
file, as a person has said.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Connection

from adapters.base import Store
from adapters.errors import Unavailable
from backupd.access_report import Row, Who, gather_access
from backupd.export.errors import ExportFailure, NoRoom, NothingToExport, OutOfReach, TargetTaken
from backupd.export.order import Given, Order, prepare, record_end, record_start
from backupd.export.page import Language, Lost
from backupd.export.run import make_folder
from backupd.letters.access import AccessFacts
from backupd.policy.facts import Recipient
from backupd.requests.running import Outcome, Running
from backupd.staff import Actor, NotAllowed
from index import disclosures, requests
from index.disclosures import Disclosure
from index.ledger_line import Draft
from index.requests import Item, Request

REPORT = "report"
"""How a report goes out, as disclosures have it."""

_PICTURES: Mapping[Language, str] = {"fi": "kuvat", "en": "pictures"}

Documents = Callable[[AccessFacts], Mapping[str, bytes]]
"""Makes the files of a report: by name, to which the case's own is added."""


@dataclass(slots=True)
class _Handed:
    """What could not be handed over: what waits for a store, what a person must see to, and the items that this is of.

    `notes` are what a person should know of what was handed over all the same.
    """

    waiting: dict[str, str] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)
    refused: set[int] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)


def hand_over(running: Running, documents: Documents | None = None) -> Outcome:
    """Give what the case says is given, then write the report, if it is answered with one; end what needs no more."""
    handed = _Handed()
    if running.to is not None:
        with running.index.read() as conn:
            items = [each for each in requests.items_of(conn, running.one.uid) if _is_to_be_given(each)]
            given = given_shoots(conn, running.one)
        for each in items:
            if each.shoot not in given:
                _give(running, each, handed)
        if documents is not None and not handed.waiting:
            _report(running, documents)
    handed.said += _end_items(running, handed.refused)
    settled = not handed.waiting and not handed.said
    return Outcome(settled, waiting=handed.waiting, said=(*handed.said, *handed.notes))


def who_of(one: Request, items: list[Item]) -> Who:
    """Return whom the case is about, with what was settled in it."""
    shoots = [each for each in items if each.kind == "shoot" and each.shoot is not None]
    mine = frozenset(each.shoot for each in shoots if each.is_in and each.shoot is not None)
    client_of = frozenset(each.shoot for each in shoots if each.is_in and each.details.get("as_client") and each.shoot)
    rows = [each for each in items if each.kind == "row" and not each.is_open_question]
    return Who(
        one.subject or "", one.email, one.phone, mine, client_of,
        frozenset(_row(each) for each in rows if each.is_in), frozenset(_row(each) for each in rows if not each.is_in),
    )  # fmt: skip


def given_shoots(conn: Connection, one: Request) -> set[int]:
    """Return the shoots of which something was given out under the case."""
    shoots = [each.shoot for each in requests.items_of(conn, one.uid) if each.shoot is not None]
    rows = disclosures.concerning(conn, shoots, one.persons)
    return {each.shoot_id for each in rows if each.request == one.uid and each.shoot_id is not None and each.files}


def _row(one: Item) -> Row:
    return (one.shoot, one.details.get("name", ""), one.details.get("email"), one.details.get("phone"))


def _is_to_be_given(one: Item) -> bool:
    return one.kind == "shoot" and one.is_in and one.state == "open" and bool(one.decision == "give" or _patterns(one))


def _patterns(one: Item) -> tuple[str, ...]:
    return tuple(pattern for decision, pattern, _ in one.details.get("rules", ()) if decision == "give")


def _give(running: Running, one: Item, handed: _Handed) -> None:
    assert running.to is not None and one.shoot is not None
    patterns = _patterns(one)
    if not patterns and not one.details.get("as_client"):
        # What others appear in goes out file by file (GDPR art. 15(4)): which ones, only a person can see.
        return
    language: Language = "fi" if running.one.language == "fi" else "en"
    target = running.to / f"{_PICTURES[language]}-{one.shoot}"
    recipient = Recipient.CLIENT if one.details.get("as_client") else Recipient.PARTICIPANT
    order = Order(
        (one.shoot,), running.actor or Actor(running.by, running.by, "desk"), running.now(), running.today, language,
        patterns, recipient, running.one.uid, running.one.approval_reason or "",
    )  # fmt: skip
    try:
        lost = _export(running, order, target)
        if lost:
            _remember(running, one, lost)
            told = f"{len(lost)} of its files are damaged or gone; the export's page and the letter list them"
            handed.notes.append(f"item {one.number}: {told}")
    except OutOfReach as failure:
        handed.waiting[f"shoot {one.shoot}"] = f"{failure.files} of its files cannot be read now"
    except NotAllowed as refused:
        handed.refused.add(one.number)
        handed.said.append(
            f"item {one.number} is not given by the rule {refused.rule}: {refused.why}. To give it all the same:"
            f" backupd export {one.shoot} --for {running.one.uid} --reason \"…\" --to FOLDER, then run it again"
        )
    except (ExportFailure, OSError) as failure:
        handed.refused.add(one.number)
        handed.said.append(f"item {one.number} could not be given: {_told(failure)}")


def _remember(running: Running, one: Item, lost: Sequence[Lost]) -> None:
    """Note in the case what could not be given, for its letter: paths from the shoot's own folder on."""
    told = [[each.path.partition("/")[2], each.why] for each in lost]
    with running.index.write() as conn:
        requests.change_item(conn, running.one.uid, one.number, details=one.details | {"lost": told})


def _export(running: Running, order: Order, target: Path) -> Sequence[Lost]:
    """Make an export and record it; return the files that are not in it. Raises ExportFailure, NotAllowed, OSError."""
    with running.index.read() as conn:
        prepared = prepare(conn, running.settings, running.ledger, order)
    record_start(running.ledger, prepared, "folder")
    made = make_folder(prepared.plan, target, prepared.wish, _opener(running.stores), running.progress)
    record_end(running.index, running.ledger, prepared, made, "folder", running.now(), [Given(str(target))])
    if not made.files:
        raise NothingToExport
    return made.lost


def _told(failure: Exception) -> str:
    if isinstance(failure, TargetTaken):
        return f"{failure.place}: {failure.why}"
    if isinstance(failure, NoRoom):
        return f"{failure.needed} bytes are needed and {failure.free} are free"
    if isinstance(failure, NothingToExport):
        return "none of its files is called like that, or no good copy of any is left"
    return str(failure)


def _opener(stores: Mapping[str, Store]) -> Callable[[str], AbstractContextManager[Store]]:
    def opened(name: str) -> AbstractContextManager[Store]:
        if name not in stores:
            raise Unavailable(name, "open", "", "it could not be opened")
        return nullcontext(stores[name])

    return opened


def _report(running: Running, documents: Documents) -> None:
    assert running.to is not None
    one, at = running.one, running.at
    with running.index.read() as conn:
        items = requests.items_of(conn, one.uid)
        facts = gather_access(
            conn, running.settings, running.ledger.key, who_of(one, items), running.today,
            language="fi" if one.language == "fi" else "en", request=one.uid, attachments=_beside(conn, one),
        )  # fmt: skip
    files = documents(facts)
    words = {"channel": REPORT, "request": one.uid, "request_kind": one.kind}
    numbers = {"files": len(files), "bytes": sum(map(len, files.values()))}
    rule = f"request_{one.kind}"
    running.ledger.append(Draft("export", at, running.by, one.persons, numbers=numbers, words=words, rule=rule))
    running.to.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name, content in files.items():
        write_private(running.to / name, content)
    with running.index.write() as conn:
        for name, content in files.items():
            digest = hashlib.sha256(content).digest()
            numbers = {"files": 1, "bytes": len(content)}
            running.ledger.append(
                Draft("disclosure", at, running.by, one.persons, (digest.hex(),), numbers, words, rule)
            )
            given = Disclosure(
                None, one.person, one.subject, REPORT, 1, len(content), at, running.by, address=str(running.to / name),
                request=one.uid, manifest_sha256=digest,
            )  # fmt: skip
            disclosures.add(conn, given)


def _beside(conn: Connection, one: Request) -> tuple[str, ...]:
    """Return the names of what was given under the case, as its folders and zips are called."""
    rows = (each for each in disclosures.of_request(conn, one.uid) if each.channel in ("folder", "zip") and each.files)
    return tuple(dict.fromkeys(Path(each.address).name for each in rows if each.address))


def write_private(path: Path, content: bytes) -> None:
    """Write a file whole or not at all; nobody but this account may read it."""
    waiting = path.with_name(f".{path.name}.new")
    fd = os.open(waiting, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    with os.fdopen(fd, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    waiting.replace(path)


def _end_items(running: Running, refused: Collection[int]) -> list[str]:
    """End what needs no more than the answer, and whatever was given under this case; return what is still to be given."""
    missing = []
    with running.index.write() as conn:
        given = given_shoots(conn, running.one)
        for one in requests.items_of(conn, running.one.uid):
            if one.state != "open" or not one.is_in or one.decision == "by_hand":
                continue
            is_giving = one.decision == "give" or bool(_patterns(one))
            if is_giving and one.shoot not in given:
                missing += [] if one.number in refused else [_how_to_give(running, one)]
                continue
            is_refused = one.decision == "refuse"
            outcome = "given" if is_giving else "not given" if is_refused else "told in the answer"
            requests.change_item(conn, running.one.uid, one.number, state="refused" if is_refused else "done",
                                 outcome=outcome, ended_at=running.at, ended_by=running.by)  # fmt: skip
    return missing


def _how_to_give(running: Running, one: Item) -> str:
    own = one.details.get("as_client") or _patterns(one)
    more = "" if own else " --recipient participant --file PATTERN"
    return (
        f"item {one.number} is still to be given: backupd export {one.shoot} --for {running.one.uid}{more} --to FOLDER,"
        f" then backupd request run {running.one.uid} again"
    )
