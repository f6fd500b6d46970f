"""What a text must tell before it counts as the answer to a case, or before the case may be closed. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from backupd.cli.text import visible
from backupd.letters.compose import address_of
from index.requests import Letter, Request


def lacks_of_refusal(one: Request, text: str, authority: str) -> tuple[str, ...]:
    """Return what a text keeps back of a refusal: why, and where one may complain of it (GDPR art. 12(4))."""
    if one.refusal_code is None:
        return ()
    said = _plain(text)
    wanted = {
        "the reason of the refusal as it was recorded": one.refusal_words or "",
        "where one may complain, as [requests] authority has it": address_of(authority),
    }
    return tuple(f"the text lacks {what}" for what, words in wanted.items() if _plain(words) not in said)


def lacks_of_extension(one: Request, letters: Iterable[Letter]) -> tuple[str, ...]:
    """Return what is missing of an extension: the letter that told of it must be kept (GDPR art. 12(3))."""
    if one.extended_to is None or any(each.kind == "extended" for each in letters):
        return ()
    mend = f"backupd request letter {one.uid} --kind extended --answer"
    return (f"the letter that told of the extension is not kept: {mend}",)


def _plain(text: str) -> str:
    return " ".join(visible(" ".join(text.split())).casefold().split()).rstrip(".!? ")
