"""Why a letter cannot be written.

    LetterFault
     ├─ ControllerUnset  the settings do not say whose letter it is
     ├─ LetterLacks      a part that this kind of letter may not go without is not there
     └─ WordingFault     a wording of the studio's own has a field that is not known, or lacks one that is needed
"""

from __future__ import annotations

_TOLD = {
    "asked": "what was asked for",
    "refused_part": "what is refused",
    "ground": "the ground of the refusal",
    "reason": "the reason in words",
    "authority": "where one may complain ([requests] authority)",
    "attachments": "the report: carry the request out first",
    "erased": "what was erased: carry the request out first",
    "erased_on": "the day on which it was erased",
    "shoots": "any shoot of this person's",
    "extended_to": "the day until which the time was extended",
    "restriction_ends_on": "the day on which it ends: --ends DATE",
    "withdrawn_on": "the day of the withdrawal: carry the request out first",
    "banned_on": "the day of the ban: carry the request out first",
    "corrected_on": "the day of the correction: carry the request out first",
    "corrected": "what was corrected",
    "link_until": "the last day of a link",
}
"""What a fact is called to whoever writes letters; others by their name."""


class LetterFault(Exception):
    """A letter that cannot be written as it is."""


class ControllerUnset(LetterFault):
    """`lacking` are the settings that name the controller and are empty."""

    def __init__(self, lacking: tuple[str, ...]) -> None:
        super().__init__(lacking)
        self.lacking = lacking

    def __str__(self) -> str:
        return f"letters name the controller of the data: fill in {' and '.join(self.lacking)}"


class LetterLacks(LetterFault):
    """`lacking` are the names of the facts that a letter of this `kind` may not go without."""

    def __init__(self, kind: str, lacking: tuple[str, ...]) -> None:
        super().__init__(kind, lacking)
        self.kind = kind
        self.lacking = lacking

    def __str__(self) -> str:
        told = [_TOLD.get(name, name.replace("_", " ")) for name in self.lacking]
        return f"a letter of the kind {self.kind} lacks {', '.join(told)}"


class WordingFault(LetterFault):
    """`fields` of the studio's own wording of `key` are not known, or `dropped` ones are needed and not in it."""

    def __init__(self, key: str, language: str, fields: tuple[str, ...], dropped: tuple[str, ...] = ()) -> None:
        super().__init__(key, language, fields, dropped)
        self.key = key
        self.language = language
        self.fields = fields
        self.dropped = dropped

    def __str__(self) -> str:
        wrong = [f"has the unknown field {{{name}}}" for name in self.fields]
        wrong += [f"lacks the field {{{name}}}" for name in self.dropped]
        return f"the wording {self.key}.{self.language}.txt {' and '.join(wrong) or 'is of no known passage'}"
