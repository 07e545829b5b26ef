"""The mail server of the tests of notices."""

import pytest

from tests.notices import sink


@pytest.fixture
def mailbox(settings):
    settings.SITE_URL = "https://carpath.example"
    with sink.serving(settings) as taken:
        yield taken
