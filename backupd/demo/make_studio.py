"""Writes the invented studio into a folder, and knows the folder again by a mark.

Only into a folder that is new, empty or already such a studio: what the mark does not list is never touched.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Literal

from backupd.demo.contents import PlannedFile, plan_files
from backupd.demo.shoots import Shoot, Store, studio_shoots

MARK = ".backupd-demo"


class NotADemoError(Exception):
    """The folder holds something that this program did not write."""

    def __init__(self, target: Path) -> None:
        super().__init__(f"{target} is not empty and holds no demo studio: name a new or empty folder")
        self.target = target


@dataclass(frozen=True, slots=True)
class Studio:
    """What lies in the folder now. `stores` gives each store's root by name; `fresh` if it was written just now."""

    stores: Mapping[Store, Path]
    made_for: date
    shoots: int
    files: int
    fresh: bool


def make_studio(
    target: Path,
    today: date,
    *,
    stores: Literal[1, 3] = 1,
    seed: int = 1,
    again: bool = False,
    shoots: tuple[Shoot, ...] | None = None,
) -> Studio:
    """Write the studio below `target` as it would stand on the day `today`, and return where it is.

    One store lies in `target` itself; of three each has its folder there, and what is copied to the second and third is
    not the whole. A studio that is there already is left as it is, unless it is unfinished or `again` is set; then the
    files that its mark lists are written anew. Without `shoots`, it has all of them. Raises NotADemoError where
    something else lies there, OSError where writing fails.
    """
    mark = _read_mark(target)
    roots = {name: target / name if stores == 3 else target for name in _store_names(stores)}
    shoots = studio_shoots() if shoots is None else shoots
    if mark is not None and mark.complete and not again and mark.stores == stores:
        return Studio(roots, mark.made_for, len(shoots), len(mark.files), fresh=False)
    planned = list(plan_files(shoots, today, seed))
    places = [_places(file, target, roots) for file in planned]
    new = _Mark(today, stores, complete=False, files=tuple(sorted({path for paths in places for path in paths})))
    target.mkdir(parents=True, exist_ok=True)
    if mark is not None:
        new_and_old = _Mark(today, stores, complete=False, files=tuple(sorted({*mark.files, *new.files})))
        _write_mark(target, new_and_old)
        _remove(target, set(mark.files) - set(new.files))
    _write_mark(target, new)
    for file, paths in zip(planned, places, strict=True):
        _write(target, file, paths)
    _date_folders(target, new.files)
    _write_mark(target, _Mark(today, stores, complete=True, files=new.files))
    return Studio(roots, today, len(shoots), len(new.files), fresh=True)


@dataclass(frozen=True, slots=True)
class _Mark:
    """What the mark says; `files` are relative to the target."""

    made_for: date
    stores: int
    complete: bool
    files: tuple[str, ...]


def _store_names(stores: Literal[1, 3]) -> tuple[Store, ...]:
    return ("archive", "dropbox", "drive") if stores == 3 else ("archive",)


def _read_mark(target: Path) -> _Mark | None:
    try:
        found = json.loads((target / MARK).read_text("utf-8"))
        return _Mark(date.fromisoformat(found["made_for"]), found["stores"], found["complete"], tuple(found["files"]))
    except (FileNotFoundError, NotADirectoryError):
        if target.exists() and (not target.is_dir() or any(target.iterdir())):
            raise NotADemoError(target) from None
        return None
    except (ValueError, KeyError, TypeError):
        raise NotADemoError(target) from None


def _write_mark(target: Path, mark: _Mark) -> None:
    content = {"made_for": mark.made_for.isoformat(), "stores": mark.stores, "complete": mark.complete}
    beside = target / f"{MARK}.tmp"
    beside.write_text(json.dumps(content | {"files": mark.files}, ensure_ascii=False, indent=0), "utf-8")
    beside.replace(target / MARK)


def _places(file: PlannedFile, target: Path, roots: Mapping[Store, Path]) -> list[str]:
    """Return where a file goes, relative to the target. The only store holds what any store would."""
    inside = [root for name, root in roots.items() if name in file.stores or len(roots) == 1]
    return [(root / path).relative_to(target).as_posix() for root in inside for path in file.paths]


def _write(target: Path, file: PlannedFile, paths: Iterable[str]) -> None:
    content: bytes | None = None
    for path in paths:
        content = file.content() if content is None else content
        place = target / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
        os.utime(place, times=(file.made_at.timestamp(),) * 2)


def _remove(target: Path, paths: Iterable[str]) -> None:
    """Remove files that an earlier mark lists, and folders that this empties; a mark cannot point out of the target."""
    folders = set()
    for path in paths:
        parts = PurePosixPath(path)
        if parts.is_absolute() or ".." in parts.parts:
            continue
        (target / path).unlink(missing_ok=True)
        folders |= {parent for parent in parts.parents if parent.parts}
    for folder in sorted(folders, key=lambda folder: len(folder.parts), reverse=True):
        if (target / folder).is_dir() and not any((target / folder).iterdir()):
            (target / folder).rmdir()


def _date_folders(target: Path, paths: Iterable[str]) -> None:
    """Give each folder the time of its newest file: a studio of years, not of this minute."""
    newest: dict[PurePosixPath, float] = {}
    for path in paths:
        made_at = (target / path).stat().st_mtime
        for folder in PurePosixPath(path).parents:
            newest[folder] = max(newest.get(folder, 0.0), made_at)
    for folder, made_at in newest.items():
        os.utime(target / folder, times=(made_at, made_at))
