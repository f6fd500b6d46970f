"""The first schema.

Never edited once released.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "camera",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("make", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_camera")),
        sa.UniqueConstraint("make", "model", name=op.f("uq_camera_make_model")),
        sqlite_strict=True,
    )
    op.create_table(
        "client",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client")),
        sa.UniqueConstraint("key", name=op.f("uq_client_key")),
        sqlite_strict=True,
    )
    op.create_table(
        "meta",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_meta")),
        sqlite_strict=True,
    )
    op.create_table(
        "participant",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participant")),
        sa.UniqueConstraint("key", name=op.f("uq_participant_key")),
        sqlite_strict=True,
    )
    op.create_table(
        "store",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("marker", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("heard_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("free_bytes", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_store")),
        sa.UniqueConstraint("name", name=op.f("uq_store_name")),
        sqlite_strict=True,
    )
    op.create_table(
        "term",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_term")),
        sa.UniqueConstraint("text", name=op.f("uq_term_text")),
        sqlite_strict=True,
    )
    op.create_table(
        "client_spelling",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("spelling", sa.Text(), nullable=False),
        sa.Column("settled", sa.SmallInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_client_spelling_client_id")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_client_spelling")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_client_spelling_client_id"), "client_spelling", ["client_id"], unique=False)
    op.create_table(
        "content",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=True),
        sa.Column("dropbox_hash", sa.LargeBinary(), nullable=True),
        sa.Column("md5", sa.LargeBinary(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("captured_at", sa.Text(), nullable=True),
        sa.Column("offset_minutes", sa.SmallInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("camera_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("duration_ms", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("first_seen_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("kind IN ('p','v','s','l','o')", name=op.f("ck_content_kind")),
        sa.ForeignKeyConstraint(["camera_id"], ["camera.id"], name=op.f("fk_content_camera_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_content")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_content_dropbox_hash",
        "content",
        ["dropbox_hash"],
        unique=False,
        sqlite_where=sa.text("dropbox_hash IS NOT NULL"),
        postgresql_where=sa.text("dropbox_hash IS NOT NULL"),
    )
    op.create_index(
        "ix_content_md5",
        "content",
        ["md5"],
        unique=False,
        sqlite_where=sa.text("md5 IS NOT NULL"),
        postgresql_where=sa.text("md5 IS NOT NULL"),
    )
    op.create_index(
        "uq_content_sha256",
        "content",
        ["sha256"],
        unique=True,
        sqlite_where=sa.text("sha256 IS NOT NULL"),
        postgresql_where=sa.text("sha256 IS NOT NULL"),
    )
    op.create_table(
        "cursor",
        sa.Column("store_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("generation", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("complete", sa.SmallInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("taken_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_cursor_store_id")),
        sa.PrimaryKeyConstraint("store_id", name=op.f("pk_cursor")),
        sqlite_strict=True,
    )
    op.create_table(
        "gram",
        sa.Column("gram", sa.Text(), nullable=False),
        sa.Column("term_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["term_id"], ["term.id"], name=op.f("fk_gram_term_id")),
        sa.PrimaryKeyConstraint("gram", "term_id", name=op.f("pk_gram")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "scan",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("store_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("started_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ended_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("counts", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_scan_store_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scan")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_scan_store_id"), "scan", ["store_id"], unique=False)
    op.create_table(
        "shoot",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("first_day", sa.Text(), nullable=True),
        sa.Column("last_day", sa.Text(), nullable=True),
        sa.Column("day_from", sa.Text(), nullable=True),
        sa.Column("captured_first", sa.Text(), nullable=True),
        sa.Column("captured_last", sa.Text(), nullable=True),
        sa.Column("stale", sa.SmallInteger().with_variant(sa.Integer(), "sqlite"), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_shoot_client_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shoot")),
        sa.UniqueConstraint("key", name=op.f("uq_shoot_key")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_shoot_client_id"), "shoot", ["client_id"], unique=False)
    op.create_index(op.f("ix_shoot_first_day"), "shoot", ["first_day"], unique=False)
    op.create_index(
        "ix_shoot_stale",
        "shoot",
        ["stale"],
        unique=False,
        sqlite_where=sa.text("stale = 1"),
        postgresql_where=sa.text("stale = 1"),
    )
    op.create_table(
        "folder",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("store_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("path", sa.LargeBinary(), nullable=False),
        sa.Column("identity", sa.Text(), nullable=True),
        sa.Column("mark", sa.LargeBinary(), nullable=True),
        sa.Column("present", sa.SmallInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("files", sa.Integer(), nullable=False),
        sa.Column("shoot_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("is_root", sa.SmallInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("placed", sa.SmallInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["shoot_id"], ["shoot.id"], name=op.f("fk_folder_shoot_id")),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_folder_store_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_folder")),
        sa.UniqueConstraint("store_id", "path", name=op.f("uq_folder_store_id_path")),
        sqlite_strict=True,
    )
    op.create_index("ix_folder_identity", "folder", ["store_id", "identity"], unique=False)
    op.create_index(
        "ix_folder_placed",
        "folder",
        ["placed"],
        unique=False,
        sqlite_where=sa.text("placed = 0"),
        postgresql_where=sa.text("placed = 0"),
    )
    op.create_index(op.f("ix_folder_shoot_id"), "folder", ["shoot_id"], unique=False)
    op.create_table(
        "posting",
        sa.Column("term_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("shoot_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["shoot_id"], ["shoot.id"], name=op.f("fk_posting_shoot_id")),
        sa.ForeignKeyConstraint(["term_id"], ["term.id"], name=op.f("fk_posting_term_id")),
        sa.PrimaryKeyConstraint("term_id", "field", "shoot_id", name=op.f("pk_posting")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_posting_shoot_id"), "posting", ["shoot_id"], unique=False)
    op.create_table(
        "copy",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("folder_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("content_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("modified_ns", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("identity", sa.Text(), nullable=True),
        sa.Column("version", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("known_by", sa.Text(), nullable=True),
        sa.Column("known_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.CheckConstraint("known_by IN ('h','a')", name=op.f("ck_copy_known_by")),
        sa.CheckConstraint("state IN ('p','m','c','u')", name=op.f("ck_copy_state")),
        sa.ForeignKeyConstraint(["content_id"], ["content.id"], name=op.f("fk_copy_content_id")),
        sa.ForeignKeyConstraint(["folder_id"], ["folder.id"], name=op.f("fk_copy_folder_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_copy")),
        sa.UniqueConstraint("folder_id", "name", name=op.f("uq_copy_folder_id_name")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_copy_content_id"), "copy", ["content_id"], unique=False)
    op.create_index(
        "ix_copy_identity",
        "copy",
        ["identity"],
        unique=False,
        sqlite_where=sa.text("identity IS NOT NULL"),
        postgresql_where=sa.text("identity IS NOT NULL"),
    )
    op.create_index(
        "ix_copy_number",
        "copy",
        ["number"],
        unique=False,
        sqlite_where=sa.text("number IS NOT NULL"),
        postgresql_where=sa.text("number IS NOT NULL"),
    )
    op.create_table(
        "appearance",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("shoot_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("participant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("copy_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("minor", sa.SmallInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("consent", sa.Text(), nullable=True),
        sa.CheckConstraint("consent IN ('yes','no')", name=op.f("ck_appearance_consent")),
        sa.ForeignKeyConstraint(["copy_id"], ["copy.id"], name=op.f("fk_appearance_copy_id")),
        sa.ForeignKeyConstraint(["participant_id"], ["participant.id"], name=op.f("fk_appearance_participant_id")),
        sa.ForeignKeyConstraint(["shoot_id"], ["shoot.id"], name=op.f("fk_appearance_shoot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appearance")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_appearance_copy_id"), "appearance", ["copy_id"], unique=False)
    op.create_index(op.f("ix_appearance_participant_id"), "appearance", ["participant_id"], unique=False)
    op.create_index(op.f("ix_appearance_shoot_id"), "appearance", ["shoot_id"], unique=False)
    op.create_table(
        "review",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("store_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("folder_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("copy_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("shoot_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("candidates", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("settled_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("settlement", sa.Text(), nullable=True),
        sa.Column("settled_by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["copy_id"], ["copy.id"], name=op.f("fk_review_copy_id")),
        sa.ForeignKeyConstraint(["folder_id"], ["folder.id"], name=op.f("fk_review_folder_id")),
        sa.ForeignKeyConstraint(["shoot_id"], ["shoot.id"], name=op.f("fk_review_shoot_id")),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_review_store_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
        sa.UniqueConstraint("kind", "subject", name=op.f("uq_review_kind_subject")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_review_copy_id"), "review", ["copy_id"], unique=False)
    op.create_index(op.f("ix_review_folder_id"), "review", ["folder_id"], unique=False)
    op.create_index(op.f("ix_review_shoot_id"), "review", ["shoot_id"], unique=False)
