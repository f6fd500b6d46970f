"""Every place in which something of an erased person could be left: bytes of index and ledger, tables, what was logged.

Names are looked for in all forms that a program could have put them into, as a whole and word by word, but for what
somebody else who is still there bears as well.
"""

from __future__ import annotations

import json
import logging
import sqlite3
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from io import StringIO
from pathlib import Path
from urllib.parse import quote

from tests.unit.case_world import PEOPLE, World

LEAST_LETTERS = 5
"""A shorter word stands in other words as well."""


def forms_of(text: str) -> set[bytes]:
    """Return the bytes as which a text may lie in a file."""
    plain = {text, unicodedata.normalize("NFC", text), unicodedata.normalize("NFD", text), _without_dots(text)}
    cased = plain | {each.casefold() for each in plain} | {each.upper() for each in plain}
    escaped = {json.dumps(each)[1:-1] for each in cased} | {quote(each) for each in cased}
    return {each.encode() for each in cased | escaped} | {each.encode("latin-1", "ignore") for each in cased}


def _without_dots(text: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFD", text) if not unicodedata.combining(sign))


def traces_of(who: int) -> set[bytes]:
    """Return all by which bytes may tell of a person."""
    one = PEOPLE[who]
    texts = [*one.spellings, one.email or "", (one.phone or "").replace(" ", ""), one.phone or ""]
    texts += [word for name in one.spellings for word in name.replace("-", " ").split()]
    return {form for text in texts if len(text) >= LEAST_LETTERS for form in forms_of(text) if len(form) >= LEAST_LETTERS}


def found_in(data: bytes, world: World, gone: Iterable[int]) -> list[bytes]:
    """Return what in these bytes tells of the erased, and of nobody who is still there."""
    gone = frozenset(gone)
    kept = b"\n".join(forms_of_text(world.kept_words(gone)))
    return sorted({each for who in gone for each in traces_of(who) if each in data and each not in kept})


def forms_of_text(text: str) -> set[bytes]:
    return forms_of(text) | {form for line in text.splitlines() for form in forms_of(line)}


_TABLES = {
    "clients": "SELECT key, (SELECT group_concat(key) FROM (SELECT key FROM client_spelling WHERE client_id = client.id"
    " ORDER BY key)) FROM client",
    "shoots": "SELECT client.key, title, first_day, last_day FROM shoot LEFT JOIN client ON client.id = client_id",
    "folders": "SELECT store.name, path, present FROM folder JOIN store ON store.id = store_id",
    "copies": "SELECT store.name, folder.path, copy.name, copy.size, copy.state, sha256 FROM copy JOIN folder ON"
    " folder.id = folder_id JOIN store ON store.id = store_id LEFT JOIN content ON content.id = content_id",
    "rows": "SELECT participant.name, email, phone, place, path, store.name FROM appearance JOIN participant ON participant.id"
    " = participant_id JOIN copy ON copy.id = copy_id JOIN folder ON folder.id = folder_id JOIN store ON store.id = store_id",
    "people": "SELECT name FROM participant",
    "words": "SELECT text, field, first_day FROM posting JOIN term ON term.id = term_id JOIN shoot ON shoot.id = shoot_id",
    "terms": "SELECT text FROM term",
    "grams": "SELECT gram, text FROM gram JOIN term ON term.id = term_id",
    "questions": "SELECT kind, CASE kind WHEN 'spelling' THEN subject END FROM review WHERE settled_at IS NULL",
}


def tables_of(database: Path) -> dict[str, list[str]]:
    """Return what an index says of what lies in the stores, without its numbers: two indexes of the same say the same."""
    with closing(sqlite3.connect(database)) as conn:
        return {name: sorted(_plain(row) for row in conn.execute(query)) for name, query in _TABLES.items()}


def _plain(row: tuple[object, ...]) -> str:
    # Of several ways to write one name the first that was met is shown: which one that was is all the same.
    return unicodedata.normalize("NFC", repr(row)).casefold()


def all_bytes(folder: Path) -> bytes:
    """Return the bytes of all files below a folder, the database's log ahead and free pages among them."""
    return b"\n".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


@contextmanager
def logged() -> Iterator[StringIO]:
    """Catch all that our packages log meanwhile, at every level."""
    caught = StringIO()
    handler = logging.StreamHandler(caught)
    loggers = [logging.getLogger(name) for name in ("backupd", "index", "adapters")]
    levels = [each.level for each in loggers]
    for each in loggers:
        each.setLevel(logging.DEBUG)
        each.addHandler(handler)
    try:
        yield caught
    finally:
        for each, level in zip(loggers, levels, strict=True):
            each.setLevel(level)
            each.removeHandler(handler)
