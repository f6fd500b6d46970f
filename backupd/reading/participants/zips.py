"""Office files are zips of XML: taken apart with limits, so that neither a bomb nor an entity can fill the memory."""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import TYPE_CHECKING

from backupd.reading.participants.base import Unreadable

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

MOST_UNPACKED = 48 * 1024 * 1024
MOST_MEMBERS = 2000


def open_zip(data: bytes) -> zipfile.ZipFile:
    """Open a zip in memory. Raises Unreadable for what is none, is encrypted, or would unpack to too much."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError) as err:
        raise Unreadable("it is damaged, or not what its name says") from err
    members = archive.infolist()
    if len(members) > MOST_MEMBERS or sum(member.file_size for member in members) > MOST_UNPACKED:
        raise Unreadable("it would unpack to too much")
    if any(member.flag_bits & 1 for member in members):
        raise Unreadable("it is protected by a password")
    return archive


def member_bytes(archive: zipfile.ZipFile, name: str) -> bytes:
    """Return one member, never more than its limit. Raises Unreadable."""
    try:
        with archive.open(name) as file:
            content = file.read(MOST_UNPACKED + 1)
    except (
        KeyError,
        zipfile.BadZipFile,
        OSError,
        EOFError,
        zlib.error,
        NotImplementedError,
        RuntimeError,
        ValueError,
    ) as err:
        raise Unreadable("it is damaged, or not what its name says") from err
    if len(content) > MOST_UNPACKED:
        raise Unreadable("it would unpack to too much")
    return content


def member_xml(archive: zipfile.ZipFile, name: str) -> Element:
    """Return one member as XML, without entities. Raises Unreadable."""
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        return fromstring(member_bytes(archive, name))
    except (ParseError, DefusedXmlException, ValueError, RecursionError) as err:
        raise Unreadable("what is in it is damaged") from err
