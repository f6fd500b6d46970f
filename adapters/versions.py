"""The version of a file in a store that has no mark of its own for one: size, time of last change and identity."""

from __future__ import annotations


def version_of_parts(size: int, modified_ns: int | None, identity: str | None) -> str:
    """Return what tells one state of a file from all others, as far as these three can."""
    return f"{size}-{modified_ns}-{identity}"
