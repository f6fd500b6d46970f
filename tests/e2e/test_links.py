"""A link to an export in a simulated Dropbox: made of verified bytes, registered, and ended by whoever must."""

from __future__ import annotations

import base64
import io
import json
import os
import pwd
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import bagit
import pytest

from tests.e2e.clouds import CloudStudio, account_in
from tests.e2e.harness import write
from tests.simulators.dropbox.account import Account

SHOOT = "2026-06-06 Virtanen häät"


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    with account_in(tmp_path_factory.mktemp("cloud")) as made:
        yield made


@pytest.fixture
def studio(simulated: Account, tmp_path: Path) -> CloudStudio:
    simulated.begin(tmp_path)
    made = CloudStudio(tmp_path)
    made.add_store("archive")
    made.add_dropbox(simulated)
    account = pwd.getpwuid(os.geteuid()).pw_name
    made.configure(f'{made.extra}\n[staff]\n"{account}" = "Anna Esimerkki, owner"\n')
    for number in range(3):
        write(made.stores["archive"] / SHOOT / f"IMG_{number}.bin", f"picture {number}" * 99)
    made.put(f"{SHOOT}/only_there.bin", "only in the cloud")
    made.index()
    return made


def given(studio: CloudStudio, *args: str) -> Any:
    return json.loads(studio.run("export", "virtanen", "--to", "dropbox", *args, "--json", status=0).out)


def exports(studio: CloudStudio) -> list[str]:
    return [path for path in studio.truth() if path.startswith("backupd-exports/")]


def test_a_link_leads_to_a_valid_bag_and_is_listed_and_revoked(studio: CloudStudio, tmp_path: Path) -> None:
    told = given(studio, "--for", "R-9")
    (link,) = told["links"]
    assert link["url"].startswith("http")
    (path,) = exports(studio)
    assert told["files"] == 4
    with zipfile.ZipFile(io.BytesIO(base64.b64decode(studio.cloud.control("bytes_of", path=f"/Shoots/{path}")))) as zipped:
        zipped.extractall(tmp_path / "un")
    bag = bagit.Bag(str(tmp_path / "un" / "kuvat"))
    bag.validate()
    assert len(bag.payload_entries()) == 4
    (listed,) = studio.json("links", "list")
    assert (listed["id"], listed["url"], listed["request"]) == (link["id"], link["url"], "R-9")
    assert not list((studio.root / "var" / "exports").glob("*"))
    studio.run("links", "revoke", str(listed["id"]), status=0)
    assert studio.json("links", "list") == []
    assert exports(studio) == []
    assert [one["ended_at"] is not None for one in studio.json("links", "list", "--all")] == [True]


def test_what_is_given_by_link_is_no_shoot(studio: CloudStudio) -> None:
    given(studio)
    before = studio.json("status")
    studio.index()
    after = studio.json("status")
    assert (after["shoots"], after["files"], after["review"]) == (before["shoots"], before["files"], before["review"])


def test_a_link_that_the_provider_does_not_end_is_ended_by_us(studio: CloudStudio) -> None:
    studio.cloud.control("set", links_may_end=False)
    (link,) = given(studio)["links"]
    assert link["enforced"] is False
    assert studio.json("links", "due") == []
    import sqlite3

    with sqlite3.connect(studio.root / "var" / "index.db") as conn:
        conn.execute("UPDATE disclosure SET ends_at = 1")
    assert [one["ended"] for one in studio.json("links", "due")] == [True]
    assert exports(studio) == []


def test_an_end_that_has_passed_is_wrong_use(studio: CloudStudio) -> None:
    studio.run("export", "virtanen", "--to", "dropbox", "--expires", "2020-01-01", status=2)
    assert exports(studio) == []


def test_the_ledger_holds_no_address(studio: CloudStudio) -> None:
    (link,) = given(studio)["links"]
    assert link["url"] not in (studio.root / "var" / "ledger").read_text()
