"""What the database quotes of a refused row stays out of the log."""

import io
import logging

import pytest
from django.db import DatabaseError, connection, transaction

from carpath.logs import Discreet, without_values


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO django_content_type (app_label, model) VALUES ('Rossi Maria', 'a'), ('Rossi Maria', 'a')",
        "INSERT INTO django_content_type (app_label, model) VALUES ('Rossi Maria', NULL)",
        "INSERT INTO django_content_type (app_label, model) VALUES ('Rossi Maria', nonsense)",
    ],
)
def test_a_database_error_is_logged_without_the_row(statement):
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Discreet("%(message)s"))
    log = logging.Logger("test")
    log.addHandler(handler)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    except DatabaseError as error:
        assert "Rossi" in str(error)
        log.warning("refused: %s", error)
        log.error("refused", exc_info=(type(error), error, None))
    said = stream.getvalue()
    assert "refused" in said
    assert "Rossi" not in said


def test_a_value_of_several_lines_is_left_out_whole():
    text = "IntegrityError: duplicate key\nDETAIL:  Key (a)=(one\nRossi\n3) exists.\nCONTEXT:  row Rossi\nHINT:  try"
    assert without_values(text) == "IntegrityError: duplicate key\nDETAIL: (left out)\nCONTEXT: (left out)\nHINT:  try"


def test_what_follows_in_a_traceback_stays():
    text = (
        "a\nDETAIL:  Rossi\n\nThe above exception was the direct cause\n\nTraceback (most recent call last):\n  File x"
    )
    assert without_values(text) == (
        "a\nDETAIL: (left out)\n"
        "The above exception was the direct cause\n\nTraceback (most recent call last):\n  File x"
    )


def test_ordinary_lines_are_not_touched():
    assert without_values("LINE up\nthe DETAIL: is here") == "LINE up\nthe DETAIL: is here"
