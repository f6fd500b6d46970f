"""`python -m backupd.demo FOLDER`: write the invented studio and say how to use it."""

from __future__ import annotations

import argparse
import sys
from datetime import date, datetime
from pathlib import Path

from backupd.demo.make_studio import NotADemoError, Studio, make_studio


def main(arguments: list[str] | None = None) -> int:
    """Write what the arguments ask for; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m backupd.demo", description=(
        "Write a small invented studio (some 25 shoots over three years, about 20 MB) to try backupd on."
    ))  # fmt: skip
    parser.add_argument("target", type=Path, metavar="FOLDER", help="a new or empty folder")
    parser.add_argument("--stores", type=int, choices=(1, 3), default=1, help="copies of the studio (default: 1)")
    parser.add_argument("--today", type=date.fromisoformat, help="the day to which ages relate (default: today)")
    parser.add_argument("--seed", type=int, default=1, help="another number gives other pictures")
    parser.add_argument("--again", action="store_true", help="write a studio that is there anew, as of today")
    given = parser.parse_args(arguments)
    today = given.today or datetime.now().astimezone().date()
    try:
        studio = make_studio(given.target, today, stores=given.stores, seed=given.seed, again=given.again)
    except (NotADemoError, OSError) as problem:
        sys.stderr.write(f"{problem}\n")
        return 2
    sys.stdout.write(_describe(studio))
    return 0


def _describe(studio: Studio) -> str:
    done = "Wrote" if studio.fresh else "There already:"
    lines = [
        f"{done} {studio.shoots} shoots in {studio.files} files, as of {studio.made_for}.",
        "For the configuration:",
        "",
    ]
    for name, root in studio.stores.items():
        lines += ["[[stores]]", f'name = "{name}"', 'kind = "local"', f'path = "{root.resolve()}"', ""]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
