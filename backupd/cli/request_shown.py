"""What the steps of a case tell: how far it is, what a plan would do, where what was handed over lies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from backupd.cli.frame import DONE, Context
from backupd.cli.request import hanging, show_item
from backupd.cli.text import count, visible

if TYPE_CHECKING:
    from index.requests import Request


def show_state(context: Context, one: Request, more: str = "") -> int:
    """Say how far a case is now."""
    context.output.line(f"{one.uid} is {one.state.replace('_', ' ')}.{' ' + more if more else ''}")
    return DONE


def show_plan(context: Context, answer: dict[str, Any], what: str) -> None:
    """Write a plan for a person to read, with `what` comes next."""
    output = context.output
    for each in answer["items"]:
        show_item(context, each)
    stores: dict[str, int] = {}
    for act in answer["acts"]:
        stores[act["store"]] = stores.get(act["store"], 0) + 1
    for store, number in sorted(stores.items()):
        output.line(f"{visible(store)}: {count(number, 'file')} would be removed or written anew for good")
    for each in answer["refused"]:
        hanging(context, "", f"item {each['item']} stays by the rule {each['rule']}: {visible(each['why'])}", "warning")
    for each in answer["needs_reason"]:
        hanging(context, "", f"item {each['item']} needs the approver's reason ({each['rule']}): {visible(each['why'])}")
    for each in answer["elsewhere"]:
        told = f"the same bytes lie in shoot {each['shoot']}: {visible(each['store'])}: {visible(each['path'])}"
        hanging(context, "", told)
    output.line(f"Plan {answer['plan'] or 'without removals'}.")
    asked = " ".join(str(each["number"]) for each in answer["questions"])
    undecided = [each for each in answer["items"] if each["in"] and each["decision"] is None and not each["files"]]
    if asked:
        choose = f"backupd request plan {answer['request']} --include N … --exclude N …"
        hanging(context, "Next: ", f"whose are {asked}? {choose}")
    elif undecided:
        number = undecided[0]["number"]
        hanging(context, "Next: ", f"what becomes of it? backupd request plan {answer['request']} --decide {number}=…")
    else:
        hanging(context, "Next: ", what)


def handed(context: Context, one: Request) -> str:
    """Say where what was handed over lies."""
    from index import disclosures
    from index.engine import open_index

    index = open_index(context.settings.index.url)
    try:
        with index.read() as conn:
            rows = disclosures.of_request(conn, one.uid)
    finally:
        index.close()
    places = dict.fromkeys(visible(each.address) for each in rows if each.address)
    return "".join(f"\n  {place}" for place in places)
