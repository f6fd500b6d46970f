"""Faults at every request: an operation ends right or with a clear error, and the next try ends right.

Each scenario is first run untroubled to count its requests, then once for each request and each way to fail.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from adapters.dropbox_files import DropboxStore
from adapters.errors import Changed, Corrupt, NotOurStore, Refused, SignInNeeded, Unavailable
from adapters.records import Presence, Receipt
from adapters.retry import Patience, RetryingStore
from tests.simulators.common import Control, running
from tests.simulators.dropbox.account import MARKER, Account, account

PART = 1000
CONTENT = bytes(n * 11 % 253 for n in range(4 * PART + 17))

Fault = tuple[str, str, dict[str, Any]]
Faults = list[Fault]

TRANSIENT: Faults = [
    ("close", "unread", {}),
    ("close", "after", {}),
    ("truncate", "after", {"at": 7}),
    ("half_json", "after", {}),
    ("html", "before", {"values": {"status": 502}}),
    ("server_error", "after", {}),
    ("unavailable", "after", {}),
    ("limited", "before", {}),
    ("limited", "before", {"values": {"reason": "never heard of"}}),
    ("limited_text", "before", {}),
    ("limited_date", "before", {}),
    ("busy", "before", {}),
]
FINAL: Faults = [
    ("forbidden", "before", {}),
    ("missing_scope", "before", {}),
    ("bad_request", "before", {}),
    (
        "new_root",
        "before",
        {"values": {"root_info": {".tag": "user", "root_namespace_id": "9", "home_namespace_id": "9"}}},
    ),
]
CLEAR = (Refused, SignInNeeded, NotOurStore)


class Case:
    """One try in a folder of its own: the account, a store on that folder, and what the scenario made there."""

    def __init__(self, cloud: Account, root: str) -> None:
        self.cloud = cloud
        self.root = root
        credentials = cloud.credentials(refresh_token="sim-refresh", app_key="sim-app-key")
        self.store = cloud.store(root, credentials=credentials)
        self.store._uploads._part_bytes = PART
        self.item: dict[str, Any] = {}

    def files(self) -> dict[str, int]:
        """Return the sizes of the files in the folder, by path below it."""
        start = f"/{self.root}/"
        return {path.removeprefix(start): size for path, size in self.cloud.files(start).items()}

    def put(self, path: str, text: str) -> None:
        """Write a file as another device does; the last one is the one that is meant."""
        self.item = self.cloud.put(f"/{self.root}/{path}", text)


@dataclass(frozen=True)
class Scenario:
    """Something to do. `prepare` makes what it needs, `act` does it, `check` looks whether it was done rightly."""

    prepare: Callable[[Case], object]
    act: Callable[[Any, Case], Any]
    check: Callable[[Case, Any], None]


def _fill(case: Case) -> None:
    case.cloud.control("put_many", files={f"/{case.root}/{n % 3}/{n:02d}.jpg": "x" * n for n in range(20)})
    case.cloud.control("set", page_limit=8)


def _list(store: Any, case: Case) -> dict[str, int]:
    return {entry.path: entry.size for page in store.changes(None) for entry in page.entries}


def _listed(case: Case, found: Any) -> None:
    assert found == case.files()
    assert len(found) == 20


def _upload(size: int) -> Callable[[Any, Case], Any]:
    return lambda store, case: store.upload("new/a.mov", lambda: io.BytesIO(CONTENT[:size]), size)


def _uploaded(case: Case, receipt: Any) -> None:
    (size,) = case.files().values()
    assert case.cloud.content(f"/{case.root}/new/a.mov") == CONTENT[:size]
    assert case.store.stat(receipt.ref).version == receipt.version


def _two_files(case: Case) -> None:
    case.put("keep.jpg", "keep")
    case.put("a.jpg", "a")


def _removed(case: Case, receipt: Any) -> None:
    assert case.files() == {"keep.jpg": 4}
    assert case.store.presence(receipt.ref) is Presence.ABSENT


def _moved(case: Case, receipt: Any) -> None:
    assert case.files() == {"keep.jpg": 4, "b/a.jpg": 1}
    assert case.store.stat(receipt.ref).version == receipt.version


def _read(store: Any, case: Case) -> bytes:
    with store.read(case.item["id"]) as chunks:
        return b"".join(chunks)


def _was_read(case: Case, content: Any) -> None:
    assert content == b"a"


SCENARIOS = {
    "listing": Scenario(_fill, _list, _listed),
    "small upload": Scenario(lambda case: None, _upload(500), _uploaded),
    "upload in parts": Scenario(lambda case: None, _upload(len(CONTENT)), _uploaded),
    "removal": Scenario(_two_files, lambda store, case: store.remove(case.item["id"], case.item["rev"]), _removed),
    "move": Scenario(_two_files, lambda store, case: store.move(case.item["id"], case.item["rev"], "b/a.jpg"), _moved),
    "reading": Scenario(_two_files, _read, _was_read),
}


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    with account(tmp_path_factory.mktemp("cloud")) as made:
        yield made


@pytest.fixture
def cloud(simulated: Account, tmp_path: Path) -> Iterator[Account]:
    yield simulated.begin(tmp_path)
    simulated.close()


def cases(cloud: Account, scenario: Scenario, faults: Faults) -> Iterator[tuple[Case, Fault]]:
    """Yield a prepared case for each request of the scenario and each fault, the fault being set."""
    untroubled = Case(cloud, "untroubled")
    scenario.prepare(untroubled)
    cloud.control("clear_log")
    done = scenario.act(untroubled.store, untroubled)
    requests = cloud.control.count()
    scenario.check(untroubled, done)
    for nth in range(1, requests + 1):
        for number, fault in enumerate(faults):
            kind, when, rule = fault
            case = Case(cloud, f"case {nth} {number}")
            scenario.prepare(case)
            cloud.control("clear_faults")
            cloud.control.fault("*", kind, when=when, nth=nth, **rule)
            yield case, fault
            assert cloud.control("faults_used") == 1, (nth, fault)


def no_time(seconds: float) -> None:
    """Let no time pass."""


def patient(store: DropboxStore, slept: list[float]) -> RetryingStore:
    return RetryingStore(store, sleep=slept.append, random=lambda: 1.0, clock=lambda: sum(slept))


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_refusal_anywhere_is_a_clear_error_and_the_next_try_ends_right(cloud: Account, name: str) -> None:
    scenario = SCENARIOS[name]
    for case, fault in cases(cloud, scenario, FINAL):
        with pytest.raises(CLEAR) as caught:
            scenario.act(case.store, case)
        assert isinstance(caught.value, NotOurStore) == (fault[0] == "new_root"), fault
        scenario.check(case, scenario.act(case.store, case))


@pytest.mark.parametrize("name", SCENARIOS)
def test_with_patience_every_transient_fault_is_borne(cloud: Account, name: str) -> None:
    scenario = SCENARIOS[name]
    for case, fault in cases(cloud, scenario, TRANSIENT):
        slept: list[float] = []
        try:
            done = scenario.act(patient(case.store, slept), case)
        except Unavailable:
            # Nobody waits until 2065; and what breaks off in mid-file is the reader's to begin anew.
            assert fault[0] == "limited_date" or (name == "reading" and fault[0] in ("truncate", "half_json"))
            assert slept == []
            continue
        except Corrupt:
            assert name == "reading" and fault[0] == "half_json"
            continue
        scenario.check(case, done)


def test_many_faults_one_after_the_other_are_borne(cloud: Account) -> None:
    """Every second request fails, each time in another way, and what is done is done once."""
    for name, scenario in SCENARIOS.items():
        case = Case(cloud, name)
        scenario.prepare(case)
        ways = [fault for fault in TRANSIENT if fault[0] not in ("limited_date", "truncate", "half_json")]
        for number, (kind, when, rule) in enumerate(ways):
            cloud.control.fault("*", kind, when=when, nth=2 * number + 1, **rule)
        untiring = Patience(tries=99, operation_seconds=1e6, run_seconds=1e6)
        done = scenario.act(RetryingStore(case.store, untiring, sleep=no_time, random=float, clock=float), case)
        cloud.control("clear_faults")
        scenario.check(case, done)


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_service_that_dies_at_any_request_of_an_upload_keeps_it_right(tmp_path: Path, when: str) -> None:
    for nth in (1, 3, 5):
        folder = tmp_path / str(nth)
        folder.mkdir()
        with running("tests.simulators.dropbox", folder / "state") as process:
            cloud = Account(process.base_url, folder)
            store = cloud.store(sleep=no_time)
            store._uploads._part_bytes = PART
            told: list[str | None] = [None]
            cloud.control.fault("*", "kill", when=when, nth=nth)
            with pytest.raises(Unavailable):
                _upload_telling(store, None, told)
            process.wait_killed()
            process.start()
            receipt = _upload_telling(store, told[-1], told)
            assert cloud.content("/Shoots/a.mov") == CONTENT
            assert store.stat(receipt.ref).version == receipt.version
            assert store.check().store_id == MARKER["store_id"]
            cloud.close()


def _upload_telling(store: DropboxStore, resume: str | None, told: list[str | None]) -> Receipt:
    return store.upload(
        "a.mov",
        lambda: io.BytesIO(CONTENT),
        len(CONTENT),
        resume=resume,
        on_progress=lambda _, token: told.append(token),
    )


def test_a_killed_service_goes_on_with_a_cursor(tmp_path: Path) -> None:
    with running("tests.simulators.dropbox", tmp_path / "state") as process:
        cloud = Account(process.base_url, tmp_path)
        store = cloud.store()
        cloud.control("put_many", files={f"/Shoots/{n}.jpg": "x" * n for n in range(20)})
        cloud.control("set", page_limit=6)
        pages = store.changes(None)
        first = next(pages)
        process.kill()
        with pytest.raises(Unavailable):
            next(pages)
        process.start()
        Control(process.base_url)("put", path="/Shoots/new.jpg", text="new")
        found = {entry.path for entry in first.entries}
        cursor = first.cursor
        for _ in range(2):
            for page in store.changes(cursor):
                found |= {entry.path for entry in page.entries}
                cursor = page.cursor
        assert found == {path.removeprefix("/Shoots/") for path in cloud.files()}
        cloud.close()


def test_an_expired_token_in_mid_upload_is_replaced(cloud: Account) -> None:
    case = Case(cloud, "Shoots")
    cloud.control.fault("*/append_v2", "expired", nth=2)
    receipt = case.store.upload("a.mov", lambda: io.BytesIO(CONTENT), len(CONTENT))
    assert cloud.content("/Shoots/a.mov") == CONTENT
    assert not receipt.already
    assert cloud.control.count("oauth2/token") == 2


def test_a_conflict_is_never_called_trouble(cloud: Account) -> None:
    case = Case(cloud, "Shoots")
    case.put("a.mov", "theirs")
    cloud.control.fault("*/finish", "close", when="before")
    with pytest.raises(Changed):
        patient(case.store, []).upload("a.mov", lambda: io.BytesIO(CONTENT), len(CONTENT))
    assert cloud.content("/Shoots/a.mov") == b"theirs"
