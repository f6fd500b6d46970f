"""`python -m bench [PART …] [--quick] [--dir DIR]`: each promise of speed and memory beside a tool a user would pick."""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from bench import policies, pruning
from bench.clouds import clouds
from bench.export import measure_export
from bench.indexing import measure_big, measure_commands, measure_mixed, measure_unchanged
from bench.lookups import measure_lookups
from bench.requests import measure_requests
from bench.service import measure_service
from bench.studio import Studio, made
from bench.trees import make_big, make_million, make_mixed, make_small

_TOOLS = ("openssl", "exiv2", "mediainfo", "exiftool")


def main() -> int:
    """Measure and print."""
    parts = _parts()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("part", nargs="*", choices=[*parts, []], help=f"of {', '.join(parts)}; all, if none is named")
    parser.add_argument("--quick", action="store_true", help="small trees: to see that it runs")
    parser.add_argument("--dir", type=Path, default=Path("bench/trees"), help="where the trees are made and kept")
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    missing = [tool for tool in _TOOLS if shutil.which(tool) is None]
    if missing:
        print(f"missing: {', '.join(missing)}. apt-get install openssl exiv2 mediainfo libimage-exiftool-perl")
        return 2
    for part in options.part or parts:
        parts[part](options)
    return 0


def _parts() -> Mapping[str, Callable[[argparse.Namespace], None]]:
    return {
        "mixed": lambda options: measure_mixed(_studio(options, "mixed", make_mixed, 20_000, 1000), options.runs),
        "big": lambda options: measure_big(_studio(options, "big", make_big, 200, 4), options.runs),
        "small": _small,
        "million": _million,
        "clouds": lambda options: clouds(10_000 if options.quick else 100_000),
        "service": _service,
        "export": _export,
        "policies": lambda _: policies.main(),
        "prune": lambda options: pruning.main(options.dir.resolve()),
        "requests": lambda options: measure_requests(options.dir.resolve(), options.runs),
    }


def _export(options: argparse.Namespace) -> None:
    measure_export(_studio(options, "big", make_big, 200, 4), options.runs, "films")
    measure_export(_studio(options, "mixed", make_mixed, 20_000, 1000), options.runs, "pictures")


def _service(options: argparse.Namespace) -> None:
    studio = _studio(options, "service", make_small, 100_000, 5_000)
    if options.quick:
        measure_service(studio, 5_000, 2_000, 10)
    else:
        measure_service(studio, 100_000, 50_000, 60)


def _small(options: argparse.Namespace) -> None:
    measure_unchanged(_studio(options, "small", make_small, 200_000, 10_000), options.runs, "small")


def _million(options: argparse.Namespace) -> None:
    studio = _studio(options, "million", make_million, 1_000_000, 10_000)
    measure_unchanged(studio, 1, "million")
    measure_lookups(studio)
    measure_commands(studio)


def _studio(options: argparse.Namespace, name: str, make: Callable[[Path, int], None], files: int, few: int) -> Studio:
    folder = options.dir.resolve()
    return Studio(made(folder / f"{name}{'-quick' if options.quick else ''}", make, few if options.quick else files))


if __name__ == "__main__":
    sys.exit(main())
