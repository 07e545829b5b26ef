"""One course taken from the decision to day 0 by the rooms' own actions, for tests that need it at some point."""

import functools
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from patients.apheresis import actions as apheresis
from patients.audit import clock
from patients.audit.actions import act
from patients.bridging import actions as bridging
from patients.identity import changes
from patients.infusion import actions as infusion
from patients.infusion import rules
from patients.infusion.models import Infusion
from patients.infusion.rules import Answer
from patients.lymphodepletion import actions as lymphodepletion
from patients.manufacturing import actions as manufacturing
from patients.manufacturing.models import Lot
from patients.manufacturing.rules import OOS_DAYS, OosFile
from patients.pathway import actions
from patients.pathway.models import Pathway
from patients.pathway.stages import Stage
from patients.products.regimens import Regimen
from tests import network, world

NEVER = date(2099, 12, 31)


def planned_once(step):
    """Let a step of a course, with all the steps before it that it takes, be planned once at its end.

    What a test starts from (`prepared`) may have taken the step: asked for in the same way, or in no particular one, it
    stands. A course that is past it cannot be asked for it.
    """

    @functools.wraps(step)
    def taken(self, *args, **named):
        how, within = (args, named), changes.put_off()
        if step.__name__ in self.taken:
            assert within or step.__name__ == list(self.taken)[-1], f"the course is past {step.__name__}"
            assert how in (self.taken[step.__name__], ((), {})), f"{step.__name__} was taken in another way"
            return self
        if within:
            result = step(self, *args, **named)
        else:
            with changes.planned_later() as waiting:
                result = step(self, *args, **named)
            changes.plan(waiting, by=world.BY)
        self.taken[step.__name__] = how
        return result

    return taken


class Course:
    """A patient of the hub, and what the hub's people do, in order; each step returns the course itself.

    Days count back from the hub's today: the decision 60 days ago, apheresis 50, shipment 49, release 14,
    receipt 12, lymphodepletion 5 to 3, infusion now.
    """

    def __init__(self, made=None, *, number: str = "CP-0001", product: str = "axi-cel", **names):
        self.tail = number.replace("CP-", "")
        self.taken: dict[str, tuple] = {}
        if isinstance(made, network.Network):
            self.hub = made.hub
            self.haematologist, self.coordinator, self.nurse = made.haematologist, made.coordinator, made.nurse
            self.pharmacist, self.laboratory, self.unit = made.haematologist, made.nurse, made.coordinator
            sent = made.sent(int(self.tail), *names.values(), days_ago=70)
        else:
            self.world = made or world.make()
            self.hub = self.world.centres["hub"]
            roles = ("hub_haematologist", "hub_coordinator", "nurse", "pharmacist", "cell_laboratory", "apheresis_unit")
            people = [self.world.user(role, "hub") for role in roles]
            self.haematologist, self.coordinator, self.nurse, self.pharmacist, self.laboratory, self.unit = people
            sent = world.sent(self.world, world.make_patient(number, **names))
        self.pathway = self._decided(sent, product)

    def ago(self, days: int) -> date:
        return clock.today(self.hub.timezone) - timedelta(days=days)

    @property
    def patient(self):
        return self.pathway.patient

    def fresh(self) -> Pathway:
        return Pathway.objects.select_related("patient", "hub").get(pk=self.pathway.pk)

    @planned_once
    def _decided(self, pathway: Pathway, product: str) -> Pathway:
        with act(by=world.BY):
            Pathway.objects.filter(pk=pathway.pk).update(product_id=product)
            pathway.entries.filter(stage=Stage.REFERRAL).update(started_on=self.ago(70))
            for what, days in (("referral_sent", 70), ("taken_on", 68), ("decided", 60), ("ordered", 59)):
                actions.record_milestone(pathway=pathway, what=what, on=self.ago(days), by=world.BY)
            actions.leave_stage(pathway=pathway, stage=Stage.REFERRAL, on=self.ago(68), by=world.BY)
            actions.enter_stage(pathway=pathway, stage=Stage.ELIGIBILITY, on=self.ago(68), by=world.BY)
            actions.leave_stage(pathway=pathway, stage=Stage.ELIGIBILITY, on=self.ago(60), by=world.BY)
            actions.record_milestone(pathway=pathway, what="slot_confirmed", on=self.ago(58), by=world.BY)
        return Pathway.objects.select_related("patient", "hub").get(pk=pathway.pk)

    # ── what the chain of identity calls things ──────────────────────────────────────────────────────────────────

    @property
    def right(self) -> dict[str, str]:
        """What matches: patient, product and collection as the labels have them."""
        return {"patient": self.patient.number, "product": f"LOT-{self.tail}", "collection": f"AF-{self.tail}"}

    def again(self, tail: str = "") -> "Course":
        """Let the steps be taken once more, as after a failed product; `tail`: of the new attempt's identifiers."""
        self.tail = tail or self.tail
        self.taken.clear()
        return self

    # ── the steps ────────────────────────────────────────────────────────────────────────────────────────────────

    @planned_once
    def collected(self) -> "Course":
        apheresis.record(
            pathway=self.pathway,
            collected_on=self.ago(50),
            collection_id=f"AF-{self.tail}",
            din=f"A9999 26 {self.tail.zfill(6)}",
            cd3_total_10e9=Decimal("4.2"),
            complications=False,
            by=self.haematologist,
        )
        return self

    @planned_once
    def shipped(self) -> "Course":
        self.collected()
        manufacturing.ship(pathway=self.pathway, shipped_on=self.ago(49), coi=f"COI-{self.tail}", by=self.coordinator)
        return self

    @planned_once
    def released(self, *, expires_on: date = NEVER, out_of: str = "") -> "Course":
        self.shipped()
        manufacturing.release(
            pathway=self.pathway,
            released_on=self.ago(14),
            lot_number=f"LOT-{self.tail}",
            expires_on=expires_on,
            out_of=out_of,
            by=self.coordinator,
        )
        return self

    def whole_file(self, **changes) -> OosFile:
        """Everything that a product out of specification needs before it may be accepted."""
        days = dict.fromkeys(OOS_DAYS, self.ago(13))
        return OosFile(**{**days, "patient_told_by": "Dr Neri", "patient_agrees": True, **changes})

    def accepted(self) -> "Course":
        manufacturing.keep_oos_file(pathway=self.pathway, said=self.whole_file(), by=self.haematologist)
        manufacturing.accept_out_of_specification(
            pathway=self.pathway,
            reason="benefit outweighs the lower viability",
            by=self.haematologist,
        )
        return self

    def receive(self, by, **changes):
        """One person's part of the receipt; `changes`: what they typed otherwise."""
        lot = manufacturing.standing_lot(self.pathway)
        typed = {**self.right, **{name: value for name, value in changes.items() if name in self.right}}
        return manufacturing.receive(
            pathway=self.pathway,
            typed=typed,
            expiry=changes.get("expiry", lot.expires_on),
            arrived_at=changes.get("arrived_at", self.noon(12)),
            by=by,
        )

    @planned_once
    def received(self, **release) -> "Course":
        self.released(**release)
        self.receive(self.laboratory)
        self.receive(self.pharmacist)
        return self

    def planned_to(self, starts: int = 5, infusion: int = 0, regimen: str = "axi-cel") -> "Course":
        lymphodepletion.plan(
            pathway=self.pathway,
            regimen=Regimen.objects.get(pk=regimen),
            starts_on=self.ago(starts),
            infusion_on=self.ago(infusion),
            by=self.haematologist,
        )
        return self

    @planned_once
    def planned(self, regimen: str = "axi-cel", **release) -> "Course":
        self.received(**release)
        self.planned_to(starts=6 if regimen == "obe-cel" else 5, regimen=regimen)
        return self.stated()

    def stated(self) -> "Course":
        """A physician's word that the criteria still hold."""
        bridging.state_criteria(pathway=self.pathway, holds=True, by=self.haematologist)
        return self

    def given(self, *days: int) -> "Course":
        """The doses of the days given, counted back from today."""
        lymphodepletion.record(pathway=self.pathway, given={self.ago(day): True for day in days}, by=self.nurse)
        return self

    @planned_once
    def depleted(self, regimen: str = "axi-cel", **release) -> "Course":
        self.planned(regimen, **release)
        return self.given(*((6, 5, 4, 3) if regimen == "obe-cel" else (5, 4, 3)))

    @planned_once
    def ready(self, **release) -> "Course":
        self.depleted(**release)
        self.go()
        return self

    def go(self, decision: str = "go", **changes):
        """Every item of the go answered well, but for `changes`: an item's answer, or None = not asked."""
        said = {item: Answer(holds=True) for item in rules.items(infusion.awaited(self.fresh()) or 1)}
        said |= {
            "tocilizumab": Answer(amount=Decimal(2)),
            "weight": Answer(amount=Decimal("64.5")),
            "baseline_ice": Answer(holds=True, amount=Decimal(10)),
            "baseline_pressure": Answer(holds=True, amount=Decimal(124), second=Decimal(76)),
        }
        if rules.CRS_SINCE_FIRST in said:
            said[rules.CRS_SINCE_FIRST] = Answer(amount=Decimal(1))
        how = {name: changes.pop(name) for name in ("reason", "window_reason", "planned_on") if name in changes}
        said = {item: answer for item, answer in (said | changes).items() if answer is not None}
        return infusion.make_ready(pathway=self.pathway, answers=said, decision=decision, by=self.haematologist, **how)

    def check(self, by, point: str = infusion.POINT, **changes):
        """One person's identity check, at the bedside unless said otherwise; `changes`: what they typed otherwise."""
        return infusion.check_identity(pathway=self.pathway, typed={**self.right, **changes}, by=by, point=point)

    @planned_once
    def checked_for_thaw(self, **release) -> "Course":
        self.ready(**release)
        self.check(self.nurse, infusion.THAW)
        self.check(self.haematologist, infusion.THAW)
        return self

    def thaw(self, at: datetime | None = None, bag: int = 1, **how):
        return infusion.start_thaw(pathway=self.pathway, bag=bag, at=at or clock.now(), by=self.nurse, **how)

    @planned_once
    def thawed(self, **release) -> "Course":
        self.checked_for_thaw(**release)
        self.thaw()
        return self

    @planned_once
    def checked(self, **release) -> "Course":
        self.thawed(**release)
        self.check(self.nurse)
        self.check(self.haematologist)
        return self

    def infuse(self, started_at: datetime | None = None, **given) -> Infusion:
        return infusion.record(
            pathway=self.pathway, started_at=started_at or clock.now(), by=given.pop("by", self.nurse), **given
        )

    @planned_once
    def infused(self) -> "Course":
        self.checked()
        self.infuse()
        return self

    def noon(self, days_ago: int) -> datetime:
        day = self.ago(days_ago)
        return datetime(day.year, day.month, day.day, 11, tzinfo=UTC)

    @property
    def lot(self) -> Lot:
        return Lot.objects.filter(pathway=self.pathway).latest("shipped_on", "id")


# ── what tests start from (the mark `prepared`) ──────────────────────────────────────────────────────────────────


def nobody() -> None:
    """Nothing but the seeds."""


def decided() -> Course:
    return Course()


def collected() -> Course:
    return Course().collected()


def released() -> Course:
    return Course().released()


def received() -> Course:
    return Course().received()


def depleted() -> Course:
    return Course().depleted()


def thawed() -> Course:
    return Course().thawed()


def infused() -> Course:
    return Course().infused()
