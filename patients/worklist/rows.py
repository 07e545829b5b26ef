"""What the lists read: open steps in the columns of Today, and pathways page by page; each in one statement."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib.postgres.aggregates import ArrayAgg
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
    Window,
)
from django.db.models.functions import JSONObject, RowNumber

from patients.audit import clock
from patients.centres.models import Centre, Role, User
from patients.identity import access
from patients.identity.models import Patient
from patients.identity.names import sort_name
from patients.pathway.models import Milestone, Pathway, StageEntry, Step
from patients.pathway.stages import MAIN_LINE, Stage
from patients.surveillance.models import Watch

ROWS_PER_COLUMN = 8
ROWS_PER_PAGE = 30
SOON = timedelta(hours=48)
AWAITED_WITHIN = timedelta(days=7)  # what others owe later than this waits under "later"

LATE, TODAY, WAITING, NEW, LATER = "late", "today", "waiting", "new", "later"
COLUMNS = (LATE, TODAY, WAITING, NEW)

PLANNED_INFUSION = Subquery(
    Milestone.objects.filter(pathway=OuterRef("pk"), what="infusion", superseded=False).values("planned_on")[:1]
)


def stays(pathway: str) -> ArraySubquery:
    """The standing stays of a pathway, as much of each as says where the patient is."""
    standing = StageEntry.objects.filter(pathway=OuterRef(pathway), superseded=False)
    stay = JSONObject(stage="stage", started_on="started_on", ended_on="ended_on")
    return ArraySubquery(standing.values(stay=stay))


def mine(user: User, prefix: str = "") -> Q:
    """The steps that wait for a user: for them by name, or for a role that they hold at its centre."""
    found = Q(**{f"{prefix}owner": user})
    for held in access.memberships(user):
        found |= Q(
            **{
                f"{prefix}owner__isnull": True,
                f"{prefix}centre": held.centre_id,
                f"{prefix}owner_role": held.role_id,
            }
        )
    return found


def end_of_day(centre: Centre) -> datetime:
    """Midnight that ends the present day at a centre."""
    tomorrow = clock.today(centre.timezone) + timedelta(days=1)
    return datetime.combine(tomorrow, time(), tzinfo=ZoneInfo(centre.timezone))


# ── Today: open steps in four columns ────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Today:
    """The four columns with their rows and full counts, and what falls due in the next 48 hours."""

    rows: dict[str, list[Step]]
    counts: dict[str, int]
    all: int
    mine: int
    soon: int
    soon_mine: int
    to_decide: int
    products: list[str]


def open_steps(user: User, centre: Centre, facet: str = "status") -> QuerySet[Step]:
    """The open steps of the patients in the care of a centre of the user."""
    seen = (
        Pathway.objects.visible_to(user, facet, in_care=True).live().filter(Q(hub=centre) | Q(referring_centre=centre))
    )
    return Step.objects.filter(pathway__in=seen, done_at__isnull=True, dropped_at__isnull=True)


def single_steps(user: User, centre: Centre, role: Role) -> QuerySet[Step]:
    """The open steps of a role that sees single steps only: its own, of the patients whom it may see."""
    seen = Pathway.objects.visible_to(user, in_care=True).live().filter(hub=centre)
    return Step.objects.filter(
        pathway__in=seen, done_at__isnull=True, dropped_at__isnull=True, centre=centre, owner_role=role
    )


def today(user: User, centre: Centre, steps: QuerySet[Step], *, only_mine: bool = False, product: str = "") -> Today:
    """Sort open steps into what is late, happens today, waits for others, or is new; two statements, however many."""
    now = clock.now()
    steps = steps.annotate(column=_column(user, centre, now))
    shown = steps.filter(mine(user)) if only_mine else steps
    shown = shown.filter(pathway__product=product) if product else shown
    counted = steps.aggregate(
        all=Count("pk"),
        mine=Count("pk", filter=mine(user)),
        soon=Count("pk", filter=Q(due_at__gte=now, due_at__lt=now + SOON)),
        soon_mine=Count("pk", filter=Q(due_at__gte=now, due_at__lt=now + SOON) & mine(user)),
        to_decide=Count("pk", filter=Q(code="decide_eligibility", centre=centre)),
        products=ArrayAgg("pathway__product", distinct=True, filter=Q(pathway__product__isnull=False), default=[]),
        **{
            f"n_{column}": Count(
                "pk",
                filter=Q(column=column)
                & (mine(user) if only_mine else Q())
                & (Q(pathway__product=product) if product else Q()),
            )
            for column in COLUMNS
        },
    )
    rows: dict[str, list[Step]] = {column: [] for column in COLUMNS}
    for step in _first_of_each(shown):
        rows[step.column].append(step)
    counts = {column: counted.pop(f"n_{column}") for column in COLUMNS}
    return Today(rows=rows, counts=counts, **counted)


def _column(user: User, centre: Centre, now: datetime) -> Case:
    return Case(
        When(due_at__lt=now, then=Value(LATE)),
        When(code="answer_referral", centre=centre, then=Value(NEW)),
        When(Q(due_at__lt=end_of_day(centre), centre=centre), then=Value(TODAY)),
        When(~mine(user) & Q(due_at__lt=now + AWAITED_WITHIN), then=Value(WAITING)),
        default=Value(LATER),
        output_field=CharField(),
    )


def _first_of_each(steps: QuerySet[Step]) -> Iterable[Step]:
    """The first rows of each column: the late ones by the harm they do, today's by hour, the waiting by how long."""
    return (
        steps.exclude(column=LATER)
        .annotate(
            place=Window(
                RowNumber(),
                partition_by=[F("column")],
                order_by=[
                    Case(When(column=LATE, has_ball=True, then=Value(0)), default=Value(1)),
                    Case(When(column=LATE, then=F("blocks_on"))).asc(nulls_last=True),
                    Case(When(column=WAITING, then=F("opened_at")), default=F("due_at")),
                    F("pk"),
                ],
            )
        )
        .filter(place__lte=ROWS_PER_COLUMN)
        .select_related("centre", "owner", "owner_role", "pathway__patient", "pathway__hub")
        .annotate(
            stays=stays("pathway"),
            planned_infusion=Subquery(
                Milestone.objects.filter(pathway=OuterRef("pathway"), what="infusion", superseded=False).values(
                    "planned_on"
                )[:1]
            ),
        )
        .order_by("column", "place")
    )


# ── pathways, page by page ───────────────────────────────────────────────────────────────────────────────────────

UNDER_WAY, CLOSED, PAST, IMPORTED = "open", "closed", "past", "imported"
TABS = (UNDER_WAY, CLOSED, PAST, IMPORTED)


@dataclass(frozen=True)
class Wanted:
    """What a list of patients was asked for; `text` comes by POST only and stands in no address."""

    tab: str = UNDER_WAY
    text: str = ""
    stage: str = ""
    product: str = ""
    mine: bool = False
    late: bool = False
    after: UUID | None = None


@dataclass(frozen=True)
class Page:
    """One page of pathways; `after` is the cursor of the next, None at the end."""

    rows: list[Pathway]
    after: UUID | None
    counts: dict[str, int]
    found: int
    products: list[str]


def at_stage(stage: Stage) -> Q:
    """Where the patient is, as a condition: the furthest door passed; follow-up counts once toxicity has closed."""

    def stayed(stage: Stage, **conditions) -> Exists:
        return Exists(StageEntry.objects.filter(pathway=OuterRef("pk"), stage=stage, superseded=False, **conditions))

    toxicity_open = stayed(Stage.TOXICITY, ended_on__isnull=True)
    if stage == Stage.BRIDGING:
        return Q(stayed(stage, ended_on__isnull=True))
    if stage == Stage.FOLLOWUP:
        return Q(stayed(stage)) & ~Q(toxicity_open)
    later = [one for one in MAIN_LINE[MAIN_LINE.index(stage) + 1 :] if one != Stage.FOLLOWUP]
    further = Q(stayed(Stage.FOLLOWUP)) & ~Q(toxicity_open)
    for one in later:
        further |= Q(stayed(one))
    return Q(stayed(stage)) & ~further


def page(user: User, wanted: Wanted) -> Page:
    """One page of the pathways that a user may see, in the order of names; each count and each page one statement."""
    seen = Pathway.objects.visible_to(user)
    found = _filtered(user, seen, wanted)
    counted = seen.aggregate(
        **{f"n_{name}": Count("pk", filter=condition) for name, condition in tabs(user).items()},
        n_found=Count("pk", filter=Q(pk__in=found.values("pk"))),
        products=ArrayAgg("product", distinct=True, filter=Q(product__isnull=False, imported=False), default=[]),
    )
    rows = list(
        _with_what_rows_show(_after(found, wanted.after)).order_by("patient__sort_key", "pk")[: ROWS_PER_PAGE + 1]
    )
    more = len(rows) > ROWS_PER_PAGE
    rows = rows[:ROWS_PER_PAGE]
    counts = {name: counted[f"n_{name}"] for name in TABS}
    return Page(rows, rows[-1].pk if more else None, counts, counted["n_found"], counted["products"])


def of_centre(user: User, centre: Centre) -> Page:
    """The pathways under way that a centre referred, those first whose ball is late or due soonest."""
    seen = Pathway.objects.visible_to(user, "status", in_care=True).filter(
        tabs(user)[UNDER_WAY], referring_centre=centre
    )
    due = Subquery(Step.objects.filter(pathway=OuterRef("pk"), has_ball=True).values("due_at")[:1])
    ahead = Milestone.objects.filter(
        pathway=OuterRef("pk"), superseded=False, actual_on=None, planned_on__gte=clock.today(centre.timezone)
    ).order_by("planned_on")
    ordered = (
        _with_what_rows_show(seen)
        .annotate(
            due=due, next_what=Subquery(ahead.values("what")[:1]), next_on=Subquery(ahead.values("planned_on")[:1])
        )
        .order_by(F("due").asc(nulls_last=True), "pk")
    )
    rows = list(ordered[: ROWS_PER_PAGE + 1])
    return Page(rows[:ROWS_PER_PAGE], rows[-1].pk if len(rows) > ROWS_PER_PAGE else None, {}, len(rows), [])


def _with_what_rows_show(found: QuerySet[Pathway]) -> QuerySet[Pathway]:
    return (
        found.select_related("patient", "hub", "referring_centre")
        .prefetch_related(
            Prefetch(
                "steps",
                Step.objects.filter(has_ball=True).select_related("centre", "owner", "owner_role"),
                to_attr="balls",
            ),
        )
        .annotate(planned_infusion=PLANNED_INFUSION, stays=stays("pk"))
    )


def tabs(user: User) -> dict[str, Q]:
    """The tabs of the list as conditions. Where care has ended nothing of the present is told, not even an end."""
    in_care = Q(patient__in=access.visible_patients(user, in_care=True))
    return {
        UNDER_WAY: Q(imported=False) & in_care & ~Q(status=Pathway.Status.CLOSED),
        CLOSED: Q(imported=False, status=Pathway.Status.CLOSED) & in_care,
        PAST: Q(imported=False) & ~in_care,
        IMPORTED: Q(imported=True),
    }


def _filtered(user: User, seen: QuerySet[Pathway], wanted: Wanted) -> QuerySet[Pathway]:
    if wanted.text:
        seen = seen.filter(patient__in=_named(wanted.text), imported=wanted.tab == IMPORTED)
    else:
        seen = seen.filter(tabs(user)[wanted.tab])
    if wanted.stage or wanted.product or wanted.late:  # what these ask is told only to those who read the status now
        seen = seen.filter(patient__in=access.visible_patients(user, "status", in_care=True))
    if wanted.stage:
        seen = seen.filter(at_stage(Stage(wanted.stage)))
    if wanted.product:
        seen = seen.filter(product=wanted.product)
    waiting = Step.objects.filter(pathway=OuterRef("pk"), done_at__isnull=True, dropped_at__isnull=True)
    if wanted.mine:
        seen = seen.filter(Exists(waiting.filter(mine(user))))
    if wanted.late:
        seen = seen.filter(Exists(waiting.filter(due_at__lt=clock.now())))
    return seen


def _named(text: str) -> QuerySet[Patient]:
    """Patients whose name holds every word (without accents, apostrophes and case), or whose number is meant."""
    keys = [key for key in map(sort_name, text.split()) if key]
    if not keys:
        return Patient.objects.none()
    words = Q()
    for key in keys:
        words &= Q(sort_key__contains=key)
    return Patient.objects.filter(words | Q(number__iexact=text.strip()) | Q(fiscal_code__iexact=text.strip()))


def watched(user: User, text: str) -> list[Watch]:
    """The watches of the user's own centre whose patient is meant by what was searched for."""
    found = Watch.objects.visible_to(user).under_way().filter(patient__in=_named(text))
    return list(found.select_related("patient", "centre").order_by("patient__sort_key", "pk")[:ROWS_PER_COLUMN])


def _after(found: QuerySet[Pathway], cursor: UUID | None) -> QuerySet[Pathway]:
    if cursor is None:
        return found
    name = Subquery(Pathway.objects.filter(pk=cursor).values("patient__sort_key")[:1])
    return found.filter(Q(patient__sort_key__gt=name) | Q(patient__sort_key=name, pk__gt=cursor))
