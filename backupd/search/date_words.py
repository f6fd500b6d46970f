"""Date words of a question: 14.6.2025, 6/2026, kesä 2024, vko 24, 2025. Pure."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

_MONTHS = {}
for _number, _names in enumerate(
    (
        "tammi january januari jan", "helmi february februari feb", "maalis march mars mar",
        "huhti april apr", "touko may maj",
        "kesä june juni jun kesa", "heinä july juli jul heina", "elo august augusti aug", "syys september sept sep",
        "loka october oktober oct okt", "marras november nov", "joulu december dec",
    ),
    1,
):  # fmt: skip
    for _name in _names.split():
        _MONTHS[_name] = _number
_FINNISH = (
    "tammi",
    "helmi",
    "maalis",
    "huhti",
    "touko",
    "kesä",
    "heinä",
    "elo",
    "syys",
    "loka",
    "marras",
    "joulu",
    "kesa",
    "heina",
)
_SEASONS = {
    "kevät": 3, "kevään": 3, "keväällä": 3, "keväänä": 3, "kevat": 3, "spring": 3, "vår": 3, "våren": 3,
    "kesä": 6, "kesän": 6, "kesällä": 6, "kesänä": 6, "kesa": 6, "kesalla": 6, "summer": 6, "sommar": 6, "sommaren": 6,
    "syksy": 9, "syksyn": 9, "syksyllä": 9, "syksyna": 9, "syksynä": 9, "autumn": 9, "fall": 9, "höst": 9, "hösten": 9,
    "talvi": 12, "talven": 12, "talvella": 12, "talvena": 12, "winter": 12, "vinter": 12, "vintern": 12,
}  # fmt: skip
_YEAR = r"(?P<y>(?:19|20)\d\d)"
_SEASON = "|".join(sorted(_SEASONS, key=len, reverse=True))
_MONTH = "|".join(
    sorted(
        [rf"{stem}kuu(?:ta|n|ssa|lla)?" for stem in _FINNISH] + [name for name in _MONTHS if name not in ("kesä", "kesa")],
        key=len,
        reverse=True,
    )
)
_PATTERNS = tuple(
    (kind, re.compile(rf"(?<![\w.]){text}(?![\w])", re.IGNORECASE))
    for kind, text in (
        ("range", r"(?P<d>\d\d?)\.(?P<m>\d\d?)?\.?\s*[-–]\s*(?P<d2>\d\d?)\.(?P<m2>\d\d?)\.(?P<y>\d{4}|\d\d)"),
        ("day", r"(?P<d>\d\d?)\. ?(?P<m>\d\d?)\. ?(?P<y>\d{4}|\d\d)"),
        ("day", rf"{_YEAR}-(?P<m>\d\d?)-(?P<d>\d\d?)"),
        ("day", r"(?P<y>(?:19|20)\d\d)(?P<m>0[1-9]|1[0-2])(?P<d>[0-3]\d)"),
        ("wordday", rf"(?P<d>\d\d?)\.? (?P<M>{_MONTH}) {_YEAR}"),
        ("week", rf"(?:vko|vk|viikko|viikolla|week|vecka|w|v)\.? ?(?P<w>\d\d?)(?:[ /]{_YEAR})?"),
        ("month", rf"(?P<m>\d\d?)/{_YEAR}"),
        ("month", r"(?P<m>\d\d?)/(?P<y>\d\d)"),
        ("month", rf"{_YEAR}-(?P<m>\d\d)"),
        ("season", rf"(?P<S>{_SEASON})[ -]?{_YEAR}"),
        ("season", rf"{_YEAR}[ -]?(?P<S>{_SEASON})"),
        ("last", rf"(?:viime|last|förra) (?P<S>{_SEASON}|vuo\w*|year|året)"),
        ("month", rf"(?P<M>{_MONTH})[ -]{_YEAR}"),
        ("month", rf"(?P<M>{'|'.join(_FINNISH)}|{_MONTH})-(?P<y>\d\d)"),
        ("anymonth", rf"(?P<M>{'|'.join(stem + 'kuu(?:ta|n|ssa|lla)?' for stem in _FINNISH)})"),
        ("anyseason", r"(?P<S>kesällä|keväällä|syksyllä|talvella)"),
        ("daymonth", r"(?P<d>\d\d?)\. ?(?P<m>\d\d?)\.(?!\d)"),
        ("year", _YEAR),
    )
)
Span = tuple[date, date]


def take_dates(text: str, today: date) -> tuple[str, list[tuple[str, list[Span]]]]:
    """Return the text without its date words, and (words, spans that they may mean) for each."""
    found: list[tuple[str, list[Span]]] = []
    for kind, pattern in _PATTERNS:
        while match := pattern.search(text):
            spans = _spans(kind, match.groupdict(), today)
            found.append((match[0], spans)) if spans else None
            text = (
                f"{text[: match.start()]} \0 {text[match.end() :]}"
                if spans
                else text[: match.start()] + match[0].replace(".", "\1").replace("/", "\1") + text[match.end() :]
            )
            if not spans:
                break
    return text.replace("\0", " ").replace("\1", " "), found


def _spans(kind: str, group: dict[str, str | None], today: date) -> list[Span]:
    try:
        return _meant(kind, group, today)
    except ValueError:
        return []


def _meant(kind: str, group: dict[str, str | None], today: date) -> list[Span]:
    text = group.get("y")
    year = None if not text else int(text) if len(text) == 4 else 2000 + int(text)
    years = [year] if year else [today.year - back for back in range(25)]
    month = _month(group)
    if kind == "range":
        last = date(year or today.year, int(group["m2"] or 0), int(group["d2"] or 0))
        return [(date(last.year, int(group["m"] or last.month), int(group["d"] or 0)), last)]
    if kind in ("day", "wordday"):
        day = date(year or today.year, month or 0, int(group["d"] or 0))
        return [(day, day)]
    if kind == "daymonth":
        found = [_day(each, month or 0, int(group["d"] or 0)) for each in years]
        return [(each, each) for each in found if each is not None]
    if kind == "week":
        number = int(group["w"] or 0)
        starts = [
            date.fromisocalendar(each, number, 1)
            for each in years
            if number < 53 or date(each, 12, 28).isocalendar()[1] == 53
        ]
        return [(start, start + timedelta(days=6)) for start in starts]
    if kind in ("month", "anymonth"):
        return [
            (date(each, month or 0, 1), date(each, month or 0, calendar.monthrange(each, month or 0)[1])) for each in years
        ]
    if kind == "last":
        season = _SEASONS.get((group["S"] or "").lower())
        if season is None:
            return [(date(today.year - 1, 1, 1), date(today.year - 1, 12, 31))]
        span = next(
            span for each in (today.year, today.year - 1, today.year - 2) if (span := _season(each, season))[1] < today
        )
        return [span]
    if kind in ("season", "anyseason"):
        return [span for each in years for span in _seasons(each, _SEASONS[(group["S"] or "").lower()])]
    return [(date(each, 1, 1), date(each, 12, 31)) for each in years]


def _month(group: dict[str, str | None]) -> int | None:
    word = (group.get("M") or "").lower()
    if word:
        stem = word.partition("kuu")[0] if "kuu" in word else word
        return _MONTHS[stem]
    number = group.get("m")
    return int(number) if number else None


def _season(year: int, start: int) -> Span:
    end = (start + 2 - 1) % 12 + 1
    last_year = year if end > start else year + 1
    return date(year, start, 1), date(last_year, end, calendar.monthrange(last_year, end)[1])


def _seasons(year: int, start: int) -> list[Span]:
    return [_season(year, start)] if start != 12 else [_season(year, 12), _season(year - 1, 12)]


def _day(year: int, month: int, number: int) -> date | None:
    try:
        return date(year, month, number)
    except ValueError:
        return None
