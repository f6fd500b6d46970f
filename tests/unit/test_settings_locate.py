from __future__ import annotations

import tomllib
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from backupd.settings.faults import KeyPath
from backupd.settings.locate import line_of, locate_keys

TANGLE = """\
# a "comment" with [brackets] and = signs
title = "first"   # [not.a.table]

[ studio . "odd name" ]
'quoted key' = 'no \\escape'
a.b."c.d" = 1
a.e = 2026-01-31 07:32:00
text = \"\"\"
[[stores]]
name = "not here"
\\\"\"\" still inside\"\"\"\"\"
raw = '''
[x]
'''

[[stores]]
name = "one"
ignore = [
    "a", # "]"
    'b,]',

    ["c", {d = "]}"}],
]
limits = { per_day = "1 GB", deep = { er = [1, 2] } }

  [stores.more]
  x = 1
  [[stores.parts]]
  y = 2
  [[stores.parts]]
  y = 3

[[stores]]
name = "two"
[stores.more]
x = 4
"""


def paths_of(value: Any, path: KeyPath = ()) -> set[KeyPath]:
    found = {path} if path else set()
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return found.union(*(paths_of(each, (*path, key)) for key, each in pairs))


def test_every_key_of_a_tangled_file_is_found_on_its_line() -> None:
    lines = locate_keys(TANGLE)
    assert paths_of(tomllib.loads(TANGLE)) <= lines.keys()
    text = TANGLE.split("\n")
    expected = {
        ("title",): 2,
        ("studio", "odd name"): 4,
        ("studio", "odd name", "quoted key"): 5,
        ("studio", "odd name", "a", "b", "c.d"): 6,
        ("studio", "odd name", "raw"): 12,
        ("stores",): 16,
        ("stores", 0): 16,
        ("stores", 0, "name"): 17,
        ("stores", 0, "ignore", 1): 20,
        ("stores", 0, "ignore", 2, 1, "d"): 22,
        ("stores", 0, "limits", "deep", "er", 1): 24,
        ("stores", 0, "more", "x"): 27,
        ("stores", 0, "parts", 1, "y"): 31,
        ("stores", 1, "name"): 34,
        ("stores", 1, "more", "x"): 36,
    }
    assert {path: lines[path] for path in expected} == expected
    assert text[33] == 'name = "two"'


def test_a_key_that_is_not_written_has_the_line_of_its_table() -> None:
    lines = locate_keys('[[stores]]\nname = "a"\n')
    assert line_of(lines, ("stores", 0, "path")) == 1
    assert line_of(lines, ("retention", "minimum")) is None


keys = st.from_regex(r"[A-Za-z0-9_-]{1,5}", fullmatch=True)
odd_keys = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=5)
strings = st.text(st.sampled_from("ab\"'\\[]{}#=,. \näß"), max_size=12)


def basic(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def long_string(text: str) -> str:
    return '"""\n' + text.replace("\\", "\\\\").replace('"""', '""\\"').removesuffix('"') + '"""'


scalars = st.one_of(
    st.integers(-99, 99).map(str), st.sampled_from(["true", "1.5", "2026-01-31", "07:32:00"]), strings.map(basic),
    strings.map(long_string),
)  # fmt: skip
values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda each: "[ # ]\n" + ",\n ".join(each) + "]"),
        st.dictionaries(keys, inner.filter(lambda one: "\n" not in one), max_size=3).map(
            lambda each: "{" + ", ".join(f"{key} = {value}" for key, value in each.items()) + "}"
        ),
    ),
    max_leaves=6,
)


@st.composite
def documents(draw: st.DrawFn) -> str:
    """TOML texts with tables, arrays of tables, odd keys and blank lines; each key written only once."""
    lines: list[str] = []
    headers = draw(st.lists(keys.filter(lambda key: not key.startswith("own_")), unique=True, max_size=4))
    for header in ["", *headers]:
        repeats = draw(st.integers(1, 3)) if header and draw(st.booleans()) else 0
        for _ in range(max(1, repeats)):
            if header:
                lines.append(f"[[ {header} ]] # ]]" if repeats else f"[{header}]")
            prefix = "own_" if not header else ""
            written = draw(st.lists(odd_keys, unique=True, max_size=3))
            lines += [f" {basic(prefix + key)} = {draw(values)} # = [" for key in written]
            lines += [""] * draw(st.integers(0, 2))
    return "\n".join(lines)


@given(documents())
def test_the_walk_finds_the_very_keys_that_the_parser_finds(text: str) -> None:
    assert set(locate_keys(text)) == paths_of(tomllib.loads(text))


@given(documents())
def test_a_keys_line_holds_that_key(text: str) -> None:
    lines = text.split("\n")
    for path, number in locate_keys(text).items():
        if len(path) == 1:
            word = str(path[0])
            assert word in lines[number - 1] or basic(word) in lines[number - 1]
