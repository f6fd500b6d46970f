"""What a column or key is about, by its heading in Finnish, Swedish or English. As data."""

# ruff: noqa: SIM905 - word lists are read and edited as text

from __future__ import annotations

import re
import unicodedata

NAME, FIRST, LAST, ROLE, EMAIL, PHONE, AGE, BORN, CLASS, MINOR, CONSENT, REFUSED, NOTES, OTHER = (
    "name first last role email phone age born class minor consent refused notes other".split()
)
_WORDS = {
    FIRST: """
        etunimi etunimet first firstname given givenname forename förnamn fornamn kutsumanimi tilltalsnamn""",
    LAST: """
        sukunimi last lastname surname family familyname efternamn""",
    EMAIL: """
        sähköposti sähköpostiosoite email mail epost e-post sposti meili emailaddress""",
    PHONE: """
        puhelin puhelinnumero puh gsm phone tel telephone mobile telefon mobil telefonnummer matkapuhelin numero
        number cell""",
    AGE: """
        ikä age ålder alder ikävuosi""",
    BORN: """
        syntymäaika syntynyt syntymävuosi synt dob birthdate birthday birth born birthyear födelsedatum född
        födelseår yob""",
    CLASS: """
        luokka ryhmä class grade group klass grupp luokkaaste koululuokka""",
    MINOR: """
        alaikäinen minor minderårig under18 child lapsi barn underage""",
    CONSENT: """
        kuvauslupa kuvausluvat julkaisulupa lupa luvat suostumus suostumukset consent permission photopermission
        release samtycke tillstånd fototillstånd photoconsent consented modelrelease kuvalupa kuvaaminen
        publicering publishing mediaconsent photorelease photo_consent consentgiven lupakuvata portfolio
        fotolov bildlov filmlov kuvauslupia luvan medgivande gdprconsent imagerelease""",
    REFUSED: """
        kielto kuvauskielto kieltäytynyt refused optout nophotos förbud eisaakuvata eisaajulkaista kieltää
        denied optedout eilupaa""",
    ROLE: """
        rooli tehtävä titteli asema role title position job roll uppgift befattning instrument soitin part
        function nimike osa character hahmo rollen jobtitle duty ammatti occupation yrke""",
    NOTES: """
        huom huomautus huomautukset lisätiedot lisätieto muuta notes note comment comments remarks anmärkning
        övrigt kommentti kommentar info viesti""",
    OTHER: """
        huoltaja huoltajat guardian guardians vårdnadshavare parent parents vanhempi osoite address adress
        yritys company företag organisaatio organization pöytä table ruokavalio diet allergiat nro no nr id pvm
        date datum aika time klo""",
}  # fmt: skip
_NAME_WORDS = frozenset(
    """nimi name namn kokonimi kokonaimi fullname koko osallistuja participant deltagare vieras guest gäst henkilö person
    esiintyjä performer kuvattava näyttelijä actor skådespelare jäsen member medlem oppilas student pupil elev people
    osallistujat participants osallistujannimi lapsennimi nimet names displayname koko_nimi""".split()
)
_MEANING = {word: meaning for meaning, words in _WORDS.items() for word in words.split()}
_GUARDIAN = re.compile(
    r"huoltaj|guardian|vårdnad|parent|vanhem|målsman|äidin|isän|mother|father|emergency|ice\b|lähiomai"
)
_SURNAME_FIRST = re.compile(r"suku.*etu|last.*first|surname.*(?:first|given)|efter.*för|family.*given")


_NAME_HEADINGS = frozenset(
    "nimi name namn kokonimi fullname nimet names etunimi sukunimi förnamn efternamn firstname lastname".split()
)


def is_name_heading(text: str) -> bool:
    """True for a heading that stands above names and can be nothing else, unlike "guest"."""
    return re.sub(r"[^\w]+", "", text).casefold() in _NAME_HEADINGS


def meaning_of(heading: str) -> str | None:
    """Return what a heading says its column is about, or None where it is no heading that is known."""
    text = unicodedata.normalize("NFC", heading).casefold().strip(" :*.#?!")
    if not text or len(text) > 60:
        return None
    if _GUARDIAN.search(text):
        return OTHER
    if _SURNAME_FIRST.search(text):
        return "last first"
    bare = re.sub(r"[^\w]+", "", text).replace("_", "")
    if bare in _NAME_WORDS:
        return NAME
    if bare in _MEANING:
        return _MEANING[bare]
    words = [word for word in re.split(r"[\s/(),._-]+", text) if word]
    for word in words:
        if (word in ("e", "post", "mail") and "mail" in bare) or bare.startswith("epost"):
            return EMAIL
    if re.search(r"(?:ei|no|inte|not)\b", text) and re.search(r"kuv|julk|photo|publi|foto", text):
        return REFUSED
    found = [_MEANING.get(word) or (NAME if word in _NAME_WORDS else None) for word in words]
    known = [each for each in found if each]
    if not known or len(words) > 5:
        return None
    for strong in (CONSENT, EMAIL, PHONE, BORN, FIRST, LAST):
        if strong in known:
            return strong
    return known[0]
