"""How sets become a course: episodes, what is known from before, now and worst, when to tell the doctor."""

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patients.clinical.astct import CrsFacts, IcansFacts, IceItems
from patients.toxicity import rules
from patients.toxicity.rules import BedsideSet, Given, Protocol

T0 = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
CALM = CrsFacts(
    temp_c=36.8,
    fever_other_cause=False,
    hypotension=False,
    hypotension_other_cause=False,
    vasopressors=(),
    oxygen_device="none",
    hypoxia_other_cause=False,
    death_due_to_crs=False,
)
FEVER = replace(CALM, temp_c=38.4)
FIVE_SIGNS = replace(FEVER, hypotension=True)
AFEBRILE_SIGN = replace(CALM, hypotension=True)
NOTHING = IcansFacts()
PROTOCOL = Protocol(Decimal("37.5"), 80, 90, 120, 4, 1, 12)


def a_set(hours: float, crs: CrsFacts = CALM, **more) -> BedsideSet:
    return BedsideSet(key=hours, at=T0 + timedelta(hours=hours), crs=crs, icans=more.pop("icans", NOTHING), **more)


def episodes(*sets: BedsideSet, given: tuple = ()) -> list[tuple]:
    _graded, found = rules.course(sets, given)
    return [(one.scale, one.started_at, one.ended_at, one.worst, one.again) for one in found]


def at(hours: float) -> datetime:
    return T0 + timedelta(hours=hours)


def test_an_episode_runs_from_its_first_sign_to_the_first_known_zero():
    assert episodes(a_set(0), a_set(4, FEVER), a_set(8, FIVE_SIGNS), a_set(12)) == [
        ("crs", at(4), at(12), 2, False),
    ]


def test_what_comes_back_after_zero_is_a_second_episode_and_is_marked():
    assert episodes(a_set(0, FEVER), a_set(4), a_set(8, FEVER)) == [
        ("crs", at(0), at(4), 1, False),
        ("crs", at(8), None, 1, True),
    ]


def test_an_incomplete_set_never_ends_an_episode():
    unknown = replace(CALM, temp_c=None)
    assert episodes(a_set(0, FEVER), a_set(4, unknown)) == [("crs", at(0), None, 1, False)]


def test_a_set_that_says_nothing_of_a_scale_leaves_its_episode_as_it_was():
    graded, found = rules.course([a_set(0, FEVER), a_set(4, CrsFacts())])
    assert [(one.scale, one.ended_at) for one in found] == [("crs", None)]
    assert graded[1].outcomes["crs"].status == "not_assessed"


def test_sets_are_read_in_time_order_however_they_come():
    assert episodes(a_set(8), a_set(0, FEVER)) == [("crs", at(0), at(8), 1, False)]


def test_a_confirmed_grade_counts_over_the_computed_one_while_its_facts_stand():
    one = a_set(0, FEVER)
    facts = rules.course([one])[0][0].facts["crs"]
    agreed = replace(one, confirmed={"crs": (0, facts)})
    stale = replace(one, confirmed={"crs": (0, facts | {"temp_c": "39.0"})})
    assert rules.course([agreed])[0][0].grades["crs"] == 0
    assert rules.course([stale])[0][0].grades["crs"] == 1


# ── from before ──────────────────────────────────────────────────────────────────────────────────────────────────


def derived(*sets: BedsideSet, given: tuple = ()) -> tuple:
    last = rules.course(sets, given)[0][-1].derived
    return last.fever_earlier, last.drug_given


def test_fever_and_drug_are_known_only_within_the_open_episode():
    toci = Given("tocilizumab", at(2))
    assert derived(a_set(0, FEVER), a_set(4, AFEBRILE_SIGN), given=(toci,)) == (True, True)
    assert derived(a_set(0, FEVER), a_set(4), a_set(8, AFEBRILE_SIGN), given=(toci,)) == (None, None)
    assert derived(a_set(4, AFEBRILE_SIGN), given=(toci,)) == (None, None)


def test_a_drug_given_after_the_set_or_before_the_episode_does_not_count():
    sets = (a_set(4, FEVER), a_set(8, AFEBRILE_SIGN))
    assert derived(*sets, given=(Given("dexamethasone", at(9)),)) == (True, None)
    assert derived(*sets, given=(Given("dexamethasone", at(1)),)) == (True, None)
    assert derived(*sets, given=(Given("dexamethasone", at(8)),)) == (True, True)


def test_a_fever_of_another_cause_is_no_fever_of_the_episode():
    other = replace(FIVE_SIGNS, fever_other_cause=True, fever_earlier_in_episode=False)
    assert derived(a_set(0, replace(other, oxygen_device="cpap")), a_set(4, AFEBRILE_SIGN))[0] is None


def test_nothing_known_is_never_no():
    assert derived(a_set(0), a_set(4)) == (None, None)


# ── ICANS ────────────────────────────────────────────────────────────────────────────────────────────────────────

AWAKE = IcansFacts(
    consciousness="alert",
    consciousness_other_cause=False,
    seizure="none",
    motor="none",
    oedema="none",
    signs=(),
    intracranial_haemorrhage=False,
    death_due_to_icans=False,
)
TEN = IceItems(True, True, True, True, 3, True, True, True)


@pytest.mark.parametrize(
    ("ice", "status", "low", "high", "value"),
    [
        (TEN, "known", None, None, 0),
        (replace(TEN, writes_sentence=None), "incomplete", 0, 1, None),
        (replace(TEN, writes_sentence=None, counts_backwards=False), "known", None, None, 1),
        (IceItems(), "incomplete", 0, 4, None),
    ],
    ids=["complete", "one item open", "one item open that does not matter", "not begun"],
)
def test_an_unfinished_ice_is_read_over_what_it_still_allows(ice, status, low, high, value):
    said = rules.grade_icans(AWAKE, ice, age_years=60)
    assert (said.status, said.low, said.high, said.value) == (status, low, high, value)


@pytest.mark.parametrize(("age", "status"), [(11, "not_assessable"), (12, "known"), (None, "known")])
def test_under_twelve_ice_does_not_apply(age, status):
    assert rules.grade_icans(AWAKE, TEN, age_years=age).status == status


def test_sedation_alone_is_a_set_that_is_incomplete_and_never_ends_an_episode():
    confused = a_set(0, icans=replace(AWAKE, consciousness="awakens_to_voice"), ice=TEN)
    sedated = a_set(4, icans=IcansFacts(consciousness_other_cause=True))
    graded, found = rules.course([confused, sedated])
    assert [(one.scale, one.ended_at, one.worst) for one in found if one.scale == "icans"] == [("icans", None, 2)]
    assert (graded[1].outcomes["icans"].status, graded[1].outcomes["icans"].shown) == ("incomplete", 2)


# ── now and worst ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("hours_later", "worst_24h"),
    [(23.9, 2), (24, 1)],
    ids=["just within a day", "exactly a day"],
)
def test_worst_of_twenty_four_hours_forgets_what_is_a_day_old(hours_later, worst_24h):
    graded, _ = rules.course([a_set(0, FIVE_SIGNS), a_set(1, FEVER)])
    standing = rules.standing(graded, "crs", at(hours_later))
    assert (standing.now, standing.worst_24h, standing.worst) == (1, worst_24h, 2)


def test_a_scale_never_assessed_has_no_grade():
    graded, _ = rules.course([a_set(0)])
    assert rules.standing(graded, "icans", at(1)) == rules.Standing()


# ── the doctor ───────────────────────────────────────────────────────────────────────────────────────────────────


def codes(crs: CrsFacts = CALM, **more) -> list[str]:
    given = {"systolic_mmhg": None, "heart_rate": None, "baseline_systolic_mmhg": None, "oxygen_before": "none"}
    return [one.code for one in rules.tell_the_doctor(crs=crs, protocol=PROTOCOL, **given | more)]


@pytest.mark.parametrize(("temp", "told"), [(37.4, []), (37.5, []), (37.6, ["tell_temperature"])])
def test_temperature_is_told_above_the_hubs_threshold(temp, told):
    assert codes(replace(CALM, temp_c=temp)) == told


@pytest.mark.parametrize(
    ("systolic", "baseline", "told"),
    [
        (96, "120", []),
        (95, "120", ["tell_systolic"]),
        (90, None, []),
        (89, None, ["tell_systolic_absolute"]),
        (89, "100", ["tell_systolic_absolute"]),
    ],
)
def test_a_low_pressure_is_told_against_the_own_baseline_and_the_absolute_hint(systolic, baseline, told):
    assert codes(systolic_mmhg=systolic, baseline_systolic_mmhg=baseline and Decimal(baseline)) == told


@pytest.mark.parametrize(
    ("before", "told"), [("none", ["tell_new_oxygen"]), (None, ["tell_new_oxygen"]), ("facemask", ["alarm_oxygen"])]
)
def test_oxygen_is_new_unless_it_was_there_before(before, told):
    assert codes(replace(CALM, oxygen_device="facemask"), oxygen_before=before) == told


def test_unknown_values_alarm_nobody():
    assert codes(CrsFacts(), oxygen_before=None) == []


# ── the next check ───────────────────────────────────────────────────────────────────────────────────────────────


def check(graded_now: bool, now: datetime):
    return rules.next_check(last_set_at=T0, last_ice_at=None, graded_now=graded_now, now=now, protocol=PROTOCOL)


@pytest.mark.parametrize(("graded", "hours"), [(False, 4), (True, 1)])
def test_checks_come_closer_while_a_grade_stands(graded, hours):
    assert check(graded, T0).due_at == at(hours)
    assert check(graded, at(hours)).overdue is False
    assert check(graded, at(hours) + timedelta(seconds=1)).overdue is True


def test_a_patient_never_assessed_is_due_now():
    first = rules.next_check(last_set_at=None, last_ice_at=None, graded_now=False, now=T0, protocol=PROTOCOL)
    assert (first.due_at, first.overdue) == (None, True)


# ── always ───────────────────────────────────────────────────────────────────────────────────────────────────────

FACTS = st.builds(
    CrsFacts,
    temp_c=st.sampled_from([None, 36.8, 37.9, 38.0, 39.4]),
    fever_other_cause=st.booleans(),
    hypotension=st.sampled_from([None, True, False]),
    hypotension_other_cause=st.just(False),
    vasopressors=st.sampled_from([(), ("noradrenaline",), ("noradrenaline", "adrenaline")]),
    oxygen_device=st.sampled_from(["none", "facemask", "cpap"]),
    oxygen_to_correct_hypoxia=st.just(True),
    hypoxia_other_cause=st.just(False),
    death_due_to_crs=st.just(False),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(FACTS, min_size=1, max_size=6))
def test_episodes_never_overlap_and_their_worst_is_what_their_sets_show(facts):
    graded, found = rules.course([a_set(number, one) for number, one in enumerate(facts)])
    crs = [one for one in found if one.scale == "crs"]
    for earlier, later in itertools.pairwise(crs):
        assert earlier.ended_at is not None and earlier.ended_at <= later.started_at
    for one in crs:
        inside = [
            g.grades["crs"] if g.grades["crs"] is not None else g.outcomes["crs"].lowest or 0
            for g in graded
            if one.started_at <= g.at and (one.ended_at is None or g.at < one.ended_at)
        ]
        assert one.worst == max(inside)


# ── what an episode sums up ──────────────────────────────────────────────────────────────────────────────────────


def test_the_confirmed_worst_of_an_episode_counts_confirmations_on_these_facts_alone():
    (first,), _ = rules.course([a_set(0, FEVER)])
    kept = first.facts[rules.CRS]
    fresh = replace(a_set(0, FEVER), confirmed={rules.CRS: (3, kept)})
    stale = replace(a_set(4, FEVER), confirmed={rules.CRS: (4, {})})
    _, (episode,) = rules.course([fresh, stale])
    assert (episode.worst, episode.confirmed) == (3, 3)
    _, (nobody,) = rules.course([a_set(0, FEVER)])
    assert (nobody.worst, nobody.confirmed) == (1, None)


def test_an_episode_holds_what_was_given_from_its_first_set_to_its_last():
    closed = rules.Episode(rules.CRS, at(4), at(8), 1, False)
    assert [closed.holds(at(hour)) for hour in (3, 4, 8, 9)] == [False, True, True, False]
    assert rules.Episode(rules.CRS, at(4), None, 1, False).holds(at(99))


def test_steroids_are_summed_as_dexamethasone_and_what_has_no_equivalent_is_told():
    """Reference 2: dexamethasone 10 mg ~ methylprednisolone 53 mg ~ prednisone 67 mg [K]."""
    given = [("dexamethasone", Decimal(10)), ("methylprednisolone", Decimal(106)), ("tocilizumab", Decimal(600))]
    assert rules.dexamethasone_equivalent_mg(given) == (Decimal(30), True)
    assert rules.dexamethasone_equivalent_mg([("prednisone", Decimal(67)), ("hydrocortisone", Decimal(100))]) == (
        Decimal(10),
        False,
    )
    assert rules.dexamethasone_equivalent_mg([("steroid", None)]) == (Decimal(0), False)
    assert rules.dexamethasone_equivalent_mg([("tocilizumab", Decimal(600))]) == (None, True)
