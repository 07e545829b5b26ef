"""What the reader may do now on a pathway: the pages of their open steps, and what can be recorded at any time."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from patients.audit.shown import Link
from patients.pathway import addresses
from patients.pathway.models import Pathway
from patients.pathway.shown import Standing, is_mine, step_words
from patients.pathway.stages import Stage


@dataclass(frozen=True)
class Doing:
    """Something that may be recorded beside the steps: its page, its words, who may, and when it makes sense."""

    url_name: str
    label: str
    icon: str
    permission: str
    when: Callable[[Standing], bool]


def _running(here: Standing) -> bool:
    return here.pathway.status == Pathway.Status.OPEN


def _not_closed(here: Standing) -> bool:
    return here.pathway.status in (Pathway.Status.OPEN, Pathway.Status.ON_HOLD)


def _sent(here: Standing) -> bool:
    return _not_closed(here) and here.access.until is None


def _before_infusion(here: Standing) -> bool:
    return _running(here) and here.happened("decided") and not here.happened("infusion")


def _decided(here: Standing) -> bool:
    return here.happened("decided") and not here.pathway.imported and here.access.reads("treatment")


def _to_be_collected(here: Standing) -> bool:
    return _running(here) and here.happened("decided") and not here.happened("apheresis")


def _collected(here: Standing) -> bool:
    return _running(here) and here.happened("apheresis") and not here.happened("infusion")


def _under_way(here: Standing) -> bool:
    return _running(here) and here.happened("shipped") and not here.happened("received")


def _watching(here: Standing) -> bool:
    return _running(here) and any(entry.stage == Stage.TOXICITY and entry.ended_on is None for entry in here.entries)


def _infused(here: Standing) -> bool:
    return _running(here) and here.happened("infusion")


def _recorded_here(what: str, facet: str) -> Callable[[Standing], bool]:
    """What its own page recorded, and may correct; of what happened before CARPath it has no row."""

    def when(here: Standing) -> bool:
        row = here.milestones.get(what)
        recorded = row is not None and row.happened and (what == "shipped" or not row.before_carpath)
        return recorded and _running(here) and here.access.reads(facet)

    return when


def _held(here: Standing) -> bool:
    return here.pathway.status == Pathway.Status.ON_HOLD


def _alive(here: Standing) -> bool:
    return here.now_pathway.patient.died_on is None and not here.pathway.imported


def _dead(here: Standing) -> bool:
    return here.now_pathway.patient.died_on is not None and here.access.reads("survival")


def _referred_and_infused(here: Standing) -> bool:
    return _infused(here) and here.pathway.referring_centre_id is not None


def _may_be_handed_over(here: Standing) -> bool:
    return _referred_and_infused(here) and here.actual("toxicity_closed") is not None


def _before_the_bag(here: Standing) -> bool:
    """An infusion is awaited: the first, or a later one that is planned."""
    if here.happened("infusion"):
        return _running(here) and here.planned("infusion_2") is not None and here.actual("infusion_2") is None
    return _running(here) and (here.happened("lymphodepletion_ended") or here.happened("lymphodepletion_omitted"))


def _to_be_decided(here: Standing) -> bool:
    return _running(here) and here.actual("taken_on") is not None and here.actual("ordered") is None


BESIDE_STEPS: tuple[Doing, ...] = (
    Doing("eligibility:items", _("What is known for eligibility"), "clip", "eligibility.record", _to_be_decided),
    Doing("ordering:registry", _("AIFA registry"), "file", "registry.write", _decided),
    Doing("apheresis:prepare", _("Before the apheresis"), "drop", "apheresis.record", _to_be_collected),
    Doing("apheresis:record", _("Complete the collection"), "drop", "apheresis.record", _collected),
    Doing("manufacturing:follow", _("Follow the product"), "truck", "manufacturing.record", _under_way),
    Doing("bridging:record", _("Bridging therapy"), "bridge", "bridging.record", _before_infusion),
    Doing(
        "bridging:tell",
        _("Tell the hub: infection, progression, new drug"),
        "send",
        "bridging.record",
        _before_infusion,
    ),
    Doing("infusion:ready", _("Go or no-go"), "check", "infusion.record", _before_the_bag),
    Doing("infusion:identity_thaw", _("Identity check before the thaw"), "scan", "identity.check", _before_the_bag),
    Doing("infusion:identity", _("Identity check at the bedside"), "scan", "identity.check", _before_the_bag),
    Doing(
        "infusion:identity_afterwards",
        _("Infusion given while the app was down"),
        "file",
        "infusion.override",
        _before_the_bag,
    ),
    Doing("toxicity:assess", _("Bedside assessment"), "thermo", "toxicity.record", _watching),
    Doing("toxicity:treat", _("Tocilizumab or steroid given"), "pill", "toxicity.record", _watching),
    Doing("followup:restage", _("Restaging PET"), "cal", "followup.record", _infused),
    Doing("followup:hand_over", _("Hand follow-up over"), "swap", "followup.record", _may_be_handed_over),
)
COURSE: tuple[Doing, ...] = (
    Doing("pathway:hold", _("Put on hold"), "pause", "pathway.hold", _running),
    Doing("pathway:resume", _("Take up again"), "right", "pathway.hold", _held),
    Doing("pathway:share", _("Share the daily grid"), "users", "link.share", _referred_and_infused),
    Doing("pathway:correct", _("Correct days"), "cal", "pathway.hold", _sent),
    Doing(
        "manufacturing:correct",
        _("Correct the product"),
        "edit",
        "manufacturing.record",
        _recorded_here("shipped", "manufacturing"),
    ),
    Doing(
        "lymphodepletion:record",
        _("Correct lymphodepletion"),
        "edit",
        "lymphodepletion.record",
        _recorded_here("lymphodepletion_ended", "treatment"),
    ),
    Doing(
        "infusion:record",
        _("Correct the infusion"),
        "edit",
        "infusion.record",
        _recorded_here("infusion", "treatment"),
    ),
    Doing("pathway:transfer", _("Transfer to another hub"), "right", "pathway.transfer", _sent),
    Doing("pathway:close", _("Close the pathway"), "lock", "pathway.close", _not_closed),
    Doing("pathway:death", _("Record a death"), "x", "death.record", _alive),
    Doing("pathway:death_undo", _("Death entered in error"), "x", "death.record", _dead),
)


def primary(standing: Standing) -> Link | None:
    """The one blue button: the act of the ball when it is the reader's, else of their own first step."""
    mine = [step for step in standing.open_steps if is_mine(step, standing.user)]
    for step in mine:
        url = addresses.of_step(step.code, step.pathway_id, standing.access.permissions)
        if url:
            return Link(step_words(step), url, primary=True)
    return None


def open_now(standing: Standing) -> list[Link]:
    """The other acts that the reader may do now, each page once."""
    first = primary(standing)
    links = [
        Link(step_words(step), addresses.of_step(step.code, step.pathway_id, standing.access.permissions), "right")
        for step in standing.open_steps
    ]
    links += _allowed(standing, BESIDE_STEPS)
    seen = {first.url} if first else set()
    shown = []
    for link in links:
        if link.url and link.url not in seen:
            seen.add(link.url)
            shown.append(link)
    return shown


def course(standing: Standing) -> list[Link]:
    """What ends, halts or resumes the course."""
    return _allowed(standing, COURSE)


def _allowed(standing: Standing, doings: tuple[Doing, ...]) -> list[Link]:
    links = [
        Link(str(doing.label), addresses.page(doing.url_name, standing.now_pathway.pk), doing.icon)
        for doing in doings
        if standing.access.may(doing.permission) and doing.when(standing)
    ]
    return [link for link in links if link.url]
