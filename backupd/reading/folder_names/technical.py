"""Folders inside a shoot that cameras, recorders and programs make, or that stand for a step of the work. Pure."""

from __future__ import annotations

import re

from backupd.reading.folder_names.vocabulary import TECHNICAL, TECHNICAL_PHRASES

_CARD = re.compile(
    r"""\d{3}[_A-Z0-9]{5} | \d{3}_?[A-Z]{3,5} | [A-Z]\d{3}(?:_?[A-Z0-9]{2,8})*(?:\.(?:RDM|RDC))?
    | [A-Z]\d{3}[A-Z]\d[A-Z0-9]{2,4} | CLIPS\d{3} | DJI_\d{3} | Camera\d\d | Settings\d+ | Roll\ ?\d+ | CARD_?\d+
    | \d{2}[_ -]?(?:RAW|SELECTS?|EXPORTS?|WORK|ADMIN|INBOX|AUDIO|GRAPHICS|MUSIC|PROJECT[_ ]FILES|DOCS|EDITS?)
    | \d{2}[_ -]?(?:DELIVERY|DELIVERED)
    | (?:IMG|VID|MVI|MOV|PXL|PANO|DSC[FN]?)[_-]?\d{4,}(?:[_-]\w+)* | (?-i:[a-z]\d\d[A-Z]{2})
    | \d\.\ (?:Projects?|Exports?|Audio|Graphics|Footage|Documents?) | \d{1,2}x\d{1,2}(?:cm)? | \d{3,4}px
    | .+\.(?:lrcat|lrdata|lrcat-data|lrlibrary|cocatalog|cosessiondb|fcpbundle|photoslibrary|aplibrary|dvcc)""",
    re.IGNORECASE | re.VERBOSE,
)
"""Folders that cameras, recorders and editing programs make. Source: media facts, parts 1 and 4."""


def is_technical(name: str) -> bool:
    """True for folders inside a shoot that cameras and programs make, or that stand for a step of the work."""
    folded = name.casefold().strip(" _-.")
    return folded in TECHNICAL or re.sub(r"[\s_-]+", " ", folded) in TECHNICAL_PHRASES or bool(_CARD.fullmatch(name))
