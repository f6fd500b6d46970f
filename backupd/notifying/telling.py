"""Whom to tell what, and when. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from index.notices import NoticeRow


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail to one person: which notices it tells."""

    to: str
    notices: tuple[NoticeRow, ...]
    is_digest: bool


def at_once(notices: Iterable[NoticeRow], hears: Mapping[str, Sequence[str]]) -> list[Letter]:
    """Return the mails about what cannot wait and was not told yet."""
    return _letters([each for each in notices if each.urgent and each.told_at is None], hears, is_digest=False)


def digest(notices: Iterable[NoticeRow], hears: Mapping[str, Sequence[str]]) -> list[Letter]:
    """Return the day's mails: all that is the matter, whether it was told before or not; none to who has nothing."""
    return _letters(list(notices), hears, is_digest=True)


def _letters(notices: list[NoticeRow], hears: Mapping[str, Sequence[str]], *, is_digest: bool) -> list[Letter]:
    letters = []
    for address, topics in hears.items():
        mine = tuple(each for each in notices if each.topic in topics)
        if mine:
            letters.append(Letter(address, mine, is_digest))
    return letters
