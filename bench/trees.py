"""Trees to measure on: shoots of photos, raws, films and sidecars with real headers and unique bytes."""

from __future__ import annotations

import os
import struct
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from backupd.demo.synthetic.exif import Shot, exif_segment
from backupd.demo.synthetic.jpeg import encode_jpeg
from backupd.demo.synthetic.movie import Film, write_film
from backupd.demo.synthetic.raws import write_nef
from backupd.demo.synthetic.scene import invent_scene
from backupd.demo.synthetic.xmp import write_xmp
from bench.names import GIVEN, SURNAMES, TITLES

_CLIENTS = ("Virtanen", "Korhonen", "Mäkelä", "Söderström", "Laine", "Hietaniemi & Salo", "Lumo Oy", "Åkerlund")
_POOL_BYTES = 64 * 1024 * 1024
_PER_SHOOT = 40
_IN_SHOOT = 50
_BIG_BYTES = 43_000_000


def make_mixed(root: Path, files: int, seed: int = 7) -> None:
    """Write `files` files, some 215 KB on average: 70 % JPEG, 20 % raw, 4 % film, 3 % XMP, the rest text."""
    dice = Random(seed)
    pool = dice.randbytes(_POOL_BYTES)
    view = invent_scene(dice, 320, 208).view()
    plain = encode_jpeg(view)
    for number in range(files):
        shoot, at = divmod(number, _PER_SHOOT)
        folder = root / str(2020 + shoot % 6) / f"{_day(shoot):%Y-%m-%d} {_CLIENTS[shoot % 8]}{shoot // 8 or ''} häät"
        folder.mkdir(parents=True, exist_ok=True)
        taken = datetime(*_day(shoot).timetuple()[:3], 10, at, 7)
        shot = Shot("Canon", "EOS R5", taken, 320, 208)
        kind = number % 100
        if kind < 70:
            name, data = (
                f"IMG_{number:06}.JPG",
                plain[:2] + exif_segment(shot) + plain[2:] + _bytes(pool, dice, number, 150_000),
            )
        elif kind < 90:
            name, data = f"DSC_{number:06}.NEF", write_nef(shot, plain, _bytes(pool, dice, number, 350_000))
        elif kind < 94:
            film = Film(taken.replace(tzinfo=UTC), 320, 208)
            body = _bytes(pool, dice, number, 1_100_000)
            name = f"MVI_{number:06}.MP4"
            data = write_film(film, [plain] * 5) + struct.pack(">I4s", len(body) + 8, b"free") + body
        elif kind < 97:
            name, data = f"IMG_{number:06}.xmp", write_xmp(f"DSC_{number:06}.NEF", taken)
        else:
            name, data = f"notes_{number:06}.txt", b"%d " % number * 200
        (folder / name).write_bytes(data)


def make_small(root: Path, files: int) -> None:
    """Write many files of 2 KB in folders of 32."""
    pool = Random(3).randbytes(1024 * 1024)
    for number in range(files):
        folder = root / f"{2000 + number // 12_800}" / f"{_day(number // 32):%Y-%m-%d} Asiakas{number // 32}"
        if number % 32 == 0:
            folder.mkdir(parents=True, exist_ok=True)
        start = number % (len(pool) - 2048)
        with open(folder / f"IMG_{number:07}.bin", "wb") as file:
            file.write(struct.pack(">Q", number) + pool[start : start + 2040])


def make_big(root: Path, files: int) -> None:
    """Write films of 43 MB."""
    pool = Random(5).randbytes(_POOL_BYTES)
    plain = encode_jpeg(invent_scene(Random(5), 320, 208).view())
    folder = root / "2025-06-14 Virtanen häät"
    folder.mkdir(parents=True, exist_ok=True)
    start = write_film(Film(datetime(2025, 6, 14, 12, tzinfo=UTC), 320, 208), [plain] * 5)
    for number in range(files):
        body = struct.pack(">Q", number) + pool[number : number + _BIG_BYTES]
        with open(folder / f"MVI_{number:04}.MP4", "wb") as file:
            file.write(start + struct.pack(">I4s", len(body) + 8, b"free") + body)


def make_million(root: Path, files: int) -> None:
    """Write tiny files in shoots of fifty, every tenth a photo, with a list of three people in each shoot."""
    dice = Random(9)
    plain = encode_jpeg(invent_scene(dice, 64, 48).view())
    for shoot in range(files // _IN_SHOOT):
        day = _day(shoot)
        client = f"{dice.choice(GIVEN)} {dice.choice(SURNAMES)}" if shoot % 3 else dice.choice(SURNAMES)
        folder = root / f"{day:%Y}" / f"{day:%Y-%m-%d} - {client} - {dice.choice(TITLES)} {shoot}"
        folder.mkdir(parents=True, exist_ok=True)
        people = [f"{dice.choice(GIVEN)} {dice.choice(GIVEN)} {dice.choice(SURNAMES)}" for _ in range(3)]
        rows = [f"{name};p{shoot}.{number}@example.com" for number, name in enumerate(people)]
        (folder / "osallistujat.csv").write_text("Nimi;Sähköposti\n" + "\n".join(rows) + "\n")
        taken = datetime(day.year, day.month, day.day, 12, 0, 0)
        photo = plain[:2] + exif_segment(Shot("Canon", "EOS R5", taken, 64, 48)) + plain[2:]
        for number in range(shoot * _IN_SHOOT, (shoot + 1) * _IN_SHOOT - 1):
            is_photo = number % 10 == 0
            with open(folder / f"IMG_{number:07}.{'JPG' if is_photo else 'bin'}", "wb") as file:
                file.write((photo if is_photo else b"") + struct.pack(">Q", number))


def tree_bytes(root: Path) -> tuple[int, int]:
    """Return the number of files below `root` and their bytes."""
    count = size = 0
    for folder, _, names in os.walk(root):
        for name in names:
            count += 1
            size += os.lstat(os.path.join(folder, name)).st_size
    return count, size


def _day(number: int) -> datetime:
    return datetime(2020, 1, 1, tzinfo=UTC) + timedelta(days=number * 3 % 2000)


def _bytes(pool: bytes, dice: Random, number: int, mean: int) -> bytes:
    length = dice.randint(mean // 2, mean * 3 // 2)
    start = dice.randrange(len(pool) - length)
    return struct.pack(">Q", number) + pool[start : start + length]
