"""A Drive that fails: every request of a listing and of changes, every kind of refusal, answers that are wrong."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httplib2
import pytest
from google.auth.exceptions import RefreshError, TransportError
from googleapiclient.errors import BatchError, HttpError

from adapters.errors import (
    Changed,
    CursorLost,
    Full,
    NotFound,
    NotOurStore,
    Refused,
    SignInNeeded,
    StoreError,
    Unavailable,
)  # fmt: skip
from adapters.gdrive_errors import reason_of, translate
from adapters.retry import RetryingStore
from tests.contract.seen import Mirror
from tests.simulators.gdrive.account import Account, account


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    with account(tmp_path_factory.mktemp("cloud")) as made:
        yield made


@pytest.fixture
def cloud(simulated: Account, tmp_path: Path) -> Iterator[Account]:
    yield simulated.begin(tmp_path)
    simulated.close()


def patient(store: Any) -> RetryingStore:
    slept: list[float] = []
    return RetryingStore(store, sleep=slept.append, random=lambda: 0.0, clock=lambda: sum(slept))


def fill(cloud: Account) -> None:
    cloud.control("put_many", files={f"/Shoots/{n % 5}/deep/{n}.jpg": "x" * n for n in range(40)})
    cloud.put("/Shoots/twin.jpg", "1")
    cloud.put("/Shoots/twin.jpg", "22", twin=True)
    cloud.control("set", page_limit=7)


# -- every request, one after the other


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("kind", ["close", "server_error", "limited", "unauthorized", "truncate", "html", "empty", "wrong_types"])
def test_a_fault_at_any_request_of_a_listing_changes_nothing(cloud: Account, kind: str, when: str) -> None:
    store = cloud.store(credentials=cloud.lasting())
    fill(cloud)
    wanted = Mirror().follow(store).paths()
    for nth in range(1, 40, 3):
        cloud.control.fault("*/drive/v3*", kind, when=when, nth=nth)
        fresh = cloud.store(adopted=False, credentials=cloud.lasting())
        before = cloud.control.count("*")
        assert Mirror().follow(patient(fresh)).paths() == wanted
        if cloud.control.count("*") - before < nth:
            break
        cloud.control("clear_faults")
        fresh.close()


@pytest.mark.parametrize("kind", ["close", "server_error", "limited_429", "html", "part_missing"])
def test_a_fault_at_any_request_of_changes_loses_nothing(cloud: Account, kind: str) -> None:
    store = cloud.store()
    fill(cloud)
    for nth in range(1, 10):
        mirror = Mirror().follow(store)
        cloud.control("put", path=f"/Shoots/{nth}/new/{nth}.jpg", text="new")
        cloud.control("move", path="/Shoots/0" if nth % 2 else "/Shoots/moved/0", to="/Shoots/moved/0" if nth % 2 else "/Shoots/0")
        cloud.control("trash", path=f"/Shoots/1/deep/{5 * nth - 4 if nth < 8 else 36}.jpg") if nth < 8 else None
        route = "*/batch/*" if kind == "part_missing" else "*/drive/v3*"
        cloud.control.fault(route, kind, when="after", nth=1 if kind == "part_missing" else nth)
        each = cloud.store(adopted=False)
        assert mirror.follow(patient(each)).paths() == Mirror().follow(cloud.store(adopted=False)).paths()
        cloud.control("clear_faults")


@pytest.mark.parametrize("kind", ["gone", pytest.param("forbidden", marks=pytest.mark.long)])
def test_a_refusal_that_passes_takes_nothing_out_of_a_listing_or_of_changes(cloud: Account, kind: str) -> None:
    """A folder that was "not found" a single time took all below it along, and the position moved on."""
    credentials = cloud.lasting()
    fill(cloud)
    cursor = Mirror().follow(cloud.store(credentials=credentials)).cursor
    cloud.control("move", path="/Shoots/0", to="/Shoots/moved/0")
    cloud.control("put_many", files={f"/Shoots/{n}/deep/{n}.jpg": "edited" for n in range(1, 4)})
    wanted = Mirror().follow(cloud.store(adopted=False, credentials=credentials)).paths()
    pages = list(cloud.store(adopted=False, credentials=credentials).changes(cursor))
    told = {entry.ref for page in pages for entry in page.entries}, {ref for page in pages for ref in page.removed}
    said = 0
    for is_listing in (True, False):
        for nth in range(1, 99):
            cloud.control("clear_faults")
            cloud.control.fault("*/drive/v3*", kind, nth=nth)
            fresh = cloud.store(adopted=False, credentials=credentials)
            try:
                if is_listing:
                    assert Mirror().follow(fresh).paths() == wanted, nth
                else:
                    pages = list(fresh.changes(cursor))
                    found = {entry.ref for page in pages for entry in page.entries}
                    assert (found, {ref for page in pages for ref in page.removed}) == told, nth
            except StoreError:
                said += 1
            if not cloud.control("faults_used"):
                break
        assert nth > 9
    assert said > 9


def test_what_a_page_leaves_out_or_tells_twice_is_told_right_in_the_end(cloud: Account) -> None:
    store = cloud.store()
    fill(cloud)
    cloud.control.fault("*/drive/v3/files", "twice", when="after", times=50)
    assert len(Mirror().follow(store).paths()) == 42


def test_fields_that_are_new_do_no_harm(cloud: Account) -> None:
    store = cloud.store()
    fill(cloud)
    cloud.control.fault("*/drive/v3/*", "extra_fields", when="after", times=500)
    assert len(Mirror().follow(store).paths()) == 42


def test_a_refusal_is_no_absence(cloud: Account) -> None:
    store = cloud.store()
    fill(cloud)
    cursor = Mirror().follow(store).cursor
    cloud.control("set", page_limit=1000)
    for kind, error in (("forbidden", Refused), ("missing_scope", SignInNeeded), ("daily", Unavailable), ("gone", StoreError)):
        cloud.control.fault("*/drive/v3*", kind, times=500)
        fresh = cloud.store(adopted=False)
        for asked in (None, cursor, "check"):
            with pytest.raises(error) as caught:
                fresh.check() if asked == "check" else list(fresh.changes(asked))
            assert not isinstance(caught.value, NotFound)
        cloud.control("clear_faults")


# -- what each answer means


def refused(status: int, body: bytes, **headers: str) -> HttpError:
    return HttpError(httplib2.Response({"status": status, **headers}), body, uri="https://x/?q=name+%3D+%27Virtanen%27")


def old(reason: str) -> bytes:
    return b'{"error": {"code": 403, "message": "Virtanen", "errors": [{"domain": "d", "reason": "%s"}]}}' % reason.encode()


def new(reason: str) -> bytes:
    return b'{"error": {"code": 403, "message": "m", "status": "PERMISSION_DENIED", "details": [{"reason": "%s"}]}}' % reason.encode()


@pytest.mark.parametrize(
    ("err", "kind"),
    [
        (refused(400, old("invalid")), Refused), (refused(401, old("authError")), SignInNeeded),
        (refused(403, old("rateLimitExceeded")), Unavailable), (refused(403, old("userRateLimitExceeded")), Unavailable),
        (refused(403, new("RATE_LIMIT_EXCEEDED")), Unavailable), (refused(403, old("dailyLimitExceeded")), Unavailable),
        (refused(403, old("sharingRateLimitExceeded")), Unavailable), (refused(403, old("storageQuotaExceeded")), Full),
        (refused(403, old("teamDriveFileLimitExceeded")), Full), (refused(403, old("insufficientFilePermissions")), Refused),
        (refused(403, old("somethingNew")), Refused), (refused(403, b"<html>"), Refused), (refused(403, b""), Refused),
        (refused(403, old("insufficientPermissions")), SignInNeeded),
        (refused(403, new("ACCESS_TOKEN_SCOPE_INSUFFICIENT")), SignInNeeded), (refused(404, old("notFound")), NotFound),
        (refused(409, old("fileIdInUse")), Changed), (refused(410, b""), NotFound), (refused(412, b""), Changed),
        (refused(408, b""), Unavailable), (refused(429, b""), Unavailable), (refused(500, b"[5]"), Unavailable),
        (refused(502, b"<html>"), Unavailable), (ConnectionResetError(), Unavailable), (TimeoutError(), Unavailable),
        (httplib2.ServerNotFoundError(), Unavailable), (TransportError("x"), Unavailable), (RefreshError("x"), SignInNeeded),
        (RefreshError("x", retryable=True), Unavailable), (BatchError("x"), Unavailable), (KeyError("x"), Unavailable),
    ],
)  # fmt: skip
def test_each_answer_has_its_meaning_and_no_names(err: Exception, kind: type[StoreError]) -> None:
    found = translate(err, "cloud", "stat", "id1")
    assert isinstance(found, kind)
    assert "Virtanen" not in str(found)
    assert found.worth_retrying == (kind is Unavailable)


def test_how_long_to_wait_is_taken_from_the_answer() -> None:
    waits = [
        getattr(translate(err, "cloud", "stat", ""), "retry_after_seconds", None)
        for err in (refused(429, b"", **{"retry-after": "17"}), refused(503, b""), refused(403, old("dailyLimitExceeded")))
    ]
    assert waits[:2] == [17, None]
    assert waits[2] >= 3600


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"error": 5}', b'{"error": {"errors": [5]}}', b'{"error": {"status": "a b"}}'])
def test_a_reason_that_is_none_is_none(body: bytes) -> None:
    assert reason_of(body) == ""


def test_a_lost_cursor_and_a_lost_store_are_told_apart(cloud: Account) -> None:
    store = cloud.store()
    cursor = Mirror().follow(store).cursor
    cloud.control("expire_start_tokens")
    with pytest.raises(CursorLost):
        list(store.changes(cursor))
    cloud.control("lose", path="/Shoots")
    with pytest.raises(NotOurStore):
        list(cloud.store(adopted=False).changes(None))
