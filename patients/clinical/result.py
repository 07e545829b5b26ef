"""What every clinical rule answers: a value with its grounds, or an honest "incomplete" with its possible range.

A rule is written for complete facts alone. Unknown facts (None) are never defaulted: `decide` runs the rule over every
class of value that an unknown fact could take. When all answers agree, that is the answer; else the answer is
*incomplete*, with the facts that would change it and the lowest and highest value they could lead to.
"""

from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import dataclass, field, fields
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


def _pivotal(names: tuple[str, ...], answers: Mapping[tuple, frozenset]) -> tuple[str, ...]:
    """The unknown facts of which another value, all else equal, leads to another answer."""
    pivotal = []
    for position, name in enumerate(names):
        seen: dict[tuple, frozenset] = {}
        for key, answer in answers.items():
            others = key[:position] + key[position + 1 :]
            if seen.setdefault(others, answer) != answer:
                pivotal.append(name)
                break
    return tuple(pivotal)


def _answers_with(
    position: int, place: int, answers: Mapping[tuple, frozenset], rank: Callable[[Any], Any]
) -> tuple[Any, ...]:
    """The different answers that are left when one unknown fact has one of its values, by their rank."""
    left = dict.fromkeys(value for key, told in answers.items() if key[position] == place for _, value in told)
    return tuple(sorted(left, key=rank))


def _filled(facts: Any, values: Mapping[str, Any]) -> Any:
    """A copy with the unknown facts filled in; the representatives are right by construction and not checked again."""
    filled = copy(facts)
    for name, value in values.items():
        object.__setattr__(filled, name, value)
    return filled


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
    is therefore the range over all values (shown against brute force in tests/clinical). A rule answers with several
    verdicts where something cannot be assessed at all (ICE in a sedated patient). `rank` orders values for the range.
    """
    names = tuple(f.name for f in fields(facts) if f.name in could_be and getattr(facts, f.name) is None)
    verdicts: list[Verdict] = []
    answers: dict[tuple, frozenset] = {}
    open_parts: list[str] = []
    for values in product(*(range(len(could_be[name])) for name in names)):
        possible = rule(_filled(facts, {name: could_be[name][i] for name, i in zip(names, values, strict=True)}))
        verdicts += possible
        answers[values] = frozenset(v.answer for v in possible)
        if len(answers[values]) > 1:
            open_parts += [part for v in possible for part in v.not_assessable if part not in open_parts]
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
    magnitudes = sorted((v.magnitude for v in verdicts), key=rank)
    pivotal = _pivotal(names, answers)
    missing = tuple(dict.fromkeys(pivotal + tuple(open_parts)))
    if tells_alternatives:
        told["alternatives"] = tuple(
            Alternative(name, value, _answers_with(names.index(name), place, answers, rank))
            for name in pivotal
            for place, value in enumerate(could_be[name])
        )
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
