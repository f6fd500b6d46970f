"""What becomes of an item where a person is given something: their pictures, or word of what is held."""

from __future__ import annotations

from index.requests import Item


def give(one: Item) -> str | None:
    """Return what becomes of an item: a shoot is given where it is the person's own, else a person decides."""
    if one.kind == "shoot":
        return "give" if one.details.get("as_client") or one.details.get("alone") else None
    return "skip"


def give_or_tell(one: Item) -> str | None:
    """Return what becomes of an item where all of it is in the report, and the person's own pictures go with it."""
    return "give" if one.kind == "shoot" and one.details.get("alone") else tell(one)


def tell(one: Item) -> str | None:
    """Return what becomes of an item where the answer alone tells of it."""
    return "skip" if one.kind == "place" else "tell"
