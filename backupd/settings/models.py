"""Every section and key of the configuration, with its type and its default.

Frozen data: nothing here reads a file, the environment or the clock. What each setting does is told to people in
config.example.toml, which a test holds complete.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

from backupd.settings import rules
from backupd.settings.fields import (
    choice,
    free_table,
    list_of,
    only,
    optional,
    section,
    setting,
    some_text,
    table,
    table_of,
    text,
    whole,
    yes_or_no,
)
from backupd.settings.schedules import DAILY, NEVER, Cron, Every, Never, parse_when
from backupd.settings.values import (
    UNLIMITED,
    Duration,
    Room,
    Unlimited,
    parse_duration,
    parse_duration_or_forever,
    parse_room,
    parse_share,
    parse_size_or_forever,
    parse_some_duration,
)

Role = Literal["owner", "desk", "technician", "photographer"]
StoreRole = Literal["working", "replica", "read-only"]
Agreeing = Literal["client", "participants", "guardians"]
Topic = Literal["problems", "review", "requests", "space", "reports"]

_length = only(parse_some_duration)
_length_or_none = only(parse_duration)
_length_or_forever = only(parse_duration_or_forever)
_size_or_forever = only(parse_size_or_forever)
_room = only(parse_room)
_when = only(parse_when)
_words = list_of(some_text)


@dataclass(frozen=True)
class Studio:
    """Who the studio is: the controller that letters and reports name."""

    name: str = setting(text, "")
    contact: str = setting(text, "")
    address: str = setting(text, "")
    timezone: str = setting(rules.time_zone, "Europe/Helsinki")
    language: Literal["fi", "en"] = setting(choice("fi", "en"), "fi")


@dataclass(frozen=True)
class Employee:
    """One named employee, by account on this machine."""

    name: str = setting(some_text)
    role: Role = setting(choice("owner", "desk", "technician", "photographer"), "desk")


@dataclass(frozen=True)
class IndexBackups:
    """Where the index's own backups go, how often, and how long they stay. No folder: beside the index."""

    folder: Path | None = optional(rules.local_path)
    every: Every | Cron | Never = setting(_when, DAILY)
    keep: Duration | Unlimited = setting(_length_or_forever, Duration(days=30))


@dataclass(frozen=True)
class Index:
    """Where the index and its ledger are. `url` may hold a password and is never shown whole."""

    url: str = setting(rules.index_url, rules.INDEX_URL, is_secret=True)
    ledger: Path | None = optional(rules.local_path)
    ledger_key: Path | None = optional(rules.local_path)
    backups: IndexBackups = section(IndexBackups)

    @property
    def file(self) -> Path | None:
        """The SQLite file, or None where a server holds the index."""
        return rules.sqlite_file(self.url)

    @property
    def folder(self) -> Path:
        """The folder that holds what belongs to the index on this machine."""
        return self.file.parent if self.file else Path("/var/lib/backupd")

    @property
    def ledger_path(self) -> Path:
        """The ledger's file."""
        return self.ledger or self.folder / "ledger"

    @property
    def ledger_key_path(self) -> Path:
        """The file with the key of the ledger's hashes of names."""
        return self.ledger_key or self.folder / "ledger.key"

    @property
    def backups_folder(self) -> Path:
        """The folder for the index's own backups."""
        return self.backups.folder or self.folder / "backups"


@dataclass(frozen=True)
class CopyLimits:
    """How hard a store may be worked. No number of connections: as many as its kind of store takes."""

    connections: int | None = optional(whole(1, 64))
    per_second: int | Unlimited = setting(_size_or_forever, UNLIMITED)
    per_day: int | Unlimited = setting(_size_or_forever, UNLIMITED)
    largest_file: int | Unlimited = setting(_size_or_forever, UNLIMITED)


@dataclass(frozen=True)
class StoreSettings:
    """One store. `path` is absolute for a local store, else as the provider names folders.

    `recoverable` is how long the provider can bring back what was removed, by the account's plan; None: as its kind
    says.
    """

    name: str = setting(rules.store_name)
    kind: str = setting(rules.store_kind)
    path: str = setting(rules.store_path, "")
    credentials: Path | None = optional(rules.local_path, is_secret=True)
    endpoint: str | None = optional(rules.web_address)
    folder_id: str | None = optional(some_text)
    drive_id: str | None = optional(some_text)
    role: StoreRole = setting(choice("working", "replica", "read-only"), "working")
    recoverable: Duration | Unlimited | None = optional(_length_or_forever)
    ignore: tuple[str, ...] = setting(_words, ())
    limits: CopyLimits = section(CopyLimits)
    options: dict[str, Any] = setting(free_table, {}, is_secret=True)

    @property
    def is_local(self) -> bool:
        """Whether its files lie on this machine's disks."""
        return self.kind == "local"

    def as_options(self) -> dict[str, Any]:
        """Return what was set of the things that an adapter opens with; paths as text."""
        given = {
            "path": self.path,
            "credentials": None if self.credentials is None else str(self.credentials),
            "endpoint": self.endpoint,
            "folder_id": self.folder_id,
            "drive_id": self.drive_id,
        }
        return {key: value for key, value in given.items() if value is not None} | self.options


@dataclass(frozen=True)
class Folders:
    """How folder names are read, what is passed over, and when a change is believed."""

    templates: tuple[str, ...] = setting(list_of(some_text, least=1), rules.TEMPLATES)
    ignore: tuple[str, ...] = setting(_words, rules.IGNORED)
    list_names: tuple[str, ...] = setting(_words, rules.LIST_NAMES)
    vanish_share: float = setting(only(parse_share), 0.5)
    settle: Duration = setting(_length_or_none, Duration(seconds=300))


@dataclass(frozen=True)
class FreeSpace:
    """Below `low` a prune is due; it stops as soon as `high` is free."""

    low: Room = setting(_room, Room(share=0.10))
    high: Room = setting(_room, Room(share=0.15))


@dataclass(frozen=True)
class Retention:
    """What is kept, and how long at least."""

    minimum: Duration | Unlimited = setting(_length_or_forever, Duration(years=1))
    unused_contacts: Duration | Unlimited = setting(_length_or_forever, Duration(years=5))
    free_space: FreeSpace = section(FreeSpace)
    require_copies: int = setting(whole(1, 9), 2)
    grace: Duration = setting(_length_or_none, Duration(days=30))
    verify_within: Duration | Unlimited = setting(_length_or_forever, Duration(months=6))


@dataclass(frozen=True)
class Consent:
    """Who must have said yes before a shoot may be shown."""

    needed_from: tuple[Agreeing, ...] = setting(
        list_of(choice("client", "participants", "guardians"), least=1), ("client", "participants", "guardians")
    )
    valid_for: Duration | Unlimited = setting(_length_or_forever, UNLIMITED)
    adult_at: int = setting(whole(13, 21), 18)


@dataclass(frozen=True)
class Processor:
    """Another place that holds a person's data and is settled by hand."""

    name: str = setting(some_text)
    role: str = setting(text, "")
    data: str = setting(text, "")
    region: str = setting(text, "")
    transfer: str = setting(text, "")
    how_to_erase: str = setting(text, "")
    recoverable: Duration | Unlimited | None = optional(_length_or_forever)
    checked_on: date | None = optional(rules.day)


@dataclass(frozen=True)
class Requests:
    """Time limits of people's requests, and what belongs in the answers."""

    deadline: Duration = setting(_length, Duration(months=1))
    extension: Duration = setting(_length, Duration(months=2))
    copy_deadline: Duration = setting(_length, Duration(days=7))
    remind_before: Duration = setting(_length_or_none, Duration(days=7))
    keep_evidence: Duration | Unlimited = setting(_length_or_forever, Duration(years=3))
    authority: str = setting(text, rules.AUTHORITY)
    processors: tuple[Processor, ...] = setting(list_of(table(Processor)), ())


@dataclass(frozen=True)
class Schedule:
    """When `backupd run` does what."""

    watch: bool = setting(yes_or_no, True)
    index: Every | Cron | Never = setting(_when, Every(Duration(seconds=900)))
    full_index: Every | Cron | Never = setting(_when, Cron("30 2 * * sun"))
    verify: Every | Cron | Never = setting(_when, Cron("0 1 * * *"))
    replicate: Every | Cron | Never = setting(_when, Every(Duration(seconds=3600)))
    prune: Every | Cron | Never = setting(_when, NEVER)
    requests: Every | Cron | Never = setting(_when, Cron("0 8 * * *"))


@dataclass(frozen=True)
class Notify:
    """The mail server, and who hears what."""

    server: str = setting(text, "")
    port: int = setting(whole(1, 65535), 587)
    security: Literal["starttls", "tls", "none"] = setting(choice("starttls", "tls", "none"), "starttls")
    user: str = setting(text, "")
    password_file: Path | None = optional(rules.local_path, is_secret=True)
    sender: str = setting(text, "")
    hears: dict[str, tuple[Topic, ...]] = setting(
        table_of(list_of(choice("problems", "review", "requests", "space", "reports")), rules.mail_address), {}
    )


@dataclass(frozen=True)
class Settings:
    """The whole configuration."""

    studio: Studio = section(Studio)
    staff: dict[str, Employee] = setting(table_of(rules.employee(table(Employee))), {})
    index: Index = section(Index)
    stores: tuple[StoreSettings, ...] = setting(rules.stores(list_of(table(StoreSettings), mend=rules.STORES_MEND)), ())
    folders: Folders = section(Folders)
    retention: Retention = section(Retention)
    consent: Consent = section(Consent)
    requests: Requests = section(Requests)
    schedule: Schedule = section(Schedule)
    notify: Notify = section(Notify)

    def store(self, name: str) -> StoreSettings | None:
        """Return the store of that name, in any spelling of upper and lower case, or None."""
        wanted = name.casefold()
        return next((store for store in self.stores if store.name.casefold() == wanted), None)
