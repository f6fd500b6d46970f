"""kill -9 of a real process between any two requests of an upload: the next run goes on, and nothing is there twice."""

from __future__ import annotations

import base64
import io
import json
import os
import pwd
import random
import zipfile
from collections.abc import Iterator
from pathlib import Path

import bagit
import pytest

from tests.crash.deadly import CLOUDS, DeadlyStudio, deadly_studio
from tests.e2e.harness import write

SHOOT = "2026-06-06 Virtanen häät"
PART = 8 * 2**20
SIZES = {"small": 3000, "in parts": 2 * PART + PART // 2}
MOST = 26
ONE = {"dropbox": (4,), "drive": (11,)}
"""In the sample: a part of the bytes is there, and its answer is lost."""


@pytest.fixture(params=CLOUDS)
def studio(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[DeadlyStudio]:
    with deadly_studio(request.param, tmp_path) as made:
        made.add_store("archive")
        account = pwd.getpwuid(os.geteuid()).pw_name
        made.configure(f'{made.extra}\n[staff]\n"{account}" = "Anna Esimerkki, owner"\n')
        yield made


def exports(studio: DeadlyStudio) -> list[str]:
    found = studio.account.files("/Shoots")
    return sorted(path for path in found if "/backupd-exports/" in path)


def check(studio: DeadlyStudio, path: str, folder: Path, content: bytes) -> None:
    """What lies there is a whole bag with the shoot's file."""
    with zipfile.ZipFile(io.BytesIO(base64.b64decode(studio.account.control("bytes_of", path=path)))) as zipped:
        zipped.extractall(folder)
    bag = bagit.Bag(str(folder / "kuvat"))
    bag.validate()
    (entry,) = bag.payload_entries()
    assert (folder / "kuvat" / entry).read_bytes() == content


def sent_bytes(studio: DeadlyStudio) -> int:
    return sum(line["received_bytes"] for line in studio.account.control("log") if "upload" in line["path"])


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("size", "is_whole", "when"),
    [
        ("in parts", False, "after"),
        *(
            pytest.param(size, True, when, marks=[pytest.mark.long, pytest.mark.timeout(1800)])
            for size in SIZES
            for when in ("before", "after")
        ),
    ],
)
def test_killed_between_any_two_requests_of_an_upload(
    studio: DeadlyStudio, tmp_path: Path, size: str, is_whole: bool, when: str
) -> None:
    kills = 0
    for at in range(1, MOST) if is_whole else ONE[studio.store]:
        # Each time another shoot: so each export is one that has never been begun.
        content = random.Random(at).randbytes(SIZES[size])
        shoot = f"{SHOOT} {chr(ord('a') + at) * 5}"
        write(studio.stores["archive"] / shoot / "elokuva.bin", content)
        studio.index("--store", "archive")
        (found,) = [each for each in studio.json("find", shoot) if each["title"].endswith(shoot[-5:])]
        wanted = ("export", str(found["id"]), "--to", studio.store)
        before = exports(studio)
        studio.account.control("clear_log")
        if not studio.run_and_kill(at, *wanted, when=when):
            break
        kills += 1
        told = json.loads(studio.run(*wanted, "--json", status=0).out)
        new = sorted(set(exports(studio)) - set(before))
        assert len(new) == 1, f"killed {when} request {at}: {new}"
        check(studio, new[0], tmp_path / f"un {at}", content)
        # A part that was on its way is sent again, and no more than that.
        assert sent_bytes(studio) < len(content) + PART + 200_000, at
        (link,) = told["links"]
        assert link["url"] in {one["url"] for one in studio.json("links", "list")}
    print(f"{studio.store}, {size}, {when}: {kills} kills")
    assert kills >= (3 if is_whole else 1)
    assert kills < MOST - 1, "it was killed wherever it was tried: the end is not reached"
