"""`doctor`: what is wrong, and how to mend it."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from backupd.cli.frame import DONE, NEEDS_PERSON, STORE_FAILED, Command, Context, Group
from backupd.cli.text import count, filled, visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backupd.doctor.base import Finding

_WORDS = {"ok": ("ok", "good"), "warning": ("look", "warning"), "bad": ("BAD", "bad")}
_COLUMNS = 80


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--quiet", action="store_true", help="tell only what is to be mended")


def _findings(context: Context) -> Iterator[Finding]:
    from backupd.doctor import examine
    from backupd.doctor.base import Ground
    from backupd.doctor.configuration import fault_finding
    from backupd.settings.faults import SettingsError
    from backupd.settings.load import load_with_places

    try:
        loaded = load_with_places(context.config, context.environ)
    except SettingsError as err:
        # Without a configuration there is nothing else to look at.
        yield from map(fault_finding, err.faults)
        return
    yield from examine(Ground(loaded, context.clock.now()))


def _doctor(args: Namespace, context: Context) -> int:
    output, found = context.output, []
    for finding in _findings(context):
        found.append(finding)
        if not args.json and not (args.quiet and finding.state == "ok"):
            _tell(context, finding)
            output.out.flush()
    wrong = [finding for finding in found if finding.state != "ok"]
    if args.json:
        output.json([
            {"check": each.check, "state": each.state, "what": each.what, "mend": each.mend or None}
            for each in found if not (args.quiet and each.state == "ok")
        ])  # fmt: skip
    elif wrong:
        output.line(f"\n{count(len(wrong), 'thing')} to look at, of {len(found)} that were checked.")
    else:
        output.line(f"\nNothing is wrong: {count(len(found), 'thing')} checked.")
    if any(finding.unreachable for finding in found):
        return STORE_FAILED
    return NEEDS_PERSON if wrong else DONE


def _tell(context: Context, finding: Finding) -> None:
    output, (word, style) = context.output, _WORDS[finding.state]
    what = context.dates.in_text(finding.what) if finding.check.startswith("sign-in ") else finding.what
    text = filled(visible(f"{finding.check}: {what}"), _COLUMNS - 6, hanging="  ")
    first, *rest = text.split("\n")
    output.line(f"{output.styled(f'{word:<4}', style)}  {first}")
    for line in rest:
        output.line(f"      {line}")
    if finding.mend:
        output.line(filled(visible(finding.mend), _COLUMNS, indent="      > ", hanging="        "))


GROUP = Group(
    "State",
    order=41,
    commands=(
        Command(
            "doctor",
            "what is wrong, and how to mend it",
            _doctor,
            _arguments,
            examples=(
                ("backupd doctor", "look at everything"),
                ("backupd doctor --quiet", "tell only what is to be mended"),
            ),
            description=(
                "Looks at the configuration, the index, the ledger and its key, and at each store: whether it can be"
                " reached and is believed, which rights its sign-in lacks and when that will end, whether clocks"
                " agree. Changes nothing, and shows no names and no tokens.\n\nExit status 1 where something is to be"
                " mended, 3 where a store could not be reached."
            ),
            reads=True,
        ),
    ),
)
