"""When a watched patient is due, what calls for a referral, when a watch is over (reference 6.1, 5.1)."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import yaml

from carpath.environment import BASE_DIR
from patients.clinical.days import Answer, DateAnswer, PartialDate
from patients.clinical.indications import clocks
from patients.surveillance import rules, words
from patients.surveillance.rules import Course, Found


def day(written: str) -> PartialDate:
    return PartialDate.parse(written)


SIX_CYCLES = Course(
    kind=rules.FIRST_LINE,
    started=day("2026-01-12"),
    every_months=3,
    planned_cycles=6,
    days_between_cycles=21,
    leeway_days=30,
    refer_within_days=7,
)
ON_BTKI = Course(kind=rules.BTKI, started=day("2026-01-31"), every_months=3, refer_within_days=7, leeway_days=30)


def found(what: str, on: str, outcome: str, **more) -> Found:
    return Found(f"{what} {on}", what, day(on), outcome, more.pop("told_on", day(on).latest), **more)


def interim(on: str, outcome: str = "CMR", **more) -> Found:
    return found(rules.INTERIM_PET, on, outcome, **more)


def eot(on: str, outcome: str = "CMR", **more) -> Found:
    return found(rules.EOT_PET, on, outcome, **more)


def visit(on: str, outcome: str = "well", **more) -> Found:
    return found(rules.VISIT, on, outcome, **more)


def check(on: str, outcome: str = "cr", **more) -> Found:
    return found(rules.CHECK, on, outcome, **more)


def asked(course: Course, *seen: Found) -> list[tuple[str, str, str]]:
    return [(one.what, one.on.earliest.isoformat(), one.on.latest.isoformat()) for one in rules.due(course, seen)]


@pytest.mark.parametrize(("cycles", "half"), [(1, 0), (2, 1), (3, 1), (4, 2), (5, 2), (6, 3), (8, 4)])
def test_the_first_half_ends_with_cycle_n_over_2_rounded_down(cycles, half):
    assert rules.first_half(cycles) == half


def test_the_interim_pet_is_due_after_cycle_3_of_6_and_before_the_4th():
    due = rules.interim_pet(SIX_CYCLES)
    assert (due.opens, due.on) == (day("2026-02-24"), day("2026-03-15"))
    assert (due.ground.values, due.ground.source, due.ground.tag) == ({"cycle": 3, "next": 4}, "6.1", "S")


def test_of_an_odd_number_of_cycles_the_half_is_a_convention():
    due = rules.interim_pet(replace(SIX_CYCLES, planned_cycles=5))
    assert (due.ground.values["cycle"], due.ground.tag) == (2, "C")


def test_a_single_cycle_has_no_interim_pet_and_neither_has_a_line_that_is_over():
    assert rules.interim_pet(replace(SIX_CYCLES, planned_cycles=1)) is None
    assert rules.interim_pet(replace(SIX_CYCLES, last_dose=day("2026-03-01"))) is None


def test_delayed_cycles_move_what_comes_after_the_last_one_that_was_given():
    delayed = replace(SIX_CYCLES, cycles_given=3, last_cycle=date(2026, 3, 2))
    assert rules.interim_pet(delayed).on == day("2026-03-22")
    assert rules.last_dose(delayed).on == day("2026-05-04")


def test_a_start_known_by_month_makes_every_day_a_span():
    due = rules.interim_pet(replace(SIX_CYCLES, started=day("2026-01")))
    assert (due.on.earliest, due.on.latest) == (date(2026, 3, 4), date(2026, 4, 3))


@pytest.mark.parametrize(
    ("today", "late"),
    [
        ("2026-03-03", Answer.NO),
        ("2026-03-04", Answer.NO),
        ("2026-03-05", Answer.CANNOT_TELL),
        ("2026-04-03", Answer.CANNOT_TELL),
        ("2026-04-04", Answer.YES),
    ],
)
def test_a_span_is_late_only_when_every_reading_is(today, late):
    due = rules.interim_pet(replace(SIX_CYCLES, started=day("2026-01")))
    assert rules.is_late(due, date.fromisoformat(today)) is late


@pytest.mark.parametrize(("today", "late"), [("2024-03-30", Answer.NO), ("2024-03-31", Answer.YES)])
def test_the_end_of_treatment_pet_is_in_time_on_day_30_and_overdue_on_day_31(today, late):
    """29 February counts as a day: the last dose on it is 30 days before 30 March."""
    due = rules.eot_pet(replace(SIX_CYCLES, last_dose=day("2024-02-29")))
    assert (due.on, due.planned) == (day("2024-03-30"), False)
    assert rules.is_late(due, date.fromisoformat(today)) is late


def test_while_the_last_dose_is_not_known_the_plan_gives_the_day_and_nobody_is_late_for_certain():
    due = rules.eot_pet(SIX_CYCLES)
    assert (due.on, due.planned) == (day("2026-05-27"), True)
    assert rules.is_late(due, date(2027, 1, 1)) is Answer.CANNOT_TELL
    assert rules.is_late(rules.last_dose(SIX_CYCLES), date(2027, 1, 1)) is Answer.YES


def test_the_last_dose_is_asked_for_even_when_the_pet_is_done_for_a_clock_hangs_on_it():
    assert asked(SIX_CYCLES, eot("2026-05-20"))[0] == ("last_dose", "2026-04-27", "2026-04-27")


def test_what_is_asked_for_from_the_start_to_the_end_of_the_window():
    assert asked(SIX_CYCLES) == [
        ("interim_pet", "2026-03-15", "2026-03-15"),
        ("last_dose", "2026-04-27", "2026-04-27"),
        ("eot_pet", "2026-05-27", "2026-05-27"),
    ]
    treated = replace(SIX_CYCLES, last_dose=day("2026-04-27"))
    seen = [interim("2026-03-10")]
    assert asked(treated, *seen) == [("eot_pet", "2026-05-27", "2026-05-27")]
    seen.append(eot("2026-05-20"))
    visits = [("visit", "2026-09-10"), ("visit", "2026-12-10"), ("visit", "2027-03-10")]
    assert asked(treated, *seen) == [(*visits[0], "2026-09-10")]  # CR + 3 months was around the end-of-treatment PET
    assert asked(treated, *seen, visit("2026-09-01")) == [(*visits[1], "2026-12-10")]
    assert asked(treated, *seen, visit("2026-09-01"), visit("2026-12-12")) == [(*visits[2], "2027-03-10")]
    assert asked(treated, *seen, visit("2027-03-10")) == []


@pytest.mark.parametrize(("seen_on", "next_on"), [("2026-08-10", "2026-09-10"), ("2026-08-11", "2026-12-10")])
def test_a_visit_counts_for_the_one_that_is_due_within_30_days(seen_on, next_on):
    treated = replace(SIX_CYCLES, last_dose=day("2026-04-27"))
    ((_, on, _),) = asked(treated, interim("2026-03-10"), eot("2026-05-20"), visit(seen_on))
    assert on == next_on


@pytest.mark.parametrize("months", range(1, 13))
def test_the_last_visit_never_lies_after_the_window(months):
    treated = replace(SIX_CYCLES, last_dose=day("2026-04-27"), every_months=months, leeway_days=0)
    seen, asked_for = [eot("2026-05-20")], []
    while due := rules.visit(treated, seen):
        asked_for.append(due.on.latest)
        seen.append(visit(due.on.latest.isoformat()))
    assert len(asked_for) == 12 // months
    assert max(asked_for) <= rules.window_end(seen).latest


@pytest.mark.parametrize(
    ("cr", "end"),
    [("2024-02-29", "2025-02-28"), ("2023-02-28", "2024-02-28"), ("2026-12-31", "2027-12-31")],
)
def test_the_window_ends_12_months_after_the_first_cr_that_day_included(cr, end):
    seen = [eot(cr)]
    assert rules.window_end(seen) == day(end)
    last = date.fromisoformat(end)
    assert rules.ends_itself(seen, last) is None
    assert rules.ends_itself(seen, date.fromordinal(last.toordinal() + 1)) == rules.WINDOW_OVER


def test_a_cr_known_by_month_keeps_the_window_open_to_its_last_reading():
    seen = [interim("2026-03"), eot("2026-05-20")]
    assert rules.window_end(seen) == PartialDate(date(2027, 3, 1), date(2027, 3, 31))
    assert rules.ends_itself(seen, date(2027, 3, 31)) is None
    assert rules.ends_itself(seen, date(2027, 4, 1)) == rules.WINDOW_OVER


@pytest.mark.parametrize(
    ("seen", "codes"),
    [
        ([interim("2026-03-10", "PMR")], ["short_of_complete", "interim_is_not_end_of_treatment"]),
        ([interim("2026-03-10", "PMD")], ["short_of_complete"]),
        ([eot("2026-05-20", "NMR")], ["short_of_complete"]),
        ([eot("2026-05-20", "CMR")], []),
        ([visit("2026-02-20", "relapse")], ["progression_in_first_line"]),
        ([eot("2026-05-20"), visit("2027-05-20", "relapse")], ["relapse_in_window"]),
        ([eot("2026-05-20"), visit("2027-05", "relapse")], ["relapse_perhaps_in_window"]),
        ([eot("2026-05-20"), visit("2027-05-21", "relapse")], []),
        ([check("2026-04-01", "cr", satisfactory=True)], []),
        ([check("2026-04-01", "pr")], []),
        ([check("2026-04-01", "pr", satisfactory=False)], ["said_to_be_unsatisfactory"]),
        ([check("2026-04-01", "sd")], ["stable_is_unsatisfactory"]),
        ([check("2026-04-01", "pd", satisfactory=True)], ["response_lost"]),
        ([eot("2026-05-20", "PMR", settled=True)], []),
    ],
)
def test_what_calls_for_a_referral(seen, codes):
    assert [ground.code for call in rules.calls(seen) for ground in call.grounds] == codes


def test_a_finding_that_calls_is_to_be_referred_within_a_week_of_being_written_down():
    seen = interim("2026-03-10", "PMR", told_on=date(2026, 3, 20))
    assert asked(SIX_CYCLES, seen)[0] == ("refer", "2026-03-27", "2026-03-27")


def test_a_relapse_after_the_window_ends_the_watch_and_an_open_call_never_does():
    late = [eot("2026-05-20"), visit("2027-06-01", "relapse")]
    assert rules.ends_itself(late, date(2027, 6, 1)) == rules.LATE_RELAPSE
    calling = [eot("2026-05-20"), visit("2027-05-01", "relapse")]
    assert rules.ends_itself(calling, date(2028, 1, 1)) is None


@pytest.mark.parametrize(
    ("last_dose", "relapse", "status", "answers"),
    [
        ("2026-04-27", "2027-04-01", "relapse_within_12_months", (Answer.YES, Answer.YES)),
        ("2026-04-27", "2027-05-10", None, (Answer.YES, Answer.NO)),
        ("2026-04", "2027-04-15", None, (Answer.YES, Answer.CANNOT_TELL)),
        (None, "2027-04-01", None, (Answer.YES, None)),
    ],
)
def test_the_ask_is_filled_by_both_clocks_and_left_open_where_they_differ_or_cannot_tell(
    last_dose, relapse, status, answers
):
    course = replace(SIX_CYCLES, last_dose=day(last_dose) if last_dose else None)
    seen = [eot("2026-05-20"), visit(relapse, "relapse")]
    assert rules.asking(course, seen) == rules.Asking(status, 1)
    told = clocks(rules.clock_facts(course, seen, seen[1]))
    assert tuple(one and one.answer for one in (told.cr, told.label)) == answers


def test_a_clock_that_cannot_tell_names_the_day_that_decides():
    course = replace(SIX_CYCLES, last_dose=day("2026-04"))
    seen = [eot("2026-05-20"), visit("2027-04-15", "relapse")]
    assert clocks(rules.clock_facts(course, seen, seen[1])).label == DateAnswer(Answer.CANNOT_TELL, ("anchor",))


@pytest.mark.parametrize(
    ("course", "seen", "line", "expected"),
    [
        (SIX_CYCLES, [interim("2026-03-10", "PMR")], None, ("unknown", 1)),
        (SIX_CYCLES, [interim("2026-03-10", "PMD")], None, ("refractory", 1)),
        (SIX_CYCLES, [eot("2026-05-20", "PMR")], None, ("refractory", 1)),
        (SIX_CYCLES, [], None, (None, 1)),
        (ON_BTKI, [check("2026-04-01", "sd")], 2, ("refractory", 2)),
        (ON_BTKI, [check("2026-04-01", "pr"), check("2026-07-01", "pd")], 2, ("refractory", 2)),  # lost on it
        (
            replace(ON_BTKI, last_dose=day("2026-05-01")),
            [check("2026-04-01", "pr"), check("2026-07-01", "pd")],
            2,
            (None, 2),  # lost after it: within which time a doctor says
        ),
        (ON_BTKI, [check("2026-04-01", "pr"), check("2026-07-01", "sd")], 2, (None, 2)),
        (ON_BTKI, [check("2026-04-01", "pr", satisfactory=False)], None, (None, None)),
    ],
)
def test_what_the_ask_is_filled_with(course, seen, line, expected):
    assert rules.asking(course, seen, line=line) == rules.Asking(*expected)


def test_response_checks_follow_one_another_at_their_interval():
    assert asked(ON_BTKI) == [("check", "2026-04-30", "2026-04-30")]
    assert asked(ON_BTKI, check("2026-05-15")) == [("check", "2026-08-15", "2026-08-15")]
    assert asked(replace(ON_BTKI, every_months=2), check("2026-12-31")) == [("check", "2027-02-28", "2027-02-28")]


def test_the_line_that_the_hub_reads():
    seen = [interim("2026-03-10", "PMR"), eot("2026-05-20", "CMR", deauville="2"), visit("2026-12-01", "relapse")]
    assert rules.line_of(seen) == rules.KnownLine("cr", day("2026-05-20"), day("2026-12-01"), "2")
    assert rules.line_of([eot("2026-05-20", "NMR")]) == rules.KnownLine("sd")
    assert rules.line_of([interim("2026-03-10", "PMR")]) == rules.KnownLine()  # half way is not the end


@pytest.mark.parametrize(
    ("outcome", "score", "wrong"),
    [
        ("CMR", "3", False),
        ("CMR", "4", True),
        ("PMR", "3", True),
        ("NMR", "4", False),
        ("PMD", "1", False),
        ("CMR", "X", False),
        ("PMR", None, False),
    ],
)
def test_a_deauville_score_that_contradicts_the_response(outcome, score, wrong):
    assert rules.contradicts(outcome, score) is wrong


def test_every_ground_has_words_and_a_source_that_stands_in_the_reference():
    written = Path(rules.__file__).read_text(encoding="utf-8")
    codes = set(re.findall(r'"([a-z_]+)"', "".join(re.findall(r"Ground\(\s*[^,]*,|code = .*", written)))) - {"code"}
    assert codes == set(words.GROUNDS)
    sections = set(
        re.findall(r"^#+ ([\d.]+)", (BASE_DIR / "docs/clinical-reference.md").read_text("utf-8"), re.MULTILINE)
    )
    seeds = yaml.safe_load((BASE_DIR / "seeds/surveillance.yaml").read_text(encoding="utf-8"))
    sources = {row["source"] for row in seeds} | set(re.findall(r'"(\d\.\d|convention)"', written))
    assert {source for source in sources if source != "convention"} <= {one.rstrip(".") for one in sections}
    assert {row["code"] for row in seeds} == set(rules.TASKS)
