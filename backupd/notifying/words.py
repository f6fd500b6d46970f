"""The words of what people are told by mail, in Finnish and English. Data only, and `say`.

A name is never inflected: a noun stands before it. Stores, numbers and days only, never a name of a person or a file.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

Language = Literal["fi", "en"]

TEXTS: Mapping[str, Mapping[Language, str]] = MappingProxyType(
    {
        "new": {
            "fi": "Tallennuspaikkaa ”{store}” ei ole vielä otettu käyttöön. Katso: backupd store init {store}",
            "en": 'Store "{store}" has not been adopted yet. See: backupd store init {store}',
        },
        "refused": {
            "fi": "Tallennuspaikkaa ”{store}” ei tunnisteta: levy puuttuu, on väärä tai sen merkkitiedosto on poissa."
            " Siitä ei päätellä mitään. Katso: backupd doctor",
            "en": 'Store "{store}" is not believed: {why}. See: backupd doctor',
        },
        "refused_cloud": {
            "fi": "Palveluun, jossa tallennuspaikka ”{store}” on, ei päästä: kirjautuminen tai oikeudet on uusittava."
            " Katso: backupd doctor",
            "en": 'Store "{store}" does not let us in: {why}. See: backupd doctor',
        },
        "offline": {
            "fi": "Tallennuspaikkaan ”{store}” ei saada yhteyttä. Siitä kuultiin viimeksi {when}. Katso: backupd doctor",
            "en": 'Store "{store}" cannot be reached ({why}). Last heard of on {when}. See: backupd doctor',
        },
        "doubted": {
            "fi": "Tallennuspaikasta ”{store}” on kadonnut kerralla niin paljon, ettei siitä päätelty mitään."
            " Katso: backupd review",
            "en": 'So much of store "{store}" is gone at once that nothing was concluded from it. See: backupd review',
        },
        "silent": {
            "fi": "Tallennuspaikasta ”{store}” ei ole kuultu mitään {hours} tuntiin.",
            "en": 'Nothing was heard of store "{store}" for {hours} hours.',
        },
        "unwatched": {
            "fi": "Tallennuspaikan ”{store}” muutoksia ei kuulla heti: käyttöjärjestelmän seurantaraja on täynnä"
            " (fs.inotify.max_user_watches). Se käydään läpi ajoittain.",
            "en": 'Store "{store}" is not watched: {why}. It is compared now and then.',
        },
        "overflow": {
            "fi": "Tallennuspaikassa ”{store}” muuttui kerralla enemmän kuin käyttöjärjestelmä ehti kertoa, joten se"
            " käytiin läpi kokonaan. Jos näin käy usein, suurenna arvoa fs.inotify.max_queued_events.",
            "en": 'More changed in store "{store}" at once than the kernel could tell of, so the whole store was compared.'
            " Where that happens often, raise fs.inotify.max_queued_events.",
        },
        "backup": {
            "fi": "Indeksin varmuuskopiointi epäonnistui ({why}). Katso: backupd backup-index",
            "en": "The backup of the index failed: {why}. See: backupd backup-index",
        },
        "job": {
            "fi": "Ajastettu työ ”{job}” on epäonnistunut {times} kertaa peräkkäin ({why}). Katso: journalctl -u backupd",
            "en": 'The job "{job}" has failed {times} times in a row: {why}. See: journalctl -u backupd',
        },
        "question": {
            "fi": "1 kysymys odottaa vastausta. Katso: backupd review",
            "en": "1 question waits for a person. See: backupd review",
        },
        "questions": {
            "fi": "{number} kysymystä odottaa vastausta. Katso: backupd review",
            "en": "{number} questions wait for a person. See: backupd review",
        },
        "holds_due_one": {
            "fi": "1 poistoesto on tarkistettava. Katso: backupd hold list --due",
            "en": "1 hold is due for review. See: backupd hold list --due",
        },
        "holds_due": {
            "fi": "{number} poistoestoa on tarkistettava. Katso: backupd hold list --due",
            "en": "{number} holds are due for review. See: backupd hold list --due",
        },
        "takedowns_one": {
            "fi": "1 julkaistu kuva on poistettava julkaisukanavasta. Katso: backupd portfolio takedowns",
            "en": "1 publication must come down. See: backupd portfolio takedowns",
        },
        "takedowns": {
            "fi": "{number} julkaistua kuvaa on poistettava julkaisukanavista. Katso: backupd portfolio takedowns",
            "en": "{number} publications must come down. See: backupd portfolio takedowns",
        },
        "contacts_due_one": {
            "fi": "1 yhteystieto on ollut niin kauan käyttämättä, että se on poistettava. Katso: backupd contacts due",
            "en": "1 contact was used by nobody for too long. See: backupd contacts due",
        },
        "contacts_due": {
            "fi": "{number} yhteystietoa on ollut niin kauan käyttämättä, että ne on poistettava."
            " Katso: backupd contacts due",
            "en": "{number} contacts were used by nobody for too long. See: backupd contacts due",
        },
        "lowered_one": {
            "fi": "Asetuksissa luvataan yhdeltä osin vähemmän kuin ennen. Mitään ei siivota, ennen kuin se on vahvistettu."
            " Katso: backupd config diff",
            "en": "The configuration lowers a promise, and nothing is cleaned up until that is confirmed."
            " See: backupd config diff",
        },
        "lowered": {
            "fi": "Asetuksissa luvataan {number} osin vähemmän kuin ennen. Mitään ei siivota, ennen kuin se on vahvistettu."
            " Katso: backupd config diff",
            "en": "The configuration lowers {number} promises, and nothing is cleaned up until that is confirmed."
            " See: backupd config diff",
        },
        "short": {
            "fi": "Tallennuspaikan ”{store}” tila on loppumassa, eikä sieltä saa poistaa niin paljon kuin pitäisi."
            ' Katso: backupd prune --plan --store "{store}"',
            "en": 'Store "{store}" is short of room, and less may go than it needs.'
            ' See: backupd prune --plan --store "{store}"',
        },
        "plan": {
            "fi": "Siivous odottaa hyväksyntää. Katso: backupd prune --show {uid}, sitten: backupd prune --run {uid}",
            "en": "A clean-up waits to be approved. See: backupd prune --show {uid}, then: backupd prune --run {uid}",
        },
        "due": {
            "fi": "Pyyntöön {uid} ({kind}) on vastattava viimeistään {day}: aikaa on {left}."
            " Katso: backupd request show {uid}",
            "en": "Request {uid} ({kind}) must be answered by {day}: {left} left. See: backupd request show {uid}",
        },
        "due_today": {
            "fi": "Pyyntöön {uid} ({kind}) on vastattava tänään, {day}. Katso: backupd request show {uid}",
            "en": "Request {uid} ({kind}) must be answered today, {day}. See: backupd request show {uid}",
        },
        "late": {
            "fi": "Pyyntöön {uid} ({kind}) olisi pitänyt vastata viimeistään {day}: myöhässä {left}."
            " Katso: backupd request show {uid}",
            "en": "Request {uid} ({kind}) had to be answered by {day}: {left} late. See: backupd request show {uid}",
        },
        "still_kept": {
            "fi": "Pyynnön {uid} mukaan poistetuista on yhä palautettavissa {files} tallennuspaikasta ”{store}”,"
            " palvelun mukaan {day} asti. Katso: backupd request show {uid}",
            "en": 'Of what was erased under request {uid}, {files} can still be brought back in store "{store}", by its word'
            " until {day}. See: backupd request show {uid}",
        },
    }
)  # fmt: skip
"""What is the matter, by its kind."""

MAIL: Mapping[str, Mapping[Language, str]] = MappingProxyType(
    {
        "subject_one": {"fi": "{what}", "en": "{what}"},
        "subject_many": {"fi": "{number} asiaa vaatii huomiota", "en": "{number} things need a person"},
        "digest": {"fi": "Seuraavat asiat vaativat huomiota:", "en": "What needs a person today:"},
        "digest_one": {"fi": "Seuraava asia vaatii huomiota:", "en": "What needs a person today:"},
        "at_once": {"fi": "Nämä asiat eivät voi odottaa:", "en": "These cannot wait:"},
        "at_once_one": {"fi": "Tämä asia ei voi odottaa:", "en": "This cannot wait:"},
        "since": {"fi": "alkaen {when}", "en": "since {when}"},
        "from": {"fi": "backupd, {studio}, kone {host}", "en": "backupd for {studio}, on {host}"},
        "from_nobody": {"fi": "backupd, kone {host}", "en": "backupd, on {host}"},
    }
)
"""What stands around it in a mail."""

REPORT: Mapping[str, Mapping[Language, str]] = MappingProxyType(
    {
        "subject": {"fi": "Kuukausi silmäyksellä: {month}", "en": "The month at a glance: {month}"},
        "store": {"fi": "Tallennuspaikka ”{store}”: {files}, {bytes}", "en": 'Store "{store}": {files}, {bytes}'},
        "free": {"fi": "vapaana {free}", "en": "{free} free"},
        "missing": {"fi": "kadoksissa {missing}", "en": "{missing} missing"},
        "shoots": {"fi": "Indeksissä on {shoots}.", "en": "The index knows {shoots}."},
        "requests": {
            "fi": "Pyyntöjä saapui {came} ja päätettiin {ended}; avoinna on {open}.",
            "en": "Requests: {came} received, {ended} ended, {open} open.",
        },
        "questions": {
            "fi": "Vastausta odottavia kysymyksiä: {number}.",
            "en": "Questions that wait for a person: {number}.",
        },
        "backup": {"fi": "Indeksin uusin varmuuskopio: {when}.", "en": "Newest backup of the index: {when}."},
        "no_backup": {"fi": "Indeksistä ei ole varmuuskopiota.", "en": "There is no backup of the index."},
    }
)
"""The month at a glance."""

STATES: Mapping[str, Mapping[Language, str]] = MappingProxyType(
    {
        "offline": {"fi": "ei yhteyttä", "en": "cannot be reached"},
        "refused": {"fi": "ei tunnisteta", "en": "not believed"},
        "doubted": {"fi": "odottaa vahvistusta", "en": "waits to be confirmed"},
        "new": {"fi": "ei vielä indeksoitu", "en": "not indexed yet"},
    }
)
"""How a store is, where it is not well."""

MONTHS: Mapping[Language, tuple[str, ...]] = MappingProxyType(
    {
        "fi": (
            "tammikuu", "helmikuu", "maaliskuu", "huhtikuu", "toukokuu", "kesäkuu", "heinäkuu", "elokuu", "syyskuu",
            "lokakuu", "marraskuu", "joulukuu",
        ),
        "en": (
            "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
            "December",
        ),
    }
)  # fmt: skip

KINDS: Mapping[str, Mapping[Language, str]] = MappingProxyType(
    {
        "access": {"fi": "tietojen tarkastus", "en": "access"},
        "authority": {"fi": "viranomaisen pyyntö", "en": "an authority's request"},
        "consent_withdraw": {"fi": "suostumuksen peruutus", "en": "a withdrawal of consent"},
        "copy": {"fi": "kuvien kopio", "en": "a copy of pictures"},
        "erase": {"fi": "tietojen poisto", "en": "erasure"},
        "marketing_ban": {"fi": "suoramarkkinointikielto", "en": "a ban on direct marketing"},
        "object": {"fi": "käsittelyn vastustaminen", "en": "an objection"},
        "portability": {"fi": "tietojen siirto", "en": "portability"},
        "rectify": {"fi": "tietojen oikaisu", "en": "a correction"},
        "restrict": {"fi": "käsittelyn rajoitus", "en": "a restriction"},
    }
)
"""Kinds of requests; a test holds that none is lacking."""


def say(key: str, language: Language, **fields: object) -> str:
    """Return what is the matter, in words."""
    return TEXTS[key][language].format(**fields)


def kind_of_request(slug: str, language: Language) -> str:
    """Return what people call a kind of request; its own short name where it has no words here."""
    return KINDS[slug][language] if slug in KINDS else slug


def days_left(number: int, language: Language) -> str:
    """Return "1 päivä", "5 päivää"; "1 day", "5 days"."""
    if language == "fi":
        return f"{number} päivä{'' if number == 1 else 'ä'}"
    return f"{number} day{'' if number == 1 else 's'}"
