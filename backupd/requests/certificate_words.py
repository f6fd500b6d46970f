"""What a certificate of erasure says, in Finnish and English. Data only."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from backupd.letters.numerals import Language

WORDS: Mapping[str, Mapping[Language, str]] = MappingProxyType(
    {
        "title": {"fi": "Todistus tietojen poistamisesta", "en": "Certificate of erasure"},
        "interim": {"fi": "Selvitys keskeneräisestä poistosta", "en": "Report of an erasure that is not finished"},
        "request": {"fi": "Pyyntö {uid}, vastaanotettu {received}", "en": "Request {uid}, received on {received}"},
        "run": {"fi": "Poisto toteutettu {day}", "en": "Erasure carried out on {day}"},
        "checked": {
            "fi": "Kaikki säilytyspaikat käyty uudelleen läpi {day}",
            "en": "Every place of storage looked at again on {day}",
        },
        "went": {"fi": "Mitä poistettiin ja mistä", "en": "What was erased, and where"},
        "files": {"fi": "{store}: {files} poistettu, {size}", "en": "{store}: {files} erased, {size}"},
        "asked": {
            "fi": "{number} kohdalla {store} vastasi poiston jälkeen kysyttäessä, ettei tiedostoa enää ole",
            "en": "for {number} of them {store}, asked after the removal, answered that the file is not there",
        },
        "lists": {
            "fi": "{store}: {what} kirjoitettu uudelleen ilman merkintääsi",
            "en": "{store}: {what} written anew without your entry",
        },
        "folders": {
            "fi": "{store}: {what} nimetty uudelleen, ilman nimeäsi",
            "en": "{store}: {what} renamed, without your name",
        },
        "links": {
            "fi": "{store}: {what} lopetettu ja linkin takana ollut poistettu",
            "en": "{store}: {what} ended, and what was behind it removed",
        },
        "published": {"fi": "{what} poistettu", "en": "{what} taken down"},
        "told": {
            "fi": "poistosta on ilmoitettu {what}",
            "en": "{what} told of the erasure",
        },
        "places": {"fi": "muut paikat: {names}", "en": "other places: {names}"},
        "register": {
            "fi": "nimesi, yhteystietosi ja hakusanasi rekisteristämme, jonka tiedosto kirjoitetaan kokonaan uudelleen, kun"
            " pyyntö päätetään",
            "en": "your name, contact details and search words in our register, whose file is written anew as a whole when"
            " the request is closed",
        },
        "how": {"fi": "Mistä tiedämme sen", "en": "How we know"},
        "ledger": {
            "fi": "Jokaisesta poistosta on ennen sitä kirjattu aikomus ja sen jälkeen tulos päiväkirjaan, jota ei voi"
            " muuttaa jälkikäteen: merkinnät {first}–{last}.",
            "en": "For each removal an intent was recorded before it and its outcome after it, in a ledger that cannot be"
            " changed afterwards: entries {first} to {last}.",
        },
        "digest": {
            "fi": "Hyväksytyn suunnitelman tiiviste: {digest}",
            "en": "Digest of the plan that was approved: {digest}",
        },
        "four_eyes": {
            "fi": "Suunnitelman hyväksyi toinen henkilö kuin se, joka sen toteutti.",
            "en": "The plan was approved by another person than the one who carried it out.",
        },
        "stays": {"fi": "Mitä säilyy ja miksi", "en": "What stays, and why"},
        "refused": {"fi": "{what}: {why}", "en": "{what}: {why}"},
        "item": {"fi": "kohta {number}", "en": "item {number}"},
        "restricted": {
            "fi": "säilytetään, mutta ei käytetä eikä poisteta",
            "en": "kept, and neither used nor deleted",
        },
        "letters": {
            "fi": "Kirjeitä, jotka olemme lähettäneet muille ja joissa sinut mainitaan: {number}. Poistamme nimesi omista"
            " kopioistamme, kun asia päätetään; saajilla kirjeet ovat.",
            "en": "Letters that we sent to others and that mention you: {number}. Your name goes from our own copies as the"
            " case is closed; whoever got them has them.",
        },
        "trace": {
            "fi": "Säilytämme päivät, lukumäärät ja avaimella lasketut tiivisteet, joista nimeäsi ei voi lukea, jotta voimme"
            " osoittaa poiston ja tunnistaa tietosi, jos ne palaavat{until}.",
            "en": "We keep days, counts and keyed hashes, from which your name cannot be read, so as to show that it was"
            " done and to recognise your data should it come back{until}.",
        },
        "trace_until": {"fi": " ({day} asti)", "en": " (until {day})"},
        "accounts": {
            "fi": "Laskutustiedot säilyvät kirjanpitolain vaatiman ajan; ne eivät ole tässä järjestelmässä.",
            "en": "Invoicing data is kept for the time that the Accounting Act requires; it is not in this system.",
        },
        "nothing_refused": {
            "fi": "Mitään pyytämästäsi ei jätetty poistamatta.",
            "en": "Nothing that you asked for was left out.",
        },
        "residual": {"fi": "Mitä voi vielä palauttaa, ja mihin asti", "en": "What could still be restored, until when"},
        "provider": {
            "fi": "{store}: palveluntarjoaja voi teknisesti palauttaa tiedostoja {day} asti",
            "en": "{store}: the provider could technically restore files until {day}",
        },
        "forever": {
            "fi": "{store}: kunnes joku tyhjentää sen roskakorin",
            "en": "{store}: until somebody empties its trash",
        },
        "nothing": {"fi": "{store}: ei mitään", "en": "{store}: nothing"},
        "backups": {
            "fi": "Rekisterin varmuuskopioissa nimesi voi olla {day} asti; palautettaessa poisto toistetaan heti.",
            "en": "Backups of the register may hold your name until {day}; one that is put back is erased anew at once.",
        },
        "backups_forever": {
            "fi": "Rekisterin varmuuskopioissa nimesi voi olla; palautettaessa poisto toistetaan heti.",
            "en": "Backups of the register may hold your name; one that is put back is erased anew at once.",
        },
        "open": {"fi": "Mitä on vielä tekemättä", "en": "What is still to be done"},
        "act_open": {
            "fi": "{store}: {files} odottaa, kunnes paikka on taas tavoitettavissa",
            "en": "{store}: {files} waiting until the place can be reached again",
        },
        "item_open": {"fi": "kohta {number} ({kind})", "en": "item {number} ({kind})"},
    }
)
"""Each clause, by its key."""


def said(key: str, language: Language, **facts: object) -> str:
    """Return a clause with its facts."""
    return WORDS[key][language].format(**facts)
