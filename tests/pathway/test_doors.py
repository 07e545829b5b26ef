"""The door to one course and the list of courses say the same."""

from datetime import timedelta

import pytest
from django.http import Http404

from patients.audit import clock
from patients.audit.actions import act
from patients.centres.models import Role, User
from patients.identity.models import CareLink
from patients.pathway.doors import open_pathway
from patients.pathway.models import Pathway
from tests import world as worlds

DAY = timedelta(days=1)
SPANS = {  # days before now: a link's start and end
    "since the start": (20, None),
    "since today": (0, None),
    "from tomorrow": (-1, None),
    "until tomorrow": (20, -1),
    "ended before the course": (20, 15),
    "ended, reads the past": (20, 2),
    "ended, reads nothing": (20, 2),
    "after the closing": (3, None),
}
KINDS = ("referring", "hub", "ward", "step", "assigned")
READERS = (
    ("hub_coordinator", "hub"),
    ("nurse", "hub"),
    ("cell_laboratory", "hub"),
    ("hub_coordinator", "hub2"),
    ("referral_haematologist", "spoke"),
)


def opens(user: User, pathway: Pathway) -> bool:
    try:
        open_pathway(user, pathway.pk, facet=None, what="test")
    except Http404:
        return False
    return True


@pytest.fixture
def people(db):
    world = worlds.make()
    return world, [world.users[key] for key in READERS]


def courses(world) -> list[Pathway]:
    """A draft, an open and a closed course, each of a patient whose links the test makes itself."""
    now = clock.now()
    made = [worlds.sent(world, worlds.make_patient(f"CP-000{number}")) for number in (1, 2, 3)]
    with act(by=worlds.BY):
        CareLink.objects.filter(patient__in=[one.patient for one in made]).update(
            starts_at=now - 90 * DAY, ends_at=now - 89 * DAY
        )
        Pathway.objects.filter(pk__in=[one.pk for one in made]).update(created_at=now - 10 * DAY)
        Pathway.objects.filter(pk=made[1].pk).update(status="draft")
        Pathway.objects.filter(pk=made[2].pk).update(
            status="closed", closed_on=clock.today("Europe/Rome") - 5 * DAY, exit_reason="completed"
        )
    return made


@pytest.mark.parametrize("kind", KINDS)
def test_a_course_opens_exactly_for_those_whose_list_shows_it(people, kind):
    world, users = people
    pathways = courses(world)
    now = clock.now()
    seen = 0
    centre = "spoke" if kind == "referring" else "hub"
    for word, (start, end) in SPANS.items():
        with act(by=worlds.BY):
            made = CareLink.objects.bulk_create(
                CareLink(
                    patient=pathway.patient,
                    centre=world.centres[centre],
                    kind=kind,
                    role=Role.objects.get(code="cell_laboratory") if kind == "step" else None,
                    person=world.user("nurse", "hub") if kind == "assigned" else None,
                    starts_at=now - start * DAY,
                    ends_at=None if end is None else now - end * DAY,
                    reads_past=word.endswith("the past"),
                )
                for pathway in pathways
            )
        for user in users:
            listed = set(Pathway.objects.visible_to(user))
            assert {one for one in pathways if opens(user, one)} == listed, (word, centre, user)
            seen += len(listed)
        with act(by=worlds.BY):
            CareLink.objects.filter(pk__in=[one.pk for one in made]).update(
                starts_at=now - 90 * DAY, ends_at=now - 89 * DAY, reads_past=False
            )
    assert seen > 0
