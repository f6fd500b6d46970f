"""A long campaign: a studio that keeps changing, killed over and over, must end like one never disturbed.

`make test-long` runs it; its figures stand in docs/campaigns.md. BACKUPD_KILLS sets how many kills are tried.
"""

from __future__ import annotations

import os
import random
import shutil
from pathlib import Path

import pytest

from tests.e2e.harness import Studio, write

KILLS = int(os.environ.get("CAMPAIGN_KILLS", "120"))
CLIENTS = ("Virtanen", "Korhonen", "Mäkelä", "Söderström", "Laine", "Salo")


def change(root: Path, dice: random.Random, serial: int) -> None:
    """One thing that happens in a studio between two runs."""
    files = sorted(path for path in root.rglob("*.bin"))
    shoots = sorted(path for path in root.iterdir() if path.is_dir())
    act = dice.choice(("add", "add", "card", "edit", "rename", "move", "remove", "shoot", "swap"))
    day = f"2026-{dice.randint(1, 10):02}-{dice.randint(1, 28):02}"
    if act in ("add", "card") or len(files) < 40:
        shoot = root / f"{day} {dice.choice(CLIENTS)} häät {serial}"
        for number in range(12 if act == "card" else 3):
            write(shoot / "DCIM" / "100CANON" / f"IMG_{number:04}.bin", dice.randbytes(dice.randint(0, 60_000)))
    elif act == "edit":
        write(dice.choice(files), dice.randbytes(dice.randint(1, 60_000)))
    elif act == "rename":
        file = dice.choice(files)
        file.rename(file.with_name(f"renamed_{serial}.bin"))
    elif act == "move":
        dice.choice(files).rename(dice.choice(shoots) / f"moved_{serial}.bin")
    elif act == "remove":
        dice.choice(files).unlink()
    elif act == "shoot":
        shoot = dice.choice(shoots)
        shoot.rename(root / f"{shoot.name[:10]} {dice.choice(CLIENTS)} potretti {serial}")
    else:
        one, other = dice.sample(files, 2)
        one.rename(root / "swap.tmp")
        other.rename(one)
        (root / "swap.tmp").rename(other)


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_a_studio_that_is_killed_all_the_time_ends_like_one_that_never_was(studio: Studio, tmp_path: Path) -> None:
    seed = int(os.environ.get("CAMPAIGN_SEED", "20260606"))
    dice = random.Random(seed)
    root = studio.stores["archive"]
    fired = 0
    for serial in range(KILLS):
        for step in range(dice.randint(1, 4)):
            change(root, dice, serial * 10 + step)
        fired += studio.kill_while_indexing(dice.uniform(0.25, 1.1))
    studio.index(status=None)
    twin = Studio(tmp_path / "twin")
    twin.root.mkdir()
    twin.stores = dict(studio.stores)
    twin.configure()
    twin.index(status=None)
    present = [row for row in studio.copies() if row[3] == "p"]
    print(f"seed {seed}: {KILLS} tried, {fired} killed, {len(present)} files, lost 0 if equal")
    assert fired > KILLS / 4, "most runs ended before they were killed: this tested nothing"
    assert present == twin.copies()
    shutil.rmtree(tmp_path / "twin")
