"""vCards: one person a card; cards of organisations are no people."""

from __future__ import annotations

from typing import Any

from backupd.reading.participants.base import MOST_CELL, MOST_ROWS, Block, Cell, Format, Table, Unreadable
from backupd.reading.participants.decoding import decode_text

_COLUMNS = ("name", "role", "email", "phone", "born", "notes")


def read(data: bytes) -> list[Block]:
    """Return one table of all cards. Raises Unreadable."""
    import logging

    import vobject

    # It logs what it cannot read, names and all.
    logging.getLogger("vobject").setLevel(logging.CRITICAL + 1)
    logging.getLogger("vobject.base").setLevel(logging.CRITICAL + 1)
    if b"BEGIN:VCARD" not in data.upper().replace(b"\0", b""):
        raise Unreadable("it holds no vCard")

    text = decode_text(data)
    rows = [tuple(Cell(column) for column in _COLUMNS)]
    try:
        for number, card in enumerate(vobject.readComponents(text, ignoreUnreadable=True, allowQP=True), 1):
            if number > MOST_ROWS:
                break
            row = _row(card, f"card {number}")
            if row is not None:
                rows.append(row)
    except Exception as err:
        # vobject raises what its parsers do on damaged cards.
        raise Unreadable("it is no vCard, or damaged") from err
    return [Table(tuple(rows))]


def _row(card: Any, where: str) -> tuple[Cell, ...] | None:
    fields = card.contents
    if card.name.upper() != "VCARD" or _first(fields, "kind").casefold() in ("org", "group", "location"):
        return None
    name = _first(fields, "fn")
    parts = fields["n"][0].value if "n" in fields else None
    given = _joined(getattr(parts, "given", "")), _joined(getattr(parts, "additional", ""))
    whole = " ".join(part for part in (*given, _joined(getattr(parts, "family", ""))) if part)
    values = (whole or name, _first(fields, "title") or _first(fields, "role"), _first(fields, "email"),
              _first(fields, "tel").removeprefix("tel:"), _first(fields, "bday"), _first(fields, "note"))  # fmt: skip
    return tuple(Cell(value[:MOST_CELL], where) for value in values)


def _first(fields: dict[str, Any], name: str) -> str:
    found = fields.get(name)
    return str(found[0].value).strip() if found else ""


def _joined(value: Any) -> str:
    return " ".join(str(part) for part in value) if isinstance(value, list | tuple) else str(value or "")


FORMAT = Format(frozenset((".vcf", ".vcard")), read)
