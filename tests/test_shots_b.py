"""Temporary: pictures of my pages."""
import pytest
from django.urls import reverse
from tests.course import Course
from tests.test_pages import *  # noqa
pytestmark = [pytest.mark.django_db(transaction=True)]
