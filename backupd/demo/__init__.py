"""A small invented studio on disk, to try backupd on: `python -m backupd.demo FOLDER`. Nothing in it is real."""
