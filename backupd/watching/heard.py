"""What an event means for the folders that are waited for. Pure."""

from __future__ import annotations

from backupd.policy.settling import Settling
from backupd.watching.events import Heard


def take_in(heard: Heard, settling: Settling) -> bool:
    """Let one event count; return True where events were lost, so that the whole store must be looked at."""
    folder, _, name = heard.path.rpartition("/")
    if heard.kind == "lost":
        settling.heard_too_little()
        return True
    if heard.kind == "created" and heard.is_folder:
        # What was put into it before it was watched came without events.
        settling.touched(heard.path, heard.at, deep=True)
    elif heard.kind == "created":
        settling.writing(folder, name, heard.at)
    elif heard.kind == "closed":
        settling.written(folder, name, heard.at)
    elif heard.kind == "removed":
        _removed(heard, folder, name, settling)
    elif heard.kind == "moved":
        _moved(heard, folder, name, settling)
    return False


def _removed(heard: Heard, folder: str, name: str, settling: Settling) -> None:
    if heard.is_folder and heard.path:
        settling.gone(heard.path)
    elif not heard.is_folder:
        # Nothing is concluded from it here: the next comparison of the whole store does that.
        settling.removed(folder, name)


def _moved(heard: Heard, folder: str, name: str, settling: Settling) -> None:
    _removed(heard, folder, name, settling)
    if heard.moved_to is None:
        return
    if heard.is_folder:
        settling.touched(heard.moved_to, heard.at, deep=True)
    else:
        new_folder, _, new_name = heard.moved_to.rpartition("/")
        settling.written(new_folder, new_name, heard.at)
