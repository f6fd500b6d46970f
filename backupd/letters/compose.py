"""From facts to a letter: what its recipe requires must be known, and each passage that applies stands in it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date

from backupd.cli.text import Dates
from backupd.letters.errors import ControllerUnset, LetterLacks
from backupd.letters.facts import Controller, FoundShoot, LetterFacts
from backupd.letters.numerals import counted
from backupd.letters.recipes import RECIPES, REFUSAL, LetterKind, Piece
from backupd.letters.wording import Overrides, Wording

_OFFICE = "Tietosuojavaltuutetun toimisto"
_SITE = "tietosuoja.fi"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph: its text, then points one below the other, then addresses to open."""

    text: str
    points: tuple[str, ...] = ()
    links: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Letter:
    """A whole letter, ready to be rendered. `to` is the mail address it goes to, "" where none is known; `appendix` are
    lists that stand below it."""

    kind: LetterKind
    language: str
    subject: str
    date: str
    to_name: str
    to: str
    greeting: str
    paragraphs: tuple[Paragraph, ...]
    closing: str
    sender: Controller
    footer: tuple[str, ...]
    appendix: tuple[Paragraph, ...] = ()


def compose(kind: LetterKind, facts: LetterFacts, controller: Controller, own: Overrides | None = None) -> Letter:
    """Return the letter. Raises ControllerUnset, LetterLacks with the names of what is missing, WordingFault."""
    _refuse_incomplete(kind, facts, controller)
    recipe = RECIPES[kind]
    say = Wording(facts.language, own)
    writer = _Writer(facts, controller, say)
    paragraphs = [part for piece in recipe.pieces if _applies(piece, facts, controller) for part in writer.write(piece.key)]
    paragraphs.append(Paragraph(say("questions", contact=controller.contact)))
    footer = [say("attached", attached=", ".join(facts.attachments))] if facts.attachments else []
    footer += [say("reference", request=facts.request)] if facts.request else []
    return Letter(
        kind, facts.language, say(recipe.subject), writer.day(facts.today), facts.name, facts.mail,
        say("greeting_name", name=facts.name) if facts.name else say("greeting"),
        tuple(paragraphs), say("closing"), controller, tuple(footer), tuple(writer.lists(kind)),
    )  # fmt: skip


def lacking(kind: LetterKind, facts: LetterFacts, controller: Controller) -> tuple[str, ...]:
    """Return the names of the facts that this letter still needs; empty where it can be written."""
    needed = list(RECIPES[kind].requires)
    if facts.refused_part.strip():
        needed += [name for name in REFUSAL if name not in needed]
    if facts.missing_early:
        needed.append("result_by")
    if any(shoot.links and shoot.link_until is None for shoot in facts.shoots):
        needed.append("link_until")
    return tuple(dict.fromkeys(name for name in needed if not _is_known(name, facts, controller)))


def refuse_without_controller(controller: Controller) -> None:
    """Raise ControllerUnset where the settings do not say whose data it is."""
    unset = tuple(
        f"[studio] {name}" for name in ("name", "contact") if not str(getattr(controller, name)).strip()
    )
    if unset:
        raise ControllerUnset(unset)


def _refuse_incomplete(kind: LetterKind, facts: LetterFacts, controller: Controller) -> None:
    refuse_without_controller(controller)
    missing = lacking(kind, facts, controller)
    if missing:
        raise LetterLacks(kind, missing)


def _is_known(name: str, facts: LetterFacts, controller: Controller) -> bool:
    value = controller.authority if name == "authority" else getattr(facts, name, None)
    return bool(value.strip()) if isinstance(value, str) else bool(value)


def _applies(piece: Piece, facts: LetterFacts, controller: Controller) -> bool:
    return all(_is_known(name, facts, controller) for name in piece.needs)


class _Writer:
    """Writes passages of one letter. What a recipe requires is known here."""

    def __init__(self, facts: LetterFacts, controller: Controller, say: Wording) -> None:
        self._facts = facts
        self._controller = controller
        self._say = say
        self._dates = Dates(facts.language, UTC)

    def day(self, value: date | None) -> str:
        return _whole(self._dates.day(value)) if value is not None else ""

    def span(self, first: date | None, last: date | None) -> str:
        return _whole(self._dates.span(first, last))

    def write(self, key: str) -> Iterator[Paragraph]:
        """Yield what stands for one piece of a recipe."""
        if key == "shoots":
            for shoot in self._facts.shoots:
                yield self._shoot(shoot)
        elif key == "refuse" and self._facts.refused_whole:
            yield Paragraph(_sentence(self._say("refuse_whole", **self._fields())))
        elif key == "lost":
            yield from self._lost()
        else:
            yield Paragraph(_sentence(self._say(key, **self._fields())), self._points(key))

    def _points(self, key: str) -> tuple[str, ...]:
        return {"erased": self._facts.erased, "corrected": self._facts.corrected}.get(key, ())

    def _shoot(self, shoot: FoundShoot) -> Paragraph:
        language = self._facts.language
        kinds = (("photo", shoot.photos), ("video", shoot.videos), ("other", shoot.others))
        many = [counted(number, noun, language) for noun, number in kinds if number] or [counted(0, "file", language)]
        days = self.span(shoot.first_day, shoot.last_day) if shoot.first_day else self._say("day_unknown")
        key = "copy_found" if shoot.name else "copy_found_unnamed"
        text = self._say(key, shoot=shoot.name, days=days, files=_listed(many, language))
        if not shoot.links:
            return Paragraph(f"{text} {self._say('copy_enclosed')}")
        until = self._say("copy_link", until=self.day(shoot.link_until))
        return Paragraph(f"{text} {until}", links=shoot.links)

    def _lost(self) -> Iterator[Paragraph]:
        for what, names in (("damaged", self._facts.damaged), ("missing", self._facts.missing)):
            if not names:
                continue
            key = f"copy_{what}_one" if len(names) == 1 else f"copy_{what}"
            many = counted(len(names), "file", self._facts.language)
            fields = {} if len(names) == 1 else {what: many}
            yield Paragraph(self._say(key, **fields))
        if self._facts.missing_early:
            yield Paragraph(self._say("copy_missing_early", result=self.day(self._facts.result_by)))

    def lists(self, kind: LetterKind) -> Iterator[Paragraph]:
        """Yield the lists that stand below the letter."""
        for what, names in (("damaged", self._facts.damaged), ("missing", self._facts.missing)):
            if names and kind == "copy_found":
                yield Paragraph(self._say(f"list_{what}"), tuple(names))

    def _fields(self) -> dict[str, str]:
        facts = self._facts
        return {
            "received": self.day(facts.received_on),
            "due": self.day(facts.due_on),
            "asked": _clause(facts.asked),
            "searched": facts.searched_name,
            "period": self.span(facts.searched_from, facts.searched_to),
            "result": self.day(facts.result_by),
            "erased_on": self.day(facts.erased_on),
            "recoverable": self.day(facts.recoverable_until),
            "law": self.day(facts.kept_by_law_until),
            "recipients": _listed(facts.recipients, facts.language),
            "part": _clause(facts.refused_part),
            "ground": _clause(facts.ground),
            "reason": _clause(facts.reason),
            "address": address_of(self._controller.authority),
            "restricted": self.day(facts.restricted_from),
            "ends": self.day(facts.restriction_ends_on),
            "extended": self.day(facts.extended_to),
            "meanwhile": _clause(facts.meanwhile),
            "banned": self.day(facts.banned_on),
            "withdrawn": self.day(facts.withdrawn_on),
            "removed": self.day(facts.removed_by),
            "objected": _clause(facts.objected),
            "stopped": self.day(facts.stopped_on),
            "corrected_on": self.day(facts.corrected_on),
        }


def _clause(text: str) -> str:
    """Return what somebody wrote as a part of a sentence, which has a full stop of its own."""
    return " ".join(text.split()).rstrip(".")


def _whole(day: str) -> str:
    """Return a day that no line breaks in two."""
    return day.replace(" ", "\N{NO-BREAK SPACE}")


def _sentence(text: str) -> str:
    # A clause that ends with "!" or "?" leaves the passage's own full stop behind it.
    return text.replace("?.", "?").replace("!.", "!")


def address_of(authority: str) -> str:
    """Return the authority's address alone: its name and site stand in the passage."""
    parts = [part.strip() for part in authority.split(",")]
    return ", ".join(part for part in parts if part and part not in (_OFFICE, _SITE)) or authority


def _listed(words: Sequence[str], language: str) -> str:
    if len(words) < 2:
        return "".join(words)
    link = "ja" if language == "fi" else "and"
    return f"{', '.join(words[:-1])} {link} {words[-1]}"
