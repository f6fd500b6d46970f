"""The words of the access report in Finnish and English. Data only. Source: privacy facts, parts 2 and 6."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from backupd.letters.passages import Language

HEADINGS: Mapping[str, Mapping[Language, str]] = MappingProxyType(
    {
        "confirmation": {"fi": "Vahvistus käsittelystä", "en": "Confirmation"},
        "purposes": {"fi": "Käsittelyn tarkoitukset ja perusteet", "en": "Purposes and bases"},
        "data": {"fi": "Käsiteltävät tiedot", "en": "Data processed"},
        "media": {"fi": "Kuvat ja videot", "en": "Photos and videos"},
        "recipients": {"fi": "Vastaanottajat", "en": "Recipients"},
        "transfers": {"fi": "Siirrot EU- ja ETA-alueen ulkopuolelle", "en": "Transfers outside the EU and EEA"},
        "storage": {"fi": "Säilytysaika tai sen määräytymisperusteet", "en": "Storage period or criteria"},
        "source": {"fi": "Tietojen lähde", "en": "Source"},
        "consents": {"fi": "Suostumukset", "en": "Consents"},
        "requests": {"fi": "Aiemmat pyynnöt", "en": "Earlier requests"},
        "look_ups": {"fi": "Tietojen käyttöloki", "en": "Log of look-ups"},
        "automated": {"fi": "Automaattinen päätöksenteko: ei käytössä", "en": "Automated decisions: none"},
        "rights": {"fi": "Oikeutesi", "en": "Your rights"},
        "complaint": {"fi": "Valitusoikeus", "en": "Right to complain"},
        "attachments": {"fi": "Liitteet", "en": "Attachments"},
    }
)
"""Every heading, in the order of the report."""

TEXTS: Mapping[str, Mapping[Language, str]] = MappingProxyType(
    {
        "title": {"fi": "Selvitys henkilötiedoistasi", "en": "Report on your personal data"},
        "held": {
            "fi": "Vahvistamme, että käsittelemme sinua koskevia henkilötietoja. Tässä selvityksessä on kaikki, mitä"
            " löysimme {day}.",
            "en": "We confirm that we process personal data concerning you. This report holds all that we found on {day}.",
        },
        "not_held": {
            "fi": "Antamillasi tiedoilla emme löytäneet sinua koskevia henkilötietoja.",
            "en": "With the details you gave we found no personal data concerning you.",
        },
        "doubtful": {
            "fi": "Löysimme lisäksi mahdollisia osumia, joista emme tiedä, koskevatko ne sinua: {number}. Kerro tarkempia"
            " tietoja, jos haluat meidän selvittävän ne.",
            "en": "We also found possible matches of which we do not know whether they concern you: {number}. Give us more"
            " details if you would like us to look into them.",
        },
        "purpose_contact": {
            "fi": "Yhteystiedot: asiakassuhteen hoitaminen, sopimusten mukaiset työt ja laskutus. Peruste: sopimus ja"
            " oikeutettu etu.",
            "en": "Contact data: looking after the client relationship, agreed work and invoicing. Basis: contract and"
            " legitimate interest.",
        },
        "purpose_media": {
            "fi": "Kuvat ja videot: varmuuskopio, jotta asiakas saa uuden kopion, jos hänen omansa katoaa tai tuhoutuu."
            " Peruste: sopimus ja oikeutettu etu.",
            "en": "Photos and videos: a backup, so that a client can get another copy if theirs is lost or destroyed."
            " Basis: contract and legitimate interest.",
        },
        "purpose_list": {
            "fi": "Osallistujaluettelot: tieto siitä, ketkä ovat mukana kuvauksessa. Peruste: oikeutettu etu.",
            "en": "Lists of participants: knowing who takes part in a shoot. Basis: legitimate interest.",
        },
        "purpose_show": {
            "fi": "Oma markkinointi, esimerkiksi portfolio: vain luvallasi. Peruste: suostumus.",
            "en": "Our own marketing, such as a portfolio: only with your permission. Basis: consent.",
        },
        "purpose_record": {
            "fi": "Pyynnöt ja käyttöloki: lain velvoitteiden täyttäminen. Peruste: lakisääteinen velvoite.",
            "en": "Requests and log of look-ups: meeting what the law asks of us. Basis: legal obligation.",
        },
        "reference": {"fi": "Asian tunnus: {request}", "en": "Our reference: {request}"},
        "no_attachments": {"fi": "Ei liitteitä.", "en": "None."},
        "held_besides": {"fi": "poistaminen estetty", "en": "deletion stopped"},
        "none": {"fi": "Ei tietoja.", "en": "Nothing is held."},
        "no_recipients": {
            "fi": "Tietojasi ei ole luovutettu. Emme koskaan myy tai luovuta tietoja suoramarkkinointiin.",
            "en": "Your data has not been given to anybody. We never sell or disclose data for direct marketing.",
        },
        "never_sold": {
            "fi": "Emme koskaan myy tai luovuta tietoja suoramarkkinointiin.",
            "en": "We never sell or disclose data for direct marketing.",
        },
        "services": {"fi": "Palvelut, jotka käsittelevät tietoja puolestamme:", "en": "Services that process data for us:"},
        "no_transfers": {"fi": "Tiedossamme ei ole siirtoja.", "en": "We know of no transfers."},
        "transfers": {
            "fi": "Jotkin palveluista saattavat varmuuskopioida tietoja EU- ja ETA-alueen ulkopuolelle.",
            "en": "Some of the services may back data up outside the EU and EEA.",
        },
        "storage_media": {
            "fi": "Pyrimme säilyttämään kuvien ja videoiden varmuuskopioita vähintään {minimum} ja sen jälkeen"
            " levytilan salliessa ja tiedostojen pysyessä ehjinä. Emme voi taata säilymistä: suosittelemme säilyttämään"
            " tärkeistä kuvista useita varmuuskopioita.",
            "en": "We aim to keep backups of photos and videos for at least {minimum}, and after that while disk space"
            " allows and the files are intact. We cannot guarantee it: we recommend keeping several backups of important"
            " pictures.",
        },
        "storage_contact": {
            "fi": "Yhteystiedot poistetaan viimeistään, kun ne ovat olleet käyttämättä {unused}.",
            "en": "Contact data is deleted at the latest when unused for {unused}.",
        },
        "source": {
            "fi": "Tiedot on saatu sinulta, tilaajalta tai kuvauksen osallistujaluettelosta sekä kuvauksessa itsessään.",
            "en": "The data came from you, from the client, from a shoot's list of participants, and from the shoot itself.",
        },
        "automated": {
            "fi": "Emme tee sinua koskevia automaattisia päätöksiä. Varmuuskopioiden ikään perustuva siivous koskee"
            " tiedostoja, ei henkilöitä.",
            "en": "We make no automated decisions about you. Clean-up of backups by age is about files, not persons.",
        },
        "rights": {
            "fi": "Voit pyytää meitä oikaisemaan, täydentämään tai poistamaan tietosi, rajoittamaan niiden käsittelyä ja"
            " siirtämään antamasi tiedot. Voit vastustaa käsittelyä, kieltää suoramarkkinoinnin ja peruuttaa"
            " suostumuksesi milloin tahansa. Ota yhteyttä: {contact}.",
            "en": "You may ask us to correct, complete or erase your data, to restrict their processing and to hand over the"
            " data you gave us. You may object to processing, forbid direct marketing and withdraw your consent at any"
            " time. Contact: {contact}.",
        },
        "complaint": {
            "fi": "Jos olet sitä mieltä, että käsittelemme tietojasi väärin, sinulla on oikeus tehdä valitus"
            " tietosuojavaltuutetulle: {authority}. Voit myös viedä asian tuomioistuimen käsiteltäväksi.",
            "en": "If you think that we process your data wrongly, you have the right to lodge a complaint with the Data"
            " Protection Ombudsman: {authority}. You may also bring the matter before a court.",
        },
        "look_ups": {
            "fi": "Työntekijöidemme nimiä ei luetella. Lokista näkyy, milloin tietojasi on haettu tai luovutettu.",
            "en": "Our employees are not named. The log shows when your data was looked up or given out.",
        },
        "shoot": {"fi": "kuvaus", "en": "shoot"},
        "as_client": {"fi": "tilaajana", "en": "as the client"},
        "as_participant": {"fi": "osallistujana", "en": "as a participant"},
        "unnamed": {"fi": "vastaanottaja, jonka nimeä ei enää säilytetä", "en": "a recipient whose name is no longer kept"},
        "until": {"fi": "ainakin {day} asti", "en": "at least until {day}"},
        "no_day": {"fi": "päivä ei tiedossa", "en": "day unknown"},
        "minor": {"fi": "alaikäinen", "en": "minor"},
        "adult": {"fi": "täysi-ikäinen", "en": "adult"},
        "removed": {"fi": "poistettu {day}", "en": "removed on {day}"},
        "hold": {"fi": "Poistamisen esto ({kind}) alkaen {day}", "en": "Stop on deletion ({kind}) since {day}"},
    }
)

VALUES: Mapping[str, Mapping[Language, str]] = MappingProxyType(
    {
        "name": {"fi": "nimi", "en": "name"},
        "email": {"fi": "sähköposti", "en": "e-mail"},
        "phone": {"fi": "puhelin", "en": "phone"},
        "folder": {"fi": "kuvauskansion nimi", "en": "name of a shoot's folder"},
        "list": {"fi": "osallistujaluettelo", "en": "list of participants"},
        "consent": {"fi": "suostumus", "en": "consent"},
        "yes": {"fi": "kyllä", "en": "yes"},
        "no": {"fi": "ei", "en": "no"},
        "given": {"fi": "voimassa", "en": "in force"},
        "refused": {"fi": "kielletty", "en": "refused"},
        "expired": {"fi": "päättynyt", "en": "expired"},
        "withdrawn": {"fi": "peruutettu", "en": "withdrawn"},
        "pending": {"fi": "ei vielä voimassa", "en": "not in force yet"},
        "protected": {"fi": "säilytetään", "en": "kept"},
        "prunable": {"fi": "vähimmäisaika on päättynyt", "en": "past the minimum time"},
        "held": {"fi": "poistaminen estetty", "en": "held"},
        "unknown": {"fi": "säilytetään, päivä ei tiedossa", "en": "kept, day unknown"},
        "erased": {"fi": "poistettu", "en": "erased"},
        "restriction": {"fi": "käsittelyn rajoitus", "en": "restriction of processing"},
        "objection": {"fi": "vastustaminen", "en": "objection"},
        "legal": {"fi": "oikeudellinen peruste", "en": "legal ground"},
        "open_request": {"fi": "avoin pyyntö", "en": "open request"},
        "pin": {"fi": "studion päätös", "en": "the studio's decision"},
        "client": {"fi": "asiakas", "en": "client"},
        "participant": {"fi": "osallistuja", "en": "participant"},
        "guardian": {"fi": "huoltaja", "en": "guardian"},
        "find": {"fi": "haku", "en": "search"},
        "show": {"fi": "katselu", "en": "viewing"},
        "where": {"fi": "tiedostojen sijainti", "en": "places of files"},
        "export": {"fi": "kopion luovutus", "en": "copy given out"},
        "copy": {"fi": "kopiopyyntö", "en": "copy of pictures"},
        "access": {"fi": "tarkastusoikeus", "en": "access"},
        "rectify": {"fi": "oikaiseminen", "en": "correction"},
        "erase": {"fi": "poistaminen", "en": "erasure"},
        "restrict": {"fi": "käsittelyn rajoittaminen", "en": "restriction"},
        "object": {"fi": "vastustaminen", "en": "objection"},
        "marketing_ban": {"fi": "suoramarkkinointikielto", "en": "ban on direct marketing"},
        "consent_withdraw": {"fi": "suostumuksen peruuttaminen", "en": "withdrawal of consent"},
        "portability": {"fi": "tietojen siirtäminen", "en": "portability"},
        "authority": {"fi": "viranomaisen selvityspyyntö", "en": "authority's request"},
    }
)
"""Values that the index has in plain words, as a person reads them; what is not here is shown as it is."""

CHANNELS: Mapping[str, Mapping[Language, str]] = MappingProxyType(
    {
        "folder": {"fi": "kansio", "en": "folder"},
        "zip": {"fi": "zip-tiedosto", "en": "zip file"},
        "link": {"fi": "latauslinkki", "en": "download link"},
        "report": {"fi": "selvitys", "en": "report"},
    }
)
"""How something was given out."""

STATES: Mapping[str, Mapping[Language, str]] = MappingProxyType(
    {
        "answered": {"fi": "vastattu", "en": "answered"},
        "closed": {"fi": "päättynyt", "en": "closed"},
        "withdrawn": {"fi": "peruttu", "en": "taken back"},
        "refused": {"fi": "evätty", "en": "refused"},
        "": {"fi": "käsiteltävänä", "en": "being handled"},
    }
)
"""How far an earlier request is; "" stands for every other state."""
