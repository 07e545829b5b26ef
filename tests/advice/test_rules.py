"""When a published text applies: one unit each side of every limit, and nothing from what is not confirmed."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import combinations_with_replacement
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml

from patients.advice import rules
from patients.advice.rules import CONFIRMED, NEVER, NOT_KNOWN, TO_CONFIRM, Now, Seen
from patients.observations.rules import weight_is_old

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
ROWS = yaml.safe_load((Path(__file__).parents[2] / "seeds" / "advice.yaml").read_text(encoding="utf-8"))


def ago(hours: float) -> datetime:
    return NOW - timedelta(hours=hours)


# ── the grade ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_only_a_confirmed_grade_of_the_last_set_counts():
    assert rules.now_of([]) == Now(NEVER)
    assert rules.now_of([Seen(ago(3), 2), Seen(ago(1), 1)]) == Now(CONFIRMED, 1, ago(1))
    assert rules.now_of([Seen(ago(3), 2), Seen(ago(1), None, waits=True)]) == Now(TO_CONFIRM, None, ago(1))
    assert rules.now_of([Seen(ago(3), 2), Seen(ago(1))]) == Now(NOT_KNOWN, None, ago(1))


@pytest.mark.parametrize(
    ("grades", "since"),
    [
        ([], None),
        ([(80, 1), (2, 1)], 80),
        ([(80, 1), (40, None), (2, 1)], 80),  # an unconfirmed set says nothing
        ([(80, 1), (40, 0), (30, 1), (2, 1)], 30),
        ([(80, 1), (40, 2), (2, 1)], 2),
        ([(80, 1), (2, 2)], None),
        ([(80, 1), (2, None)], None),
    ],
)
def test_grade_1_counts_from_the_first_of_its_unbroken_run(grades, since):
    seen = [Seen(ago(hours), grade) for hours, grade in grades]
    assert rules.grade_1_since(seen) == (since and ago(since))


@dataclass(frozen=True)
class Hours:
    products: tuple[str, ...]
    hours: int


def test_grade_1_persists_from_the_hour_of_its_product_on():
    rows = [Hours(tuple(one.get("products", ())), one["hours"]) for one in ROWS if one["topic"] == "persistent"]
    hours = {code: rules.of_product(rows, code).hours for code in ("axi-cel", "brexu-cel", "tisa-cel", None)}
    assert hours == {"axi-cel": 24, "brexu-cel": 24, "tisa-cel": 72, None: 72}
    for limit in (24, 72):
        stood = [rules.is_persistent(ago(hours), NOW, limit) for hours in (limit - 1, limit - 1 / 60, limit)]
        assert stood == [False, False, True]
    assert rules.is_persistent(None, NOW, 24) is False


def test_intensive_care_is_told_from_crs_2_or_any_icans():
    told = [
        rules.tells_intensive_care(Now(CONFIRMED, crs), Now(CONFIRMED, icans))
        for crs, icans in ((0, 0), (1, 0), (2, 0), (0, 1), (None, None))
    ]
    assert told == [False, False, True, True, False]


def test_icans_is_isolated_only_where_crs_is_confirmed_to_be_absent():
    found = [
        rules.is_isolated_icans(Now(CONFIRMED, crs), Now(CONFIRMED, icans))
        for crs, icans in ((0, 1), (1, 1), (None, 1), (0, 0), (0, None))
    ]
    assert found == [True, False, False, False, False]


# ── tocilizumab ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("kg", "mg"),
    [("29.9", 359), ("30.0", 240), ("99", 792), ("100", 800), ("101", 800), ("70.3", 562), ("68.9375", 552)],
)
def test_the_dose_by_weight(kg, mg):
    """12 mg/kg below 30 kg, else 8, at most 800 mg, half up (reference 2)."""
    assert rules.dose_by_weight(Decimal(kg), is_old=False).mg == mg


def test_no_dose_without_a_weight_or_from_an_old_one():
    assert rules.dose_by_weight(None, is_old=True) == rules.DoseByWeight(rules.MISSING)
    assert rules.dose_by_weight(Decimal(70), is_old=True) == rules.DoseByWeight(rules.OLD)
    ages = [weight_is_old(NOW - timedelta(days=7, minutes=minutes), NOW) for minutes in (0, 1, 1440)]
    assert ages == [False, True, True]


def said(*hours: float | None) -> tuple:
    next_one = rules.next_dose([None if one is None else ago(one) for one in hours], NOW)
    assert next_one.in_24h == sum(one < 24 for one in hours if one is not None)
    return next_one.may, next_one.reason, next_one.earliest and (next_one.earliest - NOW) / timedelta(minutes=1)


def test_the_next_dose_by_spacing_number_and_24_hours():
    """8 h, then 3 in 24 h (now - t < 24 h), then 4 in all; when it may be considered at the earliest."""
    assert said() == (True, None, 0)
    assert said(7 + 59 / 60) == (False, "interval_lt_8h", 1)
    assert said(8) == (True, None, 0)
    assert said(23, 16, 8) == (False, "max_3_in_24h", 60)
    assert said(24, 16, 8) == (True, None, 0)
    assert said(10, 9, 1) == (False, "interval_lt_8h", 14 * 60)  # a broken gap: the 24 hours bite later
    assert said(90, 60, 40, 20) == (False, "max_4_total", None)
    assert said(-0.05) == (False, "interval_lt_8h", 480)  # written for three minutes ahead: it counts


def test_a_dose_without_its_hour_counts_and_leaves_the_time_open():
    assert said(None) == (None, None, None)
    assert said(1, None) == (False, "interval_lt_8h", None)
    assert said(90, 60, None, 20) == (False, "max_4_total", None)


def test_a_night_in_which_the_clock_changes_counts_its_true_hours():
    """22:00 to 05:00 on the wall are 8 hours in October, to 06:00 in March only 7."""
    rome = ZoneInfo("Europe/Rome")

    def on_the_wall(given, now):
        return rules.next_dose([given.replace(tzinfo=rome).astimezone(UTC)], now.replace(tzinfo=rome).astimezone(UTC))

    autumn = on_the_wall(datetime(2026, 10, 24, 22), datetime(2026, 10, 25, 5))
    spring = on_the_wall(datetime(2027, 3, 27, 22), datetime(2027, 3, 28, 6))
    assert (autumn.may, spring.may) == (True, False)
    assert spring.earliest.astimezone(rome) == datetime(2027, 3, 28, 7, tzinfo=rome)


def test_the_earliest_time_is_the_first_at_which_the_rule_allows_it():
    """Every three doses of some ages about the limits: allowed then, not a minute before."""
    ages = (0, 1, 479, 480, 481, 900, 1439, 1440, 1441)
    for minutes in (*combinations_with_replacement(ages, 1), *combinations_with_replacement(ages, 3)):
        doses = [NOW - timedelta(minutes=one) for one in minutes]
        earliest = rules.next_dose(doses, NOW).earliest
        assert rules.next_dose(doses, earliest).may is True
        if earliest > NOW:
            assert rules.next_dose(doses, earliest - timedelta(minutes=1)).may is False


# ── steroids, prophylaxis, dates ─────────────────────────────────────────────────────────────────────────────────


def test_an_antifungal_is_considered_after_three_days_of_steroids_or_a_second_tocilizumab():
    days = [date(2026, 11, day) for day in (1, 1, 2, 3, 4)]
    assert rules.antifungal_because(days[:4], 1) == ()
    assert rules.antifungal_because(days, 2) == ("steroid_days", "tocilizumab_again")


def test_what_is_not_known_of_seizures_stays_open():
    assert rules.SeizureRisk(False, True, None).known_high
    assert rules.SeizureRisk(False, None, False).open
    assert not rules.SeizureRisk(False, False, False).open


def test_dates_from_day_0():
    day_0 = date(2026, 8, 31)
    assert rules.weeks_end(day_0, 4) == date(2026, 9, 28)
    assert rules.weeks_end(day_0, 8) == date(2026, 10, 26)
    assert rules.levetiracetam_until(day_0) == date(2026, 9, 30)
    assert rules.months_on(day_0, 6) == date(2027, 2, 28)
    unknown = [rules.weeks_end(day_0, None), rules.weeks_end(None, 4), rules.months_on(None, 3)]
    assert [*unknown, rules.levetiracetam_until(None), rules.next_igg_check(None, [])] == [None] * 5


def test_igg_is_checked_on_day_30_then_every_three_months():
    day_0 = date(2026, 1, 1)

    def due(*measured):
        return rules.next_igg_check(day_0, measured)

    assert due() == date(2026, 1, 31)
    assert due(date(2026, 1, 30)) == date(2026, 1, 31)
    assert due(date(2026, 1, 31)) == date(2026, 4, 30)  # the month's last day, not 31
    assert due(date(2026, 8, 1), date(2026, 2, 1)) == date(2026, 10, 31)


# ── the words ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "text",
    [
        "Give tocilizumab",
        "Somministrare tocilizumab",
        "Consider: then give it",
        "Tocilizumab 8 mg/kg",
        "Consider x\nDo y",
        "Consider starting; start dexamethasone 10 mg",
        "Consider CRS. Treat with tocilizumab 8 mg/kg now",
        "Consider CRS. Treat with tocilizumab 8 mg/kg",
        "Consider CRS.Start tocilizumab",
        "Consider CRS (start tocilizumab)",
        "Consider CRS - stop steroids",
        "Consider CRS. Please begin steroids",
        "Consider tocilizumab and start dexamethasone",
        "Consider CRS, tocilizumab should be repeated",
        "Consider CRS: tocilizumab must be given",
        "Consider CRS; use anakinra",
        "Consider dexamethasone immediately",
        "Considerably ill: tocilizumab",
        "Verificare; trattare con tocilizumab 800 mg subito",
        "Verificare; trattare con tocilizumab 800 mg",
        "Valutare tocilizumab; iniziare desametasone 10 mg ogni 6 h",
        "Valutare tocilizumab, iniziamo desametasone",
        "Valutare la CRS: tocilizumab va somministrato",
        "Valutare la CRS: va ripetuto tocilizumab",
        "Valutare la CRS. Occorre tocilizumab",
        "Valutare la CRS. Il desametasone deve essere ripetuto",
        "Valutare la CRS. Poi avviare lo steroide",
        "Valutare la CRS; effettuare una TC",  # an infinitive that no list names
        "Valutare; sospendere lo steroide",
        "Valutare desametasone subito",
        "Valutare tocilizumab ora",
        "Valutare la CRS. Si inizi tocilizumab",
        "Valutare la CRS, dia tocilizumab",
        "Consider CRS. Dexamethasone 10 mg to be started",
    ],
)
def test_an_order_is_told(text):
    assert rules.faulty_items(text) == [text.splitlines()[-1]]


@pytest.mark.parametrize(
    "text",
    [
        "Consider starting dexamethasone 10 mg every 6 h from the start of lymphodepletion: 0.5 mg/kg at 08:00",
        "Consider tocilizumab; check the weight first",
        "Consider whether to start tocilizumab, and whether the dose should be repeated",
        "Check the label. Consider stopping tocilizumab",
        "Valutare di iniziare tocilizumab, e di ripeterlo ogni 8 h (0,5 g in 1 ora, o in un'ora)",
        "Verificare se il paziente è stabile e se deve essere trasferito",
        "Valutare tocilizumab; verificare il peso, poi rivalutare",
        "Si valuti la tossicità cardiaca, polmonare, renale",
    ],
)
def test_what_stands_under_its_consider_or_check_is_no_order(text):
    assert rules.faulty_items(text) == []


def test_every_text_considers_or_checks_and_no_grade_lacks_a_source():
    prophylaxis = Path(__file__).parents[2] / "seeds" / "prophylaxis.yaml"
    texts = ROWS + yaml.safe_load(prophylaxis.read_text(encoding="utf-8"))
    faulty = {row["code"]: rules.faulty_items(row["text_en"]) + rules.faulty_items(row["text_it"]) for row in texts}
    assert {code: found for code, found in faulty.items() if found} == {}
    lengths = {row["code"]: [len(rules.items_of(row[name])) for name in ("text_en", "text_it")] for row in ROWS}
    assert [code for code, (english, italian) in lengths.items() if english != italian or not english] == []
    graded = {(row["topic"], row["grade"], row["guideline"]) for row in ROWS if "grade" in row}
    wanted = {(s, g, of) for s in ("crs", "icans") for g in (1, 2, 3, 4) for of in ("ebmt", "asco", "nccn")}
    assert graded == wanted
    assert len([row for row in ROWS if "grade" in row]) == len(wanted)
