"""A studio's own folder-name templates: "{date:ddmmyy} {client}", tried before the built-in conventions. Pure.

Fields are {date}, {date:FORM}, {client}, {title}, {job} (a number or code that is dropped) and {ignore}. A blank stands
for blanks and underscores. A date with its form settles what six digits leave open.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from backupd.reading.folder_names import dates
from backupd.reading.folder_names.naming import LONGEST_CLIENT, without_versions
from backupd.reading.records import FolderReading

_FIELD = re.compile(r"\{(\w+)(?::([^{}]*))?\}")
_TEXT = {"client": r"(?P<client>\S.*?)", "title": r"(?P<title>\S.*?)", "job": r"[\w#-]*\d[\w-]*", "ignore": r".*?"}
_FORM_PIECES = {"yyyy": r"(?P<y>\d{4})", "yy": r"(?P<y>\d{2})", "mm": r"(?P<m>\d{2})", "dd": r"(?P<d>\d{2})"}
_FORM = re.compile(r"yyyy|yy|mm|dd|m|d|[-._ ]")


class UnfitTemplate(ValueError):
    """A template that cannot be understood: what is wrong with it, and the mend."""

    def __init__(self, written: str, wrong: str, mend: str) -> None:
        super().__init__(f"template {written!r} {wrong}: {mend}")
        self.wrong = f"{written!r} {wrong}"
        self.mend = mend


@dataclass(frozen=True, slots=True)
class Template:
    """One compiled template."""

    written: str
    pattern: re.Pattern[str]
    has_form: bool

    def read(self, text: str, today: date) -> FolderReading | None:
        """Return what the template reads from a cleaned folder name, or None where it does not fit."""
        match = self.pattern.fullmatch(without_versions(text))
        if match is None:
            return None
        group = match.groupdict()
        day = self._days(group, today)
        if day is None and ("date" in group or self.has_form):
            return None
        client = _tidy(group.get("client"))
        if client is not None and len(client) > LONGEST_CLIENT:
            return None
        first, last = day if day else (None, None)
        why = tuple(
            said for said, missing in (("no client is in it", client is None), ("no day is in it", first is None)) if missing
        )
        return FolderReading(client, first, last, _tidy(group.get("title")), bool(why), why)

    def _days(self, group: dict[str, str | None], today: date) -> tuple[date, date] | None:
        if self.has_form:
            year = int(group["y"] or 0)
            day = dates.day(year if year > 99 else 2000 + year, int(group["m"] or 0), int(group["d"] or 0), today)
            return (day, day) if day else None
        text = group.get("date")
        if text is None:
            return None
        found = dates.find_dates(text, today)
        whole = len(found) == 1 and (found[0].start, found[0].end) == (0, len(text)) and len(found[0].days) == 1
        return found[0].days[0] if whole else None


def compile_templates(templates: Sequence[str]) -> tuple[Template, ...]:
    """Return the templates ready for reading. Raises UnfitTemplate for one that cannot be understood."""
    return tuple(_compile(written) for written in templates)


def _compile(written: str) -> Template:
    pieces, at, seen, has_form = [], 0, set[str](), False
    for match in _FIELD.finditer(written):
        name, form = match[1], match[2]
        if name not in ("date", *_TEXT):
            raise UnfitTemplate(written, f"has no field {{{name}}}", "use {date}, {client}, {title}, {job} or {ignore}")
        if name in seen and name != "ignore":
            raise UnfitTemplate(written, f"names {{{name}}} twice", "name it once")
        if form is not None and name != "date":
            raise UnfitTemplate(written, f"gives {{{name}}} a form", "only {date} may have one")
        seen.add(name)
        pieces.append(_literal(written[at : match.start()]))
        has_form = has_form or form is not None
        pieces.append(_date_form(written, form) if form is not None else _TEXT.get(name, r"(?P<date>\S.*?)"))
        at = match.end()
    rest = written[at:]
    if "{" in rest or "}" in rest or "{" in "".join(pieces[::2]):
        raise UnfitTemplate(written, "has a lone brace", "write fields as {client}")
    if not seen & {"client", "date"}:
        raise UnfitTemplate(written, "names neither {client} nor {date}", "name at least one")
    return Template(written, re.compile("".join([*pieces, _literal(rest)]), re.IGNORECASE), has_form)


def _literal(text: str) -> str:
    return re.sub(r"(?:\\ |_)+", r"[\\s_]+", re.escape(text))


def _date_form(written: str, form: str) -> str:
    folded = form.lower()
    parts = _FORM.findall(folded)
    letters = sorted({part[0] for part in parts if part[0] in "ymd"})
    if "".join(parts) != folded or letters != ["d", "m", "y"]:
        raise UnfitTemplate(written, f"has no date's form in {form!r}", "write it as ddmmyy or yyyy-mm-dd")
    short = {"m": r"(?P<m>\d{1,2})", "d": r"(?P<d>\d{1,2})"}
    return "".join(_FORM_PIECES.get(part) or short.get(part) or re.escape(part) for part in parts)


def _tidy(text: str | None) -> str | None:
    return re.sub(r"[\s_]+", " ", text).strip(" -_.,;") or None if text else None
