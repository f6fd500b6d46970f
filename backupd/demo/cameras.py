"""The studio's cameras: what they write about themselves, how they number, and how their cards are laid out."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Camera:
    """One camera. `knows_zone` where it writes the offset from UTC; `raw` is "" where it shoots none."""

    make: str
    model: str
    lens: str
    photo_folder: str
    photo_name: str
    raw: str = ""
    raw_size: tuple[int, int] = (6000, 4000)
    clip_folder: str = ""
    clip_name: str = ""
    knows_zone: bool = True
    upright: bool = False


CANON = Camera(
    "Canon", "Canon EOS 5D Mark IV", "EF24-70mm f/2.8L II USM", "DCIM/{n}CANON", "IMG_{:04d}", "CR2", (6720, 4480),
    "DCIM/{n}CANON", "MVI_{:04d}.MOV", knows_zone=False,
)  # fmt: skip
NIKON = Camera(
    "NIKON CORPORATION", "NIKON Z 6_2", "NIKKOR Z 85mm f/1.8 S", "DCIM/{n}NZ_6", "DSC_{:04d}", "NEF", (6048, 4024)
)
SONY = Camera(
    "SONY", "ILCE-7M4", "FE 24-105mm F4 G OSS", "DCIM/{n}MSDCF", "DSC{:05d}", "ARW", (7008, 4672),
    "PRIVATE/M4ROOT/CLIP", "C{:04d}.MP4",
)  # fmt: skip
LEICA = Camera("LEICA CAMERA AG", "LEICA Q2", "SUMMILUX 1:1.7/28 ASPH.", "RAW", "L{:07d}", "DNG", (384, 256))
PHONE = Camera(
    "Apple", "iPhone 15 Pro", "iPhone 15 Pro back camera 6.765mm f/1.78", "puhelin", "IMG_{:04d}",
    clip_folder="puhelin", clip_name="IMG_{:04d}.MOV", upright=True,
)  # fmt: skip
