"""Cleaning one folder name, and telling what may not be read at all. Pure."""

from __future__ import annotations

import re
import unicodedata

_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−﹣－"), "-")
_DIGITS = {0xFF10 + digit: str(digit) for digit in range(10)}
_BLANKS = dict.fromkeys(
    map(ord, "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"), " "
)
_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad\ufe0e\ufe0f"
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]")
_FORBIDDEN = re.compile(r"[\\<>|\x00-\x1f\x7f\x80-\x9f\u2028\u2029]")
_CODE = re.compile(
    r"\{\w*\}|%[sdr](?!\w)|\$\{|\$\(|\{\{|\}\}|\{%|%\{|#\{|`|<%|;\s*(?:rm|drop|delete|shutdown|cat|echo|ls|curl|wget|select)\b|&&|\|\||'\s*or\s|\bor\s+'?1'?\s*=\s*'?1"
    r"|\bdrop\s+table\b|\bunion\s+select\b|\bselect\s+.+\s+from\b|\binsert\s+into\b|\bdelete\s+from\b|'\s*;|--\s*$|%00|%2e%2e|\brm\s+-rf\b",
    re.IGNORECASE,
)
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\..*)?$", re.IGNORECASE)
_INSIDE = re.compile(rf"\w[{_INVISIBLE}]+\w")
_MOJIBAKE = re.compile(
    "\ufffd|Ã[\u0080-\u00bf\u0152-\u0178ƒ˜†‡•…‰€™¤¶¥„–]|Â[ -¿]|√[§∂•Ö]|[a-zäö]„[a-zäö]|\\?\\?|ï¿½|â€", re.IGNORECASE
)
_EMOJI = re.compile(
    "[\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff\u2190-\u21ff\u2300-\u23ff\u25a0-\u25ff\U000e0020-\U000e007f\u20e3©®™]"
)


def why_unreadable(component: str) -> str | None:
    """Return why nothing of this name may be read, or None."""
    if component in (".", ".."):
        return "it leads out of the folder"
    if _FORBIDDEN.search(component):
        return "it holds control characters or signs that no folder name should have"
    if _BIDI.search(component):
        return "it holds signs that turn the direction of writing"
    if _has_inside(component):
        return "it holds invisible signs inside a word"
    if any("\ud800" <= sign <= "\udfff" for sign in component):
        return "it is not written in UTF-8"
    if _stacked(component):
        return "it holds stacked accents"
    if _CODE.search(component):
        return "it looks like program text"
    if component.lstrip()[:1] in ("=", "+", "-", "@"):
        return "it starts like a formula"
    if _DEVICE.fullmatch(component.strip()):
        return "it is a name that some systems reserve"
    return None


def _has_inside(text: str) -> bool:
    # A joiner between two emoji is no word.
    return bool(_INSIDE.search(_EMOJI.sub(" ", text)))


def _stacked(text: str) -> bool:
    run = 0
    for sign in unicodedata.normalize("NFC", text):
        run = run + 1 if unicodedata.combining(sign) else 0
        if run >= 2:
            return True
    return False


def clean(component: str) -> str:
    """Return the name in NFC with plain digits, dashes and blanks, without emoji and invisible signs."""
    text = unicodedata.normalize("NFC", component).translate(_DIGITS).translate(_DASHES).translate(_BLANKS)
    text = _EMOJI.sub(" ", text)
    text = text.translate(dict.fromkeys(map(ord, _INVISIBLE)))
    return re.sub(r"\s+", " ", text).strip()


def is_damaged(text: str) -> bool:
    """True where letters were read in the wrong encoding, or one word mixes scripts."""
    return bool(_MOJIBAKE.search(text)) or any(_mixed(word) for word in re.findall(r"[^\W\d_]+", text))


def _mixed(word: str) -> bool:
    scripts = set()
    for sign in word:
        name = unicodedata.name(sign, "")
        scripts.add(name.partition(" ")[0] if name else "?")
    return len(scripts & {"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "HEBREW", "ARABIC"}) > 1
