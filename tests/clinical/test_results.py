"""What holds for every rule: facts and results cannot be changed, ranges hold, several results become one."""

import importlib
import pkgutil
from dataclasses import dataclass, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

import patients.clinical
from patients.clinical import facts as check
from patients.clinical.result import (
    INCOMPLETE,
    KNOWN,
    NEEDS_JUDGEMENT,
    Ground,
    Result,
    Verdict,
    WrongFact,
    decide,
    together,
)

MODULES = [
    importlib.import_module(f"patients.clinical.{module.name}")
    for module in pkgutil.iter_modules(patients.clinical.__path__)
]
DATACLASSES = sorted(
    {thing for module in MODULES for thing in vars(module).values() if isinstance(thing, type) and is_dataclass(thing)},
    key=lambda thing: (thing.__module__, thing.__name__),
)


@pytest.mark.parametrize("made", DATACLASSES, ids=lambda made: f"{made.__module__.rpartition('.')[2]}.{made.__name__}")
def test_facts_and_results_cannot_be_changed(made):
    assert made.__dataclass_params__.frozen


@dataclass(frozen=True)
class Pair:
    a: int | None = None
    b: int | None = None


def summed(pair: Pair) -> tuple[Verdict, ...]:
    warnings = (Ground("big"),) if pair.a + pair.b > 2 else ()
    return (Verdict(pair.a + pair.b, grounds=(Ground("a", {"a": pair.a}), Ground("summed")), warnings=warnings),)


COULD_BE = {"a": (0, 1, 2), "b": (0, 1)}


def test_complete_facts_are_answered_as_the_rule_says():
    result = decide(Pair(1, 1), summed, COULD_BE, version="v")
    assert (result.status, result.value, result.range, result.missing) == (KNOWN, 2, None, ())
    assert [ground.code for ground in result.grounds] == ["a", "summed"]
    assert (result.warnings, result.version, result.is_urgent) == ((), "v", False)


def test_unknown_facts_leave_the_lowest_and_the_highest_answer():
    result = decide(Pair(None, 1), summed, COULD_BE, version="v")
    assert (result.status, result.value, result.range, result.missing) == (INCOMPLETE, None, (1, 3), ("a",))
    assert [ground.code for ground in result.grounds] == ["summed"]
    assert (result.warnings, result.possible_warnings) == ((), (Ground("big"),))


def test_the_range_follows_the_rank_that_is_given():
    result = decide(Pair(None, None), summed, COULD_BE, version="v", rank=lambda value: -value)
    assert result.range == (3, 0)


def test_an_unknown_fact_without_influence_is_told_and_not_missing():
    result = decide(Pair(2, None), lambda pair: (Verdict(pair.a),), COULD_BE, version="v")
    assert (result.status, result.value, result.missing) == (KNOWN, 2, ())
    assert result.grounds == (Ground("unknown_without_influence", {"facts": ["b"]}, "0"),)


def test_only_facts_that_change_the_answer_are_missing():
    result = decide(Pair(None, None), lambda pair: (Verdict(pair.a),), COULD_BE, version="v")
    assert (result.missing, result.range) == (("a",), (0, 2))


def test_judgement_in_every_reading_stays_judgement_and_in_some_is_incomplete():
    always = decide(Pair(None, 1), lambda pair: (Verdict(would_be=3),), COULD_BE, version="v")
    assert (always.status, always.value, always.would_be) == (NEEDS_JUDGEMENT, None, 3)
    sometimes = decide(
        Pair(None, 1), lambda pair: (Verdict(would_be=2) if pair.a else Verdict(2),), COULD_BE, version="v"
    )
    assert (sometimes.status, sometimes.range, sometimes.missing, sometimes.would_be) == (
        INCOMPLETE,
        (2, 2),
        ("a",),
        None,
    )


def test_what_cannot_be_assessed_is_named():
    def rule(pair):
        return tuple(Verdict(value, not_assessable=("c",)) for value in (1, 4))

    result = decide(Pair(0, 0), rule, COULD_BE, version="v")
    assert (result.status, result.range, result.missing) == (INCOMPLETE, (1, 4), ("c",))


def test_urgent_is_urgent_also_when_it_is_only_possible():
    urgent, calm = Ground("u", {"urgent": True}), Ground("c", {"urgent": False})
    for held, possible, expected in (((urgent,), (), True), ((), (urgent,), True), ((calm,), (calm,), False)):
        assert Result(KNOWN, 0, "v", warnings=held, possible_warnings=possible).is_urgent is expected


def test_several_results_are_known_together_only_when_each_is():
    known = Result(KNOWN, 2, "v", grounds=(Ground("g"),), warnings=(Ground("w"),))
    open_ = Result(INCOMPLETE, None, "v", missing=("x",), range=(0, 4))
    both = together({"a": known, "b": known}, version="v")
    assert (both.status, both.value, both.grounds, both.warnings) == (
        KNOWN,
        {"a": 2, "b": 2},
        (Ground("g"),) * 2,
        (Ground("w"),) * 2,
    )
    one_open = together({"a": known, "b": open_, "c": open_}, version="v")
    assert (one_open.status, one_open.missing) == (INCOMPLETE, ("x",))
    assert one_open.range == ({"a": 2, "b": 0, "c": 0}, {"a": 2, "b": 4, "c": 4})


def test_a_wrong_fact_says_its_field():
    wrong = WrongFact("temp_c", "must be a number")
    assert (str(wrong), wrong.field, wrong.message) == ("temp_c: must be a number", "temp_c", "must be a number")


def test_grounds_without_a_source_follow_the_conventions():
    assert (Ground("g").source, Ground("g").tag, dict(Ground("g").values)) == ("0", "", {})
    assert Verdict(Decimal(1)).answer == (KNOWN, 1)


def test_a_checked_fact_is_given_back_and_an_instant_is_no_day():
    assert [check.yes_no("fact", one) for one in (True, False, None)] == [True, False, None]
    assert check.day("day", date(2026, 5, 1)) == date(2026, 5, 1)
    for wrong in (datetime(2026, 5, 1, tzinfo=UTC), "2026-05-01"):
        with pytest.raises(WrongFact) as refused:
            check.day("day", wrong)
        assert refused.value.message == "must be a date"
