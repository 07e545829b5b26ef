"""What every clinical rule answers: a value with its grounds, or an honest "incomplete" with its possible range.

A rule is written for complete facts alone. Unknown facts (None) are never defaulted: `decide` runs the rule over every
class of value that an unknown fact could take. When all answers agree, that is the answer; else the answer is
*incomplete*, with the facts that would change it and the lowest and highest value they could lead to.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from functools import lru_cache
from itertools import product
from typing import Any

KNOWN = "known"
INCOMPLETE = "incomplete"
NEEDS_JUDGEMENT = "needs_judgement"


class WrongFact(ValueError):
    """A value that cannot be true (wrong kind, or more than a body or device can show), with its field."""

    def __init__(self, field: str, message: str):
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message


@dataclass(frozen=True)
class Ground:
    """One reason of a result: a code (its words stand in the rooms' forms), the values it read, the reference key.

    `tag` is the reference's mark: V checked, K from knowledge, C convention of this app, S stated in a seed paper.
    """

    code: str
    values: Mapping[str, Any] = field(default_factory=dict)
    source: str = "0"
    tag: str = ""


@dataclass(frozen=True)
class Verdict:
    """What a rule says of complete facts. `would_be` is set, and `value` is not, where a person must judge."""

    value: Any = None
    would_be: Any = None
    grounds: tuple[Ground, ...] = ()
    warnings: tuple[Ground, ...] = ()
    not_assessable: tuple[str, ...] = ()

    @property
    def answer(self) -> tuple[str, Any]:
        return (KNOWN, self.value) if self.would_be is None else (NEEDS_JUDGEMENT, self.would_be)

    @property
    def magnitude(self) -> Any:
        return self.value if self.would_be is None else self.would_be


@dataclass(frozen=True)
class Alternative:
    """What an unknown fact would lead to: with this value of it, the answers that are left, from the lowest."""

    fact: str
    value: Any
    answers: tuple[Any, ...]


@dataclass(frozen=True)
class Result:
    """The answer shown to a person, who confirms it or overrides it with a reason.

    `status` is known, incomplete (then `missing` and `range`) or needs_judgement (then `would_be`). `warnings` hold
    whatever the missing facts turn out to be; `possible_warnings` hold for some of their values only. `alternatives`:
    of rules that tell them, what each value of each missing fact would lead to.
    """

    status: str
    value: Any
    version: str
    grounds: tuple[Ground, ...] = ()
    warnings: tuple[Ground, ...] = ()
    possible_warnings: tuple[Ground, ...] = ()
    missing: tuple[str, ...] = ()
    range: tuple[Any, Any] | None = None
    would_be: Any = None
    alternatives: tuple[Alternative, ...] = ()

    @property
    def is_known(self) -> bool:
        return self.status == KNOWN

    @property
    def is_urgent(self) -> bool:
        """True when someone should look now, whatever the grade, or whenever that cannot be excluded."""
        return any(w.values.get("urgent") for w in self.warnings + self.possible_warnings)


def _shared(groups: list[tuple[Ground, ...]]) -> tuple[Ground, ...]:
    first, rest = groups[0], groups[1:]
    return tuple(g for g in first if all(g in other for other in rest))


def _in_some(groups: list[tuple[Ground, ...]], but_not: tuple[Ground, ...]) -> tuple[Ground, ...]:
    found: list[Ground] = []
    for group in groups:
        found += [g for g in group if g not in but_not and g not in found]
    return tuple(found)


@dataclass(frozen=True)
class _Case:
    """What a rule says once it has read some of the unknown facts; whatever the others are, it says the same.

    `read`: the facts that it read, each with the place of the value that it was given.
    """

    read: Mapping[str, int]
    verdicts: tuple[Verdict, ...]

    @property
    def answer(self) -> frozenset:
        return frozenset(verdict.answer for verdict in self.verdicts)


@lru_cache(maxsize=1024)
def _telling(kind: type, names: tuple[str, ...]) -> type:
    """Facts of a kind of which some are unknown: each of those is given its value when a rule reads it."""

    def reading(name: str) -> property:
        return property(lambda facts: facts.__dict__["_value_of"](name))

    return type(kind.__name__, (kind,), {name: reading(name) for name in names})


def _cases(
    facts: Any, rule: Callable[[Any], tuple[Verdict, ...]], could_be: Mapping[str, tuple], names: tuple[str, ...]
) -> list[_Case]:
    """Every way that a rule can take through the unknown facts. The values are right by construction, not checked."""
    kind = _telling(type(facts), names)
    known = {name: value for name, value in vars(facts).items() if name not in names}
    cases: list[_Case] = []
    waiting: list[dict[str, int]] = [{}]
    while waiting:
        chosen = waiting.pop()
        read = dict(chosen)

        def value_of(name: str, read: dict[str, int] = read) -> Any:
            return could_be[name][read.setdefault(name, 0)]

        told = object.__new__(kind)
        told.__dict__.update(known, _value_of=value_of)
        cases.append(_Case(read, rule(told)))
        before = dict(chosen)
        for name in tuple(read)[len(chosen) :]:
            waiting += [before | {name: place} for place in range(1, len(could_be[name]))]
            before[name] = 0
    return cases


def _pivotal(names: tuple[str, ...], answers: Mapping[tuple, int]) -> tuple[str, ...]:
    """The unknown facts of which another value, all else equal, leads to another answer."""
    pivotal = []
    for position, name in enumerate(names):
        seen: dict[tuple, int] = {}
        for key, answer in answers.items():
            others = key[:position] + key[position + 1 :]
            if seen.setdefault(others, answer) != answer:
                pivotal.append(name)
                break
    return tuple(pivotal)


def _in_order(cases: list[_Case], names: Iterable[str]) -> list[_Case]:
    """Cases in the order in which the combinations of the values of these facts come to each of them first."""
    return sorted(cases, key=lambda case: [case.read.get(name, 0) for name in names])


def _alternatives(
    pivotal: tuple[str, ...],
    names: tuple[str, ...],
    cases: list[_Case],
    could_be: Mapping[str, tuple],
    rank: Callable[[Any], Any],
) -> tuple[Alternative, ...]:
    """For each value of each fact that matters, the different answers that are left, by their rank."""
    told = []
    for name in pivotal:
        ordered = _in_order(cases, [other for other in names if other != name])
        for place, value in enumerate(could_be[name]):
            left = [case for case in ordered if case.read.get(name, place) == place]
            answers = dict.fromkeys(answer for case in left for _, answer in case.answer)
            told.append(Alternative(name, value, tuple(sorted(answers, key=rank))))
    return tuple(told)


def decide(
    facts: Any,
    rule: Callable[[Any], tuple[Verdict, ...]],
    could_be: Mapping[str, tuple],
    *,
    version: str,
    rank: Callable[[Any], Any] = lambda value: value,
    tells_alternatives: bool = False,
) -> Result:
    """Apply a rule to facts of which some are unknown.

    `could_be` gives, for each fact that may be unknown, one value of every class that the rule tells apart; the range
    is therefore the range over all values (shown against brute force in tests/clinical). The rule runs once for each
    way that it can take: a fact that it does not come to read needs no values. A rule answers with several
    verdicts where something cannot be assessed at all (ICE in a sedated patient). `rank` orders values for the range.
    """
    names = tuple(f.name for f in fields(facts) if f.name in could_be and getattr(facts, f.name) is None)
    places = {name: range(len(could_be[name])) for name in names}
    cases = _in_order(_cases(facts, rule, could_be, names), names)
    verdicts = [verdict for case in cases for verdict in case.verdicts]
    grounds = _shared([v.grounds for v in verdicts])
    warnings = _shared([v.warnings for v in verdicts])
    possible_warnings = _in_some([v.warnings for v in verdicts], warnings)
    told = {"grounds": grounds, "warnings": warnings, "possible_warnings": possible_warnings, "version": version}
    if len({v.answer for v in verdicts}) == 1:
        only = verdicts[0]
        if names:
            told["grounds"] += (Ground("unknown_without_influence", {"facts": list(names)}, "0"),)
        if only.would_be is not None:
            return Result(NEEDS_JUDGEMENT, None, would_be=only.would_be, **told)
        return Result(KNOWN, only.value, **told)
    open_parts = [part for case in cases if len(case.answer) > 1 for v in case.verdicts for part in v.not_assessable]
    magnitudes = sorted((v.magnitude for v in verdicts), key=rank)
    numbers: dict[frozenset, int] = {}
    answers = {
        values: number
        for case in cases
        for number in [numbers.setdefault(case.answer, len(numbers))]
        for values in product(*([case.read[name]] if name in case.read else places[name] for name in names))
    }
    pivotal = _pivotal(names, answers)
    missing = tuple(dict.fromkeys(pivotal + tuple(open_parts)))
    if tells_alternatives:
        told["alternatives"] = _alternatives(pivotal, names, cases, could_be, rank)
    return Result(INCOMPLETE, None, missing=missing, range=(magnitudes[0], magnitudes[-1]), **told)


def together(results: Mapping[str, Result], *, version: str) -> Result:
    """Several results as one, whose value and range ends are mappings; one incomplete part makes it incomplete."""
    told = {
        "version": version,
        "grounds": tuple(ground for result in results.values() for ground in result.grounds),
        "warnings": tuple(warning for result in results.values() for warning in result.warnings),
    }
    if all(result.is_known for result in results.values()):
        return Result(KNOWN, {name: result.value for name, result in results.items()}, **told)
    spans = {name: result.range or (result.value, result.value) for name, result in results.items()}
    lowest, highest = ({name: span[end] for name, span in spans.items()} for end in (0, 1))
    missing = tuple(dict.fromkeys(part for result in results.values() for part in result.missing))
    return Result(INCOMPLETE, None, missing=missing, range=(lowest, highest), **told)
