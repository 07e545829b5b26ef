"""The indexed register of triggers answers as the library's own would."""

import pgtrigger
import pytest
from pgtrigger import registry

from patients.audit.triggers import IndexedRegistry
from patients.models import Heartbeat


def _as_the_library_reckons() -> tuple[dict, set]:
    library, held = registry._Registry, registry._registry
    return library.by_db_table.fget(held), library.pg_function_names.fget(held)


def _as_kept() -> tuple[dict, set]:
    return registry._registry.by_db_table, registry._registry.pg_function_names


def test_the_index_holds_what_the_library_would_find():
    assert type(registry._registry) is IndexedRegistry
    assert _as_kept() == _as_the_library_reckons()
    assert len(_as_kept()[0]) == len(pgtrigger.registered()) > 100


def test_the_index_follows_what_comes_and_goes():
    before = _as_the_library_reckons()
    trigger = pgtrigger.Protect(name="tried", operation=pgtrigger.Delete)
    with trigger.register(Heartbeat):
        assert _as_kept() == _as_the_library_reckons() != before
        with pytest.raises(KeyError, match="already used"):
            pgtrigger.Protect(name="tried", operation=pgtrigger.Update).register(Heartbeat)
    assert _as_kept() == _as_the_library_reckons() == before
