"""A walker over the map: somebody who tries anything, in any order, on any day; what the app refuses did not happen.

After each try the course must be sound: no impossible order, a ball while it is open, nothing left over once closed,
and what was done stays done.
"""

from collections.abc import Callable
from datetime import date, timedelta

from hypothesis import strategies as st

from patients.apheresis import actions as apheresis
from patients.audit import clock
from patients.audit.actions import act
from patients.audit.refusals import Conflict, Refused
from patients.bridging import actions as bridging
from patients.capacity.models import Booking, Resource
from patients.clinical.days import PartialDate
from patients.exchange import positions
from patients.exchange.under_way import bring_in
from patients.followup import actions as followup
from patients.followup.models import HandOver
from patients.followup.rules import Read
from patients.manufacturing import actions as manufacturing
from patients.manufacturing import corrections as lots
from patients.manufacturing.rules import OOS_DAYS, OosFile
from patients.pathway import actions, corrections, deaths, milestones, steps, transfers
from patients.pathway.forms import NOT_BY_HAND
from patients.pathway.models import Pathway
from patients.pathway.stages import Stage
from tests.exchange.telling import course

DAYS = st.integers(-1, 120)  # how long ago; -1 is tomorrow
LATER = clock.today("UTC") + timedelta(days=400)  # an expiry date
MADE = ("collect", "ship", "release", "out", "accept")
WAY = [code for code in milestones.BY_CODE if code not in ("drafted", "followup_ended", "death_reported")]


class Walker:
    """One course and the people of two hubs who write to it."""

    def __init__(self, net, other_hub, chair: Resource, data):
        self.net, self.other_hub, self.chair, self.data = net, other_hub, chair, data
        self.trail: list[str] = []
        self.pathway = self._start()
        self.done = self._done()

    def draw(self, strategy):
        return self.data.draw(strategy)

    def day(self) -> date:
        return clock.today(self.net.hub.timezone) - timedelta(days=self.draw(DAYS))

    def partial(self) -> PartialDate:
        day = self.day()
        kind = self.draw(st.sampled_from(("day", "month", "year")))
        if kind == "day":
            return PartialDate.on(day)
        return PartialDate.in_month(day.year, day.month) if kind == "month" else PartialDate.in_year(day.year)

    def _start(self) -> Pathway:
        position = self.draw(st.sampled_from(("new", *positions.ORDER)))
        self.trail.append(f"start {position}")
        if position == "new":
            return self.net.sent(days_ago=self.draw(st.integers(0, 120)))
        told = course(self.net, position)
        known = dict(told.days)
        if position == "followup" and self.draw(st.booleans()):
            known["infusion"] = PartialDate.in_year(clock.today(self.net.hub.timezone).year - 2)
        return bring_in(hub=self.net.hub, told=type(told)(**(told.__dict__ | {"days": known})), by=self.net.coordinator)

    # ── what may be tried ────────────────────────────────────────────────────────────────────────────────────────

    def moves(self) -> dict[str, Callable[[], None]]:
        by = self.net.coordinator
        pathway, patient = self.fresh(), self.fresh().patient
        reasons = [code for code in Pathway.ExitReason.values if code not in NOT_BY_HAND]
        return {
            "advance": self.advance,
            "correct": self.correct,
            "book": self.book,
            "fail": lambda: self.fail(pathway),
            "bridge": self.bridge,
            "tell the hub": lambda: bridging.tell(
                pathway=pathway, kind=self.draw(st.sampled_from(("infection", "progression", "new_drug"))), by=by
            ),
            "collect again": lambda: apheresis.repeat(pathway=pathway, why="walk", by=by),
            "product": self.product,
            "follow up": self.follow_up,
            "hand over": self.hand_over,
            "hold": lambda: actions.hold(pathway=pathway, reason="walk", by=by),
            "resume": lambda: actions.resume(pathway=pathway, by=by),
            "close": lambda: actions.close(
                pathway=pathway, exit_reason=self.draw(st.sampled_from(reasons)), on=self.day(), by=by
            ),
            "death": lambda: deaths.record_death(patient=patient, on=self.day(), by=by),
            "ask to undo": lambda: deaths.ask_to_undo(patient=patient, why="walk", by=by),
            "undo": lambda: deaths.undo(patient=patient, by=self.net.haematologist),
            "transfer": lambda: transfers.transfer(
                pathway=pathway,
                to=self.draw(st.sampled_from((self.other_hub, self.net.hub))),
                why="walk",
                by=by,
            ),
        }

    def advance(self) -> None:
        """The next milestone of the way, or any: its stays begin and end with it, as the rooms do it."""
        pathway = self.fresh()
        happened = set(pathway.milestones.happened().values_list("what", flat=True))
        ahead = [code for code in WAY if code not in happened]
        what = self.draw(st.one_of(st.just(ahead[0]), st.sampled_from(ahead))) if ahead else "pet_365"
        day = self.day()
        self.trail.append(f"{what} {day}")
        by = self.net.coordinator
        with act(by=by, why="walk"):
            pathway = actions.for_writing(pathway.pk)
            actions.must_be_open(pathway)
            actions.record_milestone(pathway=pathway, what=what, on=day, by=by)
            for stage, (first, last) in milestones.STAY_EDGES.items():
                if what == last and first != last:
                    actions.leave_stage(pathway=pathway, stage=stage, on=day, by=by)
                if what == first and stage != Stage.REFERRAL:
                    actions.enter_stage(pathway=pathway, stage=stage, on=day, by=by)
                if what == first == last:
                    actions.leave_stage(pathway=pathway, stage=stage, on=day, by=by)
            if what == "infusion":
                actions.set_day_0(pathway=pathway, day=day, by=by)

    def correct(self) -> None:
        rows = corrections.correctable(self.fresh())
        chosen = self.draw(st.lists(st.sampled_from(rows), unique=True, min_size=1, max_size=3)) if rows else []
        days = {row.what: self.partial() for row in chosen}
        self.trail.append(f"correct {days}")
        corrections.correct_days(pathway=self.fresh(), days=days, why="walk", by=self.net.coordinator)

    def book(self) -> None:
        day = clock.now().replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(
            days=self.draw(st.integers(1, 9))
        )
        apheresis.book(
            pathway=self.fresh(),
            chair=self.chair,
            start=day,
            end=day + timedelta(hours=2),
            by=self.net.coordinator,
        )

    def fail(self, pathway: Pathway) -> None:
        with act(by=self.net.coordinator, why="walk"):
            pathway = actions.for_writing(pathway.pk)
            actions.must_be_open(pathway)
            stage = self.draw(st.sampled_from((Stage.APHERESIS, Stage.MANUFACTURING, Stage.LYMPHODEPLETION)))
            if pathway.milestones.happened().filter(what="infusion").exists():
                return  # what was given cannot fail any more
            actions.supersede_from(pathway=pathway, stage=stage, by=self.net.coordinator, why="walk")

    def bridge(self) -> None:
        """None, a course begun, ended, or struck through."""
        pathway, by = self.fresh(), self.net.haematologist
        row = bridging.courses(pathway).last()
        what = self.draw(st.sampled_from(("none", "begin", "end", "strike")))
        self.trail.append(what)
        if what == "none":
            bridging.record_none(pathway=pathway, by=by)
        elif what == "begin" or row is None:
            said = {
                "modality": "chemotherapy",
                "started_on": self.day(),
                "centre": pathway.hub,
                "setting": "outpatient",
            }
            bridging.record(pathway=pathway, by=by, aims=["symptoms"], **said)
        elif what == "end":
            bridging.end(course=row, version=row.version, ended_on=self.day(), by=by)
        else:
            bridging.strike(course=row, version=row.version, why="walk", by=by)

    def product(self) -> None:
        """Cells and what the maker makes of them: shipped, released within specification or out of it, failed."""
        pathway, by = self.fresh(), self.net.haematologist
        what = self.draw(st.sampled_from((*MADE, "correct", "fail", "fail for good")))
        self.trail.append(what)
        if what == "collect":
            number = f"AF-{len(self.trail)}"
            apheresis.record(pathway=pathway, collected_on=self.day(), collection_id=number, by=by)
        elif what == "ship":
            manufacturing.ship(pathway=pathway, shipped_on=self.day(), by=by)
        elif what in ("release", "out"):
            out_of = "viability" if what == "out" else ""
            known = {"lot_number": "LOT-1", "expires_on": LATER, "out_of": out_of}
            manufacturing.release(pathway=pathway, released_on=self.day(), by=by, **known)
        elif what == "correct":
            self.correct_product(pathway)
        elif what == "accept":
            days = dict.fromkeys(OOS_DAYS, clock.today(pathway.hub.timezone))
            said = OosFile(**days, patient_told_by="Dr Neri", patient_agrees=True)
            manufacturing.keep_oos_file(pathway=pathway, said=said, by=by)
            manufacturing.accept_out_of_specification(pathway=pathway, reason="walk", by=by)
        else:
            manufacturing.fail(pathway=pathway, on=self.day(), fault="walk", try_again=what == "fail", by=by)

    def correct_product(self, pathway: Pathway) -> None:
        """Other days of the standing product, or another word of the maker."""
        lot = manufacturing.standing_lot(pathway)
        if lot is None:
            return
        status = self.draw(st.sampled_from(("in_production", "released", "out_of_specification")))
        said = {"shipped_on": self.day(), "status": status, "fault": "walk", "lot_number": f"LOT-{len(self.trail)}"}
        if status != "in_production":
            said |= {"released_on": self.day(), "expires_on": LATER}
        self.trail.append(f"{said}")
        lots.correct(pathway=pathway, version=lot.version, said=said, why="walk", by=self.net.haematologist)

    def follow_up(self) -> None:
        """A visit, a restaging (indeterminate at times), or one of them struck through."""
        pathway, by = self.fresh(), self.net.haematologist
        what = self.draw(st.sampled_from(("visit", "pet", "doubt", "strike")))
        self.trail.append(what)
        if what == "visit":
            followup.visit(pathway=pathway, done_on=self.day(), where="hub", note="", by=by)
        elif what == "strike":
            row = pathway.restagings.standing().first() or pathway.visits.standing().first()
            if row is not None:
                followup.strike(row=row, why="walk", by=by, version=row.version)
        else:
            day = self.day()
            doubt = {"settle_how": "pet", "settle_by": day + timedelta(days=21)} if what == "doubt" else {}
            read = Read(day, "indeterminate" if doubt else "CMR", differs_because="walk", **doubt)
            milestone = self.draw(st.sampled_from(("pet_30", "pet_90", "")))
            followup.restage(pathway=pathway, read=read, milestone=milestone, by=by)

    def hand_over(self) -> None:
        """Follow-up offered by who follows, taken, declined or taken back."""
        pathway = self.fresh()
        what = self.draw(st.sampled_from(("offer", "take", "decline")))
        by = self.draw(st.sampled_from((self.net.haematologist, self.net.referrer)))
        self.trail.append(f"{what} by {by.email}")
        if what == "offer":
            today = clock.today(pathway.hub.timezone)
            followup.hand_over(pathway=pathway, from_on=today, note="", by=by)
        else:
            followup.answer_hand_over(pathway=pathway, takes=what == "take", note="walk", by=by)

    def step(self) -> None:
        """Try one thing and look whether the course is sound."""
        moves = self.moves()
        # Going on is tried most often, so that walks come far.
        names = [*moves, *["advance"] * 6, *["correct"] * 2, *["book"] * 2, "product"]
        name = self.draw(st.sampled_from(names))
        self.trail.append(name)
        try:
            moves[name]()
        except (Refused, Conflict) as refused:
            self.trail.append(f"refused: {refused}")
        self.look(name)

    # ── what must hold ───────────────────────────────────────────────────────────────────────────────────────────

    def fresh(self) -> Pathway:
        return Pathway.objects.select_related("patient", "hub").get(pk=self.pathway.pk)

    def _done(self) -> dict:
        """What was done. Whoever learns the day of an infusion has done that step: it is no side effect."""
        rows = self.pathway.steps.filter(done_at__isnull=False).exclude(code__in=steps.FIRST)
        return {step.pk: (step.done_at, step.done_by) for step in rows}

    def look(self, move: str) -> None:
        pathway = self.fresh()
        said = " | ".join(self.trail)
        days = {row.what: row.day for row in pathway.milestones.filter(superseded=False)}
        assert milestones.order_faults(days) == [], said
        today = clock.today(pathway.hub.timezone)
        latest = [day.earliest if isinstance(day, PartialDate) else day for day in days.values() if day is not None]
        assert all(day <= today for day in latest), said
        for entry in pathway.entries.all():
            assert entry.ended_on is None or entry.started_on is None or entry.started_on <= entry.ended_on, said
        open_steps = pathway.steps.filter(done_at__isnull=True, dropped_at__isnull=True)
        balls = open_steps.filter(has_ball=True).count()
        live = Booking.objects.filter(pathway=pathway, cancelled_at__isnull=True, during__endswith__gt=clock.now())
        if pathway.status == Pathway.Status.CLOSED:
            assert balls == 0, said
            assert not open_steps.exclude(code__in=steps.ASIDE).exists(), said
            assert not pathway.entries.filter(ended_on__isnull=True, superseded=False).exists(), said
            assert not pathway.reminders.filter(state__in=["planned", "acknowledged"]).exists(), said
            assert not live.exists(), said
        else:
            assert balls == 1, said
            offers = pathway.hand_overs.filter(state=HandOver.State.OFFERED).count()
            assert offers == open_steps.filter(code="take_follow_up").count(), said
        assert not live.exclude(resource__centre=pathway.hub).exists(), said
        assert pathway.status != Pathway.Status.CLOSED or pathway.closed_on is not None, said
        now_done = self._done()
        assert {key: now_done.get(key) for key in self.done} == self.done, f"{said}: done things are not done"
        if move == "correct":
            assert now_done.keys() == self.done.keys(), f"{said}: a correction does nothing"
        self.done = now_done
