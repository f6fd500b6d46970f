"""The one road to a deletion: an approved plan is carried out act by act, with proof, intent, removal, look and outcome.

    look        what lies in a store now, many files at a time
    meaning     whether what lies there is what an act means
    witnesses   which other copies are good, asked of their stores
    judging     what decides anew at the moment of removal: one judge for each kind of plan
    carrying    the run: resumable, batched, and never without a durable intent
    verbs       which call of a store an act is

Nothing else in backupd may remove a file from a store; a test holds that.
"""
