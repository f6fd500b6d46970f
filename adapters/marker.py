"""The marker file's content: how every kind of store writes and reads it."""

from __future__ import annotations

import json

from adapters.records import Marker

MOST_BYTES = 64 * 1024
"""More than a marker can ever have; nothing longer is read as one."""


def encode_marker(marker: Marker) -> bytes:
    """Return the bytes of the marker file."""
    content = {"store_id": marker.store_id, "name": marker.name, "adopted_at": marker.adopted_at}
    return json.dumps(content, ensure_ascii=False, indent=1).encode("utf-8", "surrogatepass") + b"\n"


def decode_marker(content: bytes) -> Marker:
    """Return the marker. Raises ValueError, with a reason that names no content, if it isn't one."""
    if len(content) > MOST_BYTES:
        raise ValueError("the marker file is too long")
    try:
        read = json.loads(content.decode("utf-8", "surrogatepass"))
    except (ValueError, RecursionError):
        raise ValueError("the marker file can't be read") from None
    values = [read.get(key) for key in ("store_id", "name", "adopted_at")] if isinstance(read, dict) else []
    texts = [value for value in values if isinstance(value, str)]
    if len(texts) != 3 or not texts[0]:
        raise ValueError("the marker file doesn't say which store this is")
    return Marker(*texts)
