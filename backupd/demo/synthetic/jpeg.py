"""A baseline JPEG encoder for pictures made of soft patches, in a few dozen lines.

Each block of 8 x 8 pixels gets its mean and a slope across and down, and no finer detail: three coefficients that can
be written down without a cosine transform, which makes plain Python fast enough. Any decoder shows the picture.
Source: ITU-T T.81, annexes B (segments), F (Huffman coding) and figure A.6 (zig-zag order).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

_MEAN_STEP, _SLOPE_STEP = 8, 4  # quantisation: a mean is then a plain level from -128 to 127
_LARGEST_SLOPE = 40  # an edge between two patches stays an edge


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture by patches, row by row: `luma` for 8 x 8 pixels, `blue` and `red` for 16 x 16; 0 to 255 each."""

    luma: Sequence[Sequence[int]]
    blue: Sequence[Sequence[int]]
    red: Sequence[Sequence[int]]

    @property
    def width(self) -> int:
        """Pixels across."""
        return 16 * len(self.blue[0])

    @property
    def height(self) -> int:
        """Pixels down."""
        return 16 * len(self.blue)


def encode_jpeg(picture: Picture, segments: bytes = b"") -> bytes:
    """Return the picture as a JFIF-style stream; `segments` (EXIF, XMP) come right after its start."""
    return b"".join((
        b"\xff\xd8",
        segments,
        jpeg_tables(picture.width, picture.height),
        _scan(picture),
        b"\xff\xd9",
    ))  # fmt: skip


def jpeg_tables(width: int, height: int) -> bytes:
    """Return what a decoder must know before the scan: quantisation, size and sampling (4:2:0), Huffman codes."""
    steps = bytes([0, _MEAN_STEP, _SLOPE_STEP, _SLOPE_STEP]) + bytes([16]) * 61
    frame = b"\x08" + height.to_bytes(2, "big") + width.to_bytes(2, "big") + b"\x03\x01\x22\x00\x02\x11\x00\x03\x11\x00"
    four_bits = [0, 0, 0]
    means = bytes([0x00, *four_bits, len(_mean_sizes()), *[0] * 12, *_mean_sizes()])
    slopes = bytes([0x10, *four_bits, len(_slope_symbols()), *[0] * 12, *_slope_symbols()])
    scan = b"\x03\x01\x00\x02\x00\x03\x00\x00\x3f\x00"
    marked = ((0xDB, steps), (0xC0, frame), (0xC4, means), (0xC4, slopes), (0xDA, scan))
    return b"".join(b"\xff" + bytes([mark]) + (len(body) + 2).to_bytes(2, "big") + body for mark, body in marked)


def _mean_sizes() -> range:
    return range(12)


@cache
def _slope_symbols() -> tuple[int, ...]:
    """Return the Huffman symbols used: end of block, then a coefficient's size after no zero or one."""
    return (0x00, *range(0x01, 0x08), *range(0x11, 0x18))


def _scan(picture: Picture) -> bytes:
    blues, reds = _plain_plane(picture.blue), _plain_plane(picture.red)
    lumas = _sloped_plane(picture.luma)
    bits: list[str] = []
    last_luma = last_blue = last_red = 0
    for row in range(len(picture.blue)):
        upper, lower = lumas[2 * row], lumas[2 * row + 1]
        for column, (blue, red) in enumerate(zip(blues[row], reds[row], strict=True)):
            left = 2 * column
            for mean, slopes in (upper[left], upper[left + 1], lower[left], lower[left + 1]):
                bits += (_mean_bits(mean - last_luma), slopes)
                last_luma = mean
            bits += (_mean_bits(blue - last_blue), "0000", _mean_bits(red - last_red), "0000")
            last_blue, last_red = blue, red
    return _stuff("".join(bits))


def _stuff(bits: str) -> bytes:
    """Return bits as bytes, filled up with ones; a zero follows each 255 so that no decoder takes it for a marker."""
    bits += "1" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8, "big").replace(b"\xff", b"\xff\x00")


def _plain_plane(plane: Sequence[Sequence[int]]) -> list[list[int]]:
    return [[value - 128 for value in row] for row in plane]


def _sloped_plane(plane: Sequence[Sequence[int]]) -> list[list[tuple[int, str]]]:
    """Return each patch's mean with the code of its slopes, taken from its neighbours."""
    rows = []
    for index, row in enumerate(plane):
        above, below = plane[max(index - 1, 0)], plane[min(index + 1, len(plane) - 1)]
        before, after = [row[0], *row[:-1]], [*row[1:], row[-1]]
        rows.append([
            (value - 128, _slope_bits(right - left, down - up))
            for value, left, right, up, down in zip(row, before, after, above, below, strict=True)
        ])  # fmt: skip
    return rows


@lru_cache(maxsize=4096)
def _mean_bits(difference: int) -> str:
    size = abs(difference).bit_length()
    return f"{size:04b}{_magnitude(difference, size)}"


@lru_cache(maxsize=65536)
def _slope_bits(across: int, down: int) -> str:
    """Return the code of one block's slopes; each is the difference of the neighbours, so twice the step per block."""
    bits, zeros = "", 0
    for value in (_slope(across), _slope(down)):
        if value == 0:
            zeros = 0x10
            continue
        size = abs(value).bit_length()
        bits += f"{_slope_symbols().index(zeros + size):04b}{_magnitude(value, size)}"
        zeros = 0
    return bits + "0000"


@lru_cache(maxsize=1024)
def _slope(difference: int) -> int:
    """Return the quantised coefficient of a ramp through one block whose neighbours differ by `difference`."""
    if abs(difference) > _LARGEST_SLOPE:
        return 0
    ramp = sum((x - 3.5) * math.cos((2 * x + 1) * math.pi / 16) for x in range(8))
    return round(difference / 2 * ramp / (4 * math.sqrt(2)) / _SLOPE_STEP)


def _magnitude(value: int, size: int) -> str:
    """Return the extra bits of a number of that size; negative ones count down from all zeros."""
    if size == 0:
        return ""
    return f"{value if value > 0 else value + (1 << size) - 1:0{size}b}"
