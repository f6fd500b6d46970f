"""Excel workbooks: each sheet a table; struck-out rows are no participants, hidden ones are put to a person."""

from __future__ import annotations

import io
from datetime import date, datetime
from typing import Any

from backupd.reading.participants.base import MOST_CELL, MOST_COLUMNS, MOST_ROWS, Block, Cell, Format, Table, Unreadable
from backupd.reading.participants.zips import open_zip


def read(data: bytes) -> list[Block]:
    """Return one table a sheet. Raises Unreadable."""
    open_zip(data).close()
    import warnings

    from openpyxl import load_workbook

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = load_workbook(io.BytesIO(data), data_only=False)
    except Exception as err:
        # openpyxl raises whatever its XML readers do on damaged workbooks.
        raise Unreadable("it is damaged, or not what its name says") from err
    return [Table(_rows(sheet, hidden=sheet.sheet_state != "visible")) for sheet in book.worksheets]


def _rows(sheet: Any, *, hidden: bool) -> tuple[tuple[Cell, ...], ...]:
    rows = []
    for row in sheet.iter_rows(max_row=min(sheet.max_row, MOST_ROWS), max_col=min(sheet.max_column, MOST_COLUMNS)):
        dimension = sheet.row_dimensions.get(row[0].row) if row else None
        is_hidden = hidden or bool(dimension is not None and dimension.hidden)
        rows.append(tuple(_cell(sheet.title, cell, is_hidden) for cell in row))
    return tuple(rows)


def _cell(sheet: str, cell: Any, hidden: bool) -> Cell:
    value = cell.value
    if value is None:
        text = ""
    elif isinstance(value, datetime | date):
        text = value.strftime("%Y-%m-%d")
    elif isinstance(value, bool):
        text = "true" if value else "false"
    elif isinstance(value, float) and value.is_integer():
        text = str(int(value))
    else:
        text = str(value)
    font = getattr(cell, "font", None)
    struck = bool(font is not None and font.strike) or _rich_struck(value)
    return Cell(text[:MOST_CELL], f"{sheet}!{cell.coordinate}", struck, hidden, cell.data_type == "f")


def _rich_struck(value: Any) -> bool:
    parts = list(value) if type(value).__name__ == "CellRichText" else []
    return bool(parts) and all(getattr(getattr(part, "font", None), "strike", False) for part in parts)


FORMAT = Format(frozenset((".xlsx", ".xlsm")), read)
