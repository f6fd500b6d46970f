"""Every kind of store that there is takes part in the suite, and is found without loading the others."""

from __future__ import annotations

import subprocess
import sys

import pytest

from adapters.kinds import all_kinds, find_kind, open_store
from contract.harness import harnesses


@pytest.mark.parametrize("kind", [kind.kind for kind in all_kinds()])
def test_every_kind_has_a_harness(kind: str) -> None:
    assert kind in {harness.kind for harness in harnesses()}, f"write tests/contract/harness_{kind}.py"


def test_kinds_have_names_of_their_own_and_understand_a_path() -> None:
    kinds = [kind.kind for kind in all_kinds()]
    assert {"local", "memory"} <= set(kinds)
    assert len(kinds) == len(set(kinds))
    assert all(find_kind(kind.kind) == kind for kind in all_kinds())


@pytest.mark.parametrize("kind", ["", "walker", "errors", "no such", "../local", "local.py", "os", "__init__", "Local"])
def test_what_is_no_kind_is_none(kind: str) -> None:
    assert find_kind(kind) is None
    with pytest.raises(ValueError, match="no kind of store"):
        open_store(kind, "archive", {})


def test_opening_a_local_store_loads_no_other_kind() -> None:
    code = (
        "import sys\n"
        "from adapters.kinds import open_store\n"
        "open_store('local', 'archive', {'path': '/nowhere/at/all', 'ignore': ['*.tmp']})\n"
        "others = ('dropbox', 'google', 'googleapiclient', 'requests', 'adapters.dropbox', 'adapters.gdrive')\n"
        "print([name for name in sys.modules if name.startswith(others)])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("options", [{}, {"path": ""}, {"path": "relative/path"}, {"path": "/a", "pth": "/b"}])
def test_a_local_store_without_a_proper_place_is_refused_when_it_is_opened(options: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="local store"):
        open_store("local", "archive", options)
