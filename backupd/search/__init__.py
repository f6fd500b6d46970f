"""Finding shoots by what is remembered of them: names in any inflection and spelling, dates, participants, files."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Connection

from backupd.reading.folding import loose_key, name_key
from backupd.search.date_words import Span, take_dates
from backupd.search.inflection import forms, lemmas
from backupd.search.words import split_words
from index import search as terms

_FIELD_WEIGHT = {"c": 1.0, "p": 0.9, "t": 0.8, "d": 0.6, "f": 0.4}
_FIELD_WORDS = {"c": "client", "p": "participant", "t": "title", "d": "folder", "f": "file name"}
_FORMS_OF_COMPANIES = frozenset(["oy", "oyj", "ab", "abp", "ky", "ry", "tmi", "ltd", "gmbh", "inc", "oyn", "abn"])
_FILE = re.compile(r"[^\W\d]\w*[_-]?\d{3,9}\w?(?:\.\w{2,4})?|\d{3,9}\.\w{2,4}", re.ASCII)
"""What looks like a file's name, so that it is looked up whole: IMG_4711, _DSC1234.nef, 0012.jpg."""
_MOST_FILES = 4000
_SYNONYMS = {
    word: group
    for group in (
        frozenset(["häät", "haat", "hääkuvaus", "hääkuvat", "wedding", "weddings", "bröllop", "vihkiminen", "vihkiäiset"]),
        frozenset(["rippikuvat", "rippijuhlat", "konfirmation", "confirmation", "rippi"]),
        frozenset(["potretti", "muotokuva", "muotokuvat", "portrait", "portraits", "porträtt", "potretit"]),
        frozenset(["ylioppilas", "ylioppilasjuhlat", "ylioppilaskuvat", "lakkiaiset", "graduation", "student"]),
        frozenset(["ristiäiset", "kastejuhla", "nimiäiset", "christening", "dop"]),
        frozenset(["synttärit", "syntymäpäivä", "syntymäpäivät", "birthday", "födelsedag"]),
        frozenset(["hautajaiset", "funeral", "begravning"]),
    )
    for word in group
}


@dataclass(frozen=True, slots=True)
class Hit:
    """A shoot that was found. `score` is 1 for a full match; `reasons` say in words why it is here."""

    shoot_id: int
    score: float
    reasons: tuple[str, ...]


Hits = dict[int, tuple[float, str]]
"""Points and reason by shoot, for one part of a question."""


@dataclass(slots=True)
class _Tally:
    """What the parts of a question come to. Reasons are gathered for what is shown alone: a word may hit thousands."""

    points: dict[int, float] = field(default_factory=dict)
    parts: list[Hits] = field(default_factory=list)

    def add(self, hits: Hits) -> None:
        self.parts.append(hits)
        points = self.points
        for id, (more, _) in hits.items():
            points[id] = points.get(id, 0.0) + more

    def keep(self, ids: set[int]) -> None:
        self.points = {id: points for id, points in self.points.items() if id in ids}

    def reasons(self, id: int) -> tuple[str, ...]:
        return tuple(dict.fromkeys(hits[id][1] for hits in self.parts if id in hits))


def find(
    conn: Connection,
    text: str,
    *,
    today: date,
    client: str | None = None,
    participant: str | None = None,
    first: date | None = None,
    last: date | None = None,
    file: str | None = None,
    limit: int = 20,
) -> list[Hit]:
    """Return the shoots that match, best first; ties with the last one shown are all shown."""
    rest, date_words = take_dates(text, today)
    tally = _Tally()
    asked = 0
    must: list[set[int]] = []
    words = [word for word in _words(rest) if len(word) > 1 or word.isdigit()]
    words = [word for word in words if word not in _FORMS_OF_COMPANIES and word not in ("n", "ja", "and", "och")] or words
    for word in words:
        asked += 1
        tally.add(_word(conn, word, None))
    for given, allowed in ((client, "c"), (participant, "p")):
        if given:
            found: list[set[int]] = []
            for word in split_words(given):
                asked += 1
                hits = _word(conn, word, allowed)
                tally.add(hits)
                found.append(set(hits))
            must.append(set.union(*found) if found else set())
    if file is not None:
        asked += 1
        hits = _file(conn, file) or _word(conn, split_words(file)[0] if split_words(file) else file, "f")
        tally.add(hits)
        must.append(set(hits))
    for _, spans in date_words:
        asked += 1
        tally.add(_dates(conn, spans, tally.points.keys() if words else None))
    if first or last:
        span = (first or date.min, last or date.max)
        within = terms.shoots_between(conn, [span])
        if not asked:
            asked = 1
            tally.add(dict.fromkeys(within, (1.0, "between those days")))
        must.append(set(within))
    for allowed_ids in must:
        tally.keep(allowed_ids)
    return _ranked(conn, tally, max(asked, 1), limit)


def _ranked(conn: Connection, tally: _Tally, asked: int, limit: int) -> list[Hit]:
    scored = sorted(((points / asked, id) for id, points in tally.points.items()), reverse=True)
    if not scored:
        return []
    cut = scored[min(limit, len(scored)) - 1][0]
    shown = [(score, id) for score, id in scored if score >= cut][: max(limit, 500)]
    days = terms.days_of(conn, [id for _, id in shown])
    shown.sort(key=lambda each: (-round(each[0], 3), _reversed(days[each[1]]), each[1]))
    return [Hit(id, min(round(score, 4), 1.0), tally.reasons(id)) for score, id in shown]


def _reversed(day: str) -> tuple[int, ...]:
    return tuple(-ord(sign) for sign in day) if day else (0,)


def _word(conn: Connection, word: str, only: str | None) -> Hits:
    """Return (points, reason) by shoot for one word of the question."""
    known = _candidates(conn, word)
    by_id = {id: (text, weight, how) for text, (id, weight, how) in known.items()}
    groups: list[tuple[float, str, list[int]]] = []
    for term_id, place, shoot_ids in terms.postings(conn, list(by_id)):
        base = place.lower()
        if only and base != only:
            continue
        text, weight, how = by_id[term_id]
        points = weight * _FIELD_WEIGHT[base] * (0.9 if place.isupper() else 1.0)
        said = f'{_FIELD_WORDS[base]} "{text}"' + (f' (you wrote "{word}"{how})' if text != word else "")
        groups.append((points, said, shoot_ids))
    if only in (None, "f") and any(sign.isdigit() for sign in word):
        groups += [(points, reason, [id]) for id, (points, reason) in _file(conn, word).items()]
    best: Hits = {}
    for points, said, shoot_ids in sorted(groups, key=lambda group: -group[0]):
        hit = (points, said)
        for id in shoot_ids:
            best.setdefault(id, hit)
    return best


def _candidates(conn: Connection, word: str) -> dict[str, tuple[int, float, str]]:
    weights: dict[str, tuple[float, str]] = {word: (1.0, "")}
    for base, weight in lemmas(word):
        weights.setdefault(base, (weight, ""))
        for form in forms(base):
            weights.setdefault(form, (weight * 0.9, ""))
    for form in forms(word):
        weights.setdefault(form, (0.9, ""))
    for synonym in _SYNONYMS.get(word, ()):
        weights.setdefault(synonym, (0.8, ""))
    loose = loose_key(word)
    if loose != word:
        weights.setdefault(loose, (0.7, ", without dots"))
    found = {text: (id, *weights[text]) for text, id in terms.find_terms(conn, list(weights)).items()}
    if len(word) >= 3 and not word.isdigit():
        for text, id in terms.terms_starting(conn, word, 40).items():
            found.setdefault(text, (id, 0.6 if len(text) > len(word) + 2 else 0.7, ", its beginning"))
    if len(word) >= 4 and not word.isdigit():
        for text, id in _alike(conn, word):
            found.setdefault(text, (id, 0.5, ", perhaps mistyped"))
    return found


def _alike(conn: Connection, word: str) -> Iterable[tuple[str, int]]:
    from rapidfuzz.distance import OSA

    most = 2 if len(word) >= 8 else 1
    near = terms.terms_alike(conn, word, 60)
    bases = [base for base, _ in lemmas(word)[:3]]
    for base in bases:
        if len(base) >= 5:
            near |= terms.terms_alike(conn, base, 30)
    bare = loose_key(word)
    for text, id in near.items():
        # What may be a base form is a guess already: one slip from it is enough of another.
        if OSA.distance(bare, loose_key(text)) <= most or any(OSA.distance(base, text) <= 1 for base in bases):
            yield text, id


def _file(conn: Connection, name: str) -> dict[int, tuple[float, str]]:
    stem = name.rpartition(".")[0] or name
    runs = re.findall(r"\d+", stem)
    if not runs or len(runs[-1]) > 9:
        return {}
    beginning = "" if name.isdigit() else _bare(name)
    found: dict[int, tuple[float, str]] = {}
    for id, file in terms.files_with_number(conn, int(runs[-1]), _MOST_FILES):
        if _bare(file).startswith(beginning):
            shown = file.encode("utf-8", "replace").decode()
            found.setdefault(id, (1.0 if beginning else 0.6, f"file {shown}"))
    return found


def _words(text: str) -> list[str]:
    return [
        word
        for written in text.split()
        for word in ([written.casefold()] if _FILE.fullmatch(written) else split_words(written))
    ]


def _bare(name: str) -> str:
    """A file's name for comparing: letters and digits alone, so that img4711 finds IMG_4711.CR3."""
    return "".join(sign for sign in name_key(name.encode("utf-8", "replace").decode()) if sign.isalnum())


def _dates(conn: Connection, spans: list[Span], among: Collection[int] | None) -> Hits:
    return {
        id: (1.0 if own else 0.7, f"day {day}" + ("" if own else " by its files"))
        for id, (day, _, own) in terms.shoots_between(conn, spans[:25], among).items()
    }
