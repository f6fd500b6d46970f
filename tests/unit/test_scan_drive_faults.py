"""Each kind of fault at each single request of a whole run against a Drive: a listing, changes followed, a list read.

A run ends right, or says what is wrong and what mends it; and after the next run the index says what the account holds.
The parts of a batch count as requests of their own, and so does the sign-in's.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from adapters.kinds import open_store
from adapters.retry import RetryingStore
from backupd.scan.summary import Summary
from tests.simulators.gdrive.account import MARKER, Account, account
from tests.unit.feed_studio import FeedStudio

ROOT = "/Shoots"
WEDDING = "2026-06-06 Virtanen häät"
LIST = "Nimi;Sähköposti\nMaija Virtanen;maija@example.fi\n"

Fault = tuple[str, str, dict[str, Any]]

TRANSIENT: list[Fault] = [
    ("close", "unread", {}),
    ("close", "before", {}),
    ("close", "after", {}),
    ("reset", "after", {}),
    ("truncate", "after", {"at": 7}),
    ("chop", "after", {"at": 7}),
    ("half_json", "after", {}),
    ("empty", "after", {}),
    ("html", "after", {"values": {"status": 200}}),
    ("html", "before", {"values": {"status": 502}}),
    ("status", "before", {"status": 503}),
    ("server_error", "after", {}),
    ("backend_error", "after", {}),
    ("timeout_408", "before", {}),
    ("unauthorized", "before", {}),
    ("limited", "before", {}),
    ("limited_project", "after", {}),
    ("limited_429", "before", {}),
    ("limited_429", "before", {"headers": {"Retry-After": "3"}}),
    ("limited_429", "before", {"headers": {"Retry-After": "Fri, 27 Nov 2026 19:00:00 GMT"}}),
    ("error", "before", {"values": {"status": 403, "reason": "RATE_LIMIT_EXCEEDED", "new_style": True}}),
    ("error", "before", {"values": {"status": 429, "reason": "RESOURCE_EXHAUSTED", "new_style": True}}),
    ("flip", "after", {"at": 30}),
    ("headers", "after", {"headers": {"Content-Type": "text/plain"}}),
    ("headers", "after", {"headers": {"Retry-After": "soon", "ETag": ""}}),
    ("slow", "after", {"values": {"seconds": 0.001}}),
    ("drip", "after", {"at": 100}),
    ("json", "after", {"values": {"files": None, "changes": None}}),
    ("json", "after", {"values": {"nextPageToken": 7, "newStartPageToken": 7, "startPageToken": 7}}),
    ("twice", "after", {}),
    ("incomplete", "after", {}),
    ("wrong_types", "after", {}),
    ("extra_fields", "after", {}),
    ("part_missing", "after", {}),
    ("bare_416", "after", {}),
    ("ranges_ignored", "before", {}),
    ("page_token", "before", {}),
    ("gone", "before", {}),
    ("error", "before", {"values": {"status": 410, "reason": "gone"}}),
]
"""Not here are answers that are whole and lie (a file left out, another hash): nobody can tell them from the truth."""

FINAL: list[Fault] = [
    ("daily", "before", {}),
    ("sharing_limited", "before", {}),
    ("download_quota", "before", {}),
    ("full", "before", {}),
    ("forbidden", "before", {}),
    ("not_authorized", "before", {}),
    ("missing_scope", "before", {}),
    ("domain_policy", "before", {}),
    ("abusive", "before", {}),
    ("bad_request", "before", {}),
    ("invalid_grant", "before", {}),
    ("error", "before", {"values": {"status": 403, "reason": "teamDriveMembershipRequired"}}),
    ("error", "before", {"values": {"status": 403, "reason": "somethingNew", "new_style": True}}),
]


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    with account(tmp_path_factory.mktemp("cloud")) as made:
        yield made


@pytest.fixture
def cloud(simulated: Account, tmp_path: Path) -> Iterator[Account]:
    folder = tmp_path / "account"
    folder.mkdir()
    simulated.begin(folder)
    files = {f"{ROOT}/{WEDDING}/RAW/IMG_{number:04}.bin": f"picture {number}" for number in range(8)}
    files |= {f"{ROOT}/2026-07-07 Laine/{each}/a.bin": each for each in ("eka", "toka")}
    simulated.control("put_many", files=files)
    simulated.control("mkdir", path=f"{ROOT}/tyhjä")
    simulated.put(f"{ROOT}/2026-07-07 Laine/eka/a.bin", "of the same name", twin=True)
    simulated.put(f"{ROOT}/.backupd-store", json.dumps(MARKER))
    simulated.control("set", page_limit=5)
    yield simulated
    simulated.close()


@dataclass
class Runs:
    """What is run again and again: an index that is copied from `base`, on one account, each time with another fault."""

    cloud: Account
    folder: Path
    base: Path = field(init=False)
    credentials: str = field(init=False)
    made: int = 0

    def __post_init__(self) -> None:
        self.credentials = self.cloud.lasting()

    def studio(self) -> FeedStudio:
        self.made += 1
        folder = _made(self.folder / f"studio {self.made}")
        shutil.copy(self.base, folder / "index.db")
        studio = FeedStudio(folder, now=2_000_000)
        self.connect(studio)
        return studio

    def connect(self, studio: FeedStudio) -> None:
        """Begin as a new process does: nothing is known but what the index says."""
        if "drive" in studio.stores:
            studio.stores["drive"][1].close()
        slept: list[float] = []
        options = {"path": ROOT, "credentials": self.credentials, "endpoint": self.cloud.endpoint}
        store = open_store("gdrive", "drive", options)
        patient = RetryingStore(store, sleep=slept.append, random=lambda: 0.0, clock=lambda: sum(slept))
        studio.stores["drive"] = ("gdrive", patient)

    def untroubled(self) -> tuple[int, Any]:
        """Return how many calls a run makes, and the state it ends in."""
        studio = self.studio()
        self.cloud.control("clear_faults")
        assert studio.run()["drive"].outcome == "complete"
        calls = self.cloud.control("calls_made")
        found = state(studio)
        studio.close()
        return calls, found


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def state(studio: FeedStudio) -> Any:
    """All that must be the same in the end, whatever order it was listed in."""
    return {
        "copies": studio.copies("drive"),
        "folders": sorted(studio.folders("drive")),
        "shoots": sorted(map(sorted, studio.shoots().values())),
        "contents": sorted(studio.rows("SELECT size, hex(sha256), hex(md5), kind, read FROM content"), key=repr),
        "people": studio.rows("SELECT email FROM appearance ORDER BY email"),
        "cursor": studio.rows("SELECT complete FROM cursor"),
    }


def present(studio: FeedStudio) -> list[tuple[int, str]]:
    return sorted((size, hashed) for hashed, size in studio.present("drive").values())


def truth(cloud: Account) -> list[tuple[int, str]]:
    found: dict[str, dict[str, Any]] = cloud.control("truth", under=ROOT)
    return sorted((item["size"], item["sha256"]) for path, item in found.items() if ".backupd-store" not in path)


@pytest.fixture(params=["first listing", "changes", "a list"])
def runs(request: pytest.FixtureRequest, cloud: Account, tmp_path: Path) -> Runs:
    made = Runs(cloud, tmp_path)
    empty = FeedStudio(_made(tmp_path / "empty"))
    empty.close()
    made.base = empty.folder / "index.db"
    if request.param != "first listing":
        studio = made.studio()
        assert studio.run()["drive"].outcome == "complete"
        studio.close()
        made.base = studio.folder / "index.db"
    if request.param == "changes":
        cloud.control("move", path=f"{ROOT}/{WEDDING}", to=f"{ROOT}/2026-06-06 Virtanen vihkiäiset")
        cloud.control("trash", path=f"{ROOT}/2026-07-07 Laine/toka/a.bin")
        cloud.put(f"{ROOT}/2026-08-08 Korhonen/a.bin", "new")
        cloud.put(f"{ROOT}/2026-06-06 Virtanen vihkiäiset/RAW/IMG_0001.bin", "edited")
        cloud.put(f"{ROOT}/2026-07-07 Laine/eka/a.bin", "edited, in a folder that has not moved")
    elif request.param == "a list":
        # By itself: a worker process for each run would make the others take three times as long.
        cloud.put(f"{ROOT}/{WEDDING}/osallistujat.csv", LIST)
    return made


def troubled(runs: Runs, faults: list[Fault], every: int) -> Iterator[tuple[FeedStudio, str, Any]]:
    """Yield a studio for each case, with what the case is and the state to end in. A fault that never struck fails."""
    calls, wanted = runs.untroubled()
    assert calls >= 9
    cases = [(nth, fault) for nth in range(1, calls + 1) for fault in faults][::every]
    for nth, (kind, when, rule) in cases:
        studio = runs.studio()
        runs.cloud.control("clear_faults")
        runs.cloud.control("clear_log")
        runs.cloud.control.fault("*", kind, when=when, nth=nth, **rule)
        case = f"{kind} {rule} {when}, at call {nth} of {calls}"
        yield studio, case, wanted
        assert runs.cloud.control("faults_used") == 1, f"{case}: it never struck"
        if log := os.environ.get("FAULTS_LOG"):
            # A campaign takes long on a busy machine: what was checked so far can be counted.
            with open(log, "a") as file:
                file.write(f"{case}\n")
        runs.cloud.control("clear_faults")
        studio.close()
        shutil.rmtree(studio.folder)
    print(f"{calls} calls, {len(faults)} kinds of fault, {len(cases)} runs, each spoilt")


def run_once(studio: FeedStudio, case: str) -> Summary:
    summary = studio.run()["drive"]
    if summary.outcome == "failed":
        assert summary.reason and summary.mend, case
    else:
        assert summary.outcome == "complete", f"{case}: {summary}"
    return summary


def ends_right(runs: Runs, studio: FeedStudio, case: str, wanted: Any) -> None:
    assert present(studio) == truth(runs.cloud), case
    assert state(studio) == wanted, case


SAMPLE = [193, pytest.param(1, marks=[pytest.mark.long, pytest.mark.timeout(3600)])]


@pytest.mark.parametrize("every", SAMPLE)
def test_a_transient_fault_at_any_request_is_borne_or_made_good_by_the_next_run(runs: Runs, every: int) -> None:
    for studio, case, wanted in troubled(runs, TRANSIENT, every):
        summary = run_once(studio, case)
        if summary.outcome != "complete" or summary.troubles:
            runs.connect(studio)
            assert run_once(studio, case).outcome == "complete", case
        ends_right(runs, studio, case, wanted)


@pytest.mark.parametrize("every", SAMPLE)
def test_a_refusal_at_any_request_is_said_with_a_mend_and_the_next_run_ends_right(runs: Runs, every: int) -> None:
    for studio, case, wanted in troubled(runs, FINAL, every):
        summary = run_once(studio, case)
        if summary.outcome != "complete" or summary.troubles:
            runs.connect(studio)
            assert run_once(studio, case).outcome == "complete", case
        ends_right(runs, studio, case, wanted)
