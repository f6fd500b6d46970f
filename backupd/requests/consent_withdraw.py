"""A consent is withdrawn (GDPR art. 7(3)): as easy as it was given, and further use stops at once.

What may be shown is held from the moment the case is opened, whoever wrote: that a stranger could stop a use for some
days harms nobody. What was published is taken down by hand and ticked off. The pictures themselves stay: they have
another ground, and go only if erasure is asked for as well.
"""

from __future__ import annotations

import secrets

from backupd.requests.base import Kind
from backupd.requests.holding import release_touched
from backupd.requests.running import Outcome, Running
from index import consents, requests
from index.consents import Consent
from index.replay import give_consent, withdraw_consent
from index.requests import Item


def decide(one: Item) -> str | None:
    """Return what becomes of an item: consents end, what is published comes down."""
    return {"consent": "withdraw", "placement": "do", "recipient": "do", "shoot": "stop"}.get(one.kind, "skip")


def withdraw(running: Running) -> Outcome:
    """End every consent of the person; where lists alone said yes, record the no. Then the hold has done its work."""
    with running.index.write() as conn:
        for one in consents.of_persons(conn, running.one.persons):
            if one.answer == "yes" and one.withdrawn_at is None:
                withdraw_consent(
                    conn, running.ledger, one.uid, running.one.received_on, "request", running.at, running.by
                )
        said = {each.person for each in consents.of_persons(conn, running.one.persons)
                if each.answer == "no" and "portfolio" in each.uses}  # fmt: skip
        for person in set(running.one.persons) - said:
            no = Consent(f"c{secrets.token_hex(6)}", "no", person, "participant", ("portfolio",), running.one.received_on,
                         running.at, running.by)  # fmt: skip
            give_consent(conn, running.ledger, no)
        for each in requests.items_of(conn, running.one.uid):
            if each.state == "open" and each.is_in and each.decision in ("withdraw", "stop"):
                requests.change_item(conn, running.one.uid, each.number, state="done", outcome="its use has ended",
                                     ended_at=running.at, ended_by=running.by)  # fmt: skip
        release_touched(conn, running.ledger, running.one, running.at, running.by, "withdrawn", everything=True)
    return Outcome(True)


KIND = Kind("consent_withdraw", "a withdrawal of consent", withdraw, decide, hold="objection", choices=("withdraw", "do"))
"""A withdrawal of consent."""
