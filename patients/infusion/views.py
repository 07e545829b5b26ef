"""Pages of day 0: the go, two people's checks, the thaw clock, the infusion, its correction, incidents of identity."""

from django.http import Http404
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from patients.audit import clock
from patients.audit.refusals import Reason, Refused
from patients.audit.shown import Block, Chip, Link
from patients.centres.models import Role
from patients.clinical.days import day_number
from patients.identity import checks
from patients.identity.chain import IdentityIncident
from patients.infusion import actions, rules
from patients.infusion.forms import AfterwardsForm, CorrectForm, ReadyForm, RecordForm, ResolveForm, ThawForm
from patients.infusion.models import GoItem, Infusion, Thaw
from patients.infusion.words import BLASTS, ITEMS, POINTS, REFUSALS, THAW_STARTS
from patients.lymphodepletion.actions import standing_plan
from patients.lymphodepletion.rules import OK
from patients.lymphodepletion.views import window_words
from patients.lymphodepletion.words import PLACED
from patients.manufacturing.actions import standing_lot
from patients.pathway import chain
from patients.pathway.identity_page import IdentityForm, IdentityPage, incident_shown, local_time
from patients.pathway.models import Pathway
from patients.pathway.shown import role_name
from patients.pathway.views import PathwayFormView
from patients.pathway.words import refusal_words
from patients.products.signatures import fact_holds

PAGES = {actions.POINT: "identity", actions.THAW: "identity_thaw", actions.AFTERWARDS: "identity_afterwards"}


def said(refused: Refused) -> list[Block]:
    """Reasons as blocks of a page."""
    return [Block(refusal_words(reason, REFUSALS)) for reason in refused.reasons]


def page_of(name: str, pathway: Pathway) -> str:
    return reverse(f"infusion:{name}", args=[pathway.pk])


class InfusionPage(PathwayFormView):
    """A page of day 0."""

    facet, permission = "treatment", "infusion.record"
    words = REFUSALS

    def number(self, pathway: Pathway) -> int:
        """The infusion that is awaited; the first where none is, so that the page can say why."""
        return actions.awaited(pathway) or 1

    @property
    def may_override(self) -> bool:
        return self.opened.access.may("infusion.override")

    def stops(self, pathway: Pathway) -> list[Block]:
        """What stands before the infusion, whoever asks: course, stage, product, an open incident."""
        try:
            actions.must_be_possible_now(pathway)
        except Refused as refused:
            return said(refused)
        return []

    def context(self, pathway: Pathway) -> dict:
        number = self.number(pathway)
        return {
            "stops": self.stops(pathway),
            "number": number,
            "window": window_of_today(pathway, number),
            "second": second_shown(pathway) if number > 1 else None,
        }


def window_of_today(pathway: Pathway, number: int = 1) -> dict | None:
    """What the window from lymphodepletion, or from the first infusion, says of an infusion today."""
    if number > 1 and pathway.day_0 is None:
        return None
    result = actions.placed(pathway, number, clock.today(pathway.hub.timezone))
    if result is None:
        return None
    told = {"result": result, "source": f"4/{pathway.product_id}", "why": ""}
    if number == 1:
        regimen = standing_plan(pathway).regimen
        told |= {"source": regimen.source, "why": window_words(regimen, pathway.hub_id)}
    redo = actions.redo_of(pathway, number, clock.today(pathway.hub.timezone))
    if redo is not None:
        return told | {"words": str(REFUSALS[redo.code]), "tone": "danger"}
    words = _("Too late for the second infusion.") if number > 1 and result == "too_late" else PLACED[result]
    return told | {"words": words, "tone": "ok" if result == OK else "warn"}


def second_shown(pathway: Pathway) -> dict:
    """What the label says of a later infusion: its day, until when it may be put off, how the dose is shared."""
    repeats, product = actions.repeats(pathway), pathway.product
    return {
        "due": rules.due(repeats, 2, pathway.day_0),
        "tolerance": repeats.tolerance,
        "latest": repeats.latest,
        "splits": [
            str(BLASTS[split["blasts"]])
            % {"first": number_format(split["doses_10e6"][0]), "second": number_format(split["doses_10e6"][1])}
            for split in product.dose_splits or []
        ],
        "verified": fact_holds(product, "split", pathway.hub_id),
        "source": f"4/{product.pk}",
    }


# ── go or no-go ──────────────────────────────────────────────────────────────────────────────────────────────────


class Ready(InfusionPage):
    """Go or no-go, item by item."""

    form_class = ReadyForm
    title = gettext_lazy("Go or no-go")
    template_name = "infusion/ready.html"

    def form_kwargs(self, pathway: Pathway) -> dict:
        number = self.number(pathway)
        window = window_of_today(pathway, number)
        outside = window is not None and window["result"] != OK
        return {
            "pathway": pathway,
            "number": number,
            "may_override": self.may_override,
            "outside_window": outside,
            "crs": crs_words(pathway) if number > 1 else "",
        }

    def context(self, pathway: Pathway) -> dict:
        return super().context(pathway) | {"items": items_shown(pathway, self.number(pathway))}

    def write(self, pathway: Pathway, form: ReadyForm, by) -> None:
        actions.make_ready(pathway=pathway, answers=form.answers(), by=by, **form.decided())

    def success_url(self, pathway: Pathway) -> str:
        ready = actions.readiness(pathway, self.number(pathway))
        return page_of("record" if ready is not None and ready.go else "ready", pathway)


def crs_words(pathway: Pathway) -> str:
    """What the toxicity room has of CRS since the first infusion, with its day."""
    worst = actions.crs_since_first(pathway)
    if worst is None:
        return _("The toxicity sheet knows no grade of CRS: ask who watched the patient.")
    day = day_number(clock.local(worst.at, pathway.hub.timezone).date(), day_0=pathway.day_0)
    told = {"grade": worst.grade, "day": day, "at": local_time(worst.at, pathway)}
    if worst.confirmed:
        return _("Toxicity sheet, at worst: grade %(grade)s on day %(day)s (%(at)s), confirmed.") % told
    return _("Toxicity sheet, at worst: grade %(grade)s on day %(day)s (%(at)s), not confirmed.") % told


def items_shown(pathway: Pathway, number: int) -> list[dict]:
    """Each item of the go: whose it is, what was last said, by whom and when, and whether it stops the infusion."""
    answers, faults = actions.answers(pathway, number), actions.faults(pathway, number)
    names = {role.code: role_name(role) for role in Role.objects.filter(code__in={*rules.OWNERS.values()})}
    shown = []
    for item in rules.items(number):
        row = answers.get(item)
        code = faults.get(item)
        shown.append(
            {
                "words": ITEMS[item],
                "owner": names.get(rules.owner(item), ""),
                "said": item_words(row) if row else "",
                "by": row.by.get_full_name() if row else "",
                "at": local_time(row.at, pathway) if row else "",
                "chip": item_chip(row, code),
            }
        )
    return shown


def item_words(row: GoItem) -> str:
    """The number and the note of an answer; nothing for a plain yes or no."""
    parts = []
    if row.amount is not None:
        amount = number_format(row.amount.normalize())
        second = number_format(row.second.normalize()) if row.second is not None else ""
        parts.append(
            {
                "tocilizumab": ngettext("%(amount)s dose", "%(amount)s doses", int(row.amount)) % {"amount": amount},
                "baseline_ice": _("%(amount)s of 10") % {"amount": amount},
                "baseline_pressure": f"{amount}/{second} mmHg",
                "weight": f"{amount} kg",
                "crs_since_first": _("grade %(amount)s") % {"amount": amount},
            }[row.item]
        )
    if row.note:
        parts.append(row.note)
    return ", ".join(parts)


def item_chip(row: GoItem | None, code: str | None) -> Chip:
    """How an item stands, in one word."""
    if code is None:
        return Chip(_("Yes"), "check", "ok")
    if code == "answer_old":
        return Chip(_("Ask again"), "clock", "warn")
    if code == "not_answered" or (row is not None and row.holds is None and row.amount is None):
        return Chip(_("Not known"), "ask", "unknown")
    return Chip(_("No"), "x", "danger")


# ── two people ───────────────────────────────────────────────────────────────────────────────────────────────────


class LabelsForm(IdentityForm):
    """What a person reads, and from where: at the thaw there is no wristband."""

    def __init__(self, *args, point: str, **kwargs):
        super().__init__(*args, **kwargs)
        if point == actions.THAW:
            self.fields["patient"].help_text = _("Number or fiscal code, from the cassette or its papers.")
        elif point == actions.AFTERWARDS:
            self.fields["patient"].help_text = _(
                "Number or fiscal code, from the paper that was signed at the bedside."
            )
            for name in ("product", "collection"):
                self.fields[name].help_text = _("From the label kept with the papers.")


class Identity(IdentityPage):
    """The two people's checks: before the thaw, at the bedside, or from the papers afterwards."""

    form_class = LabelsForm
    facet = "treatment"
    template_name = "pathway/identity.html"
    words = REFUSALS
    point = actions.POINT

    @property
    def title(self):
        return POINTS[self.point]

    def subject(self, pathway: Pathway):
        lot = standing_lot(pathway)
        return None if lot is None else lot.pk

    def form_kwargs(self, pathway: Pathway) -> dict:
        return super().form_kwargs(pathway) | {"point": self.point}

    def context(self, pathway: Pathway) -> dict:
        page = super().context(pathway)
        try:
            actions.must_be_possible_at(pathway, self.point)
            stops = []
        except Refused as refused:
            stops = said(refused)
        next_page, next_words, permission = {
            actions.THAW: ("thaw", _("Start the thaw clock"), "infusion.record"),
            actions.POINT: ("record", _("Record the infusion"), "infusion.record"),
            actions.AFTERWARDS: ("afterwards", _("Record the infusion"), "infusion.override"),
        }[self.point]
        return page | {
            "stops": stops,
            "may_resolve": self.opened.access.may("identity.resolve"),
            "next_url": page_of(next_page, pathway) if self.opened.access.may(permission) else "",
            "next_words": next_words,
        }

    def write(self, pathway: Pathway, form: IdentityForm, by) -> None:
        actions.check_identity(
            pathway=pathway, typed=form.typed(), by=form.person, own_log_in=form.own_log_in, point=self.point
        )

    def success_url(self, pathway: Pathway) -> str:
        return page_of(PAGES[self.point], pathway)


# ── the thaw clock ───────────────────────────────────────────────────────────────────────────────────────────────


def thaw_shown(row: Thaw, pathway: Pathway) -> dict:
    """A bag's clock: how long it still runs, in minutes and as the hour at which it ends."""
    left = rules.minutes_left(row.clock, clock.now())
    ends = row.clock.runs_out_at
    if left is None:
        chip = Chip(_("How long it runs is not known"), "ask", "unknown")
    elif left < 0:
        chip = Chip(_("Run out %(minutes)s minutes ago") % {"minutes": -left}, "alert", "danger")
    else:
        words = ngettext("%(minutes)s minute left", "%(minutes)s minutes left", left) % {"minutes": left}
        chip = Chip(words, "clock", "ok" if left > 10 else "warn")
    return {
        "bag": row.bag,
        "by": row.by.get_full_name(),
        "at": local_time(row.at, pathway),
        "ends": f"{clock.local(ends, pathway.hub.timezone):%H:%M}" if ends else "",
        "ends_at": ends,
        "chip": chip,
        "verified": row.verified,
    }


def clock_words(pathway: Pathway) -> dict:
    """What starts the product's thaw clock, how long it runs, and whether that was read in the label."""
    product = pathway.product
    return {
        "starts": THAW_STARTS[product.thaw_starts or ""] if product else THAW_STARTS[""],
        "minutes": product.thaw_minutes if product else None,
        "verified": fact_holds(product, "thaw", pathway.hub_id),
        "end": end_words(product),
    }


def end_words(product) -> str:
    """What the reference says of the infusion's end."""
    if product is None or (product.thaw_to_end is None and product.infusion_minutes is None):
        return _("Whether the infusion must also end within it is not known: only its start is judged.")
    if product.thaw_to_end:
        return _("The whole infusion, interruptions included, ends within it.")
    return _("The infusion itself then ends within %(minutes)s minutes.") % {"minutes": product.infusion_minutes}


class StartThaw(InfusionPage):
    """Start the clock of a bag."""

    form_class = ThawForm
    title = gettext_lazy("Thaw")
    template_name = "infusion/thaw.html"

    def form_kwargs(self, pathway: Pathway) -> dict:
        return {"pathway": pathway}

    def initial(self, pathway: Pathway) -> dict:
        return {"bag": actions.thaws(pathway, self.number(pathway)).count() + 1}

    def context(self, pathway: Pathway) -> dict:
        page = super().context(pathway)
        rows = actions.thaws(pathway, self.number(pathway))
        return page | {
            "stops": page["stops"] or go_left(pathway, self.number(pathway)) + checks_left(pathway, actions.THAW),
            "clock": clock_words(pathway),
            "thaws": [thaw_shown(row, pathway) for row in rows],
        }

    def write(self, pathway: Pathway, form: ThawForm, by) -> None:
        actions.start_thaw(pathway=pathway, by=by, **form.cleaned_data)

    def success_url(self, pathway: Pathway) -> str:
        return page_of("record", pathway)


def go_left(pathway: Pathway, number: int) -> list[Block]:
    """The go, while it is still to be given."""
    ready = actions.readiness(pathway, number)
    if ready is not None and ready.go:
        return []
    act = Link(_("Go or no-go"), page_of("ready", pathway))
    words = _("No-go: %(reason)s") % {"reason": ready.reason} if ready else _("No go is recorded")
    return [Block(words, _("It holds for 24 hours."), "waiting", act)]


def checks_left(pathway: Pathway, point: str) -> list[Block]:
    """The two people's checks at a point, while they are still to be made."""
    if actions.complete_pair(pathway, point) is not None:
        return []
    lot = standing_lot(pathway)
    first = checks.waiting_first(pathway.pk, lot.pk, point)
    words = _("One of two people has checked") if first else _("Nobody has checked identity")
    act = Link(_("Check identity"), page_of(PAGES[point], pathway))
    return [Block(f"{POINTS[point]}: {words}", _("Two different people, before the start."), "waiting", act)]


# ── the infusion ─────────────────────────────────────────────────────────────────────────────────────────────────


class Record(InfusionPage):
    """Record the infusion that comes next; the first sets day 0."""

    form_class = RecordForm
    title = gettext_lazy("Infusion")
    template_name = "infusion/record.html"

    def form_kwargs(self, pathway: Pathway) -> dict:
        return {"pathway": pathway, "may_override": self.may_override}

    def context(self, pathway: Pathway) -> dict:
        page = super().context(pathway)
        number = actions.awaited(pathway)
        rows = [given_shown(row, pathway) for row in actions.infusions(pathway)]
        gone = [struck_shown(row, pathway) for row in pathway.infusions.exclude(struck_at=None)]
        page |= {
            "given": rows,
            "gone": gone,
            "awaited": number,
            "may_override": self.may_override,
            "clock": clock_words(pathway),
        }
        if number is None:
            return page | {"stops": []}
        return page | {
            "stops": page["stops"] or self.left(pathway, number),
            "thaws": [thaw_shown(row, pathway) for row in actions.thaws(pathway, number)],
        }

    def left(self, pathway: Pathway, number: int) -> list[Block]:
        """What is still to be done before it, in order: the go, the thaw and its checks, the checks at the bedside."""
        blocks = go_left(pathway, number)
        if not actions.thaws(pathway, number).exists():
            blocks += checks_left(pathway, actions.THAW)
            act = Link(_("Start the thaw clock"), page_of("thaw", pathway))
            return [*blocks, Block(_("No bag is thawed"), "", "waiting", act)]
        return blocks + checks_left(pathway, actions.POINT)

    def write(self, pathway: Pathway, form: RecordForm, by) -> None:
        actions.record(pathway=pathway, by=by, **form.cleaned_data)


class Afterwards(InfusionPage):
    """Record an infusion that was given while the app could not be used."""

    form_class = AfterwardsForm
    permission = "infusion.override"
    title = gettext_lazy("Infusion recorded afterwards")
    template_name = "infusion/afterwards.html"

    def form_kwargs(self, pathway: Pathway) -> dict:
        return {"pathway": pathway}

    def context(self, pathway: Pathway) -> dict:
        try:
            actions.must_be_possible_at(pathway, actions.AFTERWARDS)
            stops = checks_left(pathway, actions.AFTERWARDS)
        except Refused as refused:
            stops = said(refused)
        return super().context(pathway) | {"stops": stops}

    def write(self, pathway: Pathway, form: AfterwardsForm, by) -> None:
        actions.record_afterwards(pathway=pathway, by=by, **form.cleaned_data)


def given_shown(row: Infusion, pathway: Pathway) -> dict:
    """A recorded infusion in words."""
    unknown = _("Not known")
    yes_no = {True: _("Yes"), False: _("No"), None: unknown}
    facts = [
        (_("Start"), local_time(row.started_at, pathway)),
        (pgettext("of an infusion", "End"), local_time(row.ended_at, pathway) if row.ended_at else unknown),
        (_("Identity checked by"), f"{row.identity.first.by.get_full_name()}, {row.identity.by.get_full_name()}"),
        (_("Bags"), str(row.bags) if row.bags else unknown),
        (_("Viable CAR+ T cells"), f"{number_format(row.dose_10e6)} ×10⁶" if row.dose_10e6 else unknown),
        (_("The whole volume was given"), yes_no[row.whole_volume]),
        (_("Reaction"), row.reaction_note or yes_no[row.reaction]),
    ]
    if row.thaw_reason:
        facts.append((_("Outside of the thaw clock"), row.thaw_reason))
    if row.readiness is not None and row.readiness.overridden:
        passed = ", ".join(str(ITEMS[item]) for item in row.readiness.overridden)
        facts.append((_("Let pass by a physician"), f"{passed}: {row.readiness.reason}"))
    if row.paper_checked_by:
        facts.append((_("Compared on paper by"), row.paper_checked_by))
    return {
        "title": _("Infusion") if row.number == 1 else _("Second infusion"),
        "facts": facts,
        "afterwards": row.afterwards_reason,
        "correct_url": reverse("infusion:correct", args=[pathway.pk, row.number]),
    }


def struck_shown(row: Infusion, pathway: Pathway) -> dict:
    """An infusion that was entered in error, with the lot and the checks that it keeps."""
    checked = f"{row.identity.first.by.get_full_name()}, {row.identity.by.get_full_name()}"
    return {"at": local_time(row.started_at, pathway), "checked": checked, "why": row.struck_why, "by": row.struck_by}


class Correct(InfusionPage):
    """Correct when an infusion was."""

    form_class = CorrectForm
    title = gettext_lazy("Correct the infusion's time")
    template_name = "infusion/correct.html"

    def open(self, request, pathway_id, **address) -> Pathway:
        pathway = super().open(request, pathway_id)
        if not 1 <= self.kwargs["number"] <= len(actions.repeats(pathway).days):
            raise Http404
        return pathway

    def row(self, pathway: Pathway) -> Infusion | None:
        return actions.infusion(pathway, self.kwargs["number"])

    def form_kwargs(self, pathway: Pathway) -> dict:
        return {"pathway": pathway, "may_override": self.may_override}

    def initial(self, pathway: Pathway) -> dict:
        row = self.row(pathway)
        return {} if row is None else {"started_at": row.started_at, "ended_at": row.ended_at}

    def version(self, pathway: Pathway) -> int:
        row = self.row(pathway)
        return 0 if row is None else row.version

    def context(self, pathway: Pathway) -> dict:
        row = self.row(pathway)
        return {"given": given_shown(row, pathway) if row else None, "number": self.kwargs["number"]}

    def write(self, pathway: Pathway, form: CorrectForm, by) -> None:
        said, which = dict(form.cleaned_data), {"number": self.kwargs["number"], "version": self.version(pathway)}
        said.pop("struck", None)
        if form.strikes:
            actions.strike(pathway=pathway, why=said["why"], by=by, **which)
        else:
            actions.correct(pathway=pathway, by=by, **said, **which)


class Incident(PathwayFormView):
    """An identity incident: what did not match, and the two reasons that lift the stop."""

    form_class = ResolveForm
    facet, permission = "treatment", "identity.resolve"
    title = gettext_lazy("Identity incident")
    template_name = "infusion/incident.html"
    words = REFUSALS

    def context(self, pathway: Pathway) -> dict:
        past = IdentityIncident.objects.filter(pathway_id=pathway.pk, resolved_at__isnull=False)
        return {
            "incident": incident_shown(pathway),
            "past": [
                (local_time(row.at, pathway), local_time(row.resolved_at, pathway)) for row in past.order_by("-at")
            ],
        }

    def write(self, pathway: Pathway, form: ResolveForm, by) -> None:
        if chain.resolve_incident(pathway=pathway, reason=form.cleaned_data["reason"], by=by) is None:
            raise Refused(Reason("no_incident"))

    def success_url(self, pathway: Pathway) -> str:
        return reverse("infusion:incident", args=[pathway.pk])
