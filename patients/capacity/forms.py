"""The forms of a centre's chairs and beds."""

from datetime import time

from django import forms
from django.utils.translation import gettext_lazy as _

from patients.audit import fields
from patients.capacity.models import Resource
from patients.capacity.words import KINDS
from patients.centres.models import Centre


class ResourceForm(fields.Form):
    """A chair or a bed of a centre, and its hours."""

    kind = fields.TileChoice(label=_("What it is"), choices=[(kind, KINDS[kind]) for kind in Resource.Kind.values])
    name = forms.CharField(label=_("Name"), max_length=60)
    opens_at = fields.TimeField(label=_("Opens at"), initial=time(8, 0))
    closes_at = fields.TimeField(label=_("Closes at"), initial=time(18, 0))

    def __init__(self, *args, centre: Centre, **kwargs):
        super().__init__(*args, **kwargs)


class UseForm(fields.Form):
    """Nothing to type: a yes to what the page asks."""
