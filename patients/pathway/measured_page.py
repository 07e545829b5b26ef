"""The page of a patient's measured values: which one is wrong, what it should be, or whose it is."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy

from patients.audit import clock
from patients.audit.refusals import Reason, Refused
from patients.centres.models import User
from patients.observations import actions as observations
from patients.observations import words
from patients.observations.models import Observation
from patients.pathway import measured, re_entry
from patients.pathway.forms import MeasuredForm
from patients.pathway.models import Pathway
from patients.pathway.views import OffersRightPatient, PathwayFormView

MOST_SHOWN = 40


class MeasuredPage(OffersRightPatient, PathwayFormView):
    """The patient's measured values: one is corrected, struck through, or recorded on whose it is."""

    form_class = MeasuredForm
    template_name = "pathway/measured.html"
    facet = None
    title = gettext_lazy("Measured values")
    ways = measured.MEASURED

    def open(self, request: HttpRequest, pathway_id, **address) -> Pathway:
        pathway = super().open(request, pathway_id, **address)
        if not re_entry.may_write(self.opened.access, self.ways.rights):
            raise PermissionDenied
        self.kinds = measured.kinds(self.opened.access)
        self.what = request.GET.get("what") if request.GET.get("what") in self.kinds else None
        return pathway

    def rows(self, subject: Pathway) -> list[Observation]:
        rows = measured.values(subject, self.opened.access)
        return list(rows.filter(what=self.what) if self.what else rows)

    def version(self, subject: Pathway) -> int:
        # Each row's version only grows and none goes, so their sum changes whenever one of them does.
        return sum(row.version for row in measured.values(subject, self.opened.access))

    def form_kwargs(self, subject: Pathway) -> dict:
        standing = [row for row in self.rows(subject) if row.stands]
        rows = {str(row.pk): observation_words(row, subject) for row in standing[:MOST_SHOWN]}
        return {"rows": rows, "zone": subject.hub.timezone, "offered": self.offered(subject)}

    def context(self, subject: Pathway) -> dict:
        rows = self.rows(subject)
        kinds = {row.what for row in measured.values(subject, self.opened.access)}
        return {
            "kinds": [(what, words.MEASURED[what], what == self.what) for what in self.kinds if what in kinds],
            "more": sum(row.stands for row in rows) > MOST_SHOWN,
            "any": any(row.stands for row in rows),
            "gone": [
                (
                    observation_words(row, subject),
                    row.struck_why,
                    getattr(getattr(row, "corrected_by", None), "correction_reason", ""),
                    re_entry.moved(self.request.user, row),
                )
                for row in rows
                if not row.stands
            ],
        }

    def write(self, subject: Pathway, form: MeasuredForm, by: User) -> None:
        said = form.cleaned_data
        row = next(row for row in self.rows(subject) if str(row.pk) == said["which"])
        if form.strikes:
            if not said["why"].strip():
                raise Refused(Reason("reason_missing", "why"))
            if not self.re_enters(subject, form, row, by):
                observations.strike(observation=row, why=said["why"], by=by)
            return
        try:
            observations.correct(observation=row, value=said["value"], at=said["at"], why=said["why"], by=by)
        except Refused as refused:
            raise Refused(*(beside_its_field(reason) for reason in refused.reasons)) from None

    def success_url(self, subject: Pathway) -> str:
        return self.request.get_full_path()


def beside_its_field(reason: Reason) -> Reason:
    """A refusal of the kind that is measured stands beside the value."""
    return reason if reason.field in ("at", "why") else Reason(reason.code, "value", reason.values)


def observation_words(row: Observation, pathway: Pathway) -> str:
    """A measured value with its unit, its time, and who wrote it down."""
    local = clock.local(row.at, pathway.hub.timezone)
    at = f"{local:%d/%m/%Y}" if row.day_only else f"{local:%d/%m/%Y %H:%M}"
    value = number_format(row.value.normalize().__format__("f"))
    return f"{words.MEASURED[row.what]} {value} {words.unit_words(row.unit)}, {at}, {row.recorded_by.get_full_name()}"
