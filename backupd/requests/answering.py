"""The letters of a case: which one is due, and its facts, taken from what is recorded and was verified."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, tzinfo

from sqlalchemy import Connection

from backupd.letters.facts import Controller, FoundShoot, LetterFacts
from backupd.letters.numerals import Language, counted
from backupd.letters.recipes import LetterKind
from backupd.requests.base import find_kinds
from backupd.requests.due import due_of
from backupd.settings.models import Settings
from index import plans, requests, shoots
from index.acts import Act, acts_of
from index.requests import Item, Request

_BY_KIND: Mapping[str, LetterKind] = {
    "copy": "copy_found", "access": "access", "rectify": "corrected", "erase": "erased", "restrict": "restricted",
    "object": "objected", "marketing_ban": "ban", "consent_withdraw": "withdrawn", "portability": "portability",
}  # fmt: skip
_BY_STATE: Mapping[str, LetterKind] = {
    "received": "ack", "acknowledged": "ack", "id_check": "identity", "unidentifiable": "unidentifiable",
    "refused": "refused",
}  # fmt: skip
_ASKED: Mapping[str, Mapping[Language, str]] = {
    "copy": {"fi": "kopiot kuvistasi", "en": "copies of your pictures"},
    "access": {"fi": "tieto siitä, mitä tietoja sinusta käsittelemme", "en": "what data we hold on you"},
    "rectify": {"fi": "tietojesi oikaiseminen", "en": "that your data be corrected"},
    "erase": {"fi": "tietojesi poistaminen", "en": "that your data be erased"},
    "restrict": {"fi": "tietojesi käsittelyn rajoittaminen", "en": "that the processing of your data be restricted"},
    "object": {"fi": "tietojesi käsittelyn lopettaminen", "en": "that the processing of your data be stopped"},
    "marketing_ban": {"fi": "suoramarkkinoinnin kieltäminen", "en": "no direct marketing"},
    "consent_withdraw": {"fi": "suostumuksesi peruuttaminen", "en": "that your consent be withdrawn"},
    "portability": {"fi": "tietojesi siirtäminen", "en": "that your data be handed over"},
    "authority": {"fi": "selvitys", "en": "information"},
}
_WORDS: Mapping[str, Mapping[Language, str]] = {
    "files": {"fi": "{files} paikasta {store}", "en": "{files} from {store}"},
    "lists": {"fi": "merkintäsi osallistujaluetteloista", "en": "your entries in lists of participants"},
    "register": {"fi": "nimesi ja yhteystietosi rekisteristämme", "en": "your name and contact details in our register"},
    "whole": {"fi": "koko pyyntö", "en": "the whole request"},
    "meanwhile": {
        "fi": "pyyntösi on työn alla, eikä tietojasi käytetä muuhun",
        "en": "your request is being worked on, and your data is used for nothing else",
    },
    "report": {"fi": "selvitys tiedoistasi", "en": "a report of your data"},
}


_GROUNDS: Mapping[str, Mapping[Language, str]] = {
    "hold_legal": {"fi": "tietoja tarvitaan oikeusvaateen takia (yleinen tietosuoja-asetus, 17 artiklan 3 kohta)",
                   "en": "the data is needed for a legal claim (GDPR, Article 17(3))"},
    "hold_conflict": {"fi": "toinen henkilö on pyytänyt samojen tietojen säilyttämistä (18 artikla)",
                      "en": "another person has asked that the same data be kept (Article 18)"},
    "shared_subjects": {"fi": "kuvissa on myös muita, joiden oikeuksia poistaminen loukkaisi",
                        "en": "others appear in the pictures too, and erasing them would infringe their rights"},
    "unfounded": {"fi": "pyyntö on ilmeisen perusteeton tai kohtuuton (12 artiklan 5 kohta)",
                  "en": "the request is manifestly unfounded or excessive (Article 12(5))"},
}  # fmt: skip


def kind_due(one: Request) -> LetterKind:
    """Return which letter a case asks for now. An authority gets none of these: it is answered by hand."""
    if one.state in _BY_STATE:
        return _BY_STATE[one.state]
    if one.extended_to is not None and one.checked_at is None:
        return "extended"
    return _BY_KIND.get(one.kind, "ack")


def controller_of(settings: Settings) -> Controller:
    """Return whose letters these are."""
    studio = settings.studio
    return Controller(studio.name, studio.contact, studio.address, settings.requests.authority)


def facts_for(
    conn: Connection, one: Request, settings: Settings, language: Language, today: date, zone: tzinfo
) -> LetterFacts:
    """Return all that a letter in this case may tell; nothing that was not recorded."""
    items = requests.items_of(conn, one.uid)
    plan = plans.get_plan(conn, one.plan) if one.plan else None
    acts = acts_of(conn, plan.id) if plan else []
    done = [act for act in acts if act.state == "done" and act.rule != "unlist"]
    ended = _day(one.checked_at or one.executed_at, zone)
    refused = [each for each in items if each.state == "refused"]
    part = "" if not one.refusal_code else _refused_part(one, refused, language)
    due = due_of(one, find_kinds()[one.kind], settings.requests, today)
    return LetterFacts(
        language,
        today,
        name=one.subject or "",
        mail=one.email or "",
        request=one.uid,
        asked=_ASKED[one.kind][language],
        received_on=date.fromisoformat(one.received_on),
        due_on=due.on,
        identity_needed=one.identity_method is None,
        shoots=_shoots(conn, items),
        erased_on=ended,
        erased=_erased(done, items, language),
        media_erased=bool(done),
        recoverable_until=_recoverable(acts),
        recipients=tuple(_names(items, "recipient")),
        refused_part=part,
        ground=_GROUNDS.get(one.refusal_code or "", {}).get(language, one.refusal_code or ""),
        reason=one.refusal_words or one.extension_reason or "",
        restricted_from=_day(one.opened_at, zone),
        extended_to=date.fromisoformat(one.extended_to) if one.extended_to else None,
        meanwhile=_WORDS["meanwhile"][language],
        banned_on=ended,
        withdrawn_on=ended,
        removed_by=due.on,
        objected=one.details.get("reason", ""),
        stopped_on=_day(one.opened_at, zone),
        corrected_on=ended,
        corrected=tuple(value for key in ("new_name", "new_email") if (value := one.details.get(key))),
        attachments=(_WORDS["report"][language],) if one.kind in ("access", "portability") else (),
    )


def _erased(done: list[Act], items: list[Item], language: Language) -> tuple[str, ...]:
    stores: dict[str, int] = {}
    for act in done:
        stores[act.store] = stores.get(act.store, 0) + 1
    told = [
        _WORDS["files"][language].format(files=counted(number, "file", language), store=store)
        for store, number in sorted(stores.items())
    ]
    if any(each.kind == "row" and each.state == "done" for each in items):
        told.append(_WORDS["lists"][language])
    told.append(_WORDS["register"][language])
    told += _names(items, "place")
    return tuple(told)


def _recoverable(acts: list[Act]) -> date | None:
    days = [date.fromisoformat(act.recoverable_until) for act in acts if act.recoverable_until and act.state == "done"]
    return max(days, default=None)


def _names(items: list[Item], kind: str) -> list[str]:
    done = [each for each in items if each.kind == kind and each.state == "done" and not each.details.get("own")]
    return [each.subject.partition(":")[0] for each in done if each.subject]


def _refused_part(one: Request, refused: list[Item], language: Language) -> str:
    if one.state == "refused" or not refused:
        return _WORDS["whole"][language]
    return "; ".join(each.subject for each in refused if each.subject)


def _shoots(conn: Connection, items: list[Item]) -> tuple[FoundShoot, ...]:
    mine = {each.shoot: each for each in items if each.kind == "shoot" and each.is_in and each.shoot is not None}
    found = []
    for id, row in sorted(shoots.get_shoots(conn, sorted(mine)).items()):
        first, last = (date.fromisoformat(day) if day else None for day in (row.first_day, row.last_day))
        found.append(FoundShoot(row.title or row.client or "", first, last, int(mine[id].details.get("copies", 0))))
    return tuple(found)


def _day(at: int | None, zone: tzinfo) -> date | None:
    return None if at is None else datetime.fromtimestamp(at, UTC).astimezone(zone).date()
