"""How much was uploaded to an account within a day.

Never edited once released.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def _big() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "sent",
        sa.Column("id", _big(), nullable=False),
        sa.Column("store", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("at", _big(), nullable=False),
        sa.Column("size", _big(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sent")),
        sqlite_strict=True,
    )
