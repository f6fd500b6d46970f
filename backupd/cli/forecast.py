"""`forecast`: when each store fills at the present inflow, and which shoots would go when."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from backupd.cli.find import basis, reading, recorded, who_looks_up
from backupd.cli.frame import DONE, NEEDS_PERSON, Command, Context, Group, WrongUse
from backupd.cli.text import count, size, visible

if TYPE_CHECKING:
    from backupd.forecasting import StoreForecast

_SHOWN = 15


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--months", type=int, default=12, metavar="N", help="how far to look ahead, 1 to 60 (12)")
    parser.add_argument("--to", type=Path, metavar="FILE", help="draw it too: an SVG file, which browsers show")


def _forecast(args: Namespace, context: Context) -> int:
    from backupd.cli.forecast_picture import svg
    from backupd.forecasting import forecast

    if not 1 <= args.months <= 60:
        raise WrongUse(f"{args.months} months is not from 1 to 60", "look ahead a year with: backupd forecast")
    if args.to and args.to.suffix.casefold() != ".svg":
        mend = (
            f"name it {visible(args.to.with_suffix('.svg').name)}: any browser shows it, and where it must be a PNG,"
            " rsvg-convert makes one of it"
        )
        raise WrongUse(f"{visible(args.to.name)} is not a name for an SVG file, and SVG alone is drawn", mend)
    who = who_looks_up(context)
    totals = _totals(context)
    with reading(context) as conn:
        found = forecast(conn, context.settings, basis(context, conn), args.months, totals)
        status = recorded(context, conn, who, "forecast", [])
    if args.to:
        _write(args.to, svg(found, context.settings.studio.language, context.today))
    if args.json:
        context.output.json([_answer(one) for one in found])
    else:
        for one in found:
            _show(context, one, args.months)
        if args.to:
            context.output.line(f"Drawn in {visible(str(args.to))}")
    fills = any(one.outlook and one.outlook.full_all_the_same_on for one in found)
    return NEEDS_PERSON if fills else status or DONE


def _totals(context: Context) -> dict[str, int]:
    """How large the stores on this machine are; one that is not there now is left out."""
    from adapters.errors import StoreError
    from backupd.stores import opened

    found = {}
    for settings in context.settings.stores:
        if not settings.is_local:
            continue
        try:
            with opened(context.settings, settings) as store:
                total = store.space().total_bytes
        except StoreError:
            continue
        if total is not None:
            found[settings.name] = total
    return found


def _write(path: Path, text: str) -> None:
    import secrets

    half = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    half.write_text(text, encoding="utf-8")
    half.replace(path)


def _answer(one: StoreForecast) -> dict[str, Any]:
    outlook, supply = one.outlook, one.supply
    monthly = [number for number, day in enumerate(outlook.days) if day.day == 1 or not number] if outlook else []
    return {
        "store": one.name,
        "kind": one.kind,
        "free": supply.free_bytes if supply else None,
        "total": one.total_bytes,
        "inflow_per_month": round(supply.daily_bytes * 365 / 12) if supply else None,
        "low": supply.low_bytes if supply else None,
        "high": supply.high_bytes if supply else None,
        "cleaned": supply.cleaned if supply else None,
        "low_on": outlook.low_on if outlook else None,
        "full_on": outlook.full_on if outlook else None,
        "full_with_clean_ups_on": outlook.full_all_the_same_on if outlook else None,
        "alone": one.alone_bytes if outlook else None,
        "months": [
            {"day": outlook.days[at], "free": outlook.without[at], "free_with_clean_ups": outlook.with_cleaning[at]}
            for at in monthly
        ] if outlook else [],
        "going": [
            {"day": each.day, "shoot": each.shoot, "client": one.shoots[each.shoot].client, "bytes": each.size}
            for each in outlook.going
        ] if outlook else [],
    }  # fmt: skip


def _show(context: Context, one: StoreForecast, months: int) -> None:
    output, dates = context.output, context.dates
    output.line(output.styled(visible(one.name), "strong"))
    if one.outlook is None or one.supply is None:
        output.line("  it does not say how much room is left")
        return
    outlook, supply = one.outlook, one.supply
    monthly = size(round(supply.daily_bytes * 365 / 12))
    output.line(f"  {size(supply.free_bytes)} free of {size(one.total_bytes)}; {monthly} come in each month")
    never = f"not within {count(months, 'month')}"
    output.line(f"  below the low mark ({size(supply.low_bytes)}): {dates.day(outlook.low_on) if outlook.low_on else never}")
    output.line(f"  full without clean-ups: {dates.day(outlook.full_on) if outlook.full_on else never}")
    if not supply.cleaned:
        output.line("  no clean-ups work here")
        return
    full = dates.day(outlook.full_all_the_same_on) if outlook.full_all_the_same_on else never
    output.line(f"  full all the same, with clean-ups: {full}")
    if outlook.going:
        total = size(sum(each.size for each in outlook.going))
        output.line(f"  clean-ups would take {count(len(outlook.going), 'shoot')}, {total}:")
        rows = [
            (f"  {dates.day(each.day)}", str(each.shoot), _named(one, each.shoot), size(each.size))
            for each in outlook.going[:_SHOWN]
        ]
        output.table(("  ON", "SHOOT", "CLIENT", "SIZE"), rows, right=("SHOOT", "SIZE"))
    if len(outlook.going) > _SHOWN:
        output.line(f"  and {count(len(outlook.going) - _SHOWN, 'more shoot')}; see --json")
    if one.alone_bytes:
        output.line(f"  {size(one.alone_bytes)} are old enough by then, but would be the last copy: they stay")


def _named(one: StoreForecast, shoot: int) -> str:
    known = one.shoots[shoot]
    return " · ".join(part for part in (known.client or "client unknown", known.title) if part)


GROUP = Group(
    "Keeping",
    order=26,
    commands=(
        Command(
            "forecast",
            "when each store fills, and which shoots would go when",
            _forecast,
            _arguments,
            examples=(
                ("backupd forecast", "the next 12 months"),
                ("backupd forecast --months 24 --to room.svg", "two years, as a picture too"),
            ),
            description=(
                "Takes the last year's inflow (or what there is of it) to go on evenly. What lay there before the first"
                " index run counts on the day it was taken. Nothing is deleted by this. Exit status 1 where a store fills"
                " although clean-ups are run."
            ),
            reads=True,
            dated=True,
        ),
    ),
)
