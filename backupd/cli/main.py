"""The command line: which command is meant, run it, turn what it raises into a message and an exit status."""

from __future__ import annotations

import contextlib
import os
import sys
from argparse import Namespace
from collections.abc import Callable, Mapping, Sequence
from typing import TextIO

from backupd.cli.failures import READER_GONE, STOPPED, report, silence_stdout
from backupd.cli.frame import DONE, WRONG_USE, Context, Group
from backupd.cli.parser import build_parser, find_groups
from backupd.clock import Clock


def main(
    argv: Sequence[str] | None = None,
    environ: Mapping[str, str] | None = None,
    *,
    out: TextIO | None = None,
    err: TextIO | None = None,
    clock: Clock | None = None,
    groups: Sequence[Group] | None = None,
) -> int:
    """Run one command and return its exit status; everything but `argv` is for tests. Never raises what is known."""
    environ = os.environ if environ is None else environ
    out, err = out or sys.stdout, err or sys.stderr
    _write_anything(out)
    _write_anything(err)
    parser = build_parser(find_groups() if groups is None else groups)
    try:
        args = parser.parse_args(argv)
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else WRONG_USE
    if getattr(args, "command", None) is None:
        getattr(args, "helped", parser).print_help(err)
        return WRONG_USE
    context = Context(
        config=args.config, environ=environ, out=out, err=err, clock=clock, today=getattr(args, "today", None)
    )
    return _guarded(lambda: _run(args, context), context)


def _run(args: Namespace, context: Context) -> int:
    status: int = args.command.run(args, context)
    context.output.out.flush()
    return status or DONE


def _guarded(run: Callable[[], int], context: Context) -> int:
    err = context.output.err
    try:
        return run()
    except KeyboardInterrupt:
        err.write("\nbackupd: stopped; the next run goes on from here\n")
        return STOPPED
    except BrokenPipeError:
        silence_stdout()
        return READER_GONE
    except Exception as failure:
        # what was said before the failure belongs before its message
        with contextlib.suppress(OSError, ValueError):
            context.output.out.flush()
        return report(failure, err, debug=context.debug)


def _write_anything(stream: TextIO) -> None:
    """Let a name that the locale cannot show come out as an escape, not as an error."""
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="backslashreplace")

