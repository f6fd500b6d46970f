"""Client and title from what a folder's name holds besides its date. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from backupd.reading.folder_names.technical import is_technical
from backupd.reading.folder_names.vocabulary import COMPANY_FORMS, FORM_LEADS, JOB_ENDINGS, JOB_WORDS, VERSION_WORDS

LONGEST_CLIENT = 80
_JOINS = frozenset(("&", "+", "ja", "och", "and"))
_AGE = re.compile(r"\d{1,3}-?(?:v|vee|kk|vuotis\w*|vuotia\w*|års?|y|th|st|nd|rd)\.?$", re.IGNORECASE)
_CLASS = re.compile(r"\d{1,2}\.?\s?(?:[a-hå-ö]|lk|luokka|luokat|klass)?(?:\s?-\s?\d{1,2}[a-h]?)?", re.IGNORECASE)
_AGE_UNIT = re.compile(r"(?:v|vuotta|vuotis\w*|vuotia\w*|kk|kuukautta|år|mån|years?|months?)\.?$", re.IGNORECASE)
_JOB_NUMBER = re.compile(
    r"""^(?: \#\s*\d+ | [^\W\d_]{1,4}-\d{2,4}-\d{1,6} | [^\W\d_]{1,4}-\d{2,8} | [^\W\d_]{1,4}\d{2,4}-\d{1,6}
    | \d{2,4}-\d{3,6} | \d{5,} | 0\d{1,4}\.? | [^\W\d_]0\d{2,5} | [^\W\d_]\d{4,5}
    | (?:(?:tilaus|asiakas|as|työ|projekti|lasku|kund|order|customer|client|job|invoice)[ .-]?)?
      (?:tilaus|asiakas|order|job|työ|projekti|project|nro|numero|no|nr|number|kund|customer|client)[\ .:#-]*\d+ )
    (?=[\s_-]|$)(?!\ (?:oy|oyj|ab|ky|ry|ltd|inc|gmbh)\b)[\s_-]*""",
    re.IGNORECASE | re.VERBOSE,
)
_NUMBER_LAST = re.compile(r"[\s_\0-]+(?:(?:tilaus|order|job|nro|no)[ .:#-]*|#\s?)\d+$", re.IGNORECASE)
_COPY_FIRST = re.compile(r"(?:copy of|kopio kansiosta|kopia av)[\s\0]+|(?:kopio|copy|kopia)\s+-+\s+", re.IGNORECASE)
_WORK_WORDS = "|".join(sorted(VERSION_WORDS))
_VERSION = re.compile(
    rf"(?:[\s._-]+(?:v\d{{1,3}}(?:\.\d{{1,2}})?|(?:{_WORK_WORDS})(?: ?\d+)?|\d{{6,}})|\s*\((?:{_WORK_WORDS})(?: ?\d+)?\)"
    r"|\s*\(\d+\)|\s*\[[^\]]*\]|\.(?:zip|bak|rar|7z|tar|tgz|tar\.\w{1,4}|old))$",
    re.IGNORECASE,
)
_TRIM = " -_.,;:/~*•·"


@dataclass(frozen=True, slots=True)
class Name:
    """A client and a title; `unclear` gives the readings where a person must choose the client."""

    client: str | None = None
    title: str | None = None
    unclear: tuple[str, ...] = ()


def without_versions(text: str) -> str:
    """Return the name without version and work words at its end."""
    while True:
        shorter = _VERSION.sub("", text).rstrip()
        if shorter == text or not shorter:
            return text
        text = shorter


def without_job_number(text: str) -> str:
    """Return the name without the job number in front of it, if that leaves anything."""
    return _JOB_NUMBER.sub("", text.strip(_TRIM)) or text


def without_numbers(text: str) -> str:
    """Return the name without copy marks and job numbers in front, and without version and work words at its end."""
    text = _COPY_FIRST.sub("", text.strip(_TRIM + "\0"), count=1) if _COPY_FIRST.match(text.strip(_TRIM + "\0")) else text
    text = _JOB_NUMBER.sub("", text.strip(_TRIM + "\0")).strip(_TRIM + "\0")
    return without_versions(text)


def read_name(text: str) -> Name:
    """Return client and title of what is left of a name when its date is taken out ("\\0" stands for the date)."""
    text = without_numbers(text)
    text = _NUMBER_LAST.sub("", text).strip(_TRIM + "\0")
    fields = [field for field in (_plain(field) for field in re.split(r"\s+-+\s+|\s*;\s*|\0", text)) if field]
    if not fields:
        return Name()
    marked = re.search(r"\S\s+-+\s+\S|;", text.replace("\0", " ").strip(_TRIM)) is not None
    if len(fields) > 1 and marked:
        return _by_fields(fields)
    words = _job_word_apart(" ".join(fields).split(" "))
    if len(fields) > 1 and not any(is_job_word(word) or is_form(word) for word in words):
        # Words on both sides of the date: the client may be either, or both.
        return Name(unclear=(fields[0], fields[-1], " ".join(words)))
    return _by_words(words)


def _job_word_apart(words: list[str]) -> list[str]:
    """Return the words with "johnson-wedding" at the end taken apart; a name's own hyphen stays."""
    end = len(words)
    while end and is_job_word(words[end - 1]):
        end -= 1
    if not end or words[end - 1].casefold() in JOB_WORDS:
        return words
    client, _, job = words[end - 1].rpartition("-")
    camel = re.fullmatch(r"(.*[a-zåäöéü])([A-ZÅÄÖ][a-zåäö]+)", words[end - 1])
    if camel and "-" not in words[end - 1]:
        client, job = camel[1], camel[2]
    if not client or job.casefold() not in JOB_WORDS or any(is_form(word) for word in words[end:]):
        return words
    return [*words[: end - 1], client, job, *words[end:]]


def _plain(field: str) -> str:
    field = re.sub(r"\.{2,}|…", " ", field)
    # The dots of initials stay: "J.R. Lehto", "S.A.".
    field = re.sub(r"(?<=\w)(?<!\b[^\W\d_])\.(?=\w)|(?<=\w)\.(?=\w\w)", " ", field)
    field = re.sub(r"[\"“”„«»]|(?<!\w)['‘’](?=\w[^'‘’]*\w['‘’](?!\w))|(?<=\w)['‘’](?!\w)", "", field)
    field = re.sub(r"\s*&\s*", " & ", field)
    field = re.sub(r"(?<=\w)\s*\+\s*(?=\w)", " + ", field)
    return re.sub(r"\s+", " ", field).strip(_TRIM)


def _by_fields(fields: list[str]) -> Name:
    first, rest = fields[0], fields[1:]
    if all(is_job_word(word) for word in first.split(" ")):
        client, title = rest[0], " - ".join([first, *rest[1:]])
        return Name(client, title)
    return Name(first, " - ".join(rest))


def _by_words(words: list[str]) -> Name:
    jobs = [index for index, word in enumerate(words) if is_job_word(word)]
    if jobs and jobs[0] == 0:
        return _job_first(words)
    end = jobs[0] if jobs else len(words)
    if jobs:
        end = _before_an_age(words, end)
    forms = [index for index in range(1, end) if is_form(words[index])]
    before = words[: forms[-1]] if forms else []
    if forms and not all(is_form(word) or word.casefold().strip(".,") in FORM_LEADS for word in before):
        end = forms[-1] + 1
    client = " ".join(words[:end]).strip(_TRIM)
    if end and is_form(words[end - 1]) and words[end - 1].endswith("."):
        client += "."
    client = re.sub(r"^\((.+)\)$", r"\1", client)
    if not _may_name(words[:end], client):
        return Name(None, " ".join(words[end:]).strip(_TRIM) or None)
    after: str | None = " ".join(words[end:]).strip(_TRIM) or None
    if not client:
        return Name(None, after)
    spoken = sum(not word.isdigit() for word in words[:end])
    joined = any(word.casefold() in _JOINS for word in words[1:end])
    clear = bool(jobs or forms or spoken <= 2 or is_form(words[0]) or joined)
    if not clear:
        return Name(None, after, (client, words[0], " ".join(words[:2]), words[-1]))
    return Name(client, after)


def _before_an_age(words: list[str], end: int) -> int:
    if end > 2 and words[end - 2].isdigit() and len(words[end - 2]) < 4 and _AGE_UNIT.match(words[end - 1]):
        return end - 2
    return end - 1 if end > 1 and _AGE.match(words[end - 1]) else end


def _job_first(words: list[str]) -> Name:
    end = 1
    while end < len(words) and is_job_word(words[end]):
        end += 1
    if end == len(words):
        return Name(None, " ".join(words))
    if all(is_form(word) for word in words[end:]):
        return Name(" ".join(words))
    inner = _by_words(words[end:])
    title = " ".join(words[:end]) + (f" {inner.title}" if inner.title else "")
    company = [index for index, word in enumerate(words) if is_form(word)]
    if inner.title and inner.client and company and company[0] >= end:
        # "Photo Center Oy tuotekuvat": the first word may be the company's own.
        whole = " ".join(words[: company[-1] + 1])
        return Name(None, inner.title, (whole, inner.client))
    return Name(inner.client, title, inner.unclear)


def _may_name(words: list[str], client: str) -> bool:
    """False for what is nobody's name when it stands alone: numbers, company forms, ages, steps of the work, cards."""
    folded = client.casefold()
    return not (
        folded.strip("()[]").isdigit()
        or all(is_form(word) for word in words)
        or bool(_AGE.fullmatch(client))
        or bool(_CLASS.fullmatch(client))
        or bool(_VERSION.fullmatch(f" {client}"))
        or is_technical(client)
    )


def is_job_word(word: str) -> bool:
    """True for a word that says what kind of job it was."""
    bare = word.casefold().strip(".,;:!()")
    if bare in JOB_WORDS:
        return True
    return len(bare) > 5 and "-" not in bare.lstrip("0123456789").lstrip("-") and bare.endswith(JOB_ENDINGS)


def is_form(word: str) -> bool:
    """True for a company's form: Oy, Ab, Ltd."""
    return word.casefold().strip(".,").partition(":")[0] in COMPANY_FORMS or word.casefold().strip(".,") in COMPANY_FORMS
