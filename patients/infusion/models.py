"""Day 0: what had to be ready, who compared identity, what was thawed when, and the infusions themselves."""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from patients.audit.history import tracked
from patients.audit.models import Row, SaidRow, StruckRow, VersionedRow
from patients.centres.models import User
from patients.identity.chain import IdentityCheck
from patients.infusion import rules
from patients.manufacturing.models import Lot
from patients.observations.models import Observation
from patients.pathway.models import Pathway
from patients.products.models import Product


@tracked()
class GoItem(SaidRow):
    """One answer to one item of the go, by the person who gave it; a later answer replaces it.

    `holds`: null is not known. `amount`: doses of tocilizumab, ICE total (of 10), systolic (mmHg), weight (kg) or the
    worst grade of CRS since the first infusion. `second`: diastolic (mmHg). `measured`, `measured_second`: the values
    that it wrote down; one that was struck through or corrected since, and the answer counts no more.
    """

    class Item(models.TextChoices):
        NO_INFECTION = "no_infection"
        ORGANS = "organs"
        CONSENT = "consent"
        ICU_TOLD = "icu_told"
        TOCILIZUMAB = "tocilizumab"
        BASELINE_ICE = "baseline_ice"
        BASELINE_PRESSURE = "baseline_pressure"
        WEIGHT = "weight"
        PREMEDICATION = "premedication"
        CRS_SINCE_FIRST = "crs_since_first"

    pathway = models.ForeignKey(Pathway, on_delete=models.PROTECT, related_name="go_items")
    number = models.PositiveSmallIntegerField()
    item = models.CharField(max_length=20, choices=Item)
    holds = models.BooleanField(null=True, blank=True)
    amount = models.DecimalField(max_digits=5, decimal_places=1, null=True, blank=True)
    second = models.DecimalField(max_digits=5, decimal_places=1, null=True, blank=True)
    note = models.CharField(max_length=240, blank=True)
    measured = models.ForeignKey(Observation, null=True, blank=True, on_delete=models.PROTECT, related_name="go_items")
    measured_second = models.ForeignKey(Observation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["at"]
        constraints = [
            models.CheckConstraint(condition=Q(number__gte=1), name="go_item_of_an_infusion"),
            models.CheckConstraint(
                condition=Q(second__isnull=True) | Q(item="baseline_pressure", amount__gt=F("second")),
                name="systolic_is_above_diastolic",
            ),
            models.CheckConstraint(
                condition=~Q(item="baseline_ice") | Q(amount__isnull=True) | Q(amount__gte=0, amount__lte=10),
                name="ice_is_out_of_ten",
            ),
        ]
        indexes = [models.Index(fields=["pathway", "number", "item", "-at"], name="go_items_by_item")]

    def as_answer(self) -> rules.Answer:
        return rules.Answer(self.holds, self.amount, self.second, self.note, self.at)


@tracked()
class Readiness(Row):
    """The go or no-go before an infusion, made from its items as they stood; a later row replaces it.

    `tocilizumab_doses_on_site`: whole doses at the ward. `tocilizumab_alternative`: what is given in a shortage.
    `overridden`: items that did not hold and that a physician let pass with `reason`. `window_reason`: why it is given
    outside of the label's window. `reason` of a no-go: why not. Left out: a later infusion that will not be given.
    """

    append_only = True

    class Decision(models.TextChoices):
        GO = "go"
        NO_GO = "no_go"
        LEFT_OUT = "left_out"

    pathway = models.ForeignKey(Pathway, on_delete=models.PROTECT, related_name="readiness")
    number = models.PositiveSmallIntegerField()
    decision = models.CharField(max_length=8, choices=Decision)
    at = models.DateTimeField()
    by = models.CharField(max_length=60)
    reason = models.CharField(max_length=240, blank=True)
    overridden = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    window_reason = models.CharField(max_length=240, blank=True)
    tocilizumab_doses_on_site = models.PositiveSmallIntegerField(null=True, blank=True)
    tocilizumab_alternative = models.CharField(max_length=160, blank=True)
    weight_kg = models.DecimalField(max_digits=4, decimal_places=1, null=True, blank=True)
    patient_informed = models.BooleanField(null=True, blank=True)

    class Meta:
        ordering = ["at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(weight_kg__isnull=True) | Q(weight_kg__gte=20, weight_kg__lte=300), name="plausible_weight"
            ),
            models.CheckConstraint(
                condition=~Q(decision="go")
                | Q(weight_kg__isnull=False, patient_informed__isnull=False, patient_informed=True)
                & (
                    Q(tocilizumab_doses_on_site__isnull=False, tocilizumab_doses_on_site__gte=1)
                    | ~Q(tocilizumab_alternative="")
                ),
                name="a_go_has_weight_consent_and_tocilizumab",
            ),
            models.CheckConstraint(
                condition=Q(decision="go", overridden=[]) | ~Q(reason=""), name="no_go_and_override_have_a_reason"
            ),
            models.CheckConstraint(
                condition=~Q(decision="left_out") | Q(number__gte=2), name="only_a_later_infusion_is_left_out"
            ),
        ]

    @property
    def go(self) -> bool:
        return self.decision == self.Decision.GO


# The same three conditions wherever cells leave the freezer or go in: the product, two people, and who they are.
_PRODUCT_SQL = """
    IF NOT EXISTS (
        SELECT 1 FROM patients_lot lot
        JOIN patients_pathway pathway ON pathway.id = lot.pathway_id
        JOIN patients_centre hub ON hub.id = pathway.hub_id
        WHERE lot.id = NEW.lot_id AND lot.pathway_id = NEW.pathway_id AND NOT lot.superseded
          AND (lot.status = 'released' OR (lot.status = 'out_of_specification' AND lot.accepted_at IS NOT NULL))
          AND lot.received_on <= (NEW.{at} AT TIME ZONE hub.timezone)::date
          AND lot.expires_on >= (NEW.{at} AT TIME ZONE hub.timezone)::date
    ) THEN
        RAISE EXCEPTION 'the product is not available at the hub' USING ERRCODE = 'check_violation';
    END IF;
"""
_PAIR_SQL = """
        SELECT 1 FROM patients_identitycheck two JOIN patients_identitycheck one ON one.id = two.first_id
        WHERE two.id = NEW.identity_id AND two.pathway_id = NEW.pathway_id AND two.subject = NEW.lot_id
          AND cardinality(two.mismatched) = 0 AND cardinality(one.mismatched) = 0 AND two.by_id <> one.by_id
"""
_NO_INCIDENT_SQL = """
    IF EXISTS (
        SELECT 1 FROM patients_identityincident incident
        JOIN patients_identitycheck two ON two.id = NEW.identity_id
        JOIN patients_identitycheck one ON one.id = two.first_id
        WHERE incident.pathway_id = NEW.pathway_id AND (incident.resolved_at IS NULL OR incident.at >= one.at)
    ) THEN
        RAISE EXCEPTION 'identity did not match' USING ERRCODE = 'check_violation';
    END IF;
"""

_THAW_SQL = f"""
    IF TG_OP = 'UPDATE' THEN RETURN NEW; END IF;
    {_PRODUCT_SQL.format(at="at")}
    IF NOT EXISTS ({_PAIR_SQL}
          AND two.point = 'thaw' AND NEW.at > two.at - interval '1 minute' AND NEW.at <= one.holds_until
    ) THEN
        RAISE EXCEPTION 'two different people compare identity before a thaw' USING ERRCODE = 'check_violation';
    END IF;
    {_NO_INCIDENT_SQL}
    RETURN NEW;
"""


@tracked()
class Thaw(VersionedRow):
    """The clock of one bag: when what starts it happened, as the product's label said then.

    `starts`, `minutes`: what starts the clock and how long it runs; blank and null are not known. `to_end`: the
    infusion ends within it too; `infusion_minutes`: how long the infusion itself may take. `verified`: the figures were
    read in the label. `superseded`: the bag's clock was corrected.
    """

    pathway = models.ForeignKey(Pathway, on_delete=models.PROTECT, related_name="thaws")
    number = models.PositiveSmallIntegerField()
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="thaws")
    bag = models.PositiveSmallIntegerField()
    identity = models.ForeignKey(IdentityCheck, on_delete=models.PROTECT, related_name="thaws")
    at = models.DateTimeField()
    starts = models.CharField(max_length=24, choices=Product.ThawStarts, blank=True)
    minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    to_end = models.BooleanField(null=True, blank=True)
    infusion_minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    verified = models.BooleanField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    superseded = models.BooleanField(default=False)

    class Meta:
        ordering = ["number", "bag"]
        constraints = [
            models.UniqueConstraint(
                fields=["pathway", "number", "bag"], condition=Q(superseded=False), name="one_clock_per_bag"
            ),
            models.CheckConstraint(condition=Q(number__gte=1, bag__gte=1), name="bags_are_counted_from_one"),
        ]
        triggers = [
            pgtrigger.Protect(name="thaws_are_kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="thaw_has_product_and_people",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=_THAW_SQL,
            ),
        ]

    @property
    def clock(self) -> rules.ThawClock:
        return rules.ThawClock(self.at, self.minutes, self.verified, self.to_end, self.infusion_minutes)


# What the form says first, the database holds: product, two people, readiness, a thaw, no open incident. An infusion
# recorded afterwards has a reason instead of go, thaw and hour; product and identity are compared all the same.
_INFUSION_SQL = f"""
    IF TG_OP = 'UPDATE' AND (NEW.pathway_id, NEW.number, NEW.lot_id, NEW.identity_id, NEW.readiness_id)
       IS DISTINCT FROM (OLD.pathway_id, OLD.number, OLD.lot_id, OLD.identity_id, OLD.readiness_id) THEN
        RAISE EXCEPTION 'an infusion keeps its patient, product and checks' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.struck_at IS NOT NULL THEN RETURN NEW; END IF;
    {_PRODUCT_SQL.format(at="started_at")}
    IF NOT EXISTS ({_PAIR_SQL}
          AND (two.point = 'infusion' AND NEW.started_at > two.at - interval '1 minute'
                 AND NEW.started_at <= one.holds_until
               OR NEW.afterwards_reason <> '' AND two.point IN ('infusion', 'afterwards'))
    ) THEN
        RAISE EXCEPTION 'two different people compare identity before an infusion' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'UPDATE' THEN RETURN NEW; END IF;
    {_NO_INCIDENT_SQL}
    IF NEW.number > 1 AND NOT EXISTS (
        SELECT 1 FROM patients_infusion before
        WHERE before.pathway_id = NEW.pathway_id AND before.number = NEW.number - 1
          AND before.started_at < NEW.started_at AND before.struck_at IS NULL
    ) AND NOT EXISTS (
        SELECT 1 FROM patients_milestone before
        WHERE before.pathway_id = NEW.pathway_id AND before.what = 'infusion' AND before.before_carpath
          AND NOT before.superseded
    ) THEN
        RAISE EXCEPTION 'a later infusion follows the first' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.afterwards_reason <> '' THEN RETURN NEW; END IF;
    IF NOT EXISTS (
        SELECT 1 FROM patients_readiness ready WHERE ready.id = NEW.readiness_id AND ready.pathway_id = NEW.pathway_id
          AND ready.number = NEW.number AND ready.decision = 'go'
    ) THEN
        RAISE EXCEPTION 'no go for this infusion' USING ERRCODE = 'check_violation';
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM patients_thaw thaw WHERE thaw.pathway_id = NEW.pathway_id AND thaw.lot_id = NEW.lot_id
          AND thaw.number = NEW.number AND NOT thaw.superseded AND thaw.at <= NEW.started_at + interval '1 minute'
    ) THEN
        RAISE EXCEPTION 'no bag was thawed for this infusion' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""


@tracked()
class Infusion(StruckRow):
    """An infusion: its product, the pair of identity checks, its go, and what was given. The first sets day 0.

    `identity`: the second person's check, which names the first's. `dose_10e6`: viable CAR-positive T cells, 10^6,
    null is not known. `whole_volume`, `reaction`: null is not known. `thaw_reason`: why it was given although the thaw
    clock had run out. `afterwards_reason`: it was recorded, or its hour moved, outside of the checks in the app, and
    why; `paper_checked_by`: the two people who compared on paper. Struck through it counts nowhere and keeps its lot,
    checks and go; recorded again while those hold, it may use them.
    """

    pathway = models.ForeignKey(Pathway, on_delete=models.PROTECT, related_name="infusions")
    number = models.PositiveSmallIntegerField(default=1)
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="infusions")
    identity = models.ForeignKey(IdentityCheck, on_delete=models.PROTECT, related_name="infusions")
    readiness = models.ForeignKey(Readiness, null=True, blank=True, on_delete=models.PROTECT, related_name="infusions")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    bags = models.PositiveSmallIntegerField(null=True, blank=True)
    dose_10e6 = models.DecimalField(max_digits=7, decimal_places=2, null=True, blank=True)
    whole_volume = models.BooleanField(null=True, blank=True)
    reaction = models.BooleanField(null=True, blank=True)
    reaction_note = models.CharField(max_length=400, blank=True)
    thaw_reason = models.CharField(max_length=240, blank=True)
    afterwards_reason = models.CharField(max_length=240, blank=True)
    paper_checked_by = models.CharField(max_length=160, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            *StruckRow.Meta.constraints,
            *(
                models.UniqueConstraint(fields=names, condition=Q(struck_at__isnull=True), name=name)
                for names, name in (
                    (["pathway", "number"], "one_row_per_infusion"),
                    (["identity"], "checks_serve_one_infusion"),
                    (["readiness"], "a_go_serves_one_infusion"),
                )
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="infusions_are_counted_from_one"),
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
            models.CheckConstraint(
                condition=Q(readiness__isnull=False) | ~Q(afterwards_reason="") & ~Q(paper_checked_by=""),
                name="without_a_go_it_was_recorded_afterwards",
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
