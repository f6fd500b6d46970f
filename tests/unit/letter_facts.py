"""Facts for each kind of letter, in both languages: what the golden files are made from."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from backupd.letters.facts import Controller, FoundShoot, LetterFacts
from backupd.letters.passages import Language
from backupd.letters.recipes import LetterKind

CONTROLLER = Controller(
    "Esimerkkikuvaamo Oy", "tietosuoja@kuvaamo.example", "Kuvakuja 1, 00100 Helsinki",
    "Tietosuojavaltuutetun toimisto, PL 800, 00531 Helsinki, tietosuoja.fi",
)  # fmt: skip

_SAID: dict[str, dict[Language, str]] = {
    "asked": {"fi": "tietojesi poistaminen", "en": "erasure of your data"},
    "part": {"fi": "kuvauksen 2026-06-06 häät kuvat, joissa on muita", "en": "pictures of the shoot that show others"},
    "ground": {
        "fi": "yleisen tietosuoja-asetuksen 17 artiklan 3 kohta, muiden oikeudet",
        "en": "article 17(3) of the General Data Protection Regulation, the rights of others",
    },
    "reason": {"fi": "hääpari ei ole antanut lupaa poistaa kuviaan", "en": "the couple has not agreed to have them erased"},
    "more_time": {"fi": "aineistoa on poikkeuksellisen paljon", "en": "there is an exceptional amount of material"},
    "meanwhile": {"fi": "emme käytä kuviasi", "en": "we do not use your pictures"},
    "objected": {"fi": "kuvien käyttö portfoliossa", "en": "use of the pictures in our portfolio"},
    "ends": {"fi": "tietojen oikeellisuus on tarkistettu", "en": "the accuracy of the data has been checked"},
    "report": {"fi": "selvitys.html", "en": "report.html"},
}


def facts_of(kind: LetterKind, language: Language) -> LetterFacts:
    """Return facts that are enough for a letter of this kind, and for most of its optional parts."""

    def said(key: str) -> str:
        return _SAID[key][language]

    plain = LetterFacts(
        language, date(2026, 12, 7), "Matti Meikäläinen", "matti@meikalainen.example", "R-2026-7",
        said("asked"), date(2026, 11, 27), date(2026, 12, 28),
    )  # fmt: skip
    refusal = {"refused_part": said("part"), "ground": said("ground"), "reason": said("reason")}
    wedding = FoundShoot("häät", date(2026, 6, 6), date(2026, 6, 7), 1, 2)
    more: dict[LetterKind, dict[str, object]] = {
        "ack": {"identity_needed": True},
        "copy_found": {
            "shoots": (
                replace(wedding, photos=1412, links=("https://files.example/a?b=1&c=2",), link_until=date(2026, 12, 21)),
                FoundShoot("potretti", None, None, 12, 0, 1),
            ),
            "damaged": ("kuvat/IMG_0001.JPG",),
            "missing": ("kuvat/IMG_0002.JPG", "kuvat/<b>IMG_0003</b>.JPG"),
            "missing_early": True,
            "result_by": date(2026, 12, 14),
        },
        "copy_not_found": {
            "searched_name": "Meikäläinen",
            "searched_from": date(2021, 5, 1),
            "searched_to": date(2021, 8, 31),
        },
        "erased": {
            "erased_on": date(2026, 12, 4),
            "erased": ("412 kuvaa" if language == "fi" else "412 photos", "Matti Meikäläinen, 040 1234567"),
            "media_erased": True,
            "recoverable_until": date(2027, 1, 3),
            "kept_by_law_until": date(2032, 12, 31),
            "recipients": ("Painotalo Oy", "Kuvapalvelu Oy"),
            **refusal,
        },
        "refused": refusal,
        "extended": {"reason": said("more_time"), "extended_to": date(2027, 3, 1), "meanwhile": said("meanwhile")},
        "restricted": {"restricted_from": date(2026, 11, 27), "recipients": ("Painotalo Oy",)},
        "restriction_ends": {"restriction_ends_on": date(2027, 1, 15), "reason": said("ends")},
        "ban": {"banned_on": date(2026, 11, 27)},
        "withdrawn": {"withdrawn_on": date(2026, 11, 27), "removed_by": date(2026, 12, 4)},
        "objected": {"objected": said("objected"), "stopped_on": date(2026, 11, 27)},
        "corrected": {"corrected_on": date(2026, 12, 1), "corrected": ("nimi: Matti Meikäläinen",), "restriction_over": True},
        "access": {"attachments": (said("report"),), "pictures_apart": True},
        "portability": {"attachments": ("tiedot.json", "tiedot.csv")},
    }
    return replace(plain, **more.get(kind, {}))  # type: ignore[arg-type]
