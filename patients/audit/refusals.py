"""How an action says no: with reasons that a form can put beside their fields."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Reason:
    """Why something may not be done: a code, the form field it belongs to (if one) and the values to fill in."""

    code: str
    field: str | None = None
    values: dict = dataclasses.field(default_factory=dict)


class Refused(Exception):
    """Raised by an action that does not do what was asked; nothing of it is kept."""

    def __init__(self, *reasons: Reason):
        super().__init__(", ".join(reason.code for reason in reasons))
        self.reasons = reasons


class Conflict(Exception):
    """Raised when the row changed since the form was opened; `current` is the row as it stands now."""

    def __init__(self, current):
        super().__init__("changed since the form was opened")
        self.current = current
