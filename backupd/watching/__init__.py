"""Learning of changes: by the kernel's events where there are any, by looking where there are none.

Events are hints, comparisons are the truth: an event makes a folder due sooner, a comparison of the whole store finds what
none reported, and what is not at rest stays due.

    filesystems  what a folder lies on, and whether the kernel hears of all that happens there
    events       watchdog, cut down to the events that matter, put in a queue; what it does not say about itself is found out
    heard        events turned into folders that are waited for (pure, with `policy.settling`)
    pulse        who is at work, and whether it advances
    work         runs for one store: waiting for the turn, giving way, stopping at a safe point
    local        the thread of one local store
    ahead        a cloud's changes, begun before the turn is taken
    apart        a cloud asked by a thread of its own, so that its silence keeps the turn from nobody
    cloud        the thread of one store in a cloud
"""
