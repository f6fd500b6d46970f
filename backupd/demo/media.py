"""The bytes of the studio's photos, raws, films and sidecars, from a seed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from random import Random

from backupd.demo.cameras import PHONE, SONY, Camera
from backupd.demo.synthetic.exif import Shot, exif_segment
from backupd.demo.synthetic.jpeg import encode_jpeg
from backupd.demo.synthetic.movie import Film, write_film
from backupd.demo.synthetic.raws import raw_writers
from backupd.demo.synthetic.scene import Scene, invent_scene
from backupd.demo.synthetic.xmp import write_clip_xml, write_xmp

_PHOTO, _UPRIGHT, _WEB, _FILM = (480, 320), (320, 480), (320, 208), (320, 176)
_STEPS = 8  # of 16 pixels that a burst or a film pans over
_SENSOR_BYTES = 120_000


@dataclass(frozen=True, slots=True)
class Still:
    """A picture: the `step`th of a burst that `seed` stands for. `web` is the small export."""

    camera: Camera
    taken_at: datetime
    seed: str
    step: int
    web: bool = False


@dataclass(frozen=True, slots=True)
class Clip:
    """A film of so many frames, 25 a second."""

    camera: Camera
    made_at: datetime
    seed: str
    frames: int


def photo(still: Still) -> bytes:
    """Return a JPEG with EXIF."""
    size = _WEB if still.web else _UPRIGHT if still.camera.upright else _PHOTO
    return encode_jpeg(_scene(still.seed, size).view(still.step), exif_segment(_shot(still, *size)))


def raw(still: Still) -> bytes:
    """Return a raw in the camera's own format, with a preview."""
    preview = encode_jpeg(_scene(still.seed, _WEB).view(still.step))
    width, height = still.camera.raw_size
    filler = Random(f"{still.seed}/{still.step}/raw")  # noqa: S311 - invents, guards nothing
    room = max(_SENSOR_BYTES, 2 * width * height if still.camera.raw == "DNG" else 0)
    return raw_writers()[still.camera.raw](_shot(still, width, height), preview, filler.randbytes(room))


def film(clip: Clip) -> bytes:
    """Return a film whose header tells the instant; a phone's tells the local time and the maker too."""
    scene = _scene(clip.seed, _FILM)
    shown = [encode_jpeg(scene.view(step)) for step in range(_STEPS)]
    frames = [shown[index * _STEPS // clip.frames] for index in range(clip.frames)]
    keys: tuple[tuple[str, str], ...] = ()
    if clip.camera == PHONE:
        keys = (
            ("com.apple.quicktime.creationdate", f"{clip.made_at:%Y-%m-%dT%H:%M:%S%z}"),
            ("com.apple.quicktime.make", clip.camera.make),
            ("com.apple.quicktime.model", clip.camera.model),
        )
    brand = b"XAVC" if clip.camera == SONY else b"qt"
    return write_film(Film(clip.made_at.astimezone(UTC), *_FILM, brand=brand, keys=keys), frames)


def clip_description(clip: Clip, name: str) -> bytes:
    """Return the XML that a Sony camera writes beside the film."""
    return write_clip_xml(name, clip.made_at, clip.camera.model, clip.frames)


def sidecar(raw_name: str, taken_at: datetime, people: Sequence[str]) -> bytes:
    """Return a raw's XMP."""
    return write_xmp(raw_name, taken_at, rating=taken_at.minute % 6, people=people)


def _shot(still: Still, width: int, height: int) -> Shot:
    camera, dice = still.camera, Random(f"{still.seed}/exposure")  # noqa: S311 - invents, guards nothing
    return Shot(
        camera.make,
        camera.model,
        still.taken_at if camera.knows_zone else still.taken_at.replace(tzinfo=None),
        width,
        height,
        camera.lens,
        iso=dice.choice((100, 200, 400, 1600)),
        exposure=(1, dice.choice((60, 125, 250, 1000))),
        aperture=(dice.choice((14, 20, 28, 56)), 10),
        focal_length=dice.choice((28, 35, 50, 85)),
    )


@lru_cache(maxsize=8)
def _scene(seed: str, size: tuple[int, int]) -> Scene:
    return invent_scene(Random(seed), *size, views=_STEPS)  # noqa: S311 - invents, guards nothing
