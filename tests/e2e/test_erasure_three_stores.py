"""An erasure over a disk, a Dropbox and a Drive with the installed command: stores that are away, an index put back from
before, and what comes back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.erasing import HERS, LIST, OWN, RENAMED, SHARED, STAYING, STORES, ErasingStudio, erasing_studio, sizes

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[ErasingStudio]:
    with erasing_studio(tmp_path) as made:
        made.fill()
        yield made


def test_an_erasure_waits_for_stores_that_are_away_and_survives_an_older_index(studio: ErasingStudio) -> None:
    studio.run("backup-index", status=0)
    uid = studio.approved()
    before = studio.there()
    root = studio.stores["archive"]
    away = root.rename(root.with_name("unplugged"))
    for process in studio.processes.values():
        process.kill()
    assert studio.run("request", "run", uid, env=studio.hurrying()).status == 3
    said = studio.run("request", "close", uid, status=4).err
    assert "close" in said
    assert studio.run("request", "letter", uid, "--answer").status == 4, "nobody is told that it is done"
    away.rename(root)
    ran = studio.run("request", "run", uid, status=3, env=studio.hurrying())
    assert "dropbox" in ran.out and "drive" in ran.out and "archive could not" not in ran.out
    for process in studio.processes.values():
        process.start()
    there = studio.there()
    assert {store: there[store] for store in STORES[1:]} == {store: before[store] for store in STORES[1:]}
    shown = studio.json("request", "show", uid)
    assert shown["state"] == "failed_step"
    assert {(act["store"], act["state"]) for act in shown["acts"] if act["store"] != "archive"} <= {
        (store, state) for store in STORES[1:] for state in ("planned", "intended")
    }
    studio.run("request", "run", uid, status=0)
    assert studio.there() == dict.fromkeys(STORES, sizes(STAYING))
    shown = studio.json("request", "show", uid)
    assert shown["state"] == "checked"
    assert {(act["store"], act["state"]) for act in shown["acts"]} == {(store, "done") for store in STORES}
    studio.closed(uid)
    assert studio.traces("backups") == []

    studio.run("restore-index", status=0)
    for aside in (studio.root / "var").glob("index.db.aside-*"):
        aside.unlink()
    assert studio.traces("backups") == [], "the replay takes out what the older index knew"
    studio.index(status=None)
    assert studio.traces("backups") == []
    assert studio.json("find", "virtanen") == []
    assert studio.there() == dict.fromkeys(STORES, sizes(STAYING))
    assert [each["name"] for each in studio.shoot("laine")["participants"]] == ["Ville Laine"]
    studio.run("ledger", "verify", status=0)


def test_what_comes_back_in_any_store_is_put_to_the_owner_and_erased_again(studio: ErasingStudio) -> None:
    uid = studio.approved()
    studio.run("request", "run", uid, status=0)
    studio.closed(uid)
    for number, store in enumerate(STORES):
        studio.everywhere(f"palautettu {number}/kuva.jpg", HERS[f"{OWN}/IMG_0001.jpg"], store)
        studio.everywhere(f"{RENAMED}/kopio {number}.jpg", HERS[f"{SHARED}/IMG_0101.jpg"], store)
    # With a row more it is no list that was erased: it is her name that is recognised.
    listed = f"{LIST}Åsa Öberg;asa@oberg.example\n"
    studio.everywhere("2025-09-09 Juhlat/osallistujat.csv", listed, "drive")
    assert studio.index(status=None).status == 1
    asked = [each for each in studio.json("review") if each["kind"] == "erased"]
    assert len([each for each in asked if "--returned" in each["reason"]]) == 6, asked
    assert len([each for each in asked if "names a person" in each["reason"]]) == 1, asked
    studio.processes["drive"].kill()
    assert studio.run("request", "run", uid, "--returned", env=studio.hurrying()).status == 3
    studio.processes["drive"].start()
    ran = studio.run("request", "run", uid, "--returned", status=1)
    assert "drive: remove the folder palautettu 2" in ran.out, "a cloud cannot be told to remove it only if it is empty"
    list_again = {"2025-09-09 Juhlat/osallistujat.csv": len(listed.encode())}
    assert studio.there() == {
        store: sizes(STAYING) | (list_again if store == "drive" else {}) for store in STORES
    }
    studio.another_in_drive("trash", "2025-09-09 Juhlat/osallistujat.csv")
    studio.index(status=None)
    assert [each for each in studio.json("review") if each["kind"] == "erased"] == []
    assert studio.json("request", "show", uid)["state"] == "closed"
    assert studio.run("request", "run", uid, "--returned", status=2).err
