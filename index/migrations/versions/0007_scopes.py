"""What holds and consents are limited to, the channels that a consent names, and what else people are known as.

Never edited once released.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("hold", sa.Column("files", sa.Integer(), nullable=True))
    op.add_column("consent", sa.Column("channels", sa.Text(), server_default="[]", nullable=False))
    op.add_column("consent", sa.Column("files", sa.Integer(), nullable=True))
    small = sa.SmallInteger().with_variant(sa.Integer(), "sqlite")
    op.add_column("consent", sa.Column("explicit", small, server_default="0", nullable=False))
    op.add_column("consent", sa.Column("of_age", small, server_default="0", nullable=False))
    op.create_table(
        "scope",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("kind IN ('content','person')", name=op.f("ck_scope_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scope")),
        sa.UniqueConstraint("uid", "kind", "hash", name=op.f("uq_scope_uid_kind_hash")),
        sqlite_strict=True,
    )
    op.create_index("ix_scope_kind_hash", "scope", ["kind", "hash"], unique=False)
    op.create_index("ix_copy_kept", "copy", ["folder_id", "content_id", "state", "size"], unique=False)
