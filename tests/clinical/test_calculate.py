"""The command `calculate`: cases in, answers out, nothing else on stdout, no database."""

import json
import os
import subprocess
import sys
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from patients.clinical import cases
from patients.management.commands.calculate import Command

HOME = Path(__file__).resolve().parents[2]


@pytest.fixture
def calculate(tmp_path):
    """Run the command on a list of cases (or on raw text) in this process and read its answers."""

    def run(kind: str, given) -> list[dict]:
        file = tmp_path / "cases.json"
        file.write_text(given if isinstance(given, str) else json.dumps(given), encoding="utf-8")
        out = StringIO()
        call_command(Command(), kind, str(file), stdout=out)
        return json.loads(out.getvalue())

    return run


def asked(*inputs) -> list[dict]:
    return [{"id": f"c{n}", "input": given} for n, given in enumerate(inputs, start=1)]


def run_alone(*arguments: str, stdin: bytes = b"", **environment: str) -> subprocess.CompletedProcess:
    """The command as a process of its own, with no server to be reached."""
    dead_end = {
        "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none",
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "PATH": os.environ["PATH"],
        "SECRET_KEY": "only-for-this-test",
    }
    command = [sys.executable, "manage.py", "calculate", *arguments]
    return subprocess.run(command, input=stdin, cwd=HOME, env=dead_end | environment, capture_output=True, check=False)


def test_it_answers_from_stdin_without_any_server():
    ran = run_alone("crs", stdin=json.dumps(asked({"temp_c": 38.2}, {"temp_c": 60}, {"temp_c": 37.9})).encode())
    assert ran.returncode == 0, ran.stderr.decode()
    answers = json.loads(ran.stdout)
    assert [answer["id"] for answer in answers] == ["c1", "c2", "c3"]
    assert (answers[0]["result"], answers[1]["field"], answers[2]["result"]) == (1, "temp_c", 0)


def test_a_refusal_exits_with_2_says_why_and_leaves_stdout_empty():
    ran = run_alone("no_such_kind", "-", stdin=b"[]")
    assert (ran.returncode, ran.stdout) == (2, b"")
    assert "unknown kind 'no_such_kind'" in ran.stderr.decode()


@pytest.mark.parametrize("content", [b"", b"{}", b'"crs"', b"null", b'[{"id": 1, "input": {}}', b"\xff\xfe"])
def test_what_is_no_list_of_cases_is_refused_with_2(tmp_path, content):
    file = tmp_path / "cases.json"
    file.write_bytes(content)
    out = StringIO()
    with pytest.raises(CommandError) as refused:
        call_command(Command(), "crs", str(file), stdout=out)
    assert (refused.value.returncode, out.getvalue()) == (2, "")


def test_a_file_that_cannot_be_read_is_refused_with_2(tmp_path):
    for file in (tmp_path / "none.json", tmp_path):
        with pytest.raises(CommandError) as refused:
            call_command(Command(), "crs", str(file))
        assert refused.value.returncode == 2


@pytest.mark.parametrize("arguments", [(), ("-",)])
def test_without_a_file_it_reads_stdin(monkeypatch, arguments):
    monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(json.dumps(asked({"temp_c": 38})).encode())))
    out = StringIO()
    call_command(Command(), "crs", *arguments, stdout=out)
    assert [answer["result"] for answer in json.loads(out.getvalue())] == [1]


def test_a_list_nested_too_deep_is_refused(tmp_path):
    file = tmp_path / "deep.json"
    file.write_text("[" * 200_000)
    with pytest.raises(CommandError) as refused:
        call_command(Command(), "crs", str(file))
    assert refused.value.returncode == 2


def test_an_empty_list_has_an_empty_answer(calculate):
    assert calculate("crs", []) == []
    assert calculate("crs", "\ufeff[]") == []


def test_answers_keep_the_order_and_the_ids_as_given(calculate):
    ids = ["b", 2, None, "a", "b", 1.5, "\ud83d"]
    answers = calculate("icans", [{"id": name, "input": {"ice": 10}, "why": "said beside"} for name in ids])
    assert [answer["id"] for answer in answers] == ids
    assert [answer["result"] for answer in answers] == [0] * len(ids)


def test_one_bad_case_never_stops_the_others(calculate):
    answers = calculate(
        "crs",
        [
            {"id": 1, "input": {"temp_c": 38}},
            {"id": 2},
            {"id": 3, "input": []},
            {"id": 4, "input": None},
            {"input": {"temp_c": 38}},
            5,
            None,
            {"id": float("nan"), "input": {"temp_c": 38}},
            {"id": [[]], "input": {"temp_c": 38}},
            {"id": True, "input": {"temp_c": 38}},
            {"id": 6, "input": {"temp_c": 38}},
        ],
    )
    assert [answer.get("result") for answer in answers] == [1, *[None] * 9, 1]
    assert [(answer["id"], answer["field"]) for answer in answers if "error" in answer] == [
        (2, "input"),
        (3, "input"),
        (4, "input"),
        (None, "id"),
        (None, "case"),
        (None, "case"),
        (None, "id"),
        (None, "id"),
        (None, "id"),
    ]


@pytest.mark.parametrize(
    ("kind", "given", "field"),
    [
        ("crs", '{"temp_c": "38"}', "temp_c"),
        ("crs", '{"temp_c": true}', "temp_c"),
        ("crs", '{"temp_c": NaN}', "temp_c"),
        ("crs", '{"temp_c": Infinity}', "temp_c"),
        ("crs", '{"temp_c": 1e999999999}', "temp_c"),
        ("crs", '{"temp_c": 20}', "temp_c"),
        ("crs", '{"temp_c": 38, "temp_c": 37}', "temp_c"),
        ("crs", '{"temp_c": ' + "9" * 5000 + "}", "temp_c"),
        ("crs", '{"temp_c": 38, "hypotension": "false"}', "hypotension"),
        ("crs", '{"temp_c": 38, "hypotension": 0}', "hypotension"),
        ("crs", '{"temp_c": 38, "oxygen": "none"}', "oxygen"),
        ("crs", '{"temp_c": 38, "oxygen": {"device": "CPAP"}}', "oxygen.device"),
        ("crs", '{"temp_c": 38, "oxygen": {"device": "facemask", "flow_l_min": -1}}', "oxygen.flow_l_min"),
        ("crs", '{"temp_c": 38, "oxygen": {"to_correct_hypoxia": "no"}}', "oxygen.to_correct_hypoxia"),
        ("crs", '{"temp_c": 38, "oxygen": {"device": "cpap", "device": "none"}}', "oxygen.device"),
        ("crs", '{"temp_c": 38, "vasopressors": "noradrenaline"}', "vasopressors"),
        ("crs", '{"temp_c": 38, "vasopressors": {"noradrenaline": 1}}', "vasopressors"),
        ("crs", '{"temp_c": 38, "vasopressors": [null]}', "vasopressors"),
        ("icans", '{"ice": 11}', "ice"),
        ("icans", '{"ice": 7.5}', "ice"),
        ("icans", '{"ice": 10, "signs": ["papilledema"]}', "signs"),
        ("icans", '{"ice": 10, "tremor": "yes"}', "tremor"),
        ("icans", '{"ice": 10, "seizure": true}', "seizure"),
        ("date_tasks", '{"infusion": "2025-02-29"}', "infusion"),
        ("date_tasks", '{"infusion": "2026-3-1"}', "infusion"),
        ("date_tasks", '{"infusion": "2026-03"}', "infusion"),
        ("date_tasks", '{"infusion": "20260301"}', "infusion"),
        ("date_tasks", '{"infusion": "2026-03-10T00:00"}', "infusion"),
        ("date_tasks", '{"infusion": 20260310}', "infusion"),
        ("date_tasks", '{"infusion": "9999-12-31"}', "infusion"),
        ("date_tasks", '{"infusion": "2026-03-10", "last_1l_dose": "01/06/2025"}', "last_1l_dose"),
        ("tocilizumab_dose_mg", '{"weight_kg": 0}', "weight_kg"),
        ("tocilizumab_dose_mg", '{"weight_kg": -70}', "weight_kg"),
        ("tocilizumab_dose_mg", '{"weight_kg": 4000}', "weight_kg"),
        ("tocilizumab_next", '{"hours_of_previous_doses": [9], "now_h": 8}', "hours_of_previous_doses"),
        ("tocilizumab_next", '{"hours_of_previous_doses": 0, "now_h": 8}', "hours_of_previous_doses"),
        ("tocilizumab_next", '{"hours_of_previous_doses": ["0"], "now_h": 8}', "hours_of_previous_doses"),
        ("tocilizumab_next", '{"hours_of_previous_doses": [0], "now_h": "8"}', "now_h"),
    ],
)
def test_a_wrong_input_is_an_error_with_its_field_and_no_result(calculate, kind, given, field):
    (answer,) = calculate(kind, f'[{{"id": "x", "input": {given}}}]')
    assert (answer["id"], answer["field"]) == ("x", field)
    assert answer["error"]
    assert set(answer) == {"id", "error", "field"}


def test_absent_keys_take_the_reference_s_defaults_and_the_grounds_list_them(calculate):
    (answer,) = calculate("crs", asked({"temp_c": 38.2, "oxygen": {"device": "cpap"}}))
    (filled,) = [ground for ground in answer["grounds"] if ground["code"] == "defaults_filled"]
    assert filled == {
        "code": "defaults_filled",
        "source": "10",
        "values": {
            "fever_other_cause": False,
            "fever_earlier_in_episode": False,
            "antipyretic_or_anticytokine_or_steroid_given": False,
            "hypotension": False,
            "hypotension_other_cause": False,
            "vasopressors": [],
            "hypoxia_other_cause": False,
            "death_due_to_crs": False,
            "oxygen.to_correct_hypoxia": True,
        },
    }


def test_no_oxygen_key_is_no_oxygen_and_null_is_unknown(calculate):
    absent, null, empty, device_null, flow_absent = calculate(
        "crs",
        asked(
            {"temp_c": 38.2},
            {"temp_c": 38.2, "oxygen": None},
            {"temp_c": 38.2, "oxygen": {}},
            {"temp_c": 38.2, "oxygen": {"device": None, "flow_l_min": 4}},
            {"temp_c": 38.2, "oxygen": {"device": "nasal_cannula"}},
        ),
    )
    assert (absent["result"], empty["result"]) == (1, 1)
    assert (null["missing"], null["range"]) == (["oxygen"], [1, 4])
    assert (device_null["missing"], device_null["range"]) == (["oxygen.device"], [1, 4])
    assert (flow_absent["missing"], flow_absent["range"]) == (["oxygen.flow_l_min"], [2, 3])
    assert {"oxygen.device", "oxygen.to_correct_hypoxia"} <= set(
        next(ground["values"] for ground in absent["grounds"] if ground["code"] == "defaults_filled")
    )


def test_temperature_and_ice_have_no_default(calculate):
    (crs,) = calculate("crs", asked({}))
    (icans,) = calculate("icans", asked({}))
    assert (crs["result"], crs["status"], crs["missing"], crs["range"]) == (None, "incomplete", ["temp_c"], [0, 1])
    assert (icans["result"], icans["status"], icans["missing"], icans["range"]) == (None, "incomplete", ["ice"], [0, 4])


def test_the_word_unknown_is_unknown_where_a_word_is_asked(calculate):
    (answer,) = calculate("icans", asked({"ice": 10, "consciousness": "unknown"}))
    assert (answer["missing"], answer["range"]) == (["consciousness"], [0, 4])


def test_unknown_keys_are_named_as_ignored_and_only_then(calculate):
    first, second = calculate(
        "crs", asked({"temp_c": 38, "Hypotension": True, "oxygen": {"device": "none", "fio2": 0.4}}, {"temp_c": 38})
    )
    assert (first["result"], first["ignored"]) == (1, ["Hypotension", "oxygen.fio2"])
    assert "ignored" not in second


def test_recorded_signs_are_accepted_and_never_grade(calculate):
    (answer,) = calculate(
        "icans",
        asked({"ice": 10, "tremor": True, "headache": None, "signs": ["myoclonus", "hallucinations"]}),
    )
    assert (answer["result"], "ignored" in answer) == (0, False)


def test_every_ground_has_code_values_and_source(calculate):
    answers = calculate("crs", asked({"temp_c": 38}, {}, {"temp_c": 37, "hypotension": True}))
    for ground in (ground for answer in answers for ground in answer["grounds"]):
        assert set(ground) == {"code", "values", "source"}
        assert isinstance(ground["values"], dict)
    assert answers[0]["grounds"][0] == {"code": "rule_version", "values": {"version": "ASTCT 2019"}, "source": "1.1"}


def test_the_urgent_warning_stands_among_the_grounds(calculate):
    certain, possible = calculate("crs", asked({"temp_c": 37, "hypotension": True}, {"hypotension": True}))
    never = "never_febrile_look_for_another_cause"
    assert [g["values"] for g in certain["grounds"] if g["code"] == never] == [{"urgent": True, "tag": "K/C"}]
    assert [g["values"] for g in possible["grounds"] if g["code"] == never] == [
        {"urgent": True, "possible": True, "tag": "K/C"}
    ]


def test_needs_judgement_stands_inside_the_result(calculate):
    (answer,) = calculate("crs", asked({"temp_c": 37, "fever_earlier_in_episode": True, "hypotension": True}))
    assert answer["result"] == {"status": "NEEDS_JUDGEMENT", "would_be": 2, "urgent": True}
    assert "status" not in answer


def test_numbers_are_read_as_they_are_written(calculate):
    just_under, exactly = calculate(
        "crs", '[{"id":1,"input":{"temp_c":37.99999999999999999999}},{"id":2,"input":{"temp_c":38.00}}]'
    )
    assert (just_under["result"], exactly["result"]) == (0, 1)


def test_dates_hang_on_the_anchors_that_are_known(calculate):
    both, leap, only_first_line, none = calculate(
        "date_tasks",
        asked(
            {"infusion": "2026-03-10", "last_1l_dose": "2025-06-01"},
            {"infusion": "2024-02-29"},
            {"infusion": None, "last_1l_dose": "2024-01-31"},
            {},
        ),
    )
    assert both["result"]["eot_pet_due"] == "2025-07-01"
    assert leap["result"] == {
        "d28": "2024-03-28",
        "d30": "2024-03-30",
        "d100": "2024-06-08",
        "d180": "2024-08-27",
        "d365": "2025-02-28",
        "driving_8w_end": "2024-04-25",
        "ebmt_annual_1": "2025-02-28",
        "ebmt_annual_4": "2028-02-29",
    }
    assert only_first_line["result"] == {"eot_pet_due": "2024-03-01"}
    assert (none["result"], none["status"], none["missing"]) == (None, "incomplete", ["infusion", "last_1l_dose"])


def test_a_fault_of_ours_in_one_case_is_told_and_stops_no_other(calculate, monkeypatch, capsys):
    def broken(facts):
        if facts.temp_c == 40:
            raise ZeroDivisionError("on purpose")
        return cases.astct.crs(facts)

    kind = cases.KINDS["crs"]
    monkeypatch.setitem(cases.KINDS, "crs", cases.Kind(kind.read, broken, kind.source))
    answers = calculate("crs", asked({"temp_c": 40}, {"temp_c": 38}))
    assert "on purpose" in answers[0]["error"]
    assert answers[0]["id"] == "c1"
    assert answers[1]["result"] == 1
    assert "ZeroDivisionError" in capsys.readouterr().err
