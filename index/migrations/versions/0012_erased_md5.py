"""What was erased is known by the keyed hash of its MD5 too: old files of a Drive attest nothing better.

Never edited once released.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0004"
branch_labels = None
depends_on = None


def _big() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "erased_md5",
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("size", _big(), nullable=False),
        sa.Column("request", sa.Text()),
        sa.Column("erased_at", _big(), nullable=False),
        sa.Column("sequence", _big(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_erased_md5")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_erased_md5_size"), "erased_md5", ["size"], unique=False)
