"""An export from plan to bags: what is whole already is left, the rest is copied, then each bag gets its own files."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass, field
from datetime import date, tzinfo
from pathlib import Path

from adapters.base import Store
from backupd.cli.text import Dates
from backupd.export.bag import Held, Label, manifest, tag_files
from backupd.export.copying import Copied, Copier
from backupd.export.errors import NoRoom, NothingToExport, OutOfReach
from backupd.export.folder import FolderBag
from backupd.export.names import safe_name
from backupd.export.page import Language, Line, Lost, PageFacts, Shot, compose_page
from backupd.export.plan import Item, Part, Plan, split_parts
from backupd.export.sources import Sources
from backupd.export.zipped import ZipBag

_FOR_EACH_FILE = 4096 + 512
"""What a file takes besides its bytes: its share of a block, its lines in the manifest and the page."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wanted of an export besides its files. `partial`: finish without what cannot be reached now."""

    studio: str
    contact: str
    today: date
    zone: tzinfo
    language: Language
    shoots: tuple[Shot, ...]
    split_bytes: int | None = None
    partial: bool = False


@dataclass(frozen=True, slots=True)
class Made:
    """What an export made: the places of its bags, and what became of each file that is not simply in them."""

    places: tuple[Path, ...]
    files: int
    size: int
    photos: int
    videos: int
    lost: tuple[Lost, ...]
    bad: tuple[Copied, ...]
    copied: int
    kept: int
    unproven: int
    manifest_sha256: bytes


@dataclass(slots=True)
class _Tally:
    results: dict[str, Copied] = field(default_factory=dict)
    kept: int = 0
    unreachable: int = 0


Progress = Callable[[int, int], None]


def make_folder(
    plan: Plan, target: Path, wish: Wish, open_store: Callable[[str], AbstractContextManager[Store]], tell: Progress
) -> Made:
    """Make one bag in a folder. Raises ExportFailure, OSError; what was copied until then stays for the next run."""
    part = Part(1, 1, plan.items)
    return _make(plan, (part,), (target,), wish, open_store, tell, lambda at, id: FolderBag(at, id))


def make_zips(
    plan: Plan, target: Path, wish: Wish, open_store: Callable[[str], AbstractContextManager[Store]], tell: Progress
) -> Made:
    """Make a zip, or several of a set size with a number in their names, each a whole bag. Raises as `make_folder`."""
    parts = split_parts(plan.items, wish.split_bytes)
    places = zip_places(target, len(parts))

    def bag(at: Path, identifier: str) -> ZipBag:
        return ZipBag(at, identifier, safe_name(at.stem), wish.zone)

    return _make(plan, parts, places, wish, open_store, tell, bag)


def zip_places(target: Path, parts: int) -> tuple[Path, ...]:
    """Return where the zips of an export lie: `target` itself where there is but one."""
    if parts == 1:
        return (target,)
    digits = len(str(parts))
    return tuple(target.with_name(f"{target.stem}-{number:0{digits}}.zip") for number in range(1, parts + 1))


def _make(
    plan: Plan,
    parts: Sequence[Part],
    places: Sequence[Path],
    wish: Wish,
    open_store: Callable[[str], AbstractContextManager[Store]],
    tell: Progress,
    open_bag: Callable[[Path, str], FolderBag | ZipBag],
) -> Made:
    if not plan.items:
        raise NothingToExport
    tally = _Tally()
    held: list[Held] = []
    done = [0, 0]

    def wrote(count: int) -> None:
        done[1] += count
        tell(done[0], done[1])

    with Sources(open_store) as sources, closing(Copier(sources, wrote)) as copier:
        for part, place in zip(parts, places, strict=True):
            identifier = f"{plan.digest[:32]}-{part.number}-{part.of}"
            with closing(open_bag(place, identifier)) as bag:
                if not bag.is_whole:
                    _refuse_without_room(bag, part)
                    for item in part.items:
                        if item.path in bag.held:
                            tally.kept += 1
                            wrote(item.size)
                        else:
                            tally.results[item.path] = copier.copy(item, bag)
                        done[0] += 1
                    bag.flush()
                    _finish(bag, part, plan, wish, tally, identifier)
                else:
                    tally.kept += len(bag.held)
                held += bag.held.values()
    return _told(plan, places, held, tally)


def _refuse_without_room(bag: FolderBag | ZipBag, part: Part) -> None:
    there = sum(each.size for each in bag.held.values())
    needed = part.size - there + _FOR_EACH_FILE * (len(part.items) - len(bag.held)) + 1024 * 1024
    free = bag.free_bytes()
    if needed > free:
        raise NoRoom(bag.place, needed, free)


def _finish(
    bag: FolderBag | ZipBag, part: Part, plan: Plan, wish: Wish, tally: _Tally, identifier: str
) -> None:
    lost = [_lost(tally.results[item.path]) for item in part.items if item.path not in bag.held]
    out_of_reach = sum(each.why == "unreachable" for each in lost)
    if out_of_reach and not wish.partial:
        raise OutOfReach(out_of_reach)
    gone = [Lost(item.path, item.size, "missing") for item in plan.missing]
    inside = [item for item in part.items if item.path in bag.held]
    # Whoever gets only one of several parts must learn all the same what is in none.
    facts = PageFacts(
        wish.studio, wish.contact, wish.today, wish.shoots,
        *_kinds(inside),
        [Line(item.path, item.size, None if item.path == item.original else item.original) for item in inside],
        [*lost, *gone], part.number, part.of, sum(not item.is_known for item in inside),
    )  # fmt: skip
    held = [bag.held[item.path] for item in inside]
    label = Label(wish.studio, wish.contact, wish.today, identifier, part.number, part.of)
    bag.complete(tag_files(held, label, compose_page(facts, wish.language, Dates(wish.language, wish.zone))))


def _lost(result: Copied) -> Lost:
    why = "missing" if result.outcome == "copied" else result.outcome
    return Lost(result.item.path, result.item.size, why)


def _kinds(items: Sequence[Item]) -> tuple[int, int, int]:
    photos = sum(item.kind == "p" for item in items)
    videos = sum(item.kind == "v" for item in items)
    return photos, videos, len(items) - photos - videos


def _told(plan: Plan, places: Sequence[Path], held: Sequence[Held], tally: _Tally) -> Made:
    there = {each.path for each in held}
    inside = [item for item in plan.items if item.path in there]
    photos, videos, _ = _kinds(inside)
    lost = [_lost(tally.results[item.path]) if item.path in tally.results else Lost(item.path, item.size, "damaged")
            for item in plan.items if item.path not in there]  # fmt: skip
    lost += [Lost(item.path, item.size, "missing") for item in plan.missing]
    copied = sum(result.outcome == "copied" for result in tally.results.values())
    return Made(
        tuple(places), len(held), sum(each.size for each in held), photos, videos, tuple(lost),
        tuple(result for result in tally.results.values() if result.bad), copied, tally.kept,
        sum(not item.is_known for item in inside), hashlib.sha256(manifest(sorted(held, key=lambda e: e.path))).digest(),
    )  # fmt: skip
