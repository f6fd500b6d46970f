"""The camera in an AVCHD film: records that it writes among the pictures of its H.264, as ExifTool's H264 module reads them.

They lie in the first picture's headers ("MDPM" behind a UUID), cut over the packets of the stream that the picture is in.
"""

from __future__ import annotations

from backupd.reading.byte_source import ByteSource
from backupd.reading.sidecar_xml import CameraNotes

_SEARCHED = 256 * 1024
_MARK = bytes.fromhex("17ee8c60f84d11d98cd60800200c9a66") + b"MDPM"
_MAKES = {0x0103: "Panasonic", 0x0108: "Sony", 0x1011: "Canon", 0x1104: "JVC"}
_MAKE, _MODEL = 0xE0, (0xE4, 0xE5, 0xE6)
_LONGEST = 1200


def avchd_notes(source: ByteSource) -> CameraNotes | None:
    """Return make and model, or None where the film tells neither."""
    head = source.at(0, _SEARCHED)
    start, step = (4, 192) if head[4:5] == b"\x47" and head[196:197] == b"\x47" else (0, 188)
    streams: dict[int, bytearray] = {}
    for place in range(start, len(head) - 187, step):
        packet = head[place : place + 188]
        if packet[:1] != b"\x47":
            return None
        has_payload, adapted = packet[3] & 0x10, packet[3] & 0x20
        begins = 5 + packet[4] if adapted else 4
        if has_payload and begins < 188:
            streams.setdefault(int.from_bytes(packet[1:3], "big") & 0x1FFF, bytearray()).extend(packet[begins:])
    for stream in streams.values():
        at = stream.find(_MARK)
        if at >= 0:
            return _records(bytes(stream[at + len(_MARK) : at + _LONGEST]).replace(b"\0\0\x03", b"\0\0"))
    return None


def _records(notes: bytes) -> CameraNotes | None:
    make, model, last = None, b"", -1
    for number in range(notes[0] if notes else 0):
        record = notes[1 + 5 * number : 6 + 5 * number]
        # They stand in the order of their numbers; what does not is no record any more.
        if len(record) < 5 or record[0] <= last:
            break
        last = record[0]
        if last == _MAKE:
            make = _MAKES.get(int.from_bytes(record[1:3], "big"))
        elif last in _MODEL:
            model += record[1:]
    if make is None:
        return None
    named = make == "Sony" and model.strip(b"\0")
    return CameraNotes(make=make, model=model.partition(b"\0")[0].decode("latin-1") if named else None)
