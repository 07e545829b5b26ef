"""Lymphodepletion: planned by the product's regimen, given day by day."""

import pgtrigger
from django.db import models
from django.db.models import F, Q

from patients.audit.history import tracked
from patients.audit.models import VersionedRow
from patients.pathway.models import Pathway
from patients.products.regimens import Regimen


@tracked()
class LymphodepletionPlan(VersionedRow):
    """A regimen from a first day on, and the day of infusion that it aims at. A moved plan supersedes the old one.

    `window_reason`: why the infusion is planned outside of the window that the label gives.
    """

    pathway = models.ForeignKey(Pathway, on_delete=models.PROTECT, related_name="lymphodepletion_plans")
    regimen = models.ForeignKey(Regimen, on_delete=models.PROTECT, related_name="+")
    starts_on = models.DateField()
    infusion_on = models.DateField()
    window_reason = models.CharField(max_length=240, blank=True)
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
class LymphodepletionDay(VersionedRow):
    """One day of a plan: its doses as the regimen had them then, and whether they were given (null: not recorded)."""

    plan = models.ForeignKey(LymphodepletionPlan, on_delete=models.PROTECT, related_name="days")
    day = models.DateField()
    doses = models.JSONField()
    given = models.BooleanField(null=True, blank=True)
    note = models.CharField(max_length=240, blank=True)

    class Meta:
        ordering = ["day"]
        constraints = [models.UniqueConstraint(fields=["plan", "day"], name="one_row_per_day")]
        triggers = [
            pgtrigger.Protect(name="days_are_kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="given_with_the_product_at_the_hub",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                condition=pgtrigger.Q(new__given=True),
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
