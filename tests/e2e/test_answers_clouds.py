"""Answers over a disk, a Dropbox and a Drive, with the installed command: a name put right, a link given and ended."""

from __future__ import annotations

import io
import json
import os
import pwd
import sqlite3
import zipfile
from collections.abc import Iterator
from pathlib import Path

import bagit
import pytest

from tests.e2e.clouds import ROOT, CloudStudio, account_in, drive_in
from tests.e2e.harness import write

ME = pwd.getpwuid(os.getuid()).pw_name
OWN, RIGHT, SHARED = "2025-06-14 Aino Virtanen potretti", "2025-06-14 Aino Wirtanen potretti", "2025-07-05 Ville Laine häät"
LIST = "Nimi;Sähköposti\nAino Virtanen;aino@virtanen.example\nVille Laine;ville@laine.example\n"
FILES = {
    f"{OWN}/IMG_1.bin": "hers", f"{OWN}/valitut/IMG_2.bin": "chosen", f"{SHARED}/IMG_3.bin": "his",
    f"{SHARED}/osallistujat.csv": LIST,
}  # fmt: skip


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[CloudStudio]:
    for name in ("dropbox", "drive"):
        (tmp_path / f"{name} account").mkdir()
    with account_in(tmp_path / "dropbox account") as dropbox, drive_in(tmp_path / "drive account") as drive:
        made = CloudStudio(tmp_path)
        made.add_store("archive")
        made.add_dropbox(dropbox)
        made.add_drive(drive)
        made.configure(f'[staff]\n{ME} = "Anna Tester, owner"\n{made.extra}')
        for path, text in FILES.items():
            write(made.stores["archive"] / path, text)
            made.put(path, text)
            made.put_in_drive(path, text)
        made.index(status=None)
        yield made


def on_disk(studio: CloudStudio) -> set[str]:
    root = studio.stores["archive"]
    return {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file() and path.name != ".backupd-store"}


def known(studio: CloudStudio) -> dict[str, list[tuple[str, str, str | None]]]:
    """How each picture's copies are known, by its name; of what was read here also when. A cloud attests anew, unread."""
    shoot = studio.json("find", "potretti")[0]["id"]
    return {
        file["path"].rpartition("/")[2]: sorted(
            (copy["store"], copy["known_by"], copy["known_at"] if copy["known_by"] == "hashed" else None)
            for copy in file["copies"]
        )
        for file in studio.json("where", str(shoot))["files"]
    }


@pytest.mark.long
@pytest.mark.timeout(400)
def test_a_name_is_put_right_in_three_stores(studio: CloudStudio) -> None:
    before, shoot = known(studio), studio.json("find", "potretti")[0]["id"]
    args = ("--subject", "Aino Virtanen", "--email", "aino@virtanen.example", "--new-name", "Aino Wirtanen")
    uid = studio.json("request", "open", "rectify", *args)["id"]
    studio.run("request", "identify", uid, "--method", "known address", status=0)
    plan = studio.json("request", "plan", uid)
    assert sorted(each["subject"].partition(":")[0] for each in plan["items"] if each["kind"] == "folder") == ["archive", "drive", "dropbox"]
    studio.run("request", "approve", uid, status=0)
    away = (studio.root / "drive.json").rename(studio.root / "away.json")
    ran = studio.run("request", "run", uid)
    assert (ran.status, "drive could not be worked on" in ran.out) == (3, True), ran.out + ran.err
    away.rename(studio.root / "drive.json")
    studio.run("request", "run", uid, status=0)
    right = {path.replace(OWN, RIGHT) for path in FILES}
    assert on_disk(studio) == set(studio.truth()) == set(studio.truth_in_drive()) == right
    listed = LIST.replace("Aino Virtanen", "Aino Wirtanen")
    assert (studio.stores["archive"] / SHARED / "osallistujat.csv").read_text() == listed
    assert studio.truth()[f"{SHARED}/osallistujat.csv"][1] == len(listed.encode())
    # The index knows it as the same shoot, and what it knew of the bytes it knows still: nothing was read again.
    found = studio.json("find", "wirtanen")
    assert [each["id"] for each in found if each["title"] == "potretti"] == [shoot]
    assert known(studio) == before
    assert studio.json("request", "show", uid)["state"] == "checked"
    assert {each["client"] for each in studio.json("find", "potretti")} == {"Aino Wirtanen"}
    letter = studio.run("request", "letter", uid, "--language", "en")
    assert letter.status in (0, 2)


@pytest.mark.long
@pytest.mark.timeout(300)
def test_a_link_in_a_drive_leads_to_a_valid_bag_and_ends(studio: CloudStudio, tmp_path: Path) -> None:
    shoot = str(studio.json("find", "potretti")[0]["id"])
    told = json.loads(studio.run("export", shoot, "--to", "drive", "--for", "R-9", "--json", status=0).out)
    (link,) = told["links"]
    assert link["url"].startswith("http") and told["files"] == 2
    (path,) = [path for path in studio.truth_in_drive() if path.startswith("backupd-exports/")]
    with zipfile.ZipFile(io.BytesIO(_bytes(studio, path))) as zipped:
        zipped.extractall(tmp_path / "un")
    (root,) = (tmp_path / "un").iterdir()
    bag = bagit.Bag(str(root))
    bag.validate()
    assert len(bag.payload_entries()) == 2
    (listed,) = studio.json("links", "list")
    assert (listed["id"], listed["store"], listed["request"]) == (link["id"], "drive", "R-9")
    assert listed["ends_at"] > listed["given_at"]
    studio.run("links", "revoke", str(listed["id"]), status=0)
    assert studio.json("links", "list") == []
    assert not [path for path in studio.truth_in_drive() if path.startswith("backupd-exports/")]
    assert link["url"] not in (studio.root / "var" / "ledger").read_text()


@pytest.mark.long
@pytest.mark.timeout(300)
def test_a_copy_is_answered_with_a_link_that_is_ended_when_its_time_is_over(studio: CloudStudio) -> None:
    text = studio.config.read_text().replace('"Testistudio"\n', '"Testistudio"\ncontact = "a@studio.example"\n')
    studio.config.write_text(text)
    uid = studio.json("request", "open", "copy", "--subject", "Aino Virtanen")["id"]
    studio.run("request", "identify", uid, "--method", "called back", status=0)
    answer = studio.json("request", "plan", uid)
    likely = [str(each["number"]) for each in answer["items"] if each["in"] is None]
    studio.run("request", "plan", uid, "--exclude", *likely, status=0)
    assert "still to be given" in studio.run("request", "run", uid, status=1).out
    shoot = str(studio.json("find", "potretti")[0]["id"])
    (link,) = json.loads(studio.run("export", shoot, "--to", "drive", "--for", uid, "--json", status=0).out)["links"]
    studio.run("request", "run", uid, status=0)
    said = studio.run("request", "letter", uid, "--language", "en", "--answer", status=0).out
    assert link["url"] in said and "the link works until" in said
    studio.run("request", "close", uid, status=0)
    assert studio.json("links", "due") == []
    with sqlite3.connect(studio.root / "var" / "index.db") as conn:
        conn.execute("UPDATE disclosure SET ends_at = 1")
    assert [one["ended"] for one in studio.json("links", "due")] == [True]
    assert not [path for path in studio.truth_in_drive() if path.startswith("backupd-exports/")]


def _bytes(studio: CloudStudio, path: str) -> bytes:
    import base64

    return base64.b64decode(studio.drive.control("bytes_of", path=f"{ROOT}/{path}"))
