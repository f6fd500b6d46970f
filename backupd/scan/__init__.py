"""Bringing the index up to date with what the stores hold now.

    walk     folders and their fingerprints against the index: which have changed, which have moved, which are gone
    compare  one folder's files against its rows (pure)
    moves    files and folders that lie elsewhere now, known by identity, so that no byte is read again
    read     what is new or changed goes through the worker processes, once
    record   the one writer, in batches; a folder's fingerprint only after all of its files
    place    which shoot and client a folder belongs to, by its path and by what a person settled
    refresh  a shoot's capture days, questions and search words, after its files have changed
    run      one store from beginning to end
    feed_run  a store that tells its changes: page by page, each with the position behind it
    fed_page  one page of a feed: removals, folders, files; fed_tree keeps the folders meanwhile
    doubt     whether what is gone may be concluded, or a person must say first that it is true
    cloud_lists, cloud_media, compare_clouds   what is read of, believed of and compared with a cloud

Nothing is ever removed here. What is not there any more becomes `missing`, and only if the store could be believed.
"""
