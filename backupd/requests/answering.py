"""The letters of a case: which one is due, and its facts, taken from what is recorded and was verified."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, tzinfo

from sqlalchemy import Connection

from backupd.letters.facts import Controller, LetterFacts
from backupd.letters.numerals import Language, counted
from backupd.letters.recipes import LetterKind
from backupd.requests.base import find_kinds
from backupd.requests.due import due_of
from backupd.requests.found import found_in, names_given, searched_days
from backupd.requests.grounds import GROUNDS
from backupd.settings.models import Settings
from index import plans, requests
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
_NOTHING: Mapping[str, LetterKind] = {
    "copy": "copy_not_found", "access": "nothing_held", "portability": "nothing_held", "erase": "nothing_held",
}  # fmt: skip
_HELD = ("shoot", "row", "consent", "placement")
_ASKED: Mapping[str, Mapping[Language, str]] = {
    "copy": {"fi": "kopiot kuvistasi", "en": "copies of your pictures"},
    "access": {"fi": "pääsy omiin tietoihisi", "en": "access to your personal data"},
    "rectify": {"fi": "tietojesi oikaiseminen", "en": "correction of your data"},
    "erase": {"fi": "tietojesi poistaminen", "en": "erasure of your data"},
    "restrict": {"fi": "tietojesi käsittelyn rajoittaminen", "en": "restriction of the processing of your data"},
    "object": {"fi": "tietojesi käsittelyn vastustaminen", "en": "objection to the processing of your data"},
    "marketing_ban": {"fi": "suoramarkkinointikielto", "en": "no direct marketing"},
    "consent_withdraw": {"fi": "suostumuksesi peruuttaminen", "en": "withdrawal of your consent"},
    "portability": {"fi": "tietojesi siirtäminen järjestelmästä toiseen", "en": "your data in a portable form"},
    "authority": {"fi": "selvitys", "en": "information"},
}
_WORDS: Mapping[str, Mapping[Language, str]] = {
    "files": {"fi": "{files} ja kaikki niiden kopiot, yhteensä {copies}", "en": "{files} and every copy, {copies} in all"},
    "new_name": {"fi": "nimi: {value}", "en": "name: {value}"},
    "new_email": {"fi": "sähköpostiosoite: {value}", "en": "e-mail address: {value}"},
    "folders": {"fi": "kuvauskansioiden nimiä: {number}", "en": "names of shoots' folders: {number}"},
    "rows": {"fi": "merkintöjä osallistujaluetteloissa: {number}", "en": "entries in lists of participants: {number}"},
    "lists": {"fi": "merkintäsi osallistujaluetteloista", "en": "your entries in lists of participants"},
    "register": {"fi": "nimesi ja yhteystietosi rekisteristämme", "en": "your name and contact details in our register"},
    "whole": {"fi": "koko pyyntö", "en": "the whole request"},
    "objected": {
        "fi": "oikeutettuun etuumme perustuva käsittely", "en": "processing that rests on our legitimate interest",
    },
    "meanwhile": {
        "fi": "pyyntösi on työn alla, eikä tietojasi käytetä muuhun",
        "en": "your request is being worked on, and your data is used for nothing else",
    },
}


def kind_due(conn: Connection, one: Request) -> LetterKind:
    """Return which letter a case asks for now. An authority gets none of these: it is answered by hand."""
    if one.state in _BY_STATE:
        return _BY_STATE[one.state]
    if one.extended_to is not None and one.checked_at is None:
        return "extended"
    held = any(each.is_in and each.kind in _HELD for each in requests.items_of(conn, one.uid))
    if not held and one.kind in _NOTHING:
        return _NOTHING[one.kind]
    return _BY_KIND.get(one.kind, "ack")


def controller_of(settings: Settings) -> Controller:
    """Return whose letters these are."""
    studio = settings.studio
    return Controller(studio.name, studio.contact, studio.address, settings.requests.authority)


def facts_for(
    conn: Connection, one: Request, settings: Settings, language: Language, today: date, zone: tzinfo,
    kind: LetterKind | None = None,
) -> LetterFacts:  # fmt: skip
    """Return all that a letter in this case may tell; nothing that was not recorded. `kind` is the letter that is meant,
    None the one that is due."""
    kind = kind or kind_due(conn, one)
    items = requests.items_of(conn, one.uid)
    plan = plans.get_plan(conn, one.plan) if one.plan else None
    acts = acts_of(conn, plan.id) if plan else []
    done = [act for act in acts if act.state == "done" and act.rule != "unlist"]
    ended = _day(one.checked_at or one.executed_at, zone)
    refused = [each for each in items if each.state == "refused"]
    shown = [each for each in items if each.kind == "placement" and each.is_in]
    found = found_in(conn, one, settings, today, zone)
    searched = searched_days(conn, today) if kind == "copy_not_found" else (None, None)
    reports, with_pictures = names_given(conn, one)
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
        shoots=found.shoots,
        damaged=found.damaged,
        missing=found.missing,
        missing_early=found.early,
        result_by=due.on if found.early else None,
        searched_name=one.subject or "",
        searched_from=searched[0],
        searched_to=searched[1],
        erased_on=ended,
        erased=_erased(done, items, language),
        media_erased=bool(done),
        recoverable_until=_recoverable(acts),
        kept_by_law_until=_kept_by_law(items),
        recipients=tuple(_names(items, "recipient")),
        refused_part=part,
        refused_whole=bool(part) and (one.state == "refused" or not refused),
        ground=GROUNDS.get(one.refusal_code or "", {}).get(language, ""),
        reason=(one.extension_reason if kind == "extended" else one.refusal_words) or "",
        restricted_from=_day(one.opened_at, zone),
        restriction_over=find_kinds()[one.kind].hold_ends,
        extended_to=date.fromisoformat(one.extended_to) if one.extended_to else None,
        meanwhile=_WORDS["meanwhile"][language],
        banned_on=ended,
        withdrawn_on=ended,
        removed_by=due.on if any(each.state == "open" for each in shown) else None,
        removed=bool(shown) and all(each.state == "done" for each in shown),
        objected=one.details.get("reason", "") or _WORDS["objected"][language],
        stopped_on=_day(one.opened_at, zone),
        corrected_on=ended,
        corrected=_corrected(one, items, language),
        attachments=reports,
        pictures_apart=with_pictures,
    )


def _erased(done: list[Act], items: list[Item], language: Language) -> tuple[str, ...]:
    told = []
    if done:
        files = len({act.sha256 or act.dropbox_hash or (act.store, act.path) for act in done})
        words = {"files": counted(files, "file", language), "copies": counted(len(done), "copy", language)}
        told.append(_WORDS["files"][language].format(**words))
    if any(each.kind == "row" and each.state == "done" for each in items):
        told.append(_WORDS["lists"][language])
    told.append(_WORDS["register"][language])
    told += _names([each for each in items if not each.details.get("kept_until")], "place")
    return tuple(told)


def _corrected(one: Request, items: list[Item], language: Language) -> tuple[str, ...]:
    told = [
        _WORDS[key][language].format(value=value) for key in ("new_name", "new_email") if (value := one.details.get(key))
    ]
    for kind, key in (("folder", "folders"), ("row", "rows")):
        number = sum(1 for each in items if each.kind == kind and each.state == "done")
        if number:
            told.append(_WORDS[key][language].format(number=number))
    return tuple(told)


def _kept_by_law(items: list[Item]) -> date | None:
    days = [date.fromisoformat(each.details["kept_until"]) for each in items if each.details.get("kept_until")]
    return max(days, default=None)


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


def _day(at: int | None, zone: tzinfo) -> date | None:
    return None if at is None else datetime.fromtimestamp(at, UTC).astimezone(zone).date()
