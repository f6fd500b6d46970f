"""Signing in to a provider once, so that a store there can be opened from then on.

    keeping.py   whose sign-in it is, tried before it takes the old one's place
    loopback.py  waits for the browser to come back to this machine, or for a person to paste what it was given

What each provider asks is in adapters/*_signin.py; what is said to people is in backupd/cli/auth.py.
"""
