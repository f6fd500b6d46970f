"""The last word on a store that did not end well: its state, since when, when it was last heard of, and the mend."""

from __future__ import annotations

import json
from typing import Any

from tests.e2e.harness import Studio, write


def archive(studio: Studio, status: int) -> dict[str, Any]:
    rows = json.loads(studio.run("status", "--json", status=status).out)["stores"]
    return next(row for row in rows if row["name"] == "archive")


def test_a_store_that_is_away_has_a_clear_last_word(studio: Studio) -> None:
    write(studio.stores["archive"] / "2026-06-06 Virtanen häät" / "a.bin", "a")
    studio.index()
    well = archive(studio, 0)
    assert (well["state"], well["problem"], well["mend"]) == ("online", None, None)
    away = studio.stores["archive"].rename(studio.root / "away")
    studio.index(status=3)
    first = archive(studio, 3)
    assert first["state"] in ("offline", "refused") and first["since"] >= well["heard_at"]
    assert first["mend"] and first["problem"].endswith(first["mend"])
    assert (first["heard_at"], first["files"]) == (well["heard_at"], 1), "what is known stays"
    studio.index(status=3)
    assert archive(studio, 3)["since"] == first["since"], "it is the same trouble still"
    said = studio.run("status", status=3).out
    assert f"  archive: {first['state']} since " in said
    assert "    last heard of on " in said and "\n    > Check that " in said
    assert said.count(first["mend"][:30]) == 1
    assert all(len(line) <= 80 or "/" in line for line in said.splitlines()), said
    away.rename(studio.stores["archive"])
    studio.index()
    again = archive(studio, 0)
    assert (again["state"], again["problem"], again["mend"]) == ("online", None, None)


def test_a_store_that_never_answered_says_so(studio: Studio) -> None:
    studio.stores["archive"].rename(studio.root / "away")
    studio.index(status=3)
    assert "    never heard of so far\n" in studio.run("status", status=3).out
    assert archive(studio, 3)["since"]
