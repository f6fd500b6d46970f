"""`python -m bench [--quick] [--dir DIR]`: each promise of speed and memory beside a tool that a user would pick instead."""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from bench import policies
from bench.measure import Run, median, run, spread
from bench.trees import make_mixed, make_small, tree_bytes

BACKUPD = str(Path(sys.executable).with_name("backupd"))
FAST = (
    "cd {tree} && find . -type f -printf '%s %T@ %p\\n' > {out}/list"
    " && find . -type f -print0 | xargs -0 -P2 -n100 openssl dgst -sha256 > {out}/hashes"
    " && find . \\( -name '*.JPG' -o -name '*.NEF' \\) -print0"
    " | xargs -0 -P2 -n200 exiv2 -g Exif.Photo.DateTimeOriginal -g Exif.Image.Model -Pkv > {out}/exif"
    "; find . -name '*.MP4' -print0 | xargs -0 -P2 -n50 mediainfo --Output=JSON > {out}/video"
)
USUAL = (
    "cd {tree} && find . -type f > {out}/list && find . -type f -print0 | xargs -0 sha256sum > {out}/hashes"
    " && exiftool -fast2 -r -q -json -DateTimeOriginal -Make -Model -ImageSize . > {out}/exif"
)


class Bench:
    """One studio for measuring, and the lines that are printed."""

    def __init__(self, folder: Path, tree: Path) -> None:
        self.folder, self.tree = folder, tree
        self.out = folder / "out"
        self.out.mkdir(parents=True, exist_ok=True)
        self.config = folder / f"{tree.name}.toml"
        self.database = folder / f"{tree.name}-index" / "index.db"
        self.config.write_text(
            f'[studio]\nname = "Bench"\n[index]\nurl = "sqlite:///{self.database}"\n'
            f'[[stores]]\nname = "tree"\nkind = "local"\npath = "{tree}"\n'
        )

    def backupd(self, *args: str) -> Run:
        """Run the installed command."""
        return run([BACKUPD, "--config", str(self.config), *args])

    def forget(self) -> None:
        """Start with no index."""
        shutil.rmtree(self.database.parent, ignore_errors=True)
        self.backupd("store", "init", "tree", "--yes")

    def first(self) -> Run:
        """Index the tree from nothing."""
        self.forget()
        return self.backupd("index")

    def shell(self, text: str) -> Run:
        """Run a pipeline of other tools over the tree."""
        return run(text.format(tree=self.tree, out=self.out))


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small trees: to see that it runs")
    parser.add_argument("--dir", type=Path, default=Path("bench/trees"), help="where the trees are made and kept")
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    missing = [tool for tool in ("openssl", "exiv2", "mediainfo", "exiftool") if shutil.which(tool) is None]
    if missing:
        print(f"missing: {', '.join(missing)}. apt-get install openssl exiv2 mediainfo libimage-exiftool-perl")
        return 2
    folder = options.dir.resolve()
    mixed = _tree(folder / f"mixed{'-quick' if options.quick else ''}", make_mixed, 1000 if options.quick else 20_000)
    small = _tree(folder / f"small{'-quick' if options.quick else ''}", make_small, 10_000 if options.quick else 200_000)
    _first(Bench(folder, mixed), options.runs)
    _again(Bench(folder, small), options.runs)
    policies.main()
    return 0


def _tree(tree: Path, make: Callable[[Path, int], None], files: int) -> Path:
    stamp = tree.with_suffix(".made")
    if not stamp.exists() or stamp.read_text() != str(files):
        shutil.rmtree(tree, ignore_errors=True)
        make(tree, files)
        stamp.write_text(str(files))
    return tree


def _first(bench: Bench, runs: int) -> None:
    files, size = tree_bytes(bench.tree)
    print(f"mixed tree: {files} files, {size / 1e9:.2f} GB")
    bench.shell("find {tree} -type f -print0 | xargs -0 cat > /dev/null")
    ours, fast = [], []
    for _ in range(runs):
        ours.append(bench.first())
        fast.append(bench.shell(FAST))
    usual = [bench.shell(USUAL)]
    print(f"  backupd index, first          {spread(ours)}")
    print(f"  find, openssl, exiv2, mediainfo, two processes each  {spread(fast)}")
    print(f"  find, sha256sum, exiftool     {spread(usual)}")
    print(f"  first index / fast pipeline   {median(ours) / median(fast):.2f}   (at most 2.0)")
    print(f"  first index / usual pipeline  {median(ours) / median(usual):.3f}  (at most 0.15)")
    print(f"  bytes read / tree             {max(each.read for each in ours) / size:.3f}  (at most 1.10)")
    print(f"  peak memory, all processes    {max(each.resident for each in ours) / 2**20:.0f} MiB (at most 300)")
    print(f"  index bytes a file            {bench.database.stat().st_size / files:.0f}    (at most 700)")
    again = bench.backupd("index")
    print(f"  bytes read when unchanged     {again.read / size:.4f} (at most 0.01)")
    for words in (("find", "virtasen", "häät"), ("show", "1"), ("status",)):
        print(f"  backupd {words[0]:22}{spread([bench.backupd(*words) for _ in range(5)])} (at most 0.6)")
    print(f"  backupd --help                {spread([run([BACKUPD, '--help']) for _ in range(5)])} (at most 0.25)")


def _again(bench: Bench, runs: int) -> None:
    files, _ = tree_bytes(bench.tree)
    first = bench.first()
    print(f"small tree: {files} files; first index {first.seconds:.1f} s, {first.resident / 2**20:.0f} MiB")
    ours, find = [], []
    for _ in range(runs + 2):
        ours.append(bench.backupd("index"))
        find.append(bench.shell("find {tree} -type f -printf '%s %T@ %p\\n' > {out}/list"))
    print(f"  backupd index, unchanged      {spread(ours)}")
    print(f"  find -printf '%s %T@ %p'      {spread(find)}")
    print(f"  unchanged / find              {median(ours) / median(find):.2f}   (at most 4)")
    print(f"  peak memory, all processes    {max(each.resident for each in (first, *ours)) / 2**20:.0f} MiB (at most 300)")
    print(f"  index bytes a file            {bench.database.stat().st_size / files:.0f}    (at most 700)")


if __name__ == "__main__":
    sys.exit(main())
