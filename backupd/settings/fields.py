"""How a section of the configuration is read: a frozen dataclass whose every field names its reader.

Not pydantic, though it was tried: importing it and building these models took 160 ms of the 600 that a look-up may
take, this takes 20. A reader gives the value to keep or raises Unfit; what is wrong is gathered, so that one run of
`config check` names everything.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field
from difflib import get_close_matches
from typing import Any

from backupd.settings.faults import KeyPath, Unfit, Wrong

TABLE_MEND = "write a [section] or {key = value}"
LIST_MEND = 'write a list, as in ["one", "two"]'
_ELSEWHERE = {
    "password": "a password stands in a file of its own, named by password_file",
    "token": "a token stands in the file that credentials names",
    "access_token": "a token stands in the file that credentials names",
}


@dataclass(frozen=True)
class Place:
    """Where a value stands: its path, the folder of the configuration, the table around it, and the faults so far."""

    base: str
    wrong: list[Wrong]
    path: KeyPath = ()
    around: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    def below(self, key: str | int, around: Mapping[str, Any] | None = None) -> Place:
        """Return the place of one key or element in here."""
        return Place(self.base, self.wrong, (*self.path, key), around or {})

    def blame(self, wrong: str, mend: str = "") -> None:
        """Note what is wrong here."""
        self.wrong.append(Wrong(self.path, wrong, mend))


Reader = Callable[[Any, Place], Any]
_FAILED: Any = object()


def setting(read: Reader | Callable[[Any], Any], default: Any = MISSING, *, is_secret: bool = False) -> Any:
    """Declare a field: how its value is read, its default (none: it is needed), and whether it may ever be shown."""
    if isinstance(default, dict):
        return field(default_factory=lambda: dict(default), metadata={"read": read}, repr=not is_secret)
    return field(default=default, metadata={"read": read}, repr=not is_secret)


def section(model: type[Any]) -> Any:
    """Declare a field that is a section of its own; left out, it stands by its defaults."""
    return field(default_factory=model, metadata={"read": table(model)})


def table(model: type[Any]) -> Reader:
    """Return the reader of a table as a `model`."""
    return lambda value, place: read_table(model, value, place)


def read_table(model: type[Any], value: object, place: Place) -> Any:
    """Return a table as its model; faults go to `place.wrong`, and then what is returned means nothing."""
    if not isinstance(value, dict):
        raise Unfit("must be a table", TABLE_MEND)
    known = {each.name: each for each in dataclasses.fields(model)}
    faults_before = len(place.wrong)
    for key in value.keys() - known.keys():
        _blame_unknown(key, list(known), place)
    given = {}
    for name, each in known.items():
        if name in value:
            given[name] = _read(each.metadata["read"], value[name], place.below(name, value))
        elif each.default is MISSING and each.default_factory is MISSING:
            place.below(name).blame("is needed and not there", f"add {name} = …")
    return model(**given) if len(place.wrong) == faults_before else _FAILED


def _read(read: Reader, value: object, place: Place) -> Any:
    try:
        return read(value, place)
    except Unfit as unfit:
        place.blame(unfit.wrong, unfit.mend)
        return _FAILED


def _blame_unknown(key: str, known: list[str], place: Place) -> None:
    mend = meant(key, known) or _ELSEWHERE.get(key.lower()) or f"take it out; known here: {', '.join(known)}"
    place.below(key).blame("is not a setting" if place.path else "is not a section", mend)


def only(parse: Callable[[Any], Any]) -> Reader:
    """Return the reader that needs nothing but the value."""
    return lambda value, _place: parse(value)


def list_of(read: Reader, *, least: int = 0, mend: str = LIST_MEND) -> Reader:
    """Return the reader of a list, as a tuple."""

    def read_list(value: object, place: Place) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise Unfit("must be a list", mend)
        if len(value) < least:
            raise Unfit("is an empty list", "name at least one, or leave the key out for its default")
        return tuple(_read(read, each, place.below(number)) for number, each in enumerate(value))

    return read_list


def table_of(read: Reader, read_key: Callable[[str], str] = str) -> Reader:
    """Return the reader of a table whose keys are free: names of accounts, addresses."""

    def read_free(value: object, place: Place) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise Unfit("must be a table", TABLE_MEND)
        return {
            _read(only(read_key), key, place.below(key)): _read(read, each, place.below(key))
            for key, each in value.items()
        }

    return read_free


def optional(read: Reader, default: Any = None, *, is_secret: bool = False) -> Any:
    """Declare a field that may be left out."""
    return setting(read, default, is_secret=is_secret)


@only
def text(value: object) -> str:
    """Read text, which may be empty."""
    if not isinstance(value, str):
        raise Unfit("must be text", 'write it in quotes, as in name = "value"')
    return value


def some_text(value: object, place: Place) -> str:
    """Read text that says something."""
    said = str(text(value, place))
    if not said.strip():
        raise Unfit("is empty", "write something, or leave the whole entry out")
    return said


def choice(*choices: str) -> Reader:
    """Return the reader of one word out of these, in any spelling of upper and lower case."""

    def read_choice(value: object, place: Place) -> str:
        word = str(text(value, place))
        if word.lower() in choices:
            return word.lower()
        shown = f"{word!r} " if len(word) <= 40 else ""
        raise Unfit(f"{shown}is not one of its values", meant(word, list(choices)) or f"write {listed(choices)}")

    return read_choice


def whole(least: int, most: int) -> Reader:
    """Return the reader of a whole number; digits as text too, since the environment has nothing else."""

    def read_whole(value: object, _place: Place) -> int:
        number = int(value) if isinstance(value, str) and value.isdecimal() and len(value) < 19 else value
        if not isinstance(number, int) or isinstance(number, bool):
            raise Unfit("must be a whole number", "write it without quotes and without decimals")
        if not least <= number <= most:
            raise Unfit(f"must be from {least} to {most}", f"write a number from {least} to {most}")
        return number

    return read_whole


@only
def yes_or_no(value: object) -> bool:
    """Read true or false; as text too, since the environment has nothing else."""
    known = {"true": True, "false": False}.get(value.lower()) if isinstance(value, str) else value
    if not isinstance(known, bool):
        raise Unfit("must be true or false", "write true or false, without quotes")
    return known


@only
def free_table(value: object) -> dict[str, Any]:
    """Read a table of whatever is in it."""
    if not isinstance(value, dict):
        raise Unfit("must be a table", TABLE_MEND)
    return dict(value)


def meant(word: str, known: list[str]) -> str:
    """Return "did you mean …" as a mend, or "" where nothing is near."""
    near = get_close_matches(word.lower(), known, n=1, cutoff=0.6)
    return f'did you mean "{near[0]}"' if near else ""


def listed(words: tuple[str, ...]) -> str:
    """Return '"a", "b" or "c"'."""
    quoted = [f'"{word}"' for word in words]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} or {quoted[-1]}"
