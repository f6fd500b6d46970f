"""The tables. Dialect-neutral: what SQLite and PostgreSQL both understand, and nothing else.

Names of files and folders are bytes (`LargeBinary`), since not every name is UTF-8. Instants are whole seconds since
1970 UTC, days are ISO text, hashes raw bytes. Keys for searching are made by `backupd.search` and stored beside what
they fold. There are no full-text tables: deleted names would stay readable in them. What a partial index covers is named
here for SQLite only; for PostgreSQL the migration that makes it says so, since naming it would load that dialect each time.
"""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from index.schema_base import Big, Id, Small, metadata, table
from index.schema_cases import item, letter, request
from index.schema_kept import act, consent, disclosure, erased, erased_md5, hold, placement, plan, scope

meta = table(
    "meta",
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

store = table(
    "store",
    Column("id", Id, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("marker", Text, comment="the id in the store's marker file"),
    Column("state", Text, nullable=False, comment="new, online, offline, doubted, refused"),
    Column("problem", Text, comment="the last word when something went wrong"),
    Column("heard_at", Big, comment="when the store last answered"),
    Column("free_bytes", Big),
    Column("watching", Text, comment="how the service learns of changes, and why not better; null where it never looked"),
)

scan = table(
    "scan",
    Column("id", Id, primary_key=True),
    Column("store_id", Id, ForeignKey("store.id"), nullable=False, index=True),
    Column("started_at", Big, nullable=False),
    Column("ended_at", Big),
    Column("outcome", Text, comment="complete, interrupted, doubted, failed; null while it runs or was killed"),
    Column("counts", Text, comment="JSON: what the summary showed"),
)

cursor = table(
    "cursor",
    Column("store_id", Id, ForeignKey("store.id"), primary_key=True),
    Column("value", Text, nullable=False),
    Column("generation", Big, nullable=False, comment="the full listing this position belongs to"),
    Column("complete", Small, nullable=False, comment="1 once the full listing has reached its end"),
    Column("taken_at", Big, nullable=False),
)

sent = table(
    "sent",
    Column("id", Id, primary_key=True),
    Column("store", Text, nullable=False, comment="the name of the store that was uploaded to"),
    Column("account", Text, nullable=False, comment="the provider's own id of the account behind it"),
    Column("at", Big, nullable=False),
    Column("size", Big, nullable=False, comment="how many bytes; forgotten after a day"),
)

job = table(
    "job",
    Column("name", Text, primary_key=True, comment="what the service does by itself; with the store, where it is one's"),
    Column("due_at", Big, comment="when it is to run next; moved on only once it has ended"),
    Column("started_at", Big),
    Column("ended_at", Big, comment="before started_at while it runs or was killed"),
    Column("outcome", Text, comment="done, failed, stopped"),
    Column("detail", Text, comment="kinds and numbers, never names"),
    Column("failures", Integer, nullable=False, server_default="0", comment="how often in a row it failed"),
)

notice = table(
    "notice",
    Column("key", Text, primary_key=True, comment="what is the matter, the same as long as it lasts"),
    Column("topic", Text, nullable=False),
    Column("urgent", Small, nullable=False),
    Column("text", Text, nullable=False, comment="stores and numbers, never names of people or files"),
    Column("opened_at", Big, nullable=False),
    Column("told_at", Big, comment="when it was last sent; null until then"),
)

client = table(
    "client",
    Column("id", Id, primary_key=True),
    Column("name", Text, nullable=False, comment="as it is shown: the first spelling met, or the one settled"),
    Column("key", Text, nullable=False, unique=True),
)

client_spelling = table(
    "client_spelling",
    Column("key", Text, primary_key=True, comment="folded spelling"),
    Column("client_id", Id, ForeignKey("client.id"), nullable=False, index=True),
    Column("spelling", Text, nullable=False),
    Column("settled", Small, nullable=False, comment="1 where a person said that it is the same client"),
)

shoot = table(
    "shoot",
    Column("id", Id, primary_key=True),
    Column("key", Text, nullable=False, unique=True, comment="what makes two folders one shoot"),
    Column("client_id", Id, ForeignKey("client.id"), index=True),
    Column("title", Text),
    Column("first_day", Text, index=True),
    Column("last_day", Text),
    Column("day_from", Text, comment="folder, capture, settled; null where there is no day"),
    Column("captured_first", Text, comment="earliest believable capture day of its files"),
    Column("captured_last", Text),
    Column(
        "stale",
        Small,
        nullable=False,
        server_default="0",
        comment="1 while files or lists under it have changed since its search words and days were worked out",
    ),
)

shoot_origin = table(
    "shoot_origin",
    Column("shoot_id", Id, ForeignKey("shoot.id"), primary_key=True, comment="a shoot that got a folder of another one"),
    Column("origin_id", Id, ForeignKey("shoot.id"), primary_key=True, index=True, comment="the one that still has others"),
)

folder = table(
    "folder",
    Column("id", Id, primary_key=True),
    Column("store_id", Id, ForeignKey("store.id"), nullable=False),
    Column("path", LargeBinary, nullable=False, comment="below the store's root, bytes joined by '/'"),
    Column("identity", Text, comment="what stays over a rename"),
    Column("mark", LargeBinary, comment="fingerprint of its direct files when all of them were last recorded"),
    Column("present", Small, nullable=False),
    Column("files", Integer, nullable=False, comment="direct files when it was last walked"),
    Column("shoot_id", Id, ForeignKey("shoot.id"), index=True),
    Column("is_root", Small, nullable=False, comment="1 where this is the shoot's own folder"),
    Column("placed", Small, nullable=False, comment="1 once its path was read and shoot_id says what it belongs to"),
    Column("key", LargeBinary, comment="in a store with a feed: its path in the store's own normal form"),
    Column(
        "generation", Big, comment="in a store with a feed: the listing that last named it; 0 once it is said to be gone"
    ),
    UniqueConstraint("store_id", "path"),
    Index("ix_folder_identity", "store_id", "identity"),
    Index("ix_folder_key", "store_id", "key"),
    Index("ix_folder_placed", "placed", sqlite_where=text("placed = 0")),
)

camera = table(
    "camera",
    Column("id", Id, primary_key=True),
    Column("make", Text, nullable=False, comment="'' where unknown"),
    Column("model", Text, nullable=False, comment="'' where unknown"),
    UniqueConstraint("make", "model"),
)

content = table(
    "content",
    Column("id", Id, primary_key=True),
    Column("size", Big, nullable=False),
    Column("sha256", LargeBinary, comment="32 bytes"),
    Column("dropbox_hash", LargeBinary, comment="32 bytes, Dropbox's content_hash"),
    Column("md5", LargeBinary, comment="16 bytes, only where a store attests nothing better"),
    Column("kind", Text, nullable=False, comment="p photo, v video, s sidecar, l list, o other"),
    Column("captured_at", Text, comment="local ISO time, to the second"),
    Column("offset_minutes", Small, comment="of captured_at, null where unknown"),
    Column("camera_id", Id, ForeignKey("camera.id")),
    Column("width", Integer),
    Column("height", Integer),
    Column("duration_ms", Big),
    Column("first_seen_at", Big, nullable=False),
    Column(
        "read",
        Small,
        nullable=False,
        server_default="1",
        comment="1 where its bytes were read here; 0 where a provider's word and the file's name are all there is",
    ),
    CheckConstraint("kind IN ('p','v','s','l','o')", name="kind"),
)
Index(
    "uq_content_sha256",
    content.c.sha256,
    unique=True,
    sqlite_where=content.c.sha256.isnot(None),
)
Index(
    "ix_content_dropbox_hash",
    content.c.dropbox_hash,
    sqlite_where=content.c.dropbox_hash.isnot(None),
)
Index("ix_content_md5", content.c.md5, sqlite_where=content.c.md5.isnot(None))

copy = table(
    "copy",
    Column("id", Id, primary_key=True),
    Column("folder_id", Id, ForeignKey("folder.id"), nullable=False),
    Column("name", LargeBinary, nullable=False, comment="exact bytes"),
    Column("content_id", Id, ForeignKey("content.id"), index=True, comment="null until its bytes are known"),
    Column("size", Big, nullable=False),
    Column("modified_ns", Big),
    Column("identity", Text, comment="inode number or provider's id"),
    Column("version", Text, comment="the provider's mark; null where size, time and identity are the mark"),
    Column("state", Text, nullable=False, comment="p present, m missing, c corrupt, u could not be read"),
    Column("known_by", Text, comment="h hashed, a attested; null where unverified"),
    Column("known_at", Big, comment="when that was last known"),
    Column("number", Integer, comment="last run of digits in the name, for look-ups like 4711"),
    Column("key", LargeBinary, comment="the name in the store's own normal form, where it has one"),
    Column(
        "generation", Big, comment="in a store with a feed: the listing that last named it; 0 once it is said to be gone"
    ),
    Column("removed_at", Big, comment="when backupd removed what lay here; of a copy that is missing since that instant"),
    UniqueConstraint("folder_id", "name"),
    CheckConstraint("state IN ('p','m','c','u')", name="state"),
    CheckConstraint("known_by IN ('h','a')", name="known_by"),
)
Index(
    "ix_copy_identity",
    copy.c.identity,
    sqlite_where=copy.c.identity.isnot(None),
)
Index("ix_copy_number", copy.c.number, sqlite_where=copy.c.number.isnot(None))
Index(
    "ix_copy_key",
    copy.c.folder_id,
    copy.c.key,
    sqlite_where=copy.c.key.isnot(None),
)
# All that the keeping of shoots asks of a million copies: read from here alone, in the order of folders.
Index("ix_copy_kept", copy.c.folder_id, copy.c.state, copy.c.content_id, copy.c.size)
_REMOVED = text("removed_at IS NOT NULL")
Index("ix_copy_removed", copy.c.folder_id, sqlite_where=_REMOVED, postgresql_where=_REMOVED)
# What a feed has said to be gone and nobody has concluded yet: a few rows at most times.
Index("ix_copy_gone", copy.c.folder_id, sqlite_where=copy.c.generation == 0)
# Two small sets that are asked for at each run: what only an MD5 tells, and lists of participants.
_ONLY_MD5 = text("md5 IS NOT NULL AND sha256 IS NULL AND dropbox_hash IS NULL")
Index("ix_content_only_md5", content.c.size, sqlite_where=_ONLY_MD5)
_LIST = text("kind = 'l'")
Index("ix_content_list", content.c.id, sqlite_where=_LIST)

participant = table(
    "participant",
    Column("id", Id, primary_key=True),
    Column("name", Text, nullable=False),
    Column(
        "key",
        Text,
        nullable=False,
        unique=True,
        comment="folded name with e-mail or phone; where neither is known, with the shoot",
    ),
)

appearance = table(
    "appearance",
    Column("id", Id, primary_key=True),
    Column("shoot_id", Id, ForeignKey("shoot.id"), nullable=False, index=True),
    Column("participant_id", Id, ForeignKey("participant.id"), nullable=False, index=True),
    Column("copy_id", Id, ForeignKey("copy.id"), nullable=False, index=True, comment="the list that names the person"),
    Column("place", Text, nullable=False, comment="row, cell, line or page in that list"),
    Column("role", Text),
    Column("email", Text),
    Column("phone", Text),
    Column("minor", Small, comment="1, 0 or null for unknown"),
    Column("consent", Text, comment="yes, no or null; a blank is null"),
    CheckConstraint("consent IN ('yes','no')", name="consent"),
)

review = table(
    "review",
    Column("id", Id, primary_key=True),
    Column("kind", Text, nullable=False, comment="folder, spelling, date, store, file, list"),
    Column("subject", Text, nullable=False, comment="what it is about, stable over re-indexing"),
    Column("store_id", Id, ForeignKey("store.id")),
    Column("folder_id", Id, ForeignKey("folder.id"), index=True),
    Column("copy_id", Id, ForeignKey("copy.id"), index=True),
    Column("shoot_id", Id, ForeignKey("shoot.id"), index=True),
    Column("reason", Text, nullable=False),
    Column("candidates", Text, nullable=False, comment="JSON list"),
    Column("opened_at", Big, nullable=False),
    Column("settled_at", Big),
    Column("settlement", Text, comment="JSON: what a person decided"),
    Column("settled_by", Text),
    UniqueConstraint("kind", "subject"),
)

term = table(
    "term",
    Column("id", Id, primary_key=True),
    Column("text", Text, nullable=False, unique=True, comment="one folded word"),
)

posting = Table(
    "posting",
    metadata,
    Column("term_id", Id, ForeignKey("term.id"), primary_key=True),
    Column("field", Text, primary_key=True, comment="c client, t title, p participant, d folder, f file"),
    Column("shoot_id", Id, ForeignKey("shoot.id"), primary_key=True, index=True),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
Index("ix_shoot_stale", shoot.c.stale, sqlite_where=shoot.c.stale == 1)

gram = Table(
    "gram",
    metadata,
    Column("gram", Text, primary_key=True, comment="three letters of a term, for slips of the keys"),
    Column("term_id", Id, ForeignKey("term.id"), primary_key=True),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

__all__ = [
    "act",
    "appearance",
    "camera",
    "client",
    "client_spelling",
    "consent",
    "content",
    "copy",
    "cursor",
    "disclosure",
    "erased",
    "erased_md5",
    "folder",
    "gram",
    "hold",
    "item",
    "letter",
    "meta",
    "metadata",
    "participant",
    "placement",
    "plan",
    "posting",
    "request",
    "review",
    "scan",
    "scope",
    "sent",
    "shoot",
    "shoot_origin",
    "store",
    "term",
]
