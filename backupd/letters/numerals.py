"""Numbers with the things they count, in Finnish and English: 1 kuva, 2 kuvaa; 1 photo, 2 photos. Pure."""

from __future__ import annotations

from typing import Literal

Language = Literal["fi", "en"]

_NOUNS: dict[str, dict[Language, tuple[str, str]]] = {
    "photo": {"fi": ("kuva", "kuvaa"), "en": ("photo", "photos")},
    "video": {"fi": ("video", "videota"), "en": ("video", "videos")},
    "file": {"fi": ("tiedosto", "tiedostoa"), "en": ("file", "files")},
    "other": {"fi": ("muu tiedosto", "muuta tiedostoa"), "en": ("other file", "other files")},
    "shoot": {"fi": ("kuvaus", "kuvausta"), "en": ("shoot", "shoots")},
    "copy": {"fi": ("kopio", "kopiota"), "en": ("copy", "copies")},
    "list": {"fi": ("osallistujaluettelo", "osallistujaluetteloa"), "en": ("list of participants", "lists of participants")},
    "folder": {"fi": ("kansio", "kansiota"), "en": ("folder", "folders")},
    "link": {"fi": ("jakolinkki", "jakolinkkiä"), "en": ("share link", "share links")},
    "publication": {"fi": ("julkaisu", "julkaisua"), "en": ("publication", "publications")},
    "recipient": {"fi": ("vastaanottajalle", "vastaanottajalle"), "en": ("recipient", "recipients")},
    "look-up": {"fi": ("katselu", "katselua"), "en": ("look-up", "look-ups")},
}


def counted(number: int, noun: str, language: Language) -> str:
    """Return "1 kuva", "2 kuvaa", "12 000 kuvaa"; "1 photo", "12,000 photos". `noun` is a key of this module's table."""
    one, many = _NOUNS[noun][language]
    return f"{grouped(number, language)} {one if number == 1 else many}"


def grouped(number: int, language: Language) -> str:
    """Return a number with its thousands set apart as the language does."""
    return f"{number:,}".replace(",", "\N{NO-BREAK SPACE}") if language == "fi" else f"{number:,}"
