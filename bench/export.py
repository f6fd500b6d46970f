"""An export beside `cp`, and beside `cp` with `sha256sum`: the same bytes, all of them brought to the disk.

An export copies and hashes, so what it must keep up with is both, one after the other. Everything is read out of memory:
the studio is read through once before. The sums are of the originals, so that the tools need not read the copies from
the disk; the index, the proof of each file against what was recorded, names, pages and the manifest are all ours to pay.
"""

from __future__ import annotations

import getpass
import json
import os
import shutil
import statistics
import subprocess
from pathlib import Path

from bench.measure import Run, cpu_seconds, peak_mib, ratio, run, seconds, spread
from bench.studio import Studio


def measure_export(studio: Studio, runs: int, name: str) -> None:
    """Export every shoot of a tree into a folder and into a zip, in turns with the tools."""
    _name_staff(studio)
    studio.first()
    shoots = _shoots(studio)
    total = sum(file.stat().st_size for file in studio.tree.rglob("*") if file.is_file())
    target = studio.out / "export"
    copied: list[Run] = []
    hashed: list[Run] = []
    folder: list[Run] = []
    zipped: list[Run] = []
    studio.warm()
    for _ in range(runs):
        copied.append(_fresh(target, f"cp -r '{studio.tree}' '{target}' && sync -f '{target}'"))
        hashed.append(
            _fresh(
                target,
                f"cp -r '{studio.tree}' '{target}' && sync -f '{target}'"
                f" && find '{studio.tree}' -type f -print0 | xargs -0 sha256sum > '{studio.out}/sums'",
            )
        )
        folder.append(_fresh(target, studio.command("export", *shoots, "--to", str(target))))
        zip_file = target.with_suffix(".zip")
        zipped.append(_fresh(zip_file, studio.command("export", *shoots, "--to", str(zip_file))))
    for place in (target, target.with_suffix(".zip")):
        _away(place)
    rate = statistics.median(total / each.seconds for each in folder) / 1e6
    print(f"export, {name}: {total / 1e9:.2f} GB from {len(shoots)} shoots, medians of {runs} with the extremes")
    print(f"  cp                     {seconds(copied)}")
    print(f"  cp, then sha256sum     {seconds(hashed)}")
    print(f"  export to a folder     {seconds(folder)}, {rate:.0f} MB/s, {peak_mib(folder)}")
    print(f"    speed beside both    {_speed(hashed, folder)} (at least 0.8); beside cp alone {_speed(copied, folder)}")
    print(f"    time beside both     {ratio(folder, hashed)}")
    print(f"  export to a zip        {seconds(zipped)}; speed beside both {_speed(hashed, zipped)}")
    for what, runs_of in (("cp", copied), ("cp, then sha256sum", hashed), ("to a folder", folder), ("to a zip", zipped)):
        print(f"  processor, {what:<19} {cpu_seconds(runs_of)}")


def _speed(theirs: list[Run], ours: list[Run]) -> str:
    """Return our speed as a share of theirs, over runs made side by side."""
    return spread([one.seconds / other.seconds for one, other in zip(theirs, ours, strict=True)])


def _name_staff(studio: Studio) -> None:
    text = studio.config.read_text()
    if "[staff]" not in text:
        studio.config.write_text(f'{text}[staff]\n"{getpass.getuser()}" = "Bench, owner"\n')


def _shoots(studio: Studio) -> list[str]:
    found = subprocess.run(studio.command("retention", "--json"), capture_output=True, check=False).stdout
    return [str(row["shoot"]) for row in json.loads(found)]


def _fresh(place: Path, command: list[str] | str) -> Run:
    _away(place)
    os.sync()
    return run(command)


def _away(place: Path) -> None:
    if place.is_dir():
        shutil.rmtree(place)
    else:
        place.unlink(missing_ok=True)
