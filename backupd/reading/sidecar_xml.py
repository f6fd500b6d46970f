"""XML that goes with a photo or a clip: XMP, and the clip notes of Sony and Canon. Read with defusedxml.

A hostile document (entities that unfold without end, entities that fetch) raises, as does one that is no XML.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from backupd.reading.cleaning import clean_text

_MOST_PEOPLE = 200
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_EXIF = "{http://ns.adobe.com/exif/1.0/}"
_TIFF = "{http://ns.adobe.com/tiff/1.0/}"
_XMP = "{http://ns.adobe.com/xap/1.0/}"
_PHOTOSHOP = "{http://ns.adobe.com/photoshop/1.0/}"
_REGIONS = "{http://www.metadataworkinggroup.com/schemas/regions/}"
_IPTC = "{http://iptc.org/std/Iptc4xmpExt/2008-02-29/}"
_MICROSOFT = "{http://ns.microsoft.com/photo/1.2/t/Region#}"
TIMES = (_EXIF + "DateTimeOriginal", _PHOTOSHOP + "DateCreated", _EXIF + "DateTimeDigitized", _XMP + "CreateDate")
OFFSET = _EXIF + "OffsetTimeOriginal"
MAKE, MODEL = _TIFF + "Make", _TIFF + "Model"
WIDTHS = (_TIFF + "ImageWidth", _EXIF + "PixelXDimension")
HEIGHTS = (_TIFF + "ImageLength", _EXIF + "PixelYDimension")


@dataclass(frozen=True, slots=True)
class CameraNotes:
    """Texts as a camera wrote them beside or into its clip; `recorded` is its local time."""

    recorded: str | None = None
    make: object = None
    model: object = None


def parse_xml(text: bytes) -> Any:
    """Return the root element. Raises ParseError, DefusedXmlException, ValueError."""
    from defusedxml.ElementTree import fromstring

    return fromstring(text.strip(b"\0 \t\r\n"))


def local_name(element: Any) -> str:
    """Return an element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def parse_clip_xml(text: bytes) -> CameraNotes:
    """Return what a NonRealTimeMeta document says of its clip; empty for other documents. Raises as `parse_xml`."""
    root = parse_xml(text)
    return clip_notes(root) if local_name(root) == "NonRealTimeMeta" else CameraNotes()


def clip_notes(root: Any) -> CameraNotes:
    """Return what a NonRealTimeMeta element says."""
    values = {local_name(element): element.attrib for element in root}
    device = values.get("Device", {})
    return CameraNotes(values.get("CreationDate", {}).get("value"), device.get("manufacturer"), device.get("modelName"))


def properties(root: Any) -> dict[str, str]:
    """Return the simple properties of an XMP document, first one first; both ways of writing them are read."""
    found: dict[str, str] = {}
    for description in root.iter(_RDF + "Description"):
        for name, value in description.attrib.items():
            found.setdefault(name, value)
        for element in description:
            if element.text and element.text.strip():
                found.setdefault(element.tag, element.text)
    return found


def people(root: Any) -> tuple[str, ...]:
    """Return the persons named in an XMP document, each once, as met: face regions and persons shown.

    Pets, bar codes and nameless faces are no persons.
    """
    names = (clean_text(name) for name in _names(root))
    return tuple(dict.fromkeys(name for name in names if name))[:_MOST_PEOPLE]


def _names(root: Any) -> Iterator[object]:
    for element in root.iter():
        if element.tag == _REGIONS + "RegionList":
            for region in element.iter(_RDF + "li"):
                yield from _named_face(region)
        elif element.tag == _IPTC + "PersonInImage":
            yield from (entry.text for entry in element.iter(_RDF + "li"))
        elif element.tag == _IPTC + "PersonName":
            yield from (entry.text for entry in element.iter(_RDF + "li"))
            yield element.text
        elif element.tag == _MICROSOFT + "PersonDisplayName":
            yield element.text
        yield element.attrib.get(_MICROSOFT + "PersonDisplayName")


def _named_face(region: Any) -> Iterator[object]:
    values = {}
    for element in (region, *region.findall(_RDF + "Description")):
        values.update(element.attrib)
        values.update({child.tag: child.text for child in element})
    if values.get(_REGIONS + "Type", "Face") == "Face":
        yield values.get(_REGIONS + "Name")
