"""Which passages make up which letter, in which order, and which facts it may not go without. Data only.

A refusal is complete only with: what was asked and when, which part is refused, the legal ground in plain words, the
reason, complaint and court, the offer to restrict, and the contact. An extension: reason, new date, what happens
meanwhile, and the right to complain. Source: privacy facts, part 6.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, get_args

LetterKind = Literal[
    "ack", "identity", "unidentifiable", "copy_found", "copy_not_found", "erased", "refused", "extended", "restricted",
    "restriction_ends", "ban", "withdrawn", "objected", "corrected", "nothing_held", "access", "portability",
]  # fmt: skip
KINDS: tuple[LetterKind, ...] = get_args(LetterKind)
NOTICES: tuple[LetterKind, ...] = ("ack", "identity", "extended", "restriction_ends")
"""Letters that go out on the way, and answer nothing yet."""
WITH_FILES: tuple[LetterKind, ...] = ("access", "portability", "nothing_held", "copy_found")
"""Letters that files go with."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A passage. It stands there where all the facts that it `needs` are known."""

    key: str
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Recipe:
    """A kind of letter: its subject, its facts, its passages."""

    subject: str
    requires: tuple[str, ...]
    pieces: tuple[Piece, ...]


_ASKED = Piece("asked", ("asked", "received_on"))
_APART = Piece("pictures_apart", ("pictures_apart",))
_OVER = Piece("restriction_over", ("restriction_over",))
_REFUSED_PART = (
    Piece("refuse", ("refused_part", "reason")),
    Piece("ground", ("refused_part", "ground")),
    Piece("complain", ("refused_part",)),
    Piece("restrict_offer", ("refused_part",)),
)
REFUSAL = ("asked", "received_on", "refused_part", "ground", "reason", "authority")
"""What no refusal goes without, also one of a part within another letter."""

RECIPES: Mapping[LetterKind, Recipe] = MappingProxyType(
    {
        "ack": Recipe(
            "subject_ack", ("received_on", "due_on"), (Piece("ack"), Piece("id", ("identity_needed",))),
        ),
        "identity": Recipe("subject_id", (), (_ASKED, Piece("id"))),
        "unidentifiable": Recipe("subject_id", (), (_ASKED, Piece("unidentifiable"), Piece("complain", ("authority",)))),
        "copy_found": Recipe("subject_copy", ("shoots",), (Piece("shoots"), Piece("lost"), Piece("keep_copies"))),
        "copy_not_found": Recipe(
            "subject_answer", ("searched_name", "searched_from", "searched_to"),
            (_ASKED, Piece("copy_not_found"), Piece("copy_missing_early", ("missing_early",)), Piece("keep_copies")),
        ),
        "erased": Recipe(
            "subject_erased", ("erased_on", "erased"),
            (
                _ASKED, Piece("erased"), Piece("residual", ("recoverable_until",)),
                Piece("no_more_copies", ("media_erased",)), Piece("kept_trace"),
                Piece("kept_law", ("kept_by_law_until",)), Piece("recipients_erased", ("recipients",)), *_REFUSED_PART,
            ),
        ),
        "refused": Recipe("subject_refused", REFUSAL, (_ASKED, *_REFUSED_PART, _OVER)),
        "extended": Recipe(
            "subject_extended", ("received_on", "reason", "extended_to", "meanwhile", "authority"),
            (_ASKED, Piece("extend"), Piece("meanwhile"), Piece("complain")),
        ),
        "restricted": Recipe(
            "subject_restricted", ("restricted_from",),
            (_ASKED, Piece("restricted"), Piece("recipients", ("recipients",)), *_REFUSED_PART),
        ),
        "restriction_ends": Recipe(
            "subject_restriction_ends", ("restriction_ends_on", "reason", "authority"),
            (Piece("restriction_ends"), Piece("complain")),
        ),
        "ban": Recipe("subject_ban", ("banned_on",), (Piece("ban"),)),
        "withdrawn": Recipe(
            "subject_withdrawn", ("withdrawn_on",),
            (
                Piece("withdrawn"), Piece("withdrawn_removal", ("removed_by",)), Piece("withdrawn_removed", ("removed",)),
                Piece("withdrawn_backups"), Piece("recipients", ("recipients",)),
            ),
        ),
        "objected": Recipe(
            "subject_objected", ("objected", "stopped_on"), (_ASKED, Piece("objected"), *_REFUSED_PART),
        ),
        "corrected": Recipe(
            "subject_corrected", ("corrected_on", "corrected"),
            (_ASKED, Piece("corrected"), Piece("recipients", ("recipients",)), *_REFUSED_PART, _OVER),
        ),
        "nothing_held": Recipe("subject_answer", (), (_ASKED, Piece("nothing_held"), Piece("complain", ("authority",)))),
        "access": Recipe(
            "subject_answer", ("received_on", "attachments"), (_ASKED, Piece("access"), _APART, *_REFUSED_PART),
        ),
        "portability": Recipe(
            "subject_answer", ("received_on", "attachments"), (_ASKED, Piece("portability"), _APART, *_REFUSED_PART),
        ),
    }
)  # fmt: skip
