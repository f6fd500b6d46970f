"""Following a Dropbox into the index: the simulator in this process, the real SDK before it.

Whatever another device does and whatever goes wrong on the way, in the end the index says what the account holds.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from adapters.retry import Patience, RetryingStore
from backupd.scan.summary import Summary
from index import review
from tests.simulators.dropbox.account import Account, account
from tests.unit.feed_studio import FeedStudio

ROOT = "/Shoots"
WEDDING = "2026-06-06 Virtanen häät"
LIST = "Nimi;Sähköposti\nMaija Virtanen;maija@example.fi\n"

TRANSIENT: list[tuple[str, str, dict[str, Any]]] = [
    ("close", "unread", {}),
    ("close", "before", {}),
    ("reset", "after", {}),
    ("truncate", "after", {"at": 7}),
    ("chop", "after", {"at": 7}),
    ("half_json", "after", {}),
    ("empty", "after", {}),
    ("html", "before", {"values": {"status": 502}}),
    ("status", "before", {"status": 503}),
    ("server_error", "after", {}),
    ("unavailable", "after", {}),
    ("limited", "before", {}),
    ("limited_text", "before", {}),
    ("limited_date", "before", {}),
    ("busy", "before", {}),
    ("flip", "after", {"at": 30}),
    ("headers", "after", {"headers": {"Content-Type": "application/octet-stream"}}),
    ("headers", "after", {"headers": {"Retry-After": "soon", "X-Dropbox-Request-Id": ""}}),
    ("slow", "after", {"values": {"seconds": 0.001}}),
    ("drip", "after", {"at": 100}),
    ("json", "after", {"values": {"entries": None}}),
    ("json", "after", {"values": {"cursor": ""}}),
    ("json", "after", {"values": {"has_more": "yes"}}),
]
TOLERATED = "/2/users/get_space_usage"
"""How much room is left is told where it is known; it is no reason to call a run failed."""
FINAL: list[tuple[str, str, dict[str, Any]]] = [
    ("forbidden", "before", {}),
    ("missing_scope", "before", {}),
    ("bad_request", "before", {}),
    ("suspended", "before", {}),
]


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    with account(tmp_path_factory.mktemp("cloud")) as made:
        yield made


@pytest.fixture
def cloud(simulated: Account, tmp_path: Path) -> Iterator[Account]:
    yield simulated.begin(tmp_path)
    simulated.close()


@pytest.fixture
def studio(cloud: Account, tmp_path: Path) -> Iterator[FeedStudio]:
    made = FeedStudio(tmp_path)
    connect(made, cloud)
    yield made
    made.close()


def connect(studio: FeedStudio, cloud: Account, tries: int = 6) -> None:
    studio.hash = "dropbox_hash"
    slept: list[float] = []
    patient = RetryingStore(
        cloud.store(name="cloud"), Patience(tries=tries), sleep=slept.append, random=lambda: 0.0, clock=lambda: sum(slept)
    )
    studio.stores["cloud"] = ("dropbox", patient)


def truth(cloud: Account) -> dict[str, tuple[str, int]]:
    found: dict[str, dict[str, Any]] = cloud.control("truth", under=ROOT)
    return {
        path[len(ROOT) + 1 :]: (item["content_hash"], item["size"])
        for path, item in found.items()
        if not path.endswith("/.backupd-store")
    }


def settled(studio: FeedStudio) -> Summary:
    """Bring it up to date, and let a person say that all is truly gone where that is asked."""
    summary = studio.run()["cloud"]
    if summary.outcome == "doubted":
        with studio.index.write() as conn:
            for question in review.open_questions(conn, "store"):
                review.settle(conn, question.id, {"accept": 10**6}, "anna", 1)
        summary = studio.run()["cloud"]
    assert summary.outcome == "complete", summary
    return summary


def fill(cloud: Account, files: int = 12) -> None:
    names = {f"{ROOT}/{WEDDING}/RAW/IMG_{number:04}.jpg": f"picture {number}" for number in range(files)}
    cloud.control("put_many", files=names | {f"{ROOT}/{WEDDING}/osallistujat.csv": LIST})


@pytest.mark.parametrize("seed", [0, 1, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(2, 40))])
def test_whatever_another_device_does_the_index_follows(studio: FeedStudio, cloud: Account, seed: int) -> None:
    chance = random.Random(seed)
    cloud.control("set", page_limit=chance.choice([2, 7, 2000]), empty_every=chance.choice([0, 3]))
    gone: list[str] = []
    for number in range(60):
        there = sorted(truth(cloud))
        some = chance.choice(there) if there else None
        new = f"{chance.choice(['Aa', 'aA', 'b'])}/{chance.choice(['X', 'x', 'Ä', 'ä'])}/{number}.JPG"
        what = chance.choice(["put", "put", "edit", "rename", "case", "folder", "trash", "restore", "lose", "look"])
        if what == "put" or some is None:
            cloud.put(f"{ROOT}/{new}", f"picture {chance.randrange(20)}")
        elif what == "edit":
            cloud.put(f"{ROOT}/{some}", f"edited {number}")
        elif what == "rename":
            cloud.control("move", path=f"{ROOT}/{some}", to=f"{ROOT}/{new}")
        elif what == "case":
            cloud.put(f"{ROOT}/{some.upper()}", f"in capitals {number}")
        elif what == "folder":
            top = chance.choice(sorted({path.rpartition("/")[0] for path in there}))
            whole = chance.choice([top, top.partition("/")[0]])
            cloud.control("move", path=f"{ROOT}/{whole}", to=f"{ROOT}/moved {number}/{chance.choice('pq')}")
        elif what == "trash":
            path = chance.choice([some, some.partition("/")[0]])
            cloud.control("trash", path=f"{ROOT}/{path}")
            gone += [path] if path == some else []
        elif what == "restore" and gone:
            path = gone.pop()
            if path.lower() not in {each.lower() for each in there} and _is_free(path, there):
                cloud.control("restore", path=f"{ROOT}/{path}")
        elif what == "lose":
            cloud.control("reset_cursors")
        elif what == "look":
            settled(studio)
            assert _folded(studio.present()) == _folded(truth(cloud)), number
    settled(studio)
    assert _folded(studio.present()) == _folded(truth(cloud))
    assert not studio.rows("SELECT id FROM content WHERE id NOT IN (SELECT content_id FROM copy) AND read = 1")


def _is_free(path: str, there: list[str]) -> bool:
    """True where no file lies above the path, nor a folder at it."""
    key = path.lower()
    return not any(key.startswith(f"{each.lower()}/") or each.lower().startswith(f"{key}/") for each in there)


def _folded(paths: dict[str, tuple[str, int]]) -> dict[str, tuple[str, int]]:
    """Case is shown as it was first met; what is one place to the account is one."""
    return {path.lower(): found for path, found in paths.items()}


def _requests_of(cloud: Account, tmp_path: Path, files: int) -> tuple[int, Any]:
    """Return how many requests a whole first run makes, and the state it ends in."""
    fill(cloud, files)
    cloud.control("set", page_limit=5)
    untroubled = FeedStudio(_made(tmp_path / "untroubled"))
    connect(untroubled, cloud)
    cloud.control("clear_log")
    settled(untroubled)
    state = untroubled.state()
    untroubled.close()
    return cloud.control.count(), state


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _troubled(
    cloud: Account, tmp_path: Path, faults: list[tuple[str, str, dict[str, Any]]], every: int
) -> Iterator[tuple[FeedStudio, tuple[int, str], Any]]:
    requests, state = _requests_of(cloud, tmp_path, 12)
    assert requests >= 8
    cases = [(nth, fault) for nth in range(1, requests + 1) for fault in faults]
    print(f"{requests} requests, {len(faults)} kinds of fault, {len(cases[::every])} runs")
    for number, (nth, (kind, when, rule)) in enumerate(cases[::every]):
        studio = FeedStudio(_made(tmp_path / f"case {number}"))
        connect(studio, cloud)
        cloud.control("clear_faults")
        cloud.control("clear_log")
        cloud.control.fault("*", kind, when=when, nth=nth, **rule)
        yield studio, (nth, kind), state
        assert [line for line in cloud.control("log") if line["fault"]], (nth, kind, "it was never spoilt")
        cloud.control("clear_faults")
        studio.close()


SAMPLE = [11, pytest.param(1, marks=[pytest.mark.long, pytest.mark.timeout(1800)])]


@pytest.mark.parametrize("every", SAMPLE)
def test_a_transient_fault_at_any_request_is_borne_or_made_good_by_the_next_run(
    cloud: Account, tmp_path: Path, every: int
) -> None:
    for studio, case, state in _troubled(cloud, tmp_path, TRANSIENT, every):
        summary = studio.run()["cloud"]
        if summary.outcome != "complete" or summary.troubles:
            assert summary.mend or summary.troubles, case
            cloud.control("clear_faults")
            settled(studio)
        assert _folded(studio.present()) == _folded(truth(cloud)), case
        assert _without_questions(studio.state()) == _without_questions(state), case


@pytest.mark.parametrize("every", SAMPLE)
def test_a_refusal_at_any_request_is_said_with_a_mend_and_the_next_run_ends_right(
    cloud: Account, tmp_path: Path, every: int
) -> None:
    for studio, case, state in _troubled(cloud, tmp_path, FINAL, every):
        summary = studio.run()["cloud"]
        (spoilt,) = [line["path"] for line in cloud.control("log") if line["fault"]]
        if spoilt == TOLERATED:
            assert summary.outcome == "complete", case
        elif summary.outcome == "failed":
            assert summary.mend, case
            assert studio.rows("SELECT problem FROM store") != [(None,)] or not studio.copies(), case
        else:
            # What was refused was one list's bytes: that costs one file.
            assert spoilt == "/2/files/download" and summary.troubles, case
        cloud.control("clear_faults")
        settled(studio)
        assert _folded(studio.present()) == _folded(truth(cloud)), case
        assert _without_questions(studio.state()) == _without_questions(state), case


def _without_questions(state: Any) -> Any:
    """A cursor's text is the account's own affair."""
    values = {name: rows for name, rows in state.items() if name != "cursor"}
    return values | {"cursor": [row[2:] for row in state["cursor"]]}


def test_every_second_request_fails_and_it_still_comes_to_an_end(studio: FeedStudio, cloud: Account) -> None:
    fill(cloud, 30)
    cloud.control("set", page_limit=5)
    for nth, (kind, when, rule) in enumerate(TRANSIENT[:4] * 3):
        cloud.control.fault("*", kind, when=when, nth=2 * nth + 2, **rule)
    connect(studio, cloud, tries=99)
    for _ in range(6):
        if studio.run()["cloud"].outcome == "complete":
            break
    cloud.control("clear_faults")
    settled(studio)
    assert _folded(studio.present()) == _folded(truth(cloud))
