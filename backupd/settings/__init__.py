"""Settings: the only reader of the TOML file and of the environment.

    values.py       lengths of time, sizes, shares and "without end", as values
    schedules.py    when a job runs, as a value
    faults.py       what is wrong with a configuration, where, and the mend
    source.py       where pydantic-settings gets the values from
    explain.py      what pydantic found wrong, in plain English and with the mend
    rules.py        what single values must be, beyond their type
    models.py       every section and key, with its type and default
    locate.py       on which line of the TOML text a key stands
    environment.py  BACKUPD_SECTION__KEY over what the file says
    load.py         file and environment in, one frozen Settings out, or a SettingsError with every fault
    check.py        what only the machine can tell: folders, credentials, overlaps
    kinds.py        the kinds of store that the adapters offer

The names below are fetched when they are first asked for: who wants a value alone (policies do) gets no file reader.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from backupd.settings.faults import Fault, SettingsError
    from backupd.settings.load import find_config, load_settings

__all__ = ["Fault", "SettingsError", "find_config", "load_settings"]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from backupd.settings import faults, load

    return getattr(faults if name in ("Fault", "SettingsError") else load, name)
