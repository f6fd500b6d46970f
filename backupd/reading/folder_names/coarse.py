"""What a name tells of a time that is no day: a month, season, feast, week, quarter or year. Pure.

None of it dates a shoot, and none of it is a part of the client's name. A folder that says nothing else lends its year to
the day and month of a folder below it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from backupd.reading.folder_names.vocabulary import FEASTS, MONTHS, SEASONS, WEEK_WORDS, WINTERS, YEAR_WORDS

YEAR = r"(?:19|20)\d\d"


def _either(words: frozenset[str] | dict[str, int]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


_MONTH = _either(MONTHS)
_WEEK = rf"(?:{_either(WEEK_WORDS)}|v|w)\.? ?\d{{1,2}}(?: ?- ?\d{{1,2}})?"
_UNIT = rf"(?:{_WEEK}|[qh][1-4]|(?:{_MONTH}) ?[-/] ?(?:{_MONTH})|(?:{_MONTH})\.?|{_either(SEASONS | FEASTS)})"
_ANY = re.compile(
    rf"(?<!\w)(?:{_UNIT}[ ./,-]*{YEAR}|{YEAR}[ ./-]*{_UNIT}"
    rf"|(?:{_UNIT}) ?['’-]\d\d|(?:{_MONTH}|{_either(SEASONS)})\d\d|(?:{_MONTH}) \d\d"  # kesä-24, kesä24
    rf"|(?:(?:{_either(YEAR_WORDS)})\.?\ ?)?{YEAR}(?: ?[-/] ?(?:{YEAR}|\d\d))"  # 2024-2025, 2024-06
    rf"|(?:0?[1-9]|1[0-2])[./-]{YEAR}|0[1-9] {YEAR}|{YEAR}[./-](?:0?[1-9]|1[0-2])|{YEAR} 0[1-9]"
    rf"|{YEAR}[.-](?:\d\d?|xx)[.-]xx|xx\.(?:\d\d?|xx)\.{YEAR}"
    rf"|\d{{1,2}}/\d\d|(?:{_either(YEAR_WORDS)})\.? ?{YEAR}"
    rf"|(?:{_either(WEEK_WORDS)})\.? ?\d{{1,2}}(?: ?- ?\d{{1,2}})?|v\. ?\d{{1,2}})(?!\w)"
    r"|(?<=\s)['’-]\d\d$",
    re.IGNORECASE,
)
_LEADING_WEEK = re.compile(r"v\d{1,2}(?=[ _\0])")


def coarse_spans(text: str) -> Iterator[tuple[int, int]]:
    """Yield where a name tells a time that is no day, in order and apart from each other; a bare year is not among them."""
    lead = _LEADING_WEEK.match(text)
    if lead:
        yield lead.span()
    for match in _ANY.finditer(text):
        yield match.span()


def coarse_folder(text: str) -> tuple[bool, int | None]:
    """Return whether a folder's whole name is such a time, and the one year that it lies in, if it does."""
    whole = _ANY.fullmatch(text) or re.fullmatch(rf"{YEAR}-luku|\d0-luku|(?:19|20)?\d0s|{YEAR}-talet", text, re.IGNORECASE)
    if whole is None:
        return False, None
    years = set(re.findall(rf"(?<!\d){YEAR}(?!\d)", text))
    short = re.search(r"(?:[^\W\d_]|['’-])(\d\d)$", text)
    if short and not years and not re.match(rf"(?:{_either(WEEK_WORDS)}|v|w)\b", text, re.IGNORECASE):
        years = {f"20{short[1]}"}
    winter = any(word in WINTERS for word in re.findall(r"[^\W\d_]+", text.casefold()))
    spread = winter or "luku" in text.casefold() or re.fullmatch(rf".*{YEAR} ?[-/] ?\d\d", text)
    return True, int(years.pop()) if len(years) == 1 and not spread else None
