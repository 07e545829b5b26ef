"""For each drug in hand the earliest day of apheresis and why (reference 4). It reports and never blocks."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from patients.audit.fields import partial_words
from patients.audit.shown import Chip, source_words
from patients.clinical import reference_data, washout
from patients.clinical.days import PartialDate
from patients.clinical.result import KNOWN
from patients.clinical.washout import Washout
from patients.disease import picklists
from patients.disease.models import TherapyLine
from patients.pathway.models import Pathway
from patients.products.washouts import lengths
from patients.referral.dossier import Dossier
from patients.referral.models import Medicine
from patients.referral.words import WASHOUTS


@dataclass(frozen=True)
class InHand:
    """Something given that wants time before apheresis: its name, its wash-out, its last dose as far as known."""

    name: str
    washout: Washout
    last_dose: PartialDate | None


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

    `known`: the wash-outs that count; without them the reference's.
    """
    known = known if known is not None else reference_data.washouts()
    found = [InHand(row.name, known[row.washout], row.last_dose) for row in medicines if row.washout in known]
    last: dict[str, InHand] = {}
    for line in lines:
        for code, name in _of_line(line):
            one = InHand(f"{name} ({line.regimen})" if name != line.regimen else name, known[code], line.ended)
            if line.ended is not None and known[code].earliest_apheresis(line.ended.latest) >= today:
                before = last.get(code)
                if before is None or before.last_dose.latest <= line.ended.latest:
                    last[code] = one
    return found + list(last.values())


def _of_line(line: TherapyLine) -> list[tuple[str, str]]:
    """The wash-outs that a line asks for: (code, what asks for it)."""
    drugs = picklists.drugs()
    asked = [(drugs[name].washout, name) for name in line.drugs if name in drugs and drugs[name].washout]
    if line.radiotherapy_alone:
        asked.append(("radiotherapy", line.regimen))
    if line.transplant == "allogeneic":
        asked.append(("allogeneic_transplant", line.regimen))
    if line.transplant == "autologous":
        asked.append(("high_dose_chemotherapy", line.regimen))
    return asked


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
    found = washout.days_short(one.washout, last_dose=one.last_dose, apheresis=on)
    return Shown(
        name=one.name,
        code=one.washout.code,
        kind=f"{WASHOUTS[one.washout.code]}, {length(one.washout)}",
        last=partial_words(one.last_dose) if one.last_dose else "",
        earliest=_earliest(one),
        short=_short(found) if one.last_dose is None or on is not None else Chip(_("no day yet"), "ask", "unknown"),
        source=source_words(one.washout.source, one.washout.tag),
    )


def length(row: Washout) -> str:
    """How long before apheresis the last dose lies."""
    if row.months:
        return ngettext("%(months)d month", "%(months)d months", row.months) % {"months": row.months}
    if row.days:
        return ngettext("%(days)d day", "%(days)d days", row.days) % {"days": row.days}
    return _("none")


def _earliest(one: InHand) -> str:
    """The first day that keeps it; of a dose known to the month or year, from when it is kept for certain."""
    if one.last_dose is None:
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
