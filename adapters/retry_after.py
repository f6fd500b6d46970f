"""How long a server asks to be left alone."""

from __future__ import annotations

import email.utils
import math
from datetime import UTC, datetime


def retry_after_seconds(text: str | None) -> float | None:
    """Return a Retry-After header in seconds, be it a number or a date; None where it says nothing."""
    if text is None:
        return None
    try:
        number = float(text)
        return max(number, 0.0) if math.isfinite(number) else None
    except ValueError:
        pass
    try:
        at = email.utils.parsedate_to_datetime(text)
    except ValueError:
        return None
    return max((at - datetime.now(UTC)).total_seconds(), 0.0) if at.tzinfo else None
