"""Every section and key of the configuration, with its type and its default.

Frozen data: nothing here reads a file or the clock. Each model refuses keys it does not know. What each setting does is
told to people in config.example.toml, which a test holds complete.
"""

from __future__ import annotations

from datetime import date, time
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    ValidationInfo,
    field_validator,
)
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from backupd.settings import rules
from backupd.settings.schedules import DAILY, NEVER, Cron, Every, Never, parse_quiet_hours, parse_when
from backupd.settings.source import GivenSource
from backupd.settings.values import (
    UNLIMITED,
    Duration,
    Room,
    Unlimited,
    parse_clock_duration,
    parse_count_or_forever,
    parse_duration,
    parse_duration_or_forever,
    parse_room,
    parse_share,
    parse_size,
    parse_size_or_forever,
    parse_some_clock_duration,
    parse_some_duration,
)

Length = Annotated[Duration, PlainValidator(parse_some_duration)]
LengthOrNone = Annotated[Duration, PlainValidator(parse_duration)]
Wait = Annotated[Duration, PlainValidator(parse_clock_duration)]
SomeWait = Annotated[Duration, PlainValidator(parse_some_clock_duration)]
LengthOrForever = Annotated[Duration | Unlimited, PlainValidator(parse_duration_or_forever)]
Size = Annotated[int, PlainValidator(parse_size)]
Share = Annotated[float, PlainValidator(parse_share)]
Hours = Annotated[tuple[tuple[time, time], ...], PlainValidator(parse_quiet_hours)]
RoomValue = Annotated[Room, PlainValidator(parse_room)]
When = Annotated[Every | Cron | Never, PlainValidator(parse_when)]
LocalPath = Annotated[Path, BeforeValidator(rules.local_path)]
WebAddress = Annotated[str, AfterValidator(rules.web_address)]
Words = tuple[str, ...]
Templates = tuple[Annotated[str, AfterValidator(rules.folder_template)], ...]

Role = Literal["owner", "desk", "technician", "photographer"]
StoreRole = Literal["working", "replica", "read-only"]
Agreeing = Literal["client", "participants", "guardians"]
Topic = Literal["problems", "review", "requests", "space", "reports"]


# A whole section by its defaults: read together with the section around it, which is what makes loading quick; a model
# made here would be built on its own as the module loads.
_DEFAULTS: Any = Field({}, validate_default=True)


class Section(BaseModel):
    """What all sections share: frozen, and no key that is not named."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True, hide_input_in_errors=True)


class Studio(Section):
    """Who the studio is: the controller that letters and reports name."""

    name: str = ""
    contact: str = ""
    address: str = ""
    timezone: Annotated[str, AfterValidator(rules.time_zone)] = "Europe/Helsinki"
    language: Literal["fi", "en"] = "fi"


class Employee(Section):
    """One named employee, by account on this machine."""

    name: str = Field(min_length=1)
    role: Role = "desk"


class IndexBackups(Section):
    """Where the index's own backups go, how often, and how long they stay. No folder: beside the index."""

    folder: LocalPath | None = None
    every: When = DAILY
    keep: LengthOrForever = Duration(days=30)


class Index(Section):
    """Where the index and its ledger are. `url` may hold a password and is never shown whole."""

    url: Annotated[str, AfterValidator(rules.index_url)] = Field(default=rules.INDEX_URL, repr=False)
    ledger: LocalPath | None = None
    ledger_key: LocalPath | None = None
    backups: IndexBackups = _DEFAULTS

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


class CopyLimits(Section):
    """How hard a store may be worked."""

    connections: Annotated[int, Field(ge=1, le=64), BeforeValidator(rules.whole_number)] | None = None
    per_second: Annotated[int | Unlimited, PlainValidator(parse_size_or_forever)] = UNLIMITED
    per_day: Annotated[int | Unlimited, PlainValidator(parse_size_or_forever)] = UNLIMITED
    largest_file: Annotated[int | Unlimited, PlainValidator(parse_size_or_forever)] = UNLIMITED


class StoreSettings(Section):
    """One store. `path` is absolute for a local store, else as the provider names folders."""

    name: Annotated[str, AfterValidator(rules.store_name)]
    kind: Annotated[str, AfterValidator(rules.store_kind)]
    path: str = Field(default="", validate_default=True)
    credentials: LocalPath | None = Field(default=None, repr=False, validate_default=True)
    endpoint: WebAddress | None = None
    folder_id: str | None = None
    drive_id: str | None = None
    role: StoreRole = "working"
    recoverable: LengthOrForever | None = None
    ignore: Words = ()
    limits: CopyLimits = _DEFAULTS
    options: dict[str, Any] = Field(default={}, repr=False)

    @field_validator("path")
    @classmethod
    def _path_suits_kind(cls, value: str, info: ValidationInfo) -> str:
        return rules.store_path(value, info.data.get("kind"))

    @field_validator("credentials")
    @classmethod
    def _cloud_needs_credentials(cls, value: Path | None, info: ValidationInfo) -> Path | None:
        return rules.store_credentials(value, info.data.get("kind"))

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
            "recoverable_days": self._recoverable_days(),
        }
        return {key: value for key, value in given.items() if value is not None} | self.options

    def _recoverable_days(self) -> int | None:
        """The days that the plan's window has at most: what a certificate promises must not be too early."""
        length = self.recoverable
        if not isinstance(length, Duration):
            return None
        return 366 * length.years + 31 * length.months + length.days + -(-length.seconds // 86400)


class Folders(Section):
    """What is added to the built-in ways of reading folder names, of passing over junk and of knowing lists."""

    templates: Templates = ()
    ignore: Words = ()
    list_names: Words = ()
    vanish_share: Share = 0.5
    settle: Wait = Duration(seconds=300)


class FreeSpace(Section):
    """Below `low` a prune is due; it stops as soon as `high` is free."""

    low: RoomValue = Room(share=0.10)
    high: RoomValue = Room(share=0.15)


class Pruning(Section):
    """What a clean-up takes first, how much at most in a day, and how long it can be undone."""

    most_files: Annotated[int | Unlimited, PlainValidator(parse_count_or_forever)] = 20_000
    most_bytes: Annotated[int | Unlimited, PlainValidator(parse_size_or_forever)] = 2 * 10**12
    most_share: Share = 0.25
    rebuildable_first: bool = False
    spare_copies: bool = False
    last_copies: bool = False
    undo_within: Length = Duration(days=30)
    automatic: bool = False


class Retention(Section):
    """What is kept, and how long at least."""

    minimum: LengthOrForever = Duration(years=1)
    unused_contacts: LengthOrForever = Duration(years=5)
    free_space: FreeSpace = _DEFAULTS
    require_copies: Annotated[int, Field(ge=1, le=9), BeforeValidator(rules.whole_number)] = 2
    grace: LengthOrNone = Duration(days=30)
    verify_within: LengthOrForever = Duration(months=6)
    prune: Pruning = _DEFAULTS


class Consent(Section):
    """Who must have said yes before a shoot may be shown."""

    needed_from: Annotated[tuple[Agreeing, ...], Field(min_length=1)] = ("client", "participants", "guardians")
    valid_for: LengthOrForever = UNLIMITED
    adult_at: Annotated[int, Field(ge=13, le=21), BeforeValidator(rules.whole_number)] = 18


class Processor(Section):
    """Another place that holds a person's data and is settled by hand."""

    name: str = Field(min_length=1)
    role: str = ""
    data: str = ""
    region: str = ""
    transfer: str = ""
    how_to_erase: str = ""
    recoverable: LengthOrForever | None = None
    checked_on: date | None = None


class Requests(Section):
    """Time limits of people's requests, and what belongs in the answers."""

    deadline: Length = Duration(months=1)
    extension: Length = Duration(months=2)
    copy_deadline: Length = Duration(days=7)
    remind_before: LengthOrNone = Duration(days=7)
    keep_evidence: LengthOrForever = Duration(years=3)
    authority: str = rules.AUTHORITY
    letters: LocalPath | None = None
    processors: tuple[Processor, ...] = ()


class Schedule(Section):
    """When `backupd run` does what."""

    watch: bool = True
    index: When = Every(Duration(seconds=900))
    full_index: When = Cron("30 2 * * sun")
    poll: SomeWait = Duration(seconds=120)
    verify: When = Cron("0 1 * * *")
    replicate: When = Every(Duration(seconds=3600))
    prune: When = NEVER
    requests: When = Cron("0 8 * * *")
    quiet_hours: Hours = ()
    gentle: bool = True


class Notify(Section):
    """The mail server, and who hears what."""

    server: str = ""
    port: Annotated[int, Field(ge=1, le=65535), BeforeValidator(rules.whole_number)] = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    password_file: LocalPath | None = Field(default=None, repr=False)
    sender: str = ""
    digest: When = Cron("0 7 * * *")
    ping: WebAddress | None = Field(default=None, repr=False)
    ping_every: When = Every(Duration(seconds=900))
    hears: dict[Annotated[str, AfterValidator(rules.mail_address)], tuple[Topic, ...]] = {}


class Settings(BaseSettings):
    """The whole configuration. Made outside of `given` it is all defaults."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid", defer_build=True, hide_input_in_errors=True)

    studio: Studio = _DEFAULTS
    staff: dict[str, Annotated[Employee, BeforeValidator(rules.employee)]] = {}
    index: Index = _DEFAULTS
    stores: Annotated[tuple[StoreSettings, ...], AfterValidator(rules.different_names)] = ()
    folders: Folders = _DEFAULTS
    retention: Retention = _DEFAULTS
    consent: Consent = _DEFAULTS
    requests: Requests = _DEFAULTS
    schedule: Schedule = _DEFAULTS
    notify: Notify = _DEFAULTS

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the library's signature
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read from `given` alone, and from what is named outright."""
        return init_settings, GivenSource(settings_cls)

    def store(self, name: str) -> StoreSettings | None:
        """Return the store of that name, in any spelling of upper and lower case, or None."""
        wanted = name.casefold()
        return next((store for store in self.stores if store.name.casefold() == wanted), None)
