"""What a shoot folder's path says: client, days, title. Pure; never raises on any text.

text        cleaning a name, and what may not be read at all
vocabulary  the words, as data
dates       days in one name
naming      client and title in one name
technical   folders of cameras, programs and steps of the work
levels      what each folder of a path is
days        the shoot's days, over all levels
clients     its client and title, over all levels
templates   a studio's own ways of naming
reader      a whole path
"""

from __future__ import annotations

from backupd.reading.folder_names.levels import is_ignored
from backupd.reading.folder_names.reader import READER_VERSION, read_folder, settle_by_capture
from backupd.reading.folder_names.templates import Template, compile_templates

__all__ = ["READER_VERSION", "Template", "compile_templates", "is_ignored", "read_folder", "settle_by_capture"]
