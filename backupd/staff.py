"""Who acts: the account on this machine, as the employee that [staff] names. Whoever it does not name is refused.

The account is the one that the kernel knows, never what the environment says. Source: privacy notice, part 10: named
employees only, each with their own account.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from backupd.accounts import account_name

if TYPE_CHECKING:
    from backupd.settings.models import Employee, Role

_OTHER = re.compile(r"[^A-Za-z0-9_.@$+-]")


@dataclass(frozen=True, slots=True)
class Actor:
    """An employee at work."""

    account: str
    name: str
    role: Role

    @property
    def by(self) -> str:
        """The account as the ledger writes it: signs that it does not take are written out."""
        return _OTHER.sub(lambda sign: f"\\x{ord(sign[0]):02x}", self.account)


class NotAllowed(Exception):
    """This account may not do that. `rule` is the rule's name, `why` the facts, `mend` what a person can do."""

    def __init__(self, rule: str, why: str, mend: str) -> None:
        super().__init__(rule, why, mend)
        self.rule = rule
        self.why = why
        self.mend = mend


def who_acts(staff: Mapping[str, Employee], account: str | None = None) -> Actor:
    """Return the employee who acts on persons' data. Raises NotAllowed where [staff] does not name the account."""
    account = account_name() if account is None else account
    employee = staff.get(account)
    if employee is None:
        why = f"the account {account} is not named in [staff]" if staff else "nobody is named in [staff]"
        raise NotAllowed("staff_only", why, f'add {account} = "Name, role" to [staff], or use a named account')
    return Actor(account, employee.name, employee.role)


def who_looks(staff: Mapping[str, Employee], account: str | None = None) -> Actor | None:
    """Return the employee who looks something up; None while [staff] is empty: then nobody is refused nor recorded."""
    return who_acts(staff, account) if staff else None


def require_role(actor: Actor, roles: Collection[Role]) -> None:
    """Raise NotAllowed where the employee's role is none of these."""
    if actor.role not in roles:
        wanted = " or ".join(roles)
        why = f"this is for the {wanted}, and {actor.account} is named as {actor.role}"
        raise NotAllowed("staff_role", why, f"have the {wanted} do it")
