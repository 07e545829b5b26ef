"""The rows that addresses point to, made when an address needs one."""

from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

from patients.audit import clock
from patients.audit.actions import act
from patients.bridging.models import BridgingCourse
from patients.capacity.models import Resource
from patients.centres import actions as centre_actions
from patients.centres.models import Absence, ClosedDay, Invitation, Membership
from patients.clinical.days import PartialDate
from patients.followup import actions as followup
from patients.followup.rules import Read
from patients.notices import actions as notices
from patients.pathway import actions as pathway_actions
from patients.pathway.models import Pathway
from patients.pathway.stages import Stage
from patients.reminders import actions as reminder_actions
from patients.reminders.models import Reminder, ScheduleTemplate
from patients.surveillance import actions as surveillance
from patients.surveillance.persons import Person
from patients.toxicity import actions as toxicity
from tests import world as worlds


class Objects:
    """Answers what to put into an address: `pathway_id` by state, `centre_id` the hub, and so on."""

    def __init__(self, world: worlds.World, pathways: dict[str, Pathway]):
        self.world = world
        self.pathways = pathways
        self._made: dict[str, UUID] = {}

    def made(self) -> int:
        """How many rows have been made so far."""
        return len(self._made)

    def address(self, name: str, converters: dict, state: str | None) -> dict:
        return {word: getattr(self, word)(name, state) for word in converters}

    def pathway_id(self, name, state):
        return self.pathways[state].pk

    def group(self, name, state):
        return "fitness"

    def reader(self, name, state):
        return "coordinator"

    def key(self, name, state):
        return "axi-cel:thaw"

    def code(self, name, state):
        return "axi-cel"

    def patient_id(self, name, state):
        return self.pathways[state].patient_id

    def centre_id(self, name, state):
        return self.world.centres["hub"].pk

    def row_id(self, name, state):
        """A row of the hub's administration."""
        if name not in self._made:
            self._made[name] = getattr(self, name.replace(":", "_"))().pk
        return self._made[name]

    def centres_end_role(self) -> Membership:
        return self.world.user("nurse", "hub").memberships.get()

    def centres_withdraw(self) -> Invitation:
        with act(by=worlds.BY):
            return Invitation.objects.create(
                email="new@hub.example",
                first_name="New",
                last_name="Colleague",
                centre=self.world.centres["hub"],
                role=self.centres_end_role().role,
                key_hash="x",
                invited_at=clock.now(),
                expires_at=clock.now(),
            )

    def centres_end_absence(self) -> Absence:
        return centre_actions.record_absence(
            user=self.world.user("nurse", "hub"),
            first_day=date(2030, 1, 1),
            last_day=date(2030, 1, 2),
            deputy=None,
            by=self.world.user("centre_administrator", "hub"),
        )

    def centres_reopen_day(self) -> ClosedDay:
        return centre_actions.close_day(
            centre=self.world.centres["hub"],
            day=date(2030, 6, 24),
            name="patron",
            by=self.world.user("centre_administrator", "hub"),
        )

    def capacity_use(self) -> Resource:
        with act(by=worlds.BY):
            hub = self.world.centres["hub"]
            return Resource.objects.get_or_create(centre=hub, kind="apheresis_chair", name="Chair 9")[0]

    def reminder_id(self, name, state):
        """The reminder of a late step of the pathway."""
        row = Reminder.objects.filter(pathway=self.pathways[state], kind="step", state="planned").first()
        return row.pk if row else uuid4()

    def notice_id(self, name, state):
        """A notice of the hub's nurse."""
        if "notice" not in self._made:
            nurse = self.world.user("nurse", "hub")
            with act(by=worlds.BY):
                (notice,) = notices.tell(kind="reminders_held", key="access", recipients=[nurse])
            self._made["notice"] = notice.pk
        return self._made["notice"]

    def reminders_change_schedule(self) -> ScheduleTemplate:
        return ScheduleTemplate.objects.get(hub=None, rule="pet_30")

    def reminders_restore_schedule(self) -> ScheduleTemplate:
        template = self.reminders_change_schedule()
        return reminder_actions.change_schedule(
            hub=self.world.centres["hub"],
            template=template,
            version=template.version,
            by=self.world.user("hub_coordinator", "hub"),
            days=28,
        )

    # ── rows of a pathway: made for the patient on the ward; the other two have none ─────────────────────────────

    def _on_the_ward(self, word: str, state: str | None) -> UUID:
        if state != "ward":
            return uuid4()
        if word not in self._made:
            self._made[word] = getattr(self, f"_make_{word}")(self.pathways["ward"]).pk
        return self._made[word]

    def number(self, name, state):
        """The first of a course's infusions."""
        return 1

    def course_id(self, name, state):
        return self._on_the_ward("course", state)

    def assessment_id(self, name, state):
        return self._on_the_ward("assessment", state)

    def kind(self, name, state):
        """What of several kinds an address records."""
        return {
            "toxicity:add": "other",
            "toxicity:amend": "treatment",
            "followup:add": "counts",
            "followup:amend": "vaccine",
            "referral:section": "living",
            "surveillance:register": "first_line",
            "rulebook:rule": "product",
            "rulebook:calculate": "crs",
            "rulebook:of_pathway": "crs",
        }[name]

    def what(self, name, state):
        """What a watch writes down."""
        return "interim_pet"

    def watch_id(self, name, state):
        """A watch of the referral centre whose patient no hub knows."""
        if "watch" not in self._made:
            self._made["watch"] = surveillance.register(
                kind="first_line",
                centre=self.world.centres["spoke"],
                person=Person("Watched", birth_date=date(1960, 1, 1)),
                told=surveillance.Told(
                    started=PartialDate.on(date(2026, 1, 12)),
                    every_months=3,
                    regimen="R-CHOP-21",
                    planned_cycles=6,
                    days_between_cycles=21,
                ),
                by=self.world.user("referral_haematologist", "spoke"),
            ).pk
        return self._made["watch"]

    def followup_amend(self):
        pathway = self.pathways["ward"]
        return followup.record_fact(
            pathway=pathway,
            kind="vaccine",
            what="influenza",
            started_on=clock.today(pathway.hub.timezone),
            by=self.world.user("hub_haematologist", "hub"),
        )

    def toxicity_amend(self):
        return self._make_treatment(self.pathways["ward"])

    def restaging_id(self, name, state):
        return self._on_the_ward("restaging", state)

    def visit_id(self, name, state):
        return self._on_the_ward("visit", state)

    def step_id(self, name, state):
        return self._on_the_ward("step", state)

    def _make_course(self, pathway):
        with act(by=worlds.BY):
            return BridgingCourse.objects.create(
                pathway=pathway, given=True, modality="steroid", started_on=clock.today(pathway.hub.timezone)
            )

    def _make_assessment(self, pathway):
        facts = {"temp_c": Decimal("38.4"), "hypotension": False, "vasopressors": [], "oxygen_device": "none"}
        return toxicity.assess(pathway=pathway, at=clock.now(), facts=facts, by=self.world.user("nurse", "hub"))

    def _make_treatment(self, pathway):
        return toxicity.treat(
            pathway=pathway,
            drug="dexamethasone",
            dose_mg=Decimal(10),
            route="iv",
            at=clock.now(),
            by=self.world.user("nurse", "hub"),
        )

    def _make_restaging(self, pathway):
        today = clock.today(pathway.hub.timezone)
        seen = Read(done_on=today, response="CMR", deauville="2", new_lesion=False)
        return followup.restage(
            pathway=pathway, read=seen, milestone="", by=self.world.user("hub_haematologist", "hub")
        )

    def _make_visit(self, pathway):
        today = clock.today(pathway.hub.timezone)
        return followup.visit(
            pathway=pathway, done_on=today, where="hub", note="", by=self.world.user("hub_haematologist", "hub")
        )

    def _make_step(self, pathway):
        with act(by=worlds.BY):
            return pathway_actions.open_step(
                pathway=pathway,
                code="ring_referrer",
                stage=Stage.REFERRAL,
                origin="referral",
                owner_role="hub_coordinator",
                due_at=clock.now(),
                by=worlds.BY,
            )
