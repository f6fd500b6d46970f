"""One suite that every kind of store passes, and the harnesses by which kinds join it."""
