"""Clean-ups: families stay together, oldest first, no further than needed, never what is protected."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backupd.policy.facts import Intact, Known, Retained
from backupd.policy.families import Role, family_of, role_of
from backupd.policy.pruning import FileColumns, Plan, PruneLimits, ShootLine, Stopped, plan_prune
from backupd.settings.values import UNLIMITED
from tests.unit.test_policy_table import CALM

PROTECTED = replace(CALM, retained=Retained.PROTECTED)


@pytest.mark.parametrize(
    "paths",
    [
        ("RAW/IMG_0001.CR3", "RAW/IMG_0001.JPG", "RAW/IMG_0001.xmp", "RAW/IMG_0001.CR3.xmp", "RAW/IMG_0001.wav"),
        ("A/DSC_1.NEF", "A/CaptureOne/Settings153/DSC_1.NEF.cos", "A/dsc_1.nef"),
        ("GX010527.MP4", "GX020527.MP4", "GX010527.THM", "GH030527.MP4"),
        ("GOPR0527.MP4", "GP010527.MP4", "GP020527.MP4"),
        ("VID_20230101_120000_00_001.insv", "VID_20230101_120000_10_001.insv"),
        ("DJI_0001.MP4", "DJI_0001.SRT"),
        ("C0001.MP4", "C0001M01.XML", "C0001T01.JPG"),
        ("A001_C001_0925AB_001.R3D", "A001_C001_0925AB_002.R3D"),
        ("card/PRIVATE/M4ROOT/CLIP/C0001.MP4", "card/PRIVATE/M4ROOT/MEDIAPRO.XML", "card/PRIVATE/M4ROOT/SUB/C0001S03.MP4"),
        ("P2/CONTENTS/VIDEO/1.MXF", "P2/CONTENTS/CLIP/1.XML"),
        ("CONTENTS/CLIPS001/INDEX.MIF", "CONTENTS/CLIPS001/A/CLIP.MXF"),
        ("A001/A001_0925AB.RDM/A001_C001.RDC/x_001.R3D", "A001/A001_0925AB.RDM/A001_C001.RDC/x.RMD"),
        ("A001R0Z3/A_0001.mxf", "A001R0Z3/reel.ale"),
        ("edit/film.fcpbundle/CurrentVersion.fcpevent", "edit/film.fcpbundle/Original Media/1.mov"),
    ],
)
def test_one_family(paths: tuple[str, ...]) -> None:
    assert len({family_of(path) for path in paths}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("RAW/IMG_0001.CR3", "RAW/IMG_0002.CR3"),
        ("card1/IMG_0001.CR3", "card2/IMG_0001.CR3"),
        ("GX010527.MP4", "GX010528.MP4"),
        ("A/PRIVATE/M4ROOT/CLIP/C0001.MP4", "B/PRIVATE/M4ROOT/CLIP/C0001.MP4"),
        ("A/IMG_1.CR3", "A/CaptureOne/Cache/Thumbnails/IMG_1.CR3.cot"),
        ("GX010527.MP4", "GL010527.LRV"),
        ("Contents/a.jpg", "Contents/b.jpg"),
    ],
)
def test_different_families(one: str, other: str) -> None:
    assert family_of(one) != family_of(other)


@pytest.mark.parametrize(
    ("path", "role"),
    [
        ("IMG_1.CR3", Role.MEDIA),
        ("ZOOM0001.WAV", Role.MEDIA),
        ("IMG_1.xmp", Role.SIDECAR),
        ("C0001M01.XML", Role.SIDECAR),
        ("Lightroom/Wedding.lrcat", Role.CATALOGUE),
        ("Lightroom/Wedding.lrcat-wal", Role.CATALOGUE),
        ("Session.cosessiondb", Role.CATALOGUE),
        ("edit/film.prproj", Role.CATALOGUE),
        ("edit/film.fcpbundle/Original Media/1.mov", Role.CATALOGUE),
        ("Lightroom/Wedding Previews.lrdata/0/1.lrprev", Role.REBUILDABLE),
        ("Lightroom/Wedding Smart Previews.lrdata/0/1.dng", Role.REBUILDABLE),
        ("A/CaptureOne/Cache/Proxies/IMG_1.CR3.cof", Role.REBUILDABLE),
        ("A/CaptureOne/Settings153/IMG_1.CR3.cos", Role.SIDECAR),
        ("Proxies/C0001.mov", Role.REBUILDABLE),
        ("GL010527.LRV", Role.REBUILDABLE),
        ("card/PRIVATE/M4ROOT/MEDIAPRO.XML", Role.MEDIA),
        ("osallistujat.txt", Role.OTHER),
        ("sopimus.pdf", Role.OTHER),
    ],
)
def test_what_a_file_is_for(path: str, role: Role) -> None:
    assert role_of(path) is role


@given(path=st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_any_name_has_a_family_and_a_role(path: str) -> None:
    assert isinstance(family_of(path), str)
    assert role_of(path) in Role


class Studio:
    """Shoots with files, in columns; sizes are small numbers."""

    def __init__(self) -> None:
        self.files = FileColumns()
        self.shoots: list[ShootLine] = []
        self.names: dict[int, tuple[int, str]] = {}

    def add(self, since: date | None, *files: str, facts: Any = CALM, size: int = 10, spare: bool = False) -> int:
        number = len(self.shoots) + 1
        first = len(self.names)
        for place, name in enumerate(files):
            self.names[first + place] = (number, name)
        rows = [(first + place, size, name, spare) for place, name in enumerate(files)]
        self.shoots.append(ShootLine(number, since, facts, *self.files.add_shoot(rows)))
        return number

    def plan(self, free: int = 0, low: int = 1, high: int = 10**9, **more: Any) -> Plan:
        return plan_prune(self.shoots, self.files, PruneLimits(free, low, high, **more))

    def gone(self, plan: Plan) -> list[str]:
        return [self.names[copy][1] for copy in plan.copies]


OLD, NEWER = date(2024, 1, 1), date(2025, 1, 1)


def test_nothing_is_due_while_there_is_room() -> None:
    studio = Studio()
    studio.add(OLD, "a.jpg")
    plan = studio.plan(free=100, low=100, high=150)
    assert (plan.stopped, len(plan.copies), plan.freed) == (Stopped.NOT_DUE, 0, 0)


def test_of_what_is_free_to_go_since_one_day_the_oldest_goes_first() -> None:
    studio = Studio()
    for name, day in (("b.jpg", NEWER), ("c.jpg", None), ("a.jpg", OLD)):
        studio.add(NEWER, name)
        studio.shoots[-1] = replace(studio.shoots[-1], last_day=day)
    assert studio.gone(studio.plan()) == ["a.jpg", "b.jpg", "c.jpg"]


def test_oldest_first_and_only_until_the_high_mark() -> None:
    studio = Studio()
    studio.add(NEWER, "newer1.jpg", "newer2.jpg")
    studio.add(OLD, "old1.jpg", "old2.jpg")
    plan = studio.plan(free=0, low=5, high=25)
    assert studio.gone(plan) == ["old1.jpg", "old2.jpg", "newer1.jpg"]
    assert (plan.wanted, plan.freed, plan.stopped) == (25, 30, Stopped.HIGH_MARK)
    assert [(run.shoot, run.rule) for run in plan.runs] == [(2, "retention_passed"), (1, "retention_passed")]
    assert [act.copy for act in plan.acts()] == list(plan.copies)
    assert sum(act.size for act in plan.acts()) == plan.freed


def test_exactly_enough_is_enough() -> None:
    studio = Studio()
    studio.add(OLD, "a.jpg", "b.jpg", "c.jpg")
    plan = studio.plan(high=20)
    assert (studio.gone(plan), plan.stopped) == (["a.jpg", "b.jpg"], Stopped.HIGH_MARK)
    assert studio.plan(high=30).stopped is Stopped.HIGH_MARK


def test_what_is_protected_is_never_borrowed_from() -> None:
    studio = Studio()
    studio.add(OLD, "held.jpg", facts=replace(CALM, legal_hold=Known.YES))
    studio.add(OLD, "kept.jpg", facts=PROTECTED)
    studio.add(None, "undated.jpg", facts=replace(CALM, retained=Retained.UNKNOWN))
    studio.add(None, "contradicts.jpg")
    plan = studio.plan()
    assert (len(plan.copies), plan.freed, plan.stopped) == (0, 0, Stopped.NOTHING_LEFT)
    rules = {refused.shoot: refused.rule for refused in plan.refused}
    assert rules == {1: "hold_legal", 2: "min_retention", 3: "date_unknown", 4: "date_unknown"}
    assert all(refused.reasons for refused in plan.refused)


def test_a_family_goes_whole_or_not_at_all() -> None:
    studio = Studio()
    studio.add(OLD, "IMG_1.CR3", "IMG_2.CR3", "IMG_1.JPG", "IMG_1.xmp")
    plan = studio.plan(high=5)
    assert sorted(studio.gone(plan)) == ["IMG_1.CR3", "IMG_1.JPG", "IMG_1.xmp"]
    assert plan.stopped is Stopped.HIGH_MARK


def test_catalogues_lists_and_lone_sidecars_go_last() -> None:
    studio = Studio()
    studio.add(OLD, "Wedding.lrcat", "lonely.xmp", "osallistujat.txt", "IMG_1.CR3", "IMG_2.CR3")
    assert studio.gone(studio.plan(high=15)) == ["IMG_1.CR3", "IMG_2.CR3"]
    whole = studio.gone(studio.plan())
    assert whole[:2] == ["IMG_1.CR3", "IMG_2.CR3"]
    assert sorted(whole[2:]) == ["Wedding.lrcat", "lonely.xmp", "osallistujat.txt"]


def test_what_can_be_made_again_goes_first_only_where_so_configured() -> None:
    studio = Studio()
    preview = "Lightroom/Wedding Previews.lrdata/1.lrprev"
    studio.add(OLD, "old.CR3")
    studio.add(NEWER, "newer.CR3", preview, "Lightroom/Wedding.lrcat")
    studio.add(OLD, "x Previews.lrdata/1.lrprev", facts=PROTECTED)
    assert studio.gone(studio.plan(high=10, rebuildable_first=True)) == [preview]
    assert studio.gone(studio.plan(high=10)) == ["old.CR3"]
    everything = studio.gone(studio.plan(rebuildable_first=True))
    assert sorted(everything) == sorted({"old.CR3", "newer.CR3", preview, "Lightroom/Wedding.lrcat"})


@pytest.mark.parametrize("limit", [{"most_files": 2}, {"most_bytes": 25}])
def test_one_run_takes_no_more_than_its_limit(limit: dict[str, int]) -> None:
    studio = Studio()
    studio.add(OLD, "a.jpg", "b.jpg", "c.jpg")
    plan = studio.plan(**limit)
    assert (studio.gone(plan), plan.stopped) == (["a.jpg", "b.jpg"], Stopped.RUN_LIMIT)


def test_a_family_larger_than_a_run_is_told_and_passed_over() -> None:
    studio = Studio()
    large = studio.add(OLD, "I.CR3", "I.JPG", "I.xmp", "osallistujat.txt", "z.jpg")
    studio.add(NEWER, "b.jpg")
    plan = studio.plan(most_files=2)
    assert studio.gone(plan) == ["z.jpg", "b.jpg"]
    assert [(refused.shoot, refused.rule) for refused in plan.refused] == [(large, "run_limit")]
    assert plan.stopped is Stopped.NOTHING_LEFT


def test_spare_replicas_go_only_where_so_configured_and_catalogues_stay() -> None:
    studio = Studio()
    studio.add(NEWER, "a.CR3", "a.xmp", facts=PROTECTED, spare=True)
    studio.add(NEWER, "b.CR3", facts=PROTECTED)
    studio.add(NEWER, "c.CR3", facts=replace(PROTECTED, open_request=Known.YES), spare=True)
    assert studio.gone(studio.plan()) == []
    plan = studio.plan(evict=True)
    assert studio.gone(plan) == ["a.CR3", "a.xmp"]
    assert plan.runs[0].rule == "evict"
    mixed = Studio()
    start, _ = mixed.files.add_shoot([(0, 10, "a.CR3", True), (1, 10, "b.CR3", False), (2, 10, "s.cosessiondb", True)])
    mixed.names = {0: (1, "a.CR3"), 1: (1, "b.CR3"), 2: (1, "s.cosessiondb")}
    mixed.shoots = [ShootLine(1, NEWER, replace(PROTECTED, intact=Intact.UNKNOWN), start, 3)]
    assert mixed.gone(mixed.plan(evict=True)) == ["a.CR3"]


def test_a_family_of_which_one_copy_is_not_spare_is_not_evicted() -> None:
    studio = Studio()
    studio.files.add_shoot([(0, 10, "a.CR3", True), (1, 10, "a.xmp", False)])
    studio.shoots = [ShootLine(1, NEWER, PROTECTED, 0, 2)]
    assert len(studio.plan(evict=True).copies) == 0


NAMES = ["IMG_1.CR3", "IMG_1.JPG", "IMG_1.xmp", "IMG_2.CR3", "IMG_2.xmp", "alone.xmp", "s.lrcat", "list.txt",
         "x Previews.lrdata/1.lrprev", "GX010001.MP4", "GX020001.MP4"]  # fmt: skip
facts = st.sampled_from([CALM, CALM, PROTECTED, replace(CALM, pinned=Known.YES), replace(CALM, scan_stale=Known.UNKNOWN)])
shoots = st.lists(
    st.tuples(st.integers(0, 900), st.lists(st.sampled_from(NAMES), min_size=1, max_size=9, unique=True), facts, st.integers(0, 30)),
    max_size=6,
)
limits = st.fixed_dictionaries(
    {
        "free": st.integers(0, 50), "low": st.integers(0, 60), "high": st.integers(0, 400),
        "most_files": st.just(UNLIMITED) | st.integers(1, 20), "most_bytes": st.just(UNLIMITED) | st.integers(1, 300),
        "rebuildable_first": st.booleans(), "evict": st.booleans(),
    }
)  # fmt: skip


def _studio(made: list[tuple[int, list[str], Any, int]]) -> Studio:
    studio = Studio()
    for days, names, of, size in made:
        studio.add(OLD + timedelta(days=days), *names, facts=of, size=size)
    return studio


@given(made=shoots, limit=limits)
def test_what_a_plan_never_does(made: list[tuple[int, list[str], Any, int]], limit: dict[str, Any]) -> None:
    studio = _studio(made)
    plan = studio.plan(**limit)
    gone = set(plan.copies)
    assert len(gone) == len(plan.copies)
    by_shoot = {line.id: line for line in studio.shoots}
    for run in plan.runs:
        assert by_shoot[run.shoot].facts is CALM
    for line in studio.shoots:
        paths = {row: studio.names[row][1] for row in range(line.start, line.stop)}
        stays = [path for row, path in paths.items() if row not in gone]
        goes = [path for row, path in paths.items() if row in gone]
        assert not {family_of(p) for p in stays} & {family_of(p) for p in goes}
        if any(role_of(path) in (Role.CATALOGUE, Role.OTHER) for path in goes):
            assert not stays
    sizes = plan.sizes
    assert plan.freed == sum(sizes)
    if limit["most_files"] is not UNLIMITED:
        assert len(plan.copies) <= limit["most_files"]
    if limit["most_bytes"] is not UNLIMITED:
        assert plan.freed <= limit["most_bytes"]
    if plan.stopped is Stopped.HIGH_MARK:
        assert plan.freed >= plan.wanted
    if plan.stopped in (Stopped.NOTHING_LEFT, Stopped.RUN_LIMIT):
        assert plan.freed < plan.wanted
    if limit["free"] >= limit["low"]:
        assert not gone


@given(made=shoots, limit=limits, seed=st.integers(0, 999))
def test_the_order_in_which_shoots_come_does_not_matter(
    made: list[tuple[int, list[str], Any, int]], limit: dict[str, Any], seed: int
) -> None:
    studio = _studio(made)
    plan = studio.plan(**limit)
    random.Random(seed).shuffle(studio.shoots)
    assert studio.plan(**limit) == plan
