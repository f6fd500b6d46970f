"""Indexing: the first time, when nothing has changed, and with a million files."""

from __future__ import annotations

from bench.measure import peak_mib, ratio, run, seconds
from bench.studio import BACKUPD, Studio
from bench.trees import tree_bytes

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
HASHES = "cd {tree} && find . -type f -print0 | xargs -0 -P2 -n4 openssl dgst -sha256 > {out}/hashes"
FIND = "find {tree} -type f -printf '%s %T@ %p\\n' > {out}/list"


def measure_mixed(studio: Studio, runs: int) -> None:
    """Print the figures of a first index of photos, raws and films."""
    files, size = tree_bytes(studio.tree)
    print(f"mixed tree: {files} files, {size / 1e9:.2f} GB")
    studio.warm()
    ours, fast = [], []
    for _ in range(runs):
        ours.append(studio.first())
        fast.append(studio.shell(FAST))
    usual = [studio.shell(USUAL)]
    print(f"  backupd index, first          {seconds(ours)}")
    print(f"  find, openssl, exiv2, mediainfo, two processes each  {seconds(fast)}")
    print(f"  find, sha256sum, exiftool     {seconds(usual)}")
    print(f"  first index / fast pipeline   {ratio(ours, fast)} (at most 2.0)")
    print(f"  first index / usual pipeline  {ratio(ours[-1:], usual, 3)} (at most 0.15)")
    print(f"  peak memory, all processes    {peak_mib(ours)} (at most 300)")
    print(f"  index bytes a file            {studio.database.stat().st_size / files:.0f} (at most 700)")
    studio.forget()
    print(f"  bytes read / tree             {studio.bytes_of_index() / size:.3f} (at most 1.10)")
    print(f"  bytes read when unchanged     {max(studio.bytes_of_index(), 0) / size:.4f} (at most 0.01)")


def measure_big(studio: Studio, runs: int) -> None:
    """Print the figures of a first index of big files."""
    files, size = tree_bytes(studio.tree)
    print(f"big tree: {files} files, {size / 1e9:.2f} GB")
    studio.warm()
    ours, hashes = [], []
    for _ in range(runs):
        ours.append(studio.first())
        hashes.append(studio.shell(HASHES))
    print(f"  backupd index, first          {seconds(ours)}")
    print(f"  openssl dgst, two processes   {seconds(hashes)}")
    print(f"  first index / openssl         {ratio(ours, hashes)} (at most 2.3)")
    print(f"  peak memory, all processes    {peak_mib(ours)} (at most 300)")


def measure_unchanged(studio: Studio, runs: int, name: str) -> float:
    """Print the figures of a run in which nothing has changed; return its seconds a file."""
    files, _ = tree_bytes(studio.tree)
    first = studio.first()
    print(f"{name} tree: {files} files; first index {first.seconds:.1f} s")
    ours, find = [], []
    for _ in range(runs + 2):
        ours.append(studio.backupd("index"))
        find.append(studio.shell(FIND))
    print(f"  backupd index, unchanged      {seconds(ours)}")
    print(f"  find -printf '%s %T@ %p'      {seconds(find)}")
    print(f"  unchanged / find              {ratio(ours, find)} (at most 4)")
    print(f"  peak memory, all processes    {peak_mib([first, *ours])} (at most 300)")
    print(f"  index bytes a file            {studio.database.stat().st_size / files:.0f} (at most 700)")
    return min(each.seconds for each in ours) / files


def measure_commands(studio: Studio) -> None:
    """Print how long whole commands take."""
    asked = ("find virtasen häät", "find IMG_0004711", "show 1", "where 1", "status", "review")
    for words in (text.split() for text in asked):
        print(f"  backupd {' '.join(words):22}{seconds([studio.backupd(*words) for _ in range(5)])} (at most 0.6)")
    print(f"  backupd --help                {seconds([run([BACKUPD, '--help']) for _ in range(5)])} (at most 0.25)")


