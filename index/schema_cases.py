"""The tables of people's requests: the case, what it concerns, the letters that belong to it.

Names stand here while a case is open. When an erasure is closed they are taken out: what stays are days, decisions,
keyed hashes and counts.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Integer, Text, UniqueConstraint

from index.schema_base import Big, Id, Small, table

request = table(
    "request",
    Column("id", Id, primary_key=True),
    Column("uid", Text, nullable=False, unique=True, comment="random; its name in the ledger and in letters"),
    Column("kind", Text, nullable=False, comment="copy, access, rectify, erase, restrict, object …"),
    Column("state", Text, nullable=False, index=True),
    Column("received_on", Text, nullable=False, comment="civil day in the studio's zone on which it arrived"),
    Column("channel", Text, nullable=False, comment="mail, phone, meeting, form …"),
    Column("language", Text, nullable=False),
    Column("subject", Text, comment="the person's name as given; null once erased"),
    Column("email", Text),
    Column("phone", Text),
    Column("person", Text, nullable=False, index=True, comment="keyed hash of the name"),
    Column("persons", Text, nullable=False, comment="JSON list: keyed hashes of name, address and number"),
    Column("details", Text, nullable=False, comment="JSON: what this kind of request needs besides"),
    Column("opened_at", Big, nullable=False),
    Column("opened_by", Text, nullable=False),
    Column("asked_on", Text, comment="day on which identification was asked for"),
    Column("identified_on", Text),
    Column("identity_method", Text, comment="how, never the document"),
    Column("identity_by", Text),
    Column("plan", Text, comment="the plan that counts, by its uid"),
    Column("approved_digest", Text, comment="hex; of the plan and the decisions as they were approved"),
    Column("approved_by", Text),
    Column("approved_at", Big),
    Column("approval_reason", Text),
    Column("executed_by", Text),
    Column("executed_at", Big),
    Column("checked_at", Big),
    Column("extended_to", Text),
    Column("extension_reason", Text),
    Column("told_on", Text, comment="day on which the person was told of the extension"),
    Column("refusal_code", Text),
    Column("refusal_words", Text),
    Column("original", Text, comment="the request that this one repeats"),
    Column("answered_at", Big),
    Column("ended_at", Big),
    Column("ended_by", Text),
    Column("alarmed_on", Text, comment="day of the last reminder"),
)

item = table(
    "request_item",
    Column("id", Id, primary_key=True),
    Column("request", Text, ForeignKey("request.uid"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("key", Text, nullable=False, comment="what it is about, the same over planning anew"),
    Column("kind", Text, nullable=False, comment="shoot, list, contact, consent, placement, recipient, place"),
    Column("shoot", Id, comment="the shoot's number; not a reference, since it outlasts the shoot"),
    Column("subject", Text, comment="as it is shown; null once erased"),
    Column("why", Text, comment="why it is taken to concern the person; null once erased"),
    Column("certain", Small, nullable=False, comment="1 certain; 0 likely, so that a person decides"),
    Column("chosen", Small, comment="what a person said of it: 1 include, 0 exclude; null where nobody did"),
    Column("decision", Text, comment="delete, unlist, refuse, restrict, keep, do …; null while undecided"),
    Column("details", Text, nullable=False, comment="JSON"),
    Column("state", Text, nullable=False, comment="open, done, refused, dropped"),
    Column("outcome", Text, comment="in words, without names"),
    Column("ended_at", Big),
    Column("ended_by", Text),
    UniqueConstraint("request", "number"),
    UniqueConstraint("request", "key"),
    CheckConstraint("state IN ('open','done','refused','dropped')", name="state"),
)

letter = table(
    "request_letter",
    Column("id", Id, primary_key=True),
    Column("request", Text, ForeignKey("request.uid"), nullable=False, index=True),
    Column("kind", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("text", Text, comment="null once the person was erased"),
    Column("sha256", Text, nullable=False, comment="hex, of the text in UTF-8"),
    Column("made_at", Big, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("is_answer", Small, nullable=False),
)
