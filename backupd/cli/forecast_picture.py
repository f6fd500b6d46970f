"""The forecast as a picture: SVG, a panel for each store with what is free over the coming months. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from xml.sax.saxutils import escape

from backupd.cli.text import size
from backupd.forecasting import StoreForecast
from backupd.policy.forecast import Outlook

_WIDTH, _PANEL, _SHORT, _TOP = 960, 310, 72, 64
_LEFT, _RIGHT, _ABOVE, _BELOW = 96, 28, 82, 48
_FONT = "DejaVu Sans, Liberation Sans, Noto Sans, Arial, sans-serif"
_INK, _FAINT, _GRID = "#1d2733", "#5b6875", "#e3e8ed"
_WITH, _WITHOUT, _MARK = "#0b6bcb", "#9aa5b1", "#c2410c"
_MONTHS = {
    "fi": ("tammi", "helmi", "maalis", "huhti", "touko", "kesä", "heinä", "elo", "syys", "loka", "marras", "joulu"),
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
}
_WORDS = {
    "fi": {
        "title": "Levytilan ennuste",
        "free": "vapaana",
        "with": "siivouksin",
        "without": "ilman siivousta",
        "low": "alaraja",
        "inflow": "tulee kuukaudessa {}",
        "full": "täynnä {}",
        "never": "ei täyty tänä aikana",
        "goes": "siivouksissa lähtisi {} kuvausta",
        "unknown": "vapaa tila ei ole tiedossa",
    },
    "en": {
        "title": "How the stores fill",
        "free": "free",
        "with": "with clean-ups",
        "without": "without clean-ups",
        "low": "low mark",
        "inflow": "{} come in each month",
        "full": "full on {}",
        "never": "does not fill in this time",
        "goes": "clean-ups would take {} shoots",
        "unknown": "how much is free is not known",
    },
}


def svg(stores: Sequence[StoreForecast], language: str, today: date) -> str:
    """Return the picture. `language` is fi or en; only the stores' own names and numbers are in it, no shoots."""
    words = _WORDS[language]
    tops = [_TOP]
    for store in stores:
        tops.append(tops[-1] + (_PANEL if store.outlook else _SHORT))
    height = tops[-1] + 8
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{height}" viewBox="0 0 {_WIDTH} {height}" '
        f'font-family="{_FONT}" role="img">',
        f'<title>{escape(words["title"])}</title>',
        f'<rect width="{_WIDTH}" height="{height}" fill="#ffffff"/>',
        _text(28, 36, f"{words['title']}, {_day(today, language)}", 20, _INK, bold=True),
        *_legend(words),
    ]
    for store, top in zip(stores, tops, strict=False):
        parts += _panel(store, top, language)
    return "\n".join([*parts, "</svg>", ""])


def _legend(words: dict[str, str]) -> list[str]:
    parts, right = [], _WIDTH - _RIGHT
    for color, dash, word in ((_MARK, "2 4", "low"), (_WITHOUT, "7 5", "without"), (_WITH, "", "with")):
        length = 8 * len(words[word]) + 46
        right -= length
        parts.append(_line(right, 31, right + 28, 31, color, 2.5, dash))
        parts.append(_text(right + 34, 36, words[word], 13, _FAINT))
    return parts


def _panel(store: StoreForecast, top: int, language: str) -> list[str]:
    words = _WORDS[language]
    parts = [_text(28, top + 26, store.name, 16, _INK, bold=True)]
    if store.outlook is None or store.supply is None:
        return [*parts, _text(28, top + 48, words["unknown"], 13, _FAINT)]
    outlook = store.outlook
    said = [words["inflow"].format(size(round(store.supply.daily_bytes * 365 / 12)))]
    full = outlook.full_on
    said.append(f"{words['without']}: {words['full'].format(_day(full, language)) if full else words['never']}")
    if outlook.going:
        said.append(words["goes"].format(len(outlook.going)))
    parts.append(_text(28, top + 46, " · ".join(said), 13, _FAINT))
    x0, x1, y0, y1 = _LEFT, _WIDTH - _RIGHT, top + _ABOVE, top + _PANEL - _BELOW
    highest = _round_up(max(*outlook.without, *outlook.with_cleaning, store.supply.low_bytes, 1))
    parts += _axes(outlook, highest, (x0, x1, y0, y1), language)
    place = _Place(outlook, highest, (x0, x1, y0, y1))
    low = place.y(store.supply.low_bytes)
    parts.append(_line(x0, low, x1, low, _MARK, 1.5, "2 4"))
    parts.append(_curve(place, outlook.without, _WITHOUT, "7 5"))
    if store.supply.cleaned:
        parts.append(_curve(place, outlook.with_cleaning, _WITH, ""))
    if outlook.full_on is not None:
        x = place.x(outlook.days.index(outlook.full_on))
        parts.append(f'<circle cx="{x:.1f}" cy="{y1}" r="4.5" fill="{_WITHOUT}" stroke="#ffffff" stroke-width="1.5"/>')
    return parts


class _Place:
    """Where a day and an amount lie in a panel. What is below nothing is drawn on the axis."""

    def __init__(self, outlook: Outlook, highest: int, box: tuple[int, int, int, int]) -> None:
        self.last = max(len(outlook.days) - 1, 1)
        self.highest = highest
        self.x0, self.x1, self.y0, self.y1 = box

    def x(self, number: int) -> float:
        return self.x0 + (self.x1 - self.x0) * number / self.last

    def y(self, free: int) -> float:
        return self.y1 - (self.y1 - self.y0) * min(max(free, 0), self.highest) / self.highest


def _axes(outlook: Outlook, highest: int, box: tuple[int, int, int, int], language: str) -> list[str]:
    x0, x1, _, y1 = box
    place = _Place(outlook, highest, box)
    parts = []
    for step in range(5):
        amount = highest * step // 4
        y = place.y(amount)
        parts.append(_line(x0, y, x1, y, _GRID if step else _FAINT, 1))
        parts.append(_text(x0 - 10, y + 4, size(amount) if amount else "0", 12, _FAINT, anchor="end"))
    parts.append(_text(x0 - 10, box[2] - 14, _WORDS[language]["free"], 12, _FAINT, anchor="end"))
    firsts = [number for number, day in enumerate(outlook.days) if day.day == 1]
    every = max(1, -(-len(firsts) // 12))
    for number in firsts[::every]:
        x, day = place.x(number), outlook.days[number]
        parts.append(_line(x, y1, x, y1 + 5, _FAINT, 1))
        parts.append(_text(x, y1 + 20, _MONTHS[language][day.month - 1], 12, _FAINT, anchor="middle"))
        if day.month == 1 or number == firsts[0]:
            parts.append(_text(x, y1 + 36, str(day.year), 12, _INK, anchor="middle", bold=True))
    return parts


def _curve(place: _Place, values: Sequence[int], color: str, dash: str) -> str:
    points = " ".join(f"{place.x(number):.1f},{place.y(value):.1f}" for number, value in enumerate(values))
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<polyline points="{points}" fill="none" stroke="{color}" stroke-width="2.5" stroke-linejoin="round"{dashes}/>'


def _line(x0: float, y0: float, x1: float, y1: float, color: str, width: float, dash: str = "") -> str:
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    ends = f'x1="{x0:.1f}" y1="{y0:.1f}" x2="{x1:.1f}" y2="{y1:.1f}"'
    return f'<line {ends} stroke="{color}" stroke-width="{width}"{dashes}/>'


def _text(x: float, y: float, text: str, points: int, color: str, *, anchor: str = "start", bold: bool = False) -> str:
    weight = ' font-weight="600"' if bold else ""
    safe = escape("".join(sign if sign.isprintable() else "\ufffd" for sign in text))
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{points}" fill="{color}" text-anchor="{anchor}"{weight}>{safe}</text>'


def _day(day: date, language: str) -> str:
    if language == "fi":
        return f"{day.day}.{day.month}.{day.year}"
    return f"{day.day} {_MONTHS['en'][day.month - 1]} {day.year}"


def _round_up(amount: int) -> int:
    """The next amount that divides into four plain steps: 4, 8, 10, 12, 16, 20 … of its size."""
    unit = 10 ** max(len(str(amount)) - 2, 0)
    steps = (10, 12, 16, 20, 24, 28, 32, 40, 48, 60, 80, 100)
    return next(step * unit for step in steps if step * unit >= amount) if amount > 10 else 12
