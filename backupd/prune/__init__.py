"""Freeing space: plan, review, run, undo. Decisions are `policy.pruning`'s and `policy.proofs`'s; removals are `acts`'s.

    basis       what a clean-up is decided by: the day, the promises in force, the clock, the ledger
    shoots      the facts of the decision table about shoots, as they are at one moment
    gathering   the files of a store in columns, with which of them have other good copies
    planning    a plan over one store or all, saved with its acts
    judging     the same facts again, at the moment of removal
    running     approval, limits of the day, the run, what rested long enough in a trash
"""
