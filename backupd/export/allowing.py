"""May these shoots go out? A shoot's situation put before the decision table (docs/policy.md, export), for one recipient.

An export proves every byte that it gives out, so copies that were not read lately do not stand in its way; only a shoot
of which nothing good is known does. What nobody recorded is not a situation: a shoot whose lists name no child is taken
to have none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Connection

from backupd.policy.deletion import Verdict, decide
from backupd.policy.facts import Child, Consented, Facts, Intact, Known, Recipient
from backupd.retaining import basis_of
from backupd.settings.models import Settings
from backupd.situation import Situation, situations
from index import people
from index.holds import Hold, active


@dataclass(frozen=True, slots=True)
class Asked:
    """For whom it is, and in which case (None: none)."""

    recipient: Recipient
    request: str | None
    now: datetime
    today: date


def decide_exports(
    conn: Connection, settings: Settings, shoots: Sequence[int], asked: Asked
) -> list[tuple[int, Verdict]]:
    """Return the table's verdict on each shoot, in order."""
    basis = basis_of(conn, settings, asked.today)
    asker = asker_of(conn, asked.request)
    minors = people.shoots_with_minors(conn, shoots)
    verdicts = {
        stands.shoot_id: decide("export", facts_for(stands, asked.recipient, asker, minor=stands.shoot_id in minors))
        for stands in situations(conn, settings, basis, set(shoots), now=asked.now)
    }
    return [(id, verdicts[id]) for id in shoots]


def asker_of(conn: Connection, request: str | None) -> str | None:
    """Return the keyed hash of whoever asked, as the holds of their case tell it; None where none does."""
    mine = (one for one in active(conn) if request is not None and one.request == request)
    return next((one.person for one in mine if one.person is not None), None)


def facts_for(stands: Situation, recipient: Recipient, asker: str | None, *, minor: bool) -> Facts:
    """Return what the table asks about giving a shoot to this recipient. Pure."""
    restricted = [one for one in stands.holds if one.kind == "restriction"]
    good, _ = stands.good
    intact = stands.facts.intact
    if good or intact is Intact.UNKNOWN:
        intact = Intact.MORE if good else Intact.ONE
    return replace(
        stands.facts,
        intact=intact,
        restricted_by_asker=_known(any(_is_of(one, asker) for one in restricted)),
        restricted_by_another=_known(any(not _is_of(one, asker) for one in restricted)),
        consent=Consented.MISSING,
        withdrawn_after_publication=Known.NO,
        child=Child.GUARDIAN_MISSING if minor else Child.NO,
        recipient=recipient,
    )


def _is_of(one: Hold, asker: str | None) -> bool:
    return asker is not None and one.person == asker


def _known(so: bool) -> Known:
    return Known.YES if so else Known.NO
