"""What a single value says: a name, a phone, a permission, whether somebody is a minor. Unclear is None, never yes."""

# ruff: noqa: SIM905 - word lists are read and edited as text

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Literal

from backupd.reading.folder_names.vocabulary import COMPANY_FORMS
from backupd.reading.folding import loose_key
from backupd.reading.participants.words.given_names import given_names
from backupd.reading.participants.words.roles import ADULT_ROLES, HONORIFICS, ROLES
from backupd.reading.participants.words.stop import HARD, SOFT, SUFFIXES
from backupd.reading.participants.words.surnames import is_surname
from backupd.reading.records import Participant

ADULT_AT = 18
EMAIL = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
PHONE = re.compile(r"(?<![\w.])(?:\+|00)?\(?\d[\d\s()./-]{4,18}\d(?![\w.])")
_PARTICLES = frozenset("von van af de da di del della der den la le bin al el dos das du zu ten ter mac".split())
_NAME_WORD = re.compile(r"(?:[^\W\d_]|['’´`.-])+")
_YES = frozenset(
    "kyllä kylla k yes y x ja j joo true on ok 1 annan ✓ ✔ ☑ ✅ sallittu sallitaan annettu myönnetty granted given saa jep si v".split()
)
_NO = frozenset("ei e en no n nej false 0 ✗ ✘ ☒ ❌ kielletty kieltää kielto evätty denied refused nope ingen".split())
_REFUSES = re.compile(
    r"(?:kuvaus|julkaisu)lupa\s*[:=-]?\s*ei\b|ei (?:ole )?(?:kuvaus|julkaisu)?lupaa|ei saa (?:kuvata|julkaista|käyttää|näkyä)|ei (?:kuvia|julkaisua|julkaista|lupaa kuvata|kuvauslupaa|someen)|kuvauskielto|kieltää kuva"
    r"|kieltänyt|no (?:photos?|consent)\b|inget fotolov|inte fotolov|do not (?:publish|photograph|film)|must not be (?:published|photographed)|not to be (?:published|photographed)"
    r"|får inte (?:publiceras|fotograferas|filmas)|inga (?:bilder|foton)|no publication|refuse[sd]?\b",
    re.IGNORECASE,
)
_ALLOWS = re.compile(
    r"^(?:kyllä|annan luvan|saa kuvata|saa julkaista|lupa (?:on|saatu|annettu)|yes|may be published|får publiceras|samtycker)\b",
    re.IGNORECASE,
)
_MISSING = re.compile(
    r"puuttu|missing|saknas|odott|^ei vielä|^e[in] tied|^not yet|^inte än|^vet ej|pending|kysytään|kysy|\?|ask|tarkist|waiting|väntar|avoin|open",
    re.IGNORECASE,
)
_SCHOOL = re.compile(
    r"^(?:[1-9]\s*[.-]?\s*[a-hA-H]?|[1-9]\.?\s*(?:lk|luokka|luokan|årskurs|grade|th grade|:a klass)\w*|(?:\d\w\w )?grade [1-9]|åk ?[1-9])$"
    r"|päiväkoti|esikoulu|eskari|alakoulu|yläkoulu|ala-?aste|ylä-?aste|peruskoulu|kerholaiset|kindergarten|preschool|primary school|daycare"
    r"|förskola|lågstadiet|högstadiet|dagis|vauva|taapero|toddler|lapset|lapsi\b|barn\b|children|child\b",
    re.IGNORECASE,
)


_CONDITIONAL = re.compile(
    r"^(?:kyllä|yes|ja|joo|ok|annan)\b.*\b(?:mutta|paitsi|jos|ei|but|except|unless|not|no|only|vain|ainoastaan|men|utom|om|endast|inte"
    r"|bara|nej)\b|^(?:ei|no|nej)\s*/\s*(?:kyllä|yes|ja)",
    re.IGNORECASE,
)
"""A yes that is none for every use, and a form's both answers, left standing: neither is a permission."""

_DATE = re.compile(r"(?<!\d)(?:\d{1,2}\.\d{1,2}\.(?:\d{4}|\d\d)|\d{4}-\d\d?-\d\d?)(?!\d)")


def tidy(text: str) -> str:
    """Return text in NFC with single blanks, without marks of emphasis or invisible signs."""
    text = unicodedata.normalize("NFC", text).replace("\u00a0", " ")
    text = "".join(sign for sign in text if unicodedata.category(sign) not in ("Cf", "Cc") or sign in "\t\n")
    return re.sub(r"\s+", " ", text).strip()


def is_formula(text: str) -> bool:
    """True for what a spreadsheet would calculate: no name starts so."""
    return text[:1] in ("=", "@") or (text[:1] in ("+", "-") and not PHONE.fullmatch(text) and not text[1:2].isspace())


def person_name(text: str, *, sure: bool = False) -> str | None:
    """Return a person's name as given and surname, or None where it is none, or not certainly one.

    With `sure` the place says already that names stand here: one word, or words in small letters, are enough.
    """
    text = tidy(text).strip(' ,;:*•·–—-"“”')
    if not text or len(text) > 80 or any(sign.isdigit() for sign in text):
        return None
    if "," in text:
        last, _, first = (part.strip() for part in text.partition(","))
        if not (first and last) or "," in first or not _turned(last, first, sure):
            return None
        text = f"{first} {last}"
    words = text.split(" ")
    if not 1 <= len(words) <= 5 or not all(_NAME_WORD.fullmatch(word) for word in words):
        return None
    while len(words) > 2 and loose_key(words[0]) in HONORIFICS:
        words = words[1:]
    text = " ".join(words)
    if not _may_be_person(words, sure) or text.endswith((".", ":")):
        return None
    capital = [word[:1].isupper() or word.casefold() in _PARTICLES for word in words]
    if not sure and (len(words) < 2 or not all(capital) or not any(sign.islower() for sign in text)):
        return None
    if sure and len(words) == 1 and not words[0][:1].isupper():
        return None
    if any(len(word.strip(".")) < 2 for word in words[-1:]):
        return None
    return text


def _may_be_person(words: list[str], sure: bool) -> bool:
    folded = [loose_key(word.strip(".")) for word in words]
    if any(word in COMPANY_FORMS for word in folded):
        return False
    # In a column of names "Tom Street" is a person; on a line of its own it may be a place.
    firm = sure and len(words) > 1 and is_given_name(words[0])
    if not firm and any(word in HARD and not is_given_name(word) for word in folded):
        return False
    if not firm and not is_given_name(words[0]) and (folded[0] in ROLES or folded[-1].endswith(SUFFIXES)):
        return is_surname(words[-1]) and folded[0] not in ROLES
    return True


_COMPANION = re.compile(
    r"\s*(?:\+|&|,|\b(?:ja|and|och|with|med)\b)?\s*\(?\+?\s*(?:\+\s?\d|avec|puoliso|seuralainen|plus one|partner|guest|vieras|sällskap|perhe"
    r"|family|familj|lapset|children|barn)\)?\s*$",
    re.IGNORECASE,
)


def without_companion(text: str) -> str:
    """Return the text without an unnamed companion at its end: "+ avec", "(+1)", "& partner"."""
    shorter = _COMPANION.sub("", text)
    return (
        shorter if shorter.strip() and (shorter != text) and re.search(r"[+&(,]|\b(?:ja|and|och|with|med)\b", text) else text
    )


def turned(text: str) -> str:
    """Return a name whose surname stands first the usual way round; a surname's particles go with it."""
    words = tidy(text).split(" ")
    end = 1
    while end < len(words) - 1 and words[end - 1].casefold() in _PARTICLES:
        end += 1
    return " ".join([*words[end:], *words[:end]])


def is_adult_role(text: str | None) -> bool:
    """True for who is no pupil of a class: a teacher, a coach, the staff."""
    return text is not None and any(loose_key(word) in ADULT_ROLES for word in tidy(text).split(" "))


def is_heading_word(text: str) -> bool:
    """True for a text of nothing but words that stand in headings, as "Tekniikka" and "Lapset:" do."""
    words = [loose_key(word) for word in re.findall(r"[^\W\d_]+", text)]
    return bool(words) and all(word in HARD or word in ROLES or word.endswith(SUFFIXES) for word in words)


def cancelled(text: str) -> bool:
    """True where a heading or a note says that somebody takes no part after all."""
    return bool(_CANCELLED.match(tidy(text).strip(" :()*#-").casefold()))


_CANCELLED = re.compile(
    r"(?:perunee?t|perunut|perui|peruutetut|peruutettu|peruttu|perutut|peruuttaneet|poissa(?:olevat)?|estynee?t|estynyt|ei (?:pääse|tule|osallistu)"
    r"|cancel?led|declined|not attending|no longer attending|withdrawn|absent|avbokade?|avböjt|frånvarande|deltar inte|kommer inte|uteblivna)\b"
)


def surname_first(names: Sequence[str]) -> bool:
    """True where the names of one list say that surnames stand first: some do for certain, and none the other way."""
    turned = 0
    for name in names:
        words = tidy(name).split(" ")
        if "," in name or len(words) < 2:
            continue
        first, last = is_given_name(words[0]), is_given_name(words[-1])
        if first and (not last or is_surname(words[-1])):
            return False
        turned += last and not first
    return turned > 0


def _turned(last: str, first: str, sure: bool) -> bool:
    if first[:1].islower() or len(first.split(" ")) > 3 or len(last.split(" ")) > 3:
        return False
    return sure or is_given_name(first.split(" ")[0])


def is_given_name(word: str) -> bool:
    """True for a common given name."""
    return loose_key(word.partition("-")[0]) in _given_names()


def consent_of(text: str) -> Literal["yes", "no"] | None:
    """Return what a cell under a consent heading says; blank and unclear are None."""
    bare = tidy(text).casefold().strip(" .!()[]")
    if not bare or _CONDITIONAL.search(bare):
        return None
    if bare in _NO or _REFUSES.search(bare):
        return "no"
    if _MISSING.search(bare):
        return None
    if bare in _YES or _ALLOWS.search(bare):
        return "yes"
    first = re.split(r"[\s,;(/–-]+", bare)[0]
    if first in ("ei", "en", "no", "nej"):
        return "no"
    return "yes" if first in ("kyllä", "yes", "ja") else None


def refusal_in(text: str) -> bool:
    """True where a note says that somebody must not be shown."""
    return bool(_REFUSES.search(tidy(text)))


def without_refusal(text: str) -> str:
    """Return a line without its refusal: "Aava Lehto ei kuvauslupaa" is a name then."""
    return _REFUSES.sub(" ", text).strip(" ,;:-–—()")


def is_role_word(word: str) -> bool:
    """True for one word that says what somebody does at a shoot."""
    bare = loose_key(word.strip(".:"))
    return " " not in bare and (bare in ROLES or bare in ADULT_ROLES or bare.endswith(("valvoja", "ohjaaja", "opettaja")))


def is_certain(person: Participant) -> bool:
    """True where more than capitals says that this is somebody: a known name, an address, a number, a usual role."""
    words = person.name.split(" ")
    told = person.email or person.phone or (person.role is not None and is_role_word(person.role))
    usual = len(words) == 2 and is_surname(words[-1]) and loose_key(words[-1]) not in SOFT
    return bool(told) or is_given_name(words[0]) or usual


def minor_by_age(text: str) -> bool | None:
    """Return whether an age is under eighteen."""
    match = re.search(r"(?<!\d)(\d{1,3})(?!\d)", text)
    return int(match[1]) < ADULT_AT if match and int(match[1]) <= 120 else None


def minor_by_birth(text: str, on: date | None) -> bool | None:
    """Return whether somebody born then is under eighteen on that day; None where it cannot be told."""
    born = _birth(tidy(text), on) if on is not None else None
    if born is None or on is None:
        return None
    year, month, day = born
    if month is None or day is None:
        years = on.year - year
        return years < ADULT_AT if years != ADULT_AT else None
    return on.year - year - ((on.month, on.day) < (month, day)) < ADULT_AT


_IDENTITY = re.compile(r"(?<!\d)(\d\d)(\d\d)(\d\d)([-+A-FU-Y])\d{3}[0-9A-Z](?!\w)")
"""A Finnish personal identity code; its sign tells the century."""


def _birth(text: str, on: date) -> tuple[int, int | None, int | None] | None:
    if code := _IDENTITY.search(text):
        century = 1800 if code[4] == "+" else 2000 if code[4] in "ABCDEF" else 1900
        return _real(century + int(code[3]), int(code[2]), int(code[1]))
    if short := re.search(r"(?<!\d)(\d\d?)\.(\d\d?)\.['’]?(\d\d)(?!\d)", text):
        # Whoever is in a list was born before the shoot, and not a hundred years before.
        year = 2000 + int(short[3]) if 2000 + int(short[3]) <= on.year else 1900 + int(short[3])
        return _real(year, int(short[2]), int(short[1]))
    if whole := re.search(r"(?<!\d)((?:19|20)\d\d)([01]\d)([0-3]\d)(?!\d)", text):
        return _real(int(whole[1]), int(whole[2]), int(whole[3]))
    for pattern, order in (
        (r"(\d{4})-(\d\d?)-(\d\d?)", (0, 1, 2)),
        (r"(\d\d?)[./](\d\d?)[./](\d{4})", (2, 1, 0)),
        (r"(\d{4})[./](\d\d?)[./](\d\d?)", (0, 1, 2)),
    ):
        if match := re.search(pattern, text):
            year, month, day = (int(match[index + 1]) for index in order)
            return _real(year, month, day)
    match = re.search(r"(?<!\d)((?:19|20)\d\d)(?!\d)", text)
    return (int(match[1]), None, None) if match else None


def _real(year: int, month: int, day: int) -> tuple[int, int, int] | None:
    try:
        date(year, month, day)
    except ValueError:
        return None
    return year, month, day


def minor_by_class(text: str) -> bool | None:
    """Return True where a school class or a child's group is named; nothing else can be told from it."""
    return True if _SCHOOL.search(tidy(text)) else None


def minor_by_word(text: str) -> bool | None:
    """Return what a cell under "minor" says."""
    answer = consent_of(text)
    return {"yes": True, "no": False}.get(answer or "")


def phone_in(text: str) -> str | None:
    """Return a phone number as it is written, or None."""
    match = PHONE.search(_DATE.sub(" ", text))
    if match and 6 <= sum(sign.isdigit() for sign in match[0]) <= 15:
        return match[0].strip(" .-/")
    return None


def email_in(text: str) -> str | None:
    """Return an e-mail address, or None."""
    match = EMAIL.search(text)
    return match[0].strip(".'-") if match else None


@lru_cache(maxsize=1)
def _given_names() -> frozenset[str]:
    return given_names()
