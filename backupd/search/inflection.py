"""Finnish inflection of names: forms of a base form, and base forms that a form may have. Pure.

Surnames inflect like ordinary words; bearers may use private variants, and first names often skip gradation, so several
answers are usual and all are given. Source: privacy notice facts, part 5 (kielitoimistonohjepankki.fi, kielikello.fi).
"""

from __future__ import annotations

from functools import lru_cache

_VOWELS = "aeiouyäöå"
_BACK = set("aou")
# strong grade : weak grade, longest first; the last consonants before the final vowel.
_WEAKENINGS = (
    ("kk", "k"), ("pp", "p"), ("tt", "t"), ("nk", "ng"), ("nt", "nn"), ("lt", "ll"), ("rt", "rr"), ("mp", "mm"),
    ("lk", "l"), ("rk", "r"), ("hk", "h"), ("uku", "uvu"), ("yky", "yvy"), ("lke", "lje"), ("rke", "rje"),
)  # fmt: skip


@lru_cache(maxsize=4096)
def forms(word: str) -> frozenset[str]:
    """Return inflected forms of a folded name in its base form: genitives, plurals, local cases, partitives."""
    if len(word) < 2 or not word.isalpha():
        return frozenset()
    found = _forms(word, "a" if _is_back(word) else "ä")
    if not set(word) & set("aouäöy"):
        # Neutral vowels take ä; whoever writes without dots writes "Lehtisella" all the same.
        found |= _forms(word, "a")
    found.add(word + "n")
    found.discard(word)
    return frozenset(found)


def _forms(word: str, a: str) -> set[str]:
    found: set[str] = set()
    for weak, strong, plurals in _stems(word):
        for ending in ("n", f"ll{a}", "lle", f"lt{a}", f"ss{a}", f"st{a}", "t", "ksi"):
            found.add(weak + ending)
        found |= {strong + f"n{a}", f"{strong}{strong[-1]}n", f"{strong}{a}", f"{strong}t{a}", strong + "na"}
        for plural in plurals:
            found |= {
                f"{plural}{end}"
                for end in (
                    "en",
                    "den",
                    "jen",
                    "ien",
                    f"ll{a}",
                    "lle",
                    f"lt{a}",
                    f"ss{a}",
                    f"st{a}",
                    f"d{a}",
                    f"t{a}",
                    f"{a}",
                    "in",
                    "hin",
                )
            }
    if word[-1] in "aä":
        # virta : virtojen, virtoja
        for base in {word, *_weak(word)}:
            found |= {f"{base[:-1]}{round_}j{end}" for round_ in "oö" for end in ("en", "a", "ä")}
    if word[-1] in "oöuyi":
        found |= {f"{word}j{end}" for end in ("en", a)}
    if word[-1] == "e":
        found.add(f"{word}tt{a}")
    elif word[-1] not in _VOWELS:
        found.add(f"{word}t{a}")
    if word.endswith("nen"):
        found |= {
            word[:-3] + end
            for end in (
                "set",
                "sten",
                "sia",
                "siä",
                f"sill{a}",
                "sille",
                f"silt{a}",
                f"siss{a}",
                f"sist{a}",
                f"st{a}",
                "sien",
                "siin",
                f"sett{a}",
                f"sitt{a}",
            )
        }
    return found


def _is_back(word: str) -> bool:
    for sign in reversed(word):
        if sign in _BACK:
            return True
        if sign in "äöy":
            return False
    return False


def _stems(word: str) -> list[tuple[str, str, tuple[str, ...]]]:
    """Return (weak stem, strong stem, plural stems) for each way in which the word may inflect."""
    stems: list[tuple[str, str, tuple[str, ...]]] = []
    last = word[-1]
    if word.endswith("nen"):
        stem = word[:-3] + "se"
        return [(stem, stem, (word[:-3] + "si",))]
    if last in _VOWELS:
        stems += [_vowel(word, weak) for weak in _weak(word)]
        stems.append(_vowel(word, word))
        if last == "i":
            e = word[:-1] + "e"
            stems += [(weak, e, (word[:-1] + "i",)) for weak in {*_weak(e), e}]
            if word.endswith("si"):
                stems.append((word[:-2] + "de", word[:-2] + "te", (word[:-1] + "i",)))
                for one, two in (("nsi", "nne"), ("lsi", "lle"), ("rsi", "rre")):
                    if word.endswith(one):
                        stems.append((word[:-3] + two, word[:-2] + "te", (word,)))
        if last == "e":
            stems += [(strong + "e", strong + "e", (strong + "i", strong + "isi")) for strong in _strong(word)]
            stems.append((word + "e", word + "e", (word + "i",)))
    else:
        stems += _consonant(word)
    return stems


def _vowel(word: str, weak: str) -> tuple[str, str, tuple[str, ...]]:
    plurals = [
        weak + "i",
        word + "i",
        weak[:-1] + "i",
        word[:-1] + "i",
        weak[:-1] + "oi",
        word[:-1] + "oi",
        weak[:-1] + "öi",
        word[:-1] + "öi",
    ]
    return weak, word, tuple(dict.fromkeys(plurals))


def _weak(word: str) -> list[str]:
    """Return the weak grades that a word ending in a vowel may have; empty where it does not change."""
    body, vowel = word[:-1], word[-1]
    # A long last syllable keeps the consonants before it: look only at those right before the last vowel.
    found = []
    for strong, weak in (("kk", "k"), ("pp", "p"), ("tt", "t")):
        if body.endswith(strong):
            return [body[: -len(strong)] + weak + vowel]
    for strong, weak in (("nk", "ng"), ("nt", "nn"), ("lt", "ll"), ("rt", "rr"), ("mp", "mm")):
        if body.endswith(strong):
            found.append(body[: -len(strong)] + weak + vowel)
    if found:
        return found
    before = body[:-1]
    if body.endswith("k") and len(before) > 0:
        found.append(before + vowel)
        if before[-1:] in "lrh" and vowel in "ei":
            found.append(before + "j" + vowel)
        if before[-1:] in "uy" and vowel in "uy":
            found.append(before + "v" + vowel)
        if before[-1:] == vowel:
            found.append(before + "'" + vowel)
    elif body.endswith("p") and before[-1:] not in ("s",):
        found.append(before + "v" + vowel)
    elif body.endswith("t") and before[-1:] not in ("s",):
        found.append(before + "d" + vowel)
    return found


_STRENGTHENINGS = (
    ("ng", "nk"), ("nn", "nt"), ("ll", "lt"), ("rr", "rt"), ("mm", "mp"), ("k", "kk"), ("p", "pp"), ("t", "tt"),
    ("d", "t"), ("v", "p"), ("j", "k"), ("l", "lk"), ("r", "rk"), ("h", "hk"),
)  # fmt: skip


def _strong(word: str) -> list[str]:
    """Return strong-grade stems (with the word's last vowel) of a weak-grade word ending in a vowel, itself too."""
    body, vowel = word[:-1], word[-1]
    found = [word]
    for weak, strong in _STRENGTHENINGS:
        if body.endswith(weak):
            found.append(body[: -len(weak)] + strong + vowel)
    if body and body[-1] in _VOWELS:
        found.append(body + "k" + vowel)
    return found


def _consonant(word: str) -> list[tuple[str, str, tuple[str, ...]]]:
    stems: list[tuple[str, str, tuple[str, ...]]] = []
    foreign = word + "i"
    stems.append((foreign, foreign, (word + "ei",)))
    if word.endswith("s") and len(word) > 3:
        vowel = word[-2]
        for strong in _strong(word[:-1]):
            long = strong + vowel
            stems.append((long, long, (strong[:-1] + "i", strong + "i")))
        stems.append((word[:-1] + "kse", word[:-1] + "kse", (word[:-1] + "ksi",)))
        if vowel in "uy":
            stems.append((word[:-1] + "de", word[:-1] + "te", (word[:-1] + "ksi",)))
    for ending, stem in (("n", "me"), ("l", "le"), ("r", "re"), ("n", "ne")):
        if word.endswith(ending):
            stems.append((word[:-1] + stem, word[:-1] + stem, (word[:-1] + stem[0] + "i",)))
    if word.endswith(("ut", "yt")):
        stems.append((word[:-1] + "e", word[:-1] + "e", ()))
    return stems


_CASES = tuple(
    """
    iltä ilta illä illa ille issä issa istä ista sten lle llä lla ltä lta ssä ssa stä sta nä na en jen ien iden
    den ten tten n t ä a ia iä ja jä tä ta set sia siä ksi
    ttä tta in hin siin setta settä sitta sittä
    """.split()  # noqa: SIM905
)
"""Endings that a form may carry, as they are taken off."""


@lru_cache(maxsize=4096)
def lemmas(word: str) -> tuple[tuple[str, float], ...]:
    """Return base forms that `word` may be a form of, likeliest first, each with a weight below 1.

    Every answer generates the word again by `forms`: a guess that would not is not given.
    """
    if len(word) < 3 or not word.isalpha():
        return ()
    guesses: dict[str, float] = {}
    for stem in _bare_stems(word):
        for guess in _bases(stem):
            if len(guess) > 1 and guess != word and guess not in guesses and word in forms(guess):
                guesses[guess] = 0.95 if guess.endswith("nen") else 0.9
    return tuple(sorted(guesses.items(), key=lambda each: (-each[1], each[0])))


def _bare_stems(word: str) -> list[str]:
    found = [word[: -len(case)] for case in _CASES if word.endswith(case) and len(word) - len(case) >= 2]
    found += [word[:-3] for case in ("seen",) if word.endswith(case)]
    return list(dict.fromkeys(found))


def _bases(stem: str) -> list[str]:
    found = [stem]
    if stem.endswith("se"):
        found.append(stem[:-2] + "nen")
    if stem.endswith("si"):
        found.append(stem[:-2] + "nen")
    if stem.endswith("s"):
        found.append(stem[:-1] + "nen")
    found.append(stem + "nen")
    trimmed = {stem}
    for ending in ("oi", "öi", "i", "ei", "o", "ö"):
        if stem.endswith(ending):
            bare = stem[: -len(ending)]
            trimmed |= {bare, *(bare + vowel for vowel in "aäoöeiuy")}
    for base in trimmed:
        if base and base[-1] in _VOWELS:
            for strong in _strong(base):
                found.append(strong)
                if strong.endswith("e"):
                    found.append(strong[:-1] + "i")
            if base.endswith("de"):
                found += [base[:-2] + "si", base[:-2] + "s"]
            if base.endswith("kse"):
                found.append(base[:-3] + "s")
            if len(base) > 2 and base[-1] == base[-2]:
                short = base[:-1]
                found += [short, short + "s"]
                for weak, strong_grade in _STRENGTHENINGS:
                    if short[:-1].endswith(strong_grade):
                        graded = short[: -1 - len(strong_grade)] + weak + short[-1]
                        found += [graded, graded + "s"]
                if short[:-1].endswith("k"):
                    found += [short[:-2] + short[-1], short[:-2] + short[-1] + "s"]
            if base.endswith("i"):
                found.append(base[:-1])
            for ending, consonant in (("me", "n"), ("le", "l"), ("re", "r"), ("ne", "n")):
                if base.endswith(ending):
                    found.append(base[:-2] + consonant)
        elif base:
            found.append(base)
    return list(dict.fromkeys(found))
