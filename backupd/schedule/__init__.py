"""What the service does by itself, and when.

    times    from a setting to the next time, by APScheduler's triggers: cron lines in the studio's zone
    agenda   which job is due, told the time (pure)
    jobs     what jobs there are: one module in `backupd/jobs` each, and two for every store
    runner   starts what is due, and keeps in the index when each is due next and how it ended

APScheduler's own scheduler is not used: it reads the clock by itself, so that no test could let days pass, and it keeps
neither how a job ended nor, after a crash, that it never did.
"""
