"""Telling people what needs one: at once where it cannot wait, else in one mail a day.

    matters   what is the matter now, gathered from the index: stores, jobs, questions; never a name of a person or a file
    cases     requests whose day comes near
    words     what is said of it, in Finnish and English
    telling   whom to tell what, and when (pure)
    report    the month at a glance
    mail      the mail itself, and sending it
    ping      an address that is asked for while the service works, so that silence is noticed
"""
