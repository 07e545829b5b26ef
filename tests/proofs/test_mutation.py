"""The proof of mutation changes what decides, one thing at a time, and knows in which function it stands."""

import ast

from tests.proofs import mutation

MODULE = "patients.clinical.hematotox"


def test_each_threshold_is_moved_and_turned_and_no_word_is_touched():
    mutants = list(mutation.mutants_of(MODULE))
    by_change = {(one.before, one.after): one for one in mutants}
    assert by_change["f.plt < 75", "f.plt <= 75"].function == "points"
    assert {("75", "76"), ("75", "74"), ("'3000'", "'3001'"), ("score >= HIGH_FROM", "score > HIGH_FROM")} <= {
        (before.replace("self.", ""), after.replace("self.", "")) for before, after in by_change
    }
    assert not [one for one in mutants if one.before in ("'V'", "'hb'", "'risk_whatever_is_missing'")]


def test_a_mutant_differs_from_its_module_in_one_place():
    whole = ast.unparse(ast.parse(mutation.path_of(MODULE).read_text(encoding="utf-8"))).splitlines()
    for mutant in mutation.mutants_of(MODULE):
        changed = ast.unparse(mutant.tree).splitlines()
        assert changed != whole
        if len(changed) == len(whole):
            assert sum(one != other for one, other in zip(changed, whole, strict=True)) == 1, mutant.name
