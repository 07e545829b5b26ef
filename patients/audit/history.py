"""Which tables keep history: all that are declared `@tracked`."""

import pghistory


def tracked(*, exclude: tuple[str, ...] = ()):
    """Class decorator: every INSERT, UPDATE and DELETE of the model is kept, with who and why.

    `exclude` names columns whose change is no fact of its own (a password hash, the time of the last log-in).
    """
    return pghistory.track(exclude=list(exclude) or None)
