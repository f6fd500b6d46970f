"""The wording in force: the built-in passages, with the studio's own in their place.

A wording of the studio's own may leave out nothing that its passage tells: a refusal without its reason would be none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from backupd.letters.errors import WordingFault
from backupd.letters.passages import PASSAGES, Language

Overrides = Mapping[tuple[str, Language], str]

_FIELD = re.compile(r"\{([a-z_]+)\}")
_MOST_BYTES = 64 * 1024
_LANGUAGES: tuple[Language, ...] = ("fi", "en")


class Wording:
    """Passages with their fields filled in. Raises WordingFault where an own wording does not fit."""

    def __init__(self, language: Language, own: Overrides | None = None) -> None:
        self.language = language
        self._texts = {key: texts[language] for key, texts in PASSAGES.items()}
        for (key, spoken), text in (own or {}).items():
            check_wording(key, spoken, text)
            if spoken == language:
                self._texts[key] = text.strip()

    def __call__(self, key: str, **fields: str) -> str:
        """Return a passage with its fields; what a field holds is never looked at for fields itself."""
        return _FIELD.sub(lambda found: fields[found[1]], self._texts[key])


def check_wording(key: str, language: str, text: str) -> None:
    """Raise WordingFault where a wording has other fields than the passage that it stands for."""
    built_in = PASSAGES.get(key)
    if built_in is None or language not in built_in:
        raise WordingFault(key, language, ())
    known = set(_FIELD.findall(built_in[language]))  # type: ignore[index]
    given = set(_FIELD.findall(text))
    if given != known or not text.strip():
        raise WordingFault(key, language, tuple(sorted(given - known)), tuple(sorted(known - given)))


def read_own(folder: Path | None) -> Overrides:
    """Return the studio's own wordings: files KEY.fi.txt and KEY.en.txt in UTF-8. Raises WordingFault, OSError."""
    found: dict[tuple[str, Language], str] = {}
    if folder is None:
        return found
    for path in sorted(folder.glob("*.txt")):
        key, _, language = path.name.removesuffix(".txt").rpartition(".")
        spoken = next((each for each in _LANGUAGES if each == language), None)
        if spoken is None:
            raise WordingFault(key or path.name, language, ())
        with path.open("rb") as file:
            text = file.read(_MOST_BYTES).decode("utf-8-sig", "replace")
        check_wording(key, spoken, text)
        found[key, spoken] = text
    return found
