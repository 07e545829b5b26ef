"""The product that is made from a patient's cells, from shipment to its receipt at the hub."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from patients.apheresis.models import Collection
from patients.audit.history import tracked
from patients.audit.models import VersionedRow
from patients.identity.chain import IdentityCheck
from patients.pathway.models import Pathway

# A product counts as received only when it is fit to be given and two different people have compared it.
_RECEIPT_SQL = """
    IF NEW.received_on IS NULL THEN RETURN NEW; END IF;
    IF NOT (NEW.status = 'released' OR (NEW.status = 'out_of_specification' AND NEW.accepted_at IS NOT NULL)) THEN
        RAISE EXCEPTION 'a product that is not released is not received' USING ERRCODE = 'check_violation';
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM patients_identitycheck two JOIN patients_identitycheck one ON one.id = two.first_id
        WHERE two.id = NEW.receipt_id AND two.subject = NEW.id AND two.pathway_id = NEW.pathway_id
          AND two.point = 'receipt' AND cardinality(two.mismatched) = 0 AND two.by_id <> one.by_id
          AND two.typed->>'expiry' = to_char(NEW.expires_on, 'YYYYMMDD')
    ) THEN
        RAISE EXCEPTION 'two different people compare a product at its receipt' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""


# Out of specification it is accepted only with its whole file: request, maker's evaluation, patient, authority.
_ACCEPTANCE_SQL = """
    IF NEW.accepted_at IS NULL OR (TG_OP = 'UPDATE' AND OLD.accepted_at IS NOT NULL) THEN RETURN NEW; END IF;
    IF NOT EXISTS (
        SELECT 1 FROM patients_outofspecificationfile file
        WHERE file.lot_id = NEW.id AND file.requested_on IS NOT NULL AND file.maker_evaluated_on IS NOT NULL
          AND file.patient_told_on IS NOT NULL AND file.patient_agrees AND file.authority_on IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'a product out of specification is accepted with its whole file'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""


@tracked()
class Lot(VersionedRow):
    """One product made for one patient. Lot number and chain of identity number stand in the chain of identity.

    `maker_received_on`: the cells reached the maker. `released_on`: the day of the maker's statement, whatever it says.
    `shipped_back_on`: the product left the maker. `arrived_at`: when it reached the hub; `received_on`: that day, once
    two people have compared it, which makes it available. `temperature_kept`: its temperature trace stays within the
    limits; null = not looked at. `storage_position`: where it lies. `superseded`: it did not hold.
    """

    class Status(models.TextChoices):
        IN_PRODUCTION = "in_production"
        RELEASED = "released"
        OUT_OF_SPECIFICATION = "out_of_specification"
        FAILED = "failed"

    pathway = models.ForeignKey(Pathway, on_delete=models.PROTECT, related_name="lots")
    collection = models.ForeignKey(Collection, on_delete=models.PROTECT, related_name="lots")
    status = models.CharField(max_length=20, choices=Status, default=Status.IN_PRODUCTION)
    shipped_on = models.DateField()
    carrier = models.CharField(max_length=80, blank=True)
    waybill = models.CharField(max_length=60, blank=True)
    maker_received_on = models.DateField(null=True, blank=True)
    expected_release_on = models.DateField(null=True, blank=True)
    released_on = models.DateField(null=True, blank=True)
    expires_on = models.DateField(null=True, blank=True)
    fault = models.CharField(max_length=400, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    acceptance_reason = models.CharField(max_length=400, blank=True)
    shipped_back_on = models.DateField(null=True, blank=True)
    return_waybill = models.CharField(max_length=60, blank=True)
    temperature_kept = models.BooleanField(null=True, blank=True)
    temperature_note = models.CharField(max_length=240, blank=True)
    storage_position = models.CharField(max_length=80, blank=True)
    arrived_at = models.DateTimeField(null=True, blank=True)
    received_on = models.DateField(null=True, blank=True)
    receipt = models.OneToOneField(
        IdentityCheck, null=True, blank=True, on_delete=models.PROTECT, related_name="received_lot"
    )
    superseded = models.BooleanField(default=False)

    class Meta:
        ordering = ["shipped_on"]
        constraints = [
            models.UniqueConstraint(fields=["pathway"], condition=Q(superseded=False), name="one_standing_lot"),
            models.CheckConstraint(
                condition=Q(status="in_production", released_on__isnull=True)
                | Q(status="failed", released_on__isnull=False)
                | Q(
                    status__in=["released", "out_of_specification"],
                    released_on__isnull=False,
                    expires_on__isnull=False,
                ),
                name="a_made_product_has_its_dates",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["in_production", "released"], fault="")
                | Q(status__in=["out_of_specification", "failed"]) & ~Q(fault=""),
                name="a_fault_is_described",
            ),
            models.CheckConstraint(
                condition=Q(released_on__isnull=True) | Q(released_on__gte=F("shipped_on")),
                name="released_after_shipment",
            ),
            models.CheckConstraint(
                condition=Q(maker_received_on__isnull=True)
                | Q(maker_received_on__gte=F("shipped_on"))
                & (Q(released_on__isnull=True) | Q(released_on__gte=F("maker_received_on"))),
                name="at_the_maker_between_shipment_and_release",
            ),
            models.CheckConstraint(
                condition=Q(shipped_back_on__isnull=True)
                | Q(released_on__isnull=False, shipped_back_on__gte=F("released_on"))
                & (Q(received_on__isnull=True) | Q(received_on__gte=F("shipped_back_on"))),
                name="shipped_back_between_release_and_receipt",
            ),
            models.CheckConstraint(
                condition=Q(temperature_kept__isnull=True)
                | Q(temperature_kept=True)
                | Q(temperature_kept=False) & ~Q(temperature_note=""),
                name="a_broken_temperature_is_described",
            ),
            models.CheckConstraint(
                condition=Q(received_on__isnull=True) | Q(received_on__gte=F("shipped_on")),
                name="received_after_shipment",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True, accepted_by__isnull=True, acceptance_reason="")
                | Q(accepted_at__isnull=False, accepted_by__isnull=False, status="out_of_specification")
                & ~Q(acceptance_reason=""),
                name="acceptance_has_who_and_why",
            ),
            models.CheckConstraint(
                condition=Q(received_on__isnull=True, receipt__isnull=True)
                | Q(received_on__isnull=False, receipt__isnull=False, arrived_at__isnull=False),
                name="received_is_compared",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="lots_are_kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="lots_are_received_by_two",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=_RECEIPT_SQL,
            ),
            pgtrigger.Trigger(
                name="lots_are_accepted_with_their_file",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=_ACCEPTANCE_SQL,
            ),
        ]

    @property
    def fit(self) -> bool:
        """Released, or out of specification and accepted."""
        return self.status == self.Status.RELEASED or (
            self.status == self.Status.OUT_OF_SPECIFICATION and self.accepted_at is not None
        )


@tracked()
class OutOfSpecificationFile(VersionedRow):
    """What a product out of specification needs before a physician may accept it (reference 4); it fills up over days.

    `requested_on`, `requested_by`: the treating physician's request. `maker_evaluated_on`: the maker's evaluation of
    the risk. `patient_told_on`, `patient_told_by`: who told the patient; `patient_agrees`: in writing, null = not
    known. `authority_on`: the authority's or ethics committee's route was gone. The acceptance stands in the lot.
    """

    lot = models.OneToOneField(Lot, on_delete=models.PROTECT, related_name="oos_file")
    requested_on = models.DateField(null=True, blank=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    maker_evaluated_on = models.DateField(null=True, blank=True)
    maker_reference = models.CharField(max_length=120, blank=True)
    patient_told_on = models.DateField(null=True, blank=True)
    patient_told_by = models.CharField(max_length=120, blank=True)
    patient_agrees = models.BooleanField(null=True, blank=True)
    authority_on = models.DateField(null=True, blank=True)
    authority_reference = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(requested_on__isnull=True, requested_by__isnull=True)
                | Q(requested_on__isnull=False, requested_by__isnull=False),
                name="request_has_day_and_physician",
            ),
            models.CheckConstraint(
                condition=Q(patient_told_on__isnull=True, patient_told_by="")
                | Q(patient_told_on__isnull=False) & ~Q(patient_told_by=""),
                name="patient_told_has_day_and_person",
            ),
            models.CheckConstraint(
                condition=Q(patient_agrees__isnull=True) | Q(patient_told_on__isnull=False),
                name="who_agrees_was_told",
            ),
        ]
        triggers = [pgtrigger.Protect(name="oos_files_are_kept", operation=pgtrigger.Delete)]
