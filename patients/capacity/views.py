"""The page of a hub's chairs and beds, kept by its administrator; it shows no patient."""

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from patients.audit.refusals import Reason
from patients.capacity import actions
from patients.capacity.forms import ResourceForm, UseForm
from patients.capacity.models import Resource
from patients.capacity.words import KINDS, REFUSALS
from patients.centres.models import Centre
from patients.centres.views import CentreForm


class CapacityForm(CentreForm):
    """A form on what a centre has."""

    def words_for(self, reason: Reason) -> str:
        return str(REFUSALS[reason.code])

    def success_url(self, subject: Centre) -> str:
        return reverse("capacity:resources", args=[subject.pk])


class Resources(CapacityForm):
    """What the centre has, and a form for one more."""

    form_class = ResourceForm
    title = gettext_lazy("Chairs and beds")
    submit = gettext_lazy("Add it")
    template_name = "capacity/resources.html"

    def context(self, subject: Centre) -> dict:
        rows = Resource.objects.filter(centre=subject)
        return {"resources": [(row, KINDS[row.kind]) for row in rows]}

    def write(self, subject: Centre, form: ResourceForm, by) -> None:
        actions.add_resource(centre=subject, by=by, **form.cleaned_data)


class Use(CapacityForm):
    """Take one out of use, or back into it."""

    form_class = UseForm
    template_name = "capacity/use.html"
    title = gettext_lazy("Out of use?")

    def form_kwargs(self, subject: Centre) -> dict:
        return {}

    def row(self, subject: Centre) -> Resource:
        return get_object_or_404(Resource, centre=subject, pk=self.address["row_id"])

    def version(self, subject: Centre) -> int:
        return self.row(subject).version

    def context(self, subject: Centre) -> dict:
        row = self.row(subject)
        words = _("Take it out of use") if row.in_use else _("Take it back into use")
        return {"row": row, "kind": KINDS[row.kind], "submit": words}

    def write(self, subject: Centre, form: UseForm, by) -> None:
        row = self.row(subject)
        actions.set_in_use(resource=row, in_use=not row.in_use, by=by)
