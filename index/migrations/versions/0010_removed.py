"""What backupd has removed itself is told from what is missing.

Never edited once released.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0013"
branch_labels = None
depends_on = None

_REMOVED = sa.text("removed_at IS NOT NULL")


def upgrade() -> None:
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.add_column("copy", sa.Column("removed_at", big, nullable=True))
    op.create_index("ix_copy_removed", "copy", ["folder_id"], sqlite_where=_REMOVED, postgresql_where=_REMOVED)
