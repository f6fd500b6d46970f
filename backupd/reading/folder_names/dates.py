"""Days in a folder's name. Pure; every reading is a real day in a plausible year, or it is a question.

Dotted dates are day first. With hyphens and the year last, and with six or eight bare digits, a day is taken only where
exactly one reading exists.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from backupd.reading.folder_names.vocabulary import MONTHS

EARLIEST_YEAR = 1990
_MONTH = "|".join(sorted(map(re.escape, MONTHS), key=len, reverse=True))
_ORDINAL = r"(?:st|nd|rd|th|\.|:e|:a)?"
_JOIN = r"(?P<join>\s*(?:--|\.\.\.?|-|/|&|\+)\s*|\s+(?:ja|and|och|to|till|-)\s+)"
_PAIR = frozenset(("ja", "and", "och", "&", "+"))
"""These join two adjoining days; two days farther apart are two days, and no range."""


@dataclass(frozen=True, slots=True)
class Found:
    """A date in a name, at [start:end]. `days` are its possible readings (first, last); none: it is no day.

    `sure` is False where the only reading may be no day at all. `whole` is False where the year (or month too) is to come
    from a folder above: then `parts` is (month or None, day, last month, last day).
    """

    start: int
    end: int
    days: tuple[tuple[date, date], ...] = ()
    whole: bool = True
    parts: tuple[int | None, int, int | None, int] | None = None
    why: str = ""
    sure: bool = True


def day(year: int, month: int, number: int, today: date) -> date | None:
    """Return the day if it exists in a plausible year (up to the next one)."""
    if not EARLIEST_YEAR <= year <= today.year + 1:
        return None
    try:
        return date(year, month, number)
    except ValueError:
        return None


def _century(two: int) -> int:
    return 2000 + two if two < 90 else 1900 + two


_Y = r"(?P<y>(?:19|20)\d\d)"
_ISO = rf"{_Y}(?P<s>[-. ])(?P<m>\d\d?)(?P=s)(?P<d>\d\d?)"
_ISO2 = r"(?P<y2>(?:19|20)\d\d)(?P<s2>[-. ])(?P<m2>\d\d?)(?P=s2)(?P<d2>\d\d?)"
_CLOCK = r"(?:[01]\d|2[0-3])[:.]?[0-5]\d(?:[:.]?[0-5]\d)?"
_HYPHENS = r"(?:[01]\d|2[0-3])-[0-5]\d(?:-[0-5]\d)?(?![\w.-])"
_HOUR = r"\d{1,2}(?:[:.]?[0-5]\d)?"
_NOON = r"(?:1[0-2]|0?[1-9])(?:[:.][0-5]\d)? ?[ap]\.?m\b\.?"
_TIME = (
    rf"(?:[T -]{_CLOCK}(?: ?- ?{_CLOCK})?(?:Z|[+-]\d\d:?\d\d)?(?=\D|$)(?![.\d])|[T ]{_HYPHENS}"
    rf"|,? (?:at )?{_NOON}(?: ?- ?{_NOON})?"
    rf"|,? (?:klo|kello|kl|at)\.? ?{_HOUR}(?: ?- ?{_HOUR})?(?=\D|$)(?![.\d]))?"
)
_LEAD = (
    r"(?:(?:den|the|(?:maanantai|tiistai|keskiviikko|torstai|perjantai|lauantai|sunnuntai)(?:na)?|ma|ti|ke|to|pe|la|su"
    r"|(?:mån|tis|ons|tors|fre|lör|sön)(?:dag(?:en)?)?|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?)"
    r"[.,]? )?"
)
"""An article or the day of the week before a date belongs to it."""
PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(rf"(?<!\w)(?<!\d\.){_LEAD}{text}(?![\w]|[.-]\d)", re.IGNORECASE))
    for name, text in (
        ("iso-iso", rf"{_ISO}(?:{_JOIN})?\s*{_ISO2}"),
        ("iso-md", rf"{_Y}-(?P<m>\d\d?)-(?P<d>\d\d?)(?:--|\.\.)(?P<m2>\d\d?)-(?P<d2>\d\d?)"),
        ("iso-d", rf"{_Y}-(?P<m>\d\d?)-(?P<d>\d\d?)(?:\s*(?:--|\.\.)\s*)(?P<d2>\d\d?)"),
        ("iso-d", rf"{_Y}-(?P<m>\d\d)-(?P<d>\d\d)-(?P<d2>\d\d)"),
        ("c8-c8", rf"(?P<c>\d{{8}}){_JOIN}(?P<c2>\d{{8}})|(?P<c_>\d{{8}}) (?P<c2_>\d{{8}})"),
        ("c8-d", r"(?P<c>\d{8})-(?P<d2>\d\d)"),
        (
            "dmy-dmy",
            r"(?P<d>\d\d?)\. ?(?P<m>\d\d?)\. ?(?P<y>\d{4}|\d\d)"
            + _JOIN
            + r"(?P<d2>\d\d?)\. ?(?P<m2>\d\d?)\. ?(?P<y2>\d{4}|\d\d)",
        ),
        ("dm-dmy", r"(?P<d>\d\d?)\. ?(?P<m>\d\d?)\.?" + _JOIN + r"(?P<d2>\d\d?)\. ?(?P<m2>\d\d?)\. ?(?P<y>\d{4}|\d\d)"),
        ("d-dmy", r"(?P<d>\d\d?)\.?" + _JOIN + r"(?P<d2>\d\d?)\. ?(?P<m>\d\d?)\. ?(?P<y>\d{4}|\d\d)"),
        ("d-dMy", rf"(?P<d>\d\d?){_ORDINAL}{_JOIN}(?P<d2>\d\d?){_ORDINAL} (?:of )?(?P<M>{_MONTH})\.?,? (?P<y>\d{{4}})"),
        (
            "dMy-dMy",
            rf"(?P<d>\d\d?){_ORDINAL} (?P<M>{_MONTH})\.?,? (?P<y>\d{{4}}){_JOIN}"
            rf"(?P<d2>\d\d?){_ORDINAL} (?P<M2>{_MONTH})\.?,? (?P<y2>\d{{4}})",
        ),
        (
            "dM-dMy",
            rf"(?P<d>\d\d?){_ORDINAL} (?P<M>{_MONTH})\.?{_JOIN}"
            rf"(?P<d2>\d\d?){_ORDINAL} (?P<M2>{_MONTH})\.?,? (?P<y>\d{{4}})",
        ),
        ("Md-dy", rf"(?P<M>{_MONTH})\.? (?P<d>\d\d?){_ORDINAL}{_JOIN}(?P<d2>\d\d?){_ORDINAL},? (?P<y>\d{{4}})"),
        ("iso", _ISO + _TIME),
        ("dmy", r"(?P<d>\d\d?)\. ?(?P<m>\d\d?)\. ?(?P<y>\d{4}|\d\d)" + _TIME),
        ("dmy", r"(?P<d>\d\d?)\.(?P<m>\d\d?) (?P<y>(?:19|20)\d\d)" + _TIME),
        ("dmy", r"(?P<d>\d\d?)\.(?P<m>\d\d?)\.?['’-](?P<y>\d\d)(?!\.)"),  # 2.8.-24, as Finns write it
        ("dMy", rf"(?P<d>\d\d?){_ORDINAL}[ -]?(?:of )?(?P<M>{_MONTH})\.?,?[ -]?(?P<y>\d{{4}})" + _TIME),
        ("Mdy", rf"(?P<M>{_MONTH}) (?P<d>\d\d?)\. päivä(?:nä)?,? (?P<y>\d{{4}})"),
        ("Mdy", rf"(?P<M>{_MONTH})\.? (?P<d>\d\d?){_ORDINAL},? (?P<y>\d{{4}})" + _TIME),
        ("yMd", rf"(?P<y>(?:19|20)\d\d)[ -](?P<M>{_MONTH})\.?[ -](?P<d>\d\d?){_ORDINAL}"),
        ("x-x-y", r"(?P<a>\d\d?)(?P<s>[- ])(?P<b>\d\d?)(?P=s)(?P<y>(?:19|20)\d\d)"),
        ("x-x-x", r"(?P<a>\d\d)(?P<s>[- ])(?P<b>\d\d)(?P=s)(?P<y>\d\d)"),
        ("c8", r"(?P<c>\d{8})" + _TIME),
        ("c8", r"(?P<c>(?:19|20)\d{6})(?:[01]\d|2[0-3])[0-5]\d(?:[0-5]\d)?"),
        ("c6", r"(?P<c>\d{6})"),
        ("dm-dm", r"(?P<d>\d\d?)\. ?(?P<m>\d\d?)\.?" + _JOIN + r"(?P<d2>\d\d?)\. ?(?P<m2>\d\d?)\."),
        ("d-dm", r"(?P<d>\d\d?)\.?-(?P<d2>\d\d?)\. ?(?P<m>\d\d?)\."),
        ("dm", r"(?P<d>\d\d?)\. ?(?P<m>\d\d?)\."),
        ("dm", r"\A(?P<d>\d\d?)\.(?P<m>\d\d?)(?= )"),
        ("dm", r"(?P<d>\d\d?)\.(?P<m>\d\d?)\Z"),
        ("dM", rf"(?P<d>\d\d?)\.? (?P<M>{_MONTH})"),
    )
)


def find_dates(text: str, today: date) -> list[Found]:
    """Return the dates in a cleaned name, in order, none overlapping another."""
    found: list[Found] = []
    if not any(sign.isdigit() for sign in text):
        return found
    for name, pattern in PATTERNS:
        for match in pattern.finditer(text):
            if any(match.start() < other.end and other.start < match.end() for other in found):
                continue
            read = _read(name, match, today)
            if read is not None:
                found.append(read)
    return sorted(found, key=lambda each: each.start)


def _read(name: str, match: re.Match[str], today: date) -> Found | None:
    group = match.groupdict()
    span = (match.start(), match.end())
    if name == "c6":
        return _six(match, today)
    if name == "c8":
        return _eight(match, today)
    if name == "c8-c8":
        ends = [_compact(text, today) for text in (group["c"] or group["c_"], group["c2"] or group["c2_"])]
        if not all(len(each) == 1 for each in ends):
            return Found(*span, why="one of its two days does not exist")
        return _range(span, ends[0][0], ends[1][0], group.get("join"))
    if name == "c8-d":
        return _compact_days(match, today)
    if name == "x-x-y":
        return _hyphened(match, today)
    if name == "x-x-x":
        return _short_hyphened(match, today)
    month = MONTHS[group["M"].lower()] if group.get("M") else _int(group.get("m"))
    last_month = MONTHS[group["M2"].lower()] if group.get("M2") else _int(group.get("m2")) or month
    first_number = _int(group.get("d"))
    assert first_number is not None
    last_number = _int(group.get("d2")) or first_number
    if not group.get("y"):
        if month is not None and day(2024, month, first_number, today) is None:
            return None
        return Found(*span, whole=False, parts=(month, first_number, last_month, last_number))
    assert month is not None and last_month is not None
    last_year = _year(group.get("y2") or group["y"])
    first_year = _year(group["y"])
    if not group.get("y2") and (last_month, last_number) < (month, first_number) and name == "dm-dmy":
        first_year -= 1
    first = day(first_year, month, first_number, today)
    last = day(last_year, last_month, last_number, today)
    if first is None or last is None:
        numbers = name == "dmy" and len(group["y"]) == 2 and day(2024, month, first_number, today) is None
        if numbers and not EARLIEST_YEAR <= first_year <= today.year + 1:
            return None
        return Found(*span, why="its date does not exist")
    return _range(span, first, last, group.get("join"))


def _range(span: tuple[int, int], first: date, last: date, join: str | None = None) -> Found:
    if last < first:
        return Found(*span, why="its days run backwards")
    if join is not None and join.strip().casefold() in _PAIR and (last - first).days != 1:
        return Found(*span, why="its two dates form no range")
    return Found(*span, ((first, last),))


def _six(match: re.Match[str], today: date) -> Found | None:
    text = match["c"]
    one, two, three = int(text[:2]), int(text[2:4]), int(text[4:])
    readings = {day(_century(one), two, three, today), day(_century(three), two, one, today)} - {None}
    days = tuple(sorted((each, each) for each in readings if each))
    return Found(*match.span(), days, why="its six digits may be two days" if len(days) > 1 else "") if days else None


def _eight(match: re.Match[str], today: date) -> Found | None:
    days = _compact(match["c"], today)
    if days:
        return Found(
            *match.span(),
            tuple((each, each) for each in days),
            why="its eight digits may be two days" if len(days) > 1 else "",
        )
    text = match["c"]
    looks = EARLIEST_YEAR <= int(text[:4]) <= today.year + 1 or EARLIEST_YEAR <= int(text[4:]) <= today.year + 1
    return Found(*match.span(), why="its date does not exist") if looks else None


def _compact_days(match: re.Match[str], today: date) -> Found:
    days = _compact(match["c"], today)
    if len(days) != 1:
        return Found(*match.span(), why="its date does not exist")
    last = day(days[0].year, days[0].month, int(match["d2"]), today)
    return _range(match.span(), days[0], last) if last else Found(*match.span(), why="its date does not exist")


def _compact(text: str, today: date) -> list[date]:
    readings = (
        day(int(text[:4]), int(text[4:6]), int(text[6:]), today),
        day(int(text[4:]), int(text[2:4]), int(text[:2]), today),
    )
    return sorted({each for each in readings if each})


def _hyphened(match: re.Match[str], today: date) -> Found:
    a, b, year = int(match["a"]), int(match["b"]), int(match["y"])
    readings = sorted({each for each in (day(year, b, a, today), day(year, a, b, today)) if each})
    if not readings:
        return Found(*match.span(), why="its date does not exist")
    why = "day or month may come first in its date" if len(readings) > 1 else ""
    return Found(*match.span(), tuple((each, each) for each in readings), why=why)


def _short_hyphened(match: re.Match[str], today: date) -> Found | None:
    """Three times two digits: any of day-month-year, month-day-year and year-month-day, where just one exists."""
    a, b, c = int(match["a"]), int(match["b"]), int(match["y"])
    orders = (day(_century(c), b, a, today), day(_century(c), a, b, today), day(_century(a), b, c, today))
    readings = sorted({each for each in orders if each})
    why = "its three numbers may be two days" if len(readings) > 1 else ""
    return Found(*match.span(), tuple((each, each) for each in readings), why=why) if readings else None


def below_a_year(text: str, year: int, today: date) -> Found | None:
    """Return what the four digits at the start of a name mean right below a year's folder: 08-17, 0817, 1708."""
    match = re.match(r"(\d\d)(-?)(\d\d)(?= |\Z)", text)
    if match is None:
        return None
    a, b = int(match[1]), int(match[3])
    readings = sorted({each for each in (day(year, a, b, today), day(year, b, a, today)) if each})
    if not readings:
        return None
    # Without a hyphen or a leading nought the four digits may as well be a number that the studio gave.
    sure = len(readings) == 1 and bool(match[2] or match[1].startswith("0"))
    why = "" if sure else "its four digits may be a day"
    return Found(*match.span(), tuple((each, each) for each in readings), why=why, sure=sure)


def complete(found: Found, year: int | None, month: int | None, today: date) -> Found:
    """Return a date that lacks its year (or month too) with those of the folders above."""
    assert found.parts is not None
    first_month, first_number, last_month, last_number = found.parts
    first_month, last_month = first_month or month, last_month or month
    if year is None or first_month is None or last_month is None:
        return Found(found.start, found.end, why="no year is known for its day")
    first, last = day(year, first_month, first_number, today), day(year, last_month, last_number, today)
    if first is None or last is None:
        return Found(found.start, found.end, why="its date does not exist")
    return _range((found.start, found.end), first, last)


def joined(found: list[Found], text: str) -> list[Found]:
    """Return two full dates that only a separator parts as the range that they are."""
    if len(found) == 2 and all(len(each.days) == 1 for each in found):
        between = text[found[0].end : found[1].start]
        if re.fullmatch(r"[\s._-]*|\s*\.\.\s*", between):
            span = (found[0].start, found[1].end)
            return [_range(span, found[0].days[0][0], found[1].days[0][1])]
    return found


def _int(text: str | None) -> int | None:
    return int(text) if text else None


def _year(text: str) -> int:
    return int(text) if len(text) == 4 else _century(int(text))
