"""What kind of file this is: by its first bytes where they say it, by its name where they don't.

Names lie (a JPEG called .mp4, a HEIC called .jpg) and bytes are shared (a proxy is an MP4, a thumbnail a JPEG, a NEF a
TIFF): content decides between photo and video, the name only says what a file is for.
"""

from __future__ import annotations

import re
from typing import Final

from backupd.reading.records import MediaKind

HEAD_BYTES: Final = 4096

_PHOTO_NAMES = frozenset(
    # RAW stills, after ExifTool's list of types
    "3fr arw arq cr2 cr3 crw ciff cs1 dcr dcs dng eip erf fff gpr iiq j6i k25 kdc lri mdc mef mos mrw nef nrw orf ori"
    " pef ptx pxn raf raw rw2 rwl rwz sr2 srf srw sti x3f"
    # rendered
    " avif avci avif bmp dib exr gif hdp heic heics heif heifs hif insp jfif jif jp2 jpe jpeg jpf jpg jps jpx j2k jxl jxr"
    " mpo pjpeg png psb psd tif tiff wdp webp".split()
)
_VIDEO_NAMES = frozenset(
    "360 3g2 3gp asf ari avi arx braw crm dav divx dv f4v flv insv ivf m1v m2t m2ts m2v m4v mj2 mkv mod mov mp4 mpe mpeg mpg"
    " mpv mqv mts mxf nev ogm ogv qt r3d rmf tod ts vob webm wmv".split()
)
ALWAYS_KNOWN: Final = frozenset(
    "jpg jpeg jpe heic heif hif avif tif tiff dng nef nrw cr2 cr3 arw raf rw2 orf pef srw png webp gif psd mp4 mov m4v mxf"
    " mkv avi".split()
)
"""Names whose files always begin in a way that `sniff` knows."""
_SIDECAR_NAMES = frozenset(
    "aae ale bdm cif clpi comask cos cpf cpi dop dr4 exp idm lrf lrv mif moi mpl mpls nksc on1 onphoto pp3 rmd rsv spd srt"
    " thm vrd xmp".split()
)
_SIDECAR_FILES = re.compile(r".+M\d\d\.XML|MEDIAPRO\.XML|CUEUP\.XML|INDEX\.MIF|LASTCLIP\.TXT|NC_FLLST\.DAT|.+\.RMD", re.I)

PHOTO_FORMS: Final = frozenset("jpeg tiff rw2 orf raf crw mrw x3f cr3 heif png webp gif bmp psd jp2 jxl jxr exr".split())
VIDEO_FORMS: Final = frozenset("mp4 avi mkv mxf mts mpeg asf flv ogg r3d dv".split())

_STILL_BRANDS = frozenset(
    b"heic heix heim heis hevc hevx mif1 mif2 msf1 avif avis avci jpeg miaf MiHE MiHB MiHA 1pic".split()
)
_QUICKTIME_BOXES = frozenset(b"moov mdat wide free skip pnot uuid meta".split())
_RIFF = {b"AVI ": "avi", b"WEBP": "webp", b"CDXA": "mpeg", b"WAVE": "audio"}

_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"II\x1a\x00\x00\x00HEAPCCDR", "crw"),
    (b"IIU\x00", "rw2"),
    (b"IIRO", "orf"),
    (b"IIRS", "orf"),
    (b"MMOR", "orf"),
    (b"II\xbc\x01", "jxr"),
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
    (b"II+\x00", "tiff"),
    (b"MM\x00+", "tiff"),
    (b"FUJIFILMCCD-RAW", "raf"),
    (b"\x00MRM", "mrw"),
    (b"FOVb", "x3f"),
    (b"GIF8", "gif"),
    (b"8BPS", "psd"),
    (b"\x00\x00\x00\x0cjP  \r\n\x87\n", "jp2"),
    (b"\xff\x4f\xff\x51", "jp2"),
    (b"\x00\x00\x00\x0cJXL \r\n\x87\n", "jxl"),
    (b"\xff\x0a", "jxl"),
    (b"\x76\x2f\x31\x01", "exr"),
    (b"\x1a\x45\xdf\xa3", "mkv"),
    (b"\x06\x0e\x2b\x34\x02\x05\x01\x01\x0d\x01\x02", "mxf"),
    (b"\x00\x00\x01\xba", "mpeg"),
    (b"\x00\x00\x01\xb3", "mpeg"),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "asf"),
    (b"FLV\x01", "flv"),
    (b"OggS", "ogg"),
    (b"\x1f\x07\x00", "dv"),
    (b"PK\x03\x04", "archive"),
    (b"%PDF-", "document"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "document"),
    (b"ID3", "audio"),
    (b"fLaC", "audio"),
    (b"FORM", "audio"),
)


def sniff(head: bytes) -> str:
    """Return the form of a file by its first bytes: one of PHOTO_FORMS, VIDEO_FORMS, "xml", "text", "empty",
    "archive", "document", "audio", or "" where they say nothing."""
    if not head:
        return "empty"
    for signature, form in _SIGNATURES:
        if head.startswith(signature):
            return form
    if head[:4] in (b"RIFF", b"RIFX", b"RF64"):
        return _RIFF.get(head[8:12], "")
    if head[4:8] in _QUICKTIME_BOXES or head[4:8] == b"ftyp":
        return _sniff_boxes(head)
    if head[4:8] in (b"RED1", b"RED2"):
        return "r3d"
    if head[:2] == b"BM" and head[6:10] == b"\0\0\0\0":
        return "bmp"
    if _is_transport_stream(head):
        return "mts"
    return _sniff_text(head)


def _sniff_boxes(head: bytes) -> str:
    if head[4:8] != b"ftyp":
        return "mp4"
    length = min(max(int.from_bytes(head[:4], "big"), 16), 256, len(head))
    brands = [head[8:12], *(head[place : place + 4] for place in range(16, length - 3, 4))]
    if brands[0] == b"crx ":
        return "cr3"
    if brands[0] in _STILL_BRANDS:
        return "heif"
    if brands[0] in (b"M4A ", b"M4B ", b"M4P "):
        return "audio"
    return "mp4"


def _is_transport_stream(head: bytes) -> bool:
    # 188-byte packets on broadcasts, 192 (four bytes of time code first) on AVCHD cards.
    for start, step in ((0, 188), (4, 192)):
        marks = head[start : start + 8 * step : step]
        if len(marks) >= 3 and marks == b"\x47" * len(marks):
            return True
    return False


def _sniff_text(head: bytes) -> str:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        start = head[2:].replace(b"\0", b"").lstrip()
        return "xml" if start.startswith(b"<?x") else "text"
    if start.startswith((b"<?xml", b"<?xpacket", b"<x:xmpmeta", b"<rdf:RDF", b"<!DOCTYPE")):
        return "xml"
    odd = sum(byte < 32 and byte not in b"\t\n\r\x0c\x1b" for byte in head[:512])
    return "text" if odd == 0 else ""


def extension_of(name: str) -> str:
    """Return the part behind the last dot in lower case, "" where there is none."""
    stem, dot, ending = name.rpartition(".")
    return ending.lower() if dot and stem else ""


def is_sidecar_name(name: str) -> bool:
    """Return whether a file of this name only goes with others: notes, thumbnails, proxies, card indexes."""
    return extension_of(name) in _SIDECAR_NAMES or _SIDECAR_FILES.fullmatch(name) is not None


def kind_by_name(name: str) -> MediaKind:
    """Return the kind that a name promises."""
    # No sidecar is called like a photo or video; these are most of all files, so they are asked for first.
    ending = extension_of(name)
    if ending in _PHOTO_NAMES:
        return "photo"
    if ending in _VIDEO_NAMES:
        return "video"
    return "sidecar" if is_sidecar_name(name) else "other"


def kind_of(name: str, form: str) -> MediaKind:
    """Return the kind of a file of this name whose first bytes have this form (from `sniff`)."""
    promised = kind_by_name(name)
    if promised == "sidecar":
        return promised
    if form in PHOTO_FORMS:
        # Canon writes raw video with the mark of its raw stills; only the name tells them apart.
        return "video" if form == "cr3" and promised == "video" else "photo"
    if form in VIDEO_FORMS or (form == "audio" and promised == "video"):
        return "video" if extension_of(name) not in ("m4a", "m4b", "oga", "ogg") else "other"
    if form in ("text", "xml", "archive", "document", "audio"):
        return "other"
    return promised
