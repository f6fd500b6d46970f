"""JSON and YAML: lists of people under whatever key, each an object with fields or a name alone."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from backupd.reading.participants.base import MOST_CELL, MOST_ROWS, Block, Cell, Lines, Table, Unreadable
from backupd.reading.participants.decoding import decode_text
from backupd.reading.participants.headings import NAME, OTHER, meaning_of
from backupd.reading.participants.values import is_given_name, person_name

_MOST_BYTES = 4 * 1024 * 1024
_MOST_DEPTH = 12
_MOST_YAML = 1024 * 1024
_MOST_BRACKETS = 2000
_NOT_PEOPLE = re.compile(
    r"client|asiakas|kund|venue|place|location|organi[sz]ation|company|employer|school|paikka|tapahtumapaikka|yritys|työnantaja|koulu|järjestäjä"
    r"|plats|företag|skola|guardians?|huoltajat?|parents?|vanhemmat|vårdnadshavare",
    re.IGNORECASE,
)
"""What stands under these keys has a name, but takes no part."""
_OCCASIONS = re.compile(
    r"event|project|production|shoot|wedding|concert|tapahtuma|projekti|tuotanto|kuvaus|häät|konsertti|evenemang|bröllop|konsert|class|team"
    r"|luokka|joukkue|klass|lag",
    re.IGNORECASE,
)
"""What stands under these keys is no person, though it may hold some."""


def read_json(data: bytes) -> list[Block]:
    """Return tables of the lists of people in a JSON text, or in one text a line. Raises Unreadable."""
    text = _text(data)
    try:
        return list(_tables(json.loads(text), "$", 0))
    except (ValueError, RecursionError):
        pass
    try:
        return list(_tables([json.loads(line) for line in text.splitlines()[:MOST_ROWS] if line.strip()], "$", 0))
    except (ValueError, RecursionError) as err:
        raise Unreadable("it is no JSON") from err


def read_yaml(data: bytes) -> list[Block]:
    """Return tables of the lists of people in a YAML text, every value taken as text. Raises Unreadable."""
    import yaml

    text = _text(data)
    if len(text) > _MOST_YAML or text.count("[") + text.count("{") > _MOST_BRACKETS:
        raise Unreadable("it is built to be too much to read")
    if text.count("*") > 50 and sum(isinstance(each, yaml.AliasToken) for each in yaml.scan(text, yaml.CBaseLoader)) > 50:
        raise Unreadable("its entries refer to each other too often")
    try:
        # This loader makes nothing but text. Several documents in one file are as many entries.
        documents = list(yaml.load_all(text, Loader=yaml.CBaseLoader))
    except (yaml.YAMLError, ValueError, RecursionError) as err:
        raise Unreadable("it is no YAML") from err
    return list(_tables(documents[0] if len(documents) == 1 else documents, "$", 0))


def _text(data: bytes) -> str:
    if len(data) > _MOST_BYTES:
        raise Unreadable("it is too large for a participant list")
    return decode_text(data)


def _tables(value: Any, where: str, depth: int, *, occasion: bool = False) -> Iterator[Block]:
    if depth > _MOST_DEPTH:
        return
    if isinstance(value, dict):
        if not occasion and _is_person(_flat(value)) and not _holds_people(value):
            yield _table([(_flat(value), where)])
            return
        if value and all(_certainly_person(str(key)) for key in value):
            # "Veera Tuomi: laulu", or a person's fields under the name.
            rows = [
                ({"name": key, **(inner if isinstance(inner, dict) else {"role": inner})}, f"{where}.{key}")
                for key, inner in value.items()
                if not isinstance(inner, list)
            ]
            if rows:
                yield _table(rows)
            return
        for key, inner in value.items():
            if _NOT_PEOPLE.fullmatch(str(key)):
                continue
            if (
                isinstance(inner, list)
                and all(isinstance(each, str) for each in inner)
                and (meaning_of(str(key)) == NAME or (inner and all(_certainly_person(each) for each in inner)))
            ):
                yield _strings(inner, f"{where}.{key}")
            else:
                told = _OCCASIONS.fullmatch(str(key)) is not None
                yield from _tables(inner, f"{where}.{key}", depth + 1, occasion=told)
    elif isinstance(value, list):
        people = [
            (_flat(each), f"{where}[{at}]")
            for at, each in enumerate(value[:MOST_ROWS])
            if isinstance(each, dict) and _is_person(_flat(each))
        ]
        if people:
            yield _table(people)
        elif depth == 0 and value and all(isinstance(each, str) for each in value):
            yield _strings(value, where)
        else:
            for at, each in enumerate(value[:MOST_ROWS]):
                yield from _tables(each, f"{where}[{at}]", depth + 1)


def _strings(values: list[str], where: str) -> Block:
    """Return texts as a column of names, or as lines where one tells more than a name."""
    cells = [Cell(each[:MOST_CELL], f"{where}[{at}]") for at, each in enumerate(values[:MOST_ROWS])]
    if any(re.search(r"[(<@;:]|\s[-–—]\s", each.text) for each in cells):
        return Lines(tuple(cells))
    return Table(((Cell("name"),), *((cell,) for cell in cells)))


def _holds_people(value: dict[Any, Any]) -> bool:
    return any(
        isinstance(inner, list)
        and not _NOT_PEOPLE.fullmatch(str(key))
        and any(isinstance(each, dict) and _is_person(_flat(each)) for each in inner[:MOST_ROWS])
        for key, inner in value.items()
    )


def _certainly_person(text: str) -> bool:
    return person_name(text) is not None and is_given_name(text.split(" ")[0])


def _flat(person: dict[Any, Any]) -> dict[str, Any]:
    """Return the fields of a person, with those of a nested "contact" among them."""
    flat = {str(key): value for key, value in person.items() if not isinstance(value, dict)}
    for key, value in person.items():
        if isinstance(value, dict) and meaning_of(_spaced(str(key))) != OTHER and not _is_person(value):
            for inner, each in value.items():
                flat.setdefault(str(inner), each)
    return flat


def _is_person(value: dict[Any, Any]) -> bool:
    meanings = {meaning_of(_spaced(str(key))) for key, inner in value.items() if not isinstance(inner, dict | list)}
    return bool(meanings & {"name", "first", "last"}) and (len(meanings - {None, "other"}) > 1 or len(value) == 1)


def _table(people: list[tuple[dict[Any, Any], str]]) -> Table:
    keys = list(dict.fromkeys(str(key) for person, _ in people for key in person))[:60]
    # Two spellings of one field, as in name and firstName: each person gets a table's row under the keys of its own.
    groups: dict[tuple[str, ...], list[tuple[dict[Any, Any], str]]] = {}
    for person, where in people:
        groups.setdefault(tuple(key for key in keys if key in {str(each) for each in person}), []).append((person, where))
    rows: list[tuple[Cell, ...]] = []
    for own, members in groups.items():
        rows.append(tuple(Cell(_spaced(key)) for key in own))
        for person, where in members:
            by_key = {str(key): value for key, value in person.items()}
            rows.append(tuple(Cell(_said(by_key[key])[:MOST_CELL], where) for key in own))
    return Table(tuple(rows))


def _spaced(key: str) -> str:
    return "".join(f" {sign}" if sign.isupper() else sign for sign in key).replace("_", " ").strip()


def _said(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if not isinstance(value, dict | list) else ""
