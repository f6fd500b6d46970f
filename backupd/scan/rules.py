"""What a run obeys, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Rules:
    """Settings that a run obeys. `vanish_share` is the share of a store that may vanish at once unasked."""

    today: date
    vanish_share: float = 0.5
    list_names: tuple[str, ...] = ()
    want_md5: bool = False
    full: bool = False
