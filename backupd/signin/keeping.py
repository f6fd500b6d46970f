"""A sign-in that was granted, tried before it takes the place of the one there is.

The old sign-in stays until a new one has opened the account; the file is replaced whole, with mode 0600, or not at all.
No text here holds anything of what is in it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from adapters.errors import NotOurStore, SignInNeeded, StoreError, Unavailable
from adapters.kinds import find_kind, open_store
from adapters.oauth_file import CredentialsError, read_credentials, write_credentials

if TYPE_CHECKING:
    from adapters.rights import Right
    from backupd.settings.models import StoreSettings

MarkerState = Literal["adopted", "absent", "unknown"]


@dataclass(frozen=True, slots=True)
class Kept:
    """What a new sign-in turned out to be. `trouble` is why it could not be tried, if it couldn't."""

    account: str
    rights: tuple[str, ...]
    marker: MarkerState
    trouble: StoreError | None = None


def needed_rights(store: StoreSettings, *, reading: bool) -> tuple[Right, ...]:
    """Return the least rights that a store needs: those for reading alone if nothing is ever to be changed there."""
    kind = find_kind(store.kind)
    return kind.rights.needed(store.as_options(), reading=reading) if kind is not None else ()


def values_there(store: StoreSettings) -> dict[str, Any]:
    """Return what the store's credentials file holds now, empty if it can't be read."""
    try:
        return read_credentials(file_of(store))
    except CredentialsError:
        return {}


def file_of(store: StoreSettings) -> Path:
    """Return the file that the sign-in is kept in. Every cloud store has one: the settings see to that."""
    assert store.credentials is not None
    return store.credentials


def keep(
    store: StoreSettings, values: Mapping[str, Any], needed: Sequence[Right], granted: Sequence[str], now: datetime
) -> Kept:
    """Try a sign-in and, if it is good, put it into the credentials file.

    A sign-in that could not be tried because the provider is not reachable is kept: it was granted just now. Raises
    SignInNeeded where it lacks a right or is refused, and then the old one stays; CredentialsError if nothing can be
    written.
    """
    missing = [right.name for right in needed if right.name not in granted]
    if missing and granted:
        what = f"the right {missing[0]} was" if len(missing) == 1 else f"the rights {', '.join(missing)} were"
        raise SignInNeeded(store.name, "auth", detail=f"{what} not granted; nothing was changed")
    dated = {**values, "signed_in_at": now.isoformat(timespec="seconds")}
    ends_in = dated.pop("refresh_token_expires_in", None)
    if ends_in is not None:
        dated["ends_at"] = (now + timedelta(seconds=ends_in)).isoformat(timespec="seconds")
    with _candidate(file_of(store), dated) as path:
        kept = _tried(store, path)
    write_credentials(file_of(store), dated)
    return kept


@contextmanager
def _candidate(target: Path, values: Mapping[str, Any]) -> Iterator[Path]:
    path = target.with_name(f".{target.name}.{os.getpid()}.new")
    write_credentials(path, values)
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def _tried(store: StoreSettings, path: Path) -> Kept:
    opened = open_store(store.kind, store.name, store.as_options() | {"credentials": str(path)})
    try:
        account = opened.account()
        try:
            opened.check()
        except NotOurStore:
            return Kept(account.name, account.rights, "absent")
        except SignInNeeded:
            raise
        except StoreError as err:
            return Kept(account.name, account.rights, "unknown", err)
        return Kept(account.name, account.rights, "adopted")
    except Unavailable as err:
        return Kept("", (), "unknown", err)
    finally:
        opened.close()
