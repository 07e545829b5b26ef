"""pgtrigger's register of triggers, with an index.

The library looks through all that it holds at each trigger that it takes in. For the six hundred of this app that is
two fifths of the start of every process.
"""

from pgtrigger import registry


class IndexedRegistry(registry._Registry):
    """Answers as the library's own does; what it searches by is kept as triggers come and go."""

    def __init__(self) -> None:
        self.by_db_table = {}
        self.pg_function_names = set()
        super().__init__()

    by_db_table = None  # properties of the library's class, which reckon both anew each time
    pg_function_names = None

    def __setitem__(self, uri, value) -> None:
        super().__setitem__(uri, value)
        model, trigger = value
        self.by_db_table[model._meta.db_table, trigger.name] = trigger
        self.pg_function_names.add(trigger.get_pgid(model))

    def __delitem__(self, uri) -> None:
        model, trigger = self[uri]
        super().__delitem__(uri)
        del self.by_db_table[model._meta.db_table, trigger.name]
        self.pg_function_names.discard(trigger.get_pgid(model))


def keep_an_index() -> None:
    """Put the indexed register in the library's place, with what it holds so far."""
    if isinstance(registry._registry, IndexedRegistry):
        return
    before, registry._registry = registry._registry, IndexedRegistry()
    for uri, value in before.items():
        registry._registry[uri] = value
