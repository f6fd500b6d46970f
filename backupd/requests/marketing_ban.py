"""A ban on direct marketing (GDPR art. 21(2) and (3)): at once, without weighing anything, lifted by the person alone.

It is kept as a refusal of the use "marketing" by each keyed hash of the person, in the ledger as well: so it outlasts an
erasure, and names nobody.
"""

from __future__ import annotations

import secrets

from backupd.requests.base import Kind
from backupd.requests.running import Outcome, Running
from index import consents
from index.consents import Consent
from index.replay import give_consent
from index.requests import Item

USE = "marketing"
"""The use that is refused."""


def decide(_one: Item) -> str | None:
    """Return what becomes of an item: a ban is about the person, and about none of their pictures."""
    return "skip"


def ban(running: Running) -> Outcome:
    """Record the ban by every hash of the person that has none yet."""
    with running.index.write() as conn:
        banned = {
            each.person for each in consents.of_persons(conn, running.one.persons)
            if USE in each.uses and each.answer == "no" and each.withdrawn_at is None
        }  # fmt: skip
        for person in running.one.persons:
            if person in banned:
                continue
            uid = f"c{secrets.token_hex(6)}"
            from_day = running.one.received_on
            one = Consent(uid, "no", person, "client", (USE,), from_day, running.at, running.by)
            give_consent(conn, running.ledger, one)
    return Outcome(True)


KIND = Kind("marketing_ban", "a ban on direct marketing", ban, decide)
"""A ban on direct marketing."""
