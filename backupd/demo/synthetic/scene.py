"""Simple invented scenes: sky, sun, hills, and people as shapes. Never a picture of anybody."""

from __future__ import annotations

import math
from dataclasses import dataclass
from random import Random

from backupd.demo.synthetic.jpeg import Picture

Colour = tuple[int, int, int]

_SKIES: tuple[tuple[Colour, Colour], ...] = (
    ((58, 110, 190), (200, 222, 240)),
    ((40, 44, 92), (236, 150, 96)),
    ((120, 140, 160), (214, 216, 214)),
    ((24, 26, 48), (70, 60, 110)),
)
_GROUNDS: tuple[Colour, ...] = ((72, 112, 58), (148, 138, 96), (224, 228, 232), (54, 66, 60))
_CLOTHES: tuple[Colour, ...] = ((240, 240, 236), (30, 30, 36), (150, 30, 44), (36, 64, 120), (196, 168, 64))
_SKINS: tuple[Colour, ...] = ((236, 200, 176), (208, 160, 128), (150, 104, 78), (96, 66, 50))


@dataclass(frozen=True, slots=True)
class Scene:
    """A painted strip, wider than one picture; `view` shows a part of it, as a burst or a film does."""

    strip: Picture
    columns: int

    def view(self, step: int = 0) -> Picture:
        """Return the picture after the camera moved by `step` times 16 pixels; at the end it starts again."""
        start = step % (len(self.strip.blue[0]) - self.columns + 1)
        end = start + self.columns
        return Picture(
            [row[2 * start : 2 * end] for row in self.strip.luma],
            [row[start:end] for row in self.strip.blue],
            [row[start:end] for row in self.strip.red],
        )


@dataclass(frozen=True, slots=True)
class _Oval:
    """A filled oval, in patches of 8 pixels."""

    x: float
    y: float
    wide: float
    high: float
    colour: Colour

    def span(self, y: int) -> tuple[int, int]:
        """Return the first column covered on a row and the one after the last."""
        rest = 1 - ((y - self.y) / self.high) ** 2
        if rest <= 0:
            return 0, 0
        half = self.wide * math.sqrt(rest)
        return max(math.ceil(self.x - half), 0), max(math.floor(self.x + half) + 1, 0)


def invent_scene(random: Random, width: int, height: int, views: int = 1) -> Scene:
    """Return a scene for so many different pictures of that size; sides are rounded down to whole 16 pixels."""
    columns, rows = 2 * (width // 16 + views - 1), 2 * (height // 16)
    colours = _paint_land(random, columns, rows)
    for oval in _invent_ovals(random, columns, rows):
        for y, row in enumerate(colours):
            start, end = oval.span(y)
            end = min(end, columns)
            row[start:end] = [oval.colour] * (end - start)
    halved = [row[::2] for row in colours[::2]]
    strip = Picture(
        [[_level(0.299 * r + 0.587 * g + 0.114 * b) for r, g, b in row] for row in colours],
        [[_level(128 - 0.169 * r - 0.331 * g + 0.5 * b) for r, g, b in row] for row in halved],
        [[_level(128 + 0.5 * r - 0.419 * g - 0.081 * b) for r, g, b in row] for row in halved],
    )
    return Scene(strip, width // 16)


def _paint_land(random: Random, columns: int, rows: int) -> list[list[Colour]]:
    """Return rows of sky over wavy ground; both fade downward."""
    high, low = random.choice(_SKIES)
    ground, light = random.choice(_GROUNDS), random.randint(-18, 18)
    horizon, wave = rows * random.uniform(0.4, 0.65), random.uniform(3.0, 11.0)
    skies = [_blend(high, low, y / horizon, light) for y in range(rows)]
    grounds = [_blend(ground, (20, 24, 20), 0.6 * y / rows, light) for y in range(rows)]
    edges = [horizon + 2.5 * math.sin(x / wave) for x in range(columns)]
    return [[skies[y] if y < edge else grounds[y] for edge in edges] for y in range(rows)]


def _invent_ovals(random: Random, columns: int, rows: int) -> list[_Oval]:
    """Return the sun and then people, the nearest last."""
    sun = rows * random.uniform(0.05, 0.1)
    ovals = [_Oval(random.uniform(0.1, 0.9) * columns, rows * random.uniform(0.1, 0.3), sun, sun, (255, 244, 210))]
    for _ in range(random.randint(1, 4)):
        high = rows * random.uniform(0.16, 0.3)
        x, y = random.uniform(0.15, 0.85) * columns, rows - high * random.uniform(0.7, 1.1)
        ovals.append(_Oval(x, y, 0.42 * high, high, random.choice(_CLOTHES)))
        ovals.append(_Oval(x, y - 1.25 * high, 0.24 * high, 0.3 * high, random.choice(_SKINS)))
    return ovals


def _blend(one: Colour, other: Colour, share: float, light: int) -> Colour:
    red, green, blue = (
        min(max(round(a + (b - a) * min(share, 1)) + light, 0), 255) for a, b in zip(one, other, strict=True)
    )
    return red, green, blue


def _level(value: float) -> int:
    return min(max(round(value), 0), 255)
