"""Translations are compiled when missing or old, and what a translator has to mend is named."""

import gettext
import os

import pytest

from carpath.translations import compile_missing, faults

HEAD = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'


@pytest.fixture
def catalogue(tmp_path):
    path = tmp_path / "it" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    path.write_text(HEAD + 'msgid "day"\nmsgstr "giorno"\n', encoding="utf-8")
    return path


def test_a_missing_one_is_compiled_once(catalogue, tmp_path):
    assert compile_missing(tmp_path) == [catalogue.with_suffix(".mo")]
    assert gettext.translation("django", tmp_path, ["it"]).gettext("day") == "giorno"
    assert compile_missing(tmp_path) == []


def test_an_old_one_is_compiled_again(catalogue, tmp_path):
    compile_missing(tmp_path)
    catalogue.write_text(HEAD + 'msgid "day"\nmsgstr "dì"\n', encoding="utf-8")
    later = catalogue.with_suffix(".mo").stat().st_mtime + 5
    os.utime(catalogue, (later, later))
    assert compile_missing(tmp_path) == [catalogue.with_suffix(".mo")]
    with catalogue.with_suffix(".mo").open("rb") as stream:
        assert gettext.GNUTranslations(stream).gettext("day") == "dì"


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        ('#, fuzzy\nmsgid "night"\nmsgstr "notte"\n', "is marked fuzzy"),
        ('#, python-format\nmsgid "%(n)s days"\nmsgstr "%(m)s giorni"\n', "'%(n)s days'"),
    ],
)
def test_what_is_wrong_is_named(catalogue, tmp_path, entry, fault):
    assert faults(tmp_path) == []
    with catalogue.open("a", encoding="utf-8") as stream:
        stream.write("\n" + entry)
    assert [fault in said for said in faults(tmp_path)] == [True]
