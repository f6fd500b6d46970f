"""Names that can exist on any computer: never outside the target, each one only once, valid on Windows."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from backupd.export.names import LONGEST_NAME, LONGEST_PATH, SafePaths, key_of, safe_name, units

_DEVICES = {"con", "prn", "aux", "nul", "conin$", "conout$", "clock$", *(f"{p}{n}" for p in ("com", "lpt") for n in "0123456789¹²³")}
_PIECES = st.sampled_from(
    ["..", ".", "", "con", "NUL", "Com1", "a", "A", "ä", "a\u0308", "ß", "SS", "ﬁ", "fi", " ", "\u2003", "\u00a0", "/", "\\", ":", "\0", "\n",
     "\u202e", "\u200b", "\udcff", "%0A", "%", "x" * 300, "😀" * 90, ".jpg", ".backupd-tmp-", "(2)", "?", "*", "~", "-"]
)  # fmt: skip
_NAMES = st.one_of(st.text(max_size=12), st.lists(_PIECES, max_size=5).map("".join), st.binary(max_size=8).map(lambda b: b.decode("utf-8", "surrogateescape")))
_PATHS = st.lists(_NAMES, max_size=6).map("/".join)


def valid_on_windows(name: str) -> bool:
    stem = name.partition(".")[0].rstrip().casefold()
    return (
        bool(name)
        and name not in (".", "..")
        and not name.endswith((".", " "))
        and not name[-1].isspace()
        and not set(name) & set('<>:"/\\|?*')
        and not any(unicodedata.category(sign) in ("Cc", "Cf", "Cs") for sign in name)
        and stem not in _DEVICES
        and units(name) <= LONGEST_NAME
        and len(name.encode()) <= 255
    )


@given(st.lists(_PATHS, max_size=14))
@example(["../../etc/passwd", "/etc/passwd", "a/../b", "..", ""])
@example(["A/x", "a/x", "a/X", "A/X", "a"])
@example(["a" * 300 + ".jpg", "a" * 300 + ".JPG", "b/" * 120 + "c", "B/" * 120 + "c"])
@settings(max_examples=600, deadline=None)
def test_every_path_is_safe_inside_and_its_own(paths: list[str]) -> None:
    safe = SafePaths()
    found = [safe.add(path) for path in paths]
    assert len({key_of(path) for path in found}) == len(found)
    folders = {path.rpartition("/")[0] for path in found if "/" in path}
    for path in found:
        assert not path.startswith("/")
        assert units(path) <= LONGEST_PATH
        assert all(valid_on_windows(part) for part in path.split("/")), path
        # A file is never called what a folder is called: the one would stand in the other's way.
        assert key_of(path) not in {key_of(folder) for folder in folders}
    again = SafePaths()
    assert [again.add(path) for path in paths] == found


@pytest.mark.parametrize("name", ["IMG_4711.JPG", "Häät 2026 – osa 1.mp4", "kuva.backup.tif", ".hidden", "(1).jpg", "日本.png"])
def test_a_good_name_stays_as_it_is(name: str) -> None:
    assert safe_name(name) == name


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("con.jpg", "_con.jpg"),
        ("Lpt¹", "_Lpt¹"),
        ("a. .", "a"),
        ("a.\u2003.", "a"),
        ("..", "_"),
        ("kuva?.jpg", "kuva_.jpg"),
        ("evil\u202egpj.exe", "evil_gpj.exe"),
        ("100%.jpg", "100_.jpg"),
        ("rivi\nvaihto.jpg", "rivi_vaihto.jpg"),
        ("ra\udcffw.nef", "ra_w.nef"),
    ],
)
def test_what_cannot_be_written_is_written_otherwise(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_a_long_name_keeps_its_ending_and_twins_get_numbers() -> None:
    safe = SafePaths()
    one, two, three = safe.add("x" * 200 + ".jpeg"), safe.add("X" * 200 + ".jpeg"), safe.add("häät.JPG")
    assert one.endswith("x.jpeg")
    assert two.endswith("X (2).jpeg")
    assert (three, safe.add("HÄÄT.jpg")) == ("häät.JPG", "HÄÄT (2).jpg")
