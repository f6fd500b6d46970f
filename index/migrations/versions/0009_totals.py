"""What each store holds is counted from an index of its own, not from every file's whole row."""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_copy_totals", "copy", ["folder_id", "state", "size"])
