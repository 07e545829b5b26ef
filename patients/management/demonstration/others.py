"""The other patients of the network: more of every stage, and life's disorder; told like those of stories.py.

Invented people; day numbers count from the day of loading. Who is *brought in* was under way before CARPath: what their
hub did not know is not known here.
"""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from functools import partial

from patients.clinical.days import PartialDate
from patients.disease.actions import Described, LineTold
from patients.eligibility.rules import Answered
from patients.management.demonstration.course import FEVER, SHOCK, WELL, Course, Who, who
from patients.management.demonstration.stories import to_collection, to_day_0, to_product

Told = Callable[[Course], Course]
R_CHOP = LineTold(
    key="1",
    number=1,
    regimen="R-CHOP",
    classes=["anti_cd20"],
    best_response="cr",
    refractory=False,
)


def _line(course: Course, months_ago: int, **changes) -> LineTold:
    """R-CHOP, as far as somebody remembers: the month of its start and end."""
    day = course.today - timedelta(days=30 * months_ago)
    begun, over = day, day + timedelta(days=120)
    facts = {
        "started": PartialDate.in_month(begun.year, begun.month),
        "ended": PartialDate.in_month(over.year, over.month),
        **changes,
    }
    return LineTold(**{**{name: getattr(R_CHOP, name) for name in R_CHOP.__dataclass_fields__}, **facts})


# ── 1 and 2 ──────────────────────────────────────────────────────────────────────────────────────────────────────


def asked_for_leukaemia(course: Course) -> Course:
    return course.ask(0, "00:25", disease="all", status="refractory", lines=2, ecog="1", needed_within_days=7)


def has_answered(course: Course) -> Course:
    """The referrer answered what the hub had asked for: the ball is back at the hub."""
    course.ask(-5, disease="fl", status="relapse_later", lines=2).ask_for(-4, bloods="LDH e beta-2")
    return course.reply(-1, "LDH 412 U/L del 12; beta-2 non disponibile.")


def known_in_part(course: Course) -> Course:
    """For Thursday's board: what is known is yes or no, the rest stays not known."""
    course.ask(-8, status="relapse_within_12_months").take_on(-7, described=False)
    course.tell_disease(
        -7,
        Described(subtype="DLBCL", stage="III", bulky=False, diagnosed=PartialDate.in_year(course.today.year - 1)),
        _line(course, 14, refractory=False),
    )
    course.bloods(-6, ldh="412", crp="1.8", ferritin="640", platelets="148", haemoglobin="11.2", creatinine="0.9")
    on = course.day(-6)
    return course.look_at(
        -5,
        diagnosis=Answered(True, None, on, "Istologia"),
        relapsed_or_refractory=Answered(True),
        ecog=Answered(True, Decimal(1)),
        lvef=Answered(True, Decimal(58), on, "Ecocardiogramma"),
        platelets=Answered(True, Decimal(148), on, "Laboratorio"),
        infection_controlled=Answered(True),
        caregiver=Answered(None),
        within_two_hours=Answered(True),
    )


def heart_to_weigh(course: Course) -> Course:
    """An ejection fraction to be weighed, and an infection to be settled first."""
    course.ask(-7, disease="mm", status="refractory", lines=4, ecog="2").take_on(-6)
    return course.look_at(
        -3,
        diagnosis=Answered(True),
        lvef=Answered(False, Decimal(44), course.day(-4), "Ecocardiogramma"),
        infection_controlled=Answered(False, None, course.day(-3), "Polmonite in terapia"),
    )


def deferred(course: Course) -> Course:
    course.ask(-20, disease="mcl", status="relapse_later", lines=2).take_on(-19)
    return course.defer(-12, "Citopenia in recupero: si rivede con il prossimo emocromo.", until=9)


# ── ordering and 3 ───────────────────────────────────────────────────────────────────────────────────────────────


def chair_to_be_booked(course: Course) -> Course:
    course.ask(-18, disease="fl", status="relapse_later", lines=3).take_on(-17).decide(-10, "axi-cel")
    return course.order(-8, collect=8, ship=9, release=33, infuse=45)


# ── 4 and 5 ──────────────────────────────────────────────────────────────────────────────────────────────────────


def bridged_with_chemotherapy(course: Course) -> Course:
    to_collection(course, 32, "axi-cel", status="refractory")
    return (
        course.ship(-9, expected=16)
        .bridge(-7, "chemotherapy", aims=("symptoms", "volume"), regimen="R-GemOx")
        .tell_the_hub(0, "infection", "Febbre 38,4 °C da ieri sera; emocolture inviate.", "00:35")
    )


def release_is_late(course: Course) -> Course:
    to_collection(course, 5, "liso-cel", lines=2)
    return course.ship(-36, expected=-6)


def out_of_specification(course: Course) -> Course:
    """Released with too few viable cells: nothing goes on before the acceptance is signed."""
    to_collection(course, 9, "axi-cel", status="refractory")
    return (
        course.ship(-32, expected=-3)
        .bridge(
            -30, "steroid", until=-20, response="stable", aims=("symptoms",), regimen="Desametasone 20 mg per 4 giorni"
        )
        .release(-1, out_of="Vitalità 71 % (limite 80 %)")
    )


def accepted_out_of_specification(course: Course) -> Course:
    to_collection(course, 7, "liso-cel", lines=2)
    course.ship(-34, expected=-8).release(-8, out_of="Vitalità 76 % (limite 80 %)")
    course.accept(-6, "Malattia in progressione, nessuna alternativa; il paziente ha accettato.")
    return course.receive(-3)


def second_collection(course: Course) -> Course:
    """The first product failed; the second collection is booked."""
    to_collection(course, -2, "axi-cel", status="refractory")
    course.ship(-43, expected=-18).fail(-12, "Contaminazione durante l'espansione.", try_again=True)
    return course.order(-10, collect=5, ship=6, release=30, infuse=42, again=True).book(-7, on=5)


# ── 6 and 7 ──────────────────────────────────────────────────────────────────────────────────────────────────────


def infused_tomorrow(course: Course) -> Course:
    """Lymphodepletion is over; tomorrow two people compare the bag with the patient."""
    to_product(course, 1, "axi-cel", status="refractory")
    course.plan_lymphodepletion(-8, starts=-4, infuse=1)
    return course.give_lymphodepletion(-4, -3, -2)


# ── 8 and 9: brought in, and one told in full ────────────────────────────────────────────────────────────────────


def exactly(course: Course, **numbers: int) -> dict[str, PartialDate]:
    """Milestones with the days on which they were, counted from today."""
    return {what: PartialDate.on(course.day(number)) for what, number in numbers.items()}


def brought_in_at_day_12(course: Course) -> Course:
    course.bring_in(-1, "toxicity", exactly(course, infusion=-12), product="axi-cel", disease="lbcl")
    course.assess(-1, FEVER, "18:00")
    return course.calm(0)


def brought_in_at_day_6(course: Course) -> Course:
    """In intensive care since last night; the second infusion is still to come."""
    days = exactly(course, apheresis=-48, shipped=-47, infusion=-6)
    code = f"AF-{course.number:04d}"
    course.bring_in(-2, "toxicity", days, product="obe-cel", disease="all", collection_id=code)
    course.calm(-1)
    course.assess(-1, SHOCK, "20:30")
    return course.intensive_care(-1, "21:10", "CRS 3: noradrenalina, monitoraggio invasivo.")


def brought_in_with_cells_under_way(course: Course) -> Course:
    days = exactly(course, apheresis=-24, shipped=-23)
    return course.bring_in(
        -4, "manufacturing", days, product="liso-cel", disease="lbcl", collection_id=f"AF-{course.number:04d}"
    )


def in_follow_up(course: Course, infused: int, product: str, disease: str, **pets: int) -> Course:
    days = exactly(course, infusion=infused, **pets)
    return course.bring_in(-10, "followup", days, product=product, disease=disease)


def infused_in_a_month(course: Course, months_ago: int, product: str, disease: str) -> Course:
    """Only the month of the infusion is known."""
    day = course.today - timedelta(days=30 * months_ago)
    days = {"infusion": PartialDate.in_month(day.year, day.month)}
    return course.bring_in(-9, "followup", days, product=product, disease=disease)


def infused_in_a_year(course: Course, years_ago: int, product: str, disease: str) -> Course:
    """Only the year of the infusion is known."""
    days = {"infusion": PartialDate.in_year(course.today.year - years_ago)}
    return course.bring_in(-9, "followup", days, product=product, disease=disease)


def offered_to_the_referrer(course: Course) -> Course:
    in_follow_up(course, -45, "axi-cel", "lbcl", pet_30=-14)
    return course.hand_over(-1, from_day=14, note="IgG basse: controllo mensile. Profilassi in corso.")


def taken_by_the_referrer(course: Course) -> Course:
    in_follow_up(course, -210, "brexu-cel", "mcl", pet_30=-180, pet_90=-118)
    return course.hand_over(-6, from_day=-3, note="In remissione: visite e PET presso il vostro centro.", taken=-4)


def myeloma_without_residual_disease(course: Course) -> Course:
    """M-protein from 3.2 g/dL to nothing; no residual disease by an assay that is sensitive enough."""
    in_follow_up(course, -100, "cilta-cel", "mm", pet_30=-70)
    course.restage_myeloma(
        -9,
        -40,
        "",
        "VGPR",
        serum_baseline=Decimal("3.2"),
        serum=Decimal("0.2"),
        urine_baseline=Decimal(0),
        urine=Decimal(0),
        immunofixation_negative=False,
        plasmacytoma=False,
        new_lesion=False,
        dflc=Decimal("11.4"),
        differs_because="Catene leggere libere prima dell'infusione non misurate.",
    )
    return course.restage_myeloma(
        -8,
        -9,
        "pet_90",
        "CR",
        serum_baseline=Decimal("3.2"),
        serum=Decimal(0),
        urine_baseline=Decimal(0),
        urine=Decimal(0),
        immunofixation_negative=True,
        plasmacytoma=False,
        plasma_cells_percent=Decimal(2),
        new_lesion=False,
        dflc=Decimal("0.4"),
        mrd_assay="NGF",
        mrd_sensitivity=5,
        mrd_detected=False,
    )


def three_months_on(course: Course) -> Course:
    """The PET of day +90 does not decide: a biopsy by a day, no progression until then."""
    to_day_0(course, -93, "axi-cel", status="relapse_within_12_months")
    course.assess(-92, WELL)
    course.assess(-91, FEVER)
    course.calm(-88, -84).discharge(-80).close_watch(-76)
    course.restage(-62, "pet_30", "4", "PMR", "reduced").visit(-62, "Astenia, nessuna febbre.")
    note = "Nuova captazione mediastinica con quadro clinico stabile: possibile pseudoprogressione."
    return course.settle_later(-2, "pet_90", "biopsy", 8, note)


# ── closed, held, moved ──────────────────────────────────────────────────────────────────────────────────────────


def declined(course: Course) -> Course:
    course.ask(-33, status="relapse_later", lines=2).take_on(-32).decide(-26, "axi-cel")
    return course.leave(-20, "patient_refusal", "Preferisce la terapia vicino a casa.")


def progressed_before_collection(course: Course) -> Course:
    course.ask(-40, status="refractory", needed_within_days=7).take_on(-39).decide(-35, "axi-cel")
    return course.order(-34, collect=-24, ship=-23, release=2, infuse=14).leave(-27, "progression_before_apheresis")


def no_product_came(course: Course) -> Course:
    to_collection(course, -8, "liso-cel", lines=3)
    return course.ship(-49, expected=-22).fail(-18, "Espansione insufficiente.", try_again=False)


def died_after_the_infusion(course: Course) -> Course:
    course.bring_in(-30, "followup", exactly(course, infusion=-150), product="axi-cel", disease="lbcl")
    return course.die(-6, "Recidiva con coinvolgimento del sistema nervoso centrale.")


def moved_to_the_other_hub(course: Course) -> Course:
    course.ask(-15, status="relapse_within_12_months").take_on(-14).decide(-8, "axi-cel")
    return course.transfer(-4, "hub2", "Nessun letto nei tempi richiesti; più vicino alla famiglia.")


def death_undone(course: Course) -> Course:
    """The death was written on the wrong patient; two people took it back and the course goes on."""
    course.ask(-14, status="refractory").take_on(-13)
    return course.die_in_error(-3, "Registrato sul paziente sbagliato.")


def taken_up_again(course: Course) -> Course:
    course.ask(-28, disease="fl", status="relapse_later", lines=3).take_on(-27).decide(-20, "axi-cel")
    return course.hold(-15, "Infezione respiratoria.").resume(-5)


def _one(
    family: str, given: str, sex: str, born: tuple, town: str, kg: str, *place, allergies: str | None = ""
) -> tuple:
    """Who, referring centre, hub and story, in one line."""
    spoke, hub, story = place
    return who(family, given, sex, born, town, kg, allergies), spoke, hub, story


OTHERS: tuple[tuple[Who, str, str, Told], ...] = (
    _one(
        "Zanetti", "Elisa", "F", (1991, 7, 3), "Vicenza", "57.5", "spoke6", "hub2", asked_for_leukaemia, allergies=None
    ),
    _one("Ferraro", "Tullio", "M", (1950, 12, 14), "Carpi", "83.0", "spoke4", "hub", has_answered, allergies=None),
    _one("Rinaldi", "Miriam", "F", (1968, 2, 27), "Faenza", "65.0", "spoke3", "hub", known_in_part),
    _one("Gatti", "Ermanno", "M", (1959, 8, 8), "Imola", "74.5", "spoke", "hub", heart_to_weigh),
    _one("Moretti", "Nives", "F", (1962, 5, 30), "Carpi", "61.0", "spoke4", "hub", deferred),
    _one("Colombo", "Iris", "F", (1960, 3, 25), "Imola", "67.0", "spoke", "hub", chair_to_be_booked),
    _one("Barbieri", "Silvio", "M", (1963, 10, 23), "Modena", "77.5", "spoke4", "hub", bridged_with_chemotherapy),
    _one("Negri", "Adele", "F", (1970, 1, 7), "Mantova", "63.5", "spoke5", "hub2", release_is_late),
    _one("Caruso", "Vito", "M", (1958, 4, 12), "Faenza", "72.0", "spoke3", "hub", out_of_specification),
    _one("Longhi", "Teresa", "F", (1964, 12, 1), "Imola", "60.0", "spoke", "hub", accepted_out_of_specification),
    _one("Basile", "Nicola", "M", (1975, 3, 28), "Carpi", "88.0", "spoke4", "hub", second_collection),
    _one(
        "Palmieri",
        "Dario",
        "M",
        (1966, 9, 15),
        "Imola",
        "79.0",
        "spoke",
        "hub",
        infused_tomorrow,
        allergies="cefalosporine",
    ),
    _one("Sorrenti", "Gino", "M", (1969, 2, 2), "Imola", "82.5", "spoke", "hub", brought_in_at_day_12),
    _one("Piva", "Sonia", "F", (1988, 5, 5), "Rovigo", "58.0", "spoke2", "hub2", brought_in_at_day_6),
    _one("Guerra", "Tina", "F", (1955, 8, 21), "Mantova", "66.5", "spoke5", "hub2", brought_in_with_cells_under_way),
    _one(
        "Marini",
        "Furio",
        "M",
        (1960, 10, 10),
        "Imola",
        "75.0",
        "spoke",
        "hub",
        offered_to_the_referrer,
    ),
    _one(
        "Valenti",
        "Rosaria",
        "F",
        (1953, 1, 16),
        "Faenza",
        "62.0",
        "spoke3",
        "hub",
        myeloma_without_residual_disease,
    ),
    _one(
        "Riva",
        "Tommaso",
        "M",
        (1964, 6, 6),
        "Rovigo",
        "84.0",
        "spoke2",
        "hub2",
        taken_by_the_referrer,
    ),
    _one(
        "Benetti",
        "Aldo",
        "M",
        (1957, 3, 13),
        "Vicenza",
        "70.0",
        "spoke6",
        "hub2",
        partial(infused_in_a_month, months_ago=8, product="cilta-cel", disease="mm"),
    ),
    _one(
        "Lupi",
        "Gemma",
        "F",
        (1972, 12, 30),
        "Imola",
        "68.5",
        "spoke",
        "hub",
        partial(infused_in_a_year, years_ago=2, product="tisa-cel", disease="lbcl"),
    ),
    _one("Cattaneo", "Laura", "F", (1967, 4, 4), "Faenza", "63.0", "spoke3", "hub", three_months_on),
    _one("Grassi", "Nella", "F", (1946, 9, 29), "Carpi", "57.0", "spoke4", "hub", declined),
    _one("Villani", "Ciro", "M", (1970, 2, 14), "Imola", "81.0", "spoke", "hub", progressed_before_collection),
    _one("Tosi", "Ivana", "F", (1962, 8, 3), "Mantova", "69.0", "spoke5", "hub2", no_product_came),
    _one("Monti", "Carlo", "M", (1959, 10, 31), "Faenza", "73.5", "spoke3", "hub", died_after_the_infusion),
    _one("Galli", "Noemi", "F", (1968, 7, 12), "Rovigo", "60.5", "spoke2", "hub", moved_to_the_other_hub),
    _one("Ruggeri", "Pia", "F", (1963, 3, 9), "Imola", "65.5", "spoke", "hub", death_undone),
    _one("Fiore", "Sandro", "M", (1956, 6, 24), "Carpi", "87.0", "spoke4", "hub", taken_up_again),
)
