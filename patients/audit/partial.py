"""Dates known in part, in a table: two columns, the earliest and the latest day that it can have been (design 4.4)."""

from django.db import models
from django.db.models import F, Q

from patients.clinical.days import PartialDate


class Partial:
    """A date known in part as one attribute: `ended = Partial()` reads and writes ended_earliest and ended_latest.

    None = not known. Filter and order by the columns themselves.
    """

    def __set_name__(self, owner, name: str) -> None:
        self.columns = (f"{name}_earliest", f"{name}_latest")

    def __get__(self, row, owner=None):
        if row is None:
            return self
        earliest, latest = (getattr(row, column) for column in self.columns)
        return None if earliest is None else PartialDate(earliest, latest)

    def __set__(self, row, known: PartialDate | None) -> None:
        days = (None, None) if known is None else (known.earliest, known.latest)
        for column, day in zip(self.columns, days, strict=True):
            setattr(row, column, day)


def both_or_none(date: str, *, name: str) -> models.CheckConstraint:
    """Both columns of a date, the earliest day no later than the latest, or neither."""
    earliest, latest = f"{date}_earliest", f"{date}_latest"
    return models.CheckConstraint(
        condition=Q(**{f"{earliest}__isnull": True, f"{latest}__isnull": True})
        | Q(**{f"{earliest}__isnull": False, f"{latest}__isnull": False, f"{latest}__gte": F(earliest)}),
        name=name,
    )


def in_order(first: str, second: str, *, name: str) -> models.CheckConstraint:
    """Refuses what is impossible under every reading: the latest `second` before the earliest `first`."""
    return models.CheckConstraint(
        condition=Q(**{f"{first}_earliest__isnull": True})
        | Q(**{f"{second}_latest__isnull": True})
        | Q(**{f"{second}_latest__gte": F(f"{first}_earliest")}),
        name=name,
    )
