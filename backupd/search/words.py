"""The words that a shoot is found by. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from backupd.reading.folding import loose_key, name_key

_LETTERS = re.compile(r"[^\W\d_]{3,}")
_DOUBLE = re.compile(r"[^\W\d_]+(?:['’‐‑–-][^\W\d_]+)+")
_CAMERA = frozenset(
    [
        "img",
        "dsc",
        "dscf",
        "dscn",
        "mvi",
        "mov",
        "pict",
        "sam",
        "gopr",
        "dji",
        "jpg",
        "jpeg",
        "cr2",
        "cr3",
        "nef",
        "arw",
        "raf",
        "dng",
        "orf",
        "rw2",
        "mp4",
        "mts",
        "avi",
        "heic",
        "tif",
        "tiff",
        "xmp",
        "xml",
        "png",
        "bin",
        "thm",
        "lrv",
    ]
)


def shoot_words(
    client: str | None,
    spellings: Sequence[str],
    title: str | None,
    folder_paths: Iterable[str],
    participants: Iterable[str],
    file_names: Iterable[str],
) -> dict[str, set[str]]:
    """Return words by field: c client, t title, p participant, d folder, f file; upper case for words without dots."""
    texts = {
        "c": [client or "", *spellings],
        "t": [title or ""],
        "p": list(participants),
        "d": [_shown(path) for path in folder_paths],
    }
    words = {field: {word for text in lines for word in split_words(text)} for field, lines in texts.items()}
    for field in ("c", "p"):
        words[field] |= {word for text in texts[field] for word in _joined(text)}
    # Numbers make no words: of a thousand pictures that are counted up one stem is left.
    stems = {(name.rpartition(".")[0] or name).rstrip("0123456789") for name in file_names}
    words["f"] = {word for stem in stems for word in _file_words(_shown(stem))}
    for field in list(words):
        bare = {loose_key(word) for word in words[field]} - words[field]
        words[field.upper()] = {word for word in bare if word}
    return words


def split_words(text: str) -> list[str]:
    """Return the folded words of a text; double names also by their parts."""
    return [word for word in name_key(text).split(" ") if word]


def _joined(text: str) -> list[str]:
    """Return the double names of a text in one word: who looks for makivirta means Mäki-Virta."""
    return [name_key(word).replace(" ", "") for word in _DOUBLE.findall(text)]


def _file_words(stem: str) -> list[str]:
    return [word for word in _LETTERS.findall(name_key(stem)) if word not in _CAMERA]


def _shown(text: str) -> str:
    return text.encode("utf-8", "replace").decode()
