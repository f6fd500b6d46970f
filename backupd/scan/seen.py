"""What was met before, as good as surely: a bit for each value, so that most questions to the index need not be asked.

A first listing of a million files would else ask three million times for what cannot be there. That a value was never met
is certain; that it was is not, and must be asked.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import TypeVar

T = TypeVar("T", bound=Hashable)

_BYTES = 1 << 22
"""A million values leave 97 of 100 bits unset."""


class Seen:
    """Values that were met. They are not kept themselves, and nothing is ever taken out."""

    def __init__(self) -> None:
        self._bits = bytearray(_BYTES)

    def sift(self, values: Iterable[T]) -> list[T]:
        """Return the values that may have been met before, and remember them all."""
        bits, last = self._bits, _BYTES - 1
        found: list[T] = []
        for value in values:
            number = hash(value)
            at, bit = (number >> 3) & last, 1 << (number & 7)
            if bits[at] & bit:
                found.append(value)
            else:
                bits[at] |= bit
        return found
