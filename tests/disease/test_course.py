"""From the record to the answer of the indications: what is counted, what is derived, what stays unknown."""

from dataclasses import dataclass, field
from datetime import date

import pytest
from django.utils import translation

from patients.clinical import reference_data
from patients.clinical.days import PartialDate
from patients.clinical.indications import Indications
from patients.disease import course, indication
from patients.disease.course import Told


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


ON = date(2026, 11, 20)
ROWS = Indications.valid(reference_data.indications(), "EU", ON)
JUDGE, ELIGIBLE, NOT, OPEN = (
    "NEEDS_JUDGEMENT",
    "ELIGIBLE_BY_INDICATION",
    "NOT_IN_INDICATION",
    "INCOMPLETE",
)


@dataclass
class Row:
    regimen: str = ""
    radiotherapy_alone: bool = False
    counts_as: str = "line"
    classes: list[str] = field(default_factory=lambda: ["anti_cd20"])
    drugs: list[str] = field(default_factory=list)
    transplanted: bool | None = False
    best_response: str | None = None
    responded: PartialDate | None = None
    ended: PartialDate | None = None
    progressed: PartialDate | None = None
    refractory: bool | None = None
    deauville: int | None = None
    biopsy_proven: bool | None = None


def day(written: str | None) -> PartialDate | None:
    return PartialDate.parse(written) if written else None


def told(disease: str, *rows: Row, **known) -> Told:
    known = {"age": 60, "cns": "never", "subtype": "DLBCL" if disease == "lbcl" else None} | known
    return Told(disease, lines=tuple(course.counted(rows)), **known)


def first_line(cr="2025-03-10", ended="2025-02-20", relapse="2025-10-01", **known) -> Row:
    return Row(best_response="cr", responded=day(cr), ended=day(ended), progressed=day(relapse), **known)


def by_rules(case: Told, on: date) -> indication.Answer:
    return indication.answer(case, on, reference_data.indications())


def answered(case: Told):
    found = course.assess(case, ROWS)
    return found.status, found.products, found.result.missing


# ── counting ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("rows", "count"),
    [
        ([], 0),
        ([Row()], 1),
        ([Row(), Row(counts_as="same_plan"), Row(counts_as="same_plan")], 1),  # induction, transplant, maintenance
        ([Row(), Row(counts_as="toxicity")], 1),
        ([Row(), Row(counts_as="bridging")], 1),
        ([Row(), Row(radiotherapy_alone=True), Row()], 2),
        ([Row(counts_as="same_plan")], 1),  # nothing before it that it could continue
        ([Row(radiotherapy_alone=True), Row(counts_as="same_plan"), Row()], 2),
    ],
)
def test_lines_are_counted_as_the_reference_counts_them(rows, count):
    assert len(course.counted(rows)) == count


def test_a_line_of_several_parts_ends_with_its_last_and_responds_with_its_best():
    (line,) = course.counted(
        [
            Row(best_response="pr", ended=day("2025-01-10"), classes=["imid"], transplanted=False),
            Row(
                counts_as="same_plan",
                best_response="cr",
                responded=day("2025-04"),
                ended=day("2025-05-01"),
                classes=["lenalidomide"],
                transplanted=True,
            ),
            Row(counts_as="same_plan", ended=day("2026-01"), progressed=day("2026-06"), refractory=True),
        ]
    )
    assert (line.best_response, line.end_response, line.first_complete) == ("cr", "cr", day("2025-04"))
    assert (line.ended, line.progressed, line.refractory) == (day("2026-01"), day("2026-06"), True)
    assert (line.transplanted, sorted(line.classes)) == (True, ["anti_cd20", "imid", "lenalidomide"])


@pytest.mark.parametrize(
    ("listed", "early", "none", "count"),
    [
        (0, None, False, None),
        (0, 2, False, 2),
        (0, None, True, 0),
        (2, 1, False, 2),
        (1, 4, False, 4),
        (3, 3, False, 3),
    ],
)
def test_lines_told_early_count_until_as_many_are_listed(listed, early, none, count):
    case = told("fl", *[Row()] * listed, lines_told=early, no_line=none)
    assert case.line_count == count


# ── exposure and refractoriness ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("rows", "early", "exposed"),
    [
        ([], None, None),
        ([Row(classes=[])], None, None),
        ([Row()], None, False),
        ([Row(), Row(classes=[])], None, None),
        ([Row(classes=[], drugs=["prednisone"])], None, False),  # what it held is known, and it is none of the classes
        ([Row(), Row(classes=["btki"])], None, True),
        ([Row()], 2, None),  # another line was told and is not listed
    ],
)
def test_exposure_is_denied_only_where_every_line_says_what_it_held(rows, early, exposed):
    assert course.exposed(told("mcl", *rows, lines_told=early), "btki") is exposed


@pytest.mark.parametrize(
    ("drugs", "classes", "asked", "exposed", "unread"),
    [
        (["Imbruvica"], [], "btki", True, ()),  # recorded before it was recognised
        (["ibrutinib 560 mg/die"], [], "btki", True, ()),
        (["Nuovomab", "rituximab"], [], "btki", None, ("Nuovomab",)),
        (["Nuovomab", "rituximab"], [], "anti_cd20", True, ("Nuovomab",)),
        (["Nuovomab"], ["imid"], "anti_cd19", None, ("Nuovomab",)),  # a class that was ticked denies no other
        (["bortezomib", "talidomide", "desametasone"], [], "imid", True, ()),
        (["VXd"], [], "pi", None, ("VXd",)),
        (["rituximab"], [], "btki", False, ()),
    ],
)
def test_a_drug_that_is_not_recognised_may_belong_to_any_class(drugs, classes, asked, exposed, unread):
    case = told("mm", Row(), Row(drugs=drugs, classes=classes))
    assert (course.exposed(case, asked), case.not_recognised) == (exposed, unread)


def test_an_indication_is_not_denied_by_a_drug_that_is_not_recognised():
    rows = [Row(), Row(drugs=["Nuovomab"], classes=[], **RELAPSED)]
    assert answered(told("mcl", *rows)) == (OPEN, (), ("btki_exposed",))
    found = indication.shown(by_rules(told("mcl", *rows), ON), clocks=False)
    assert [one.words for one in found.warnings] == [
        "Not recognised: Nuovomab. Classes that nothing else proves stay unknown."
    ]
    assert answered(told("mcl", Row(), Row(drugs=["Imbruvica"], classes=[], **RELAPSED)))[0] == ELIGIBLE
    triple = [
        Row(drugs=["bortezomib", "talidomide", "desametasone"], classes=[], refractory=False),
        Row(drugs=["Darzalex 16 mg/kg"], classes=[], refractory=True),
    ]
    assert answered(told("mm", *triple)) == (ELIGIBLE, ("ide-cel",), ())


def test_without_a_line_nothing_was_given():
    assert course.exposed(told("mcl", no_line=True), "btki") is False


def test_lenalidomide_is_an_imid_and_elotuzumab_no_anti_cd38():
    case = told("mm", Row(classes=["lenalidomide", "anti_slamf7"]))
    assert [(one.code, one.exposed) for one in course.exposures(case)] == [
        ("imid", True),
        ("lenalidomide", True),
        ("pi", False),
        ("anti_cd38", False),
        ("celmod", False),
        ("anti_slamf7", True),
        ("anti_bcma", False),
    ]
    assert course.mimics_m_protein(case) is False
    assert course.mimics_m_protein(told("mm", Row(classes=["anti_cd38"]))) is True
    assert course.mimics_m_protein(told("lbcl", Row(classes=["anti_cd38"]))) is False


@pytest.mark.parametrize(
    ("row", "refractory"),
    [
        (Row(), None),
        (Row(refractory=True), True),
        (Row(refractory=False, best_response="pd"), False),  # what a person said counts
        (Row(best_response="pd"), True),
        (Row(best_response="pr", ended=day("2026-01-01"), progressed=day("2026-03-02")), True),  # 60 days
        (Row(best_response="pr", ended=day("2026-01-01"), progressed=day("2026-03-03")), None),  # 61
        (Row(best_response="pr", ended=day("2026-01"), progressed=day("2026-03")), None),
        (Row(best_response="pr", ended=day("2026-03-01"), progressed=day("2026-02-01")), True),
    ],
)
def test_myeloma_is_refractory_to_what_it_progressed_on_or_within_60_days_of(row, refractory):
    (line,) = course.counted([row])
    assert course.is_refractory(line, "mm") is refractory


@pytest.mark.parametrize(
    ("rows", "refractory"),
    [
        ([Row(classes=["pi"])], False),
        ([Row(classes=["lenalidomide"], refractory=True), Row(classes=["pi"], refractory=False)], True),
        ([Row(classes=["lenalidomide"], refractory=False), Row(classes=["pi"], refractory=True)], False),
        ([Row(classes=["lenalidomide"]), Row(classes=["pi"], refractory=True)], None),
        ([Row(classes=[])], None),
    ],
)
def test_refractoriness_to_lenalidomide_is_that_of_the_lines_that_held_it(rows, refractory):
    assert course.refractory_to(told("mm", *rows), "lenalidomide") is refractory


# ── large B-cell lymphoma ────────────────────────────────────────────────────────────────────────────────────────

TWO = ("axi-cel", "liso-cel")


@pytest.mark.parametrize(
    ("row", "status", "products", "missing"),
    [
        (Row(best_response="pd"), ELIGIBLE, TWO, ()),  # primary refractory
        (Row(best_response="pr", deauville=4), ELIGIBLE, TWO, ()),
        (Row(best_response="sd"), ELIGIBLE, TWO, ()),
        (first_line(), ELIGIBLE, TWO, ()),
        (first_line("2025-01-10", "2025-01-10", "2025-12-10"), ELIGIBLE, TWO, ()),  # 11 months
        (first_line("2025-01-10", "2025-01-10", "2026-01-10"), ELIGIBLE, TWO, ()),  # the last day counts
        (first_line("2025-01-10", "2025-01-10", "2026-01-11"), NOT, (), ()),
        (first_line("2025-01-10", "2025-01-10", "2026-02-10"), NOT, (), ()),  # 13 months
        (first_line("2025-03-10", "2025-01-10", "2026-02-10"), JUDGE, (), ()),  # the papers' clock alone: off label
        (first_line("2025-01-10", "2025-03-10", "2026-02-10"), ELIGIBLE, TWO, ()),  # the label's alone
        (first_line("2025-03-10", "2025-02", "2026-02-20"), OPEN, (), ("last_1l_dose_date",)),
        (first_line("2025-01-01", "2025-02-10", "2026-02"), OPEN, (), ("relapse_date",)),
        (first_line("2025-03-10", "2025-02", "2026-01"), ELIGIBLE, TWO, ()),  # whichever day it was
        (first_line(relapse=None), OPEN, (), ("relapsed_or_refractory",)),
        (first_line(ended=None), OPEN, (), ("last_1l_dose_date",)),
        (first_line(ended="2025-12-01", relapse="2025-10-01"), ELIGIBLE, TWO, ()),  # progression on the line
        (Row(best_response=None, refractory=True), ELIGIBLE, TWO, ()),
    ],
)
def test_second_line_of_large_b_cell_lymphoma(row, status, products, missing):
    assert answered(told("lbcl", row)) == (status, products, missing)


@pytest.mark.parametrize(
    ("subtype", "row", "status", "products"),
    [
        ("PMBCL", Row(best_response="pr", deauville=4), JUDGE, ("liso-cel",)),
        ("PMBCL", Row(best_response="pr"), JUDGE, ("liso-cel",)),
        ("PMBCL", Row(best_response="pr", deauville=5), ELIGIBLE, ("liso-cel",)),
        ("PMBCL", Row(best_response="pr", deauville=4, biopsy_proven=True), ELIGIBLE, ("liso-cel",)),
        ("PMBCL", Row(best_response="pd"), ELIGIBLE, ("liso-cel",)),
        ("FL3B", first_line(), ELIGIBLE, ("liso-cel",)),
        ("PCNSL", first_line(), NOT, ()),
    ],
)
def test_the_subtype_decides_which_product(subtype, row, status, products):
    assert answered(told("lbcl", row, subtype=subtype))[:2] == (status, products)


@pytest.mark.parametrize(
    ("subtype", "proven", "status", "said"),
    [
        ("PMBCL", None, JUDGE, ["biopsy_not_recorded"]),
        ("PMBCL", False, JUDGE, []),
        ("PMBCL", True, ELIGIBLE, []),
        ("DLBCL", None, ELIGIBLE, []),  # with or without a proof
    ],
)
def test_a_biopsy_that_nobody_recorded_stays_unknown_and_is_told_where_it_would_count(subtype, proven, status, said):
    case = told("lbcl", Row(best_response="pr", deauville=4, biopsy_proven=proven), subtype=subtype)
    found = course.assess(case, ROWS)
    assert (found.status, found.facts.biopsy_proven) == (status, proven)
    assert [ground.code for ground in found.result.warnings] == said


def test_third_line_after_a_failed_transplant():
    rows = [
        first_line(),
        Row(best_response="pr"),
        Row(counts_as="same_plan", transplanted=True, progressed=day("2026-09-01")),
    ]
    assert answered(told("lbcl", *rows)) == (ELIGIBLE, ("axi-cel", "liso-cel", "tisa-cel"), ())


def test_active_disease_in_the_cns_is_for_the_board():
    assert answered(told("lbcl", Row(best_response="pd"), cns="active")) == (JUDGE, TWO, ())
    assert answered(told("lbcl", Row(best_response="pd"), cns="cleared")) == (ELIGIBLE, TWO, ())
    assert answered(told("lbcl", Row(best_response="pd"), cns=None)) == (OPEN, (), ("active_cns",))


def test_asking_early_names_what_would_decide_and_never_says_no():
    early = Told("lbcl", status="refractory", lines_told=1, age=81)
    assert answered(early) == (OPEN, (), ("subtype", "active_cns"))
    relapse = Told("lbcl", subtype="DLBCL", cns="never", status="relapse_within_12_months", lines_told=1, age=60)
    assert answered(relapse) == (OPEN, (), ("relapse_date", "first_cr_date", "last_1l_dose_date"))


def test_age_never_decides_in_an_adult():
    for age in (18, 60, 81, 95):
        assert answered(told("lbcl", Row(best_response="pd"), age=age))[0] == ELIGIBLE
    assert answered(told("lbcl", Row(best_response="pd"), age=17))[0] == NOT
    assert answered(told("lbcl", Row(best_response="pd"), age=None))[2] == ("is_adult",)


def test_dates_that_contradict_each_other_are_told_and_decide_nothing():
    found = course.assess(told("lbcl", first_line("2025-06-01", "2025-02-01", "2025-04-01")), ROWS)
    assert (found.status, found.facts, found.result.missing) == (OPEN, None, ("relapse_date",))
    assert [ground.code for ground in found.result.warnings] == ["dates_contradict"]


# ── the other diseases ───────────────────────────────────────────────────────────────────────────────────────────

RELAPSED = {"progressed": day("2026-09-01")}


@pytest.mark.parametrize(
    ("rows", "status", "missing"),
    [
        ([Row(classes=["btki"], **RELAPSED)], NOT, ()),
        ([Row(), Row(classes=["btki"], **RELAPSED)], ELIGIBLE, ()),
        ([Row(classes=["btki_non_covalent"]), Row(**RELAPSED)], ELIGIBLE, ()),
        ([Row(), Row(**RELAPSED)], NOT, ()),
        ([Row(), Row(classes=[], **RELAPSED)], OPEN, ("btki_exposed",)),
        ([Row(), Row(classes=["btki"])], OPEN, ("relapsed_or_refractory",)),
    ],
)
def test_mantle_cell_lymphoma_asks_for_two_lines_with_a_btk_inhibitor(rows, status, missing):
    products = ("brexu-cel", "liso-cel") if status == ELIGIBLE else ()
    assert answered(told("mcl", *rows)) == (status, products, missing)


@pytest.mark.parametrize(
    ("count", "status", "products"),
    [
        (1, NOT, ()),
        (2, ELIGIBLE, ("liso-cel", "tisa-cel")),
        (3, ELIGIBLE, ("axi-cel", "liso-cel", "tisa-cel")),
    ],
)
def test_follicular_lymphoma_by_lines(count, status, products):
    rows = [Row()] * (count - 1) + [Row(**RELAPSED)]
    assert answered(told("fl", *rows)) == (status, products, ())


FIRST_RELAPSE = [Row(best_response="cr", **RELAPSED)]


@pytest.mark.parametrize(
    ("age", "rows", "status", "products"),
    [
        (25, FIRST_RELAPSE, NOT, ()),
        (26, FIRST_RELAPSE, ELIGIBLE, ("brexu-cel", "obe-cel")),
        (25, [Row(best_response="cr"), *FIRST_RELAPSE], ELIGIBLE, ("tisa-cel",)),  # second relapse
        (25, [Row(best_response="cr", transplanted=True, **RELAPSED)], ELIGIBLE, ("tisa-cel",)),
        (25, [Row(best_response="sd", refractory=True)], ELIGIBLE, ("tisa-cel",)),
        (26, [Row(best_response="sd", refractory=True)], ELIGIBLE, ("brexu-cel", "obe-cel")),
    ],
)
def test_acute_leukaemia_at_25_and_at_26(age, rows, status, products):
    assert answered(told("all", *rows, age=age)) == (status, products, ())


ON_MAINTENANCE = {"ended": day("2026-09-01"), "progressed": day("2026-06-01")}
RELAPSE_1 = "Counted as relapse number 1, not as refractory: after a complete response it is one."
REFRACTORY = "Counted as refractory to the last line."


@pytest.mark.parametrize(
    ("rows", "status", "answer", "counted"),
    [
        # Induction with a complete response, progression during maintenance: a first relapse.
        ([Row(best_response="cr", **ON_MAINTENANCE)], None, (NOT, (), ()), [RELAPSE_1]),
        ([Row(best_response="cr"), Row(counts_as="same_plan", **ON_MAINTENANCE)], None, (NOT, (), ()), [RELAPSE_1]),
        ([Row(best_response="cr", **ON_MAINTENANCE)], "refractory", (ELIGIBLE, ("tisa-cel",), ()), [REFRACTORY]),
        ([Row(best_response="pr", **ON_MAINTENANCE)], None, (ELIGIBLE, ("tisa-cel",), ()), [REFRACTORY]),
        ([Row(best_response="pd")], None, (ELIGIBLE, ("tisa-cel",), ()), [REFRACTORY]),
        # Nobody said what the induction reached, or what was said contradicts itself.
        ([Row(**ON_MAINTENANCE)], None, (OPEN, (), ("refractory", "relapse_number")), []),
        ([Row(best_response="cr", refractory=True, **ON_MAINTENANCE)], None, (OPEN, (), ("refractory",)), []),
    ],
)
def test_a_relapse_after_a_complete_response_is_not_counted_as_refractory(rows, status, answer, counted):
    case = told("all", *rows, age=12, status=status)
    assert answered(case) == answer
    said = [one.words for one in indication.shown(by_rules(case, ON), clocks=False).why]
    assert [one for one in said if one.startswith("Counted")] == counted


@pytest.mark.parametrize(
    ("rows", "status", "products", "missing"),
    [
        (
            [Row(classes=["lenalidomide", "pi"]), Row(classes=["anti_cd38"], refractory=True)],
            OPEN,
            (),
            ("lenalidomide_refractory",),
        ),
        (
            [Row(classes=["lenalidomide", "pi"], refractory=False), Row(classes=["anti_cd38"], refractory=True)],
            ELIGIBLE,
            ("ide-cel",),
            (),
        ),
        (
            [Row(classes=["lenalidomide", "pi"], refractory=True), Row(classes=["anti_cd38"], refractory=True)],
            ELIGIBLE,
            ("cilta-cel", "ide-cel"),
            (),
        ),
        (
            [Row(classes=["imid", "pi"], refractory=False), Row(classes=["anti_slamf7"], refractory=True)],
            NOT,
            (),
            (),
        ),
        ([Row(classes=["lenalidomide", "pi"], refractory=True)], ELIGIBLE, ("cilta-cel",), ()),
        (
            [Row(classes=["celmod", "pi"], refractory=False), Row(classes=["anti_cd38"], refractory=True)],
            JUDGE,
            ("ide-cel",),
            (),
        ),
        ([Row(classes=["lenalidomide", "pi"])], OPEN, (), ("pd_on_last",)),
    ],
)
def test_myeloma_by_exposure_and_refractoriness(rows, status, products, missing):
    assert answered(told("mm", *rows)) == (status, products, missing)


def test_a_disease_without_a_rule_has_no_answer():
    assert course.assess(told("other"), ROWS) is None
    assert course.assess(Told(None), ROWS) is None


# ── kept and opened again ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "case",
    [
        told("lbcl", first_line("2025-03-10", "2025-02", "2026-02-20")),
        told("mcl", Row(), Row(classes=["btki"], **RELAPSED)),
        told("fl", Row(), Row(**RELAPSED)),
        told("all", *FIRST_RELAPSE, age=25),
        told("mm", Row(classes=["lenalidomide", "pi"], refractory=True)),
    ],
)
def test_what_was_kept_gives_the_same_answer_again(case):
    found = by_rules(case, ON)
    again = indication.reopened(indication.kept(found))
    assert (again.eu, again.italy, again.on) == (found.eu, found.italy, found.on)


def test_an_old_decision_keeps_the_rules_of_its_day():
    case = told("mcl", Row(), Row(classes=["btki"], **RELAPSED))
    then = by_rules(case, date(2025, 10, 31))
    assert then.eu.products == ("brexu-cel",)  # liso-cel has its label since November 2025
    kept = indication.kept(then)
    assert indication.reopened(kept).eu.products == ("brexu-cel",)
    change = indication.changed_since(kept, by_rules(case, ON))
    assert (change.facts, change.result) == ([], True)


def test_what_changed_since_is_named_with_then_and_now():
    kept = indication.kept(by_rules(told("lbcl", first_line()), ON))
    now = by_rules(told("lbcl", first_line(relapse="2026-10-01"), cns="active"), ON)
    change = indication.changed_since(kept, now)
    assert change.facts == [
        ("the day of the relapse", "01/10/2025", "01/10/2026"),
        ("whether disease in the CNS is active", "no", "yes"),
    ]
    assert (change.then, change.now, change.result) == (ELIGIBLE, JUDGE, True)
    same = indication.changed_since(kept, by_rules(told("lbcl", first_line()), ON))
    assert (same.facts, same.result) == ([], False)


@pytest.mark.parametrize(
    ("case", "italy"),
    [
        (told("lbcl", first_line()), {"axi-cel": "Italy: reimbursed", "liso-cel": "Italy: reimbursed"}),
        (told("fl", Row(), Row(**RELAPSED)), {"liso-cel": "Italy: not known", "tisa-cel": "Italy: not known"}),
        (told("mm", Row(classes=["lenalidomide", "pi"], refractory=True)), {"cilta-cel": "Italy: not reimbursed"}),
        (
            told(
                "mm",
                Row(classes=["lenalidomide", "pi"], refractory=False),
                Row(classes=["anti_cd38"], refractory=True),
            ),
            {"ide-cel": "Italy: not for this case"},  # from the third line
        ),
    ],
)
def test_italy_is_said_for_each_product(case, italy):
    shown = indication.shown(by_rules(case, ON))
    assert {one.code: one.italy.text for one in shown.products} == italy


def test_a_product_names_the_row_that_covers_the_case():
    wording = indication.shown(by_rules(told("lbcl", Row(), Row(best_response="pd"), subtype="HGBL"), ON))
    assert [(one.code, one.source) for one in wording.products] == [
        ("axi-cel", "reference 5.1, our convention"),
        ("liso-cel", "reference 5.1, our convention"),
    ]
    clear = indication.shown(by_rules(told("lbcl", Row(), Row(best_response="pd")), ON))
    assert [(one.code, one.source) for one in clear.products] == [
        ("axi-cel", "reference 4/axi-cel"),
        ("liso-cel", "reference 4/liso-cel"),
        ("tisa-cel", "reference 4/tisa-cel"),
    ]


def test_one_missing_fact_is_named_as_the_one_that_decides():
    shown = indication.shown(by_rules(told("lbcl", first_line("2025-03-10", "2025-02", "2026-02-20")), ON))
    assert shown.decides == "the day of the last dose of first line in 02/2025"
    assert [one.section for one in shown.missing] == ["lines"]
    several = indication.shown(by_rules(Told("lbcl", status="refractory", lines_told=1, age=60), ON))
    assert (several.decides, len(several.missing)) == ("", 2)


def test_what_every_missing_fact_leads_to_is_said_and_only_the_products_are_open():
    shown = indication.shown(by_rules(told("lbcl", Row(), Row(best_response="pd"), subtype=None), ON))
    assert (shown.status, shown.title, shown.asks) == (OPEN, "Cannot be told yet", "One fact decides:")
    young = told("all", Row(), Row(progressed=day("2026")), age=None, status="refractory")
    shown = indication.shown(by_rules(young, ON))
    assert (shown.status, shown.title, shown.tone) == (OPEN, "In the indication", "ok")
    assert (shown.asks, shown.decides, shown.could_be) == ("Which products depends on:", "", "")
    assert [one.code for one in shown.in_question] == ["brexu-cel", "obe-cel", "tisa-cel"]
    never = indication.shown(by_rules(told("lbcl", Row(), subtype="PCNSL", cns=None), ON))
    assert (never.status, never.title, never.asks) == (OPEN, "Not in the indication either way", "")
    assert never.tone == "info"


def test_italy_reimburses_what_the_board_judges_only_if_it_so_judges():
    doubt = told("lbcl", Row(best_response="pr", deauville=4, ended=day("2026-05")), subtype="PMBCL")
    for case in (told("lbcl", Row(), Row(best_response="pd"), subtype="HGBL"), doubt):
        shown = indication.shown(by_rules(case, ON))
        assert {(one.italy.text, one.italy.tone) for one in shown.products} == {
            ("Italy: reimbursed if the board so judges", "warn")
        }


def test_an_advised_biopsy_stands_open():
    shown = indication.shown(by_rules(told("lbcl", Row(best_response="pr", ended=day("2026-05"))), ON))
    assert [one.words for one in shown.warnings] == ["A partial response: a biopsy of the residual disease is advised."]
    assert [one for one in shown.why if "biopsy" in one.words] == []
