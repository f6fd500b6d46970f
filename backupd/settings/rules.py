"""What single values must be, beyond their type. Each rule returns the value to keep or raises Unfit."""

from __future__ import annotations

import importlib.util
import os.path
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from backupd.settings.faults import Unfit
from backupd.settings.source import base_folder

INDEX_URL = "sqlite:////var/lib/backupd/index.db"
KINDS = ("local", "dropbox", "gdrive")  # fmt: skip  # fmt: skip
AUTHORITY = "Tietosuojavaltuutetun toimisto, PL 800, 00531 Helsinki, tietosuoja.fi"

_MAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+")


def local_path(value: object) -> object:
    """An absolute path: "~" is the home of who runs this; a relative one starts at the configuration's folder."""
    if isinstance(value, Path):
        return value
    if not isinstance(value, str) or not value.strip() or "\0" in value:
        raise Unfit("is not a path", "write an absolute path in quotes")
    return Path(_absolute(value))


def _absolute(value: str) -> str:
    # normpath keeps links as they are: resolving one here would hide that it moved later
    return os.path.normpath(Path(base_folder(), os.path.expanduser(value)))  # noqa: PTH111 - an unknown ~user must not raise


def store_path(value: str, kind: str | None) -> str:
    """A local store's path made absolute; a cloud store's as it is."""
    if "\0" in value:
        raise Unfit("is not a path", "write the path of a folder")
    if kind != "local":
        return value
    if not value.strip():
        raise Unfit("is needed for a local store", 'add path = "/the/folder/that/holds/the/shoots"')
    return _absolute(value)


def store_credentials(value: Path | None, kind: str | None) -> Path | None:
    """A file, for each store but a local one."""
    if value is None and kind in ("dropbox", "gdrive"):
        raise Unfit(
            f"is needed for a {kind} store",
            f'add credentials = "/var/lib/backupd/{kind}.json" and run `backupd auth {kind}`',
        )
    return value


def store_name(value: str) -> str:
    """A name to type and to read: no blanks around it, nothing that cannot be seen, no slash."""
    if not value.strip():
        raise Unfit("is empty", "give the store a short name")
    if value != value.strip() or not value.isprintable() or "/" in value or value.startswith("-") or len(value) > 64:
        raise Unfit("cannot be the name of a store", 'use a short word without "/" and without blanks at its ends')
    return value


def store_kind(value: str) -> str:
    """A kind that some file in adapters/ offers."""
    if value in KINDS or (value.isidentifier() and _has_adapter(value)):
        return value
    shown = f"{value!r} " if len(value) <= 40 else ""
    raise Unfit(f"{shown}is not a kind of store", meant(value, list(KINDS)) or f"write {listed(KINDS)}")


def _has_adapter(kind: str) -> bool:
    return any(importlib.util.find_spec(f"adapters.{name}") for name in (kind, f"{kind}_store"))


def different_names(stores: tuple[Any, ...]) -> tuple[Any, ...]:
    """Stores whose names differ by more than case."""
    seen: dict[str, int] = {}
    for number, store in enumerate(stores):
        first = seen.setdefault(store.name.casefold(), number)
        if first != number:
            wrong = f"two stores are named {store.name!r} (number {first + 1} and {number + 1})"
            raise Unfit(wrong, "rename one", below=(number, "name"))
    return stores


def index_url(value: str) -> str:
    """SQLite's URL with an absolute path, or another server's as it is. Never shown whole: it may hold a password."""
    scheme, colon, rest = value.partition("://")
    if not colon or not scheme:
        raise Unfit("is not a database URL", f'write "{INDEX_URL}"')
    if scheme.split("+")[0] not in ("sqlite", "postgresql", "postgres"):
        raise Unfit("names a database that backupd cannot use", 'write "sqlite:///…" or "postgresql://…"')
    if not scheme.startswith("sqlite"):
        return value
    path, question, query = rest.removeprefix("/").partition("?")
    if not path or path == ":memory:":
        raise Unfit("names no file", f'write "{INDEX_URL}"')
    return f"{scheme}:///{_absolute(path)}{question}{query}"


def sqlite_file(url: str) -> Path | None:
    """The file of a SQLite URL, None for any other."""
    scheme, _, rest = url.partition("://")
    return Path(rest.removeprefix("/").partition("?")[0]) if scheme.startswith("sqlite") else None


def folder_template(written: str) -> str:
    """Return a folder-name template that can be understood. Raises Unfit."""
    from backupd.reading.folder_names.templates import UnfitTemplate, compile_templates

    try:
        compile_templates([written])
    except UnfitTemplate as err:
        raise Unfit(err.wrong, err.mend) from None
    return written


def web_address(value: str) -> str:
    """An http or https address, without a slash at its end."""
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise Unfit("is not a web address", 'write "https://…"')
    return value.rstrip("/")


def time_zone(value: str) -> str:
    """A time zone that this machine knows."""
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        raise Unfit(f"{value!r} is not a time zone known here", 'write one as "Europe/Helsinki"') from None
    return value


def mail_address(value: str) -> str:
    """Something with one @ in it; only the mail server knows more."""
    if not _MAIL.fullmatch(value):
        raise Unfit("is not a mail address", 'write "someone@studio.example" = ["problems"]')
    return value


def employee(value: object) -> object:
    """An employee written short, as "name, role", becomes the table it stands for."""
    if not isinstance(value, str):
        return value
    name, comma, role = value.rpartition(",")
    return {"name": name.strip(), "role": role.strip().lower()} if comma else {"name": value.strip()}


def meant(word: str, known: tuple[str, ...] | list[str]) -> str:
    """ "did you mean …?" as a mend, or "" where nothing is near."""
    import difflib

    near = difflib.get_close_matches(word.lower(), known, n=1, cutoff=0.6)
    return f'did you mean "{near[0]}"' if near else ""


def listed(words: tuple[str, ...] | list[str]) -> str:
    """'"a", "b" or "c"'."""
    quoted = [f'"{word}"' for word in words]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} or {quoted[-1]}"


def whole_number(value: object) -> object:
    """A number that is no yes or no: true would pass for 1."""
    if isinstance(value, bool):
        raise Unfit("must be a whole number", "write it without quotes and without decimals")
    return value
