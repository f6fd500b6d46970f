"""Bringing the index up to date with what the stores hold now.

    walk     folders and their fingerprints against the index: which have changed, which have moved, which are gone
    compare  one folder's files against its rows (pure)
    moves    files and folders that lie elsewhere now, known by identity, so that no byte is read again
    read     what is new or changed goes through the worker processes, once
    record   the one writer, in batches; a folder's fingerprint only after all of its files
    place    which shoot and client a folder belongs to, by its path and by what a person settled
    refresh  a shoot's capture days, questions and search words, after its files have changed
    run      one store from beginning to end

Nothing is ever removed here. What is not there any more becomes `missing`, and only if the store could be believed.
"""
