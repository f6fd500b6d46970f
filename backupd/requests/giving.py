"""What a person is given: their pictures or their data. Carried out by `export` and by hand; here it is seen that it was."""

from __future__ import annotations

from backupd.requests.running import Outcome, Running
from index import disclosures, requests
from index.requests import Item


def give(one: Item) -> str | None:
    """Return what becomes of an item: a shoot is given where it is the person's own, else a person decides."""
    if one.kind == "shoot":
        return "give" if one.details.get("as_client") or one.details.get("alone") else None
    return "tell" if one.kind in ("row", "consent") else "skip"


def tell(one: Item) -> str | None:
    """Return what becomes of an item where the person is told what is held: all of it is in the report."""
    return "skip" if one.kind == "place" else "tell"


def see_to_it(running: Running) -> Outcome:
    """End what needs no more than the answer, and whatever was given under this request; tell what is still to be given."""
    missing = []
    with running.index.write() as conn:
        shoots = [each.shoot for each in requests.items_of(conn, running.one.uid) if each.shoot is not None]
        given = {
            each.shoot_id for each in disclosures.concerning(conn, shoots, running.one.persons)
            if each.request == running.one.uid
        }  # fmt: skip
        for one in requests.items_of(conn, running.one.uid):
            if one.state != "open" or not one.is_in:
                continue
            if one.decision == "give" and one.shoot not in given:
                missing.append(f"item {one.number} is still to be given: backupd export {one.shoot}, then tick it off")
                continue
            done = "given" if one.decision == "give" else "told in the answer"
            requests.change_item(conn, running.one.uid, one.number, state="done", outcome=done, ended_at=running.at,
                                 ended_by=running.by)  # fmt: skip
    return Outcome(True, said=tuple(missing))
