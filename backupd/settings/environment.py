"""BACKUPD_SECTION__KEY over what the file says.

Two underscores part the levels: BACKUPD_RETENTION__MINIMUM, BACKUPD_RETENTION__FREE_SPACE__LOW. A store is meant by its
number from 0 or by its name, with every character that a variable cannot hold as "_": BACKUPD_STORES__NAS__PATH. Lists
and tables are written as in TOML or JSON, whole sections too: BACKUPD_STORES='[{"name": …}]'. Other variables without
two underscores are not settings.

What systemd hands over with LoadCredential= stands for the file of the same name, wherever the configuration has it.
"""

from __future__ import annotations

import json
import os
import re
import tomllib
from collections.abc import Collection, Mapping
from typing import Any

from backupd.settings.faults import Fault, KeyPath

PREFIX = "BACKUPD_"
SYSTEMD = "CREDENTIALS_DIRECTORY"


def overlay(
    table: dict[str, Any], environ: Mapping[str, str], sections: Collection[str]
) -> tuple[dict[KeyPath, str], list[Fault]]:
    """Put the environment's values into `table`; return which variable gave each path, and what could not be put."""
    sources: dict[KeyPath, str] = {}
    faults: list[Fault] = []
    for name in sorted(environ):
        keys = name.removeprefix(PREFIX).lower().split("__")
        if not name.startswith(PREFIX) or (len(keys) == 1 and keys[0] not in sections):
            continue
        paths = _put(table, keys, _value(environ[name]))
        if not paths:
            faults.append(Fault("environment", None, name, "names no setting", _MEND))
        for path in paths:
            sources.setdefault(path, name)
    return sources, faults


def hand_over(table: dict[str, Any], environ: Mapping[str, str]) -> dict[KeyPath, str]:
    """Name the files that systemd handed over in place of those in `table`; return the variable for each path."""
    folder = environ.get(SYSTEMD, "")
    stores, notify = table.get("stores"), table.get("notify")
    each = enumerate(stores if isinstance(stores, list) else [])
    places: list[tuple[KeyPath, Any]] = [(("stores", number, "credentials"), store) for number, store in each]
    places.append((("notify", "password_file"), notify))
    sources: dict[KeyPath, str] = {}
    for path, section in places if folder else []:
        key = str(path[-1])
        named = section.get(key) if isinstance(section, dict) else None
        given = os.path.join(folder, os.path.basename(named)) if isinstance(named, str) and named else ""
        if given and os.path.isfile(given):
            section[key] = given
            sources[path] = SYSTEMD
    return sources


_MEND = "write BACKUPD_SECTION__KEY, as in BACKUPD_RETENTION__MINIMUM"


def _value(text: str) -> Any:
    """A list or a table as TOML or JSON writes them; anything else stays text, which its setting then reads."""
    if not text.lstrip().startswith(("[", "{")):
        return text
    try:
        return json.loads(text)
    except ValueError:
        pass
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


def _put(table: Any, keys: list[str], value: Any) -> list[KeyPath]:
    """Set one value, making the tables on its way; return what was made, nothing if the way leads through a value."""
    path: KeyPath = ()
    made: list[KeyPath] = []
    for key in keys[:-1]:
        step = _step(table, key)
        if step is None:
            return []
        path = (*path, step)
        if isinstance(table, dict) and step not in table:
            table[step] = {}
            made.append(path)
        table = table[step]
    last = _step(table, keys[-1])
    if last is None:
        return []
    table[last] = value
    return [*made, (*path, last)]


def _step(table: Any, key: str) -> str | int | None:
    if not key:
        return None
    if isinstance(table, dict):
        return next((known for known in table if _spelt(known) == key), key)
    if not isinstance(table, list):
        return None
    if key.isdecimal():
        return int(key) if int(key) < len(table) else None
    named = (number for number, each in enumerate(table) if isinstance(each, dict))
    return next((number for number in named if _spelt(str(table[number].get("name", ""))) == key), None)


def _spelt(name: str) -> str:
    return re.sub(r"[^a-z0-9_]", "_", name.lower())
