"""One index answers what each store holds and what keeping turns on, without a look at any file's whole row."""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_copy_kept", "copy")
    op.create_index("ix_copy_kept", "copy", ["folder_id", "state", "content_id", "size"])
