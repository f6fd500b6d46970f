"""Settings: the only reader of the TOML file and of the environment.

    values.py       lengths of time, sizes, shares and "without end", as values
    faults.py       what is wrong with a configuration, where, and the mend
    models.py       every section and key, with its type and default (needs pydantic: loaded only when used)
    locate.py       on which line of the TOML text a key stands
    environment.py  BACKUPD_SECTION__KEY over what the file says
    load.py         file and environment in, one frozen Settings out, or a SettingsError with every fault
    check.py        what only the machine can tell: folders, credentials, overlaps

This package's own names are light to import; the models come with the first call of `load_settings`.
"""

from __future__ import annotations

from backupd.settings.faults import Fault, SettingsError
from backupd.settings.load import find_config, load_settings

__all__ = ["Fault", "SettingsError", "find_config", "load_settings"]
