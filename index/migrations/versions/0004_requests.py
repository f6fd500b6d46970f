"""People's requests: the case, what it concerns, the letters that belong to it.

Never edited once released.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0009"
branch_labels = None
depends_on = None


def _big() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _small() -> sa.types.TypeEngine[int]:
    return sa.SmallInteger().with_variant(sa.Integer(), "sqlite")


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text()) for name in names]


def _needed(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def upgrade() -> None:
    op.create_table(
        "request",
        sa.Column("id", _big(), nullable=False),
        *_needed("uid", "kind", "state", "received_on", "channel", "language"),
        *_texts("subject", "email", "phone"),
        *_needed("person", "persons", "details"),
        sa.Column("opened_at", _big(), nullable=False),
        *_needed("opened_by"),
        *_texts("asked_on", "identified_on", "identity_method", "identity_by", "plan", "approved_digest", "approved_by"),
        sa.Column("approved_at", _big()),
        *_texts("approval_reason", "executed_by"),
        sa.Column("executed_at", _big()),
        sa.Column("checked_at", _big()),
        *_texts("extended_to", "extension_reason", "told_on", "refusal_code", "refusal_words", "original"),
        sa.Column("answered_at", _big()),
        sa.Column("ended_at", _big()),
        *_texts("ended_by", "alarmed_on"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request")),
        sa.UniqueConstraint("uid", name=op.f("uq_request_uid")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_request_person"), "request", ["person"], unique=False)
    op.create_index(op.f("ix_request_state"), "request", ["state"], unique=False)
    op.create_table(
        "request_item",
        sa.Column("id", _big(), nullable=False),
        *_needed("request"),
        sa.Column("number", sa.Integer(), nullable=False),
        *_needed("key", "kind"),
        sa.Column("shoot", _big()),
        *_texts("subject", "why"),
        sa.Column("certain", _small(), nullable=False),
        sa.Column("chosen", _small()),
        *_texts("decision"),
        *_needed("details", "state"),
        *_texts("outcome"),
        sa.Column("ended_at", _big()),
        *_texts("ended_by"),
        sa.CheckConstraint("state IN ('open','done','refused','dropped')", name=op.f("ck_request_item_state")),
        sa.ForeignKeyConstraint(["request"], ["request.uid"], name=op.f("fk_request_item_request_request")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_item")),
        sa.UniqueConstraint("request", "key", name=op.f("uq_request_item_request_key")),
        sa.UniqueConstraint("request", "number", name=op.f("uq_request_item_request_number")),
        sqlite_strict=True,
    )
    op.create_table(
        "request_letter",
        sa.Column("id", _big(), nullable=False),
        *_needed("request", "kind", "language"),
        *_texts("text"),
        *_needed("sha256"),
        sa.Column("made_at", _big(), nullable=False),
        *_needed("made_by"),
        sa.Column("is_answer", _small(), nullable=False),
        sa.ForeignKeyConstraint(["request"], ["request.uid"], name=op.f("fk_request_letter_request_request")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_letter")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_request_letter_request"), "request_letter", ["request"], unique=False)
