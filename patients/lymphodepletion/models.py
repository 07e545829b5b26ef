"""Lymphodepletion: planned by the product's regimen, given day by day."""

import pgtrigger
from django.db import models
from django.db.models import F, Q

from patients.audit.history import tracked
from patients.audit.models import MovableRow, VersionedRow
from patients.centres.models import User
from patients.pathway.models import Pathway
from patients.products.regimens import Regimen


@tracked()
class LymphodepletionPlan(VersionedRow):
    """A regimen from a first day on, and the day of infusion that it aims at. A moved plan supersedes the old one.

    `window_reason`: why the infusion is planned outside of the window that the label gives. `setting` null: not known.
    `repeat_reason`: why lymphodepletion is given again. A repeated one supersedes what was given before.
    """

    class Setting(models.TextChoices):
        INPATIENT = "inpatient"
        DAY_HOSPITAL = "day_hospital"
        OUTPATIENT = "outpatient"

    pathway = models.ForeignKey(Pathway, on_delete=models.PROTECT, related_name="lymphodepletion_plans")
    regimen = models.ForeignKey(Regimen, on_delete=models.PROTECT, related_name="+")
    starts_on = models.DateField()
    infusion_on = models.DateField()
    window_reason = models.CharField(max_length=240, blank=True)
    setting = models.CharField(max_length=12, choices=Setting, null=True, blank=True)
    repeat_reason = models.CharField(max_length=240, blank=True)
    superseded = models.BooleanField(default=False)

    class Meta:
        ordering = ["starts_on"]
        constraints = [
            models.UniqueConstraint(fields=["pathway"], condition=Q(superseded=False), name="one_standing_plan"),
            models.CheckConstraint(
                condition=Q(infusion_on__gt=F("starts_on")), name="infusion_is_planned_after_lymphodepletion"
            ),
        ]
        triggers = [pgtrigger.Protect(name="plans_are_kept", operation=pgtrigger.Delete)]


@tracked()
class LymphodepletionDay(MovableRow):
    """One day of a plan: its doses as the regimen had them then, and whether they were given (null: not recorded).

    Struck through, the day may be recorded again in a new row as long as the cells were not given. `dose_reason`: why a
    dose is not the regimen's; null is the regimen's own.
    """

    class DoseReason(models.TextChoices):
        RENAL = "renal"
        HEPATIC = "hepatic"
        CYTOPENIA = "cytopenia"
        AGE = "age"
        OTHER = "other"

    plan = models.ForeignKey(LymphodepletionPlan, on_delete=models.PROTECT, related_name="days")
    day = models.DateField()
    doses = models.JSONField()
    given = models.BooleanField(null=True, blank=True)
    note = models.CharField(max_length=240, blank=True)
    dose_reason = models.CharField(max_length=10, choices=DoseReason, null=True, blank=True)
    dose_note = models.CharField(max_length=240, blank=True)

    class Meta:
        ordering = ["day"]
        constraints = [
            *MovableRow.Meta.constraints,
            models.UniqueConstraint(
                fields=["plan", "day"], condition=Q(struck_at__isnull=True), name="one_row_per_day"
            ),
            models.CheckConstraint(
                condition=Q(struck_at__isnull=True) | Q(given__isnull=False), name="what_is_recorded_is_struck"
            ),
            models.CheckConstraint(
                condition=Q(dose_note="") | Q(dose_reason__isnull=False), name="a_dose_note_has_its_reason"
            ),
            models.CheckConstraint(
                condition=Q(dose_reason__isnull=True) | ~Q(dose_reason="other") | ~Q(dose_note=""),
                name="another_dose_reason_is_said",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="days_are_kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="given_with_the_product_at_the_hub",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                condition=pgtrigger.Q(new__given=True, new__struck_at__isnull=True),
                func="""
                    IF NOT EXISTS (
                        SELECT 1 FROM patients_lot lot
                        JOIN patients_lymphodepletionplan plan ON plan.pathway_id = lot.pathway_id
                        WHERE plan.id = NEW.plan_id AND NOT lot.superseded AND lot.received_on <= NEW.day
                    ) THEN
                        RAISE EXCEPTION 'no lymphodepletion before the product is at the hub'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    @property
    def patient(self):
        return self.plan.pathway.patient


@tracked()
class LymphodepletionOmission(VersionedRow):
    """A physician's decision to infuse without lymphodepletion. Superseded when it is planned or repeated after all.

    `wbc_10e9_per_l`: white cells, 10^9/L, which the label of tisa-cel asks for (reference 4); null is not known.
    """

    class Reason(models.TextChoices):
        LOW_WHITE_CELLS = "low_white_cells"
        OTHER = "other"

    pathway = models.ForeignKey(Pathway, on_delete=models.PROTECT, related_name="lymphodepletion_omissions")
    decided_on = models.DateField()
    reason = models.CharField(max_length=20, choices=Reason)
    wbc_10e9_per_l = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    note = models.CharField(max_length=400, blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    superseded = models.BooleanField(default=False)

    class Meta:
        ordering = ["decided_on"]
        constraints = [
            models.UniqueConstraint(fields=["pathway"], condition=Q(superseded=False), name="one_standing_omission"),
            models.CheckConstraint(condition=~Q(reason="other") | ~Q(note=""), name="another_omission_is_explained"),
            models.CheckConstraint(
                condition=~Q(reason="low_white_cells")
                | Q(wbc_10e9_per_l__isnull=False, wbc_10e9_per_l__gte=0, wbc_10e9_per_l__lte=1),
                name="low_white_cells_are_low",
            ),
        ]
        triggers = [pgtrigger.Protect(name="omissions_are_kept", operation=pgtrigger.Delete)]
