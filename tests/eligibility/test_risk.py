"""Clinical risk in words and wash-outs of what is in hand, from facts alone: no database."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.utils import translation

from patients.clinical.days import PartialDate
from patients.disease.models import Diagnosis, TherapyLine
from patients.eligibility import risk, washouts
from patients.observations.models import Observation
from patients.referral.models import Medicine

TODAY = date(2026, 11, 20)


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def measured(**values) -> dict[str, Observation]:
    """Values in the unit of their kind, all of 12/11/2026; LDH with its upper limit of 250."""
    at = datetime(2026, 11, 12, 9, tzinfo=UTC)
    found = {what: Observation(what=what, value=Decimal(value), unit="u", at=at) for what, value in values.items()}
    if "ldh" in found:
        found["ldh"].upper_limit = Decimal(250)
    return found


def facts(disease="lbcl", diagnosis=None, ecog=1, age=65, **values) -> risk.Facts:
    return risk.Facts(disease, diagnosis, age, ecog, measured(**values), "Europe/Rome")


def shown(given: risk.Facts) -> dict[str, tuple]:
    return {one.name: (one.value, one.risk, one.missing) for one in risk.scores(given)}


WHOLE = {"ldh": "300", "crp": "2", "ferritin": "540", "platelets": "110", "anc": "0.95", "haemoglobin": "10.1"}


def test_scores_are_computed_from_what_stands_and_say_from_which_day():
    known = facts(diagnosis=Diagnosis(stage="IV", extranodal_sites=2), ecog=2, creatinine="1.0", **WHOLE)
    assert shown(known) == {
        "IPI": ("5", "high", ""),
        "Age-adjusted IPI": ("3", "high", ""),
        "CAR-HEMATOTOX": ("2", "high", ""),
        "EASIX, s-EASIX, m-EASIX": ("2.73 · 2.73 · 5.45", "", ""),
    }
    assert {one.days for one in risk.scores(known)} == {"values of 12/11/2026"}
    hematotox = risk.scores(known)[2]
    assert [one.words for one in hematotox.why] == [
        "Platelets 110: 1 point",
        "Neutrophils 950: 1 point",
        "Haemoglobin 10.1: 0 points",
        "CRP 2: 0 points",
        "Ferritin 540: 0 points",
    ]
    assert (hematotox.source, hematotox.version) == ("3", "CAR-HEMATOTOX 2021")


def test_what_is_missing_gives_a_range_and_its_name_never_a_number():
    known = facts(diagnosis=Diagnosis(stage="IV"), ecog=2, **(WHOLE | {"ferritin": "540"}))
    assert shown(known)["IPI"] == ("4 to 5", "", "Extranodal sites")
    del known.measured["ferritin"]
    assert shown(known)["CAR-HEMATOTOX"] == ("2 to 4", "", "Ferritin")
    assert shown(known)["EASIX, s-EASIX, m-EASIX"] == ("not known", "", "Creatinine")
    assert shown(facts(diagnosis=None, ecog=None, age=None))["IPI"][0] == "0 to 5"


def test_each_disease_has_its_own_scores():
    assert list(shown(facts("fl"))) == ["EASIX, s-EASIX, m-EASIX"]
    mantle = facts("mcl", Diagnosis(ki67_percent=30), ecog=1, ldh="300", wbc="8.0")
    assert shown(mantle)["sMIPI"] == ("5", "intermediate", "")
    assert shown(mantle)["MIPI"][:2] == ("6.07", "intermediate")
    assert shown(mantle)["MIPI-b"] == ("6.71", "risk not known", "")


@pytest.mark.parametrize(
    ("known", "value", "missing"),
    [
        ({}, "not known", "MRD assay"),
        ({"mrd_assay": "NGS", "mrd_sensitivity": 5, "mrd_detected": False}, "negative", ""),
        ({"mrd_assay": "NGF", "mrd_sensitivity": 6, "mrd_detected": True}, "positive", ""),
        (
            {"mrd_assay": "NGF", "mrd_sensitivity": 4, "mrd_detected": False},
            "for a person to judge: the assay is not sensitive enough",
            "",
        ),
    ],
)
def test_minimal_residual_disease_is_said_with_its_assay_or_not_at_all(known, value, missing):
    assert shown(facts("mm", Diagnosis(**known)))["MRD"] == (value, "", missing)


def test_a_value_that_no_rule_takes_is_named_and_breaks_nothing_else():
    assert shown(facts(**(WHOLE | {"platelets": "0", "creatinine": "1"})))["EASIX, s-EASIX, m-EASIX"] == (
        "cannot be computed",
        "",
        "Platelets cannot be: look at it",
    )


def test_what_weighs_beside_the_scores():
    known = facts(diagnosis=Diagnosis(bulky=True, largest_mass_cm=Decimal("8.5"), told_on=TODAY), ldh="300", crp="2.5")
    rows = {one.name: (one.value, one.risk, one.alert) for one in risk.plain_rows(known, needed_within_days=14)}
    assert rows == {
        "Bulky": ("yes, largest mass 8.5 cm", "", True),
        "LDH": ("300 u", "1.2 × upper limit", True),
        "CRP": ("2.5 u", "", False),
        "Ferritin": ("not known", "", False),
        "Tempo": ("therapy needed within 14 days", "", False),
    }
    mantle = {
        one.name: one.alert
        for one in risk.plain_rows(facts("mcl", Diagnosis(ki67_percent=30)), needed_within_days=None)
    }
    assert mantle["Ki-67"] is True
    mantle = {
        one.name: one.alert
        for one in risk.plain_rows(facts("mcl", Diagnosis(ki67_percent=29)), needed_within_days=None)
    }
    assert mantle["Ki-67"] is False


# ── wash-outs ────────────────────────────────────────────────────────────────────────────────────────────────────


def line(regimen: str, ended: str | None, *drugs: str, **known) -> TherapyLine:
    row = TherapyLine(regimen=regimen, drugs=list(drugs), **known)
    row.ended = PartialDate.parse(ended) if ended else None
    return row


def medicine(name: str, washout: str, last: str | None) -> Medicine:
    row = Medicine(name=name, washout=washout)
    row.last_dose = PartialDate.parse(last) if last else None
    return row


def said(medicines=(), lines=(), on=date(2026, 12, 1)) -> list[tuple]:
    return [
        (
            one.name,
            one.last_dose and str(one.last_dose),
            washouts.shown(one, on).earliest,
            washouts.shown(one, on).short.text,
        )
        for one in washouts.in_hand(medicines, lines, TODAY)
    ]


@pytest.mark.parametrize(
    ("last", "earliest", "short"),
    [
        ("2026-11-24", "01/12/2026", "kept"),
        ("2026-11-25", "02/12/2026", "short by 1 day"),
        ("2026-11-29", "06/12/2026", "short by 5 days"),
        ("2026-11", "07/12/2026", "short by 0 to 6 days"),
        (None, "", "short by 0 to 7 days"),
    ],
)
def test_a_steroid_wants_seven_days(last, earliest, short):
    steroid = medicine("prednisone 25 mg", "systemic_steroid_over_5_mg_prednisone", last)
    assert said([steroid]) == [("prednisone 25 mg", last, earliest, short)]


def test_lines_ask_for_time_only_while_they_still_do():
    old = line("R-CHOP", "2025-01-10", "rituximab", "doxorubicin")
    recent = line("Pola-BR", "2026-06-10", "polatuzumab vedotin", "bendamustine", "rituximab")
    assert said([], [old, recent]) == [
        ("bendamustine (Pola-BR)", "2026-06-10", "10/03/2027", "short by 99 days"),
        ("polatuzumab vedotin (Pola-BR)", "2026-06-10", "", "ask"),  # by half-life: no length to count with
    ]


def test_of_two_lines_the_last_dose_counts_and_transplants_ask_too():
    first, second = line("BR", "2026-05-01", "bendamustine"), line("Pola-BR", "2026-06-10", "bendamustine")
    grafted = line("Flu-Mel", "2026-09-15", transplant="allogeneic")
    assert said([], [first, second, grafted]) == [
        ("bendamustine (Pola-BR)", "2026-06-10", "10/03/2027", "short by 99 days"),
        ("Flu-Mel", "2026-09-15", "24/12/2026", "short by 23 days"),
    ]


def kinds(medicines=(), lines=(), on=date(2026, 12, 1)) -> list[tuple[str, str, str]]:
    rows = [washouts.shown(one, on) for one in washouts.in_hand(medicines, lines, TODAY)]
    return [(row.name, row.kind, row.short.text) for row in rows]


@pytest.mark.parametrize(
    ("name", "chosen", "codes"),
    [
        ("Imbruvica 560 mg/die", "", ["btki"]),
        ("ibrutinib", "anti_cd20", ["btki"]),  # the name says what it is
        ("Jakavi", "", ["mmf_calcineurin_jak_inhibitor"]),
        ("metotrexato", "intrathecal_chemotherapy", ["cytotoxic_chemotherapy"]),
        ("melfalan", "high_dose_chemotherapy", ["high_dose_chemotherapy"]),  # the longer of the two
        ("Nuovomab", "imid", ["imid"]),  # where the name says nothing, what was chosen
        ("Nuovomab", "", [""]),
        ("desametasone + Nuovomab", "", ["systemic_steroid_over_5_mg_prednisone", ""]),
    ],
)
def test_the_wash_out_of_a_medicine_is_that_of_its_name(name, chosen, codes):
    given = washouts.in_hand([medicine(name, chosen, "2026-11-20")], [], TODAY)
    assert [washouts.shown(one, None).code for one in given] == codes


def test_what_has_no_length_is_asked_for_and_never_passed_over():
    tablets = [medicine("Aciclovir", "", None), medicine("Bisoprololo", "", None), medicine("Blincyto", "", None)]
    long_ago = medicine("Nuovomab", "", "2025-11-20")
    line_now, line_then = line("libero", "2026-10", "Nuovomab"), line("vecchio", "2025-01", "Vecchiomab")
    unread, half_life = "wash-out not known: not recognised", "wash-out by half-life: the reference gives no length"
    assert kinds([*tablets, long_ago], [line_then, line_now]) == [
        ("Nuovomab (libero)", unread, "ask"),
        ("Aciclovir, Bisoprololo", unread, "ask"),
        ("Blincyto", half_life, "ask"),
    ]
    assert kinds([], [line("vene", "2026-10", "Venclyxto")])[0][1] == "wash-out not known: the reference gives none"
    assert kinds([], [line("schema libero", "2026-11-20")]) == [("schema libero", unread, "ask")]


def test_a_line_that_still_runs_has_no_earliest_day():
    running = line("BTKi", None, "Imbruvica")
    still = "; still being given, or its last dose is not recorded: no earliest day"
    assert kinds([], [running]) == [("ibrutinib (BTKi)", f"BTK inhibitor, 3 days{still}", "short by 0 to 3 days")]
    assert said([], [running]) == [("ibrutinib (BTKi)", None, "", "short by 0 to 3 days")]
    assert said([], [line("R", None, "rituximab")]) == []  # no time is asked for after it
    assert kinds([medicine("MabThera", "", None)]) == [("MabThera", "Anti-CD20, none", "kept")]
    taken = medicine("prednisone", "", "2026-11-20")
    taken.taken_now = True
    assert said([taken])[0][2:] == ("", "short by 0 to 7 days")
    assert kinds([taken])[0][1].split("; ")[1] == "still being given: no earliest day"


def test_a_line_ends_before_the_next_one_begins():
    first, second = line("VRd", None, "bortezomib"), line("Kd", "2026-11-25", "carfilzomib")
    first.started, second.started = PartialDate.parse("2026-08-01"), PartialDate.parse("2026-11-20")
    first.drugs = ["lenalidomide"]
    assert kinds([], [first, second]) == [
        (
            "lenalidomide (VRd)",
            "IMiD, 7 days; over by 20/11/2026, when the next line began",
            "kept",
        ),
        ("carfilzomib (Kd)", "Proteasome inhibitor, 7 days", "short by 1 day"),
    ]
    first.drugs = ["bendamustine"]
    assert said([], [first, second], on=date(2027, 6, 1))[0][2:] == ("20/08/2027", "short by 0 to 80 days")
    second.started = None
    assert kinds([], [first, second])[0][1] == "Bendamustine, 9 months; its last dose is not recorded: no earliest day"


def test_without_a_planned_day_the_earliest_day_is_said_all_the_same():
    assert said([], [line("BR", "2026-06-10", "bendamustine")], on=None) == [
        ("bendamustine (BR)", "2026-06-10", "10/03/2027", "no day yet")
    ]
