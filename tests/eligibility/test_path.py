"""The second-line path: a tree of steps with the products of the rule data."""

from datetime import date

from patients.clinical import reference_data
from patients.eligibility import path

ON = date(2026, 11, 20)


def trees(language: str, on: date = ON):
    return path.trees(language, on, reference_data.indications())


def flat(steps) -> dict[str, path.Step]:
    found = {}
    for step in steps:
        found |= {step.code: step} | flat(step.after)
    return found


def test_every_step_hangs_on_the_one_before_it():
    lbcl, mcl = trees("en")
    assert (lbcl.code, mcl.code) == ("first_line", "btki")
    found = flat([lbcl, mcl])
    assert len(found) == len(path.rows())
    assert [one.code for one in found["watch"].after] == ["early_relapse", "one_clock", "late_relapse", "closed"]
    assert [one.code for one in found.values() if not one.when] == ["first_line", "interim", "btki"]


def test_products_and_windows_come_from_the_rules_and_their_day():
    found = flat(trees("en"))
    assert found["early_relapse"].products == [
        ("DLBCL, HGBL, tFL, THRLBCL", "axi-cel, liso-cel"),
        ("PMBCL, FL3B", "liso-cel"),
    ]
    assert found["third_line"].products == [
        ("DLBCL", "axi-cel, liso-cel, tisa-cel"),
        ("PMBCL", "axi-cel, liso-cel"),
        ("FL3B", "liso-cel"),
    ]
    assert found["third_line"].judged == [
        ("HGBL", "axi-cel, liso-cel"),
        ("tFL, THRLBCL", "axi-cel, liso-cel, tisa-cel"),
    ]
    assert found["early_relapse"].judged == []
    assert found["mcl_car_t"].products == [("", "brexu-cel, liso-cel")]
    assert flat(trees("en", date(2025, 10, 31)))["mcl_car_t"].products == [("", "brexu-cel")]
    assert found["watch"].name == "Watch for 12 months"
    assert found["end_of_treatment"].text == "No later than 30 days from the last dose."


def test_both_languages_say_the_same_steps():
    italian, english = flat(trees("it")), flat(trees("en"))
    assert list(italian) == list(english)
    same = [code for code, step in italian.items() if step.text == english[code].text]
    assert same == []
    assert italian["watch"].name == "Sorveglianza per 12 mesi"
