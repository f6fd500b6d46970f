"""`inspect`: what would be read from a file, a list or a folder."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from backupd.cli.frame import DONE, NEEDS_PERSON, Command, Context, Group, WrongUse, parse_day
from backupd.cli.text import visible

if TYPE_CHECKING:
    from backupd.settings.models import Settings

_LABELS = {
    "first_day": "first day",
    "last_day": "last day",
    "captured_at": "captured",
    "duration_s": "seconds",
    "dropbox_hash": "dropbox",
}
_HIDDEN = ("path", "kind", "why", "candidates", "participants", "problems", "needs_review", "ignored", "people")


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("paths", nargs="*", metavar="PATH", help="files, participant lists, folders")
    parser.add_argument(
        "--name", dest="names", action="append", default=[], metavar="RELPATH",
        help="a folder's path below a store's root, by name alone; may be given again",
    )  # fmt: skip
    parser.add_argument(
        "--day", metavar="DATE", type=parse_day, help="the shoot's day, by which a list's ages are counted"
    )


def _inspect(args: Namespace, context: Context) -> int:
    from backupd import inspecting
    from backupd.reading.folder_names import compile_templates

    if not args.paths and not args.names:
        raise WrongUse("nothing to inspect", "name a PATH, or a folder by --name")
    settings = _settings(context)
    rules: dict[str, Any] = {
        "today": args.today or context.clock.today(settings.studio.timezone),
        "templates": compile_templates(list(settings.folders.templates)),
        "ignore": settings.folders.ignore,
    }
    roots = [Path(store.path) for store in settings.stores if store.is_local]
    answers = [inspecting.inspect_path(path, roots=roots, reference_day=args.day, **rules) for path in args.paths]
    answers += [inspecting.inspect_name(name, **rules) for name in args.names]
    if args.json:
        context.output.json(answers)
    else:
        for answer in answers:
            _show(context, answer)
    return NEEDS_PERSON if any(inspecting.needs_person(answer) for answer in answers) else DONE


def _settings(context: Context) -> Settings:
    """A look at a file needs no configuration; where there is one it is obeyed."""
    from backupd.settings.faults import NoSettings

    try:
        return context.settings
    except NoSettings:
        from backupd.settings.models import Settings

        return Settings()


def _show(context: Context, answer: dict[str, Any]) -> None:
    output = context.output
    output.line(output.styled(f"{visible(answer['path'])}  ({answer['kind']})", "strong"))
    for name, value in answer.items():
        if name not in _HIDDEN and value is not None:
            shown = value.hex() if isinstance(value, bytes) else visible(str(value))
            output.line(f"  {_LABELS.get(name, name)}: {shown}")
    for person in answer.get("participants", ()):
        parts = [visible(str(person[name])) for name in ("name", "role", "email", "phone") if person[name]]
        if person["minor"]:
            parts.append("minor")
        parts.append(f"consent {person['consent'] or 'not known'}")
        output.line(f"  {', '.join(parts)}  [{visible(person['where'])}]")
    if answer.get("people"):
        output.line(f"  people: {visible(', '.join(answer['people']))}")
    for reason in (*answer.get("why", ()), *answer.get("problems", ())):
        output.line(output.styled(f"  ! {visible(reason)}", "warning"))


GROUP = Group(
    "Looking up",
    order=6,
    commands=(
        Command(
            "inspect",
            "what would be read from a file, a list or a folder",
            _inspect,
            _arguments,
            examples=(
                ("backupd inspect IMG_4711.CR3 osallistujat.xlsx", "two files"),
                ("backupd inspect --name '2026/14.6. Virtanen häät'", "a folder that need not exist"),
            ),
            description=("Nothing is recorded. Exit status 1 where something could not be read or is ambiguous."),
            reads=True,
            dated=True,
        ),
    ),
)
