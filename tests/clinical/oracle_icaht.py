"""A second reading of ICAHT (reference 1.5), day by day with counters, as one would count on a chart with a pencil.

It shares nothing with patients/clinical nor with oracle_scores, which reads the same table as a string.
"""


def longest_and_open(values: list, bound: int) -> tuple[int, bool, bool]:
    """The longest low stretch; whether one begun by day 3 is still open at the end; whether no day lies above."""
    longest = count = above = 0
    begun = None
    open_from_start = False
    for day, value in enumerate(values):
        if value <= bound:
            if begun is None:
                begun, count = day, 0
            count, above = count + above + 1, 0
            longest = max(longest, count)
        elif begun is not None:
            above += 1
            if above == 3:
                begun, above = None, 0
    open_from_start = begun is not None and begun <= 3
    return longest, open_from_start, all(value <= bound for value in values)


def early(values: list) -> int:
    """Grade of days 0, 1, 2 … with their lowest counts; the last one is the last day followed."""
    at_500, open_500, always = longest_and_open(values, 500)
    at_100, _open, _always = longest_and_open(values, 100)
    columns = {
        4: always or open_500 or at_100 >= 14,
        3: at_500 >= 14 or at_100 >= 7,
        2: at_500 >= 7,
        1: at_500 >= 1,
        0: True,
    }
    return next(grade for grade, stands in columns.items() if stands)


LATE_COLUMNS = {4: 100, 3: 500, 2: 1000, 1: 1500}


def late(by_day: dict, last_day: int) -> int | None:
    """Grade of the counts from day 31 on; None without any. What one other count does not bear out is transient."""
    counts = [value for day, value in by_day.items() if value is not None and 31 <= day <= min(last_day, 100)]
    if not counts:
        return None
    lowest = counts.pop(counts.index(min(counts)))
    if counts and min(counts) > 1500:
        return 0
    return next((grade for grade, at_most in LATE_COLUMNS.items() if lowest <= at_most), 0)
