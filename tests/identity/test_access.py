"""The only door: who sees whom, what of them, from when to when."""

from datetime import timedelta

import pytest

from patients.audit import clock
from patients.audit.actions import act
from patients.centres.models import Membership, Role
from patients.identity import access, links
from patients.identity.models import CareLink, Patient
from patients.pathway import actions
from patients.pathway.models import Pathway
from tests import world as worlds

pytestmark = [pytest.mark.django_db, pytest.mark.prepared(by=worlds.make)]


@pytest.fixture
def world(prepared):
    return prepared


def sees(world, role: str, centre: str, patient: Patient, facet: str | None = None) -> bool:
    return access.visible_patients(_fresh(world.user(role, centre)), facet).filter(pk=patient.pk).exists()


def _fresh(user):
    """The user as the next request finds them."""
    return type(user).objects.get(pk=user.pk)


def granted(world, role: str, centre: str, patient: Patient) -> access.Access:
    return access.access_to(_fresh(world.user(role, centre)), patient)


def test_a_draft_is_seen_by_its_own_centre_alone(world):
    patient = worlds.draft(world).patient
    seeing = {key for key in world.users if sees(world, *key, patient)}
    assert seeing == {("referral_haematologist", "spoke"), ("data_manager", "spoke")}


def test_from_sending_on_the_hub_sees_everything_but_not_its_ward(world):
    patient = worlds.sent(world).patient
    seeing = {key for key in world.users if sees(world, *key, patient)}
    assert seeing == {
        ("referral_haematologist", "spoke"),
        ("data_manager", "spoke"),
        ("hub_coordinator", "hub"),
        ("hub_haematologist", "hub"),
        ("data_manager", "hub"),
    }


def test_a_centre_administrator_sees_no_patient(world):
    patient = worlds.on_the_ward(world).patient
    for centre in ("hub", "spoke"):
        assert not sees(world, "centre_administrator", centre, patient)
        assert granted(world, "centre_administrator", centre, patient) == access.Access()


def test_the_referrer_reads_no_daily_grid_unless_the_hub_shares_it(world):
    pathway = worlds.on_the_ward(world)
    assert not sees(world, "referral_haematologist", "spoke", pathway.patient, "toxicity")
    assert granted(world, "referral_haematologist", "spoke", pathway.patient).reads("status")
    actions.share_daily_grid(pathway=pathway, shared=True, by=world.user("hub_coordinator", "hub"))
    assert sees(world, "referral_haematologist", "spoke", pathway.patient, "toxicity")
    assert granted(world, "referral_haematologist", "spoke", pathway.patient).reads("toxicity")
    actions.share_daily_grid(pathway=pathway, shared=False, by=world.user("hub_coordinator", "hub"))
    assert not sees(world, "referral_haematologist", "spoke", pathway.patient, "toxicity")


def test_a_nurse_sees_the_ward_s_patients_without_survival_and_only_until_the_link_ends(world):
    pathway = worlds.on_the_ward(world)
    nurse = granted(world, "nurse", "hub", pathway.patient)
    assert (nurse.reads("toxicity"), nurse.reads("survival"), nurse.may("people.manage")) == (True, False, False)
    with act(by=worlds.BY):
        links.end_links(patient=pathway.patient, kind=CareLink.Kind.WARD, at=clock.now() + timedelta(days=30))
    assert sees(world, "nurse", "hub", pathway.patient)
    with act(by=worlds.BY):
        CareLink.objects.filter(patient=pathway.patient, kind="ward").update(ends_at=clock.now())
    assert not sees(world, "nurse", "hub", pathway.patient)


def test_an_assigned_nurse_sees_that_patient_and_a_colleague_does_not(world):
    patient = worlds.sent(world).patient
    other = worlds.make_user("nurse", world.centres["hub"], email="nurse.two@hub.example")
    with act(by=worlds.BY):
        links.open_link(
            patient=patient, centre=world.centres["hub"], kind="assigned", person=world.user("nurse", "hub")
        )
    assert sees(world, "nurse", "hub", patient)
    assert not access.visible_patients(other).exists()


@pytest.mark.parametrize(
    ("role", "facets"),
    [("pharmacist", {"manufacturing"}), ("cell_laboratory", {"manufacturing"}), ("apheresis_unit", {"apheresis"})],
)
def test_a_unit_reads_the_fields_of_its_own_step(world, role, facets):
    patient = worlds.on_the_ward(world).patient
    assert granted(world, role, "hub", patient).facets == facets


def test_a_hub_that_advised_against_reads_what_it_had_and_writes_nothing(world):
    patient = worlds.sent(world).patient
    with act(by=worlds.BY):
        links.end_links(patient=patient, kind=CareLink.Kind.HUB, reads_past=True)
    former = granted(world, "hub_haematologist", "hub", patient)
    assert former.reads("dossier")
    assert former.permissions == {"history.read"}
    assert former.until == CareLink.objects.get(patient=patient, kind="hub").ends_at
    assert granted(world, "referral_haematologist", "spoke", patient).until is None


def test_a_second_hub_sees_the_patient_from_its_own_link_on(world):
    pathway = worlds.sent(world)
    assert not sees(world, "hub_coordinator", "hub2", pathway.patient)
    with act(by=worlds.BY):
        links.end_links(patient=pathway.patient, kind=CareLink.Kind.HUB, reads_past=True)
        links.open_link(patient=pathway.patient, centre=world.centres["hub2"], kind=CareLink.Kind.HUB)
    assert sees(world, "hub_coordinator", "hub2", pathway.patient)
    assert granted(world, "hub_coordinator", "hub2", pathway.patient).may("referral.answer")
    assert not granted(world, "hub_coordinator", "hub", pathway.patient).may("referral.answer")


def test_a_link_that_starts_later_opens_nothing_yet(world):
    patient = worlds.sent(world).patient
    with act(by=worlds.BY):
        CareLink.objects.filter(patient=patient, kind="hub").update(starts_at=clock.now() + timedelta(hours=1))
    assert not sees(world, "hub_coordinator", "hub", patient)


def test_several_roles_at_several_centres_add_up(world):
    patient = worlds.sent(world).patient
    user = world.user("centre_administrator", "hub2")
    with act(by=worlds.BY):
        Membership.objects.create(
            user=user, centre=world.centres["hub"], role=Role.objects.get(code="nurse"), starts_at=clock.now()
        )
        Membership.objects.create(
            user=user, centre=world.centres["hub"], role=Role.objects.get(code="data_manager"), starts_at=clock.now()
        )
    assert granted(world, "centre_administrator", "hub2", patient).may("export.make")
    assert not granted(world, "centre_administrator", "hub2", patient).may("toxicity.record")


def test_a_user_without_any_role_sees_nobody(world):
    worlds.on_the_ward(world)
    user = world.user("nurse", "hub")
    with act(by=worlds.BY):
        Membership.objects.filter(user=user).update(ends_at=clock.now())
    assert not access.visible_patients(_fresh(user)).exists()
    assert not Pathway.objects.visible_to(_fresh(user)).exists()


def test_each_kind_of_link_is_open_once_per_centre(world):
    patient = worlds.sent(world).patient
    with act(by=worlds.BY):
        links.open_link(patient=patient, centre=world.centres["hub"], kind=CareLink.Kind.HUB)
    assert CareLink.objects.filter(patient=patient, kind="hub").count() == 1


def test_links_change_only_inside_an_action(world):
    pathway = worlds.sent(world)
    with pytest.raises(RuntimeError):
        links.open_link(patient=pathway.patient, centre=world.centres["hub2"], kind=CareLink.Kind.HUB)
    with pytest.raises(RuntimeError):
        links.end_links(patient=pathway.patient, kind=CareLink.Kind.HUB)
