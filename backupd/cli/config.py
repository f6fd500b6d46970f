"""`backupd config check`: is this configuration right, and if not, where and what to write instead."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING, Any

from backupd.cli.frame import DONE, WRONG_USE, Command, Context, Group
from backupd.cli.text import count, visible

if TYPE_CHECKING:
    from backupd.settings.check import Checked
    from backupd.settings.load import Loaded


def check_config(args: Namespace, context: Context) -> int:
    """Say what is right and each thing that is wrong; status 2 if anything is."""
    from backupd.settings.check import Checked, check
    from backupd.settings.faults import SettingsError
    from backupd.settings.load import load_with_places

    loaded = None
    try:
        loaded = load_with_places(context.config, context.environ)
        checked = check(loaded)
    except SettingsError as error:
        checked = Checked(error.faults, ())
    if args.json:
        context.output.json(_as_json(loaded, checked))
    else:
        _tell(loaded, checked, context)
    return WRONG_USE if checked.faults else DONE


def _as_json(loaded: Loaded | None, checked: Checked) -> dict[str, Any]:
    return {
        "file": str(loaded.places.file) if loaded else None,
        "ok": not checked.faults,
        "faults": checked.faults,
        "notes": checked.notes,
        "stores": [
            {"name": store.name, "kind": store.kind, "role": store.role} for store in loaded.settings.stores
        ] if loaded else [],
    }  # fmt: skip


def _tell(loaded: Loaded | None, checked: Checked, context: Context) -> None:
    output = context.output
    if loaded is not None:
        for line in _right(loaded):
            output.line(visible(line))
    for note in checked.notes:
        output.line(f"{output.styled('note:', 'warning')} {visible(str(note))}")
    for fault in checked.faults:
        output.line(output.styled(visible(str(fault)), "bad"))
    ends = count(len(checked.faults), "fault") if checked.faults else "nothing is wrong"
    output.line(f"{ends[:1].upper()}{ends[1:]}.")


def _right(loaded: Loaded) -> list[str]:
    settings = loaded.settings
    lines = [f"Configuration: {loaded.places.file}"]
    if settings.studio.name:
        lines.append(f"Studio: {settings.studio.name} ({settings.studio.timezone}, {settings.studio.language})")
    where = settings.index.file or "on a server"
    lines.append(f"Index: {where}, ledger {settings.index.ledger_path}")
    stores = [f"Store {one.name}: {one.kind}, {one.path or 'its top folder'}, {one.role}" for one in settings.stores]
    minimum, copies = settings.retention.minimum, settings.retention.require_copies
    return [*lines, *stores, f"Kept for at least: {minimum}; copies asked for: {copies}"]


GROUP = Group(
    heading="State",
    order=40,
    families={"config": "The configuration: is it right?"},
    commands=(
        Command(
            name="config check",
            help="is this configuration right",
            description=(
                "Read the configuration and look at what it names: folders, credentials, overlaps. Every fault comes "
                "with its line and with what to write instead. Nothing is changed."
            ),
            run=check_config,
            reads=True,
            examples=(
                ("backupd config check", "the configuration in force"),
                ("backupd --config new.toml config check", "one that is not in force yet"),
            ),
        ),
    ),
)
