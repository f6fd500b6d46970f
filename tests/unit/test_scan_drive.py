"""Following a Google Drive into the index, alone and beside a Dropbox and a disk: simulators here, the real SDKs."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from adapters.kinds import open_store
from adapters.retry import RetryingStore
from backupd import lookups
from backupd.scan.summary import Summary
from index import review
from tests.simulators.dropbox.account import Account as DropboxAccount
from tests.simulators.dropbox.account import account as dropbox_account
from tests.simulators.gdrive.account import MARKER, Account, account
from tests.unit.feed_studio import FeedStudio

ROOT = "/Studio/Shoots"
WEDDING = "2026-06-06 Virtanen häät"
LIST = "Nimi;Sähköposti\nMaija Virtanen;maija@example.fi\n"


@pytest.fixture
def drive(tmp_path: Path) -> Iterator[Account]:
    folder = tmp_path / "drive"
    folder.mkdir()
    with account(folder) as made:
        made.control("mkdir", path=ROOT)
        yield made


@pytest.fixture
def studio(drive: Account, tmp_path: Path) -> Iterator[FeedStudio]:
    import json

    made = FeedStudio(tmp_path)
    put(drive, ".backupd-store", json.dumps(MARKER))
    slept: list[float] = []
    store = open_store(
        "gdrive", "drive", {"path": ROOT, "credentials": drive.credentials(), "endpoint": drive.endpoint}
    )
    made.stores["drive"] = (
        "gdrive",
        RetryingStore(store, sleep=slept.append, random=lambda: 0.0, clock=lambda: sum(slept)),
    )
    yield made
    made.close()


def put(drive: Account, path: str, text: str) -> None:
    drive.control("put", path=f"{ROOT}/{path}", text=text)


def there(drive: Account) -> dict[str, int]:
    return {path[len(ROOT) + 1 :]: size for path, size in drive.files(ROOT).items() if ".backupd-store" not in path}


def known(studio: FeedStudio) -> dict[str, int]:
    return {path: size for path, (_, size) in studio.present("drive").items()}


def settled(studio: FeedStudio) -> Summary:
    summary = studio.run("drive")["drive"]
    if summary.outcome == "doubted":
        with studio.index.write() as conn:
            for question in review.open_questions(conn, "store"):
                review.settle(conn, question.id, {"accept": 10**6}, "anna", 1)
        summary = studio.run("drive")["drive"]
    assert summary.outcome == "complete", summary
    return summary


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(1, 20))])
def test_whatever_another_device_does_the_index_follows(studio: FeedStudio, drive: Account, seed: int) -> None:
    chance = random.Random(seed)
    drive.control("set", page_limit=chance.choice([3, 100]))
    for number in range(40):
        paths = sorted(there(drive))
        some = chance.choice(paths) if paths else None
        new = f"{chance.choice('ab')}/{chance.choice('xyz')}/{number}.jpg"
        what = chance.choice(["put", "put", "put", "edit", "rename", "folder", "trash", "lose", "look"])
        if what == "put" or some is None:
            put(drive, new, f"picture {chance.randrange(20)}")
        elif what == "edit":
            put(drive, some, f"edited {number}")
        elif what == "rename":
            drive.control("move", path=f"{ROOT}/{some}", to=f"{ROOT}/{new}")
        elif what == "folder":
            folder = chance.choice([some.rpartition("/")[0], some.partition("/")[0]])
            drive.control("move", path=f"{ROOT}/{folder}", to=f"{ROOT}/moved {number}")
        elif what == "trash":
            drive.control("trash", path=f"{ROOT}/{chance.choice([some, some.partition('/')[0]])}")
        elif what == "lose":
            drive.control("expire_start_tokens")
        else:
            settled(studio)
            assert known(studio) == there(drive), number
    settled(studio)
    assert known(studio) == there(drive)


@pytest.mark.parametrize(
    ("files", "folders"), [(0, 0), (10, 1), (10, 5), (1000, 2), pytest.param(10_000, 20, marks=pytest.mark.long)]
)
def test_a_whole_run_costs_few_requests_however_small_the_account(
    studio: FeedStudio, drive: Account, files: int, folders: int
) -> None:
    if files:
        drive.control("seed", folders=folders, files=files // folders, root=f"{ROOT}/2026")
    drive.control("clear_log")
    assert studio.run("drive")["drive"].counts.files == files
    assert drive.control.count("/drive/v3") <= files / 900 + folders / 40 + 10
    drive.control("clear_log")
    studio.run("drive")
    assert drive.control.count("/drive/v3") <= 4


def test_what_the_feed_told_of_is_not_called_missing_by_a_listing_that_lags(studio: FeedStudio, drive: Account) -> None:
    """A new listing, as after a lost position, may lack for an hour what was put there; by its id it can be seen."""
    for number in range(30):
        put(drive, f"{WEDDING}/IMG_{number}.jpg", f"picture {number}")
    studio.now = int(drive.control("now"))
    settled(studio)
    put(drive, "2026-07-07 Laine/RAW/new.jpg", "put there a moment ago")
    put(drive, f"{WEDDING}/new.jpg", "this as well, and thrown away at once")
    settled(studio)
    drive.control("set", listing_lag_seconds=3600)
    drive.control("trash", path=f"{ROOT}/{WEDDING}/new.jpg")
    drive.control("expire_start_tokens")
    summary = settled(studio)
    assert summary.counts.missing == 1
    assert known(studio) == there(drive)
    assert "2026-07-07 Laine/RAW" in studio.folders("drive")
    assert settled(studio).counts.missing == 0
    assert known(studio) == there(drive)


def test_what_the_feed_told_of_an_edit_is_not_undone_by_a_listing_that_lags(studio: FeedStudio, drive: Account) -> None:
    """A listing begun anew, as by --full, may still show the bytes from before, and the new feed tells of them no more."""
    for number in range(5):
        put(drive, f"{WEDDING}/IMG_{number}.jpg", f"picture {number}")
    studio.now = int(drive.control("now"))
    settled(studio)
    drive.control("move_clock", seconds=100)
    put(drive, f"{WEDDING}/IMG_1.jpg", "edited a moment ago")
    put(drive, f"{WEDDING}/IMG_2.jpg", "edited, and thrown away")
    settled(studio)
    put(drive, f"{WEDDING}/IMG_3.jpg", "edited, and nobody was told yet")
    drive.control("trash", path=f"{ROOT}/{WEDDING}/IMG_2.jpg")
    drive.control("set", stale_seconds=3600)
    full = studio.run("drive", full=True)["drive"]
    assert (full.outcome, full.counts.changed) == ("complete", 1)
    truth = drive.control("truth", under=f"{ROOT}/{WEDDING}")
    hashes = {path.rpartition("/")[2]: item["sha256"] for path, item in truth.items()}
    assert {path.rpartition("/")[2]: hashed for path, (hashed, _) in studio.present("drive").items()} == hashes


def test_a_marker_that_was_written_anew_is_read_anew(studio: FeedStudio, drive: Account) -> None:
    """Its bytes are asked for once in a process, unless they are another revision."""
    import json

    studio.run("drive")
    store = studio.stores["drive"][1]
    drive.control("clear_log")
    assert store.check().store_id == MARKER["store_id"]
    assert drive.control.count() == 1
    put(drive, ".backupd-store", json.dumps(MARKER | {"store_id": "another"}))
    assert store.check().store_id == "another"
    assert studio.run("drive")["drive"].outcome == "failed"


@pytest.fixture
def dropbox(tmp_path: Path) -> Iterator[DropboxAccount]:
    folder = tmp_path / "dropbox"
    folder.mkdir()
    with dropbox_account(folder) as made:
        yield made


def test_one_picture_in_three_stores_is_one_file(
    studio: FeedStudio, drive: Account, dropbox: DropboxAccount
) -> None:
    studio.stores["dropbox"] = ("dropbox", dropbox.store(name="dropbox"))
    root = studio.local()
    (root / WEDDING).mkdir()
    for number in range(3):
        put(drive, f"{WEDDING}/IMG_{number}.jpg", f"picture {number}")
        dropbox.put(f"/Shoots/{WEDDING}/IMG_{number}.jpg", f"picture {number}")
        (root / WEDDING / f"IMG_{number}.jpg").write_text(f"picture {number}")
    put(drive, f"{WEDDING}/osallistujat.csv", LIST)
    found = studio.run()
    assert {summary.outcome for summary in found.values()} == {"complete"}
    (shoot,) = studio.shoots()
    with studio.index.read() as conn:
        files = lookups.where(conn, shoot, ZoneInfo("UTC"))["files"]
    pictures = [file for file in files if file["path"].endswith(".jpg")]
    assert [sorted(copy["store"] for copy in file["copies"]) for file in pictures] == [["archive", "drive", "dropbox"]] * 3
    assert studio.rows("SELECT email FROM appearance") == [("maija@example.fi",)]
