"""XMP sidecars as raw converters write them beside a picture."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from xml.sax.saxutils import escape, quoteattr


def write_xmp(name: str, taken_at: datetime, rating: int = 0, people: Sequence[str] = ()) -> bytes:
    """Return the sidecar of the raw called `name`; `people` are those named as shown in it."""
    shown = "".join(f"<rdf:li>{escape(person)}</rdf:li>" for person in people)
    body = f"<Iptc4xmpExt:PersonInImage><rdf:Bag>{shown}</rdf:Bag></Iptc4xmpExt:PersonInImage>" if shown else ""
    taken = quoteattr(taken_at.isoformat(timespec="seconds"))
    return f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about=""
    xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:exif="http://ns.adobe.com/exif/1.0/"
    xmlns:crs="http://ns.adobe.com/camera-raw-settings/1.0/"
    xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
    xmp:Rating="{rating}" exif:DateTimeOriginal={taken} crs:RawFileName={quoteattr(name)}>
   {body}
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>
""".encode()


def write_clip_xml(clip: str, made_at: datetime, model: str, frames: int) -> bytes:
    """Return Sony's description of a clip (C0001M01.XML), which keeps the camera's own time with its offset."""
    made = made_at.isoformat(timespec="seconds")
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<NonRealTimeMeta xmlns="urn:schemas-professionalDisc:nonRealTimeMeta:ver.2.20" lastUpdate="{made}">
\t<TargetMaterial umidRef="{clip}"/>
\t<Duration value="{frames}"/>
\t<CreationDate value="{made}"/>
\t<Device manufacturer="Sony" modelName="{escape(model)}" serialNo="0000000"/>
</NonRealTimeMeta>
""".encode()
