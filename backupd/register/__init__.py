"""The index's own backups: made while it is in use, verified after writing, kept for some days, and brought back.

A copy of the live file is no backup: most such copies are broken or lack what was acknowledged. These come from SQLite's
own online backup of one state, whatever is written meanwhile.
"""
