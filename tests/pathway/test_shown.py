"""How a step's due time reads."""

from datetime import UTC, datetime

import pytest
from django.utils import translation

from patients.audit import clock
from patients.pathway import shown
from patients.pathway.models import Step


@pytest.mark.parametrize(("code", "words"), [("watch_toxicity", "until 24/11"), ("infuse", "by 24/11")])
def test_what_is_done_every_day_says_until_when(code, words, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 11, 22, 9, tzinfo=UTC))
    step = Step(code=code, due_at=datetime(2026, 11, 24, 17, tzinfo=UTC))
    with translation.override("en"):
        assert shown.step_due(step, "Europe/Rome") == words
