"""Files on this machine that are read once more, because only an MD5 can tell whether a cloud holds them too.

Some providers attest nothing better for old files. Only files of exactly the size of such a one are read, each content
once, and only if the file is still the very one that was recorded.
"""

from __future__ import annotations

from collections.abc import Sequence

from backupd.scan.rules import Rules
from backupd.scan.summary import Progress, Summary
from backupd.workers.pool import Job, ReadPool, Result
from index import contents
from index.contents import Rereading
from index.engine import Index

_BATCH = 500


def read_for_md5(
    index: Index, wanted: Sequence[Rereading], rules: Rules, pool: ReadPool, progress: Progress, summary: Summary
) -> None:
    """Compute the MD5 of what may be the same as something of which only that is known."""
    jobs = (Job(number, each.path, each.size, md5=True, today=rules.today) for number, each in enumerate(wanted))
    all_bytes = sum(each.size for each in wanted)
    found: list[tuple[Rereading, bytes]] = []
    for result in pool.run(jobs):
        each = wanted[result.key]
        summary.counts.read_files += 1
        summary.counts.read_bytes += result.bytes_read
        if result.status == "ok" and result.md5 is not None and _is_same(each, result):
            if result.sha256 == each.sha256:
                found.append((each, result.md5))
            else:
                summary.trouble(each.path, "its bytes are not those that were recorded, though size and time are")
        if len(found) >= _BATCH:
            _record(index, found)
        progress.reading(summary.counts.read_files, summary.counts.read_bytes, len(wanted), all_bytes)
    _record(index, found)


def _record(index: Index, found: list[tuple[Rereading, bytes]]) -> None:
    with index.write() as conn:
        contents.add_md5(conn, [(each.sha256, md5) for each, md5 in found])
    found.clear()


def _is_same(each: Rereading, result: Result) -> bool:
    return (result.size, result.mtime_ns, str(result.inode)) == (each.size, each.modified_ns, each.identity)
