"""People's requests, from receipt to answer: each kind is one file that offers `KIND`.

    base        what a kind of request is
    desk        the steps of a case: who may take them, when, and what is recorded
    matching    whether what is recorded belongs to the person who asks
    scope       from a person to all that concerns them, each with why
    deciding    which files of a shoot go, by what a person said
    judge       what decides anew at the moment of removal
    unlisting   a row taken out of a list file, the rest of it untouched
    correcting  a wrong name put right in a folder's name or in a list
    renaming    a shoot's folder renamed in its stores, file by file
    handing     what a person is handed: their own pictures, and the report
    answering   which letter is due, and its facts; found: what a case found and gave
    telling     what a text must tell before it counts as the answer; what comes next
    due         by when, and what is to be reminded of

The states and their guards are the table of `policy.cases`; nothing here goes around it.
"""
