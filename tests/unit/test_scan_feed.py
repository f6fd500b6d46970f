"""Following a feed into the index: on the store in memory, where every moment can be chosen."""

from __future__ import annotations

import copy
import random
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import pytest

from adapters.errors import CursorLost, NotOurStore, SignInNeeded, StoreError, Unavailable
from adapters.memory import MemoryStore
from adapters.memory_tree import Tree
from index import review
from tests.unit.feed_studio import FeedStudio

WEDDING = "2026-06-06 Virtanen häät"
LIST = "Nimi;Sähköposti\nMaija Virtanen;maija@example.fi\n".encode()


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[FeedStudio]:
    made = FeedStudio(tmp_path)
    yield made
    made.close()


def fill(store: MemoryStore, files: int = 10, shoot: str = WEDDING) -> None:
    for number in range(files):
        store.tree.put(f"{shoot}/RAW/IMG_{number:04}.jpg", f"{shoot} {number}".encode())


def truth(store: MemoryStore) -> dict[str, tuple[str, int]]:
    return {
        path: (sha256(file.content).hexdigest(), len(file.content)) for path, file in store.tree.files.items()
    }


def test_every_file_is_an_attested_copy_with_its_date(studio: FeedStudio) -> None:
    store = studio.memory(page_entries=3)
    fill(store)
    summary = studio.run()["cloud"]
    assert (summary.outcome, summary.counts.new, summary.counts.files, summary.counts.listed) == ("complete", 10, 10, 10)
    assert studio.present() == truth(store)
    assert {row[0] for row in studio.rows("SELECT known_at FROM copy WHERE known_by = 'a'")} == {studio.now}
    assert studio.rows("SELECT sum(read) FROM content") == [(0,)]


def test_a_second_run_asks_only_for_what_changed(studio: FeedStudio) -> None:
    store = studio.memory()
    fill(store)
    studio.run()
    again = studio.run()["cloud"].counts
    assert (again.listed, again.new, again.changed, again.moved) == (0, 0, 0, 0)
    store.tree.put(f"{WEDDING}/RAW/IMG_0001.jpg", b"edited")
    counts = studio.run()["cloud"].counts
    assert (counts.listed, counts.changed) == (1, 1)
    assert studio.present() == truth(store)


def test_a_renamed_file_keeps_its_row_and_a_renamed_folder_its_shoot(studio: FeedStudio) -> None:
    store = studio.memory()
    fill(store)
    studio.run()
    ids = studio.rows("SELECT id, identity FROM copy ORDER BY id")
    shoots = studio.shoots()
    store.tree.rename(f"{WEDDING}/RAW/IMG_0001.jpg", f"{WEDDING}/RAW/other.jpg")
    store.tree.rename(WEDDING, "2026-06-06 Virtanen vihkiäiset")
    counts = studio.run()["cloud"].counts
    assert (counts.moved, counts.new, counts.missing) == (1, 0, 0)
    assert studio.rows("SELECT id, identity FROM copy ORDER BY id") == ids
    assert studio.shoots() == {id: {"2026-06-06 Virtanen vihkiäiset"} for id in shoots}
    assert studio.present() == truth(store)


def test_what_a_person_settled_follows_a_renamed_folder(studio: FeedStudio) -> None:
    store = studio.memory()
    fill(store, shoot="2026-06-06")
    studio.run()
    with studio.index.write() as conn:
        question = review.open_questions(conn)[0]
        review.settle(conn, question.id, {"client": "Maija Virtanen"}, "anna", 1)
    store.tree.rename("2026-06-06", "2026-06-07")
    studio.run()
    with studio.index.read() as conn:
        assert review.settlement_of(conn, "folder", "cloud:2026-06-07") == {"client": "Maija Virtanen"}


def test_a_lost_position_leads_to_a_new_listing_in_which_moves_are_known(studio: FeedStudio) -> None:
    store = studio.memory(page_entries=3)
    fill(store)
    studio.run()
    ids = studio.rows("SELECT id, identity FROM copy ORDER BY id")
    store.tree.epoch += 1
    store.tree.rename(WEDDING, "2026-06-06 Virtanen vihkiäiset")
    gone = store.tree.take_away("2026-06-06 Virtanen vihkiäiset/RAW/IMG_0004.jpg")
    summary = studio.run()["cloud"]
    assert (summary.outcome, summary.counts.missing, summary.counts.new) == ("complete", 1, 0)
    assert studio.rows("SELECT id, identity FROM copy ORDER BY id") == ids
    assert studio.present() == truth(store)
    assert studio.rows("SELECT generation FROM cursor") == [(2,)]
    assert [row[0] for row in studio.copies() if row[5] == gone.id or row[1] == "m"] == [gone.path]


def test_a_store_that_keeps_losing_its_position_is_given_up_and_nothing_is_concluded(studio: FeedStudio) -> None:
    store = studio.memory()
    fill(store)
    studio.run()
    store.fault = _failing("changes", CursorLost)
    summary = studio.run()["cloud"]
    assert summary.outcome == "failed" and summary.mend
    assert len(studio.present()) == 10


def _failing(operation: str, kind: type[StoreError], after: int = 0):  # type: ignore[no-untyped-def]
    calls = [0]

    def fault(name: str, ref: str) -> None:
        if name == operation:
            calls[0] += 1
            if calls[0] > after:
                raise kind("cloud", name, ref)

    return fault


@pytest.mark.parametrize("by_feed", [True, False], ids=["told by the feed", "not named by a listing"])
def test_too_much_gone_at_once_is_put_to_a_person_whoever_says_it(studio: FeedStudio, *, by_feed: bool) -> None:
    store = studio.memory()
    fill(store)
    studio.run()
    for path in sorted(store.tree.files)[:6]:
        store.tree.take_away(path)
    store.tree.epoch += not by_feed
    for _ in range(2):
        summary = studio.run()["cloud"]
        assert (summary.outcome, summary.counts.missing) == ("doubted", 0)
        assert len(studio.present()) == 10
    with studio.index.write() as conn:
        (question,) = review.open_questions(conn, "store")
        assert question.reason.startswith("6 of 10 files are gone at once")
        review.settle(conn, question.id, {"accept": 6}, "anna", 1)
    assert studio.run()["cloud"].counts.missing == 6
    assert studio.present() == truth(store)
    with studio.index.read() as conn:
        assert not review.open_questions(conn, "store")


def test_what_comes_back_before_anybody_concluded_was_never_missing(studio: FeedStudio) -> None:
    store = studio.memory()
    fill(store)
    studio.run()
    gone = [store.tree.take_away(path) for path in list(store.tree.files)]
    assert studio.run()["cloud"].outcome == "doubted"
    for file in gone:
        store.tree._place(file)
    summary = studio.run()["cloud"]
    assert (summary.outcome, summary.counts.missing, summary.counts.new) == ("complete", 0, 0)
    assert studio.present() == truth(store)
    with studio.index.read() as conn:
        assert not review.open_questions(conn, "store")


def test_what_comes_back_later_is_the_same_copy(studio: FeedStudio) -> None:
    store = studio.memory()
    fill(store)
    studio.run()
    ids = studio.rows("SELECT id FROM copy ORDER BY id")
    file = store.tree.take_away(f"{WEDDING}/RAW/IMG_0003.jpg")
    assert studio.run()["cloud"].counts.missing == 1
    store.tree._place(file)
    assert studio.run()["cloud"].counts.back == 1
    assert studio.rows("SELECT id FROM copy ORDER BY id") == ids
    assert studio.present() == truth(store)


def test_a_marker_that_is_gone_before_the_end_lets_nothing_be_concluded(studio: FeedStudio) -> None:
    store = studio.memory()
    fill(store)
    studio.run()
    store.tree.take_away(f"{WEDDING}/RAW/IMG_0003.jpg")
    store.fault = _failing("check", NotOurStore, after=1)
    assert studio.run()["cloud"].outcome == "failed"
    assert len(studio.present()) == 10
    store.fault = None
    assert studio.run()["cloud"].counts.missing == 1


def test_a_file_in_a_folder_s_place_and_a_folder_in_a_file_s(studio: FeedStudio) -> None:
    store = studio.memory()
    fill(store, 6)
    fill(store, 2, "2026-07-07 Laine")
    store.tree.put("notes", b"a file")
    studio.run()
    store.tree.take_folder_away(f"{WEDDING}/RAW")
    store.tree.put(f"{WEDDING}/RAW", b"a file now")
    store.tree.take_away("notes")
    store.tree.put("notes/a.jpg", b"in a folder")
    studio.run(vanish_share=1.0)
    assert studio.present() == truth(store)


def test_other_bytes_under_a_new_id_at_a_known_path_are_a_change(studio: FeedStudio) -> None:
    store = studio.memory()
    fill(store, 4)
    studio.run()
    store.tree.take_away(f"{WEDDING}/RAW/IMG_0001.jpg")
    store.tree.put(f"{WEDDING}/RAW/IMG_0001.jpg", b"other")
    counts = studio.run()["cloud"].counts
    assert (counts.changed, counts.missing, counts.new) == (1, 0, 0)
    assert len(studio.copies()) == 4


def test_two_files_that_change_places_stay_themselves(studio: FeedStudio) -> None:
    store = studio.memory()
    fill(store, 4)
    studio.run()
    ids = dict(studio.rows("SELECT identity, id FROM copy"))
    one, two = f"{WEDDING}/RAW/IMG_0001.jpg", f"{WEDDING}/RAW/IMG_0002.jpg"
    store.tree.rename(one, "aside.jpg")
    store.tree.rename(two, one)
    store.tree.rename("aside.jpg", two)
    assert studio.run()["cloud"].counts.moved == 2
    assert dict(studio.rows("SELECT identity, id FROM copy")) == ids
    assert studio.present() == truth(store)


def test_two_shoots_that_change_names_keep_their_files(studio: FeedStudio) -> None:
    store = studio.memory()
    fill(store, 4, "A")
    fill(store, 5, "B")
    fill(store, 6, "A/inner")
    studio.run()
    store.tree.rename("A", "C")
    store.tree.rename("B", "A")
    store.tree.rename("C", "B")
    counts = studio.run()["cloud"].counts
    assert (counts.new, counts.missing) == (0, 0)
    assert studio.present() == truth(store)


def test_a_list_is_read_once_and_again_when_it_changes(studio: FeedStudio) -> None:
    store = studio.memory()
    fill(store, 3)
    store.tree.put(f"{WEDDING}/osallistujat.csv", LIST)
    assert studio.run()["cloud"].counts.read_files == 1
    assert studio.rows("SELECT email FROM appearance") == [("maija@example.fi",)]
    assert studio.run()["cloud"].counts.read_files == 0
    store.tree.rename(WEDDING, "2026-06-07 Virtanen")
    assert studio.run()["cloud"].counts.read_files == 0
    store.tree.put("2026-06-07 Virtanen/osallistujat.csv", LIST.replace(b"maija@", b"m@"))
    assert studio.run()["cloud"].counts.read_files == 1
    assert studio.rows("SELECT email FROM appearance") == [("m@example.fi",)]


def test_a_list_that_is_none_is_put_to_a_person_and_costs_nothing_else(studio: FeedStudio) -> None:
    store = studio.memory()
    store.tree.put(f"{WEDDING}/osallistujat.csv", b"\x00" * 10_000)
    store.tree.put(f"{WEDDING}/osallistujat.xlsx", b"PK\x03\x04 no archive")
    store.tree.put(f"{WEDDING}/participants.csv", LIST)
    summary = studio.run()["cloud"]
    assert summary.outcome == "complete" and len(summary.troubles) == 2
    assert studio.rows("SELECT count(*) FROM appearance") == [(1,)]
    with studio.index.read() as conn:
        assert {question.kind for question in review.open_questions(conn)} == {"file"}


def test_one_store_s_trouble_leaves_the_others_alone(studio: FeedStudio) -> None:
    fill(studio.memory("first", fault=_failing("changes", SignInNeeded)))
    fill(studio.memory("second", fault=_failing("check", Unavailable)))
    fill(studio.memory("third"))
    found = studio.run()
    assert [found[name].outcome for name in ("first", "second", "third")] == ["failed", "failed", "complete"]
    assert all(found[name].mend for name in ("first", "second"))
    states = dict(studio.rows("SELECT name, state FROM store"))
    assert states == {"first": "refused", "second": "offline", "third": "online"}
    assert "auth memory" in studio.rows("SELECT problem FROM store WHERE name = 'first'")[0][0]


def test_trouble_in_mid_listing_keeps_what_was_listed_and_goes_on_from_there(studio: FeedStudio) -> None:
    store = studio.memory(page_entries=2)
    fill(store)
    store.fault = _failing("changes", Unavailable, after=3)
    assert studio.run()["cloud"].outcome == "failed"
    assert len(studio.present()) == 4
    assert studio.shoots()
    store.fault = None
    summary = studio.run()["cloud"]
    assert summary.counts.listed == 6
    assert studio.present() == truth(store)


class Stop(Exception):
    """The process ends here."""


@pytest.mark.parametrize(
    ("seed", "every"),
    [(1, 7), *(pytest.param(seed, 1, marks=[pytest.mark.long, pytest.mark.timeout(900)]) for seed in (1, 2))],
)
def test_stopped_between_any_two_steps_the_next_run_ends_in_the_same_state(
    tmp_path: Path, seed: int, every: int
) -> None:
    """Every call of the store, and every transaction before and after its commit, is a place to stop."""
    base = tmp_path / "base"
    base.mkdir()
    studio = FeedStudio(base)
    tree = _before_changes(studio)
    studio.close()
    _change(tree, random.Random(seed), lose=seed == 2)
    wanted = _after_changes(base, tmp_path / "never", tree, None)
    stops = 0
    for stop in range(1, 1000, every):
        state = _after_changes(base, tmp_path / str(stop), tree, stop)
        if state is None:
            break
        stops += 1
        assert state == wanted, f"stopped at step {stop}"
    print(f"seed {seed}: {stops} stops")
    assert stops * every > 40


def _before_changes(studio: FeedStudio) -> Tree:
    store = studio.memory(page_entries=3)
    fill(store, 5)
    fill(store, 5, "2026-07-07 Laine")
    store.tree.put(f"{WEDDING}/osallistujat.csv", LIST)
    studio.run()
    return store.tree


def _change(tree: Tree, chance: random.Random, *, lose: bool) -> None:
    tree.rename(WEDDING, "2026-06-06 Virtanen vihkiäiset")
    tree.put("2026-08-08 Korhonen/osallistujat.csv", LIST)
    for path in chance.sample(sorted(tree.files), 3):
        tree.take_away(path)
    for path in chance.sample(sorted(tree.files), 2):
        tree.put(path, b"changed " + path.encode())
    tree.epoch += lose


def _after_changes(base: Path, folder: Path, tree: Tree, stop: int | None):  # type: ignore[no-untyped-def]
    """Return the state after a run that was stopped at a step, and one more; None where it ended before."""
    folder.mkdir()
    shutil.copy(base / "index.db", folder)
    studio = FeedStudio(folder, now=2_000_000)
    store = studio.memory(tree=copy.deepcopy(tree), page_entries=3)
    steps = [0]

    def step(*_: str) -> None:
        steps[0] += 1
        if steps[0] == stop:
            raise Stop

    begun = studio.index.write
    if stop is not None:
        store.fault = step
        studio.index.write = _stepping(begun, step)  # type: ignore[method-assign]
    try:
        studio.run()
        stopped = False
    except Stop:
        stopped = True
    store.fault = None
    studio.index.write = begun  # type: ignore[method-assign]
    state = None
    if stop is None or stopped:
        studio.run()
        state = studio.state()
    studio.close()
    return state


def _stepping(begun, step):  # type: ignore[no-untyped-def]
    @contextmanager
    def write():  # type: ignore[no-untyped-def]
        step()
        with begun() as conn:
            yield conn
            # Before the commit: all of it is undone.
            step()
        step()

    return write


@pytest.mark.parametrize("seed", [0, 1, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(2, 30))])
def test_whatever_happens_the_index_comes_to_say_what_lies_there(studio: FeedStudio, seed: int) -> None:
    chance = random.Random(seed)
    store = studio.memory(page_entries=chance.choice([1, 3, 50]))
    for number in range(80):
        there = sorted(store.tree.files)
        some = chance.choice(there) if there else None
        new = f"{chance.choice('ab')}/{chance.choice('xyz')}/{number}.jpg"
        what = chance.choice(["put", "put", "change", "replace", "rename", "folder", "delete", "lose", "look", "fail"])
        if what == "put" or some is None:
            store.tree.put(new, b"%d" % number)
        elif what == "change":
            store.tree.put(some, b"changed %d" % number)
        elif what == "replace":
            store.tree.take_away(some)
            store.tree.put(some, b"replaced %d" % number)
        elif what == "rename":
            store.tree.rename(some, new)
        elif what == "folder":
            _move_some_folder(store, chance, number)
        elif what == "delete":
            store.tree.take_away(some)
        elif what == "lose":
            store.tree.epoch += 1
        elif what == "fail":
            store.fault = _failing("changes", Unavailable, after=chance.randrange(4))
            studio.run(vanish_share=1.0)
            store.fault = None
        else:
            _settled(studio)
            assert studio.present() == truth(store), number
    _settled(studio)
    assert studio.present() == truth(store)
    assert {path.rpartition("/")[0] for path in store.tree.files} <= studio.folders()


def _move_some_folder(store: MemoryStore, chance: random.Random, number: int) -> None:
    folder = chance.choice([path for path in sorted(store.tree.folders) if path])
    store.tree.rename(folder, f"{chance.choice('abc')}{number}" if "/" not in folder else f"{folder[0]}/moved {number}")


def _settled(studio: FeedStudio) -> None:
    """Let a person say that all is truly gone where that is asked."""
    for _ in range(2):
        if studio.run()["cloud"].outcome == "complete":
            return
        with studio.index.write() as conn:
            for question in review.open_questions(conn, "store"):
                review.settle(conn, question.id, {"accept": 10**6}, "anna", 1)
