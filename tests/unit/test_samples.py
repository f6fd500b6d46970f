"""The sample files, against what exiftool and mediainfo made of them."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from backupd.inspecting import inspect_path

SAMPLES = Path(__file__).parents[2].parent / "shared" / "samples"
pytestmark = pytest.mark.skipif(not SAMPLES.exists(), reason="the sample files are not here")
_SAME = {"make": "camera_make", "model": "camera_model", "width": "width", "height": "height"}


def rows() -> list[dict[str, str]]:
    if not SAMPLES.exists():
        return []
    with (SAMPLES / "MANIFEST.csv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if not row["path"].startswith(("bagit/", "mhl/"))]


def misses(row: dict[str, str]) -> Iterator[tuple[str, str, bool]]:
    """Yield each value that the manifest knows, and whether it was missed."""
    found = inspect_path(str(SAMPLES / row["path"]), today=date(2026, 11, 24), templates=(), ignore=(), roots=())
    assert found["sha256"].hex() == row["sha256"]
    if row["capture_time"]:
        yield row["path"], "captured_at", (found["captured_at"] or "")[:19] != row["capture_time"]
    for ours, theirs in _SAME.items():
        if row[theirs]:
            yield row["path"], ours, " ".join(str(found[ours] or "").split()) != " ".join(row[theirs].split())
    if row["video_duration_s"]:
        seconds = float(row["video_duration_s"])
        yield row["path"], "duration_s", abs((found["duration_s"] or -9) - seconds) > max(0.1, seconds / 50)


@pytest.mark.long
@pytest.mark.timeout(600)
def test_the_samples_are_read_as_exiftool_and_mediainfo_read_them() -> None:
    told = [each for row in rows() for each in misses(row)]
    missed = [each[:2] for each in told if each[2]]
    assert len(missed) <= 0.05 * len(told), missed
