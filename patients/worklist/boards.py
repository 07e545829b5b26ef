"""The board: a column per stage, a card per pathway under way, so that a whole centre is seen at one look."""

from dataclasses import dataclass
from datetime import date, datetime
from statistics import median
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Subquery
from django.utils.translation import gettext as _

from patients.audit import clock
from patients.centres.models import Centre, User
from patients.clinical import days
from patients.disease.words import SHORT
from patients.identity import access
from patients.identity.names import sort_name
from patients.pathway import addresses
from patients.pathway.models import Pathway, Step
from patients.pathway.shown import is_mine, late_words, short_day, step_due, step_owner, step_words
from patients.pathway.stages import ORDER, Stage
from patients.pathway.words import STAGES
from patients.toxicity import reading, rules
from patients.toxicity.ward import GradeNow, grades_now
from patients.toxicity.words import SCALES
from patients.worklist import rows
from patients.worklist.shown import place, signed_day

CARDS_PER_COLUMN = 12
# Steps that wait for papers or answers of the referral centre: the card has an edge and an hourglass.
WAITS_FOR_PAPERS = frozenset({"answer_hub_questions"})


@dataclass(frozen=True)
class Sieve:
    """What to leave on the board: the pathways of one centre (hub or referring), those that wait for me."""

    centre: UUID | None = None
    mine: bool = False


@dataclass(frozen=True)
class Place:
    """A pathway as the board counts it, before its card is drawn."""

    pk: UUID
    centres: dict[UUID, str]  # hub and referring centre, with their names
    columns: dict[Stage, int | None]  # the stages it stands in, each with its days there; None = start not known
    due_at: datetime | None
    papers: bool
    mine: bool
    reads_toxicity: bool

    def order(self) -> tuple:
        return (self.due_at is None, self.due_at or datetime.min, str(self.pk))


@dataclass(frozen=True)
class Card:
    """One pathway in one column."""

    name: str
    url: str
    what: str  # product, else disease
    time: str  # therapy day with its sign, else days in the stage
    step: str
    who: str
    chip: str
    tone: str  # "" | late | waiting | held
    grades: list[GradeNow]


@dataclass(frozen=True)
class Column:
    """A stage with its cards, the count of all that stand in it, and how long they have."""

    stage: Stage
    cards: list[Card]
    count: int
    more: int
    hint: str

    @property
    def number(self) -> int:
        return self.stage.number

    @property
    def title(self) -> str:
        return str(STAGES[self.stage])


@dataclass(frozen=True)
class Board:
    """The columns, the counts above them, and the centres that one may look at alone."""

    columns: list[Column]
    open: int
    late: int
    papers: int
    centres: list[tuple[UUID, str]]
    patient_ids: set[UUID]


def board(user: User, sieve: Sieve, own_centre: Centre | None) -> Board:
    """The pathways under way whose status a user reads; a constant number of statements, however many they are."""
    now = clock.now()
    places = _places(user)
    centres = {pk: name for one in places for pk, name in one.centres.items()}
    kept = [
        one for one in places if (sieve.centre in one.centres or sieve.centre is None) and (one.mine or not sieve.mine)
    ]
    columns = {stage: sorted((one for one in kept if stage in one.columns), key=Place.order) for stage in ORDER}
    drawn = _Cards(user, own_centre, [one for column in columns.values() for one in column[:CARDS_PER_COLUMN]], now)
    return Board(
        columns=[
            Column(
                stage,
                [drawn.card(one, stage) for one in column[:CARDS_PER_COLUMN]],
                len(column),
                max(0, len(column) - CARDS_PER_COLUMN),
                how_long(stage, [one.columns[stage] for one in column]),
            )
            for stage, column in columns.items()
        ],
        open=len(kept),
        late=sum(one.due_at is not None and one.due_at < now for one in kept),
        papers=sum(one.papers for one in kept),
        centres=sorted(centres.items(), key=lambda one: sort_name(one[1])),
        patient_ids={pathway.patient_id for pathway in drawn.pathways.values()},
    )


def how_long(stage: Stage, lasted: list[int | None]) -> str:
    """Under a column's name: the median of the days in the stage of those who stand in it."""
    if stage == Stage.BRIDGING:
        return _("beside")
    if stage == Stage.FOLLOWUP:
        return _("up to 15 years")
    known = [one for one in lasted if one is not None]
    return _("median %(days)s d") % {"days": round(median(known))} if known else ""


# ── who stands where: one light row per pathway ──────────────────────────────────────────────────────────────────


CENTRES = ("hub", "hub__name", "referring_centre", "referring_centre__name")


def _places(user: User) -> list[Place]:
    ball = Step.objects.filter(pathway=OuterRef("pk"), has_ball=True)
    waiting = Step.objects.filter(pathway=OuterRef("pk"), done_at__isnull=True, dropped_at__isnull=True)
    found = (
        Pathway.objects.visible_to(user, "status", in_care=True)
        .live()
        .exclude(status=Pathway.Status.CLOSED)
        .annotate(
            stays=rows.stays("pk"),
            due=Subquery(ball.values("due_at")[:1]),
            step=Subquery(ball.values("code")[:1]),
            waits_for_me=Exists(waiting.filter(rows.mine(user))),
            reads_toxicity=Exists(access.links(user, "toxicity", in_care=True).filter(patient=OuterRef("patient"))),
            zone=F("hub__timezone"),
        )
        .values("stays", "due", "step", "waits_for_me", "reads_toxicity", *CENTRES, "pk", "zone")
    )
    return [
        Place(
            pk=row["pk"],
            centres={row[pk]: row[name] for pk, name in zip(CENTRES[::2], CENTRES[1::2], strict=True) if row[pk]},
            columns=columns_of(row["stays"], clock.today(row["zone"])),
            due_at=row["due"],
            papers=row["step"] in WAITS_FOR_PAPERS,
            mine=row["waits_for_me"],
            reads_toxicity=row["reads_toxicity"],
        )
        for row in found
    ]


def columns_of(stays: list[dict], today: date) -> dict[Stage, int | None]:
    """The columns that a pathway stands in, with its days there: where the patient is, and bridging while it runs."""
    here = place(stays)
    columns = {here: _days_in(here, stays, today)} if here else {}
    if any(stay["stage"] == Stage.BRIDGING and not stay["ended_on"] for stay in stays):
        columns[Stage.BRIDGING] = _days_in(Stage.BRIDGING, stays, today)
    return columns


def _days_in(stage: Stage, stays: list[dict], today: date) -> int | None:
    """For how many days the last stay in a stage has gone on, or since it ended where the next has not begun."""
    started = [stay["started_on"] for stay in stays if stay["stage"] == stage]
    if not started or None in started:
        return None
    return days.days_between(date.fromisoformat(max(started)), today)


# ── cards ────────────────────────────────────────────────────────────────────────────────────────────────────────


class _Cards:
    """What the cards show of the pathways on the board, read together."""

    def __init__(self, user: User, own_centre: Centre | None, places: list[Place], now: datetime):
        self.user, self.own_centre, self.now = user, own_centre, now
        found = (
            Pathway.objects.filter(pk__in={one.pk for one in places})
            .select_related("patient", "hub")
            .annotate(planned_infusion=rows.PLANNED_INFUSION)
        )
        self.pathways = {one.pk: one for one in found}
        steps = Step.objects.filter(pathway__in=self.pathways, has_ball=True)
        self.balls = {step.pathway_id: step for step in steps.select_related("centre", "owner", "owner_role")}
        watched = {one.pk for one in places if one.reads_toxicity and Stage.TOXICITY in one.columns}
        self.grades = grades_now(watched, now) if watched else {}
        self.protocols = reading.protocols({self.pathways[pk].hub_id for pk in watched}) if watched else {}

    def card(self, one: Place, stage: Stage) -> Card:
        pathway = self.pathways[one.pk]
        ball = self.balls.get(one.pk)
        chip, tone = self._chip(pathway, ball, one)
        return Card(
            name=pathway.patient.display_name,
            url=addresses.page("timeline:pathway", pathway.pk),
            what=pathway.product_id or (str(SHORT[pathway.disease]) if pathway.disease else ""),
            time=self._time(pathway, one, stage),
            step=step_words(ball) if ball else "",
            who=self._who(ball) if ball else "",
            chip=chip,
            tone=tone,
            grades=self._grades(pathway) if one.reads_toxicity and stage == Stage.TOXICITY else [],
        )

    def _time(self, pathway: Pathway, one: Place, stage: Stage) -> str:
        if pathway.day_0 and stage != Stage.BRIDGING:
            today = clock.today(pathway.hub.timezone)
            return _("d %(day)s") % {"day": signed_day(days.day_number(today, day_0=pathway.day_0))}
        lasted = one.columns[stage]
        return _("%(days)s d") % {"days": lasted} if lasted is not None else ""

    def _who(self, ball: Step) -> str:
        if is_mine(ball, self.user):
            return _("You")
        if self.own_centre is None or ball.centre_id != self.own_centre.pk:
            return ball.centre.name
        return step_owner(ball)

    def _chip(self, pathway: Pathway, ball: Step | None, one: Place) -> tuple[str, str]:
        zone = pathway.hub.timezone
        if pathway.status == Pathway.Status.ON_HOLD:
            since = short_day(pathway.held_since, clock.today(zone))
            return _("on hold since %(day)s") % {"day": since}, "held"
        if ball is None:
            return "", ""
        if late := late_words(ball.due_at, zone):
            return late, "late"
        return step_due(ball, zone), "waiting" if one.papers else ""

    def _grades(self, pathway: Pathway) -> list[GradeNow]:
        standing = self.grades.get(pathway.pk, {})
        last = max((one.at for one in standing.values() if one.at), default=None)
        check = rules.next_check(
            last_set_at=last,
            last_ice_at=None,
            graded_now=any((one.now or 0) > 0 for one in standing.values()),
            now=self.now,
            protocol=self.protocols[pathway.hub_id],
        )
        empty = rules.Standing()
        return [
            GradeNow(words, grade.now, grade.worst_24h, check.overdue)
            for words, grade in ((SCALES[scale], standing.get(scale, empty)) for scale in rules.SCALES)
        ]
