"""Which shoot a folder belonged to before it was renamed while others of that shoot were not.

Never edited once released.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0010"
branch_labels = None
depends_on = None


def _big() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "shoot_origin",
        sa.Column("shoot_id", _big(), nullable=False),
        sa.Column("origin_id", _big(), nullable=False),
        sa.ForeignKeyConstraint(["shoot_id"], ["shoot.id"], name=op.f("fk_shoot_origin_shoot_id_shoot")),
        sa.ForeignKeyConstraint(["origin_id"], ["shoot.id"], name=op.f("fk_shoot_origin_origin_id_shoot")),
        sa.PrimaryKeyConstraint("shoot_id", "origin_id", name=op.f("pk_shoot_origin")),
        sqlite_strict=True,
    )
    op.create_index("ix_shoot_origin_origin_id", "shoot_origin", ["origin_id"])
