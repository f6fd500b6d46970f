"""What letters are made of: frozen records, with nothing in them that was not verified. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from backupd.letters.passages import Language


@dataclass(frozen=True, slots=True)
class Controller:
    """Whose letter it is. `authority` is where people may complain, as the settings have it."""

    name: str
    contact: str
    address: str = ""
    authority: str = ""


@dataclass(frozen=True, slots=True)
class FoundShoot:
    """A shoot that was found for a person; `link` is None where the files go another way."""

    name: str
    first_day: date | None
    last_day: date | None
    photos: int
    videos: int = 0
    others: int = 0
    links: tuple[str, ...] = ()
    link_until: date | None = None


@dataclass(frozen=True, slots=True)
class LetterFacts:
    """All that a letter may tell. What a kind of letter needs is told by its recipe; the rest is said where it is known.

    `asked` says in words what was asked for; `ground` is the legal ground in plain words, `reason` the facts;
    `refused_whole` is whether nothing of what was asked is done. `damaged` and `missing` are the names of files,
    `missing_early` whether some of them were still protected. `removed` is whether what was published is down,
    `restriction_over` whether a restriction ends with this very letter, `pictures_apart` whether pictures reach the person
    besides the letter.
    """

    language: Language
    today: date
    name: str = ""
    mail: str = ""
    request: str = ""
    asked: str = ""
    received_on: date | None = None
    due_on: date | None = None
    identity_needed: bool = False
    shoots: tuple[FoundShoot, ...] = ()
    damaged: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    missing_early: bool = False
    result_by: date | None = None
    searched_name: str = ""
    searched_from: date | None = None
    searched_to: date | None = None
    erased_on: date | None = None
    erased: tuple[str, ...] = ()
    media_erased: bool = False
    recoverable_until: date | None = None
    kept_by_law_until: date | None = None
    recipients: tuple[str, ...] = ()
    refused_part: str = ""
    refused_whole: bool = False
    ground: str = ""
    reason: str = ""
    restricted_from: date | None = None
    restriction_ends_on: date | None = None
    restriction_over: bool = False
    extended_to: date | None = None
    meanwhile: str = ""
    banned_on: date | None = None
    withdrawn_on: date | None = None
    removed_by: date | None = None
    removed: bool = False
    objected: str = ""
    stopped_on: date | None = None
    corrected_on: date | None = None
    corrected: tuple[str, ...] = ()
    attachments: tuple[str, ...] = ()
    pictures_apart: bool = False
