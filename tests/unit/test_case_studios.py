"""Generated studios: people share shoots, bear like names and ask in any order. Nothing of an erased person is left, and
nothing of anybody else is gone."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.applied import index_is_behind
from index.engine import open_index
from index.replay import replay
from tests.unit.case_studio import CaseStudio

PEOPLE = (
    ("Aino Virtanen", "aino@virtanen.example"), ("Väinö Virtanen", "perhe@virtanen.example"),
    ("Aino Mäki", "aino@maki.example"), ("Aino Maki", None), ("Kaarina Lahti-Salo", "perhe@virtanen.example"),
    ("Ville Lahti", None), ("Åsa Öberg", "asa@oberg.example"),
    ("Aino Virtanen", None),
)  # fmt: skip
FORMATS = ("csv", "txt", "md")


@dataclass(frozen=True)
class Shoot:
    """One shoot: its client is a person, or a company where several appear; each file shows some of them."""

    number: int
    people: tuple[int, ...]
    files: tuple[tuple[int, ...], ...]
    form: str
    stores: tuple[str, ...]

    @property
    def folder(self) -> str:
        who = PEOPLE[self.people[0]][0] if len(self.people) == 1 else "Kuvaamo Oy"
        return f"2025-{self.number + 1:02}-1{self.number % 9} {who} potretti"

    def paths(self) -> dict[str, tuple[int, ...]]:
        return {f"{self.folder}/IMG_{self.number}{index:03}.jpg": who for index, who in enumerate(self.files)}

    def listed(self, without: frozenset[int] = frozenset()) -> tuple[str, str] | None:
        if len(self.people) == 1:
            return None
        rows = [PEOPLE[each] for each in self.people if each not in without]
        if self.form == "csv":
            return f"{self.folder}/osallistujat.csv", "Nimi;Sähköposti\n" + "".join(f"{n};{e or ''}\n" for n, e in rows)
        mark = "- " if self.form == "md" else ""
        lines = [f"{mark}{n}, {e}" if e else f"{mark}{n}" for n, e in rows]
        return f"{self.folder}/osallistujat.{self.form}", "".join(f"{line}\n" for line in lines)


@st.composite
def studios(draw: st.DrawFn) -> tuple[tuple[Shoot, ...], tuple[int, ...]]:
    shoots = []
    for number in range(draw(st.integers(1, 4))):
        people = tuple(draw(st.lists(st.integers(0, len(PEOPLE) - 1), min_size=1, max_size=4, unique=True)))
        shown = st.lists(st.sampled_from(people), min_size=1, max_size=2, unique=True).map(tuple)
        files = tuple(draw(st.lists(shown, min_size=1, max_size=4)))
        stores = draw(st.sampled_from([("archive",), ("cloud",), ("archive", "cloud")]))
        shoots.append(Shoot(number, people, files, draw(st.sampled_from(FORMATS)), stores))
    present = sorted({each for shoot in shoots for each in shoot.people})
    askers = draw(st.lists(st.sampled_from(present), min_size=1, max_size=2, unique=True))
    return tuple(shoots), tuple(askers)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("index") / "index.db"
    open_index(f"sqlite:///{path}", create=True).close()
    return path


def fill(studio: CaseStudio, shoots: tuple[Shoot, ...]) -> None:
    for shoot in shoots:
        for path, who in shoot.paths().items():
            studio.put(path, f"picture {path[-11:]} of {len(who)}", *shoot.stores)
        listed = shoot.listed()
        if listed:
            studio.put(*listed, *shoot.stores)
    studio.look()


def erase(studio: CaseStudio, shoots: tuple[Shoot, ...], who: int) -> None:
    """What owner and desk do, who know by looking who is in which picture."""
    name, email = PEOPLE[who]
    uid = studio.open("erase", name, email)
    studio.desk().identify(uid, "known address")
    studio.planned(uid)
    folders = {shoot.folder: shoot for shoot in shoots}
    names = {(n, e): number for number, (n, e) in enumerate(PEOPLE)}
    for each in studio.items(uid):
        if each.kind == "row":
            mine = names[(each.details["name"], each.details["email"])] == who
            if mine is not each.is_in or each.is_open_question:
                studio.desk().choose(uid, [each.number] if mine else [], [] if mine else [each.number])
        if each.kind == "shoot":
            shoot = next(shoot for folder, shoot in folders.items() if folder[:10] in (each.subject or ""))
            mine = who in shoot.people
            studio.desk().choose(uid, [each.number] if mine else [], [] if mine else [each.number])
            if mine and len(shoot.people) > 1:
                studio.desk().decide(uid, each.number, "unlist")
                for path, shown in shoot.paths().items():
                    if shown == (who,):
                        studio.desk().decide(uid, each.number, "delete", path.rpartition("/")[2])
            elif mine:
                studio.desk().decide(uid, each.number, "delete")
    studio.planned(uid)
    studio.owner.approve(uid, "each picture was looked at")
    one, outcome = studio.run(uid)
    assert (one.state, outcome.waiting, outcome.said) == ("checked", {}, ()), (one.state, outcome)
    studio.answer_and_close(uid)


def expected(shoots: tuple[Shoot, ...], gone: frozenset[int], store: str) -> dict[str, bytes]:
    found = {}
    for shoot in shoots:
        if store not in shoot.stores:
            continue
        for path, who in shoot.paths().items():
            # What shows somebody else as well stays, while one of them has not asked; the desk refused nobody else.
            if not any(who == (each,) for each in gone) and not (len(shoot.people) == 1 and shoot.people[0] in gone):
                found[path] = f"picture {path[-11:]} of {len(who)}".encode()
        listed = shoot.listed(gone)
        if listed:
            found[listed[0]] = listed[1].encode()
    return found


def check(studio: CaseStudio, shoots: tuple[Shoot, ...], gone: frozenset[int]) -> None:
    for store in studio.names:
        assert studio.files(store) == expected(shoots, gone, store)
    raw = studio.raw()
    kept = {each for shoot in shoots for each in shoot.people} - gone
    for each in gone:
        name, email = PEOPLE[each]
        others = {value for one in kept for value in PEOPLE[one]}
        for text in (name, email):
            if text is not None and text not in others:
                assert text.encode() not in raw and text.casefold().encode() not in raw, text
    with studio.index.read() as conn:
        from index import scoping

        listed = {(name, email) for name, email, _ in scoping.people(conn)}
    assert listed == {PEOPLE[one] for shoot in shoots if len(shoot.people) > 1 for one in shoot.people if one not in gone}


def run_one(template: Path, shoots: tuple[Shoot, ...], askers: tuple[int, ...]) -> None:
    folder = Path(tempfile.mkdtemp(prefix="studio-"))
    studio = CaseStudio(folder, template=template)
    try:
        fill(studio, shoots)
        gone: frozenset[int] = frozenset()
        yesterday = folder.with_name(folder.name + "-yesterday.db")
        studio.index.truncate_log()
        shutil.copy(folder / "index.db", yesterday)
        for who in askers:
            erase(studio, shoots, who)
            gone |= {who}
            check(studio, shoots, gone)
        studio.close()
        restore(studio, yesterday)
        check(studio, shoots, gone)
    finally:
        studio.close()
        shutil.rmtree(folder)
        yesterday.unlink(missing_ok=True)


def restore(studio: CaseStudio, backup: Path) -> None:
    """Put back an older index, as `restore-index` does: replay first, then look at the stores."""
    for each in studio.folder.glob("index.db*"):
        each.unlink()
    shutil.copy(backup, studio.folder / "index.db")
    studio.index = open_index(f"sqlite:///{studio.folder / 'index.db'}")
    with studio.index.write() as conn:
        assert index_is_behind(conn, studio.ledger)
        replay(conn, studio.ledger)
    studio.look()
    studio.index.truncate_log()


SLOW = (HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large)


@pytest.mark.timeout(600)
@given(studios())
@settings(max_examples=60, deadline=None, suppress_health_check=SLOW)
def test_after_an_erasure_nothing_of_the_person_is_left_and_nothing_of_others_is_gone(
    template: Path, generated: tuple[tuple[Shoot, ...], tuple[int, ...]]
) -> None:
    run_one(template, *generated)


@pytest.mark.long
@pytest.mark.timeout(36_000)
@given(studios())
@settings(max_examples=10_000, deadline=None, suppress_health_check=SLOW)
def test_after_ten_thousand_erasures_too(
    template: Path, generated: tuple[tuple[Shoot, ...], tuple[int, ...]]
) -> None:
    run_one(template, *generated)


