"""Stores with a feed: places in the store's own normal form, and the listing that last named a file or folder.

Never edited once released.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0003"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_SMALL = sa.SmallInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("folder", sa.Column("key", sa.LargeBinary(), nullable=True))
    op.add_column("folder", sa.Column("generation", _BIG, nullable=True))
    op.add_column("copy", sa.Column("key", sa.LargeBinary(), nullable=True))
    op.add_column("copy", sa.Column("generation", _BIG, nullable=True))
    op.add_column("content", sa.Column("read", _SMALL, nullable=False, server_default="1"))
    op.create_index("ix_folder_key", "folder", ["store_id", "key"])
    _partial_index("ix_copy_key", "copy", ["folder_id", "key"], "key IS NOT NULL")
    _partial_index("ix_copy_gone", "copy", ["folder_id"], "generation = 0")
    _partial_index("ix_content_only_md5", "content", ["size"], "md5 IS NOT NULL AND sha256 IS NULL AND dropbox_hash IS NULL")
    _partial_index("ix_content_list", "content", ["id"], "kind = 'l'")


def _partial_index(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
