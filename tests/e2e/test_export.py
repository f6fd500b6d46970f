"""`backupd export` through the installed command: bags that the reference library validates, whatever lies in the store."""

from __future__ import annotations

import json
import os
import pwd
import re
import signal
import subprocess
import time
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import bagit
import pytest

from backupd.demo.synthetic.jpeg import encode_jpeg
from backupd.demo.synthetic.movie import Film, write_film
from backupd.demo.synthetic.scene import invent_scene
from tests.e2e.harness import Studio, write

PICTURE = encode_jpeg(invent_scene(Random(1), 64, 48).view())
FILM = write_film(Film(datetime(2026, 6, 6, 12, tzinfo=UTC), 64, 48), [PICTURE] * 5)
FILM += (8 + 500_000).to_bytes(4, "big") + b"free"
SHOOT = "2026-06-06 Virtanen häät"


def staffed(studio: Studio, extra: str = "") -> None:
    account = pwd.getpwuid(os.geteuid()).pw_name
    studio.configure(f'[staff]\n"{account}" = "Anna Esimerkki, owner"\n{extra}')


@pytest.fixture
def wedding(studio: Studio) -> Studio:
    """A shoot in two stores: six pictures, one film, and a list of participants."""
    studio.add_store("mirror")
    staffed(studio)
    for name in ("archive", "mirror"):
        root = studio.stores[name] / SHOOT
        for number in range(6):
            write(root / "kuvat" / f"IMG_{number:04}.JPG", PICTURE + f"picture {number} ".encode() * 9000)
        write(root / "film.mp4", FILM + b"film " * 100_000)
        write(root / "osallistujat.csv", "nimi;puhelin\nMatti Meikäläinen;040 1234567\n")
    studio.index()
    return studio


def valid(folder: Path) -> bagit.Bag:
    bag = bagit.Bag(str(folder))
    bag.validate()
    return bag


def id_of(studio: Studio, *words: str) -> str:
    return str(studio.json("find", *words)[0]["id"])


def exported(studio: Studio, *args: str, status: int = 0) -> Any:
    return json.loads(studio.run("export", *args, "--json", status=status).out)


def unzipped(place: Path, into: Path) -> Path:
    with zipfile.ZipFile(place) as zipped:
        assert zipped.testzip() is None
        tops = {name.partition("/")[0] for name in zipped.namelist()}
        zipped.extractall(into)
    assert len(tops) == 1
    return into / tops.pop()


def test_a_folder_is_a_valid_bag_with_a_page_and_without_lists(wedding: Studio, tmp_path: Path) -> None:
    target = tmp_path / "kuvat"
    told = exported(wedding, id_of(wedding, "virtanen"), "--to", str(target))
    bag = valid(target)
    assert (told["files"], told["lists_left_out"], told["lost"]) == (7, 1, [])
    assert len(bag.payload_entries()) == 7
    page = (target / "index.html").read_text()
    assert "6 kuvaa" in page
    assert "1 video" in page
    assert "useita varmuuskopioita" in page
    assert "6.6.2026" in page
    assert not any("Virtanen" in path or "osallistujat" in path for path in bag.payload_entries())
    assert not list(target.rglob(".backupd*"))
    sources = [wedding.stores[store] / SHOOT / "film.mp4" for store in ("archive", "mirror")]
    copied = next(target.rglob("film.mp4"))
    assert copied.read_bytes() == sources[0].read_bytes()
    assert copied.stat().st_mtime_ns in {source.stat().st_mtime_ns for source in sources}


def test_it_is_recorded_without_names_and_disclosed(wedding: Studio, tmp_path: Path) -> None:
    exported(wedding, id_of(wedding, "virtanen"), "--to", str(tmp_path / "k"), "--for", "R-7")
    entries = wedding.json("ledger", "show")
    kinds = [entry["kind"] for entry in entries]
    assert kinds[-2:] == ["export", "disclosure"]
    assert entries[-1]["words"]["request"] == "R-7"
    assert "virtanen" not in json.dumps(entries).casefold()


def test_nobody_exports_who_is_not_named(wedding: Studio, tmp_path: Path) -> None:
    wedding.configure('[staff]\nsomebody = "Other, desk"\n')
    ran = wedding.run("export", "1", "--to", str(tmp_path / "k"), status=4)
    assert "staff_only" in ran.err
    assert not (tmp_path / "k").exists()


def test_a_damaged_copy_gives_way_to_the_next_and_a_damaged_file_is_told(wedding: Studio, tmp_path: Path) -> None:
    def spoil(store: str, name: str) -> None:
        path = next(wedding.stores[store].rglob(name))
        stat = path.stat()
        content = bytearray(path.read_bytes())
        content[100] ^= 1
        path.write_bytes(content)
        os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))

    # Whichever store is read first, one of its copies is damaged and the other store has it.
    spoil("archive", "IMG_0001.JPG")
    spoil("mirror", "IMG_0003.JPG")
    spoil("archive", "IMG_0002.JPG")
    spoil("mirror", "IMG_0002.JPG")
    told = exported(wedding, id_of(wedding, "virtanen"), "--to", str(tmp_path / "k"), status=1)
    assert len(valid(tmp_path / "k").payload_entries()) == 6
    assert [(each["path"].rpartition("/")[2], each["why"]) for each in told["lost"]] == [("IMG_0002.JPG", "damaged")]
    assert len(told["damaged_copies"]) == 3
    assert {each["store"] for each in told["damaged_copies"]} == {"archive", "mirror"}
    page = (tmp_path / "k" / "index.html").read_text()
    assert re.search(r"IMG_0002.JPG</td><td>vioittunut", page)


def test_zips_of_a_set_size_are_each_a_bag_and_are_found_whole_again(wedding: Studio, tmp_path: Path) -> None:
    args = (id_of(wedding, "virtanen"), "--to", str(tmp_path / "out" / "kuvat.zip"), "--split", "400 kB")
    told = exported(wedding, *args)
    assert len(told["places"]) == 3
    payload: list[str] = []
    for number, place in enumerate(told["places"]):
        folder = unzipped(Path(place), tmp_path / f"un{number}")
        payload += valid(folder).payload_entries()
        assert f"Osa {number + 1}/3" in (folder / "index.html").read_text()
    assert len(set(payload)) == 7
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "out").iterdir()}
    again = exported(wedding, *args)
    assert (again["copied"], again["kept"]) == (0, 7)
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "out").iterdir()} == before


def test_only_the_files_that_were_asked_for(wedding: Studio, tmp_path: Path) -> None:
    told = exported(wedding, id_of(wedding, "virtanen"), "--to", str(tmp_path / "k"), "--file", "img_000[12]*")
    assert told["files"] == 2
    wedding.run("export", id_of(wedding, "virtanen"), "--to", str(tmp_path / "n"), "--file", "*.psd", status=2)
    assert not (tmp_path / "n").exists()


@pytest.mark.parametrize("kind", ["folder", "link", "bag", "zip"])
def test_what_is_not_ours_is_never_touched(wedding: Studio, tmp_path: Path, kind: str) -> None:
    target = tmp_path / "k"
    if kind == "folder":
        write(target / "mine.txt", "mine")
    elif kind == "link":
        write(tmp_path / "elsewhere" / "mine.txt", "mine")
        target.symlink_to(tmp_path / "elsewhere")
    elif kind == "bag":
        exported(wedding, id_of(wedding, "virtanen"), "--to", str(target), "--file", "film*")
    else:
        target = tmp_path / "k.zip"
        target.write_bytes(b"mine")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file() and "var" not in path.parts}
    wedding.run("export", id_of(wedding, "virtanen"), "--to", str(target), status=2)
    after = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file() and "var" not in path.parts}
    assert after == before


def test_a_link_inside_the_target_leads_nowhere(wedding: Studio, tmp_path: Path) -> None:
    """Somebody swaps the payload's folder for a link while an export is unfinished."""
    target, outside = tmp_path / "k", tmp_path / "outside"
    outside.mkdir()
    write(target / ".backupd-tmp-export", "")
    (target / "data").symlink_to(outside)
    wedding.run("export", id_of(wedding, "virtanen"), "--to", str(target), status=3)
    assert not list(outside.iterdir())


def test_nothing_is_exported_into_a_store(wedding: Studio) -> None:
    ran = wedding.run("export", "1", "--to", str(wedding.stores["archive"] / "for client"), status=2)
    assert "lies in the store" in ran.err


def test_a_store_that_is_gone_leaves_it_to_be_finished_later(wedding: Studio, tmp_path: Path) -> None:
    write(wedding.stores["mirror"] / SHOOT / "kuvat" / "only_here.jpg", PICTURE + b"only here")
    wedding.index()
    away = wedding.root / "away"
    wedding.stores["mirror"].rename(away)
    args = (id_of(wedding, "virtanen"), "--to", str(tmp_path / "k"))
    ran = wedding.run("export", *args, status=3)
    assert "out of reach" in ran.err
    assert not (tmp_path / "k" / "bagit.txt").exists()
    away.rename(wedding.stores["mirror"])
    told = exported(wedding, *args)
    assert (told["files"], told["copied"], told["kept"]) == (8, 1, 7)
    valid(tmp_path / "k")


def test_without_what_is_out_of_reach_where_that_is_wanted(wedding: Studio, tmp_path: Path) -> None:
    write(wedding.stores["mirror"] / SHOOT / "kuvat" / "only_here.jpg", PICTURE + b"only here")
    wedding.index()
    wedding.stores["mirror"].rename(wedding.root / "away")
    told = exported(wedding, id_of(wedding, "virtanen"), "--to", str(tmp_path / "k"), "--partial", status=1)
    assert [each["why"] for each in told["lost"]] == ["unreachable"]
    valid(tmp_path / "k")


def test_missing_files_are_named(wedding: Studio, tmp_path: Path) -> None:
    for store in ("archive", "mirror"):
        next(wedding.stores[store].rglob("IMG_0003.JPG")).unlink()
    wedding.index()
    told = exported(wedding, id_of(wedding, "virtanen"), "--to", str(tmp_path / "k"), status=1)
    assert [each["why"] for each in told["lost"]] == ["missing"]
    assert "ei enää tallessa" in (tmp_path / "k" / "index.html").read_text()


def test_names_that_windows_refuses_are_made_safe_and_told(wedding: Studio, tmp_path: Path) -> None:
    root = wedding.stores["archive"] / SHOOT
    for name in ("con.jpg", "kysy?.jpg", "img_0001.jpg", "IMG_0001.jpg", "loppu. ", "a\u202eb.jpg", "<script>.jpg"):
        write(root / "outo" / name, f"odd {name!r}".encode() * 99)
    (root / "outo").joinpath(os.fsdecode(b"ra\xffw.nef")).write_bytes(b"raw" * 999)
    wedding.index(status=None)
    told = exported(wedding, id_of(wedding, "virtanen"), "--to", str(tmp_path / "k"))
    bag = valid(tmp_path / "k")
    assert len(bag.payload_entries()) == 15
    assert len({path.casefold() for path in bag.payload_entries()}) == 15
    assert len(told["renamed"]) == 7
    page = (tmp_path / "k" / "index.html").read_text()
    assert "<script>" not in page
    assert "kysy?.jpg" in page


def _start(studio: Studio, *args: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        studio.command("export", *args), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )


@pytest.mark.parametrize("to", ["k", "k.zip"])
def test_a_killed_export_goes_on_where_it_was(wedding: Studio, tmp_path: Path, to: str) -> None:
    root = wedding.stores["archive"] / SHOOT / "raakat"
    for number in range(700):
        write(root / f"DSC_{number:04}.bin", f"raw {number} ".encode() * 6000)
    wedding.index()
    args = (id_of(wedding, "virtanen"), "--to", str(tmp_path / to))
    journal = tmp_path / to / ".backupd-tmp-export" if to == "k" else tmp_path / f".backupd-tmp-{to}.journal"
    with _start(wedding, *args) as process:
        until = time.monotonic() + 60
        while process.poll() is None and time.monotonic() < until:
            if journal.exists() and journal.read_bytes().count(b"\n") > 200:
                break
            time.sleep(0.002)
        assert process.poll() is None, "it was over before it could be killed"
        os.killpg(process.pid, signal.SIGKILL)
    told = exported(wedding, *args)
    assert told["kept"] >= 200
    assert told["copied"] + told["kept"] == 707
    folder = tmp_path / "k" if to == "k" else unzipped(tmp_path / to, tmp_path / "un")
    assert len(valid(folder).payload_entries()) == 707
    assert not list(tmp_path.rglob(".backupd-tmp*"))
    kinds = [entry["kind"] for entry in wedding.json("ledger", "show")]
    assert kinds.count("export") == 2
    assert kinds.count("disclosure") == 1


@pytest.mark.parametrize("to", ["k", "k.zip"])
@pytest.mark.parametrize("delay", [0.3, 0.45, 0.65])
def test_a_kill_at_any_moment_leaves_nothing_wrong(wedding: Studio, tmp_path: Path, to: str, delay: float) -> None:
    args = (id_of(wedding, "virtanen"), "--to", str(tmp_path / to))
    with _start(wedding, *args) as process:
        time.sleep(delay)
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
    told = exported(wedding, *args)
    assert told["files"] == 7
    valid(tmp_path / "k" if to == "k" else unzipped(tmp_path / to, tmp_path / "un"))


def test_a_legal_hold_asks_for_a_reason_by_name(wedding: Studio, tmp_path: Path) -> None:
    shoot = id_of(wedding, "virtanen")
    put_hold(wedding, int(shoot), "legal")
    ran = wedding.run("export", shoot, "--to", str(tmp_path / "k"), status=4)
    assert "hold_legal" in ran.err
    assert not (tmp_path / "k").exists()
    exported(wedding, shoot, "--to", str(tmp_path / "k"), "--reason", "käräjäoikeus pyysi")
    valid(tmp_path / "k")


def test_another_persons_restriction_refuses_also_with_a_reason(wedding: Studio, tmp_path: Path) -> None:
    shoot = id_of(wedding, "virtanen")
    put_hold(wedding, int(shoot), "restriction", person="ab" * 32)
    ran = wedding.run("export", shoot, "--to", str(tmp_path / "k"), "--reason", "silti", status=4)
    assert "hold_conflict" in ran.err


def put_hold(studio: Studio, shoot: int, kind: str, person: str | None = None) -> None:
    from index.engine import open_index
    from index.holds import Hold
    from index.ledger import open_ledger
    from index.replay import put_hold as put
    from index.shoot_hashes import shoot_hashes

    index = open_index(f"sqlite:///{studio.root}/var/index.db")
    ledger = open_ledger(studio.root / "var" / "ledger", studio.root / "var" / "ledger.key")
    with index.write() as conn:
        hashed = shoot_hashes(conn, ledger.key, [shoot])[shoot]
        put(conn, ledger, Hold(f"h-{kind}", kind, 1, "anna", "a reason", "anna", "a" if person else None, shoot, hashed, person))
    index.close()
