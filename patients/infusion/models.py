"""Day 0: what had to be ready, who compared identity, and the infusion itself."""

import pgtrigger
from django.db import models
from django.db.models import F, Q

from patients.audit.history import tracked
from patients.audit.models import Row, VersionedRow
from patients.identity.chain import IdentityCheck
from patients.manufacturing.models import Lot
from patients.pathway.models import Pathway


@tracked()
class Readiness(Row):
    """The go or no-go before an infusion: each answer as it was given then; a later row replaces it.

    `tocilizumab_doses_on_site`: whole doses at the ward. `tocilizumab_alternative`: what is given in a shortage.
    """

    append_only = True

    pathway = models.ForeignKey(Pathway, on_delete=models.PROTECT, related_name="readiness")
    at = models.DateTimeField()
    by = models.CharField(max_length=60)
    tocilizumab_doses_on_site = models.PositiveSmallIntegerField()
    tocilizumab_alternative = models.CharField(max_length=160, blank=True)
    weight_kg = models.DecimalField(max_digits=4, decimal_places=1)
    patient_informed = models.BooleanField(null=True, blank=True)

    class Meta:
        ordering = ["at"]
        constraints = [
            models.CheckConstraint(condition=Q(weight_kg__gte=20, weight_kg__lte=300), name="plausible_weight"),
        ]

    @property
    def covered(self) -> bool:
        """At least one dose of tocilizumab on site, or an alternative named (reference 10 d)."""
        return self.tocilizumab_doses_on_site >= 1 or bool(self.tocilizumab_alternative)

    @property
    def go(self) -> bool:
        return self.covered and self.patient_informed is True


# What the form says first, the database holds: product, two people, readiness, no open incident.
_INFUSION_SQL = """
    IF TG_OP = 'UPDATE' AND (NEW.pathway_id, NEW.lot_id, NEW.identity_id, NEW.readiness_id)
       IS DISTINCT FROM (OLD.pathway_id, OLD.lot_id, OLD.identity_id, OLD.readiness_id) THEN
        RAISE EXCEPTION 'an infusion keeps its patient, product and checks' USING ERRCODE = 'check_violation';
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM patients_lot lot
        JOIN patients_pathway pathway ON pathway.id = lot.pathway_id
        JOIN patients_centre hub ON hub.id = pathway.hub_id
        WHERE lot.id = NEW.lot_id AND lot.pathway_id = NEW.pathway_id AND NOT lot.superseded
          AND (lot.status = 'released' OR (lot.status = 'out_of_specification' AND lot.accepted_at IS NOT NULL))
          AND lot.received_on <= (NEW.started_at AT TIME ZONE hub.timezone)::date
          AND lot.expires_on >= (NEW.started_at AT TIME ZONE hub.timezone)::date
    ) THEN
        RAISE EXCEPTION 'the product is not available at the hub' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'UPDATE' THEN RETURN NEW; END IF;
    IF NOT EXISTS (
        SELECT 1 FROM patients_identitycheck two JOIN patients_identitycheck one ON one.id = two.first_id
        WHERE two.id = NEW.identity_id AND two.pathway_id = NEW.pathway_id AND two.subject = NEW.lot_id
          AND two.point = 'infusion' AND cardinality(two.mismatched) = 0 AND two.by_id <> one.by_id
          AND NEW.started_at > two.at - interval '1 minute' AND NEW.started_at <= one.holds_until
          AND NOT EXISTS (
              SELECT 1 FROM patients_identityincident incident
              WHERE incident.pathway_id = NEW.pathway_id
                AND (incident.resolved_at IS NULL OR incident.at >= one.at))
    ) THEN
        RAISE EXCEPTION 'two different people compare identity before an infusion' USING ERRCODE = 'check_violation';
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM patients_readiness ready WHERE ready.id = NEW.readiness_id AND ready.pathway_id = NEW.pathway_id
          AND (ready.tocilizumab_doses_on_site >= 1 OR ready.tocilizumab_alternative <> '')
          AND ready.patient_informed
    ) THEN
        RAISE EXCEPTION 'no go for this infusion' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""


@tracked()
class Infusion(VersionedRow):
    """The infusion: its product, the pair of identity checks, its go, and what was given.

    `identity`: the second person's check, which names the first's. `dose_10e6`: viable CAR-positive T cells, 10^6,
    null is not known. `reaction`: during or right after it; null is not known.
    """

    pathway = models.OneToOneField(Pathway, on_delete=models.PROTECT, related_name="infusion")
    lot = models.OneToOneField(Lot, on_delete=models.PROTECT, related_name="infusion")
    identity = models.OneToOneField(IdentityCheck, on_delete=models.PROTECT, related_name="infusion")
    readiness = models.OneToOneField(Readiness, on_delete=models.PROTECT, related_name="infusion")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    bags = models.PositiveSmallIntegerField(null=True, blank=True)
    dose_10e6 = models.DecimalField(max_digits=7, decimal_places=2, null=True, blank=True)
    reaction = models.BooleanField(null=True, blank=True)
    reaction_note = models.CharField(max_length=400, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at")), name="infusion_ends_after_start"
            ),
            models.CheckConstraint(condition=Q(bags__isnull=True) | Q(bags__gte=1), name="at_least_one_bag"),
            models.CheckConstraint(
                condition=Q(dose_10e6__isnull=True) | Q(dose_10e6__gt=0), name="a_dose_is_more_than_nothing"
            ),
            models.CheckConstraint(
                condition=Q(reaction_note="") | Q(reaction=True), name="a_note_belongs_to_a_reaction"
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="infusions_are_kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="infusion_has_product_people_and_go",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=_INFUSION_SQL,
            ),
        ]
