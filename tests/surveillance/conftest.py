"""A hub, a referral centre and their people, with a clock that tests move."""

import pytest

from tests.reminders import course


@pytest.fixture
def at():
    """Move the clock: at("2026-03-10 12:00") is that wall clock in Rome."""
    with course.travelling() as move:
        yield move


@pytest.fixture
def net(db, prepared, at):
    return prepared
