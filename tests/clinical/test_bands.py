"""What a value may be at most and at least (docs/medicine.md): the ends are taken, what lies just beyond is refused."""

from datetime import date
from decimal import Decimal

import pytest

from patients.clinical import (
    astct,
    cases,
    ctcae,
    dosing,
    easix,
    hematotox,
    icaht,
    iec_hs,
    imwg,
    indications,
    ipi,
    mipi,
    response,
)
from patients.clinical.ctcae import CountFacts, FebrileNeutropeniaFacts
from patients.clinical.facts import FIRST_DAY, LAST_DAY
from patients.clinical.result import WrongFact


def count(name):
    """A count, or the laboratory's limit of it, as the field of CountFacts."""
    analyte = name.removeprefix("lln.")
    at = "lln" if name.startswith("lln.") else "value"
    return lambda **told: CountFacts(analyte, **{at: told[name]})


def runs(**told):
    return icaht.counts_from_runs("anc_ul", [[0, 0, told["anc_ul"]]], icaht.ANC_UL)


def days(**told):
    return icaht.EarlyFacts({told["day"]: 500})


def last_day(**told):
    return icaht.LateFacts({}, told["last_day"])


def crp(**told):
    return cases.read_easix(cases.Fields(told))


# Who takes it, its name, the lowest and the highest value, how fine it is; "above" where the lowest is refused too.
BANDS = [
    (astct.CrsFacts, "temp_c", "30", "45", "0.1"),
    (astct.CrsFacts, "oxygen_flow_l_min", "0", "100", "0.1"),
    (astct.IceItems, "objects_named", "0", "3", "1"),
    (astct.IcansFacts, "ice", "0", "10", "1"),
    (astct.IcansFacts, "seizure_minutes", "0", "10080", "0.1"),
    (count("anc"), "anc", "0", "200", "0.01"),
    (count("plt"), "plt", "0", "3000", "0.1"),
    (count("hb"), "hb", "0", "25", "0.1"),
    (count("wbc"), "wbc", "0", "1000", "0.1"),
    (count("alc"), "alc", "0", "1000", "0.1"),
    (count("lln.anc"), "lln.anc", "0.5", "4", "0.1"),
    (count("lln.plt"), "lln.plt", "50", "250", "1"),
    (count("lln.hb"), "lln.hb", "8", "18", "0.1"),
    (count("lln.wbc"), "lln.wbc", "2", "8", "0.1"),
    (count("lln.alc"), "lln.alc", "0.3", "3", "0.1"),
    (FebrileNeutropeniaFacts, "anc", "0", "200", "0.01"),
    (FebrileNeutropeniaFacts, "temp_c", "30", "45", "0.1"),
    (hematotox.HematotoxFacts, "plt", "0", "3000", "0.1"),
    (hematotox.HematotoxFacts, "anc_ul", "0", "200000", "1"),
    (hematotox.HematotoxFacts, "hb", "above 0", "25", "0.1"),
    (hematotox.HematotoxFacts, "crp_mg_dl", "0", "100", "0.1"),
    (hematotox.HematotoxFacts, "ferritin", "0", "1000000", "1"),
    (easix.EasixFacts, "ldh", "1", "50000", "1"),
    (easix.EasixFacts, "creatinine_mg_dl", "0.01", "50", "0.001"),
    (easix.EasixFacts, "plt", "0.1", "3000", "0.01"),
    (easix.EasixFacts, "crp_mg_dl", "0", "100", "0.1"),
    (crp, "crp_mg_l", "0", "1000", "1"),
    (ipi.IpiFacts, "age", "0", "120", "1"),
    (ipi.IpiFacts, "stage", "1", "4", "1"),
    (ipi.IpiFacts, "ldh", "1", "50000", "1"),
    (ipi.IpiFacts, "ldh_uln", "50", "2000", "1"),
    (ipi.IpiFacts, "ecog", "0", "4", "1"),
    (ipi.IpiFacts, "extranodal_sites", "0", "30", "1"),
    (mipi.MipiFacts, "age", "0", "120", "1"),
    (mipi.MipiFacts, "ecog", "0", "4", "1"),
    (mipi.MipiFacts, "ldh", "1", "50000", "1"),
    (mipi.MipiFacts, "ldh_uln", "50", "2000", "1"),
    (mipi.MipiFacts, "wbc", "0.001", "1000", "0.001"),
    (mipi.MipiFacts, "ki67_percent", "0", "100", "1"),
    (dosing.TocilizumabFacts, "weight_kg", "2", "400", "0.1"),
    (dosing.TocilizumabNextFacts, "now_h", "-1000000", "1000000", "1"),
    (lambda **told: dosing.dexamethasone_equivalent_mg("dexamethasone", told["dose_mg"]), "dose_mg", "0", "10000", "1"),
    (runs, "anc_ul", "0", "200000", "1"),
    (days, "day", "-60", "6000", "1"),
    (last_day, "last_day", "0", "6000", "1"),
    (lambda **told: icaht.ThrombocytopeniaFacts({5: told["plt"]}), "plt", "0", "3000", "1"),
    (iec_hs.IecHsFacts, "ferritin", "0", "1000000", "1"),
    (iec_hs.IecHsFacts, "ferritin_uln", "50", "1000", "1"),
    (iec_hs.IecHsFacts, "ferritin_baseline", "0", "1000000", "1"),
    (iec_hs.IecHsFacts, "transaminases_times", "0", "1000", "0.1"),
    (iec_hs.IecHsFacts, "fibrinogen_mg_dl", "0", "2000", "1"),
    (iec_hs.IecHsFacts, "fibrinogen_lln", "100", "300", "1"),
    (imwg.ImwgFacts, "serum_baseline", "0", "15", "0.1"),
    (imwg.ImwgFacts, "serum", "0", "15", "0.1"),
    (imwg.ImwgFacts, "urine_nadir", "0", "50000", "1"),
    (imwg.ImwgFacts, "dflc", "0", "5000", "1"),
    (imwg.ImwgFacts, "dflc_nadir", "0", "5000", "1"),
    (imwg.ImwgFacts, "plasma_cells_percent", "0", "100", "0.1"),
    (imwg.MrdFacts, "sensitivity", "2", "8", "1"),
    (indications.LbclFacts, "lines", "0", "30", "1"),
    (indications.LbclFacts, "deauville", "1", "5", "1"),
    (indications.MclFacts, "lines", "0", "30", "1"),
    (indications.FlFacts, "lines", "0", "30", "1"),
    (indications.MmFacts, "lines", "0", "30", "1"),
    (indications.BallFacts, "age", "0", "120", "1"),
    (indications.BallFacts, "relapse_number", "0", "20", "1"),
]


@pytest.mark.parametrize(
    ("taken_by", "name", "low", "high", "step"), BANDS, ids=lambda one: getattr(one, "__name__", one)
)
def test_the_ends_of_a_band_are_taken_and_what_lies_beyond_is_refused_with_its_field(taken_by, name, low, high, step):
    lowest, highest, fine = Decimal(low.removeprefix("above ")), Decimal(high), Decimal(step)
    open_below = low.startswith("above")
    taken_by(**{name: lowest + fine if open_below else lowest})
    taken_by(**{name: highest})
    for beyond in (lowest if open_below else lowest - fine, highest + fine):
        with pytest.raises(WrongFact) as refused:
            taken_by(**{name: beyond})
        assert refused.value.field == name
        assert f"expected {'above' if open_below else 'from'} {lowest} to {highest}" in refused.value.message


@pytest.mark.parametrize(
    "kind", [kind for kind in cases.KINDS if kind.startswith("eligibility_") and kind[12:] != "ball"]
)
def test_an_age_is_a_plausible_age_and_eighteen_is_adult(kind):
    read = cases.KINDS[kind].read
    facts = {age: read(cases.Fields({"age": age})) for age in (0, 17, 18, 120, None)}
    ages = {age: getattr(one, "facts", one).is_adult for age, one in facts.items()}
    assert ages == {0: False, 17: False, 18: True, 120: True, None: None}
    for age in (-1, 121):
        with pytest.raises(WrongFact):
            read(cases.Fields({"age": age}))


@pytest.mark.parametrize(
    ("taken_by", "name"),
    [
        *((ipi.IpiFacts, name) for name in ("age", "stage", "ecog", "extranodal_sites")),
        *((mipi.MipiFacts, name) for name in ("age", "ecog")),
    ],
)
def test_what_is_counted_is_whole(taken_by, name):
    assert getattr(taken_by(**{name: 2}), name) == 2
    with pytest.raises(WrongFact) as refused:
        taken_by(**{name: 2.5})
    assert (refused.value.field, refused.value.message) == (name, "must be a whole number")


def test_dates_lie_between_1900_and_2100():
    assert (date(1900, 1, 1), date(2100, 12, 31)) == (FIRST_DAY, LAST_DAY)
    for day in ("1900-01-01", "2100-12-31"):
        assert str(cases.read_day("day", day)) == day
    for day in ("1899-12-31", "2101-01-01"):
        with pytest.raises(WrongFact) as refused:
            cases.read_day("day", day)
        assert "1900 to 2100" in refused.value.message


YES_NO = {
    astct.CrsFacts: astct._CRS_YES_NO,
    astct.IcansFacts: astct._ICANS_YES_NO,
    astct.IceItems: astct.ICE_YES_NO,
    FebrileNeutropeniaFacts: ("sustained_over_1_h", "life_threatening"),
    ipi.IpiFacts: ("nccn_site",),
    iec_hs.IecHsFacts: iec_hs._YES_NO,
    imwg.ImwgFacts: ("immunofixation_negative", "plasmacytoma", "new_lesion"),
    imwg.MrdFacts: ("detected",),
    response.LuganoFacts: ("new_lesion",),
    indications.LbclFacts: ("relapsed_or_refractory", "biopsy_proven", "pd_on_last", "is_adult", "active_cns"),
    indications.MclFacts: ("relapsed_or_refractory", "btki_exposed", "is_adult"),
    indications.FlFacts: ("relapsed_or_refractory", "is_adult"),
    indications.BallFacts: ("relapsed_or_refractory", "refractory", "post_sct_relapse"),
    indications.MmFacts: (
        *("relapsed_or_refractory", "pd_on_last", "imid", "pi", "anti_cd38", "celmod"),
        *("lenalidomide_refractory", "is_adult"),
    ),
}


@pytest.mark.parametrize("facts", YES_NO, ids=lambda facts: facts.__name__)
def test_a_yes_no_fact_is_true_false_or_not_known_and_nothing_else(facts):
    for name in YES_NO[facts]:
        for answer in (True, False, None):
            assert getattr(facts(**{name: answer}), name) is answer
        for wrong in ("no", 0, 1):
            with pytest.raises(WrongFact) as refused:
                facts(**{name: wrong})
            assert refused.value.field == name


@pytest.mark.parametrize("name", ["transfusion_indicated", "life_threatening"])
def test_the_clinical_part_of_anaemia_is_yes_no_or_not_known(name):
    count_known = ctcae.count_grade(CountFacts("hb", 13, 12))
    calm = {"transfusion_indicated": False, "life_threatening": False}
    assert ctcae.anaemia_grade(count_known, **calm).value == 0
    with pytest.raises(WrongFact) as refused:
        ctcae.anaemia_grade(count_known, **calm | {name: "no"})
    assert refused.value.field == name


CHOICES = [
    (lambda word: CountFacts(word), "analyte"),
    (lambda word: astct.CrsFacts(oxygen_device=word), "oxygen_device"),
    (lambda word: astct.IcansFacts(consciousness=word), "consciousness"),
    (lambda word: astct.IcansFacts(seizure=word), "seizure"),
    (lambda word: astct.IcansFacts(motor=word), "motor"),
    (lambda word: astct.IcansFacts(oedema=word), "oedema"),
    (lambda word: astct.IcansFacts(signs=[word]), "signs"),
    (lambda word: response.LuganoFacts(deauville=word), "deauville"),
    (lambda word: response.LuganoFacts(uptake_change=word), "uptake_change"),
    (lambda word: imwg.MrdFacts(assay=word), "assay"),
    (lambda word: indications.LbclFacts(subtype=word), "subtype"),
    (lambda word: indications.LbclFacts(eot_pet=word), "eot_pet"),
    (lambda word: dosing.dexamethasone_equivalent_mg(word, 10), "drug"),
]


@pytest.mark.parametrize(("taken_by", "name"), CHOICES, ids=[name for _taken_by, name in CHOICES])
def test_a_word_is_one_of_its_list_exactly_as_written(taken_by, name):
    for wrong in ("sodium", "", "None"):
        with pytest.raises(WrongFact) as refused:
            taken_by(wrong)
        assert refused.value.field == name
