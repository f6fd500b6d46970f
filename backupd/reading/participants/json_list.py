"""JSON."""

from __future__ import annotations

from backupd.reading.participants.base import Format
from backupd.reading.participants.structured import read_json

FORMAT = Format(frozenset((".json", ".jsonl")), read_json)
