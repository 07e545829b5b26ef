"""ICAHT over the whole space of what decides: low stretches, rebounds, starts, ends, depths and missing days."""

import random
from itertools import product

import pytest

from patients.clinical import icaht
from patients.clinical.icaht import EarlyFacts, LateFacts
from tests.clinical import oracle_icaht, oracle_scores

DAYS = 31
STARTS = (0, 3, 4)
LENGTHS = (1, 5, 6, 7, 12, 13, 14)
REBOUNDS = ((1, 501), (2, 501), (3, 501), (2, 101))  # how many days between two stretches, and at what count
SECOND = (0, 1, 6, 7, 8)
DEPTHS = ((500, 500), (100, 100), (100, 101), (500, 100))  # of the two stretches
ENDS = (0, 2, 3, None)  # days above after the second stretch; None: above up to day 30


def course(start, first, rebound, second, depths, end) -> list[int]:
    """Counts from day 0: above, a low stretch, a rebound, another low stretch, above."""
    days, at = rebound
    values = [501] * start + [depths[0]] * first + [at] * days + [depths[1]] * second
    values += [501] * (DAYS if end is None else end)
    return values[:DAYS]


def test_early_icaht_equals_the_second_oracle_over_all_that_decides():
    seen, grades = set(), set()
    for parts in product(STARTS, LENGTHS, REBOUNDS, SECOND, DEPTHS, ENDS):
        values = course(*parts)
        if tuple(values) in seen:
            continue
        seen.add(tuple(values))
        result = icaht.icaht_early(EarlyFacts(dict(enumerate(values)), len(values) - 1))
        grades.add(result.value)
        assert result.value == oracle_icaht.early(values), values
    assert (len(seen) > 4000, grades) == (True, {1, 2, 3, 4})


def test_never_recovered_is_4_however_long_it_was_followed():
    for start, followed, low in product(range(6), range(1, DAYS), (100, 500)):
        values = ([501] * start + [low] * DAYS)[: followed + 1]
        result = icaht.icaht_early(EarlyFacts(dict(enumerate(values)), followed))
        assert result.value == oracle_icaht.early(values), (start, followed)
        if start <= 3 < followed:
            assert result.value == 4


def test_the_two_oracles_agree_on_months_that_neither_was_written_for():
    chance = random.Random(21)
    for _ in range(3000):
        values = [chance.choice((50, 100, 101, 500, 501, 900, 900)) for _day in range(chance.randint(1, DAYS))]
        assert oracle_icaht.early(values) == oracle_scores.icaht_early(values), values


@pytest.mark.parametrize("length", [8, 9, 16, 30])
def test_days_without_a_count_range_over_all_their_completions(length):
    """Two counts on the edges of a gap too long for a line; a lower count never lowers a grade, so its ends decide."""
    for start, before, after in product((0, 2, 4, 14), (50, 300, 900), (50, 300, 900)):
        gap = range(start, min(start + length, DAYS))
        values = [before] * start + [None] * len(gap) + [after] * (DAYS - gap.stop)
        result = icaht.icaht_early(EarlyFacts(dict(enumerate(values))))
        ends = [oracle_icaht.early([other if one is None else one for one in values]) for other in (10**6, 0)]
        assert (result.range or (result.value,) * 2) == tuple(ends), values
        assert (result.missing == ("anc_ul",)) == (ends[0] != ends[1])


def test_a_lower_count_never_lowers_early_icaht_of_the_second_oracle():
    chance = random.Random(23)
    for _ in range(1500):
        values = [chance.choice((50, 300, 900)) for _day in range(DAYS)]
        day = chance.randrange(DAYS)
        lower = [*values[:day], min(values[day], chance.choice((50, 300))), *values[day + 1 :]]
        assert oracle_icaht.early(lower) >= oracle_icaht.early(values)


COUNTS = (100, 101, 500, 501, 1000, 1001, 1500, 1501)


def test_late_icaht_equals_the_second_oracle_over_all_pairs_of_counts_and_all_ends():
    cells = 0
    for lowest, second, third in product(COUNTS, COUNTS, (None, 50, 1501)):
        for early_day, last_day in product((30, 31), (59, 60, 61, 100, 250)):
            by_day = {early_day: lowest, 60: second, 101: 50, 70: third}
            result = icaht.icaht_late(LateFacts(by_day, last_day))
            expected = oracle_icaht.late(by_day, last_day)
            cells += 1
            assert (result.value, result.is_known) == (expected, expected is not None), (by_day, last_day)
    assert cells == 8 * 8 * 3 * 2 * 5
