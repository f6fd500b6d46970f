"""Formats that lists come in and that backupd does not read: a person is told, so that nobody in one is overlooked."""

from __future__ import annotations

from backupd.reading.participants.base import Block, Format, Unreadable


def read(_data: bytes) -> list[Block]:
    """Raise Unreadable with the mend."""
    raise Unreadable("backupd does not read this format: save the list as .xlsx, .docx, .csv or .txt beside it")


FORMAT = Format(
    frozenset((".xls", ".doc", ".rtf", ".pages", ".numbers", ".htm", ".html", ".eml", ".msg")), read, readable=False
)
