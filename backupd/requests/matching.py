"""Whether what is recorded belongs to the person who asks: certainly, perhaps, or not. Pure.

Only what is certain concerns a person by itself; what is likely is put to a person who knows, with its reason. A name
without its dots, a surname alone or another form of the name never makes anything certain: Mäki and Maki are two people
until somebody says otherwise. Source: privacy facts, parts 3 and 5.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from backupd.reading.folding import loose_key, name_key
from backupd.search.inflection import lemmas

_NOT_DIGITS = re.compile(r"\D+")
_LEAST_DIGITS = 6
_COUPLE = re.compile(r"\s*(?:&|\+|/|;)\s*|\s+(?:ja|and|och)\s+", re.IGNORECASE)


class Sure(Enum):
    """How sure it is."""

    CERTAIN = "certain"
    LIKELY = "likely"
    NOT = "not"


@dataclass(frozen=True, slots=True)
class Known:
    """A name with its address and number, as far as they are known; "" or None where they are not."""

    name: str
    email: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """How sure, and why, in words."""

    sure: Sure
    why: str = ""


NO_MATCH = Match(Sure.NOT)


def match_person(asks: Known, found: Known) -> Match:
    """Return whether somebody whom a list names is the person who asks."""
    named = match_name(asks.name, found.name)
    same_email = _same(_email(asks.email), _email(found.email))
    same_phone = _same(_phone(asks.phone), _phone(found.phone))
    same = [word for word, is_same in (("e-mail address", same_email), ("phone number", same_phone)) if is_same]
    if same:
        told = " and ".join(same)
        if named.sure is Sure.CERTAIN:
            return Match(Sure.CERTAIN, f"the same name and {told}")
        # Families share addresses and numbers.
        return Match(Sure.LIKELY, f"the same {told}, but another name" + (f" ({named.why})" if named.why else ""))
    if named.sure is not Sure.CERTAIN:
        return named
    if same_email is False or same_phone is False:
        return Match(Sure.LIKELY, "the same name, but another address or number")
    if found.email or found.phone:
        return Match(Sure.LIKELY, "the same name, with an address or number that the request does not give")
    if " " not in name_key(found.name):
        return Match(Sure.LIKELY, "the same name, which is one word only")
    return Match(Sure.CERTAIN, "the same name, and nothing speaks for somebody else")


def match_client(asks: str, spellings: Iterable[str]) -> Match:
    """Return whether a client, in any of its spellings, is the person who asks."""
    best = NO_MATCH
    for spelling in spellings:
        found = _match_spelling(asks, spelling)
        if found.sure is Sure.CERTAIN:
            return found
        if best.sure is Sure.NOT:
            best = found
    return best


def is_couple(client: str) -> bool:
    """Whether a client's name names two: what is theirs is the other's as well."""
    return len(parties(client)) > 1


def parties(client: str) -> tuple[str, ...]:
    """Return those whom a client's name names."""
    return tuple(part for part in _COUPLE.split(client.strip()) if part)


def match_name(asks: str, found: str) -> Match:
    """Return whether two names are one, by their letters alone."""
    mine, theirs = name_key(asks), name_key(found)
    if not mine or not theirs:
        return NO_MATCH
    if mine == theirs:
        return Match(Sure.CERTAIN, "the same name")
    if sorted(mine.split()) == sorted(theirs.split()):
        return Match(Sure.LIKELY, "the same words in another order")
    if sorted(loose_key(asks).split()) == sorted(loose_key(found).split()):
        return Match(Sure.LIKELY, "the same name but for dots and accents")
    return _match_by_parts(mine, theirs)


def _match_spelling(asks: str, spelling: str) -> Match:
    whole = match_name(asks, spelling)
    if whole.sure is not Sure.NOT:
        return whole
    for part in parties(spelling):
        found = match_name(asks, part)
        if found.sure is not Sure.NOT and is_couple(spelling):
            return Match(Sure.LIKELY, f"one of two in the client's name: {found.why}")
    return NO_MATCH


def _match_by_parts(mine: str, theirs: str) -> Match:
    mine_words, their_words = mine.split(), theirs.split()
    shorter, longer = sorted((mine_words, their_words), key=len)
    if len(shorter) == 1 and _same_word(shorter[0], longer[-1]):
        return Match(Sure.LIKELY, "the same surname")
    if len(shorter) == 1 and any(_same_word(shorter[0], word) for word in longer[-1].split("-")):
        return Match(Sure.LIKELY, "a part of the surname")
    if len(shorter) > 1 and shorter[0] == longer[0] and _same_word(shorter[-1], longer[-1]):
        return Match(Sure.LIKELY, "first name and surname, in other forms")
    if len(shorter) == 1 and len(longer) == 1 and _same_word(shorter[0], longer[0]):
        return Match(Sure.LIKELY, "another form of the name")
    return NO_MATCH


def _same_word(one: str, other: str) -> bool:
    if loose_key(one) == loose_key(other):
        return True
    return any(lemma == other for lemma, _ in lemmas(one)) or any(lemma == one for lemma, _ in lemmas(other))


def _email(value: str | None) -> str:
    return (value or "").strip().removeprefix("mailto:").casefold()


def _phone(value: str | None) -> str:
    """Return the last digits that tell numbers apart, however the country is written."""
    digits = _NOT_DIGITS.sub("", value or "")
    if len(digits) < _LEAST_DIGITS:
        return ""
    return digits.removeprefix("00").removeprefix("358").lstrip("0")


def _same(one: str, other: str) -> bool | None:
    """Return whether two are the same; None where one of them is not known."""
    return one == other if one and other else None
