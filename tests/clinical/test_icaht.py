"""ICAHT and T-ICAHT (reference 1.5): day counts either side of each threshold, rebounds, missing days, both oracles."""

import random
from decimal import Decimal
from itertools import product

import pytest

from patients.clinical import icaht
from patients.clinical.icaht import EarlyFacts, LateFacts, ThrombocytopeniaFacts
from patients.clinical.result import INCOMPLETE, KNOWN, WrongFact
from tests.clinical import oracle_scores as oracle


def early(values, last_day=30):
    return icaht.icaht_early(EarlyFacts(dict(enumerate(values)), last_day))


def month(*runs, high=900) -> list[int]:
    """31 days above, except the runs (first day, number of days, value)."""
    values = [high] * 31
    for first, length, value in runs:
        values[first : first + length] = [value] * length
    return values


@pytest.mark.parametrize(
    ("runs", "grade"),
    [
        ([], 0),
        ([(5, 1, 501)], 0),
        ([(5, 1, 500)], 1),
        ([(5, 6, 500)], 1),
        ([(5, 7, 500)], 2),
        ([(5, 13, 500)], 2),
        ([(5, 14, 500)], 3),
        ([(5, 6, 100)], 1),
        ([(5, 7, 100)], 3),
        ([(5, 7, 101)], 2),
        ([(5, 13, 100)], 3),
        ([(5, 14, 100)], 4),
        ([(5, 14, 101)], 3),
        ([(5, 6, 400), (14, 6, 400)], 1),  # three days above end the run
        ([(5, 6, 400), (13, 6, 400)], 3),  # two days above do not, and are counted: 14 days
        ([(5, 3, 400), (9, 3, 400)], 2),  # one day above: 7 days
        ([(5, 3, 400), (9, 2, 400)], 1),
        ([(3, 28, 400)], 4),
        ([(4, 27, 400)], 3),
        ([(3, 26, 400)], 4),  # two final days above do not end it
        ([(3, 25, 400)], 3),  # three do
        ([(0, 31, 500)], 4),
        ([(0, 3, 300), (5, 26, 300)], 4),  # a rebound does not break the run that started on day 0
        ([(0, 2, 300), (5, 26, 300)], 3),
        ([(29, 2, 300)], 1),
        ([(0, 4, 300)], 1),
    ],
)
def test_early_icaht_by_the_longest_joined_run(runs, grade):
    values = month(*runs)
    assert early(values).value == grade
    assert oracle.icaht_early(values) == grade


def test_early_icaht_equals_the_second_oracle_on_every_pattern_of_twelve_days():
    for pattern in product((50, 900), repeat=12):
        assert early(pattern, last_day=11).value == oracle.icaht_early(list(pattern)), pattern


def test_early_icaht_equals_the_second_oracle_on_random_months():
    chance = random.Random(11)
    for _ in range(1500):
        values, level = [], 900
        while len(values) < 31:
            values += [level] * chance.randint(1, chance.choice((2, 4, 16)))
            level = chance.choice((0, 100, 101, 500, 501, 2000))
        values = values[:31]
        assert early(values).value == oracle.icaht_early(values), values


def test_a_short_follow_up_that_ends_low_from_the_start_is_4():
    assert early([900, 900, 900] + [400] * 8, last_day=10).value == 4
    assert early([900] * 4 + [400] * 7, last_day=10).value == 2


def test_days_without_a_count_are_interpolated_over_at_most_seven():
    by_day = dict(enumerate(month((5, 1, 400)))) | dict.fromkeys(range(6, 13)) | {13: 400}
    seven = icaht.icaht_early(EarlyFacts(by_day))
    assert (seven.status, seven.value) == (KNOWN, 2)
    assert [g.values["days"] for g in seven.grounds if g.code == "interpolated_days"] == [list(range(6, 13))]
    eight = icaht.icaht_early(EarlyFacts(by_day | {13: None, 14: 400}))
    assert (eight.status, eight.range, eight.missing) == (INCOMPLETE, (1, 3), ("anc_ul",))
    assert [g.values["days"] for g in eight.grounds if g.code == "days_without_count"] == [list(range(6, 14))]


def test_interpolation_is_a_straight_line():
    filled, marked = icaht.interpolated({0: Decimal(1000), 4: Decimal(200)}, 0, 30)
    assert (filled, marked) == ({0: 1000, 1: 800, 2: 600, 3: 400, 4: 200}, [1, 2, 3])


def test_counts_before_day_0_and_after_day_30_serve_the_line_and_no_more():
    by_day = dict.fromkeys(range(2, 30), 900) | {-2: 100, 32: 900}
    result = icaht.icaht_early(EarlyFacts(by_day))
    assert (result.status, result.value) == (KNOWN, 1)  # day 0 and 1 lie at 500 and 700 on the line


def test_nothing_counted_is_anything_from_0_to_4():
    result = icaht.icaht_early(EarlyFacts({}))
    assert (result.value, result.range, result.missing) == (None, (0, 4), ("anc_ul",))


def test_missing_days_that_cannot_matter_leave_the_grade():
    profound = dict.fromkeys(range(14), 50) | dict.fromkeys(range(14, 20), 900)
    assert icaht.icaht_early(EarlyFacts(profound)).value == 4
    shorter = {day: value for day, value in profound.items() if day != 13} | {13: 900}
    assert icaht.icaht_early(EarlyFacts(shorter)).value == 3


def test_the_range_of_missing_days_holds_every_completion():
    chance = random.Random(7)
    for _ in range(60):
        values = [chance.choice((50, 300, 900)) for _day in range(31)]
        gap = range(first := chance.randrange(0, 20), first + chance.randint(8, 11))
        result = icaht.icaht_early(EarlyFacts({d: v for d, v in enumerate(values) if d not in gap}))
        low, high = result.range or (result.value, result.value)
        for _completion in range(30):
            filled = [chance.choice((50, 300, 900)) if d in gap else v for d, v in enumerate(values)]
            assert low <= oracle.icaht_early(filled) <= high
        for extreme, end in ((0, high), (5000, low)):
            assert oracle.icaht_early([extreme if d in gap else v for d, v in enumerate(values)]) == end


def test_a_lower_count_never_lowers_the_grade():
    chance = random.Random(9)
    for _ in range(300):
        values = [chance.choice((50, 300, 900)) for _day in range(31)]
        day = chance.randrange(31)
        lower = [*values[:day], 50, *values[day + 1 :]]
        assert early(lower).value >= early(values).value


def test_runs_become_the_lowest_count_of_each_day():
    by_day = icaht.counts_from_runs("runs", [[0, 3, 900], [2, 4, 300], [4, 4, None]], icaht.ANC_UL)
    assert by_day == {0: 900, 1: 900, 2: 300, 3: 300, 4: 300}
    assert icaht.counts_from_runs("runs", [[0, 0, None]], icaht.ANC_UL) == {0: None}
    assert icaht.counts_from_runs("runs", None, icaht.ANC_UL) == {}


@pytest.mark.parametrize(
    "runs",
    [
        [[5, 4, 300]],
        [[0, 5]],
        [[0, 5, -1]],
        [[0, 5, "300"]],
        [[0.5, 5, 300]],
        [[None, 5, 300]],
        [5],
        "0-30",
        {"0": 300},
        [[0, 99999, 300]],
        [[0, 5, 300, 1]],
        ["abc"],
    ],
)
def test_runs_that_cannot_be_are_refused(runs):
    with pytest.raises(WrongFact) as refused:
        icaht.counts_from_runs("anc_ul_runs", runs, icaht.ANC_UL)
    assert refused.value.field == "anc_ul_runs"


def late(*counts, last_day=100):
    return icaht.icaht_late(LateFacts(dict(counts), last_day))


@pytest.mark.parametrize(
    ("nadir", "grade"), [(1501, 0), (1500, 1), (1001, 1), (1000, 2), (501, 2), (500, 3), (101, 3), (100, 4), (0, 4)]
)
def test_late_icaht_by_its_nadir_when_not_transient(nadir, grade):
    assert late((40, nadir), (50, max(nadir, 1500))).value == grade
    assert late((40, nadir), (50, 1501)).value == 0


def test_one_late_count_alone_is_graded_on_it_and_marked():
    result = late((40, 400))
    assert (result.value, [g.code for g in result.grounds]) == (3, ["late_nadir", "one_count_only"])


def test_day_30_is_early_and_day_31_late_up_to_the_last_day_that_counts():
    assert late((30, 50), (31, 1500), (100, 1500), (101, 50)).value == 1
    assert late((31, 1500), (60, 50), (59, 1400), last_day=59).value == 1
    nothing = late((30, 50), (101, 50), (40, None))
    assert (nothing.status, nothing.range, nothing.missing) == (INCOMPLETE, (0, 4), ("anc_ul",))


def thrombocytopenia(values):
    return icaht.t_icaht_early(ThrombocytopeniaFacts(dict(enumerate(values))))


@pytest.mark.parametrize(
    ("runs", "grade"),
    [
        ([], 0),
        ([(5, 1, 50)], 0),
        ([(5, 1, 49)], 1),
        ([(5, 6, 49)], 1),
        ([(5, 3, 49), (15, 4, 49)], 2),  # cumulative, unlike ICAHT
        ([(5, 1, 20)], 1),
        ([(5, 1, 19)], 3),
        ([(5, 13, 19)], 3),
        ([(5, 10, 19), (20, 4, 19)], 4),
    ],
)
def test_early_t_icaht_counts_days_together(runs, grade):
    values = month(*runs, high=200)
    assert thrombocytopenia(values).value == grade
    assert oracle.t_icaht_early(values) == grade


def test_t_icaht_equals_the_second_oracle_on_random_months():
    chance = random.Random(13)
    for _ in range(500):
        values = [chance.choice((10, 19, 20, 49, 50, 200, 200)) for _day in range(31)]
        assert thrombocytopenia(values).value == oracle.t_icaht_early(values)


@pytest.mark.parametrize(
    ("values", "grade"),
    [([100], 0), ([99], 1), ([50], 1), ([49], 2), ([20], 2), ([19], 3), ([19] * 13, 3), ([19] * 14, 4)],
)
def test_late_t_icaht(values, grade):
    by_day = {31 + n: value for n, value in enumerate(values)} | {30: 5, 101: 5}
    assert icaht.t_icaht_late(ThrombocytopeniaFacts(by_day, last_day=100)).value == grade


def test_late_t_icaht_without_counts_is_incomplete():
    result = icaht.t_icaht_late(ThrombocytopeniaFacts({30: 5}, last_day=100))
    assert (result.value, result.range, result.missing) == (None, (0, 4), ("plt",))


@pytest.mark.parametrize("last_day", [-1, 2.5])
def test_a_last_day_that_cannot_be_is_refused(last_day):
    for facts in (EarlyFacts, LateFacts, ThrombocytopeniaFacts):
        with pytest.raises(WrongFact) as refused:
            facts({}, last_day)
        assert refused.value.field == "last_day"


def test_the_end_of_late_follow_up_must_be_known():
    with pytest.raises(WrongFact):
        LateFacts({}, None)


@pytest.mark.parametrize(
    ("values", "value", "possible"),
    [
        ([900, 900] + [300] * 10, 4, None),  # low since day 2, not ended at the last ANC
        ([900, 900] + [300] * 10 + [900] * 2, 4, None),
        ([900, 900] + [300] * 10 + [900] * 3, None, (2, 4)),
        ([900] * 4 + [300] * 10, None, (2, 4)),
        ([900] * 20, None, (0, 3)),
        ([50] * 14 + [900] * 3, 4, None),
        ([900] * 31, 0, None),
        ([300] * 6 + [None] * 25, None, (1, 4)),  # followed without counts: nobody knows
        ([300] * 6 + [None] * 25 + [2000], None, (1, 4)),
        ([300] * 27 + [600], 4, None),
        ([300] * 27 + [600, None, None, None, 2000], 3, None),  # days 28-30 lie on a line above
        ([300] * 21 + [None] * 10 + [2000], None, (3, 4)),
        ([300], 4, None),
    ],
)
def test_where_nobody_said_how_far_they_were_followed(values, value, possible):
    result = icaht.icaht_early(EarlyFacts(dict(enumerate(values)), last_day=None))
    assert (result.value, result.range) == (value, possible)
    said = [one.values["last_day"] for one in result.grounds if one.code == "followed_to_last_count"]
    assert said == ([len(values) - 1] if value == 4 else [])


@pytest.mark.parametrize(
    ("values", "grade", "said"),
    [
        ([900] * 31, 0, ["longest_run_500"]),
        ([900] * 5 + [300] + [900] * 25, 1, ["longest_run_500"]),
        ([900] * 5 + [50] * 7 + [900] * 19, 3, ["longest_run_500", "longest_run_100"]),
        ([500] * 31, 4, ["longest_run_500", "never_above_500"]),
        ([900] * 3 + [500] * 28, 4, ["longest_run_500", "low_from_start_not_ended"]),
        ([50] * 31, 4, ["longest_run_500", "longest_run_100", "never_above_500"]),
    ],
)
def test_the_grounds_say_what_made_the_grade(values, grade, said):
    result = early(values)
    assert (result.value, [one.code for one in result.grounds]) == (grade, said)


def test_a_single_day_without_a_count_is_on_the_line_too_and_the_line_says_which_days_it_filled():
    result = icaht.icaht_early(EarlyFacts(dict(enumerate(month())) | {5: None}))
    assert (result.value, [one.values["days"] for one in result.grounds if one.code == "interpolated_days"]) == (
        0,
        [[5]],
    )
    beyond = icaht.icaht_early(EarlyFacts(dict.fromkeys(range(2, 29), 900) | {-2: 100, 32: 900}))
    assert [one.values["days"] for one in beyond.grounds if one.code == "interpolated_days"] == [[0, 1, 29, 30]]


def test_counts_become_exact_decimals():
    assert EarlyFacts({0: 500.5}).anc_ul_by_day == {0: Decimal("500.5")}
    assert isinstance(EarlyFacts({0: 500.5}).anc_ul_by_day[0], Decimal)
    assert EarlyFacts({}, 45).last_day == 30


@pytest.mark.parametrize(("values", "grade"), [([300] * 28 + [900] * 3, 3), ([300] * 28 + [900] * 2, 4)])
def test_the_last_count_is_the_last_of_day_0_to_30(values, grade):
    assert icaht.icaht_early(EarlyFacts(dict(enumerate(values)), last_day=None)).value == grade


def test_t_icaht_reads_early_days_up_to_30_and_late_ones_to_the_last_day_by_the_lowest_count():
    by_day = dict.fromkeys(range(31), 200) | {31: 200, 60: 45, 100: 200}
    assert icaht.t_icaht_early(ThrombocytopeniaFacts(by_day, 100)).value == 0
    assert icaht.t_icaht_early(ThrombocytopeniaFacts(by_day, 250)).value == 0
    assert icaht.t_icaht_late(ThrombocytopeniaFacts(by_day, 100)).value == 2
    assert icaht.t_icaht_late(ThrombocytopeniaFacts(by_day | {100: 10}, 100)).value == 3
    assert icaht.t_icaht_late(ThrombocytopeniaFacts(by_day | {100: 10}, 99)).value == 2
