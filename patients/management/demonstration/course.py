"""One invented patient's course, told through the rooms' actions while the app's clock stands at each day."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from codicefiscale import codicefiscale

from patients.apheresis import actions as apheresis
from patients.audit import clock
from patients.audit.actions import act
from patients.bridging import actions as bridging
from patients.centres import working_days
from patients.centres.models import User
from patients.clinical.days import PartialDate
from patients.disease import actions as diseases
from patients.disease.actions import Described, LineTold
from patients.eligibility import actions as eligibility
from patients.eligibility.rules import DEFERRED, ELIGIBLE, NOT_ELIGIBLE, Answered, Said
from patients.exchange import under_way
from patients.exchange.under_way import UnderWay
from patients.followup import actions as followup
from patients.followup.models import Restaging, Visit
from patients.followup.rules import MyelomaRead, Read
from patients.identity import changes
from patients.identity.models import Patient
from patients.infusion import actions as infusion
from patients.infusion.rules import Answer
from patients.lymphodepletion import actions as lymphodepletion
from patients.management.demonstration import dossier
from patients.management.demonstration.network import BY, Network
from patients.manufacturing import actions as manufacturing
from patients.manufacturing.rules import OosFile
from patients.observations import actions as observations
from patients.observations.rules import BANDS
from patients.ordering import actions as ordering
from patients.ordering.rules import Slot
from patients.pathway import actions as pathways
from patients.pathway import deaths, transfers
from patients.pathway.models import Pathway
from patients.products.regimens import Regimen
from patients.referral import actions as referral
from patients.referral.actions import Answers, Person
from patients.referral.rules import QUESTIONS
from patients.toxicity import actions as toxicity
from patients.toxicity.models import Assessment, Grade, Treatment

COLLECTION_HOURS = timedelta(hours=4)
# A set of a well patient: facts asked and found ordinary.
WELL = {
    "setting": "inpatient",
    "temp_c": Decimal("36.7"),
    "systolic": 124,
    "diastolic": 76,
    "heart_rate": 82,
    "resp_rate": 16,
    "spo2": 97,
    "hypotension": False,
    "vasopressors": [],
    "oxygen_device": "none",
    "ice_orientation": 4,
    "ice_objects": 3,
    "ice_command": 1,
    "ice_sentence": 1,
    "ice_counting": 1,
    "consciousness": "alert",
    "seizure": "none",
    "motor": "none",
    "oedema": "none",
    "pressure_signs": [],
    "warning_signs": [],
}
FEVER = WELL | {"temp_c": Decimal("38.6"), "heart_rate": 104}
FEVER_AND_HYPOTENSION = FEVER | {"systolic": 88, "diastolic": 52, "hypotension": True, "heart_rate": 116}
FEVER_AND_OXYGEN = FEVER | {
    "spo2": 90,
    "oxygen_device": "nasal_cannula",
    "oxygen_flow_l_min": Decimal(3),
    "oxygen_for_hypoxia": True,
}
SHOCK = FEVER_AND_HYPOTENSION | {"vasopressors": ["noradrenaline"], "spo2": 94}
SLOW = WELL | {"ice_orientation": 3, "ice_sentence": 0}


@dataclass(frozen=True)
class Who:
    """An invented person. `weight_kg`: what the scales say from apheresis on. A published case has none of the rest."""

    family_name: str
    given_name: str
    sex: str | None
    born: date | None = None
    town: str = ""
    weight_kg: Decimal | None = None
    allergies: str | None = ""  # None = not asked, "" = none known


def who(
    family_name: str, given_name: str, sex: str, born: tuple, town: str, kg: str, allergies: str | None = ""
) -> Who:
    """An invented person in one line."""
    return Who(family_name, given_name, sex, date(*born), town, Decimal(kg), allergies)


@dataclass
class Course:
    """A course that is being told. Days are counted from the day of loading: -3 is three days ago."""

    network: Network
    today: date
    who: Who
    spoke: str
    hub: str
    number: int
    pathway: Pathway = field(init=False)
    last: datetime = field(init=False)
    product: str = ""

    def __post_init__(self):
        self.zone = ZoneInfo(self.network.centres[self.hub].timezone)
        self.real_now = clock.now()
        self.last = self.real_now - timedelta(days=399)

    # ── time and people ──────────────────────────────────────────────────────────────────────────────────────────

    def day(self, number: int) -> date:
        return self.today + timedelta(days=number)

    def working_day(self, number: int) -> date:
        """The day, or the last working day before it."""
        day = self.day(number)
        while not working_days.is_working(day, self.network.centres[self.hub]):
            day -= timedelta(days=1)
        return day

    def moment(self, number: int, hour: str = "10:00") -> datetime:
        """An hour of a day at the hub; never after the present, and never before what was told last."""
        wanted = datetime.combine(self.day(number), time.fromisoformat(hour), tzinfo=self.zone)
        return max(min(wanted, self.real_now - timedelta(minutes=2)), self.last + timedelta(seconds=1))

    @contextmanager
    def at(self, number: int, hour: str = "10:00") -> Iterator[datetime]:
        """The app's clock at an hour of a day, for what is told inside."""
        moment = self.moment(number, hour)
        self.last = moment
        with clock.at(moment):
            yield moment

    @contextmanager
    def told_together(self) -> Iterator[None]:
        """A past that is planned once, at the moment told last, and not anew after each of its facts."""
        with changes.planned_later() as waiting:
            yield
        with clock.at(self.last):
            changes.plan(waiting, by=BY)

    @property
    def referrer(self) -> User:
        """Who wrote for the patient: the referring doctor, or the hub's where nobody referred."""
        if not self.spoke:
            return self.haematologist
        return self.network.at(self.spoke, "haematologist")

    @property
    def coordinator(self) -> User:
        return self.network.at(self.hub, "coordinator")

    @property
    def haematologist(self) -> User:
        return self.network.at(self.hub, "haematologist")

    @property
    def nurse(self) -> User:
        return self.network.at(self.hub, "nurse")

    @property
    def laboratory(self) -> User:
        """The nurse of the apheresis unit, who also works in the cell laboratory."""
        return self.network.at(self.hub, "nurse2" if self.hub == "hub" else "nurse")

    @property
    def patient(self) -> Patient:
        return self.pathway.patient

    # ── 1 referral ───────────────────────────────────────────────────────────────────────────────────────────────

    def draft(self, day: int, hour: str = "11:20", **answers) -> "Course":
        """The referrer begins to ask, and keeps what is known."""
        given = {"disease": "lbcl", "status": "refractory", "lines": 1, "ecog": "1", "needed_within_days": 28} | answers
        with self.at(day, hour):
            self.pathway = referral.draft(
                by=self.referrer,
                centre=self.network.centres[self.spoke],
                hub=self.network.centres[self.hub],
                person=self._person(),
                answers=Answers(referrer_phone=self.referrer.phone, answered=QUESTIONS, **given),
            )
        return self

    def _person(self) -> Person:
        code = codicefiscale.encode(
            lastname=self.who.family_name,
            firstname=self.who.given_name,
            gender=self.who.sex,
            birthdate=f"{self.who.born:%d/%m/%Y}",
            birthplace=self.who.town,
        )
        return Person(self.who.family_name, self.who.given_name, self.who.born, self.who.sex, code)

    def ask(self, day: int, hour: str = "11:20", **answers) -> "Course":
        """The referrer asks early; the hub is told at once."""
        self.draft(day, hour, **answers)
        with self.at(day, hour):
            referral.send(pathway=self.pathway, by=self.referrer)
        return self

    def ask_for(self, day: int, **items: str) -> "Course":
        with self.at(day, "15:40"):
            referral.ask_for_more(pathway=self.pathway, items=items, by=self.coordinator)
        return self

    def reply(self, day: int, words: str) -> "Course":
        """The referrer answers every question of the hub."""
        with self.at(day, "12:10"):
            waiting = self.pathway.referral.questions.filter(answered_at__isnull=True)
            answers = {question.pk: words for question in waiting}
            referral.reply(pathway=self.pathway, answers=answers, by=self.referrer)
        return self

    def tell_disease(self, day: int, said: Described, *lines: LineTold) -> "Course":
        """The dossier's sections of disease and lines of therapy; what nobody knows is left out."""
        with self.at(day, "17:10"):
            today, disease = clock.today(self.pathway.hub.timezone), self.pathway.disease
            diseases.describe(patient=self.patient, disease=disease, said=said, today=today, by=self.referrer)
            diseases.tell_lines(patient=self.patient, disease=disease, lines=lines, today=today, by=self.referrer)
        return self

    def bloods(self, day: int, **values: str) -> "Course":
        """Values of one morning: bloods(-3, ldh="412", crp="1.8"), each in its one unit."""
        with self.at(day, "07:30") as at, act(by=self.haematologist, why="bloods"):
            for what, value in values.items():
                unit = BANDS[what].unit
                observations.record(
                    patient=self.patient, what=what, value=Decimal(value), unit=unit, at=at, by=self.haematologist
                )
        return self

    def look_at(self, day: int, **items: Answered) -> "Course":
        """What is known for the board, item by item."""
        with self.at(day, "09:10"):
            eligibility.answer(pathway=self.pathway, said=items, by=self.haematologist)
        return self

    def advise_against(self, day: int, grounds: list[str], reason: str, instead: str) -> "Course":
        with self.at(day, "16:10"):
            referral.advise_against(
                pathway=self.pathway, grounds=grounds, reason=reason, instead=instead, by=self.coordinator
            )
        return self

    def take_on(self, day: int, *, described: bool = True) -> "Course":
        """The hub takes the patient on, and the referrer writes the dossier (unless a story tells it itself)."""
        with self.at(day, "09:30"):
            referral.take_on(pathway=self.pathway, by=self.coordinator)
            self._write_dossier(described)
        return self

    def _write_dossier(self, described: bool) -> None:
        self.pathway.refresh_from_db()
        dossier.fill(
            pathway=self.pathway,
            number=self.number,
            town=self.who.town,
            weight_kg=self.who.weight_kg,
            allergies=self.who.allergies,
            lines=self.pathway.referral.lines,
            described=described,
            by=self.referrer,
            today=clock.today(self.network.centres[self.hub].timezone),
        )

    # ── 2 eligibility and order ──────────────────────────────────────────────────────────────────────────────────

    def decide(self, day: int, product: str, reason: str = "Recidiva entro 12 mesi, in indicazione; buone condizioni."):
        self.product = product
        return self._decide(day, kind=ELIGIBLE, reason=reason, product=product)

    def _registry(self, kind: str, filed_on: date) -> None:
        ordering.file_registry_form(
            pathway=self.pathway,
            kind=kind,
            number=f"AIFA-{self.number:04d}-{kind[0].upper()}",
            filed_on=filed_on,
            by=self.coordinator,
        )

    def refuse(self, day: int, grounds: tuple[str, ...], reason: str, instead: str) -> "Course":
        return self._decide(day, kind=NOT_ELIGIBLE, reason=reason, grounds=grounds, instead=instead)

    def defer(self, day: int, reason: str, until: int) -> "Course":
        return self._decide(day, kind=DEFERRED, reason=reason, reassess_on=self.day(until))

    def _decide(self, day: int, **said) -> "Course":
        with self.at(day, "13:00"):
            board_on = clock.today(self.pathway.hub.timezone)
            deciders = f"{self.haematologist.get_full_name()}, {self.coordinator.get_full_name()}"
            eligibility.decide(
                pathway=self.pathway,
                said=Said(deciders=deciders, board_on=board_on, **said),
                by=self.haematologist,
            )
        return self

    def order(
        self,
        day: int,
        *,
        collect: int,
        ship: int,
        release: int,
        infuse: int,
        confirmed: bool = True,
        again: bool = False,
    ) -> "Course":
        """The maker's order, with the slot's days once the maker has confirmed them two days later.

        `again`: after a failed product; the registry knows the patient from the first order.
        """
        ordered_on = self.day(day)
        with self.at(day, "11:00"):
            self._order(ordered_on, None)
            for kind in () if again else ("eligibility", "request"):
                self._registry(kind, ordered_on)
        if confirmed:
            with self.at(day + 2, "12:30"):
                slot = Slot(
                    clock.today(self.pathway.hub.timezone),
                    self.working_day(collect),
                    self.day(ship),
                    self.day(release),
                    self.day(infuse),
                )
                self._order(ordered_on, slot)
        return self

    def _order(self, ordered_on: date, slot: Slot | None) -> None:
        ordering.record(
            pathway=self.pathway,
            order_number=f"ORD-{self.number:04d}",
            portal_number=f"P{self.number:06d}",
            ordered_on=ordered_on,
            slot=slot,
            by=self.coordinator,
        )

    # ── 3 to 5 ───────────────────────────────────────────────────────────────────────────────────────────────────

    def book(self, day: int, *, on: int) -> "Course":
        with self.at(day, "12:40"):
            chair, hour = self.network.free_place(self.hub, self.working_day(on))
            start = datetime.combine(self.working_day(on), time(hour, 0), tzinfo=self.zone)
            apheresis.book(
                pathway=self.pathway,
                chair=self.network.chairs[self.hub][chair],
                start=start,
                end=start + COLLECTION_HOURS,
                by=self.coordinator,
            )
        return self

    def collect(self, day: int) -> "Course":
        number = (self.working_day(day) - self.today).days
        with self.at(number, "13:20"):
            apheresis.record(
                pathway=self.pathway,
                collected_on=self.working_day(day),
                collection_id=f"AF-{self.number:04d}",
                din=f"A9999 {self.today:%y} {self.number:06d}",
                cd3_total_10e9=Decimal("2.1"),
                complications=False,
                by=self.laboratory,
            )
            self._weigh(self.who.weight_kg)
        return self

    def _weigh(self, kg: Decimal) -> None:
        observations.record(patient=self.patient, what="weight", value=kg, unit="kg", by=self.nurse)

    def bridge(
        self, day: int, modality: str, until: int | None = None, response: str | None = None, **said
    ) -> "Course":
        """Bridging at the referring centre; `said`: its aims and regimen, as far as they are known."""
        with self.at(day, "09:50"):
            course = bridging.record(
                pathway=self.pathway,
                modality=modality,
                started_on=clock.today(self.pathway.hub.timezone),
                centre=self.network.centres[self.spoke],
                setting="outpatient",
                by=self.referrer,
                **said,
            )
        if until is not None:
            with self.at(until, "09:50"):
                ended_on = clock.today(self.pathway.hub.timezone)
                bridging.end(
                    course=course, version=course.version, ended_on=ended_on, response=response, by=self.referrer
                )
        return self

    def tell_the_hub(self, day: int, kind: str, note: str, hour: str = "17:20") -> "Course":
        """An infection, a progression or a new drug while the product is made: the hub looks at it the same day."""
        with self.at(day, hour):
            bridging.tell(pathway=self.pathway, kind=kind, note=note, by=self.referrer)
        return self

    def ship(self, day: int, *, expected: int) -> "Course":
        with self.at(day, "15:00"):
            manufacturing.ship(
                pathway=self.pathway,
                shipped_on=clock.today(self.pathway.hub.timezone),
                coi=f"COI-{self.number:04d}",
                carrier="Corriere del freddo",
                expected_release_on=self.day(expected),
                by=self.laboratory,
            )
        return self

    def release(self, day: int, *, out_of: str = "") -> "Course":
        with self.at(day, "14:10"):
            manufacturing.release(
                pathway=self.pathway,
                released_on=clock.today(self.pathway.hub.timezone),
                lot_number=f"LOT-{self.number:04d}",
                expires_on=self.day(300),
                out_of=out_of,
                by=self.coordinator,
            )
        return self

    def accept(self, day: int, reason: str) -> "Course":
        """The doctor accepts a product out of specification."""
        with self.at(day, "12:20"):
            on = clock.today(self.pathway.hub.timezone)
            there = OosFile(
                requested_on=on,
                maker_evaluated_on=on,
                maker_reference=f"OOS-{self.number:04d}",
                patient_told_on=on,
                patient_told_by=self.haematologist.get_full_name(),
                patient_agrees=True,
                authority_on=on,
                authority_reference=f"AUT-{self.number:04d}",
            )
            manufacturing.keep_oos_file(pathway=self.pathway, said=there, by=self.haematologist)
            manufacturing.accept_out_of_specification(pathway=self.pathway, reason=reason, by=self.haematologist)
        return self

    def fail(self, day: int, fault: str, *, try_again: bool) -> "Course":
        """No product came of the collection."""
        with self.at(day, "11:50"):
            on = clock.today(self.pathway.hub.timezone)
            manufacturing.fail(pathway=self.pathway, on=on, fault=fault, try_again=try_again, by=self.coordinator)
        return self

    @property
    def labels(self) -> dict[str, str]:
        """What stands on patient, bag and collection."""
        return {
            "patient": self.patient.number,
            "product": f"LOT-{self.number:04d}",
            "collection": f"AF-{self.number:04d}",
        }

    def receive(self, day: int) -> "Course":
        """Two people take delivery: each types what stands on the labels."""
        with self.at(day, "10:30") as arrived_at:
            expiry = manufacturing.standing_lot(self.pathway).expires_on
            for by in (self.laboratory, self.haematologist):
                manufacturing.receive(
                    pathway=self.pathway, typed=self.labels, expiry=expiry, arrived_at=arrived_at, by=by
                )
        return self

    # ── 6 and 7 ──────────────────────────────────────────────────────────────────────────────────────────────────

    def plan_lymphodepletion(self, day: int, *, starts: int, infuse: int, regimen: str | None = None) -> "Course":
        with self.at(day, "12:00"):
            lymphodepletion.plan(
                pathway=self.pathway,
                regimen=Regimen.objects.get(code=regimen or self.product),
                starts_on=self.day(starts),
                infusion_on=self.day(infuse),
                by=self.haematologist,
            )
        return self

    def give_lymphodepletion(self, *numbers: int) -> "Course":
        if not self.pathway.criteria_statements.exists():
            with self.at(numbers[0], "08:40"):
                bridging.state_criteria(pathway=self.pathway, holds=True, by=self.haematologist)
        for number in numbers:
            with self.at(number, "16:00"):
                lymphodepletion.record(pathway=self.pathway, given={self.day(number): True}, by=self.nurse)
        return self

    def infuse(self, day: int) -> "Course":
        with self.at(day, "09:00"):
            asked = dict.fromkeys(("no_infection", "organs", "consent", "icu_told"), Answer(holds=True))
            infusion.make_ready(pathway=self.pathway, answers=asked, by=self.haematologist)
        with self.at(day, "09:20"):
            measured = {
                "tocilizumab": Answer(amount=Decimal(4)),
                "weight": Answer(holds=True, amount=self.who.weight_kg),
                "baseline_ice": Answer(holds=True, amount=Decimal(10)),
                "baseline_pressure": Answer(holds=True, amount=Decimal(124), second=Decimal(76)),
                "premedication": Answer(holds=True),
            }
            infusion.make_ready(pathway=self.pathway, answers=measured, by=self.nurse)
        with self.at(day, "09:25"):
            infusion.make_ready(pathway=self.pathway, answers={}, decision="go", by=self.haematologist)
        for hour, point in (("09:50", infusion.THAW), ("10:05", infusion.POINT)):
            with self.at(day, hour):
                for by in (self.nurse, self.haematologist):
                    infusion.check_identity(pathway=self.pathway, typed=self.labels, by=by, point=point)
            if point == infusion.THAW:
                with self.at(day, "09:55") as thawed_at:
                    infusion.start_thaw(pathway=self.pathway, bag=1, at=thawed_at, by=self.nurse)
        with self.at(day, "10:15") as started_at:
            infusion.record(pathway=self.pathway, started_at=started_at, bags=1, reaction=False, by=self.nurse)
            self._registry("infusion", clock.today(self.pathway.hub.timezone))
        self.pathway.refresh_from_db()
        return self

    # ── 8 and 9 ──────────────────────────────────────────────────────────────────────────────────────────────────

    def assess(self, day: int, facts: dict, hour: str = "08:00", *, confirm: bool = True) -> Assessment:
        with self.at(day, hour) as moment, act(by=self.nurse, why="bedside assessment"):
            seen = toxicity.assess(pathway=self.pathway, at=moment, facts=facts, by=self.nurse)
            if seen.alerts:
                toxicity.told(assessment=seen, whom=self.haematologist.get_full_name(), by=self.nurse)
            if confirm:
                self._confirm(seen)
        return seen

    def _confirm(self, what: Assessment | Pathway) -> None:
        """The nurse takes the computed grades that wait as hers, of one set or of the whole course."""
        of = {"assessment": what} if isinstance(what, Assessment) else {"assessment__pathway": what}
        for grade in Grade.objects.filter(**of).order_by("assessment__at", "scale"):
            if grade.waits and grade.computed is not None:
                toxicity.confirm(grade=grade, value=grade.computed, by=self.nurse, version=grade.version)

    def treat(self, day: int, drug: str, dose_mg: Decimal, hour: str) -> "Course":
        with self.at(day, hour) as moment:
            toxicity.treat(
                pathway=self.pathway,
                drug=drug,
                dose_mg=dose_mg,
                route="iv",
                at=moment,
                weight_kg=self.who.weight_kg if drug == Treatment.Drug.TOCILIZUMAB else None,
                by=self.nurse,
            )
        return self

    def calm(self, *numbers: int) -> "Course":
        """Ordinary mornings."""
        for number in numbers:
            self.assess(number, WELL)
        return self

    def discharge(self, day: int) -> "Course":
        with self.at(day, "11:00"):
            toxicity.discharge(pathway=self.pathway, on=clock.today(self.pathway.hub.timezone), by=self.haematologist)
        return self

    def close_watch(self, day: int) -> "Course":
        with self.at(day, "11:30"):
            self._confirm(self.pathway)
            toxicity.close_watch(
                pathway=self.pathway,
                on=clock.today(self.pathway.hub.timezone),
                by=self.haematologist,
                reason="Nessun segno di tossicità agli ultimi controlli.",
            )
        return self

    def restage(self, day: int, milestone: str, deauville: str, response: str, change: str | None = None) -> "Course":
        """A restaging PET: what the five-point scale said, and the response that a person confirmed."""
        with self.at(day, "15:20"):
            done_on = clock.today(self.pathway.hub.timezone)
            read = Read(done_on, response, deauville=deauville, uptake_change=change, new_lesion=False, symptoms=False)
            followup.restage(pathway=self.pathway, read=read, milestone=milestone, by=self.haematologist)
        return self

    def settle_later(self, day: int, milestone: str, how: str, by_day: int, note: str) -> "Course":
        """A PET that does not decide: possible pseudoprogression, to be settled by a biopsy or another PET."""
        with self.at(day, "15:20"):
            read = Read(
                clock.today(self.pathway.hub.timezone),
                Restaging.Response.INDETERMINATE,
                deauville="5",
                symptoms=False,
                differs_because=note,
                settle_how=how,
                settle_by=self.day(by_day),
            )
            followup.restage(pathway=self.pathway, read=read, milestone=milestone, by=self.haematologist)
        return self

    def restage_myeloma(self, day: int, done: int, milestone: str, response: str, **measured) -> "Course":
        """A restaging by IMWG that was done on a day, told on another; `measured`: as far as it was measured."""
        with self.at(day, "15:40"):
            read = MyelomaRead(self.day(done), response, **measured)
            followup.restage_myeloma(pathway=self.pathway, read=read, milestone=milestone, by=self.haematologist)
        return self

    def hand_over(self, day: int, *, from_day: int, note: str, taken: int | None = None) -> "Course":
        """Follow-up is offered to the referring centre, and taken where a day says so."""
        with self.at(day, "16:20"):
            followup.hand_over(pathway=self.pathway, from_on=self.day(from_day), note=note, by=self.haematologist)
        if taken is not None:
            with self.at(taken, "09:15"):
                followup.answer_hand_over(pathway=self.pathway, takes=True, by=self.referrer)
        return self

    def intensive_care(self, day: int, hour: str, reason: str, out: int | None = None) -> "Course":
        """A stay in intensive care; without `out` the patient is there still."""
        with self.at(day, hour) as in_at:
            stay = toxicity.record_intensive_care(
                pathway=self.pathway, in_at=in_at, reason=reason, by=self.haematologist
            )
        if out is not None:
            with self.at(out, "10:50") as out_at:
                toxicity.record_intensive_care(
                    pathway=self.pathway,
                    in_at=in_at,
                    out_at=out_at,
                    reason=reason,
                    corrects=stay,
                    version=stay.version,
                    by=self.haematologist,
                )
        return self

    def visit(self, day: int, note: str) -> "Course":
        with self.at(day, "10:40"):
            done_on = clock.today(self.pathway.hub.timezone)
            followup.visit(
                pathway=self.pathway, done_on=done_on, where=Visit.Where.HUB, note=note, by=self.haematologist, ecog=0
            )
        return self

    # ── beside ───────────────────────────────────────────────────────────────────────────────────────────────────

    def hold(self, day: int, reason: str) -> "Course":
        with self.at(day, "10:20"):
            pathways.hold(pathway=self.pathway, reason=reason, by=self.coordinator)
        return self

    def resume(self, day: int) -> "Course":
        with self.at(day, "10:20"):
            pathways.resume(pathway=self.pathway, by=self.coordinator)
        return self

    def leave(self, day: int, exit_reason: str, note: str = "") -> "Course":
        """The course ends by a coded reason."""
        with self.at(day, "16:40"):
            pathways.close(pathway=self.pathway, exit_reason=exit_reason, note=note, by=self.coordinator)
        return self

    def transfer(self, day: int, to: str, why: str) -> "Course":
        """Another hub takes the course over; what is told afterwards is told there."""
        with self.at(day, "12:15"):
            self.pathway = transfers.transfer(
                pathway=self.pathway, to=self.network.centres[to], why=why, by=self.coordinator
            )
        self.hub = to
        return self

    def bring_in(self, day: int, position: str, days: dict[str, PartialDate], **known) -> "Course":
        """The hub brings somebody in who is under way already; what it does not know stays unknown."""
        person = known.pop("person", None) or self._person()
        with self.at(day, "15:30"):
            told = UnderWay(
                person=person,
                position=position,
                days=days,
                referring_centre=self.network.centres[self.spoke] if self.spoke else None,
                **known,
            )
            self.pathway = under_way.bring_in(hub=self.network.centres[self.hub], told=told, by=self.coordinator)
        return self

    def die_in_error(self, day: int, why: str) -> "Course":
        """A death entered on the wrong patient; a second person confirms that it is undone."""
        self.die(day, "")
        with self.at(day, "18:50"):
            deaths.ask_to_undo(patient=self.patient, why=why, by=self.haematologist)
        with self.at(day, "19:20"):
            deaths.undo(patient=self._fresh_patient(), by=self.coordinator)
        self.pathway.refresh_from_db()
        return self

    def _fresh_patient(self) -> Patient:
        return Patient.objects.get(pk=self.patient.pk)

    def die(self, day: int, note: str) -> "Course":
        with self.at(day, "18:30"):
            on = clock.today(self.pathway.hub.timezone)
            deaths.record_death(patient=self.patient, on=on, by=self.haematologist, note=note)
        return self
