"""Every answer of the rules has its words, in both languages, with a source that exists."""

import itertools
import re
from datetime import date
from pathlib import Path

import pytest
from django.utils import translation

from patients.clinical import indications, reference_data
from patients.clinical.days import PartialDate
from patients.clinical.indications import BallFacts, FlFacts, LbclFacts, MclFacts, MmFacts
from patients.disease import course, indication, reasons
from patients.disease.course import Told
from tests.clinical.test_sources import is_in_the_reference

ON = date(2026, 11, 20)
ROWS = tuple(row for row in reference_data.indications() if row.stands_on(ON))
LATER_CR = PartialDate.parse("2025-04-10")
SOURCE = Path(indications.__file__).read_text(encoding="utf-8")
YES_NO = (None, True, False)
DATES = (None, PartialDate.parse("2025-02-10"), PartialDate.parse("2026-02"), PartialDate.parse("2026-03-10"))


def cases():
    for subtype, lines, response, deauville, cns in itertools.product(
        (None, "DLBCL", "PMBCL", "HGBL", "PCNSL"), (0, 1, 2), (None, "CMR", "PMR", "PMD"), (None, 4), YES_NO
    ):
        for ended, relapse in ((None, None), (DATES[1], DATES[3]), (DATES[2], DATES[2]), (DATES[2], DATES[3])):
            yield (
                "lbcl",
                LbclFacts(
                    subtype=subtype,
                    lines=lines,
                    eot_pet=response,
                    deauville=deauville,
                    active_cns=cns,
                    last_1l_dose_date=ended,
                    first_cr_date=LATER_CR if subtype == "DLBCL" else DATES[1],
                    relapse_date=relapse,
                    pd_on_last=True if response == "CMR" and cns else None,
                    relapsed_or_refractory=False if subtype == "HGBL" and cns else None,
                    is_adult=subtype != "DLBCL" or lines != 0,
                    biopsy_proven=None if deauville else False,
                ),
            )
    for relapsed, lines, held, adult in itertools.product(YES_NO, (None, 1, 2), YES_NO, YES_NO):
        yield "mcl", MclFacts(relapsed, lines, held, adult)
        yield "fl", FlFacts(relapsed, lines, adult)
        yield "all", BallFacts(25 if adult else 30 if adult is None else None, relapsed, held, held, lines)
    for last, imid, celmod, pi, anti, lena in itertools.product(YES_NO, repeat=6):
        yield "mm", MmFacts(2, None, last, imid, pi, anti, celmod, lena, True)
    yield "mm", MmFacts(0, False, True)


@pytest.mark.parametrize(("language", "step"), [("it", 1), ("en", 7)])
def test_every_answer_can_be_said(language, step):
    seen, statuses = set(), set()
    with translation.override(language):
        for disease, facts in itertools.islice(cases(), 0, None, step):
            holding = {where: indications.Indications.valid(ROWS, where, ON) for where in ("EU", "IT")}
            eu, italy = (course.assess_facts(disease, facts, holding[where]) for where in ("EU", "IT"))
            shown = indication.shown(indication.Answer(Told(disease), ON, ROWS, eu, italy), clocks=False)
            seen |= {ground.code for ground in (*eu.result.grounds, *eu.result.warnings)}
            statuses.add(shown.status)
            assert [one.words for one in (*shown.why, *shown.warnings) if not re.fullmatch(r".+[.]", one.words)] == []
            assert bool(shown.missing) == (shown.status == "INCOMPLETE")
            sources = {ground.source for ground in (*eu.result.grounds, *eu.result.warnings)}
            assert [source for source in sources if not is_in_the_reference(source)] == []
    assert statuses == {"ELIGIBLE_BY_INDICATION", "NOT_IN_INDICATION", "NEEDS_JUDGEMENT", "INCOMPLETE"}
    if step == 1:  # the others: of the record and not of its facts, and a day before the labels
        assert set(reasons.GROUNDS) - seen == {"dates_contradict", "drugs_not_recognised", "no_label"}


def test_what_no_label_covers_is_said_with_its_subtype_and_lines():
    with translation.override("en"):
        (verdict,) = indications._lbcl_of_complete_facts(
            indications._LbclCase("FL3B", 2, None, None, None, False, True, False, None, None),
            indications.Indications((), "EU", ON),
        )
        said = [reasons.ground_words(ground) for ground in verdict.grounds]
    assert said == ["No label covers Follicular grade 3B after 2 lines."]


def test_every_ground_that_a_rule_can_give_has_words():
    given = set(re.findall(r'_(?:said|not)\(\s*"(\w+)"', SOURCE)) | {indications.NO_PRIOR_LINE}
    assert given - set(reasons.GROUNDS) == set()
    assert len(given) > 20
