"""Everything that the index and the ledger hold of one person, gathered for the access report (GDPR art. 15).

Only what is certain is taken in: an entry with the person's address or number, or with their name where neither it nor
the question names an address or number that speaks against it. What has the name alone and another address is counted
as doubtful. Of a shoot only what concerns the person is told; its other people never are, nor its title to anybody but its
client: titles are made of names.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from backupd.letters.access import (
    AccessFacts,
    Appearance,
    EarlierRequest,
    GivenTo,
    HeldConsent,
    HeldHold,
    HeldShoot,
    KnownBy,
    LookUp,
    Service,
    Shown,
)
from backupd.letters.facts import Controller
from backupd.promises import in_force
from backupd.reading.folding import name_key
from backupd.requests.matching import is_couple
from backupd.retaining import Basis, basis_of, holding, retentions
from backupd.search.inflection import lemmas
from index import consents, disclosures, holds, placements, requests
from index.appearing import Appearing, appearing, other_spellings
from index.export_rows import export_files
from index.ledger import LedgerReader
from index.ledger_key import LedgerKey
from index.shoot_hashes import shoot_hashes
from index.shoots import get_shoots

if TYPE_CHECKING:
    from backupd.letters.passages import Language
    from backupd.settings.models import Settings
    from backupd.settings.values import Duration, Unlimited

_STEM = 3
_LOOKED = ("look-up", "export")
_UNITS: dict[Language, tuple[tuple[str, str, str], ...]] = {
    "fi": (("years", "vuoden", "vuotta"), ("months", "kuukauden", "kuukautta"), ("days", "päivän", "päivää")),
    "en": (("years", "year", "years"), ("months", "month", "months"), ("days", "day", "days")),
}
_FOREVER: dict[Language, str] = {"fi": "toistaiseksi", "en": "without end"}


Row = tuple[int | None, str, str | None, str | None]
"""An entry of a list: its shoot, and name, address and number as they stand there."""


@dataclass(frozen=True, slots=True)
class Who:
    """Whom the report is about, as far as they told.

    `shoots` narrows it to those that their case settled on; `client_of` are those whose client they are known to be,
    whatever the client is called there. `rows` are entries that were settled to be theirs, `others` those that are not.
    """

    name: str
    email: str | None = None
    phone: str | None = None
    shoots: frozenset[int] | None = None
    client_of: frozenset[int] = frozenset()
    rows: frozenset[Row] = frozenset()
    others: frozenset[Row] = frozenset()


def gather_access(
    conn: Connection, settings: Settings, key: LedgerKey, who: Who, today: date, *, language: Language | None = None,
    request: str = "", attachments: tuple[str, ...] = (),
) -> AccessFacts:  # fmt: skip
    """Return all that is held of a person, `request` being the case that asks. Raises LedgerFailure where the log of
    look-ups cannot be read."""
    speaks = language or settings.studio.language
    basis = basis_of(conn, settings, today)
    names = {key.hash("name", each) for each in (who.name, *other_spellings(conn, who.name))}
    sure = set(key.hashes(email=who.email, phone=who.phone))
    lines = list(appearing(conn, who.shoots))
    mine = [
        each
        for each in lines
        if (each.is_client and each.shoot_id in who.client_of) or _is_theirs(each, who, key, names, sure)
    ]
    doubtful = [
        each for each in lines
        if each not in mine and _row(each) not in who.others and names & set(key.hashes(name=each.name))
    ]  # fmt: skip
    strange = _words_of_others(lines, mine, who)
    persons = sorted(names | sure)
    ids = sorted({each.shoot_id for each in mine})
    limits = in_force(conn, settings)
    return AccessFacts(
        speaks, today, controller_of(settings), who.name, request,
        _known_by(mine, who), _shoots(conn, basis, mine, ids, strange), _appearances(mine, strange),
        _consents(conn, basis, persons), _holds(conn, basis, persons, ids), _given(conn, basis, mine, persons),
        _shown(conn, basis, mine), _services(settings), _look_ups(conn, settings, basis, key, persons, ids),
        _requests(conn, names, sure, request), attachments,
        _length(limits.minimum, speaks), _length(limits.unused_contacts, speaks), len(doubtful),
    )  # fmt: skip


def controller_of(settings: Settings) -> Controller:
    """Return whose letters and reports they are, as the settings have it; letters are refused while it is empty."""
    studio = settings.studio
    return Controller(studio.name, studio.contact, studio.address, settings.requests.authority)


def _is_theirs(
    each: Appearing, who: Who, key: LedgerKey, names: Collection[str], sure: Collection[str]
) -> bool:
    if _row(each) in who.others:
        return False
    return _row(each) in who.rows or _is_certain(each, key, names, sure)


def _row(each: Appearing) -> Row:
    return (each.shoot_id, each.name, each.email, each.phone)


def _is_certain(each: Appearing, key: LedgerKey, names: Collection[str], sure: Collection[str]) -> bool:
    contacts = each.contacts(key)
    if any(hashed in sure for hashed in contacts):
        return True
    if not any(hashed in names for hashed in key.hashes(name=each.name)):
        return False
    # A namesake has another address; where nobody named one, the name is all there is.
    return each.is_client or not contacts or not sure


def _words_of_others(lines: Iterable[Appearing], mine: Sequence[Appearing], who: Who) -> dict[int, set[str]]:
    """Return the words of other people's names, by shoot: no title and no role that has one of them is told."""
    own = set(name_key(who.name).split())
    own |= {word for each in mine if not (each.is_client and is_couple(each.name)) for word in name_key(each.name).split()}
    found: dict[int, set[str]] = {}
    for each in lines:
        found.setdefault(each.shoot_id, set()).update(set(name_key(each.name).split()) - own)
    return found


def _without_others(text: str | None, strange: Collection[str]) -> str | None:
    """Return the text, None where it has another person's name in it, in whatever form."""
    words = name_key(text or "").split()
    forms = {*words, *(form for word in words for form in lemmas(word))}
    # A name that nobody foresaw inflects in its last letters: rather a title too few than a name too many.
    stems = tuple(word[: max(_STEM, len(word) - 2)] for word in strange if len(word) >= _STEM)
    return text if forms.isdisjoint(strange) and not any(word.startswith(stems) for word in words) else None


def _known_by(mine: Iterable[Appearing], who: Who) -> tuple[KnownBy, ...]:
    found: dict[KnownBy, None] = {}
    for each in mine:
        source = "folder" if each.is_client else "list"
        # A couple's name names somebody else as well.
        name = who.name if each.is_client and is_couple(each.name) else each.name
        for kind, value in (("name", name), ("email", each.email), ("phone", each.phone)):
            if value:
                found[KnownBy(kind, value, source)] = None
    return tuple(found)


def _shoots(
    conn: Connection, basis: Basis, mine: Iterable[Appearing], ids: list[int], strange: Mapping[int, set[str]]
) -> tuple[HeldShoot, ...]:
    rows = get_shoots(conn, ids)
    verdicts = retentions(conn, basis, ids)
    as_client = {each.shoot_id for each in mine if each.is_client}
    found = []
    for id in ids:
        row, verdict = rows[id], verdicts[id]
        kinds = Counter(file.kind for file in export_files(conn, id) if any(c.state != "missing" for c in file.copies))
        first, last = (date.fromisoformat(day) if day else None for day in (row.first_day, row.last_day))
        others = sum(kinds.values()) - kinds["p"] - kinds["v"] - kinds["l"]
        title = _without_others(row.title, strange.get(id, ())) if id in as_client else None
        found.append(
            HeldShoot(
                id, title or "", first, last, id in as_client,
                kinds["p"], kinds["v"], others, verdict.state, verdict.protected_until,
            )
        )  # fmt: skip
    return tuple(found)


def _appearances(mine: Iterable[Appearing], strange: Mapping[int, set[str]]) -> tuple[Appearance, ...]:
    found = (
        Appearance(
            each.shoot_id, each.name, _without_others(each.role, strange.get(each.shoot_id, ())), each.email, each.phone,
            each.minor, each.consent,
        )
        for each in mine
        if not each.is_client
    )  # fmt: skip
    # The same list lies in several stores.
    return tuple(dict.fromkeys(found))


def _consents(conn: Connection, basis: Basis, persons: list[str]) -> tuple[HeldConsent, ...]:
    return tuple(
        HeldConsent(
            one.uses, one.on(basis.today.isoformat()), one.speaks_as, date.fromisoformat(one.from_day),
            _day(one.until_day), _day(one.withdrawn_on), basis.day(one.recorded_at), one.evidence_sha256 is not None,
        )
        for one in consents.of_persons(conn, persons)
    )  # fmt: skip


def _holds(conn: Connection, basis: Basis, persons: list[str], ids: list[int]) -> tuple[HeldHold, ...]:
    known = set(persons)
    held = holding(conn, basis, ids)
    mine = {one.uid: one for id in ids for one in held.on(id) if one.person is None or one.person in known}
    mine |= {one.uid: one for one in holds.active(conn) if one.person in known}
    ordered = sorted(mine.values(), key=lambda one: (one.opened_at, one.uid))
    return tuple(HeldHold(one.kind, basis.day(one.opened_at)) for one in ordered)


def _given(conn: Connection, basis: Basis, mine: Iterable[Appearing], persons: list[str]) -> tuple[GivenTo, ...]:
    ids = sorted({each.shoot_id for each in mine})
    rows = disclosures.concerning(conn, ids, persons)
    return tuple(
        GivenTo(one.name, one.channel, one.files, basis.day(one.given_at), basis.day(one.ends_at) if one.ends_at else None)
        for one in rows
        if one.files
    )


def _shown(conn: Connection, basis: Basis, mine: Iterable[Appearing]) -> tuple[Shown, ...]:
    return tuple(
        Shown(id, one.channel, one.address, basis.day(one.placed_at), basis.day(one.removed_at) if one.removed_at else None)
        for id in sorted({each.shoot_id for each in mine})
        for one in placements.of_shoot(conn, id)
    )


def _services(settings: Settings) -> tuple[Service, ...]:
    return tuple(
        Service(one.name, one.role, one.data, one.region, one.transfer, one.checked_on)
        for one in settings.requests.processors
    )


def _requests(
    conn: Connection, names: Collection[str], sure: Collection[str], asking: str
) -> tuple[EarlierRequest, ...]:
    """Return what the person asked for before; a namesake's cases, known by another address, are not among them."""
    found = []
    for one in requests.of_persons(conn, sorted(names)):
        contacts = set(one.persons) - set(names)
        if one.uid != asking and (not contacts or not sure or contacts & set(sure)):
            found.append(EarlierRequest(one.uid, one.kind, _day(one.received_on), one.state))
    return tuple(found)


def _look_ups(
    conn: Connection, settings: Settings, basis: Basis, key: LedgerKey, persons: list[str], ids: list[int]
) -> tuple[LookUp, ...]:
    subjects = {*persons, *shoot_hashes(conn, key, ids).values()} if ids else set(persons)
    counted: Counter[tuple[date, str]] = Counter()
    for entry in LedgerReader(settings.index.ledger_path).entries():
        draft = entry.draft
        # An export is recorded before it begins and again when it has ended: it is one, and told once.
        if draft.kind in _LOOKED and subjects & set(draft.subjects):
            counted[basis.day(draft.at), draft.words.get("command", draft.kind)] += 1
    return tuple(LookUp(on, what, times) for (on, what), times in sorted(counted.items()))


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _length(length: Duration | Unlimited, language: Language) -> str:
    parts = [
        (one if language == "fi" else f"1 {one}") if number == 1 else f"{number} {many}"
        for unit, one, many in _UNITS[language]
        if (number := getattr(length, unit, 0))
    ]
    return " ".join(parts) or _FOREVER[language]
