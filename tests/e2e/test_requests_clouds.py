"""An erasure over a disk, a Dropbox and a Drive, with the installed command."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.erasing import OWN, SHARED, STAYING, STORES, erasing_studio, sizes


@pytest.mark.timeout(600)
def test_an_erasure_over_a_disk_a_dropbox_and_a_drive(tmp_path: Path) -> None:
    with erasing_studio(tmp_path) as studio:
        studio.fill()
        uid = studio.approved()
        studio.run("request", "run", uid, status=0)
        assert studio.there() == dict.fromkeys(STORES, sizes(STAYING))
        shown = studio.json("request", "show", uid)
        assert shown["state"] == "checked"
        assert {(act["store"], act["state"]) for act in shown["acts"]} == {(store, "done") for store in STORES}
        assert all(act["recoverable_until"] for act in shown["acts"] if act["store"] == "dropbox")
        left = {each["subject"] for each in shown["items"] if each["state"] == "open"}
        # What a cloud cannot be told to remove only if it is empty: her own folder, and the old one of the shared shoot.
        assert left == {
            f"{store}: remove the folder {folder}, in which no file is known any more"
            for store in STORES[1:] for folder in (OWN, SHARED)
        }  # fmt: skip
        assert not (studio.stores["archive"] / OWN).exists() and not (studio.stores["archive"] / SHARED).exists()
