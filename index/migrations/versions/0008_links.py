"""What a given link is in its store, so that it can be ended; and why something was given out all the same.

Never edited once released.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_COLUMNS = ("store", "link", "ref", "version", "reason")


def upgrade() -> None:
    for name in _COLUMNS:
        op.add_column("disclosure", sa.Column(name, sa.Text(), nullable=True))
    op.add_column("disclosure", sa.Column("enforced", sa.SmallInteger().with_variant(sa.Integer(), "sqlite"), nullable=True))
