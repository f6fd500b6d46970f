"""YAML."""

from __future__ import annotations

from backupd.reading.participants.base import Format
from backupd.reading.participants.structured import read_yaml

FORMAT = Format(frozenset((".yaml", ".yml")), read_yaml)
