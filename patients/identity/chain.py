"""The chain of identity: what the patient, the collected cells and the product are called, and who compared them.

The rows name a pathway and a product by key only, since those belong to rooms further along the pathway.
"""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from patients.audit.history import tracked
from patients.audit.models import Row, VersionedRow
from patients.centres.models import User
from patients.identity.models import Patient


@tracked()
class Identifier(Row):
    """One identifier of the chain, recorded where it arose. The same one can never name two courses.

    `issuer`: who gave it out, within whose numbers it is unique (a hub's code, a product's code). `normalised`: the
    value as it is compared. `superseded`: it belonged to an attempt that did not hold.
    """

    class Kind(models.TextChoices):
        COLLECTION = "collection"  # the apheresis unit's own number
        DIN = "din"  # donation identification number, ISBT 128
        SEC = "sec"  # single European code
        COI = "coi"  # the maker's chain of identity number
        LOT = "lot"

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="identifiers")
    pathway_id = models.UUIDField()
    kind = models.CharField(max_length=10, choices=Kind)
    issuer = models.CharField(max_length=40)
    value = models.CharField(max_length=60)
    normalised = models.CharField(max_length=60)
    superseded = models.BooleanField(default=False)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "issuer", "normalised"], name="identifier_names_one_course"),
            models.UniqueConstraint(
                fields=["pathway_id", "kind"], condition=Q(superseded=False), name="one_standing_identifier"
            ),
            models.CheckConstraint(condition=~Q(normalised=""), name="identifier_is_not_empty"),
        ]
        triggers = [pgtrigger.Protect(name="identifiers_are_kept", operation=pgtrigger.Delete)]


PRODUCT_KINDS = (Identifier.Kind.LOT, Identifier.Kind.COI)
COLLECTION_KINDS = (Identifier.Kind.COLLECTION, Identifier.Kind.DIN, Identifier.Kind.SEC)

# The database compares once more what the form compared: a check that says that it matches must match.
_CHECK_SQL = """
    IF NEW.first_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM patients_identitycheck one
        WHERE one.id = NEW.first_id AND one.by_id <> NEW.by_id AND one.first_id IS NULL
          AND one.patient_id = NEW.patient_id AND one.pathway_id = NEW.pathway_id
          AND one.subject = NEW.subject AND one.point = NEW.point
          AND cardinality(one.mismatched) = 0 AND NEW.at >= one.at AND NEW.at <= one.holds_until
    ) THEN
        RAISE EXCEPTION 'the second identity check does not follow a valid first one' USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (
        SELECT 1 FROM patients_identityincident WHERE pathway_id = NEW.pathway_id AND resolved_at IS NULL
    ) THEN
        RAISE EXCEPTION 'an identity incident is open' USING ERRCODE = 'check_violation';
    END IF;
    IF cardinality(NEW.mismatched) = 0 AND NOT (
        EXISTS (
            SELECT 1 FROM patients_patient WHERE id = NEW.patient_id
              AND NEW.typed->>'patient' IN (upper(replace(number, '-', '')), upper(fiscal_code)))
        AND EXISTS (
            SELECT 1 FROM patients_identifier WHERE pathway_id = NEW.pathway_id AND patient_id = NEW.patient_id
              AND NOT superseded AND kind IN ('lot', 'coi') AND normalised = NEW.typed->>'product')
        AND EXISTS (
            SELECT 1 FROM patients_identifier WHERE pathway_id = NEW.pathway_id AND patient_id = NEW.patient_id
              AND NOT superseded AND kind IN ('collection', 'din', 'sec') AND normalised = NEW.typed->>'collection')
    ) THEN
        RAISE EXCEPTION 'the identity check says that it matches and does not' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""


@tracked()
class IdentityCheck(Row):
    """One person compared patient, product and collection, each typed or scanned. Two by different people make a pair.

    `first`: the check of the other person, which the second one completes. `subject`: the product that was compared.
    `typed`: what was entered, normalised. `own_log_in`: under the own log-in, else with the own password beside a
    colleague. A check holds for an hour.
    """

    append_only = True

    class Point(models.TextChoices):
        RECEIPT = "receipt"
        THAW = "thaw"
        INFUSION = "infusion"  # at the bedside
        AFTERWARDS = "afterwards"  # from the papers, for an infusion given while the app could not be used

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="identity_checks")
    pathway_id = models.UUIDField(db_index=True)
    subject = models.UUIDField()
    point = models.CharField(max_length=10, choices=Point)
    first = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, related_name="second")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    own_log_in = models.BooleanField()
    at = models.DateTimeField()
    holds_until = models.DateTimeField()
    typed = models.JSONField()
    mismatched = ArrayField(models.CharField(max_length=20), default=list, blank=True)

    class Meta:
        ordering = ["at"]
        constraints = [
            models.CheckConstraint(condition=Q(holds_until__gt=F("at")), name="check_holds_for_a_while"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="checks_compare", when=pgtrigger.Before, operation=pgtrigger.Insert, func=_CHECK_SQL
            ),
            pgtrigger.Protect(name="checks_are_kept", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    @property
    def matched(self) -> bool:
        return not self.mismatched


@tracked()
class IdentityIncident(VersionedRow):
    """A check that did not match: a hard stop until two people have resolved it, each with a reason."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="identity_incidents")
    pathway_id = models.UUIDField()
    check_row = models.OneToOneField(IdentityCheck, on_delete=models.PROTECT, related_name="incident")
    at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["at"]
        constraints = [
            models.UniqueConstraint(
                fields=["pathway_id"], condition=Q(resolved_at__isnull=True), name="one_open_identity_incident"
            ),
            models.CheckConstraint(
                condition=Q(resolved_at__isnull=True) | Q(resolved_at__gte=F("at")), name="resolved_after_it_happened"
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="incidents_are_kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="two_people_resolve",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                condition=pgtrigger.Q(new__resolved_at__isnull=False),
                func="""
                    IF (SELECT count(DISTINCT by_id) FROM patients_identityresolution WHERE incident_id = NEW.id) < 2
                    THEN
                        RAISE EXCEPTION 'two people resolve an identity incident' USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]


@tracked()
class IdentityResolution(Row):
    """What one of the two people found out about an incident, and why the pathway may go on."""

    append_only = True

    incident = models.ForeignKey(IdentityIncident, on_delete=models.PROTECT, related_name="resolutions")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reason = models.CharField(max_length=240)

    class Meta:
        ordering = ["at"]
        constraints = [
            models.UniqueConstraint(fields=["incident", "by"], name="one_resolution_per_person"),
            models.CheckConstraint(condition=~Q(reason=""), name="resolution_has_a_reason"),
        ]
        triggers = [
            pgtrigger.Protect(name="resolutions_are_kept", operation=pgtrigger.Update | pgtrigger.Delete),
        ]
