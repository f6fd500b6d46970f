"""The first schema.

Never edited once released.
"""

from __future__ import annotations

from alembic import op

from index.schema import metadata

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    metadata.create_all(op.get_bind())
