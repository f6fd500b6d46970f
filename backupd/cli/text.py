"""Values as people read them: names made safe to look at, columns that line up, sizes, days in the studio's manner."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

_SIZE_UNITS = ("B", "kB", "MB", "GB", "TB", "PB")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_ISO_DAY = re.compile(r"\b\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])\b")
_NO_WIDTH = frozenset({"Mn", "Me", "Cf"})


def camera_name(make: str, model: str) -> str:
    """Return a camera as people call it: many makers write their name into the model as well."""
    return model if make and model.casefold().startswith(make.casefold()) else f"{make} {model}".strip()


def visible(name: str) -> str:
    """Return a name with everything that steers a terminal or hides itself written out.

    Bytes that are no UTF-8 (lone surrogates, as `os.fsdecode` makes them) become \\xNN; controls, escapes, direction
    marks and line ends \\n or \\uNNNN. Letters of every script stay.
    """
    if name.isprintable():
        # All that is written out here Python calls unprintable, and blanks that are none of a keyboard's besides.
        return name
    return "".join(sign if _is_plain(sign) else _written_out(sign) for sign in name)


def _is_plain(sign: str) -> bool:
    return unicodedata.category(sign) not in _HIDDEN


def _written_out(sign: str) -> str:
    code = ord(sign)
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    if sign in "\n\r\t":
        return {"\n": "\\n", "\r": "\\r", "\t": "\\t"}[sign]
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def width_of(text: str) -> int:
    """Return how many columns a text takes on a terminal."""
    if text.isascii():
        return len(text)
    return sum(_sign_width(sign) for sign in text)


def _sign_width(sign: str) -> int:
    if unicodedata.category(sign) in _NO_WIDTH:
        return 0
    return 2 if unicodedata.east_asian_width(sign) in "WF" else 1


def cut(text: str, columns: int) -> str:
    """Return the text in at most so many columns, with "…" where something was left out."""
    if width_of(text) <= columns:
        return text
    kept, taken = "", 0
    for sign in text:
        taken += _sign_width(sign)
        if taken > columns - 1:
            break
        kept += sign
    return f"{kept}…" if columns > 0 else ""


def padded(text: str, columns: int, *, right: bool = False) -> str:
    """Return the text filled with blanks to so many columns."""
    blanks = " " * max(0, columns - width_of(text))
    return blanks + text if right else text + blanks


def table(
    headers: Sequence[str], rows: Sequence[Sequence[str]], columns: int = 80, *, right: Sequence[str] = ()
) -> list[str]:
    """Return the lines of a table that fits `columns`: the widest columns give way first.

    `right` are the headers of numbers. Cells are made visible here; give them as they are.
    """
    cells = [[visible(cell) for cell in row] for row in (headers, *rows)]
    widths = [max(width_of(cell) for cell in column) for column in zip(*cells, strict=True)]
    _narrow(widths, columns - 2 * (len(widths) - 1))
    aligned = [header in right for header in headers]
    lines = []
    for row in cells:
        parts = [padded(cut(cell, w), w, right=r) for cell, w, r in zip(row, widths, aligned, strict=True)]
        lines.append("  ".join(parts).rstrip())
    return lines


def _narrow(widths: list[int], room: int) -> None:
    while widths and sum(widths) > room and max(widths) > 4:
        widths[widths.index(max(widths))] -= 1


def filled(text: str, columns: int = 80, *, indent: str = "", hanging: str | None = None) -> str:
    """Return a text in lines of at most so many columns; `hanging` is the indent of all lines but the first.

    Addresses and paths are never cut.
    """
    import textwrap

    after = indent if hanging is None else hanging
    return textwrap.fill(
        " ".join(text.split()), columns, initial_indent=indent, subsequent_indent=after,
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip


def size(count: int | None) -> str:
    """Return bytes in the unit that a person would choose: 12.4 GB; "?" where it is unknown."""
    if count is None:
        return "?"
    amount = float(count)
    for unit in _SIZE_UNITS:
        shown = f"{amount:.0f}" if unit == "B" or amount >= 99.95 else f"{amount:.1f}"
        if float(shown) < 1000 or unit == _SIZE_UNITS[-1]:
            return f"{shown} {unit}"
        amount /= 1000
    return ""


def count(number: int, one: str, many: str | None = None) -> str:
    """Return "1 file", "12 files", "12 000 files"."""
    grouped = f"{number:,}".replace(",", "\N{NO-BREAK SPACE}")
    return f"{grouped} {one if number == 1 else many or one + 's'}"


@dataclass(frozen=True, slots=True)
class Dates:
    """Days and instants as the studio writes them: fi 14.6.2025, en 14 June 2025."""

    language: str
    zone: tzinfo

    def day(self, value: date | None) -> str:
        """Return a day, "?" where it is unknown."""
        if value is None:
            return "?"
        if self.language == "fi":
            return f"{value.day}.{value.month}.{value.year}"
        return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"

    def span(self, first: date | None, last: date | None) -> str:
        """Return one day, or the first and the last, without saying month and year twice: 6.–7.6.2026."""
        if first is None or last is None or first == last:
            return self.day(first or last)
        if first.year != last.year:
            return f"{self.day(first)}–{self.day(last)}"
        if self.language == "fi":
            start = f"{first.day}." if first.month == last.month else f"{first.day}.{first.month}."
        else:
            start = f"{first.day}" if first.month == last.month else f"{first.day} {_MONTHS[first.month - 1]}"
        return f"{start}–{self.day(last)}"

    def in_text(self, text: str) -> str:
        """Return a text of our own with its days, written 2025-06-14 in it, in the studio's manner."""
        return _ISO_DAY.sub(lambda found: self._written(found[0]), text)

    def _written(self, text: str) -> str:
        try:
            return self.day(date.fromisoformat(text))
        except ValueError:
            return text

    def instant(self, value: datetime | None) -> str:
        """Return a day with its time in the studio's zone; an instant without a zone is shown as it is."""
        if value is None:
            return "?"
        local = value.astimezone(self.zone) if value.tzinfo else value
        mark = "." if self.language == "fi" else ":"
        return f"{self.day(local.date())} {local.hour}{mark}{local.minute:02d}"
