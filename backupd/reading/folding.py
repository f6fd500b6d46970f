"""Folding names for comparison. The originals are always kept beside the folded form.

å, ä and ö are letters of their own: `name_key` keeps them, `loose_key` strips every dot and accent. A loose key may widen a
look-up, ranked lower; it is never enough to call two people one. Source: privacy notice facts, Finnish text normalisation.
"""

from __future__ import annotations

import re
import unicodedata

_SEPARATORS = re.compile(r"[\s_.,;:/\\|+&()\[\]{}'’`´\"!?–—‐‑\-]+")


def name_key(text: str) -> str:
    """Return the words of `text` in NFC, case folded, with runs of separators as single blanks. May be empty."""
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", text).casefold())
    return _SEPARATORS.sub(" ", folded).strip()


def loose_key(text: str) -> str:
    """Return `name_key` without diacritics: makela for Mäkelä."""
    decomposed = unicodedata.normalize("NFKD", name_key(text))
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    return bare.translate(_BARE)


_BARE = str.maketrans({"ø": "o", "æ": "ae", "đ": "d", "ł": "l", "ß": "ss"})
