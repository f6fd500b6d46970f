"""What the index answers about shoots, copies, people and questions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection, update

from index import answers, copies, folders, people, review, shoots, stores
from index.engine import Index, open_index
from index.people import NewAppearance
from index.records import FolderRow, NewContent, NewCopy
from index.review import Question
from index.schema import copy as copy_table


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    opened = open_index(f"sqlite:///{tmp_path / 'index.db'}", create=True)
    yield opened
    opened.close()


@pytest.fixture
def conn(index: Index) -> Iterator[Connection]:
    with index.write() as connection:
        yield connection


def content(id: int, size: int = 100) -> NewContent:
    return NewContent(
        id, size, bytes([id]) * 32, None, None, "p", "2026-06-06T12:00:00", 180, None, None, None, None, 1000
    )


def copy(id: int, folder: int, name: str, content_id: int | None, state: str = "p", by: str | None = "h") -> NewCopy:
    return NewCopy(id, folder, name, content_id, 100, 5, str(id), None, state, by, 2000)  # type: ignore[arg-type]


@pytest.fixture
def wedding(conn: Connection) -> int:
    """One shoot with its folder in two stores: folder 1 in `archive`, folder 2 in `mirror`."""
    archive = stores.record_store(conn, "archive", "local")
    mirror = stores.record_store(conn, "mirror", "local")
    folders.add_folders(conn, archive.id, [FolderRow(1, "2026/Virtanen", "11", None, True, 2)])
    folders.add_folders(conn, mirror.id, [FolderRow(2, "Virtanen", "12", None, True, 2)])
    client = shoots.add_client(conn, "Virtanen", "virtanen")
    shoot = shoots.add_shoot(conn, "k", client_id=client, title="häät", first_day="2026-06-06", last_day="2026-06-06")
    shoots.place_folders(conn, [(1, shoot, True), (2, shoot, True)])
    copies.add_contents(conn, [content(1), content(2), content(3)])
    return shoot


def test_one_content_in_two_stores_is_one_file_with_two_copies(conn: Connection, wedding: int) -> None:
    copies.add_copies(conn, [copy(1, 1, "a.jpg", 1), copy(2, 2, "renamed.jpg", 1)])
    summary = answers.summaries(conn, [wedding])[wedding]
    assert (summary.files, summary.bytes, summary.intact) == (1, 100, 1)
    (file,) = answers.file_copies(conn, wedding)
    assert [(c.store, c.path, c.state, c.known_by) for c in file.copies] == [
        ("archive", "2026/Virtanen/a.jpg", "present", "hashed"),
        ("mirror", "Virtanen/renamed.jpg", "present", "hashed"),
    ]


def test_one_content_twice_in_a_store_is_two_files(conn: Connection, wedding: int) -> None:
    copies.add_copies(conn, [copy(1, 1, "a.jpg", 1), copy(2, 1, "b.jpg", 1), copy(3, 2, "a.jpg", 1)])
    assert answers.summaries(conn, [wedding])[wedding].files == 2
    assert [file.path for file in answers.file_copies(conn, wedding)] == ["2026/Virtanen/a.jpg", "2026/Virtanen/b.jpg"]


def test_a_file_missing_in_one_store_is_intact_by_the_other(conn: Connection, wedding: int) -> None:
    copies.add_copies(
        conn, [copy(1, 1, "a.jpg", 1, state="m"), copy(2, 2, "a.jpg", 1), copy(3, 1, "b.jpg", 2, state="m")]
    )
    summary = answers.summaries(conn, [wedding])[wedding]
    assert (summary.files, summary.intact) == (2, 1)
    assert (summary.stores["archive"].missing, summary.stores["mirror"].present) == (2, 1)


def test_a_file_whose_bytes_are_unknown_counts_but_is_not_intact(conn: Connection, wedding: int) -> None:
    copies.add_copies(conn, [copy(1, 1, "a.jpg", None, state="u", by=None), copy(2, 1, "b.jpg", 1)])
    summary = answers.summaries(conn, [wedding])[wedding]
    assert (summary.files, summary.intact) == (2, 1)


def test_copies_outside_the_shoot_are_named(conn: Connection, wedding: int) -> None:
    folders.add_folders(conn, 1, [FolderRow(3, "loose", "13", None, True, 1)])
    copies.add_copies(conn, [copy(1, 1, "a.jpg", 1), copy(2, 3, "elsewhere.jpg", 1)])
    (file,) = answers.file_copies(conn, wedding)
    assert [c.path for c in file.copies] == ["2026/Virtanen/a.jpg", "loose/elsewhere.jpg"]


def test_names_that_are_not_utf8_come_back_byte_for_byte(conn: Connection, wedding: int) -> None:
    name = b"h\xe4\xe4t\n.jpg".decode("utf-8", "surrogateescape")
    copies.add_copies(conn, [copy(1, 1, name, 1)])
    assert list(copies.copies_in(conn, 1)) == [name]
    (file,) = answers.file_copies(conn, wedding)
    assert file.path == f"2026/Virtanen/{name}"


def test_a_name_taken_by_another_file_stays_readable(conn: Connection, wedding: int) -> None:
    copies.add_copies(conn, [copy(1, 1, "a.jpg", 1, state="m")])
    copies.set_copies_aside(conn, [1])
    copies.add_copies(conn, [copy(2, 1, "a.jpg", 2)])
    assert copies.copies_in(conn, 1)["a.jpg"].id == 2
    assert [file.path for file in answers.file_copies(conn, wedding)] == ["2026/Virtanen/a.jpg"] * 2


@pytest.mark.parametrize(
    ("name", "number"),
    [("IMG_4711.CR3", 4711), ("2026-06-06_0012.jpg", 12), ("a.jpg", None), ("x1234567890.jpg", None), ("IMG_1.mp4", 1)],
)
def test_files_are_looked_up_by_their_number(name: str, number: int | None) -> None:
    assert copies.number_of(name) == number


def person(name: str, key: str) -> NewAppearance:
    return NewAppearance(key, name, "row 2", None, None, None, None, None)


def test_shoots_with_minors_are_those_whose_lists_say_so(conn: Connection, wedding: int) -> None:
    copies.add_copies(conn, [copy(1, 1, "osallistujat.txt", 1)])
    grown, child = person("Aino Laine", "aino"), replace(person("Onni Salo", "onni"), minor=True)
    people.record_list(conn, 1, wedding, [grown, replace(grown, key="eero", name="Eero Salo", minor=False)])
    assert people.shoots_with_minors(conn, [wedding]) == set()
    people.record_list(conn, 1, wedding, [grown, child])
    assert people.shoots_with_minors(conn, [wedding, wedding + 1]) == {wedding}
    assert people.shoots_with_minors(conn, [wedding + 1]) == set()


def test_a_list_that_is_read_anew_replaces_what_it_said(conn: Connection, wedding: int) -> None:
    copies.add_copies(conn, [copy(1, 1, "osallistujat.txt", 1)])
    people.record_list(conn, 1, wedding, [person("Aino Laine", "aino"), person("Onni Salo", "onni")])
    people.record_list(conn, 1, wedding, [person("Onni Salo", "onni")])
    people.forget_strangers(conn)
    assert people.participant_names(conn, [wedding]) == {wedding: ["Onni Salo"]}
    assert [row.path for row in people.appearances(conn, wedding)] == ["2026/Virtanen/osallistujat.txt"]


def test_what_was_settled_stays_settled_until_the_question_changes(conn: Connection) -> None:
    question = Question("folder", "archive:x", "two days are possible", ({"first_day": "2026-06-06"},))
    review.ask(conn, question, now=1)
    (row,) = review.open_questions(conn)
    review.settle(conn, row.id, {"client": "Virtanen"}, "aino", now=2)
    review.ask(conn, question, now=3)
    review.withdraw(conn, "folder", "archive:x")
    assert review.open_questions(conn) == []
    assert review.settlement_of(conn, "folder", "archive:x") == {"client": "Virtanen"}
    review.ask(conn, Question("folder", "archive:x", "another reason"), now=4)
    assert [row.reason for row in review.open_questions(conn)] == ["another reason"]


def test_clients_that_are_one_keep_all_spellings(conn: Connection, wedding: int) -> None:
    other = shoots.add_client(conn, "Virtasen", "virtasen")
    shoots.merge_clients(conn, shoots.find_client(conn, "virtanen") or 0, other)
    assert shoots.find_client(conn, "virtasen") == shoots.find_client(conn, "virtanen")
    assert sorted(shoots.spellings(conn, [id := shoots.find_client(conn, "virtanen") or 0])[id]) == ["Virtanen", "Virtasen"]


def test_a_shoot_that_nothing_belongs_to_goes_with_its_client(conn: Connection, wedding: int) -> None:
    shoots.place_folders(conn, [(1, None, False), (2, None, False)])
    assert shoots.empty_shoots(conn) == [wedding]
    shoots.remove_shoots(conn, [wedding])
    assert shoots.count_shoots(conn) == 0
    assert shoots.client_names(conn) == []


def test_what_backupd_removed_is_not_missing_until_it_came_back_and_went_by_itself(conn: Connection, wedding: int) -> None:
    copies.add_copies(conn, [copy(1, 1, "a.jpg", 1), copy(2, 1, "b.jpg", 2, state="m")])
    before = stores.totals(conn)[0]
    copies.record_removed(conn, [1], 100)
    after = stores.totals(conn)[0]
    assert (after.files, after.missing) == (before.files - 1, before.missing)
    count = answers.summaries(conn, [wedding])[wedding].stores["archive"]
    assert (count.removed, count.missing) == (1, before.missing)
    conn.execute(update(copy_table).where(copy_table.c.id == 1).values(state="p", known_at=200))
    copies.record_missing(conn, [1], 300)
    assert stores.totals(conn)[0].missing == before.missing + 1
    assert answers.summaries(conn, [wedding])[wedding].stores["archive"].removed == 0
