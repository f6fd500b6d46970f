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


def next_step(one: Request, *, four_eyes: bool) -> str:
    """Return what is to be done next in a case, as a command with its reason; "" where it is over."""
    approve = f"backupd request approve {one.uid}" if four_eyes else f"backupd request run {one.uid}"
    steps = {
        "unidentifiable": f"tell the person so: backupd request letter {one.uid} --answer",
        "verified": f"see what concerns them: backupd request plan {one.uid}",
        "scoped": approve,
        "part_refused": approve,
        "waiting_hold": "another hold is in the way; once it is released: backupd request plan " + one.uid,
        "approved": f"backupd request run {one.uid}",
        "executing": f"go on with it: backupd request run {one.uid}",
        "failed_step": f"go on with it: backupd request run {one.uid}",
        "executed": f"something of theirs is there still: backupd review; then backupd request run {one.uid}",
        "checked": f"answer: backupd request letter {one.uid} --answer",
        "refused": f"tell the person why: backupd request letter {one.uid} --answer",
        "answered": f"backupd request close {one.uid}",
        "duplicate": f"answer the case that it repeats: backupd request show {one.original}",
        "closed": "",
        "withdrawn": "",
    }
    return steps.get(one.state, f"find out who asks: backupd request identify {one.uid} --method …")


def _plain(text: str) -> str:
    return " ".join(visible(" ".join(text.split())).casefold().split()).rstrip(".!? ")
