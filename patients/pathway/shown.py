"""How a pathway stands, as its reader may see it: banner, stage bar and ball, in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from django.utils.formats import date_format, number_format
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from patients.audit import clock
from patients.audit.shown import Ball, Banner, Chip, StageBox
from patients.centres.models import Role, User
from patients.clinical import days
from patients.disease.words import DISEASES
from patients.identity.access import Access, memberships
from patients.identity.models import Patient
from patients.observations.models import Observation
from patients.pathway import addresses, past, stages
from patients.pathway.milestones import BY_CODE
from patients.pathway.models import Milestone, Pathway, StageEntry, Step
from patients.pathway.rules import needs_irradiated_blood
from patients.pathway.stages import Stage
from patients.pathway.words import STAGES, STEPS

# Which facet shows a milestone of a stage to a reader who does not read `status`, or beside it.
STAGE_FACETS = {
    Stage.REFERRAL: "status",
    Stage.ELIGIBILITY: "status",
    Stage.APHERESIS: "apheresis",
    Stage.MANUFACTURING: "manufacturing",
    Stage.BRIDGING: "status",
    Stage.LYMPHODEPLETION: "status",
    Stage.INFUSION: "status",
    Stage.TOXICITY: "status",
    Stage.FOLLOWUP: "followup",
}
# Steps of every day until their stage closes.
DAILY = frozenset({"watch_toxicity"})
# The milestone whose plan says when a stage that lies ahead begins.
BEGINS_WITH = {
    Stage.APHERESIS: "apheresis",
    Stage.MANUFACTURING: "shipped",
    Stage.LYMPHODEPLETION: "lymphodepletion_started",
    Stage.INFUSION: "infusion",
}


# ── words of time and people ─────────────────────────────────────────────────────────────────────────────────────


def short_day(day: date, today: date) -> str:
    """24/11, with its year when it lies more than half a year away."""
    return f"{day:%d/%m}" if abs((day - today).days) < 183 else f"{day:%d/%m/%Y}"


def due_words(due_at: datetime, zone: str) -> str:
    """By when, reading on its own: "by 18:00" on the same day, else "by 24/11"."""
    due, now = clock.local(due_at, zone), clock.local(clock.now(), zone)
    if due.date() == now.date():
        return _("by %(time)s today") % {"time": f"{due:%H:%M}"}
    return _("by %(day)s") % {"day": short_day(due.date(), now.date())}


def step_due(step: Step, zone: str) -> str:
    """By when a step is to be done; what is done daily until a day says until when."""
    if step.code not in DAILY:
        return due_words(step.due_at, zone)
    last = clock.local(step.due_at, zone).date()
    return _("until %(day)s") % {"day": short_day(last, clock.today(zone))}


def late_words(due_at: datetime, zone: str) -> str:
    """By how much something is late ("2 days late"), "" when it is not."""
    by = lateness(due_at, zone)
    return _("%(by)s late") % {"by": by} if by else ""


def lateness(due_at: datetime, zone: str) -> str:
    """By how much something is late, in minutes, hours or calendar days ("2 days"); "" when it is not."""
    now = clock.now()
    if due_at >= now:
        return ""
    late_days = (clock.local(now, zone).date() - clock.local(due_at, zone).date()).days
    if late_days:
        return ngettext("%(count)d day", "%(count)d days", late_days) % {"count": late_days}
    minutes = int((now - due_at).total_seconds() // 60)
    if minutes < 60:
        return ngettext("%(count)d minute", "%(count)d minutes", max(minutes, 1)) % {"count": max(minutes, 1)}
    return ngettext("%(count)d hour", "%(count)d hours", minutes // 60) % {"count": minutes // 60}


def since_words(since: datetime, zone: str) -> str:
    """For how long somebody has waited: "since today", "for 3 days"."""
    waited = (clock.local(clock.now(), zone).date() - clock.local(since, zone).date()).days
    if waited <= 0:
        return _("since today")
    return ngettext("for %(count)d day", "for %(count)d days", waited) % {"count": waited}


def role_name(role: Role) -> str:
    """A role in the reader's language."""
    return role.name_it if get_language() == "it" else role.name_en


def step_words(step: Step) -> str:
    """What a step asks for; a room that opens steps of its own adds their words to pathway/words.py."""
    return str(STEPS[step.code]) % step.details if step.details else str(STEPS[step.code])


def step_owner(step: Step) -> str:
    """Who does a step: a person by name, else the role."""
    return step.owner.get_full_name() if step.owner_id else role_name(step.owner_role)


def is_mine(step: Step, user: User) -> bool:
    """Whether a step waits for this user: for them by name, or for a role that they hold at its centre."""
    if step.owner_id:
        return step.owner_id == user.pk
    return any(held.centre_id == step.centre_id and held.role_id == step.owner_role_id for held in memberships(user))


def ball_of(step: Step, user: User, *, zone: str, permissions: frozenset[str] = frozenset()) -> Ball:
    """The chip of a step that has the ball."""
    return Ball(
        who=step_owner(step),
        what=step_words(step),
        centre=step.centre.name,
        due=step_due(step, zone),
        late=late_words(step.due_at, zone),
        mine=is_mine(step, user),
        url=addresses.of_step(step.code, step.pathway_id, permissions),
    )


def day_on(pathway: Pathway, planned_infusion: date | None, today: date) -> tuple[int | None, bool]:
    """The therapy day and whether it is only planned: counted from day 0, else from the planned infusion."""
    if pathway.day_0 is not None:
        return days.day_number(today, day_0=pathway.day_0), False
    if planned_infusion is not None:
        return days.day_number(today, day_0=planned_infusion), True
    return None, False


# ── one pathway, for one reader ──────────────────────────────────────────────────────────────────────────────────


@dataclass
class Standing:
    """How a pathway stands for a reader; each table is read once. After the reader's care ended: as it stood then."""

    now_pathway: Pathway
    access: Access
    user: User

    @cached_property
    def pathway(self) -> Pathway:
        now = self.now_pathway
        if self.access.until is None:
            return now
        found = past.as_of(Pathway.objects.filter(pk=now.pk), self.access.until)
        if not found:
            return now
        for name in ("patient", "hub", "referring_centre", "referrer"):
            if getattr(found[0], f"{name}_id") == getattr(now, f"{name}_id"):
                setattr(found[0], name, getattr(now, name))
        return found[0]

    @cached_property
    def zone(self) -> str:
        return self.now_pathway.hub.timezone

    @cached_property
    def today(self) -> date:
        return clock.today(self.zone)

    @cached_property
    def entries(self) -> list[stages.Entry]:
        return [entry.as_entry() for entry in self._rows(StageEntry) if not entry.superseded]

    @cached_property
    def milestones(self) -> dict[str, Milestone]:
        """The standing milestones that the reader may see, by code, in the order of the map."""
        standing = {row.what: row for row in self._rows(Milestone) if not row.superseded}
        return {code: standing[code] for code in BY_CODE if code in standing and self._reads_stage(BY_CODE[code].stage)}

    @cached_property
    def open_steps(self) -> list[Step]:
        """The open steps, the ball first, then by due date. Nobody's, after the reader's care ended."""
        if self.access.until is not None:
            return []
        found = self.now_pathway.steps.filter(done_at__isnull=True, dropped_at__isnull=True).select_related(
            "centre", "owner_role", "owner", "next_owner_role"
        )
        reads = [step for step in found if self._reads_stage(Stage(step.stage))]
        return sorted(reads, key=lambda step: (not step.has_ball, step.due_at))

    @property
    def holder(self) -> Step | None:
        """The step that has the ball."""
        return next((step for step in self.open_steps if step.has_ball), None)

    def happened(self, code: str) -> bool:
        """Whether a milestone has happened, on a known day or on one before CARPath."""
        return code in self.milestones and self.milestones[code].happened

    @property
    def where(self) -> Stage | None:
        return stages.where(self.entries)

    def planned(self, code: str) -> date | None:
        """The day planned for a milestone."""
        return self.milestones[code].planned_on if code in self.milestones else None

    def actual(self, code: str) -> date | None:
        """The day on which a milestone happened."""
        return self.milestones[code].actual_on if code in self.milestones else None

    def ball(self) -> Ball | None:
        """The ball as a chip; None when nothing is open or the reader may not see it."""
        if self.holder is None:
            return None
        return ball_of(self.holder, self.user, zone=self.zone, permissions=self.access.permissions)

    def _rows(self, model) -> Iterable:
        rows = model.objects.filter(pathway=self.now_pathway)
        return rows if self.access.until is None else past.as_of(rows, self.access.until)

    def _reads_stage(self, stage: Stage) -> bool:
        facet = STAGE_FACETS[stage]
        if facet in ("apheresis", "manufacturing"):  # stage dates are everybody's who reads the status
            return self.access.reads(facet) or self.access.reads("status")
        return self.access.reads(facet)

    # ── banner ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _weight(self) -> str:
        """The last weight with its day ("64.5 kg (12/11)"), "" while none is known, or for those who read none."""
        if self.pathway.imported or not {"treatment", "toxicity", "dossier"} & self.access.facets:
            return ""
        found = Observation.objects.standing().filter(patient=self.now_pathway.patient_id, what=Observation.What.WEIGHT)
        if self.access.until is not None:
            found = found.filter(recorded_at__lte=self.access.until)
        last = found.order_by("-at").first()
        if last is None:
            return ""
        day = short_day(clock.local(last.at, self.zone).date(), self.today)
        return f"{number_format(last.value, 1)} {last.unit} ({day})"

    def banner(self, *, url: str = "") -> Banner:
        """Who the page is about. Diagnosis and centres only for readers of the status."""
        pathway, patient = self.pathway, self.now_pathway.patient
        day, day_is_planned = day_on(pathway, self.planned("infusion"), self.today)
        status = self.access.reads("status")
        return Banner(
            name=patient.display_name,
            code=patient.number,
            sex=pgettext("sex", patient.sex) if patient.sex else "",
            birth_date=patient.birth_date,
            age=patient.age_on((self.access.reads("survival") and patient.died_on) or self.today),
            diagnosis=disease_words(pathway.disease) if status else "",
            product=pathway.product_id or "",
            day=day,
            day_planned=day_is_planned,
            day_shown=day is not None and pathway.status in (Pathway.Status.OPEN, Pathway.Status.ON_HOLD),
            weight=self._weight(),
            hub=pathway.hub.name,
            referring=pathway.referring_centre.name if status and pathway.referring_centre_id else "",
            referrer=pathway.referrer.get_full_name() if status and pathway.referrer_id else "",
            allergies=_allergies(patient),
            alerts=tuple(self._alerts()),
            url=url,
        )

    def _alerts(self) -> Iterable[Chip]:
        pathway, patient = self.pathway, self.now_pathway.patient
        if pathway.imported:
            yield Chip(_("Imported study"), "down2", "line")
        if patient.died_on and self.access.reads("survival"):
            yield Chip(_("Died %(day)s") % {"day": f"{patient.died_on:%d/%m/%Y}"}, "x")
        elif pathway.status == Pathway.Status.CLOSED and not pathway.imported:
            yield Chip(_("Closed"), "lock")
        if pathway.status == Pathway.Status.ON_HOLD:
            yield Chip(_("On hold since %(day)s") % {"day": short_day(pathway.held_since, self.today)}, "pause", "warn")
        if pathway.status == Pathway.Status.DRAFT:
            yield Chip(_("Draft, not sent"), "file", "line")
        if pathway.status != Pathway.Status.CLOSED and self._irradiated_only():
            yield Chip(_("Irradiated blood only"), "drop", "warn")

    def _irradiated_only(self) -> bool:
        return needs_irradiated_blood(
            self.today,
            apheresis_on=self.actual("apheresis") or self.planned("apheresis"),
            infusion_on=self.pathway.day_0 or self.planned("infusion"),
        )

    # ── stage bar ────────────────────────────────────────────────────────────────────────────────────────────────

    def stage_boxes(self) -> list[StageBox]:
        """The nine boxes of the stage bar; none for a reader of single steps."""
        if not self.access.reads("status"):
            return []
        return [self._box(stage) for stage in stages.ORDER]

    def _box(self, stage: Stage) -> StageBox:
        state = stages.state(stage, self.entries)
        entry = next((entry for entry in reversed(self.entries) if entry.stage == stage), None)
        url = ""
        if stage == Stage.TOXICITY and state != "ahead" and self.access.reads("toxicity"):
            url = addresses.page("toxicity:sheet", self.now_pathway.pk)
        return StageBox(stage.number, str(STAGES[stage]), state, self._detail(stage, state, entry), url)

    def _detail(self, stage: Stage, state: str, entry: stages.Entry | None) -> str:
        if state == "ahead" and self.pathway.status == Pathway.Status.CLOSED:
            return ""
        if state == "ahead":
            planned = self.planned(BEGINS_WITH.get(stage, ""))
            return short_day(planned, self.today) if planned else ""
        if entry is None or entry.started_on is None:
            return _("before CARPath") if entry is not None and entry.before_carpath else ""
        if entry.ended_on is None:
            if state == "also":
                return _("beside it")
            so_far = (self.today - entry.started_on).days
            return ngettext("%(count)d day so far", "%(count)d days so far", so_far) % {"count": so_far}
        lasted = (entry.ended_on - entry.started_on).days
        if lasted == 0:
            return short_day(entry.started_on, self.today)
        return ngettext("%(count)d day", "%(count)d days", lasted) % {"count": lasted}


def disease_words(code: str | None) -> str:
    """A disease as banner and lists name it; "" while not known."""
    return str(DISEASES[code]) if code else ""


def day_words(day: date) -> str:
    """A day in full, as headings write it: Tuesday 17 November, martedì 17 novembre."""
    written = date_format(day, "l j F")
    return written.lower() if get_language() == "it" else written


def moment_words(at: datetime) -> str:
    """A local instant inside a sentence: Mon 23/11, 12:41; lun 23/11, 12:41."""
    written = date_format(at, "D j/n, H:i")
    return written.lower() if get_language() == "it" else written


def _allergies(patient: Patient) -> tuple[str, ...] | None:
    if patient.allergy_status == Patient.Allergies.NOT_ASKED:
        return None
    if patient.allergy_status == Patient.Allergies.NONE_KNOWN:
        return ()
    return tuple(name.strip() for name in patient.allergies.split(",") if name.strip())
