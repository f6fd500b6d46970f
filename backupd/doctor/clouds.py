"""What stores with a provider need beside being reachable: a lasting sign-in, a known window, clocks that agree."""

from __future__ import annotations

import http.client
import urllib.parse
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from adapters.kinds import find_kind, open_store
from adapters.oauth_file import CredentialsError, read_credentials
from backupd.doctor.base import Checks, Finding, Ground, State

if TYPE_CHECKING:
    from backupd.settings.models import StoreSettings

_SOON = timedelta(days=7)
_TESTING = timedelta(days=7)
_MOST_SKEW = timedelta(minutes=5)
_TIMEOUT_SECONDS = 10.0


def _run(ground: Ground) -> Iterator[Finding]:
    addresses: dict[str, str] = {}
    for store in ground.settings.stores:
        if store.is_local or store.credentials is None:
            continue
        try:
            values = read_credentials(store.credentials)
        except CredentialsError:
            # Told with the configuration.
            continue
        yield sign_in_finding(store, values, ground.now)
        if _lacks_quota(store, values):
            mend = "keep it in a shared drive (drive_id), let it act for a person (--subject), or sign in as one"
            what = "a service account has no room of its own: nothing can be copied there"
            yield Finding(f"quota {store.name}", "bad" if store.role == "replica" else "warning", what, mend)
        yield from _window(store)
        kind = find_kind(store.kind)
        address = store.endpoint or (kind.address if kind else "")
        if address:
            addresses.setdefault(address, store.name)
    for address, name in addresses.items():
        yield from _clock(address, name, ground.now)


def sign_in_finding(store: StoreSettings, values: dict[str, Any], now: datetime) -> Finding:
    """Say whether a sign-in lasts, and when it will end."""
    check, again = f"sign-in {store.name}", f"backupd auth {store.kind} --store {store.name}"
    if values.get("type") == "service_account":
        return Finding(check, "ok", "a service account: it does not end")
    if not values.get("refresh_token"):
        what = "a ready-made token, which ends within hours and cannot be renewed"
        return Finding(check, "warning", what, f"sign in for good: {again}")
    ends, since = _instant(values.get("ends_at")), _instant(values.get("signed_in_at"))
    if ends is not None:
        state: State = "bad" if ends <= now else "warning" if ends - now <= _SOON else "ok"
        what = f"it {'ended' if ends <= now else 'ends'} on {ends.date().isoformat()}: the app is in testing"
        mend = f"publish the app or make it internal, then: {again}" if state != "ok" else ""
        return Finding(check, state, what, mend)
    if store.kind == "gdrive" and (since is None or now - since < _TESTING):
        what = "lasting; but if Google has the app as External and in Testing, it ends 7 days after it was given"
        return Finding(check, "ok", what)
    return Finding(check, "ok", "lasting: it ends only if it is revoked" + _unused(store))


def _unused(store: StoreSettings) -> str:
    return " or unused for 6 months" if store.kind == "gdrive" else ""


def _instant(value: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None


def _lacks_quota(store: StoreSettings, values: dict[str, Any]) -> bool:
    is_service = values.get("type") == "service_account" and not values.get("subject")
    return is_service and not store.drive_id and store.role != "read-only"


def _window(store: StoreSettings) -> Iterator[Finding]:
    if store.recoverable is not None or "recoverable_days" in store.options:
        return
    try:
        opened = open_store(store.kind, store.name, store.as_options())
    except ValueError:
        # Told with the stores.
        return
    days = opened.capabilities.recoverable_days
    opened.close()
    what = f"for how long the plan can bring back what was deleted is not set: {days} days are assumed"
    yield Finding(f"window {store.name}", "warning", what, 'set recoverable = "… days" for the store, as the plan has it')


def _clock(address: str, name: str, now: datetime) -> Iterator[Finding]:
    told = _date_of(address)
    if told is not None:
        yield clock_finding(f"clock {name}", told, now)


def clock_finding(check: str, told: datetime, now: datetime) -> Finding:
    """Compare the provider's clock with this machine's; both aware."""
    off = now - told
    if abs(off) <= _MOST_SKEW:
        return Finding(check, "ok", "this machine's clock agrees with the provider's")
    minutes = round(abs(off) / timedelta(minutes=1))
    what = f"this machine's clock is {minutes} minutes {'ahead of' if off > timedelta(0) else 'behind'} the provider's"
    return Finding(check, "bad", what, "let the clock be set by the network: timedatectl set-ntp true")


def _date_of(address: str) -> datetime | None:
    """Return what the provider says the time is; None if it doesn't. Nothing of ours is sent along."""
    parts = urllib.parse.urlsplit(address)
    made = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = made(parts.netloc, timeout=_TIMEOUT_SECONDS)
    try:
        connection.request("HEAD", parts.path or "/")
        told = parsedate_to_datetime(connection.getresponse().headers.get("Date", ""))
    except (OSError, ValueError, TypeError, http.client.HTTPException):
        return None
    finally:
        connection.close()
    return told if told.tzinfo is not None else None


CHECKS = Checks("clouds", _run, order=50)
