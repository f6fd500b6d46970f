"""What all tables share: their names' rules, their kinds of column, how one is made."""

from __future__ import annotations

from sqlalchemy import BigInteger, Integer, MetaData, SmallInteger, Table
from sqlalchemy.schema import SchemaItem

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite gives a rowid table only for "INTEGER PRIMARY KEY"; PostgreSQL wants eight bytes.
Id = BigInteger().with_variant(Integer, "sqlite")
Big = BigInteger().with_variant(Integer, "sqlite")
Small = SmallInteger().with_variant(Integer, "sqlite")


def table(name: str, *parts: SchemaItem) -> Table:
    """Return a new table; on SQLite a strict one."""
    return Table(name, metadata, *parts, sqlite_strict=True)
