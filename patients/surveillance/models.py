"""Who is watched and what was found; which centres asked for a person whom another centre knows."""

from django.db import models

from patients.audit.history import tracked
from patients.audit.models import Row
from patients.centres.models import Centre, User
from patients.identity.models import Patient


@tracked()
class KnownElsewhere(Row):
    """One answer "a request for this person exists" to a user of another centre who said that they treat the person.

    It names no patient's centre; who asked and for whom is here so that it is found and counted.
    """

    append_only = True

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_index=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
