"""What an erasure leaves restricted: held from then on, whole shoots or single files, until a named person lifts it.

The person asked that it go; it may not, for another's sake. So it is kept, and neither used nor deleted (GDPR art. 18).
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from sqlalchemy import Connection

from backupd.requests.deciding import FileFact, FileRule, decide_files
from backupd.requests.holding import review_day
from backupd.requests.planning import by_file
from backupd.requests.running import Running
from index import holds
from index.holds import Hold
from index.meant import KnownCopy, copies_in_shoots
from index.replay import put_hold
from index.requests import Item
from index.scopes import NO_SCOPE, Scope


def hold_restricted(conn: Connection, running: Running, items: Sequence[Item]) -> int:
    """Hold what was decided to be restricted; return how many holds that makes. Called once, as the run begins."""
    count = 0
    for each in items:
        if each.kind != "shoot" or not each.is_in or each.shoot is None or each.state != "open":
            continue
        if each.decision == "restrict" and not each.details.get("rules"):
            _put(conn, running, each, None)
            count += 1
            continue
        some = _restricted_files(conn, each, each.decision)
        if some:
            _put(conn, running, each, some)
            count += 1
    return count


def hold_files(conn: Connection, running: Running, item: Item, kind: str, ground: str | None) -> int | None:
    """Hold the files of a shoot that a person has named, unless the case holds them; return how many.

    None where no file is called so, or the bytes of one are not known: then nothing less than the whole shoot is held.
    """
    mine = [one for one in holds.active(conn) if one.request == running.one.uid and one.shoot_hash == item.details["hash"]]
    known = next((one for one in mine if one.files is not None), None)
    if known is not None:
        return known.files
    some = _restricted_files(conn, item, None)
    if not some or not all(copy.sha256 or copy.dropbox_hash for copy in some):
        return None
    _put(conn, running, item, some, kind, ground)
    return len({copy.content_id for copy in some})


def _restricted_files(conn: Connection, item: Item, whole: str | None) -> list[KnownCopy]:
    assert item.shoot is not None
    files = by_file(copies_in_shoots(conn, [item.shoot]))
    rules = [FileRule(*each) for each in item.details.get("rules", ())]
    facts = [FileFact(key, tuple(copy.path for copy in some)) for key, some in files.items()]
    decided = decide_files(whole, rules, facts).decisions
    return [copy for key, some in files.items() if decided.get(key) == "restrict" for copy in some]


def _put(
    conn: Connection, running: Running, item: Item, some: Sequence[KnownCopy] | None, kind: str = "restriction",
    ground: str | None = None,
) -> None:  # fmt: skip
    one = running.one
    # By each of its hashes, so that a file is found again whichever of them is known later.
    hashes = {bytes(hashed) for copy in some or () for hashed in (copy.sha256, copy.dropbox_hash) if hashed is not None}
    files = {copy.content_id for copy in some or ()}
    # Where the bytes of a file are not known, nobody could tell later if it is one of these: the whole shoot is held.
    limited = some is not None and all(copy.sha256 or copy.dropbox_hash for copy in some)
    put_hold(
        conn,
        running.ledger,
        Hold(
            f"h{secrets.token_hex(6)}", kind, running.at, running.by, f"request {one.uid}", running.by,
            shoot_id=item.shoot, shoot_hash=item.details["hash"], person=one.person, request=one.uid,
            review_on=review_day(one), files=len(files) if limited else None, ground=ground,
        ),
        Scope(frozenset(hashes), frozenset()) if limited else NO_SCOPE,
    )  # fmt: skip
