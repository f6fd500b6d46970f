"""Reading files in processes of their own, with limits on time and memory, so that a bad file costs itself alone.

protocol  what goes over the pipes, and how it is taken apart again
limits    what a worker may use
worker    the process: hash and parse one file after the other
pool      the side that hands out files and survives a worker's death
"""
