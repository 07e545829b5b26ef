"""Who is in the demonstration and what has happened to them: at least one patient at every stage.

Day numbers count from the day of loading. Where an infusion stands, everything else counts from it.
"""

from decimal import Decimal

from patients.management.demonstration.course import (
    FEVER,
    FEVER_AND_HYPOTENSION,
    FEVER_AND_OXYGEN,
    SHOCK,
    SLOW,
    WELL,
    Course,
    who,
)

TOCILIZUMAB_MG_PER_KG = 8  # reference 3.4, tocilizumab
TOCILIZUMAB_MOST_MG = Decimal(800)


CAST = (
    (who("D'Àngelo", "Rosa", "F", (1958, 3, 2), "Imola", "58.0", None), "spoke", "hub"),
    (who("Orsini", "Mauro", "M", (1964, 9, 17), "Imola", "81.5"), "spoke", "hub"),
    (who("Parisi", "Anna", "F", (1955, 1, 30), "Faenza", "62.0", None), "spoke3", "hub"),
    (who("Bruno", "Carla", "F", (1969, 6, 11), "Carpi", "70.0"), "spoke4", "hub"),
    (who("Lodi", "Franco", "M", (1961, 12, 5), "Carpi", "77.0"), "spoke4", "hub"),
    (who("Conti", "Renato", "M", (1972, 4, 21), "Faenza", "84.0"), "spoke3", "hub"),
    (who("Ricci", "Omar", "M", (1980, 8, 14), "Imola", "90.5"), "spoke", "hub"),
    (who("Leone", "Bruna", "F", (1965, 10, 2), "Imola", "60.5"), "spoke", "hub"),
    (who("Marchetti", "Elena", "F", (1964, 5, 14), "Imola", "64.5", "penicillina"), "spoke", "hub"),
    (who("Fabbri", "Lucia", "F", (1966, 2, 8), "Bologna", "59.0"), "spoke3", "hub"),
    (who("Amato", "Rita", "F", (1959, 7, 27), "Carpi", "66.0"), "spoke4", "hub"),
    (who("Fontana", "Lucia", "F", (1974, 10, 19), "Imola", "61.0"), "spoke", "hub"),
    (who("Donati", "Paolo", "M", (1968, 11, 3), "Imola", "76.0"), "spoke", "hub"),
    (who("Serra", "Bruno", "M", (1957, 5, 9), "Faenza", "79.0", "mezzo di contrasto"), "spoke3", "hub"),
    (who("Vitali", "Sara", "F", (1971, 3, 16), "Imola", "68.0"), "spoke", "hub"),
    (who("De Luca", "Maria", "F", (1963, 9, 1), "Carpi", "72.5"), "spoke4", "hub"),
    (who("Sala", "Ivana", "F", (1944, 1, 12), "Faenza", "55.0"), "spoke3", "hub"),
    (who("Greco", "Aldo", "M", (1953, 6, 24), "Imola", "74.0"), "spoke", "hub"),
    (who("dell'Orto", "Ivo", "M", (1967, 8, 30), "Rovigo", "82.0"), "spoke2", "hub2"),
    (who("Èrcoli", "Ugo", "M", (1962, 4, 4), "Rovigo", "88.0"), "spoke2", "hub2"),
    (who("Testa", "Ada", "F", (1970, 12, 22), "Mantova", "63.0"), "spoke5", "hub2"),
)


# ── the way to day 0, counted from it ────────────────────────────────────────────────────────────────────────────


def to_collection(course: Course, day_0: int, product: str, **answers) -> Course:
    """From asking early to the collection, 42 days before day 0."""
    course.ask(day_0 - 60, **answers).take_on(day_0 - 59).decide(day_0 - 54, product)
    course.order(day_0 - 53, collect=day_0 - 42, ship=day_0 - 41, release=day_0 - 16, infuse=day_0)
    return course.book(day_0 - 50, on=day_0 - 42).collect(day_0 - 42)


def to_product(course: Course, day_0: int, product: str, **answers) -> Course:
    """On to the product at the hub, 11 days before day 0."""
    to_collection(course, day_0, product, **answers)
    course.ship(day_0 - 41, expected=day_0 - 16)
    return course.release(day_0 - 14).receive(day_0 - 11)


def to_day_0(course: Course, day_0: int, product: str, *, gap: int = 3, **answers) -> Course:
    """On to the infusion: three days of lymphodepletion, then `gap` days."""
    to_product(course, day_0, product, **answers)
    first = day_0 - gap - 2
    course.plan_lymphodepletion(day_0 - 9, starts=first, infuse=day_0)
    return course.give_lymphodepletion(first, first + 1, first + 2).infuse(day_0)


def _tocilizumab(course: Course, day: int, hour: str) -> Course:
    dose = min(course.who.weight_kg * TOCILIZUMAB_MG_PER_KG, TOCILIZUMAB_MOST_MG)
    return course.treat(day, "tocilizumab", dose.quantize(Decimal(1)), hour)


# ── the stories ──────────────────────────────────────────────────────────────────────────────────────────────────


def draft(course: Course) -> Course:
    return course.draft(-1, "17:40", status="relapse_later", lines=2, ecog="0", needed_within_days=14)


def sent_today(course: Course) -> Course:
    return course.ask(0, "00:30", status="relapse_within_12_months", ecog="2", needed_within_days=14)


def answer_is_late(course: Course) -> Course:
    return course.ask(-6, "17:55", ecog="2", needed_within_days=7)


def asked_for_more(course: Course) -> Course:
    course.ask(-5, disease="fl", status="relapse_later", lines=3)
    return course.ask_for(-4, histology="Istologia della recidiva", bloods="LDH di questa settimana")


def before_the_board(course: Course) -> Course:
    return course.ask(-8, status="relapse_within_12_months").take_on(-7)


def slot_is_awaited(course: Course) -> Course:
    course.ask(-16).take_on(-15).decide(-9, "liso-cel")
    return course.order(-4, collect=5, ship=6, release=31, infuse=42, confirmed=False)


def chair_is_booked(course: Course) -> Course:
    course.ask(-20, disease="lbcl").take_on(-19).decide(-13, "axi-cel")
    return course.order(-12, collect=4, ship=5, release=30, infuse=42).book(-8, on=4)


def collected(course: Course) -> Course:
    """Collected on the last working day; the cells leave for the maker next."""
    return to_collection(course, 41, "brexu-cel", disease="mcl", status="relapse_within_12_months", lines=2)


def in_manufacturing_with_bridging(course: Course) -> Course:
    to_collection(course, 21, "axi-cel", status="relapse_within_12_months")
    return course.ship(-20, expected=3).bridge(-18, "polatuzumab", aims=("volume",), regimen="Pola-BR")


def released(course: Course) -> Course:
    to_collection(course, 11, "liso-cel", lines=2)
    course.ship(-30, expected=-4).bridge(-28, "steroid", until=-20, response="partial", aims=("symptoms",))
    return course.release(-2)


def in_lymphodepletion(course: Course) -> Course:
    to_product(course, 4, "axi-cel")
    return course.plan_lymphodepletion(-5, starts=-1, infuse=4).give_lymphodepletion(-1)


def infused_yesterday(course: Course) -> Course:
    to_day_0(course, -1, "liso-cel", lines=2)
    course.assess(-1, WELL, "18:00")
    return course.calm(0)


def crs_2(course: Course) -> Course:
    """Fever on day +2, hypotension on day +3 after midnight, tocilizumab; today waits for a confirmation."""
    to_day_0(course, -4, "axi-cel", status="refractory")
    course.calm(-3)
    course.assess(-2, FEVER)
    course.assess(-1, FEVER)
    course.assess(-1, FEVER_AND_HYPOTENSION, "20:30")
    _tocilizumab(course, -1, "21:10")
    course.assess(-1, FEVER, "23:30")
    course.assess(0, FEVER_AND_OXYGEN, "00:20", confirm=False)
    return course


def icans_1(course: Course) -> Course:
    to_day_0(course, -9, "axi-cel", status="refractory")
    course.calm(-8)
    course.assess(-7, FEVER)
    course.assess(-6, FEVER)
    course.assess(-5, FEVER | {"ice_orientation": 3})
    course.treat(-5, "dexamethasone", Decimal(10), "09:00")
    course.assess(-4, SLOW)
    return course.calm(-3, -2, -1)


def pet_is_due(course: Course) -> Course:
    to_day_0(course, -29, "liso-cel", lines=2)
    course.calm(-28)
    course.assess(-25, FEVER)
    return course.calm(-24, -20, -16).discharge(-15).close_watch(-14)


def half_a_year_on(course: Course) -> Course:
    """CRS 3 with a vasopressor and two days of intensive care, long over."""
    to_day_0(course, -181, "axi-cel")
    course.calm(-180)
    course.assess(-179, FEVER)
    course.assess(-178, SHOCK)
    _tocilizumab(course, -178, "11:00")
    course.intensive_care(-178, "11:30", "CRS 3: noradrenalina.", out=-176)
    course.calm(-175, -172, -168).discharge(-166).close_watch(-165)
    course.restage(-151, "pet_30", "3", "CMR").visit(-151, "Sta bene, emocromo in ripresa.")
    return course.restage(-90, "pet_90", "2", "CMR").visit(-81, "In remissione, nessun sintomo.")


def refused(course: Course) -> Course:
    """Age alone refuses nobody; here the disease has not come back."""
    course.ask(-30, status="relapse_later", ecog="2").take_on(-29)
    return course.refuse(
        -24,
        ("disease_not_relapsed", "age"),
        "La biopsia non conferma la recidiva: fibrosi, nessuna cellula neoplastica.",
        "PET di controllo tra 8 settimane; segnalare di nuovo se ricompare malattia.",
    )


def died_in_waiting(course: Course) -> Course:
    to_collection(course, 2, "axi-cel", status="refractory", needed_within_days=7)
    course.ship(-39, expected=-14).bridge(-37, "chemotherapy", until=-25)
    return course.die(-12, "Progressione rapida durante la produzione.")


def on_hold(course: Course) -> Course:
    course.ask(-25, disease="mcl", status="relapse_within_12_months", lines=2).take_on(-24).decide(-18, "brexu-cel")
    return course.hold(-10, "Polmonite: si riprende a infezione risolta.")


def crs_1_at_the_second_hub(course: Course) -> Course:
    to_day_0(course, -3, "axi-cel")
    course.calm(-2)
    course.assess(-1, FEVER)
    return course


def advised_against(course: Course) -> Course:
    course.ask(-14, disease="mm", status="refractory", lines=4, ecog="3")
    return course.advise_against(
        -13,
        ["active_infection"],
        "Infezione attiva non controllata: oggi il rischio supera il beneficio.",
        "Trattare l'infezione; l'hub richiama tra 3 settimane.",
    )


STORIES = (
    draft,
    sent_today,
    answer_is_late,
    asked_for_more,
    before_the_board,
    slot_is_awaited,
    chair_is_booked,
    collected,
    in_manufacturing_with_bridging,
    released,
    in_lymphodepletion,
    infused_yesterday,
    crs_2,
    icans_1,
    pet_is_due,
    half_a_year_on,
    refused,
    died_in_waiting,
    on_hold,
    crs_1_at_the_second_hub,
    advised_against,
)
