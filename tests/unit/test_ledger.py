"""The ledger: what is acknowledged stays, what is changed is found, what is torn is healed, who has the key."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import resource
import subprocess
import sys
import threading
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import LedgerBusy, LedgerDamaged, LedgerFailure, LedgerKeyLost, LedgerReplaced
from index.ledger import Ledger, open_ledger
from index.ledger_key import load_key
from index.ledger_line import BEGINNING, Draft
from index.ledger_verify import Kept, verify


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return open_ledger(tmp_path / "var" / "ledger", tmp_path / "var" / "ledger.key")


def look_up(number: int = 0) -> Draft:
    return Draft("look-up", 1_700_000_000 + number, "anna", numbers={"shoot": number})


def hold(number: int = 0) -> Draft:
    return Draft("hold", 1_700_000_000 + number, "anna", words={"hold": f"{number:x}"}, rule="hold_restriction")


def lines(ledger: Ledger) -> list[bytes]:
    return ledger.path.read_bytes().splitlines(keepends=True)


def found(ledger: Ledger, *kept: Kept) -> list[tuple[int, str]]:
    return [(problem.line, problem.what) for problem in verify(ledger.path, kept).problems]


def test_an_entry_is_given_back_as_it_was_recorded(ledger: Ledger) -> None:
    draft = Draft(
        "erased", 1_700_000_000, "anna", ("ab" * 32,), ("cd" * 32,), {"files": 3}, {"store": "archive"}, "erasure"
    )
    position = ledger.append(draft)
    opened, entry = ledger.entries()
    assert (opened.draft.kind, entry.draft, entry.position) == ("opened", draft, position)
    assert ledger.head() == position
    assert (position.sequence, position.owed) == (2, 2)
    assert position.end == ledger.path.stat().st_size


def test_no_entry_is_there_before_the_first(ledger: Ledger) -> None:
    assert ledger.head() == BEGINNING
    assert list(ledger.entries()) == []
    assert verify(ledger.path).problems == ()
    assert not ledger.path.exists()


def test_only_the_owner_may_read_it(ledger: Ledger) -> None:
    ledger.append(look_up())
    assert ledger.path.stat().st_mode & 0o777 == 0o600
    assert ledger.path.with_name("ledger.key").stat().st_mode & 0o777 == 0o600


def test_reading_goes_on_from_a_position(ledger: Ledger) -> None:
    positions = [ledger.append(look_up(number)) for number in range(5)]
    assert [entry.draft.numbers["shoot"] for entry in ledger.entries(positions[2])] == [3, 4]


def test_what_a_restored_index_must_apply_is_told_by_the_last_line(ledger: Ledger) -> None:
    ledger.append(look_up())
    third = ledger.append(hold())
    ledger.append(look_up())
    assert (third.owed, ledger.head().owed) == (3, 3)


@pytest.mark.parametrize(
    "draft",
    [
        {"words": {"client": "Virtasen häät"}},
        {"words": {"client": "anna@studio.example"}},
        {"words": {"Anna Virtanen": "x"}},
        {"rule": "because Virtanen asked"},
        {"subjects": ("Virtanen",)},
        {"contents": ("ab",)},
        {"numbers": {"x": 1.5}},
        {"numbers": {"x": True}},
        {"by": "Anna Virtanen"},
    ],
)
def test_what_may_be_a_name_is_refused_and_not_shown(draft: dict[str, object]) -> None:
    with pytest.raises(ValueError) as failure:
        Draft("look-up", 0, **draft)  # type: ignore[arg-type]
    assert "Virtanen" not in str(failure.value)


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="no kind"):
        Draft("gossip", 0)


def test_an_entry_too_long_for_its_window_is_refused_before_anything_is_written(ledger: Ledger) -> None:
    ledger.append(look_up())
    before = ledger.path.read_bytes()
    with pytest.raises(ValueError, match="64 KiB"):
        ledger.append(Draft("erased", 0, contents=("ab" * 32,) * 1000))
    assert ledger.path.read_bytes() == before
    long = Draft("erased", 0, contents=("ab" * 32,) * 950)
    ledger.append(long)
    ledger.append(long)
    assert ledger.append(look_up()).sequence == 5
    assert found(ledger) == []


# What is changed is found, with its line.


def test_a_changed_number_is_found_at_its_line(ledger: Ledger) -> None:
    for number in range(10):
        ledger.append(look_up(number))
    whole = lines(ledger)
    whole[4] = whole[4].replace(b'"shoot":3', b'"shoot":4')
    ledger.path.write_bytes(b"".join(whole))
    assert [line for line, _ in found(ledger)] == [5]
    with pytest.raises(LedgerDamaged, match="line 5") as failure:
        list(ledger.entries())
    assert failure.value.line == 5


@pytest.mark.parametrize(
    ("name", "change", "line"),
    [
        ("removed", lambda x: x[:3] + x[4:], 4),
        ("swapped", lambda x: [*x[:3], x[4], x[3], *x[5:]], 4),
        ("doubled", lambda x: [*x[:4], x[3], *x[4:]], 5),
        ("first lines cut", lambda x: x[2:], 1),
        ("emptied", lambda x: [*x[:3], b"\n", *x[4:]], 4),
        ("nonsense", lambda x: [*x[:3], b"{}\n", *x[4:]], 4),
        ("joined", lambda x: [*x[:3], x[3][:-1], *x[4:]], 4),
        ("hash taken off", lambda x: [*x[:3], x[3][:-78] + b"}\n", *x[4:]], 4),
        ("very long", lambda x: [*x[:3], b"x" * 200_000 + b"\n", *x[4:]], 4),
    ],
)
def test_every_way_to_change_it_is_found(ledger: Ledger, name: str, change: object, line: int) -> None:
    for number in range(8):
        ledger.append(look_up(number))
    ledger.path.write_bytes(b"".join(change(lines(ledger))))  # type: ignore[operator]
    assert found(ledger)[0][0] == line, name
    with pytest.raises(LedgerDamaged):
        list(ledger.entries())


@given(data=st.data())
def test_any_changed_byte_is_found(data: st.DataObject, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("ledger")
    ledger = open_ledger(folder / "ledger", folder / "key")
    for number in range(4):
        head = ledger.append(look_up(number))
    content = bytearray(ledger.path.read_bytes())
    at = data.draw(st.integers(0, len(content) - 1))
    content[at] ^= data.draw(st.integers(1, 255))
    ledger.path.write_bytes(bytes(content))
    assert found(ledger, Kept(head.sequence, head.hash))


def test_a_cut_end_shows_against_a_head_kept_elsewhere(ledger: Ledger) -> None:
    for number in range(5):
        head = ledger.append(look_up(number))
    ledger.path.write_bytes(b"".join(lines(ledger)[:-2]))
    assert found(ledger) == []
    ((line, what),) = found(ledger, Kept(head.sequence, head.hash, "in the index"))
    assert (line, "cut after entry 4" in what, "in the index" in what) == (5, True, True)


def test_a_fork_shows_against_a_head_kept_elsewhere(ledger: Ledger) -> None:
    ledger.append(look_up(1))
    kept = ledger.append(hold(2))
    whole = lines(ledger)
    ledger.path.write_bytes(b"".join(whole[:-1]))
    ledger.append(look_up(3))
    ledger.append(look_up(4))
    assert found(ledger) == []
    ((line, what),) = found(ledger, Kept(kept.sequence, kept.hash))
    assert (line, "forked" in what) == (3, True)
    assert not ledger.holds(kept)
    with pytest.raises(LedgerReplaced):
        list(ledger.entries(kept))


def test_another_ledger_of_the_same_length_is_not_this_one(ledger: Ledger, tmp_path: Path) -> None:
    kept = ledger.append(look_up())
    other = Ledger(tmp_path / "other", ledger.key)
    other.append(look_up())
    assert ledger.holds(kept)
    assert not other.holds(kept)


def test_a_damaged_end_is_not_written_after(ledger: Ledger) -> None:
    ledger.append(look_up(1))
    content = ledger.path.read_bytes().replace(b'"shoot":1', b'"shoot":2')
    ledger.path.write_bytes(content)
    with pytest.raises(LedgerDamaged, match="verify"):
        ledger.append(look_up())
    assert ledger.path.read_bytes() == content


# What is torn is healed, and nothing that was acknowledged goes.


def test_every_cut_within_the_last_line_is_healed_with_a_trace(ledger: Ledger) -> None:
    kept = [ledger.append(look_up(number)) for number in range(3)]
    content = ledger.path.read_bytes()
    for cut in range(kept[1].end + 1, kept[2].end):
        ledger.path.write_bytes(content[:cut])
        assert verify(ledger.path).torn == cut - kept[1].end
        assert ledger.head() == kept[1]
        ledger.append(look_up(9))
        kinds = [entry.draft.kind for entry in ledger.entries()]
        if cut == kept[2].end - 1:
            # Only its end was missing: it is kept.
            assert kinds == ["opened", "look-up", "look-up", "look-up", "look-up"]
            assert ledger.holds(kept[2])
        else:
            assert kinds == ["opened", "look-up", "look-up", "healed", "look-up"]
        assert (found(ledger), verify(ledger.path).torn) == ([], 0)


def test_every_cut_within_the_first_line_begins_anew(ledger: Ledger) -> None:
    ledger.append(look_up())
    first = lines(ledger)[0]
    for cut in range(len(first)):
        ledger.path.write_bytes(first[:cut])
        again = open_ledger(ledger.path, ledger.path.with_name("ledger.key"))
        again.append(look_up())
        assert found(again) == []
        assert again.head().sequence == (3 if cut and cut < len(first) - 1 else 2)


@pytest.mark.parametrize("tail", [b"\0" * 10, b"\0" * 5000, b'{"seq":\0\0\0"}\n', b"\0\0\n"])
def test_zeros_that_a_power_cut_left_are_healed(ledger: Ledger, tail: bytes) -> None:
    kept = ledger.append(look_up())
    with ledger.path.open("ab") as file:
        file.write(tail)
    assert ledger.append(look_up()).sequence == kept.sequence + 2
    assert ledger.holds(kept)
    assert found(ledger) == []


def test_a_reader_passes_over_a_line_that_is_being_written(ledger: Ledger) -> None:
    kept = ledger.append(look_up())
    with ledger.path.open("ab") as file:
        file.write(b'{"seq":3,"at":"20')
    assert ledger.head() == kept
    assert len(list(ledger.entries())) == 2


def test_an_entry_is_on_disk_before_it_is_acknowledged_and_its_name_before_it(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[tuple[bool, int]] = []

    def fsync(handle: int) -> None:
        is_folder = os.path.isdir(f"/proc/self/fd/{handle}")
        synced.append((is_folder, 0 if is_folder else os.fstat(handle).st_size))

    monkeypatch.setattr(os, "fsync", fsync)
    first = ledger.append(look_up())
    assert [folder for folder, _ in synced] == [True, False, False]
    assert synced[-1] == (False, first.end)
    assert (ledger.append(look_up()).end, len(synced)) == (synced[-1][1], 4)


def test_a_failed_fsync_takes_the_line_out_again(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = ledger.append(look_up())
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", _fail)
        with pytest.raises(LedgerFailure, match="cannot be used"):
            ledger.append(hold())
    assert ledger.path.stat().st_size == kept.end
    assert ledger.append(look_up()).sequence == kept.sequence + 1


def _fail(_handle: int) -> None:
    raise OSError(errno.EIO, "Input/output error")


def test_a_full_disk_says_so_and_loses_nothing(tmp_path: Path) -> None:
    ledger = open_ledger(tmp_path / "ledger", tmp_path / "key")
    kept = ledger.append(look_up())
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        for room in (0, 1, 100, 200):
            resource.setrlimit(resource.RLIMIT_FSIZE, (kept.end + room, hard))
            with pytest.raises(LedgerFailure, match="full"):
                ledger.append(look_up())
            assert ledger.path.stat().st_size == kept.end
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert ledger.append(look_up()).sequence == kept.sequence + 1
    assert found(ledger) == []


# One writer, many readers.


def test_writers_take_turns(ledger: Ledger) -> None:
    def write() -> None:
        for number in range(20):
            ledger.append(look_up(number))

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (verify(ledger.path).entries, found(ledger)) == (81, [])


def test_processes_take_turns_from_the_very_first_entry(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom pathlib import Path\nfrom index.ledger import open_ledger\nfrom index.ledger_line import Draft\n"
        "folder = Path(sys.argv[1])\n"
        "ledger = open_ledger(folder / 'ledger', folder / 'key')\n"
        "for n in range(25): ledger.append(Draft('look-up', n, 'anna'))\n"
    )
    running = [subprocess.Popen([sys.executable, "-c", code, str(tmp_path)]) for _ in range(4)]
    assert [process.wait() for process in running] == [0] * 4
    verdict = verify(tmp_path / "ledger")
    assert (verdict.entries, verdict.problems) == (101, ())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["key", "ledger"]


def test_a_writer_that_never_ends_is_told(ledger: Ledger) -> None:
    ledger.append(look_up())
    with ledger.path.open("rb") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        impatient = Ledger(ledger.path, ledger.key, busy_seconds=0)
        with pytest.raises(LedgerBusy):
            impatient.append(look_up())
    assert impatient.append(look_up()).sequence == 3


def test_reading_and_verifying_take_no_more_memory_for_more_entries(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", lambda handle: None)
    for number in range(2000):
        ledger.append(look_up(number))
    assert ledger.path.stat().st_size > 400_000
    tracemalloc.start()
    try:
        assert sum(1 for _ in ledger.entries()) == 2001
        assert verify(ledger.path).entries == 2001
        assert tracemalloc.get_traced_memory()[1] < 300_000
    finally:
        tracemalloc.stop()


# The key.


def test_the_key_is_made_once_and_never_overwritten(tmp_path: Path) -> None:
    first = load_key(tmp_path / "key", create=True)
    content = (tmp_path / "key").read_bytes()
    assert load_key(tmp_path / "key", create=True).fingerprint == first.fingerprint
    assert (tmp_path / "key").read_bytes() == content
    assert [path.name for path in tmp_path.iterdir()] == ["key"]


def test_a_lost_key_is_said_and_none_is_made_in_its_place(ledger: Ledger) -> None:
    ledger.append(look_up())
    key = ledger.path.with_name("ledger.key")
    key.unlink()
    with pytest.raises(LedgerKeyLost, match="Put back the copy"):
        open_ledger(ledger.path, key)
    assert not key.exists()


def test_another_key_is_refused_before_anything_is_recorded(ledger: Ledger, tmp_path: Path) -> None:
    ledger.append(look_up())
    other = load_key(tmp_path / "other.key", create=True)
    before = ledger.path.read_bytes()
    with pytest.raises(LedgerKeyLost, match="not the one"):
        open_ledger(ledger.path, tmp_path / "other.key")
    with pytest.raises(LedgerKeyLost, match="not the one"):
        Ledger(ledger.path, other).append(look_up())
    assert ledger.path.read_bytes() == before


@pytest.mark.parametrize("content", [b"", b"short\n", b"0" * 64, b"g" * 64 + b"\n", b"0" * 65 + b"\n"])
def test_a_key_that_is_none_is_said(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "key").touch(mode=0o600)
    (tmp_path / "key").write_bytes(content)
    with pytest.raises(LedgerKeyLost, match="not a key"):
        load_key(tmp_path / "key", create=True)
    assert (tmp_path / "key").read_bytes() == content


def test_a_key_that_others_may_read_is_said(tmp_path: Path) -> None:
    load_key(tmp_path / "key", create=True)
    (tmp_path / "key").chmod(0o640)
    with pytest.raises(LedgerKeyLost, match="chmod 600"):
        load_key(tmp_path / "key")


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        ("name", "Mäkelä, Anna", "MÄKELÄ  anna"),
        ("name", "Ma\u0308kela\u0308", "mäkelä"),
        ("name", "Virtanen-Korhonen", "virtanen korhonen"),
        ("email", " Anna.Virtanen@Example.FI", "mailto:anna.virtanen@example.fi"),
        ("phone", "040 123 4567", "+358 (0)40-1234567"),
        ("phone", "00358401234567", "(+358) 40 123 4567"),
    ],
)
def test_spellings_of_one_identifier_have_one_hash(tmp_path: Path, kind: str, one: str, other: str) -> None:
    key = load_key(tmp_path / "key", create=True)
    assert key.hash(kind, one) == key.hash(kind, other)  # type: ignore[arg-type]


def test_letters_with_dots_are_other_letters_and_kinds_never_meet(tmp_path: Path) -> None:
    key = load_key(tmp_path / "key", create=True)
    assert key.hash("name", "Kärki") != key.hash("name", "Karki")
    assert key.hash("name", "0401234567") != key.hash("phone", "0401234567")
    assert key.hash("name", "Kärki") != load_key(tmp_path / "two", create=True).hash("name", "Kärki")
    assert key.hashes(name="Kärki", email="", phone="-") == (key.hash("name", "Kärki"),)


def test_lines_are_json_that_other_tools_can_check(ledger: Ledger) -> None:
    import hashlib

    ledger.append(hold())
    before = bytes(32)
    for line in lines(ledger):
        stated = json.loads(line)["hash"]
        body = line[: line.rindex(b',"hash"')] + b"}"
        assert hashlib.sha256(before + body).hexdigest() == stated
        before = bytes.fromhex(stated)
