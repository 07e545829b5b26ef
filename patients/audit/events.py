"""The shape of every history row."""

from django.db import models
from pghistory.models import Event as PghistoryEvent


class Event(PghistoryEvent):
    """One change of one row: kept by a database trigger, refused to everybody's UPDATE and DELETE.

    A 64-bit key, since a hub writes more than two thousand million changes in its life of thirty years.
    """

    pgh_id = models.BigAutoField(primary_key=True)

    class Meta:
        abstract = True
