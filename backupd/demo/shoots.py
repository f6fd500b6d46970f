"""What the invented studio shot: clients, days, folders, cameras, lists. All people and firms are made up.

`{…}` in a folder stands for a spelling of the day (`dates.spell_days`). Most names can be read; a few must puzzle: six
digits with two readings, three words without a job word, a month without a day, pictures taken on another day than
the folder says, one client spelt in two ways.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from backupd.demo.cameras import CANON, LEICA, NIKON, PHONE, SONY, Camera

Store = Literal["archive", "dropbox", "drive"]
ListFormat = Literal["", "csv", "csv-comma", "xlsx", "docx", "txt"]

EVERYWHERE: tuple[Store, ...] = ("archive", "dropbox", "drive")
AT_HOME_AND_DRIVE: tuple[Store, ...] = ("archive", "drive")
AT_HOME_AND_DROPBOX: tuple[Store, ...] = ("archive", "dropbox")
AT_HOME: tuple[Store, ...] = ("archive",)
ON_DRIVE: tuple[Store, ...] = ("drive",)

SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Person:
    """One line of a participant list; `consent` as the studio wrote it, "" where nobody asked; `age` on that day."""

    name: str
    role: str = ""
    consent: str = ""
    age: int | None = None


@dataclass(frozen=True, slots=True)
class Shoot:
    """One job. `camera_days_off` is from the folder's day to the camera's; an interrupted copy lacks files."""

    folder: str
    ago: int
    cameras: tuple[Camera, ...]
    photos: int
    raws: int = 0
    clips: int = 0
    chosen: int = 0
    exported: int = 0
    days: int = 1
    weekday: int | None = None
    list_format: ListFormat = ""
    people: tuple[Person, ...] = ()
    stores: tuple[Store, ...] = EVERYWHERE
    puzzling: bool = False
    decomposed: bool = False
    camera_days_off: int = 0
    interrupted_in: Store | None = None


def _people(*lines: str, role: str = "", consent: str = "", age: int | None = None) -> tuple[Person, ...]:
    """Return people from lines of name, role and consent, parted by slashes; what a line lacks the keywords give."""
    parted = ([*line.split("/"), "", ""] for line in lines)
    return tuple(
        Person(name, own_role or role, own_consent or consent, age) for name, own_role, own_consent, *_ in parted
    )


def studio_shoots() -> tuple[Shoot, ...]:
    """Return every shoot, newest first."""
    return _THIS_YEAR + _LAST_YEAR + _BEFORE


_THIS_YEAR = (
    Shoot(
        "Asiakkaat/Saimaan Paperi Oy/{iso} yrityskuvat", 3, (NIKON,), photos=10, raws=4, list_format="xlsx",
        people=_people(
            "Anneli Rautio/toimitusjohtaja", "Jouni Kettunen/tuotantopäällikkö", "Åsa Lindgren/viestintä",
            consent="kyllä",
        ),
    ),
    Shoot(
        "{year}/Virtasen häät {finnish}", 9, (CANON, SONY), photos=16, raws=6, clips=2, chosen=5, exported=6,
        weekday=SATURDAY, list_format="csv",
        people=_people(
            "Säde Virtanen/morsian/kyllä", "Otso Virtanen/sulhanen/kyllä", "Martta Yli-Kuusisto/kaaso/kyllä",
            "Eero Virtanen/isä/ei", "Helmi Öhman/vieras",
        ),
    ),
    Shoot(
        "{year}/Häät Mäkelä & Lahti {range}", 30, (SONY,), photos=12, raws=4, clips=2, chosen=4, exported=4, days=2,
        weekday=SATURDAY, list_format="txt", people=_people("Ilona Mäkelä", "Jimi Lahti"),
    ),
    Shoot(
        "{year}/{iso}_Laine-Salo_perhekuvaus", 58, (NIKON,), photos=9, raws=3, exported=3, list_format="csv-comma",
        people=_people("Riina Laine-Salo/äiti", "Petri Salo/isä", consent="kyllä")
        + _people("Unna Salo/lapsi/kyllä", age=8),
    ),
    Shoot("{six} Niemiset potretti", 75, (LEICA,), photos=7, raws=2, stores=AT_HOME_AND_DROPBOX, puzzling=True),
    Shoot(
        "{year}/{swedish} Åkerlund bröllop", 90, (CANON, PHONE), photos=13, raws=3, clips=1, exported=4,
        weekday=SATURDAY, list_format="docx",
        people=_people("Linnéa Åkerlund/brud", "Björn Åkerlund/brudgum", "Göran Ståhl/gäst", consent="kyllä"),
    ),
    Shoot(
        "Asiakkaat/Thorley Ltd/{iso} product photos", 118, (NIKON,), photos=11, raws=3, exported=5,
        stores=AT_HOME_AND_DRIVE,
    ),
    Shoot(
        "{year}/{compact}_Lindqvist_Konfirmation", 150, (CANON,), photos=8, raws=2, list_format="txt",
        people=_people("Ebba Lindqvist", "Sofia Lindqvist", "Kaj Lindqvist"), stores=AT_HOME_AND_DRIVE,
    ),
    Shoot("{year}/{iso} Seurasaaren Pidot Virtanen", 171, (SONY,), photos=9, clips=1, stores=AT_HOME_AND_DROPBOX),
    Shoot(
        "{year}/{iso} Koivulan Koulu ry tapahtuma", 201, (NIKON,), photos=12, raws=2, clips=1, list_format="docx",
        people=_people("Aava Hietala//ei", "Veikko Niinistö-Laaksonen", "Elli Åberg//kyllä", role="oppilas", age=11)
        + _people("Tuula Karvinen/opettaja/kyllä"),
    ),
    Shoot(
        "{year}/{iso} O'Brien wedding", 238, (CANON,), photos=10, raws=3, chosen=3, exported=3, weekday=SATURDAY,
        interrupted_in="drive",
    ),
    Shoot(
        "{year}/Musiikkivideo Yövuoro {range}", 262, (SONY,), photos=4, clips=4, days=6, list_format="csv",
        people=_people("Miro Tuuri/laulu", "Pihla Kärki/rummut", "Aatu Hongisto/basso", consent="kyllä"),
        stores=AT_HOME_AND_DRIVE,
    ),
    Shoot("{year}/{iso} Hämäläinen muotokuvat", 290, (LEICA,), photos=7, raws=2, exported=2, decomposed=True),
    Shoot(
        "Asiakkaat/Mäkelän Kukka Oy/{iso} tuotekuvat", 330, (NIKON,), photos=9, raws=2, exported=4,
        stores=AT_HOME_AND_DRIVE,
    ),
    Shoot(
        "{year}/Aallon rippikuvat {finnish}", 359, (CANON,), photos=8, raws=2, list_format="txt",
        people=_people("Vilja Aalto", "Toivo Aalto"),
    ),
)  # fmt: skip

_LAST_YEAR = (
    Shoot(
        "{year}/{iso} Korhonen ja Nieminen häät", 374, (CANON, SONY), photos=13, raws=4, clips=1, chosen=4,
        exported=4, weekday=SATURDAY, list_format="xlsx",
        people=_people("Saimi Korhonen/morsian/kyllä", "Rauli Nieminen/sulhanen/kyllä", "Tyyne Nieminen/isoäiti/ei"),
    ),
    Shoot("Asiakkaat/Makelan Kukka OY/{iso} promo video", 410, (SONY,), photos=3, clips=3, stores=AT_HOME_AND_DRIVE),
    Shoot(
        "{year}/{iso} Emma Thorley & Oliver Marsh wedding", 455, (NIKON, PHONE), photos=14, raws=3, clips=1,
        exported=4, weekday=SATURDAY, list_format="csv-comma",
        people=_people("Emma Thorley/bride/yes", "Oliver Marsh/groom/yes", "Grace Turner/guest/no", "Noah Whitlock"),
    ),
    Shoot("{year}/P-0187 Söderström {finnish}", 520, (LEICA,), photos=8, raws=2, stores=AT_HOME),
    Shoot(
        "{year}/{iso} Kallion Kamarikuoro ry konsertti", 585, (SONY,), photos=9, clips=2, list_format="txt",
        people=_people("Hilkka Peltola", "Ragnar Sjöblom", "Taavi Metsäranta"), stores=AT_HOME_AND_DROPBOX,
    ),
    Shoot(
        "{year}/{finnish} Väisänen synttärit", 640, (CANON,), photos=11, raws=2, exported=3, stores=AT_HOME_AND_DRIVE,
    ),
    Shoot(
        "{year}/{iso} Lahtinen hautajaiset", 703, (NIKON,), photos=8, raws=1, camera_days_off=-12,
        stores=AT_HOME_AND_DRIVE,
    ),
)  # fmt: skip

_BEFORE = (
    Shoot("{year}/{iso} Bergström family", 790, (LEICA,), photos=9, raws=2, exported=3, stores=AT_HOME_AND_DROPBOX),
    Shoot(
        "{year}/Korven häät {finnish}", 905, (CANON,), photos=12, raws=3, chosen=3, weekday=SATURDAY,
        stores=AT_HOME_AND_DRIVE,
    ),
    Shoot("Asiakkaat/Saimaan Paperi Oy/{iso} henkilöstökuvat", 1010, (NIKON,), photos=9, raws=2, stores=AT_HOME),
    Shoot("{year}/{month} Peltola vauvakuvaus", 1075, (LEICA,), photos=6, raws=1, stores=ON_DRIVE),
)  # fmt: skip
