"""What single values must be, beyond their type. Each reader returns the value to keep or raises Unfit."""

from __future__ import annotations

import importlib.util
import os.path
import re
from datetime import date, datetime
from pathlib import Path
from urllib.parse import urlsplit

from backupd.settings.faults import Unfit
from backupd.settings.fields import Place, Reader, listed, meant, some_text, text

INDEX_URL = "sqlite:////var/lib/backupd/index.db"
KINDS = ("local", "dropbox", "gdrive")
STORES_MEND = "write [[stores]] with two brackets, once for each store"
TEMPLATES = (
    "{date} {client} - {title}",
    "{date} {client} {title}",
    "{client} {title} {date}",
    "{client} {date}",
    "{date} {client}",
)
IGNORED = (
    ".DS_Store", "._*", ".Spotlight-V100", ".Trashes", ".fseventsd", ".TemporaryItems", "Thumbs.db", "desktop.ini",
    "$RECYCLE.BIN", "System Volume Information", ".Trash-*", "lost+found", "@eaDir", "*.tmp", "~$*", ".~lock.*",
)  # fmt: skip
LIST_NAMES = (
    "participants*", "participant list*", "people*", "osallistujat*", "esiintyjät*", "osapuolet*", "kuvattavat*",
    "näyttelijät*", "mukana*", "nimilista*",
)  # fmt: skip
AUTHORITY = "Tietosuojavaltuutetun toimisto, PL 800, 00531 Helsinki, tietosuoja.fi"

_MAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+")


def local_path(value: object, place: Place) -> Path:
    """An absolute path: "~" is the home of who runs this; a relative one starts at the configuration's folder."""
    if not isinstance(value, str) or not value.strip() or "\0" in value:
        raise Unfit("is not a path", "write an absolute path in quotes")
    return Path(_absolute(value, place))


def _absolute(value: str, place: Place) -> str:
    home = os.path.expanduser(value)  # noqa: PTH111 - pathlib's raises for an unknown ~user
    # normpath keeps links as they are: resolving one here would hide that it moved later
    return os.path.normpath(Path(place.base, home))


def store_path(value: object, place: Place) -> str:
    """A local store's path made absolute; a cloud store's as it is."""
    path = str(text(value, place))
    if "\0" in path:
        raise Unfit("is not a path", "write the path of a folder")
    if place.around.get("kind") != "local":
        return path
    return _absolute(path, place) if path.strip() else path


def store_name(value: object, place: Place) -> str:
    """A name to type and to read: no blanks around it, nothing that cannot be seen, no slash."""
    name = some_text(value, place)
    if name != name.strip() or not name.isprintable() or "/" in name or name.startswith("-") or len(name) > 64:
        raise Unfit("cannot be the name of a store", 'use a short word without "/" and without blanks at its ends')
    return name


def store_kind(value: object, place: Place) -> str:
    """A kind that some file in adapters/ offers."""
    kind = str(text(value, place))
    if kind in KINDS or (kind.isidentifier() and _has_adapter(kind)):
        return kind
    shown = f"{kind!r} " if len(kind) <= 40 else ""
    raise Unfit(f"{shown}is not a kind of store", meant(kind, list(KINDS)) or f"write {listed(KINDS)}")


def _has_adapter(kind: str) -> bool:
    return any(importlib.util.find_spec(f"adapters.{name}") for name in (kind, f"{kind}_store"))


def stores(read: Reader) -> Reader:
    """The list of stores: what one key asks of another, and names that differ by more than case."""

    def read_stores(value: object, place: Place) -> object:
        found = read(value, place)
        first_of: dict[str, int] = {}
        for number, store in enumerate(value if isinstance(value, list) else ()):
            if isinstance(store, dict):
                _whole_store(store, place.below(number))
                first = first_of.setdefault(str(store.get("name", number)).casefold(), number)
                if first != number:
                    place.below(number).below("name").blame(
                        f"two stores are named {store['name']!r} (number {first + 1} and {number + 1})", "rename one"
                    )
        return found

    return read_stores


def _whole_store(store: dict[str, object], place: Place) -> None:
    kind = store.get("kind")
    if kind == "local" and not store.get("path"):
        place.below("path").blame("is needed for a local store", 'add path = "/the/folder/that/holds/the/shoots"')
    if kind in ("dropbox", "gdrive") and not store.get("credentials"):
        mend = f'add credentials = "/etc/backupd/{kind}.json" and run `backupd auth {kind}`'
        place.below("credentials").blame(f"is needed for a {kind} store", mend)


def index_url(value: object, place: Place) -> str:
    """SQLite's URL with an absolute path, or another server's as it is. Never shown: it may hold a password."""
    url = str(text(value, place))
    scheme, colon, rest = url.partition("://")
    if not colon or not scheme:
        raise Unfit("is not a database URL", f'write "{INDEX_URL}"')
    if scheme.split("+")[0] not in ("sqlite", "postgresql", "postgres"):
        raise Unfit("names a database that backupd cannot use", 'write "sqlite:///…" or "postgresql://…"')
    if not scheme.startswith("sqlite"):
        return url
    path, question, query = rest.removeprefix("/").partition("?")
    if not path or path == ":memory:":
        raise Unfit("names no file", f'write "{INDEX_URL}"')
    return f"{scheme}:///{_absolute(path, place)}{question}{query}"


def sqlite_file(url: str) -> Path | None:
    """The file of a SQLite URL, None for any other."""
    scheme, _, rest = url.partition("://")
    return Path(rest.removeprefix("/").partition("?")[0]) if scheme.startswith("sqlite") else None


def web_address(value: object, place: Place) -> str:
    """An http or https address, without a slash at its end."""
    address = str(text(value, place))
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise Unfit("is not a web address", 'write "https://…"')
    return address.rstrip("/")


def time_zone(value: object, place: Place) -> str:
    """A time zone that this machine knows."""
    from zoneinfo import ZoneInfo

    zone = str(text(value, place))
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        raise Unfit(f"{zone!r} is not a time zone known here", 'write one as "Europe/Helsinki"') from None
    return zone


def mail_address(value: str) -> str:
    """Something with one @ in it; only the mail server knows more."""
    if not _MAIL.fullmatch(value):
        raise Unfit("is not a mail address", 'write "someone@studio.example" = ["problems"]')
    return value


def day(value: object, _place: Place) -> date:
    """A day, as TOML writes it or as text."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(value if isinstance(value, str) else "")
    except ValueError:
        raise Unfit("is not a day", "write it as 2026-01-31") from None


def employee(read: Reader) -> Reader:
    """An employee as a table, or short, as "name, role"."""

    def read_employee(value: object, place: Place) -> object:
        if isinstance(value, str):
            name, comma, role = value.rpartition(",")
            value = {"name": name.strip(), "role": role.strip()} if comma else {"name": value.strip()}
        return read(value, place)

    return read_employee
