"""CRS, ICE and ICANS in sentences: what the truth tables do not show (grounds, warnings, missing facts, bands)."""

from dataclasses import asdict, replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patients.clinical import astct
from patients.clinical.astct import CrsFacts, IcansFacts, IceItems
from patients.clinical.result import INCOMPLETE, KNOWN, NEEDS_JUDGEMENT, WrongFact

CALM = CrsFacts(
    temp_c=37.0,
    fever_other_cause=False,
    fever_earlier_in_episode=False,
    antipyretic_or_anticytokine_or_steroid_given=False,
    hypotension=False,
    hypotension_other_cause=False,
    vasopressors=(),
    oxygen_device="none",
    oxygen_to_correct_hypoxia=True,
    hypoxia_other_cause=False,
    death_due_to_crs=False,
)
FEBRILE = replace(CALM, temp_c=38.5)
WELL = IcansFacts(
    ice=10,
    consciousness="alert",
    consciousness_other_cause=False,
    seizure="none",
    motor="none",
    oedema="none",
    signs=(),
    intracranial_haemorrhage=False,
    death_due_to_icans=False,
)


def codes(grounds) -> list[str]:
    return [ground.code for ground in grounds]


def answered(result):
    return (result.status, result.value, result.range, result.missing)


def test_the_grounds_of_a_grade_name_each_sign_with_its_values():
    result = astct.crs(replace(FEBRILE, hypotension=True, vasopressors=("Noradrenaline",), oxygen_device="blow_by"))
    assert (result.status, result.value, result.version) == (KNOWN, 3, "ASTCT 2019")
    assert [(g.code, g.values.get("grade"), g.source) for g in result.grounds] == [
        ("fever", 1, "1.1"),
        ("one_vasopressor", 3, "1.1"),
        ("oxygen_low_flow", 2, "1.1"),
    ]
    assert result.grounds[0].values["temp_c"] == Decimal("38.5")


def test_never_febrile_signs_are_0_with_an_urgent_warning():
    for drug in (False, True):
        facts = replace(CALM, hypotension=True, antipyretic_or_anticytokine_or_steroid_given=drug)
        result = astct.crs(facts)
        assert (result.value, codes(result.warnings), result.is_urgent) == (
            0,
            ["never_febrile_look_for_another_cause"],
            True,
        )
    assert not astct.crs(CALM).is_urgent


def test_urgent_warnings_carry_their_source_and_mark():
    never, afebrile = (
        astct.crs(replace(CALM, hypotension=True, fever_earlier_in_episode=earlier)).warnings
        for earlier in (False, True)
    )
    assert [(g.source, g.tag) for g in never + afebrile] == [("1.1", "K/C"), ("1.1", "C")]


def test_afebrile_and_untreated_after_fever_needs_judgement_and_is_no_grade():
    result = astct.crs(replace(CALM, fever_earlier_in_episode=True, oxygen_device="cpap"))
    assert (result.status, result.value, result.would_be, result.is_urgent) == (NEEDS_JUDGEMENT, None, 4, True)
    hot_from_another_cause = replace(
        CALM, temp_c=39, fever_other_cause=True, fever_earlier_in_episode=True, hypotension=True
    )
    assert astct.crs(hot_from_another_cause).would_be == 2


def test_afebrile_without_signs_is_0_also_untreated():
    assert astct.crs(replace(CALM, fever_earlier_in_episode=True)).value == 0


def test_a_judgement_on_one_side_of_a_missing_fact_keeps_the_answer_incomplete():
    result = astct.crs(replace(CALM, temp_c=None, fever_earlier_in_episode=True, hypotension=True))
    assert answered(result) == (INCOMPLETE, None, (2, 2), ("temp_c",))
    assert result.is_urgent


def test_judgements_that_differ_give_the_range_of_what_they_would_be():
    facts = replace(CALM, fever_earlier_in_episode=True, oxygen_device="nasal_cannula")
    result = astct.crs(facts)
    assert answered(result) == (INCOMPLETE, None, (2, 3), ("oxygen_flow_l_min",))
    assert codes(result.warnings) == ["afebrile_untreated_needs_judgement"]


def test_a_judgement_that_no_missing_fact_changes_stands():
    facts = replace(CALM, fever_earlier_in_episode=True, oxygen_device="nasal_cannula", vasopressors=("dopamine",))
    assert (astct.crs(facts).status, astct.crs(facts).would_be) == (NEEDS_JUDGEMENT, 3)


@pytest.mark.parametrize(
    ("change", "status", "value", "possible", "missing"),
    [
        ({"temp_c": None}, INCOMPLETE, None, (0, 1), ("temp_c",)),
        ({"temp_c": None, "hypotension": True}, INCOMPLETE, None, (0, 2), ("temp_c",)),
        ({"temp_c": None, "fever_other_cause": True}, KNOWN, 0, None, ()),
        ({"hypotension": None}, KNOWN, 0, None, ()),
        ({"fever_other_cause": None}, KNOWN, 0, None, ()),
        ({"oxygen_device": "facemask", "oxygen_flow_l_min": None}, KNOWN, 0, None, ()),
    ],
)
def test_what_is_missing_in_someone_never_treated_who_is_not_known_febrile(change, status, value, possible, missing):
    assert answered(astct.crs(replace(CALM, **change))) == (status, value, possible, missing)


@pytest.mark.parametrize(
    ("change", "status", "value", "possible", "missing"),
    [
        ({"hypotension": None}, INCOMPLETE, None, (1, 2), ("hypotension",)),
        ({"hypotension": None, "vasopressors": ("noradrenaline",)}, KNOWN, 3, None, ()),
        ({"hypotension": None, "hypotension_other_cause": True}, KNOWN, 1, None, ()),
        ({"vasopressors": None}, INCOMPLETE, None, (1, 4), ("vasopressors",)),
        ({"vasopressors": None, "hypotension": True}, INCOMPLETE, None, (2, 4), ("vasopressors",)),
        ({"vasopressors": None, "hypotension": True, "oxygen_device": "ecmo"}, KNOWN, 4, None, ()),
        (
            {"hypotension": True, "hypotension_other_cause": None},
            INCOMPLETE,
            None,
            (1, 2),
            ("hypotension_other_cause",),
        ),
        ({"oxygen_device": None}, INCOMPLETE, None, (1, 4), ("oxygen_device",)),
        ({"oxygen_device": "nasal_cannula"}, INCOMPLETE, None, (2, 3), ("oxygen_flow_l_min",)),
        ({"oxygen_device": "nasal_cannula", "vasopressors": ("dopamine",)}, KNOWN, 3, None, ()),
        ({"oxygen_device": "nasal_cannula", "hypoxia_other_cause": True}, KNOWN, 1, None, ()),
        ({"oxygen_device": "facemask"}, KNOWN, 3, None, ()),
        (
            {"oxygen_device": "cpap", "oxygen_to_correct_hypoxia": None},
            INCOMPLETE,
            None,
            (1, 4),
            ("oxygen_to_correct_hypoxia",),
        ),
        ({"oxygen_device": "none", "oxygen_to_correct_hypoxia": None}, KNOWN, 1, None, ()),
        (
            {"oxygen_device": "venturi", "hypoxia_other_cause": None},
            INCOMPLETE,
            None,
            (1, 3),
            ("hypoxia_other_cause",),
        ),
        ({"fever_other_cause": None}, INCOMPLETE, None, (0, 1), ("fever_other_cause",)),
        ({"death_due_to_crs": None}, INCOMPLETE, None, (1, 5), ("death_due_to_crs",)),
        ({"fever_earlier_in_episode": None}, KNOWN, 1, None, ()),
    ],
)
def test_what_is_missing_in_someone_febrile(change, status, value, possible, missing):
    facts = replace(FEBRILE, **change)
    if change.get("oxygen_device", "") is None:
        facts = replace(facts, oxygen_flow_l_min=3)
    assert answered(astct.crs(facts)) == (status, value, possible, missing)


@pytest.mark.parametrize(
    ("change", "status", "value", "possible", "missing"),
    [
        ({"temp_c": None}, INCOMPLETE, None, (0, 1), ("temp_c",)),
        ({"temp_c": None, "hypotension": True}, KNOWN, 2, None, ()),
        (
            {"fever_earlier_in_episode": None, "hypotension": True},
            INCOMPLETE,
            None,
            (0, 2),
            ("fever_earlier_in_episode",),
        ),
        (
            {"antipyretic_or_anticytokine_or_steroid_given": None, "hypotension": True},
            INCOMPLETE,
            None,
            (2, 2),
            ("antipyretic_or_anticytokine_or_steroid_given",),
        ),
    ],
)
def test_what_is_missing_under_the_waiver(change, status, value, possible, missing):
    waived = replace(CALM, fever_earlier_in_episode=True, antipyretic_or_anticytokine_or_steroid_given=True)
    assert answered(astct.crs(replace(waived, **change))) == (status, value, possible, missing)


def test_nothing_known_is_anything_from_0_to_5():
    result = astct.crs(CrsFacts())
    assert (result.status, result.value, result.range) == (INCOMPLETE, None, (0, 5))
    assert set(result.missing) == set(asdict(CrsFacts()))


def test_one_drug_under_two_names_or_twice_is_one_vasopressor():
    for names in (
        ("noradrenaline", "Norepinephrine"),
        ("noradrenaline", " NORADRENALINE "),
        ("adrenaline", "epinephrine", "Vasopressin"),
        ("dopamine", "argipressin"),
    ):
        assert astct.crs(replace(FEBRILE, vasopressors=names)).value == 3
    assert astct.crs(replace(FEBRILE, vasopressors=("Vasopressin",))).value == 3
    assert astct.crs(replace(FEBRILE, vasopressors=("noradrenaline", "adrenaline"))).value == 4


def test_contradictions_are_told_and_change_no_grade():
    told = {
        "vasopressor_without_hypotension": ({"vasopressors": ("dopamine",)}, 3),
        "inotrope_counted_as_vasopressor": ({"hypotension": True, "vasopressors": ("dobutamine",)}, 3),
        "flow_without_device": ({"oxygen_flow_l_min": 4}, 1),
        "cannula_without_flow": ({"oxygen_device": "nasal_cannula", "oxygen_flow_l_min": 0}, 2),
    }
    for code, (change, grade) in told.items():
        result = astct.crs(replace(FEBRILE, **change))
        assert (codes(result.warnings), result.value) == ([code], grade)


def test_an_alarm_never_waits_for_a_grade():
    assert codes(astct.alarms(CrsFacts(hypotension=True))) == ["alarm_hypotension"]
    assert codes(astct.alarms(CrsFacts(vasopressors=("dopamine",)))) == ["alarm_hypotension"]
    assert codes(astct.alarms(CrsFacts(oxygen_device="blow_by"))) == ["alarm_oxygen"]
    assert astct.alarms(CrsFacts(oxygen_device="cpap", oxygen_to_correct_hypoxia=False)) == ()
    assert astct.alarms(CALM) == ()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("temp_c", 20),
        ("temp_c", 29.9),
        ("temp_c", 45.1),
        ("temp_c", 101.2),
        ("temp_c", "38"),
        ("temp_c", True),
        ("temp_c", float("nan")),
        ("temp_c", float("inf")),
        ("temp_c", Decimal("1e999999")),
        ("temp_c", [38]),
        ("oxygen_flow_l_min", -0.1),
        ("oxygen_flow_l_min", 100.1),
        ("oxygen_device", "CPAP"),
        ("oxygen_device", "snorkel"),
        ("oxygen_device", 3),
        ("oxygen_device", ["cpap"]),
        ("vasopressors", "noradrenaline"),
        ("vasopressors", ("",)),
        ("vasopressors", (None,)),
        ("vasopressors", (1,)),
        ("vasopressors", 5),
        ("hypotension", "true"),
        ("hypotension", 1),
        ("hypotension", 0),
        ("death_due_to_crs", "no"),
    ],
)
def test_a_crs_fact_that_cannot_be_is_refused_by_name(field, value):
    with pytest.raises(WrongFact) as refused:
        replace(CALM, **{field: value})
    assert refused.value.field == field


def test_the_edges_of_the_plausible_bands_are_accepted():
    for temp_c in (30, 45, 38.0):
        assert replace(CALM, temp_c=temp_c).temp_c == temp_c
    for flow in (0, 100):
        assert replace(CALM, oxygen_flow_l_min=flow).oxygen_flow_l_min == flow


# --- ICE ------------------------------------------------------------------------------------------------------------

ALL_TEN = IceItems(
    year=True,
    month=True,
    city=True,
    hospital=True,
    objects_named=3,
    follows_command=True,
    writes_sentence=True,
    counts_backwards=True,
)


def test_ice_is_ten_points_one_for_each_item_and_object():
    assert astct.ice_total(ALL_TEN).value == 10
    for item in ("year", "month", "city", "hospital", "follows_command", "writes_sentence", "counts_backwards"):
        assert astct.ice_total(replace(ALL_TEN, **{item: False})).value == 9
    for objects in range(4):
        assert astct.ice_total(replace(ALL_TEN, objects_named=objects)).value == 7 + objects
    assert astct.ice_total(IceItems(*[False] * 4, 0, *[False] * 3)).value == 0


def test_an_ice_item_not_asked_leaves_the_range_of_totals():
    result = astct.ice_total(replace(ALL_TEN, objects_named=None, writes_sentence=None, year=False))
    assert answered(result) == (INCOMPLETE, None, (5, 9), ("objects_named", "writes_sentence"))


@pytest.mark.parametrize(("field", "value"), [("objects_named", 4), ("objects_named", -1), ("year", 1)])
def test_an_ice_item_that_cannot_be_is_refused(field, value):
    with pytest.raises(WrongFact) as refused:
        replace(ALL_TEN, **{field: value})
    assert refused.value.field == field


def test_ice_is_for_patients_from_12_years():
    assert [astct.ice_applies(age) for age in (11, 12, 70, None)] == [False, True, True, None]


# --- ICANS ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ice", "grade"), [(10, 0), (9, 1), (8, 1), (7, 1), (6, 2), (5, 2), (4, 2), (3, 2), (2, 3), (1, 3), (0, 3)]
)
def test_each_ice_score_of_someone_awake_has_its_grade(ice, grade):
    assert astct.icans(replace(WELL, ice=ice)).value == grade


def test_ice_0_is_3_when_awake_and_4_when_unarousable():
    awake = astct.icans(replace(WELL, ice=0))
    unarousable = astct.icans(replace(WELL, ice=0, consciousness="unarousable_or_vigorous"))
    assert (awake.value, awake.grounds[0].code) == (3, "ice_zero_awake")
    assert (unarousable.value, unarousable.grounds[0].code) == (4, "ice_cannot_be_performed")
    unknown = astct.icans(replace(WELL, ice=0, consciousness=None))
    assert answered(unknown) == (INCOMPLETE, None, (3, 4), ("consciousness",))


@pytest.mark.parametrize(
    ("change", "possible"),
    [({}, (0, 4)), ({"consciousness": "awakens_to_voice"}, (2, 4)), ({"seizure": "resolved"}, (3, 4))],
)
def test_ice_not_done_leaves_the_range_from_the_other_domains_to_4(change, possible):
    result = astct.icans(replace(WELL, ice=None, **change))
    assert answered(result) == (INCOMPLETE, None, possible, ("ice",))
    assert "ice_not_done" in codes(result.grounds)


def test_ice_not_done_changes_nothing_at_grade_4():
    assert astct.icans(replace(WELL, ice=None, motor="deep_focal_weakness")).value == 4


def test_sedation_hides_ice_and_consciousness():
    sedated = replace(WELL, ice=0, consciousness="unarousable_or_vigorous", consciousness_other_cause=True)
    result = astct.icans(sedated)
    assert answered(result) == (INCOMPLETE, None, (0, 4), ("ice", "consciousness"))
    assert astct.icans(replace(sedated, oedema="focal")).range == (3, 4)
    assert astct.icans(replace(sedated, oedema="diffuse")).value == 4


def test_not_knowing_whether_they_were_sedated_is_the_one_missing_fact():
    result = astct.icans(replace(WELL, ice=7, consciousness_other_cause=None))
    assert answered(result) == (INCOMPLETE, None, (0, 4), ("consciousness_other_cause",))
    both = astct.icans(replace(WELL, ice=None, consciousness_other_cause=None))
    assert set(both.missing) == {"ice"}


def test_under_sedation_the_last_grade_before_is_shown_and_nothing_closes():
    sedated = astct.icans(replace(WELL, consciousness_other_cause=True, oedema="focal"))
    assert [astct.shown_grade(sedated, before) for before in (None, 2, 4)] == [3, 3, 4]
    assert not astct.may_close_episode(sedated)
    assert astct.may_close_episode(astct.icans(WELL))
    assert not astct.may_close_episode(astct.icans(replace(WELL, ice=9)))
    assert astct.shown_grade(astct.icans(WELL), 3) is None


def test_a_seizure_of_exactly_five_minutes_is_3_and_longer_is_4():
    grades = [astct.icans(replace(WELL, seizure="timed", seizure_minutes=m)).value for m in (0, 4.9, 5, 5.1, 60)]
    assert grades == [3, 3, 3, 4, 4]
    unknown = astct.icans(replace(WELL, seizure="timed"))
    assert answered(unknown) == (INCOMPLETE, None, (3, 4), ("seizure_minutes",))


def test_haemorrhage_takes_its_oedema_out_of_the_grade_and_is_told():
    bled = replace(WELL, oedema="diffuse", intracranial_haemorrhage=True)
    result = astct.icans(bled)
    assert (result.value, codes(result.warnings)) == (0, ["haemorrhage_graded_by_ctcae"])
    assert astct.icans(replace(bled, signs=("cn_vi_palsy",))).value == 4
    assert astct.icans(replace(bled, intracranial_haemorrhage=None)).range == (0, 4)


def test_each_sign_of_raised_pressure_is_4_and_the_others_never_grade():
    for sign in ("decorticate", "decerebrate", "cn_vi_palsy", "papilloedema", "cushing_triad"):
        assert astct.icans(replace(WELL, signs=("tremor", sign))).value == 4
    assert astct.icans(replace(WELL, signs=("tremor", "myoclonus", "headache", "hallucinations"))).value == 0


def test_contradictions_in_icans_are_told():
    unarousable = astct.icans(replace(WELL, ice=8, consciousness="unarousable_or_vigorous"))
    assert (unarousable.value, codes(unarousable.warnings)) == (4, ["ice_contradicts_consciousness"])
    seizure = astct.icans(replace(WELL, seizure="resolved", seizure_minutes=6))
    assert (seizure.value, codes(seizure.warnings)) == (3, ["seizure_minutes_contradict"])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("ice", 11),
        ("ice", -1),
        ("ice", 7.5),
        ("ice", "10"),
        ("ice", True),
        ("consciousness", "asleep"),
        ("seizure", "Timed"),
        ("seizure_minutes", -1),
        ("motor", True),
        ("oedema", "local"),
        ("signs", ("papilledema",)),
        ("signs", "papilloedema"),
        ("intracranial_haemorrhage", "false"),
    ],
)
def test_an_icans_fact_that_cannot_be_is_refused_by_name(field, value):
    with pytest.raises(WrongFact) as refused:
        replace(WELL, **{field: value})
    assert refused.value.field == field


# --- Properties -----------------------------------------------------------------------------------------------------


def maybe(values):
    return st.one_of(st.none(), st.sampled_from(values))


CRS_FACTS = st.builds(
    CrsFacts,
    temp_c=maybe([36.5, 37.9, 38.0, 40]),
    vasopressors=maybe([(), ("vasopressin",), ("dopamine",), ("dopamine", "noradrenaline")]),
    oxygen_device=maybe(list(astct.DEVICE_GRADES)),
    oxygen_flow_l_min=maybe([2, 6, 6.1, 40]),
    **{name: st.booleans() for name in astct._CRS_YES_NO},
)
CRS_WORSE = {
    "temp_c": [37, 39],
    "fever_other_cause": [True, False],
    "fever_earlier_in_episode": [False, True],
    "antipyretic_or_anticytokine_or_steroid_given": [False, True],
    "hypotension": [False, True],
    "hypotension_other_cause": [True, False],
    "vasopressors": [(), ("vasopressin",), ("vasopressin", "dopamine"), ("vasopressin", "dopamine", "adrenaline")],
    "oxygen_device": ["none", "blow_by", "facemask", "cpap"],
    "oxygen_flow_l_min": [1, 6, 6.1, 60],
    "oxygen_to_correct_hypoxia": [False, True],
    "hypoxia_other_cause": [True, False],
    "death_due_to_crs": [False, True],
}
ICANS_FACTS = st.builds(
    IcansFacts,
    ice=maybe(range(11)),
    consciousness=maybe(list(astct.CONSCIOUSNESS_GRADES)),
    consciousness_other_cause=maybe([False, True]),
    seizure=maybe(list(astct.SEIZURE_GRADES)),
    seizure_minutes=maybe([1, 5, 5.1]),
    motor=maybe(list(astct.MOTOR_GRADES)),
    oedema=maybe(list(astct.OEDEMA_GRADES)),
    signs=maybe([(), ("tremor",), ("decorticate",)]),
    intracranial_haemorrhage=maybe([False, True]),
    death_due_to_icans=st.just(False),
)
ICANS_WORSE = {
    "ice": [10, 9, 7, 6, 3, 2, 0],
    "consciousness": list(astct.CONSCIOUSNESS_GRADES),
    "seizure": ["none", "resolved", "repetitive_no_recovery"],
    "seizure_minutes": [1, 5, 6],
    "motor": list(astct.MOTOR_GRADES),
    "oedema": list(astct.OEDEMA_GRADES),
    "signs": [(), ("papilloedema",)],
    "death_due_to_icans": [False, True],
}


def span(result):
    """Lowest and highest grade that the result leaves open."""
    if result.range is not None:
        return result.range
    known = result.value if result.value is not None else result.would_be
    return (known, known)


def never_lower(rule, facts, field, values):
    spans = [span(rule(replace(facts, **{field: value}))) for value in values]
    assert spans == sorted(spans)
    assert [high for _low, high in spans] == sorted(high for _low, high in spans)


@settings(max_examples=150, deadline=None)
@given(CRS_FACTS, st.sampled_from(sorted(CRS_WORSE)))
def test_a_worse_fact_never_lowers_crs(facts, field):
    never_lower(astct.crs, facts, field, CRS_WORSE[field])


@settings(max_examples=150, deadline=None)
@given(ICANS_FACTS, st.sampled_from(sorted(ICANS_WORSE)))
def test_a_worse_fact_never_lowers_icans(facts, field):
    never_lower(astct.icans, facts, field, ICANS_WORSE[field])


@settings(max_examples=150, deadline=None)
@given(CRS_FACTS, st.data())
def test_learning_a_fact_never_leaves_the_range(facts, data):
    field = data.draw(st.sampled_from(sorted(CRS_WORSE)))
    if getattr(facts, field) is None:
        low, high = span(astct.crs(facts))
        told = span(astct.crs(replace(facts, **{field: data.draw(st.sampled_from(CRS_WORSE[field]))})))
        assert low <= told[0] <= told[1] <= high


@settings(max_examples=150, deadline=None)
@given(CRS_FACTS)
def test_what_is_named_missing_is_unknown_and_enough(facts):
    result = astct.crs(facts)
    assert (result.status == INCOMPLETE) == bool(result.missing)
    assert all(getattr(facts, name) is None for name in result.missing)
    unnamed = {n: v[0] for n, v in astct.CRS_COULD_BE.items() if getattr(facts, n) is None and n not in result.missing}
    assert span(astct.crs(replace(facts, **unnamed))) == span(result)
