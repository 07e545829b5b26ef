"""For each drug in hand the earliest day of apheresis and why (reference 4). It reports and never blocks."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from patients.audit.fields import partial_words
from patients.audit.shown import Chip, source_words
from patients.clinical import reference_data, washout
from patients.clinical.days import PartialDate, add_months
from patients.clinical.result import KNOWN
from patients.clinical.washout import Washout
from patients.disease import course, picklists
from patients.disease.models import TherapyLine
from patients.disease.words import drug_words
from patients.pathway.models import Pathway
from patients.products.washouts import lengths
from patients.referral.dossier import Dossier
from patients.referral.models import Medicine
from patients.referral.words import WASHOUTS

# What has no length: by half-life, says the reference; it says nothing; or nobody knows what it is.
BY_HALF_LIFE, NO_LENGTH, NOT_RECOGNISED = "by_half_life", "no_length", "not_recognised"
# What is known of the end of what has no last dose recorded.
STILL_GIVEN, PERHAPS_GIVEN, NOT_RECORDED, NEXT_LINE = "still_given", "perhaps_given", "not_recorded", "next_line"

KINDS = {
    BY_HALF_LIFE: gettext_lazy("wash-out by half-life: the reference gives no length"),
    NO_LENGTH: gettext_lazy("wash-out not known: the reference gives none"),
    NOT_RECOGNISED: gettext_lazy("wash-out not known: not recognised"),
}
ENDS = {
    STILL_GIVEN: gettext_lazy("still being given: no earliest day"),
    PERHAPS_GIVEN: gettext_lazy("still being given, or its last dose is not recorded: no earliest day"),
    NOT_RECORDED: gettext_lazy("its last dose is not recorded: no earliest day"),
}
TRANSPLANTS = {"allogeneic": "allogeneic_transplant", "autologous": "high_dose_chemotherapy"}
YEARS_BACK_MONTHS = 120  # how far back a last dose may lie of which only the latest day is known


@dataclass(frozen=True)
class InHand:
    """Something given that wants time before apheresis: its name, its wash-out, its last dose as far as known.

    `washout` None: no length is known, and `why`. `end`: what is known where no last dose is recorded.
    """

    name: str
    washout: Washout | None
    last_dose: PartialDate | None
    why: str = ""
    end: str = ""


@dataclass(frozen=True)
class Shown:
    """A wash-out in words: what and why, last dose, the earliest day, and whether a planned day is too early."""

    name: str
    code: str
    kind: str
    last: str
    earliest: str
    short: Chip
    source: str


def in_hand(
    medicines: Iterable[Medicine],
    lines: Iterable[TherapyLine],
    today: date,
    known: Mapping[str, Washout] | None = None,
) -> list[InHand]:
    """The medicines with a wash-out, and of the lines what still asks for time: of each wash-out the last dose.

    What has no length is told too, until the longest one is over. `known`: the wash-outs that count; without them the
    reference's.
    """
    known = known if known is not None else reference_data.washouts()
    longest = max(known.values(), key=lambda one: one.earliest_apheresis(today))
    of_medicines = [one for row in medicines for one in _of_medicine(row, known, today)]
    of_lines = [one for one in _of_lines(list(lines), known) if _asks(one, one.washout or longest, today)]
    unknown = [one for one in of_medicines if one.washout is None and _asks(one, longest, today)]
    found = [one for one in of_medicines if one.washout] + [one for one in of_lines if one.washout]
    return found + [one for one in of_lines if one.washout is None] + _together(unknown)


def _asks(one: InHand, length: Washout, today: date) -> bool:
    """Whether it may still ask for time today; of what is perhaps still given, unless no time is asked for at all."""
    if one.last_dose is None:
        return length.earliest_apheresis(today) > today
    return length.earliest_apheresis(one.last_dose.latest) >= today


def _together(unknown: Sequence[InHand]) -> list[InHand]:
    """The medicines without a length, in one row for each reason: patients take many that ask for nothing."""
    by_why: dict[str, list[str]] = {}
    for one in unknown:
        by_why.setdefault(one.why, []).append(one.name)
    return [InHand(", ".join(names), None, None, why) for why, names in by_why.items()]


def _of_medicine(row: Medicine, known: Mapping[str, Washout], today: date) -> Iterator[InHand]:
    """By its name; what was chosen counts where the name says nothing, or where it asks for longer."""
    drugs = [picklists.drugs().get(name) for name in picklists.held([row.name])]
    codes = dict.fromkeys(drug.washout for drug in drugs if drug is not None and drug.washout in known)
    if row.washout in known:
        by_choice = known[row.washout].earliest_apheresis(today)
        if all(known[code].earliest_apheresis(today) < by_choice for code in codes):
            codes = {row.washout: None}
    end = STILL_GIVEN if row.taken_now else "" if row.last_dose else NOT_RECORDED
    for code in codes:
        asks = known[code].earliest_apheresis(today) > today
        yield InHand(row.name, known[code], row.last_dose, end=end if asks else "")
    whys = [_without_length(drug) for drug in drugs if drug is None or not drug.washout]
    if not codes or (NOT_RECOGNISED in whys and not row.washout):
        why = next((why for why in (NOT_RECOGNISED, BY_HALF_LIFE, NO_LENGTH) if why in whys), NOT_RECOGNISED)
        yield InHand(row.name, None, row.last_dose, why, end)


def _without_length(drug: picklists.Drug | None) -> str:
    if drug is None:
        return NOT_RECOGNISED
    return BY_HALF_LIFE if drug.by_half_life else NO_LENGTH


def _of_lines(lines: Sequence[TherapyLine], known: Mapping[str, Washout]) -> list[InHand]:
    """Of each wash-out, and of each drug without one, what was given last."""
    last: dict[str, InHand] = {}
    for place, line in enumerate(lines):
        ended, end = _end(line, lines[place + 1 :])
        for key, name, code, why in _of_line(line):
            named = name if name == line.regimen else f"{name} ({line.regimen})"
            over = end if end != PERHAPS_GIVEN or code not in TRANSPLANTS.values() else NOT_RECORDED
            one, before = InHand(named, known.get(code), ended, why, over), last.get(key)
            earlier = before is not None and before.last_dose is not None and ended is not None
            if not earlier or before.last_dose.latest <= ended.latest:
                last[key] = one
    return list(last.values())


def _end(line: TherapyLine, later: Sequence[TherapyLine]) -> tuple[PartialDate | None, str]:
    """The last dose of a line; where it is not recorded, before the next line began; else what is known of it."""
    if line.ended is not None:
        return line.ended, ""
    following = [one for one in later if one.counts_as != course.BRIDGING and not one.radiotherapy_alone]
    began = next((one.started for one in following if one.started is not None), None)
    if began is None:
        return None, NOT_RECORDED if following else PERHAPS_GIVEN
    first = line.started.earliest if line.started is not None else add_months(began.latest, -YEARS_BACK_MONTHS)
    return PartialDate(min(first, began.latest), began.latest), NEXT_LINE


def _of_line(line: TherapyLine) -> Iterator[tuple[str, str, str, str]]:
    """What a line asks for: of each its key, what asks, the code of its wash-out or why it has none."""
    regimen = picklists.regimen(line.regimen)
    names = picklists.held(line.drugs) or list(regimen.drugs if regimen else ())
    for name in names:
        drug = picklists.drugs().get(name)
        code = drug.washout if drug is not None else ""
        yield code or name, drug_words(name), code, "" if code else _without_length(drug)
    if line.radiotherapy_alone:
        yield "radiotherapy", line.regimen, "radiotherapy", ""
    if line.transplant in TRANSPLANTS:
        yield TRANSPLANTS[line.transplant], line.regimen, TRANSPLANTS[line.transplant], ""
    if not (names or line.radiotherapy_alone or line.transplant):
        yield line.regimen, line.regimen, "", NOT_RECOGNISED


def rows(dossier: Dossier, on: date | None, today: date) -> list[Shown]:
    """What is in hand of a patient, as a dossier's reader may read it, by the hub's wash-outs.

    `on`: the day of apheresis, planned or done.
    """
    known = lengths(dossier.pathway.hub_id)
    return [shown(one, on) for one in in_hand(dossier.medicines, dossier.lines, today, known)]


def rows_by(pathway: Pathway, on: date | None, today: date, known: Mapping[str, Washout]) -> list[Shown]:
    """The same as the hub reads it, by other lengths than those that count there."""
    read = Dossier(pathway, pathway.hub)
    return [shown(one, on) for one in in_hand(read.medicines, read.lines, today, known)]


def shown(one: InHand, on: date | None) -> Shown:
    if one.washout is None:
        source, tag = ("4", "K") if one.why == BY_HALF_LIFE else ("4", "")
        kind, short = [str(KINDS[one.why])], Chip(_("ask"), "ask", "unknown")
    else:
        source, tag = one.washout.source, one.washout.tag
        kind = [f"{WASHOUTS[one.washout.code]}, {length(one.washout)}"]
        last = None if one.end == STILL_GIVEN else one.last_dose  # of what goes on the last dose is still to come
        found = washout.days_short(one.washout, last_dose=last, apheresis=on)
        is_open = last is None or on is not None
        short = _short(found) if is_open else Chip(_("no day yet"), "ask", "unknown")
    return Shown(
        name=one.name,
        code=one.washout.code if one.washout else "",
        kind="; ".join([*kind, *_end_words(one)]),
        last=partial_words(one.last_dose) if one.last_dose and one.end != NEXT_LINE else "",
        earliest=_earliest(one),
        short=short,
        source=source_words(source, tag),
    )


def _end_words(one: InHand) -> list[str]:
    """What is known of its end where no last dose is recorded; of what has no length only that it goes on."""
    if one.end == NEXT_LINE:
        return [_("over by %(day)s, when the next line began") % {"day": f"{one.last_dose.latest:%d/%m/%Y}"}]
    return [str(ENDS[one.end])] if one.end and (one.washout or one.end != NOT_RECORDED) else []


def length(row: Washout) -> str:
    """How long before apheresis the last dose lies."""
    if row.months:
        return ngettext("%(months)d month", "%(months)d months", row.months) % {"months": row.months}
    if row.days:
        return ngettext("%(days)d day", "%(days)d days", row.days) % {"days": row.days}
    return _("none")


def _earliest(one: InHand) -> str:
    """The first day that keeps it; of a dose known to the month or year, from when it is kept for certain."""
    if one.last_dose is None or one.washout is None or one.end == STILL_GIVEN:
        return ""
    return f"{one.washout.earliest_apheresis(one.last_dose.latest):%d/%m/%Y}"


def _short(found) -> Chip:
    if found.status != KNOWN:
        least, most = found.range
        words = _("short by %(least)d to %(most)d days") % {"least": least, "most": most}
        return Chip(words, "ask", "unknown")
    if found.value == 0:
        return Chip(_("kept"), "check", "ok")
    short = ngettext("short by %(days)d day", "short by %(days)d days", found.value) % {"days": found.value}
    return Chip(short, "alert", "warn")
