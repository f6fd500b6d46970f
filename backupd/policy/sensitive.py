"""Which shoots may reveal belief, health or opinion, by the words of their title. Pure.

Such pictures are shown only with explicit consent. A title can't tell everything: a plain wedding may be a church's,
and then the words that name the church do. Source: privacy facts, T15; GDPR art. 9.
"""

from __future__ import annotations

from backupd.policy.facts import Known

_STEMS = (
    "rippi", "konfirm", "confirm", "riparit", "ristiäi", "ristiai", "kaste", "dop", "christening", "baptism",
    "hautaja", "funeral", "begravning", "kirkko", "kirkon", "church", "kyrk", "seurakun", "srk", "parish", "moskeij",
    "mosque", "synago", "sairaala", "hospital", "potilas", "patient", "terapia", "therapy", "vaali", "election",
    "puolue", "mielenosoit", "demonstration", "pride", "ammattiliit", "union",
)  # fmt: skip


def is_sensitive(title: str | None) -> Known:
    """Return YES where a word of the title begins like one that reveals something, else NO."""
    words = (title or "").casefold().replace("-", " ").replace("_", " ").split()
    return Known.YES if any(word.startswith(_STEMS) for word in words) else Known.NO
