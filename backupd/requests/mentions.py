"""An erased person in what was written to others, or about them: their name and addresses go from our own copies of it.

Who got such a letter has it, name and all, and its hash shows that they do: our copy says the rest, so that what others
were told can still be shown. Only the whole name goes, as everywhere: a part of it, or another form, may be somebody
else's, and so may a name by which the ledger does not know this person.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from backupd.requests.correcting import corrected
from index import erased, requests, scoping
from index.forgetting_texts import change_texts, texts
from index.ledger import Ledger
from index.ledger_key import LedgerKey
from index.replay import record
from index.requests import Item, Request

BLANK = "[–]"


@dataclass(frozen=True, slots=True)
class Mentioned:
    """As what somebody may be mentioned: by their names, and by addresses and numbers as they are written."""

    names: tuple[str, ...]
    contacts: tuple[str, ...]

    def blanked(self, text: str) -> str:
        """Return a text without them."""
        for contact in self.contacts:
            text = re.sub(rf"(?<!\w){re.escape(contact)}(?!\w)", BLANK, text, flags=re.IGNORECASE)
        for name in self.names:
            text = corrected(text, name, BLANK) or text
        return text


def mentioned_as(conn: Connection, key: LedgerKey, one: Request, items: Sequence[Item]) -> Mentioned:
    """Return as what the person of a case may be mentioned: what nobody else who is still there is known by."""
    mine = [each.details for each in items if each.kind == "row" and each.is_in and "name" in each.details]
    names = [one.subject or "", *(row["name"] for row in mine)]
    emails = [one.email or "", *(row["email"] or "" for row in mine)]
    phones = [one.phone or "", *(row["phone"] or "" for row in mine)]
    hashed = {("name", each): key.hashes(name=each) for each in names}
    hashed |= {("email", each): key.hashes(email=each) for each in emails}
    hashed |= {("phone", each): key.hashes(phone=each) for each in phones}
    known = erased.erased_persons(conn, {each for some in hashed.values() for each in some}, one.uid)
    mine_alone = [told for told, some in hashed.items() if any(each in known for each in some)]
    # By the name alone nobody could tell which of two people of one name is meant.
    left = {name for name, _, _ in scoping.people(conn)} | {each for row in scoping.clients(conn) for each in row.spellings}
    borne = {each for name in left for each in key.hashes(name=name)}
    return Mentioned(
        tuple(dict.fromkeys(text for kind, text in mine_alone if kind == "name" and not borne & set(hashed[(kind, text)]))),
        tuple(dict.fromkeys(text.strip() for kind, text in mine_alone if kind != "name")),
    )


def count_letters(conn: Connection, key: LedgerKey, one: Request) -> int:
    """Return in how many letters of other cases the person is mentioned."""
    told = mentioned_as(conn, key, one, requests.items_of(conn, one.uid))
    return sum(1 for text in requests.letter_texts(conn, but_of=one.uid) if told.blanked(text) != text)


def blank_mentions(conn: Connection, ledger: Ledger, one: Request, at: int, by: str) -> int:
    """Take the person out of what was written; return how many texts that were. An index restored later forgets them."""
    told = mentioned_as(conn, ledger.key, one, requests.items_of(conn, one.uid))
    before = {each for each in texts(conn) if told.blanked(each) != each}
    hashed = sorted(map(ledger.key.hash_text, before))
    for draft in erased.text_drafts(hashed, at, by, request=one.uid, rule="mention_erased"):
        record(conn, ledger, draft)
    return len(change_texts(conn, told.blanked))
