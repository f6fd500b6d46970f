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
        syntymäaika syntynyt syntymävuosi syntymäpäivä synt dob birthdate birthday birth born birthyear födelsedatum född
        födelseår födelsedag födelsetid yob hetu henkilötunnus sotu personnummer personbeteckning""",
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
    osallistujat participants vieraat guests gäster deltagarna oppilaat students pupils elever esiintyjät performers
    kuvattavat jäsenet members medlemmar pelaaja pelaajat player players spelare puhuja puhujat speaker speakers
    yhteyshenkilö contactperson contactname kontaktperson malli työntekijä employee anställd osallistujannimi lapsennimi nimet names displayname koko_nimi""".split()
)
_MEANING = {word: meaning for meaning, words in _WORDS.items() for word in words.split()}
_GUARDIAN = re.compile(r"huoltaj|guardian|vårdnad|parent|vanhem|målsman|äidin|isän|mother|father|emergency|ice\b|lähiomai")
_SURNAME_FIRST = re.compile(r"suku.*etu|last.*first|surname.*(?:first|given)|efter.*för|family.*given")


_NAME_HEADINGS = frozenset(
    "nimi name namn kokonimi fullname nimet names etunimi sukunimi förnamn efternamn firstname lastname".split()
)


_CHOICES = re.compile(r"\([^)]*/[^)]*\)|\b(?:kyllä|k|yes|y|ja|j)\s*/\s*(?:ei|e|no|n|nej)\b")
"""What may be answered, written into the heading: "(kyllä/ei)"."""
_UNDECIDED = re.compile(r"\bettei\b|\bettet\b|\bthat .*\bnot\b")
_UNDER_AGE = re.compile(r"\balle 18|\bunder 18|\balaik|under ?age|minderårig|< ?18")
_PHONE = re.compile(r"(?:puh|tel|mob|gsm|kännykk|matkapuh|handphone)(?!.*(?:tunti|time))")
_EMAIL = re.compile(r"(?:epost|email|sähköp|sposti|meili)")
_MAY = re.compile(
    r"\b(?:saa|saako|voi|voiko|may|can|får|ok to|okay to|lupa|luvan|agree\w*)\b.*(?:kuva|julk|photo|publi|fotog|fotas|film|bild)"
)


def is_name_heading(text: str) -> bool:
    """True for a heading that stands above names and can be nothing else, unlike "guest"."""
    return re.sub(r"[^\w]+", "", text).casefold() in _NAME_HEADINGS


def meaning_of(heading: str) -> str | None:
    """Return what a heading says its column is about, or None where it is no heading that is known."""
    text = unicodedata.normalize("NFC", heading).casefold().strip(" :*.#?!")
    if not text or len(text) > 60:
        return None
    if _UNDECIDED.search(text):
        return OTHER
    text = _CHOICES.sub("", text).strip(" :*.#?!") or text
    if _GUARDIAN.search(text):
        # The guardian's permission is the child's; all else about a guardian is not.
        words = re.split(r"[\s/(),._-]+", text)
        return CONSENT if any(_MEANING.get(word) == CONSENT for word in words) else OTHER
    if _UNDER_AGE.search(text):
        return MINOR
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
    if _PHONE.match(bare) or _EMAIL.match(bare):
        return PHONE if _PHONE.match(bare) else EMAIL
    if re.search(r"\b(?:ei|no|inte|not)\b", text) and re.search(r"kuv|julk|photo|publi|foto", text):
        return REFUSED
    if _MAY.search(text):
        return CONSENT
    found = [_MEANING.get(word) or (NAME if word in _NAME_WORDS else None) for word in words]
    known = [each for each in found if each]
    if not known or len(words) > 5:
        return None
    for strong in (CONSENT, EMAIL, PHONE, BORN, FIRST, LAST):
        if strong in known:
            return strong
    return known[0]
