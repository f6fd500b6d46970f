"""How long decisions take for a whole studio: `python -m bench.policies`, and the end of `make bench`."""

from __future__ import annotations

import resource
import time
from array import array
from datetime import date, timedelta
from random import Random

from backupd.policy.facts import (
    Child,
    Consented,
    Erasure,
    Facts,
    Intact,
    Known,
    ParticipantAsks,
    Recipient,
    Resurfaced,
)
from backupd.policy.families import family_of, role_of
from backupd.policy.pruning import FileColumns, Plan, PruneLimits, ShootLine, plan_prune
from backupd.policy.retention import ShootFacts, decide_retention, retained_of
from backupd.settings.values import Duration

SHOOTS, PER_SHOOT = 20_000, 50
TODAY = date(2027, 9, 1)
_YEAR, _GRACE = Duration(years=1), Duration(days=30)


def main() -> None:
    """Measure and print."""
    print(f"policies: {SHOOTS} shoots, {SHOOTS * PER_SHOOT} files")
    files, spans = _files()
    started = time.perf_counter()
    shoots = _decided(spans)
    plan_prune(shoots, files, PruneLimits(0, 1, 1))
    print(f"  every shoot decided           {time.perf_counter() - started:.2f} s (at most 2)")
    before = _peak_mib()
    started = time.perf_counter()
    plan = plan_prune(shoots, files, PruneLimits(0, 1, 2**62, most_files=100_000))
    acts = sum(1 for _ in plan.acts())
    print(f"  plan of {acts} removals    {time.perf_counter() - started:.2f} s (at most 10)")
    peak = _peak_mib()
    print(f"  peak memory                   {peak:.0f} MiB, {peak - before:.0f} of it for the plan (at most 300)")
    started = time.perf_counter()
    whole = _all(shoots, files)
    print(f"  plan of {len(whole.copies)} removals    {time.perf_counter() - started:.2f} s")
    started = time.perf_counter()
    for number in range(100_000):
        path = f"RAW/IMG_{number:05}.CR3"
        family_of(path)
        role_of(path)
    print(f"  families of 100000 names      {time.perf_counter() - started:.2f} s")


def _all(shoots: list[ShootLine], files: FileColumns) -> Plan:
    return plan_prune(shoots, files, PruneLimits(0, 1, 2**62, rebuildable_first=True))


def _files() -> tuple[FileColumns, list[tuple[int, int]]]:
    # The columns as the index would fill them: families and roles were worked out when the files were read.
    dice = Random(5)
    count = SHOOTS * PER_SHOOT
    sizes = array("q", (dice.randrange(1_000_000, 60_000_000) for _ in range(count)))
    families = array("l", (row % PER_SHOOT // 3 for row in range(count)))
    roles = bytearray(b"\x00\x00\x01" * (count // 3 + 1))[:count]
    files = FileColumns(array("q", range(count)), sizes, families, roles, bytearray(count))
    return files, [(start, start + PER_SHOOT) for start in range(0, count, PER_SHOOT)]


def _decided(spans: list[tuple[int, int]]) -> list[ShootLine]:
    no = Known.NO
    shoots = []
    for number, (start, stop) in enumerate(spans):
        day = TODAY - timedelta(days=number * 7919 % 2000)
        verdict = decide_retention(ShootFacts(day, day, in_review=number % 50 == 0), _YEAR, TODAY, _GRACE)
        facts = Facts(
            store_unreachable=no, scan_stale=no, index_behind=no, clock_wrong=no,
            legal_hold=Known.YES if number % 97 == 0 else no, restricted_by_asker=no, objection_pending=no,
            restricted_by_another=no, open_request=no, pinned=no, erasure=Erasure.NONE, resurfaced=Resurfaced.NO,
            retained=retained_of(verdict), joint_client_silent=no, participant_asks=ParticipantAsks.NO,
            company_contact_asks=no, intact=Intact.MORE, spare_replica=no, consent=Consented.MISSING,
            withdrawn_after_publication=no, child=Child.UNKNOWN, contact_unused=no, job_unpaid=no, marketing_ban=no,
            policy_lowered=no, recipient=Recipient.OTHER,
        )  # fmt: skip
        shoots.append(ShootLine(number, verdict.protected_until, facts, start, stop))
    return shoots


def _peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
