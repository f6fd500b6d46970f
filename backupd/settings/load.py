"""File and environment in, one frozen Settings out, or a SettingsError with every fault that was found."""

from __future__ import annotations

import os
import re
import stat
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from backupd.settings.environment import hand_over, overlay
from backupd.settings.faults import Fault, KeyPath, NoSettings, SettingsError, Wrong, dotted

if TYPE_CHECKING:
    from backupd.settings.models import Settings

SYSTEM_CONFIG = Path("/etc/backupd/config.toml")
HERE_CONFIG = Path("backupd.toml")

SECTIONS = (
    "studio", "staff", "index", "stores", "folders", "retention", "consent", "requests", "schedule", "notify",
)  # fmt: skip
"""The sections there are; a test holds them equal to the models'."""

_AT_LINE = re.compile(r"\s*\(at line (\d+), column (\d+)\)$")


@dataclass(frozen=True, slots=True)
class Places:
    """Where each key was said: on a line of the file's text, or in the variable that gave it."""

    file: Path
    text: str
    variables: dict[KeyPath, str]

    def faults(self, wrong: Iterable[Wrong]) -> list[Fault]:
        """Return what is wrong together with its place, in the order of the file."""
        from backupd.settings.locate import locate_keys

        lines = locate_keys(self.text)
        found = [self._fault(lines, each) for each in wrong]
        return sorted(found, key=lambda fault: fault.line or 0)

    def _fault(self, lines: dict[KeyPath, int], wrong: Wrong) -> Fault:
        for length in range(len(wrong.path), 0, -1):
            variable = self.variables.get(wrong.path[:length])
            if variable:
                return Fault("environment", None, variable, wrong.wrong, wrong.mend)
        from backupd.settings.locate import line_of

        return Fault(str(self.file), line_of(lines, wrong.path), dotted(wrong.path), wrong.wrong, wrong.mend)


@dataclass(frozen=True, slots=True)
class Loaded:
    """Settings together with where each of them was said."""

    settings: Settings
    places: Places


def find_config(option: str | None, environ: Mapping[str, str]) -> Path:
    """Return the configuration to use: the option, else $BACKUPD_CONFIG, else ./backupd.toml, else the system's.

    Raises SettingsError if that file is not there.
    """
    for given, source in ((option, "--config"), (environ.get("BACKUPD_CONFIG"), "BACKUPD_CONFIG")):
        if given:
            return _existing(Path(given), source)
    for usual in (HERE_CONFIG, SYSTEM_CONFIG):
        if os.path.lexists(usual):
            return _existing(usual, "its usual place")
    wrong = f"there is no configuration: neither ./{HERE_CONFIG} nor {SYSTEM_CONFIG} exists"
    mend = "copy config.example.toml there, or name a file with --config"
    raise NoSettings([Fault(str(SYSTEM_CONFIG), None, "", wrong, mend)])


def _existing(path: Path, source: str) -> Path:
    try:
        is_folder = stat.S_ISDIR(path.stat().st_mode)
    except OSError as error:
        is_missing = isinstance(error, FileNotFoundError)
        wrong = "there is no such file" if is_missing else f"cannot be reached: {error.strerror}"
    else:
        if not is_folder:
            return path
        wrong = "this is a folder, not a file"
    raise SettingsError([Fault(str(path), None, "", f"{wrong} (named by {source})", "name an existing file")])


def load_settings(option: str | None = None, environ: Mapping[str, str] | None = None) -> Settings:
    """Return the settings in force. Raises SettingsError with everything that is wrong with their form."""
    return load_with_places(option, environ).settings


def load_with_places(option: str | None = None, environ: Mapping[str, str] | None = None) -> Loaded:
    """As `load_settings`, together with where each setting was said."""
    environ = os.environ if environ is None else environ
    file = find_config(option, environ)
    text = _read(file)
    table = _parse(file, text)
    variables, faults = overlay(table, environ, SECTIONS)
    variables |= hand_over(table, environ)
    settings, wrong = _shape(table, file)
    places = Places(file, text, variables)
    if settings is None or faults:
        raise SettingsError([*faults, *places.faults(wrong)])
    return Loaded(settings, places)


def _read(file: Path) -> str:
    try:
        raw = file.read_bytes()
    except OSError as error:
        wrong = f"cannot be read: {error.strerror}"
        raise SettingsError([Fault(str(file), None, "", wrong, "let the account that runs backupd read it")]) from None
    try:
        # tomllib wants line feeds alone; what editors add before and between is no reason to refuse a file
        return raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise SettingsError([Fault(str(file), line, "", "is not UTF-8 text", "save the file as UTF-8")]) from None


def _parse(file: Path, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError([_syntax_fault(file, text, str(error))]) from None
    except RecursionError:
        raise SettingsError([Fault(str(file), None, "", "is nested too deeply", "write it plainly")]) from None


def _syntax_fault(file: Path, text: str, message: str) -> Fault:
    """The parser's own words, with the line taken out of them; the line's text stays unsaid, it may be a secret."""
    found = _AT_LINE.search(message)
    line = int(found[1]) if found else text.rstrip("\n").count("\n") + 1
    said = _AT_LINE.sub("", message).replace("(at end of document)", "at the end").strip()
    mend = 'mend this line or the one before it; text stands in quotes, as in name = "value"'
    return Fault(str(file), line, "", f"this is not TOML: {said[:1].lower()}{said[1:]}", mend)


def _shape(table: dict[str, Any], file: Path) -> tuple[Settings | None, list[Wrong]]:
    # No plug-in has a say in our models; looking for them would read every installed package's metadata.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "1")
    # late, so that `backupd --help` needs no models
    from pydantic import ValidationError

    from backupd.settings.models import Settings
    from backupd.settings.source import given

    try:
        with given(table, base=str(file.absolute().parent)):
            return Settings(), []
    except ValidationError as error:
        from backupd.settings.explain import explain

        return None, explain(error, Settings)
