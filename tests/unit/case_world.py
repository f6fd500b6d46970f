"""Generated studios in which people ask to be erased: who is in which shoot, how names are written, who asks when.

A world is made from a number alone, and knows by itself what must be left after any erasures: it shares no code with what
it judges. `Shoot.shown` is the truth that only people who look at the pictures know.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from types import MappingProxyType

COMPANY = "Kuvaamo Oy"
STORES = ("archive", "cloud")
FORMATS = ("csv", "txt", "md", "vcf")


@dataclass(frozen=True)
class Person:
    """Somebody, and the ways in which lists and folders write them."""

    name: str
    email: str | None = None
    phone: str | None = None
    others: tuple[str, ...] = ()
    """Ways to write the name that are likely theirs, but not for certain."""

    @property
    def spellings(self) -> tuple[str, ...]:
        return self.name, self.name.upper(), self.name.casefold(), unicodedata.normalize("NFD", self.name), *self.others


PEOPLE = (
    Person("Aino Virtanen", "aino@virtanen.example", "+358 40 123 4567", ("Virtanen Aino",)),
    Person("Väinö Virtanen", "perhe@virtanen.example", None, ("Vaino Virtanen",)),
    Person("Aino Mäki", "aino@maki.example", None, ("Mäki Aino",)),
    Person("Aino Maki"),
    Person("Kaarina Lahti-Salo", "perhe@virtanen.example", None, ("Kaarina Lahti-Salon",)),
    Person("Ville Lahti", None, "050 765 4321", ("Ville Lahden",)),
    Person("Åsa Öberg", "asa@oberg.example", None, ("Asa Oberg",)),
    Person("Aino Virtanen"),
    Person("Eero Niemistö-Kuusela", "eero@niemisto.example", "045 1112223"),
    Person("Sirkka-Liisa Pöyhönen", None, None, ("Sirkka-Liisa Pöyhösen",)),
)


@dataclass(frozen=True)
class File:
    """A file of a shoot, its bytes, and who is to be seen in it."""

    name: str
    content: str
    shown: tuple[int, ...]


@dataclass(frozen=True)
class Listed:
    """A row of a list: who, and how the name is written there."""

    who: int
    name: str


@dataclass(frozen=True)
class Shoot:
    """One shoot: its client is a person, or a company where several appear."""

    number: int
    client: str
    people: tuple[int, ...]
    files: tuple[File, ...]
    rows: tuple[Listed, ...]
    form: str
    stores: tuple[str, ...]
    named: tuple[int, ...] = ()
    """Whom the folder's name names."""

    @property
    def day(self) -> str:
        return f"2025-{self.number + 1:02}-1{self.number % 9}"

    @property
    def folder(self) -> str:
        return f"{self.day} {self.client} potretti"

    @property
    def is_shared(self) -> bool:
        return len(self.people) > 1

    @property
    def list_name(self) -> str:
        return f"osallistujat.{self.form}"

    @property
    def is_linked(self) -> bool:
        """Whether a link to it was given to somebody."""
        return STORES[1] in self.stores and self.number % 2 == 0

    def names_who_stays(self, half: str, gone: frozenset[int]) -> bool:
        """Whether a part of its folder's name is the name of somebody there who is not erased, in whatever order."""
        words = sorted(half.casefold().split())
        return any(sorted(PEOPLE[who].name.casefold().split()) == words for who in self.named if who not in gone)

    def left_rows(self, gone: frozenset[int]) -> tuple[Listed, ...]:
        return tuple(row for row in self.rows if row.who not in gone)

    def who_at(self, place: str, gone: frozenset[int]) -> int:
        """Return who stands at a place of the list, as its reader names places."""
        word, _, number = place.partition(" ")
        first = {"row": 2, "line": 1, "card": 1}[word]
        return self.left_rows(gone)[int(number) - first].who

    def list_text(self, gone: frozenset[int]) -> str | None:
        """Return what the list says once these are erased; None where there is no list any more."""
        if not self.rows or (not self.is_shared and self.people[0] in gone):
            return None
        rows = [(row.name, PEOPLE[row.who].email, PEOPLE[row.who].phone) for row in self.left_rows(gone)]
        if self.form == "csv":
            return "Nimi;Sähköposti;Puhelin\n" + "".join(f"{name};{email or ''};{phone or ''}\n" for name, email, phone in rows)
        if self.form == "vcf":
            return "".join(_card(*row) for row in rows)
        mark = "- " if self.form == "md" else ""
        return "".join(mark + ", ".join(part for part in row if part) + "\n" for row in rows)

    def goes(self, file: File, gone: frozenset[int]) -> bool:
        """Whether a file is gone once these are erased: it showed one of them alone, or the shoot was all theirs."""
        if not self.is_shared:
            return self.people[0] in gone
        return any(file.shown == (who,) for who in gone)


def _card(name: str, email: str | None, phone: str | None) -> str:
    lines = ["BEGIN:VCARD", "VERSION:3.0", f"FN:{name}", f"N:;{name};;;"]
    lines += [f"EMAIL:{email}"] if email else []
    lines += [f"TEL:{phone}"] if phone else []
    return "\n".join([*lines, "END:VCARD", ""])


@dataclass(frozen=True)
class World:
    """A studio: its shoots, what lies about in no shoot, who asks in which order, and if all cases are open at once."""

    seed: int
    shoots: tuple[Shoot, ...]
    loose: tuple[tuple[str, File, Shoot], ...]
    askers: tuple[int, ...]
    at_once: bool
    asked_as: tuple[str, ...]

    @property
    def present(self) -> frozenset[int]:
        return frozenset(who for shoot in self.shoots for who in shoot.people)

    def files(
        self, store: str, gone: frozenset[int] = frozenset(), renamed: Mapping[int, str] = MappingProxyType({})
    ) -> dict[str, bytes]:
        """Return what lies in a store once these are erased, by path; `renamed` are folders that had to be."""
        found: dict[str, bytes] = {}
        for shoot in self.shoots:
            if store not in shoot.stores:
                continue
            folder = renamed.get(shoot.number, shoot.folder)
            found |= {
                f"{folder}/{file.name}": file.content.encode() for file in shoot.files if not shoot.goes(file, gone)
            }
            text = shoot.list_text(gone)
            if text is not None:
                found[f"{folder}/{shoot.list_name}"] = text.encode()
        for path, file, origin in self.loose:
            # Bytes that lie in nobody's shoot go with the same bytes of the shoot that they were taken from.
            if store == STORES[0] and not (file.content and origin.goes(file, gone)):
                found[path] = file.content.encode()
        return found

    def shoot_of(self, told: str) -> Shoot:
        """Return the shoot of which an item of a case tells, by its day."""
        return next(shoot for shoot in self.shoots if shoot.day in told)

    def kept_words(self, gone: frozenset[int]) -> str:
        """Return all that names who has not asked, as one text."""
        parts = [COMPANY]
        for who in sorted(self.present - gone):
            one = PEOPLE[who]
            parts += [*one.spellings, one.email or "", one.phone or ""]
        # A couple's names stand side by side in the index: where they meet they can make up another's name.
        parts += [" ".join(PEOPLE[who].name for who in shoot.named if who not in gone) for shoot in self.shoots]
        # Which half of a couple of namesakes was whose nobody can tell: either may stay.
        parts += [half for shoot in self.shoots for half in shoot.client.split(" & ") if shoot.names_who_stays(half, gone)]
        return "\n".join(parts)


def make_world(seed: int) -> World:
    """Return the world of a number: the same one each time."""
    random = Random(seed)
    shoots: list[Shoot] = []
    for number in range(random.randint(1, 4)):
        shoots.append(_shoot(random, number, shoots))
    present = sorted({who for shoot in shoots for who in shoot.people})
    askers = tuple(random.sample(present, min(len(present), random.choice((1, 1, 2, 2, 3)))))
    asked_as = tuple(random.choice(PEOPLE[who].spellings[:4]) for who in askers)
    return World(seed, tuple(shoots), _loose(random, shoots), askers, random.random() < 0.25, asked_as)


def _shoot(random: Random, number: int, before: list[Shoot]) -> Shoot:
    people = tuple(random.sample(range(len(PEOPLE)), random.choice((1, 1, 2, 2, 3, 4))))
    files: list[File] = []
    for index in range(random.randint(1, 4)):
        name = f"IMG_{number}{index:03}"
        shown = tuple(sorted(random.sample(people, min(len(people), random.choice((1, 1, 2))))))
        twins = [each for shoot in before for each in shoot.files if set(each.shown) <= set(people)]
        if twins and random.random() < 0.15:
            twin = random.choice(twins)
            files.append(File(f"{name}.jpg", twin.content, twin.shown))
            continue
        content = "" if random.random() < 0.05 else f"picture {number} {index} of {shown}"
        files.append(File(f"{name}.jpg", content, shown))
        if random.random() < 0.2:
            files.append(File(f"{name}.xmp", f"settings of {number} {index}", shown))
    form = random.choice(FORMATS)
    named: tuple[int, ...] = ()
    client, rows = COMPANY, tuple(Listed(who, random.choice(_written(PEOPLE[who], form))) for who in people)
    if len(people) == 1:
        one = PEOPLE[people[0]]
        client = random.choice((one.name, one.name, one.name.upper(), unicodedata.normalize("NFD", one.name), *one.others))
        rows, named = rows if random.random() < 0.3 else (), people
    elif random.random() < 0.4:
        named = people[: random.choice((1, 1, 2))]
        client = " & ".join(random.choice((PEOPLE[who].name, *PEOPLE[who].others)) for who in named)
    stores = random.choice(((STORES[0],), (STORES[1],), STORES))
    return Shoot(number, client, people, tuple(files), rows, form, stores, named)


def _written(one: Person, form: str) -> tuple[str, ...]:
    # Without a column or a field that says so, only what is written as names are is read as somebody's.
    return one.spellings if form in ("csv", "vcf") else (one.name, *one.others)


def _loose(random: Random, shoots: list[Shoot]) -> tuple[tuple[str, File, Shoot], ...]:
    """A few copies of what lies in the shoots, in a folder that belongs to none."""
    found = []
    for shoot in shoots:
        if random.random() < 0.2:
            file = random.choice([each for each in shoot.files if each.name.endswith(".jpg")])
            found.append((f"poistettavat/kopio {shoot.number}.jpg", file, shoot))
    return tuple(found)
