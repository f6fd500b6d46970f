"""Persons as the API shows them."""

from __future__ import annotations

import zlib
from typing import Any

from tests.simulators.gdrive.acts import ME

_NAMES = {ME: "Studio Esimerkki"}


def user(email: str, me: str) -> dict[str, Any]:
    """Return a person as the API shows one."""
    name = _NAMES.get(email, email.partition("@")[0].title())
    return {
        "kind": "drive#user", "displayName": name, "me": email == me, "permissionId": permission_id(email),
        "emailAddress": email,
    }  # fmt: skip


def permission_id(email: str) -> str:
    """Return the id of all permissions of a person."""
    return f"{zlib.crc32(email.encode()):010d}{zlib.adler32(email.encode()):010d}"
