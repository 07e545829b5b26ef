"""The dossier of an invented patient, as their referrer wrote it; the same at every load."""

from datetime import date
from decimal import Decimal

from patients.audit.actions import act
from patients.centres.models import Centre, User
from patients.clinical import days
from patients.clinical.days import PartialDate
from patients.disease import picklists
from patients.disease.actions import Described, LineTold
from patients.disease.models import Disease, standing_lines
from patients.observations.actions import SerologyTold
from patients.pathway.models import Pathway
from patients.referral import dossier_actions as dossier
from patients.referral.dossier_actions import Allergies, Informed, Lives, Measure, MedicineTold, SystemTold

# Regimens of reference 9 by disease, in the order in which they are given, with what they held.
LINES: dict[str, tuple[tuple[str, list[str]], ...]] = {
    Disease.LBCL: (("R-CHOP", ["anti_cd20"]), ("R-DHAP", ["anti_cd20"]), ("R-GemOx", ["anti_cd20"])),
    Disease.FL: (
        ("BR", ["anti_cd20", "bendamustine"]),
        ("R2", ["anti_cd20", "lenalidomide"]),
        ("R-CHOP", ["anti_cd20"]),
    ),
    Disease.MCL: (("R-CHOP/R-DHAP", ["anti_cd20"]), ("ibrutinib", ["btki"]), ("R-BAC", ["anti_cd20", "bendamustine"])),
    Disease.ALL: (("blinatumomab", ["anti_cd19", "bispecific"]), ("inotuzumab", []), ("ponatinib", ["tki"])),
    Disease.MM: (
        ("D-VTd", ["anti_cd38", "pi", "imid"]),
        ("KRd", ["pi", "lenalidomide", "imid"]),
        ("Pd", ["imid"]),
    ),
}
SUBTYPES = ("DLBCL", "DLBCL", "HGBL", "PMBCL", "tFL")
AFTER_ONE_LINE = ("DLBCL", "DLBCL", "HGBL")  # what the labels of the second line name (reference 4)
STAGES = ("III", "IV", "II", "IV", "III")
WEEKS_PER_LINE = 26


def fill(
    *,
    pathway: Pathway,
    number: int,
    town: str,
    weight_kg: Decimal,
    allergies: str | None,
    lines: int | None,
    described: bool,
    by: User,
    today: date,
) -> None:
    """Write the dossier as one act; every third patient's lacks some sections, as dossiers do.

    Not `described`: allergies and medicines alone, the story tells the rest as far as it is known.
    """
    centre = pathway.referring_centre
    pathway.disease = pathway.disease or Disease.LBCL
    with act(by=by, why="medicines told"):
        _medicines(pathway, number, allergies, centre, by, today)
        if not described:
            return
        _disease(pathway, number, lines or 1, by, today)
        _lines(pathway, lines or 1, by, today)
        values = _measures(number, weight_kg)
        dossier.say_measures(pathway=pathway, measures=values, on=today, unknown=["ferritin"], by=by)
        if number % 3:
            _comorbidity(pathway, number, centre, by)
            _serology(pathway, centre, by, days.add_days(today, -9))
            _living(pathway, number, town, by)
            informed = Informed("informed", today, "both", "2026-1")
            dossier.say_informed(pathway=pathway, said=informed, by=by)


def _month(today: date, weeks_ago: int) -> PartialDate:
    day = days.add_weeks(today, -weeks_ago)
    return PartialDate.in_month(day.year, day.month)


def _pick(number: int, *choices):
    return choices[number % len(choices)]


def _disease(pathway: Pathway, number: int, lines: int, by: User, today: date) -> None:
    disease = pathway.disease
    large = disease == Disease.LBCL
    said = Described(
        subtype=_pick(number, *(AFTER_ONE_LINE if lines == 1 else SUBTYPES)) if large else None,
        diagnosed=_month(today, 130 + number % 40),
        stage=None if disease == Disease.ALL else _pick(number, *STAGES),
        bulky=_pick(number, False, True, None) if large else None,
        largest_mass_cm=Decimal("8.5") if large and number % 3 == 1 else None,
        cns="never",
    )
    unknown = {"bulky"} if large and said.bulky is None else set()
    dossier.say_disease(pathway=pathway, disease=disease, described=said, unknown=unknown, by=by)


def _lines(pathway: Pathway, count: int, by: User, today: date) -> None:
    """As many lines as were told, the last of them without a lasting response; a second course finds them written."""
    if standing_lines(pathway.patient, pathway.disease):
        return
    known = LINES.get(pathway.disease, LINES[Disease.LBCL])[:count]
    told = []
    for place, (regimen, classes) in enumerate(known, start=1):
        weeks_ago = 8 + WEEKS_PER_LINE * (len(known) - place + 1)
        last = place == len(known)
        told.append(
            LineTold(
                key=f"line{place}",
                number=place,
                regimen=regimen,
                drugs=_drugs(regimen),
                classes=classes,
                transplanted=False,
                started=_month(today, weeks_ago),
                ended=_month(today, weeks_ago - 18),
                best_response="pr" if last else "cr",
                refractory=last,
                progressed=_month(today, weeks_ago - 22),
            )
        )
    dossier.say_lines(pathway=pathway, lines=told, said=(), by=by)


def _drugs(regimen: str) -> list[str]:
    known = picklists.regimen(regimen)
    return list(known.drugs) if known else []


def _measures(number: int, weight_kg: Decimal) -> list[Measure]:
    return [
        Measure("height", Decimal(160 + number % 28)),
        Measure("weight", weight_kg),
        Measure("ldh", Decimal(190 + 37 * (number % 11)), Decimal(248)),
        Measure("crp", Decimal(number % 9) / 2),
        Measure("haemoglobin", Decimal(98 + number % 45) / 10),
        Measure("wbc", Decimal(38 + number % 40) / 10),
        Measure("anc", Decimal(21 + number % 30) / 10),
        Measure("alc", Decimal(6 + number % 14) / 10),
        Measure("platelets", Decimal(92 + 7 * (number % 23))),
        Measure("creatinine", Decimal(7 + number % 6) / 10),
    ]


def _medicines(pathway: Pathway, number: int, allergies: str | None, centre: Centre, by: User, today: date) -> None:
    status = None if allergies is None else "listed" if allergies else "none_known"
    steroid = MedicineTold(
        "first",
        "Prednisone",
        dose="25 mg/die",
        washout="systemic_steroid_over_5_mg_prednisone",
        taken_now=False,
        last_dose=PartialDate.on(days.add_days(today, -10)),
    )
    tablets = MedicineTold("second", "Aciclovir", dose="400 mg x 2/die", taken_now=True)
    dossier.say_medicines(
        pathway=pathway,
        allergies=Allergies(status, allergies or ""),
        medicines=[tablets, steroid] if number % 2 else [tablets],
        said=(),
        centre=centre,
        by=by,
    )


def _comorbidity(pathway: Pathway, number: int, centre: Centre, by: User) -> None:
    heart = number % 4 == 1
    told = [
        SystemTold("cardiovascular", heart, "Ipertensione, FE 58 %" if heart else ""),
        SystemTold("respiratory", False),
        SystemTold("renal", None if number % 5 == 0 else False),
        SystemTold("hepatic", False),
        # One patient in ten wishes that this stays at the referring centre.
        SystemTold("infectious", number % 10 == 1, "HBV pregressa" if number % 10 == 1 else "", number % 10 == 1),
    ]
    dossier.say_comorbidity(pathway=pathway, told=told, centre=centre, by=by)


def _serology(pathway: Pathway, centre: Centre, by: User, taken_on: date) -> None:
    told = [SerologyTold(what, False, taken_on) for what in ("hbsag", "hcv", "hiv", "syphilis")]
    told.append(SerologyTold("anti_hbc", None, None))
    dossier.say_serology(pathway=pathway, told=told, hidden=(), centre=centre, by=by)


def _living(pathway: Pathway, number: int, town: str, by: User) -> None:
    lives = Lives(
        town=town,
        within_two_hours=number % 6 != 0,
        phone=f"333 555 {number:04d}",
        caregiver=True,
        caregiver_name=_pick(number, "La moglie", "Il marito", "La figlia", "Il fratello"),
        language=_pick(number, "italiano", "italiano", "italiano", "arabo"),
        interpreter_needed=number % 4 == 3,
    )
    dossier.say_living(pathway=pathway, lives=lives, unknown=(), by=by)
