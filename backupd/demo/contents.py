"""From shoots to files: where each lies, when it was made and what is in it. Nothing is written here."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import partial
from random import Random
from zoneinfo import ZoneInfo

from backupd.demo import media
from backupd.demo.cameras import SONY, Camera
from backupd.demo.dates import day_before, puzzling_day, spell_days
from backupd.demo.lists import write_list
from backupd.demo.shoots import EVERYWHERE, Shoot, Store

_ZONE = ZoneInfo("Europe/Helsinki")
_BURST = 4


@dataclass(frozen=True, slots=True)
class PlannedFile:
    """One file to be written: the same bytes at each of `paths`, in each of `stores`."""

    paths: tuple[str, ...]
    stores: tuple[Store, ...]
    made_at: datetime
    content: Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class _Job:
    """A shoot on its days."""

    shoot: Shoot
    folder: str
    first: date
    seed: str

    def at(self, share: float, extra_days: int = 0) -> datetime:
        """Return a moment of the job, from its first hour (0) to its last (1), on the studio's clock."""
        minutes = round(share * 420 * self.shoot.days)
        day = self.first + timedelta(days=minutes // 420 % self.shoot.days + extra_days)
        start = datetime.combine(day, time(11), _ZONE)
        return start + timedelta(minutes=minutes % 420, seconds=minutes * 7 % 60, milliseconds=minutes * 130 % 990)


def plan_files(shoots: tuple[Shoot, ...], today: date, seed: int) -> Iterator[PlannedFile]:
    """Yield every file of the studio. The same arguments give the same files, byte for byte."""
    for number, shoot in enumerate(shoots):
        yield from _plan_shoot(_place(shoot, today, f"{seed}/{number}"))
    yield from _plan_rest(today, seed)


def _place(shoot: Shoot, today: date, seed: str) -> _Job:
    first = day_before(today, shoot.ago, shoot.weekday)
    if shoot.puzzling:
        first = puzzling_day(first)
    folder = shoot.folder.format(**spell_days(first, first + timedelta(days=shoot.days - 1)))
    return _Job(shoot, unicodedata.normalize("NFD", folder) if shoot.decomposed else folder, first, seed)


def _plan_shoot(job: _Job) -> Iterator[PlannedFile]:
    shoot = job.shoot
    files = [*_plan_papers(job), *_plan_clips(job)]
    shares = [shoot.photos - shoot.photos // 3, shoot.photos // 3] if len(shoot.cameras) == 2 else [shoot.photos]
    for camera, count in zip(shoot.cameras, shares, strict=True):
        files += _plan_stills(job, camera, count)
    files += _plan_exports(job)
    for number, file in enumerate(files):
        torn = shoot.interrupted_in is not None and number >= len(files) // 2
        yield replace(file, stores=tuple(s for s in file.stores if s != shoot.interrupted_in)) if torn else file


def _plan_papers(job: _Job) -> Iterator[PlannedFile]:
    shoot, made_at = job.shoot, job.at(0)
    if shoot.list_format:
        name, content = write_list(shoot.people, shoot.list_format, job.first)
        yield PlannedFile((f"{job.folder}/{name}",), shoot.stores, made_at, lambda: content)


def _plan_stills(job: _Job, camera: Camera, count: int) -> Iterator[PlannedFile]:
    """Yield a camera's photos, its raws beside the first of them, and sidecars of every other raw."""
    shoot, main = job.shoot, camera == job.shoot.cameras[0]
    random = Random(f"{job.seed}/{camera.model}")  # noqa: S311 - invents, guards nothing
    first_number, folder = random.randint(1, 8000), _card_folder(job, camera.photo_folder, random)
    without_dropbox = tuple(store for store in shoot.stores if store != "dropbox")
    for index in range(count):
        taken_at = job.at(index / count, shoot.camera_days_off)
        still = media.Still(camera, taken_at, f"{job.seed}/{camera.model}/{index // _BURST}", index % _BURST)
        stem = camera.photo_name.format(first_number + index)
        paths = [f"{folder}/{stem}.JPG"]
        if main and index < shoot.chosen:
            paths.append(f"{job.folder}/Valitut/{stem}.JPG")
        yield PlannedFile(tuple(paths), shoot.stores, taken_at, partial(media.photo, still))
        if main and index < shoot.raws:
            raw = f"{stem}.{camera.raw}"
            yield PlannedFile((f"{folder}/{raw}",), without_dropbox, taken_at, partial(media.raw, still))
            if index % 2:
                edited_at = taken_at + timedelta(days=1)
                sidecar = partial(media.sidecar, raw, taken_at, [person.name for person in shoot.people[:1]])
                yield PlannedFile((f"{folder}/{stem}.xmp",), without_dropbox, edited_at, sidecar)


def _plan_clips(job: _Job) -> Iterator[PlannedFile]:
    shoot = job.shoot
    camera = next((camera for camera in reversed(shoot.cameras) if camera.clip_name), None)
    if camera is None:
        return
    random = Random(f"{job.seed}/clips")  # noqa: S311 - invents, guards nothing
    first_number, folder = random.randint(1, 9000), _card_folder(job, camera.clip_folder, random)
    for index in range(shoot.clips):
        made_at = job.at((index + 0.5) / shoot.clips, shoot.camera_days_off)
        name = camera.clip_name.format(first_number + index)
        clip = media.Clip(camera, made_at, f"{job.seed}/clip/{index}", random.choice((25, 38, 50, 75)))
        yield PlannedFile((f"{folder}/{name}",), shoot.stores, made_at, partial(media.film, clip))
        if camera == SONY:
            described = f"{folder}/{name.removesuffix('.MP4')}M01.XML"
            yield PlannedFile((described,), shoot.stores, made_at, partial(media.clip_description, clip, name))


def _card_folder(job: _Job, folder: str, random: Random) -> str:
    return f"{job.folder}/{folder.format(n=random.randint(100, 104))}"


def _plan_exports(job: _Job) -> Iterator[PlannedFile]:
    """Yield what the client got: smaller, developed again a week later, under other names."""
    shoot, camera = job.shoot, job.shoot.cameras[0]
    for index in range(shoot.exported):
        taken_at = job.at(index / shoot.photos, shoot.camera_days_off)
        still = media.Still(camera, taken_at, f"{job.seed}/{camera.model}/{index // _BURST}", index % _BURST, web=True)
        path = f"{job.folder}/Export/Web/toimitus-{index + 1:03d}.jpg"
        yield PlannedFile((path,), shoot.stores, taken_at + timedelta(days=7), partial(media.photo, still))


def _plan_rest(today: date, seed: int) -> Iterator[PlannedFile]:
    """Yield what lies about in any studio and belongs to no shoot."""
    made_at = datetime.combine(today - timedelta(days=500), time(9), _ZONE)
    advice = b"Kortit kopioidaan kahteen paikkaan ennen alustusta.\n"
    yield PlannedFile(("Ohjeet/varmuuskopiointi.txt",), EVERYWHERE, made_at, lambda: advice)
    yield PlannedFile(
        ("Ohjeet/.DS_Store", "Asiakkaat/.DS_Store"), ("archive",), made_at, lambda: b"\0\0\0\1Bud1" + bytes(500)
    )
    still = media.Still(SONY, made_at, f"{seed}/loose", 0)
    yield PlannedFile(("Uusi kansio (2)/DSC00031.JPG",), ("archive",), made_at, partial(media.photo, still))
