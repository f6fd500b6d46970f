"""The tables of what is kept about deletions, permissions and people's requests: holds, consents, plans, what is erased.

None refers to a content, since each must outlast the content's removal from the index. Who a person is stands as a
keyed hash (`index.ledger_key`), so that what is left after an erasure names nobody.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, LargeBinary, Text, UniqueConstraint, text

from index.schema_base import Big, Id, Small, table

hold = table(
    "hold",
    Column("id", Id, primary_key=True),
    Column("uid", Text, nullable=False, unique=True, comment="its name in the ledger"),
    Column("kind", Text, nullable=False, comment="restriction, objection, legal, open_request, pin"),
    Column("ground", Text, comment="of a restriction: the letter of art. 18(1), a to d"),
    Column("shoot_id", Id, ForeignKey("shoot.id"), index=True),
    Column("shoot_hash", Text, comment="the shoot's keyed hash; without shoot_id it is not in this index yet"),
    Column("person", Text, index=True, comment="keyed hash of the person it is about, or who asked for it"),
    Column("request", Text, comment="the case it belongs to"),
    Column("reason", Text, nullable=False),
    Column("owner", Text, nullable=False, comment="the employee who answers for it"),
    Column("review_on", Text, comment="day on which somebody looks at it again"),
    Column("opened_at", Big, nullable=False),
    Column("opened_by", Text, nullable=False),
    Column("announced_at", Big, comment="when the person was told that it will be lifted"),
    Column("released_at", Big),
    Column("released_by", Text),
    Column("release_reason", Text),
    Column("files", Integer, comment="how many files it is limited to (see scope); null where it holds all"),
    CheckConstraint("kind IN ('restriction','objection','legal','open_request','pin')", name="kind"),
    CheckConstraint("shoot_hash IS NOT NULL OR person IS NOT NULL", name="scope"),
)

consent = table(
    "consent",
    Column("id", Id, primary_key=True),
    Column("uid", Text, nullable=False, unique=True, comment="its name in the ledger"),
    Column("answer", Text, nullable=False, comment="yes or no"),
    Column("person", Text, nullable=False, index=True, comment="keyed hash of whoever answered"),
    Column("name", Text, comment="as it is shown; null once erased, or where only the ledger was left"),
    Column("speaks_as", Text, nullable=False, comment="client, participant, guardian"),
    Column("ward", Text, comment="keyed hash of whom a guardian speaks for"),
    Column("shoot_id", Id, ForeignKey("shoot.id"), index=True),
    Column("shoot_hash", Text, comment="the shoot's keyed hash; null where it holds for every shoot"),
    Column("uses", Text, nullable=False, comment="JSON list: portfolio …"),
    Column("from_day", Text, nullable=False),
    Column("until_day", Text, comment="last day; null where it names no end"),
    Column("evidence", Text, comment="where the signed paper or the mail lies"),
    Column("evidence_sha256", LargeBinary),
    Column("wording", Text, comment="version of the text that was agreed to"),
    Column("language", Text),
    Column("recorded_at", Big, nullable=False),
    Column("recorded_by", Text, nullable=False),
    Column("withdrawn_on", Text, comment="first day on which it holds no more"),
    Column("withdrawn_how", Text),
    Column("withdrawn_at", Big, comment="when that was recorded"),
    Column("withdrawn_by", Text),
    Column("channels", Text, nullable=False, server_default="[]", comment="JSON list: web, social, print …"),
    Column("files", Integer, comment="how many files it is limited to (see scope); null where it is about all"),
    Column("explicit", Small, nullable=False, server_default="0", comment="1 where sensitive pictures were named, art. 9"),
    Column("of_age", Small, nullable=False, server_default="0", comment="1 where the person declares to be of age"),
    CheckConstraint("answer IN ('yes','no')", name="answer"),
    CheckConstraint("speaks_as IN ('client','participant','guardian')", name="speaks_as"),
)

scope = table(
    "scope",
    Column("id", Id, primary_key=True),
    Column("uid", Text, nullable=False, comment="the hold or consent"),
    Column("kind", Text, nullable=False, comment="content: limited to these; person: the same person, known otherwise"),
    Column("hash", LargeBinary, nullable=False, comment="SHA-256 or Dropbox's hash of a content; keyed of a person"),
    UniqueConstraint("uid", "kind", "hash"),
    CheckConstraint("kind IN ('content','person')", name="kind"),
    Index("ix_scope_kind_hash", "kind", "hash"),
)

placement = table(
    "placement",
    Column("id", Id, primary_key=True),
    Column("shoot_id", Id, ForeignKey("shoot.id"), index=True),
    Column("sha256", LargeBinary, index=True, comment="the picture; null where the whole shoot was placed"),
    Column("channel", Text, nullable=False, comment="web, social, print, export …"),
    Column("address", Text, nullable=False, comment="where it can be seen: URL, issue, place"),
    Column("placed_at", Big, nullable=False),
    Column("placed_by", Text, nullable=False),
    Column("removed_at", Big, comment="when it was taken down"),
    Column("removed_by", Text),
)

plan = table(
    "plan",
    Column("id", Id, primary_key=True),
    Column("uid", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False, comment="prune, erasure, repair, replicate, takedown"),
    Column("request", Text, index=True, comment="the case it belongs to"),
    Column("state", Text, nullable=False, comment="made, approved, running, done, dropped"),
    Column("digest", LargeBinary, nullable=False, comment="SHA-256 over its acts: what was approved is what runs"),
    Column("made_at", Big, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("approved_at", Big),
    Column("approved_by", Text),
    Column("ended_at", Big),
    CheckConstraint("state IN ('made','approved','running','done','dropped')", name="state"),
)

act = table(
    "act",
    Column("id", Id, primary_key=True),
    Column("plan_id", Id, ForeignKey("plan.id"), nullable=False),
    Column("number", Integer, nullable=False, comment="its place in the plan"),
    Column("store_id", Id, ForeignKey("store.id"), nullable=False, index=True),
    Column("shoot_id", Id, ForeignKey("shoot.id"), index=True),
    Column("act", Text, nullable=False, comment="delete, write, rename, revoke …"),
    Column("path", LargeBinary, comment="null once blanked after an erasure: it may hold a name"),
    Column("size", Big),
    Column("sha256", LargeBinary, index=True, comment="the content that it means"),
    Column("dropbox_hash", LargeBinary),
    Column("identity", Text),
    Column("version", Text),
    Column("rule", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("proof", Text, comment="JSON: what the store answered, asked again"),
    Column("problem", Text),
    Column("intent", Big, comment="entry of the ledger"),
    Column("outcome", Big, comment="entry of the ledger"),
    Column("intended_at", Big),
    Column("ended_at", Big),
    Column("recoverable_until", Text, comment="day until which the provider can bring it back; null where it cannot"),
    UniqueConstraint("plan_id", "number"),
    CheckConstraint("state IN ('planned','intended','done','refused','failed','unknown','undone')", name="state"),
)
Index(
    "ix_act_open",
    act.c.state,
    sqlite_where=text("state IN ('intended','failed','unknown')"),
)

erased = table(
    "erased",
    Column("id", Id, primary_key=True),
    Column("kind", Text, nullable=False, comment="person or content"),
    Column("hash", LargeBinary, nullable=False, comment="keyed of a person; SHA-256 or Dropbox's hash of a content"),
    Column("request", Text, comment="the case under which it was erased"),
    Column("erased_at", Big, nullable=False),
    Column("sequence", Big, nullable=False, comment="entry of the ledger"),
    UniqueConstraint("kind", "hash"),
    CheckConstraint("kind IN ('person','content')", name="kind"),
)

erased_md5 = table(
    "erased_md5",
    Column("hash", LargeBinary, primary_key=True, comment="keyed, of the MD5: a store may attest nothing better"),
    Column("size", Big, nullable=False, index=True, comment="what has this size is read for its MD5 as well"),
    Column("request", Text, comment="the case under which it was erased"),
    Column("erased_at", Big, nullable=False),
    Column("sequence", Big, nullable=False, comment="entry of the ledger"),
)

disclosure = table(
    "disclosure",
    Column("id", Id, primary_key=True),
    Column("shoot_id", Id, ForeignKey("shoot.id"), index=True),
    Column("person", Text, index=True, comment="keyed hash of the recipient"),
    Column("name", Text, comment="as it is shown; null once erased"),
    Column("request", Text, comment="the case it belongs to"),
    Column("channel", Text, nullable=False, comment="link, zip, folder, mail …"),
    Column("address", Text, comment="where it was put or sent"),
    Column("files", Integer, nullable=False),
    Column("size", Big, nullable=False),
    Column("manifest_sha256", LargeBinary),
    Column("given_at", Big, nullable=False),
    Column("given_by", Text, nullable=False),
    Column("ends_at", Big, comment="when the link ends by itself"),
    Column("ended_at", Big),
    Column("told_at", Big, comment="when the recipient was told of an erasure or correction, art. 19"),
    Column("store", Text, comment="of a link: the name of the store that it leads to"),
    Column("link", Text, comment="the store's own name of the link, by which it is ended"),
    Column("ref", Text, comment="the file that was put there for it, to be removed with it"),
    Column("version", Text, comment="of that file"),
    Column("reason", Text, comment="why it was given out where a rule asks for a person's reason"),
    Column("enforced", Small, comment="1 where the provider itself ends the link, 0 where we must"),
)
